"""Reading jobs, always as somebody: what belongs to another does not exist."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from limner.contracts.capability import ModelCard
from limner.contracts.fault import FaultReport, InvalidField, NotFound
from limner.server.accounts.models import User
from limner.server.gallery import queries as gallery
from limner.server.gallery.snapshot import PictureSnapshot
from limner.server.jobs.estimate import Estimator
from limner.server.jobs.live import hub
from limner.server.jobs.models import ACTIVE, Job, Offer, State
from limner.server.jobs.snapshot import JobSnapshot, ProgressSnapshot


def offers() -> list[ModelCard]:
    """Return the card of every model that can be asked for, the preferred one first."""
    return [ModelCard.model_validate(card) for card in Offer.objects.values_list("card", flat=True)]


def offer(model: str) -> ModelCard:
    """Return the card of *model*. Raises InvalidField, naming those that there are."""
    found = Offer.objects.filter(name=model).values_list("card", flat=True).first()
    if found is None:
        known = ", ".join(Offer.objects.values_list("name", flat=True)) or "none yet"
        raise InvalidField(f"There is no model '{model:.60}' here. There is: {known}.", field="model")
    return ModelCard.model_validate(found)


def job(owner: User, id_: uuid.UUID) -> Job:
    """Return the owner's job. Raises NotFound, also for somebody else's."""
    found = Job.objects.filter(owner=owner, public_id=id_).first()
    if found is None:
        raise NotFound("There is no job with that id.")
    return found


def page(owner: User, before: uuid.UUID | None, limit: int) -> list[Job]:
    """Return the owner's newest jobs, or those older than *before*, which need not be there any more."""
    mine = Job.objects.filter(owner=owner).order_by("-public_id")
    if before is not None:
        mine = mine.filter(public_id__lt=before)
    return list(mine[:limit])


def in_line() -> QuerySet[Job]:
    """Return the jobs that wait for a worker, the next to start first."""
    return Job.objects.filter(state=State.QUEUED, worker="").order_by("-priority", "id")


def snapshot(found: Job) -> JobSnapshot:
    """Return how *found* stands now."""
    return snapshots([found])[0]


def snapshots(jobs: Sequence[Job]) -> list[JobSnapshot]:
    """Return how each of *jobs* stands now, with its place and time where it waits."""
    if not jobs:
        return []
    pictures = gallery.of_series(job.public_id for job in jobs)
    line = _Line() if any(job.state in ACTIVE for job in jobs) else None
    return [_snapshot(job, pictures.get(job.public_id, []), line) for job in jobs]


class _Line:
    """The queue as it stands: places and times, worked out once for any number of jobs."""

    def __init__(self) -> None:
        self._estimator = Estimator()
        self._place: dict[int, int] = {}
        self._ends: dict[int, float | None] = {}
        clock: float | None = 0.0
        sent = Job.objects.filter(state__in=ACTIVE).exclude(worker="").order_by("id")
        for job in sent:
            clock = _later(clock, self._left(job))
            self._ends[job.pk] = clock
            if job.state == State.QUEUED:
                self._place[job.pk] = len(self._place) + 1
        for job in in_line():
            clock = _later(clock, self._estimator.seconds(job))
            self._place[job.pk] = len(self._place) + 1
            self._ends[job.pk] = clock

    def place(self, job: Job) -> int:
        """Return the place of a job that was waiting a moment ago: if it has begun since, it was the next."""
        return self._place.get(job.pk, 1)

    def eta_s(self, job: Job) -> float | None:
        end = self._ends.get(job.pk)
        return None if end is None else round(end, 1)

    def _left(self, job: Job) -> float | None:
        live = hub.live(job.public_id)
        measured = live.seconds_left() if live else None
        if measured is not None:
            return measured
        return self._estimator.seconds(job)


def _later(clock: float | None, seconds: float | None) -> float | None:
    return None if clock is None or seconds is None else clock + seconds


def _snapshot(job: Job, pictures: list[PictureSnapshot], line: _Line | None) -> JobSnapshot:
    return JobSnapshot(
        id=job.public_id,
        kind=job.kind,
        state=job.state,
        stage=_stage(job),
        place=line.place(job) if line and job.state == State.QUEUED else None,
        eta_s=line.eta_s(job) if line and job.state in ACTIVE else None,
        cost=0,
        progress=_progress(job),
        pictures=pictures,
        from_cache=False,
        error=FaultReport.model_validate(job.error) if job.error else None,
        request=job.request,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        seconds=job.seconds,
    )


def _stage(job: Job) -> str:
    if job.state not in ACTIVE:
        return "done"
    if job.cancel_requested:
        return "stopping"
    if job.state == State.QUEUED:
        return "waiting"
    live = hub.live(job.public_id)
    return live.stage if live else "drawing"


def _progress(job: Job) -> ProgressSnapshot:
    total = int(job.request.get("num_inference_steps") or 1) * int(job.request.get("num_images") or 1)
    if job.state == State.SUCCEEDED:
        return ProgressSnapshot(step=total, total=total)
    live = hub.live(job.public_id)
    if live is None or live.stage == "loading":
        return ProgressSnapshot(step=0, total=total)
    return ProgressSnapshot(step=live.step, total=live.total)
