"""How long a job will take, from how long the last ones of its model took."""

from statistics import median

from limner.server.jobs.models import Job, State

_RECENT = 5


def work(request: dict[str, object]) -> float:
    """Return the amount of drawing in a complete request: steps x pictures x megapixels."""
    steps, images, width, height = (
        float(str(request.get(name) or 1)) for name in ("num_inference_steps", "num_images", "width", "height")
    )
    return steps * images * width * height / 1e6


class Estimator:
    """Seconds per unit of work of each model, looked up once while this object lives."""

    def __init__(self) -> None:
        self._pace: dict[str, float | None] = {}

    def seconds(self, job: Job) -> float | None:
        """Return the seconds that *job* will take once it has begun, or None for a model never used."""
        if job.model not in self._pace:
            self._pace[job.model] = self._measure(job.model)
        pace = self._pace[job.model]
        return None if pace is None else pace * work(job.request)

    @staticmethod
    def _measure(model: str) -> float | None:
        recent = Job.objects.filter(model=model, state=State.SUCCEEDED, seconds__isnull=False).order_by("-id")
        paces = [(job.seconds or 0.0) / work(job.request) for job in recent[:_RECENT]]
        return median(paces) if paces else None
