"""What the house costs: a picture asked for over HTTP against the bare diffusers call, in one run.

    python benchmarks/house.py [--model starter] [--pairs 20] [--threads 1]

Both load the same folder (without its preview map), use the same seeds, steps and threads and encode PNG; they
take turns. Printed: the median of each, the median of the differences, and whether the pixels are the same. Then
the time to the first byte of the page, while a job runs and while a model loads.
"""

import argparse
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageChops

from limner.config import shipped_models

STEPS = 20
PROMPT = "a red boat on the sea at sunset"
CHILD_NICENESS = 5  # the server's drawing process is nice; so is the bare call, or a busy machine would decide
LOADS = 3


@contextmanager
def serving(home: Path, threads: int) -> Iterator[httpx.Client]:
    """Start ``limner serve`` on a free port and yield a client of it."""
    environment = {**os.environ, "LIMNER_HOME": str(home), "LIMNER_PORT": "0", "LIMNER_THREADS": str(threads)}
    process = subprocess.Popen(
        [sys.executable, "-m", "limner.cli", "serve"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[-1]
    try:
        with httpx.Client(base_url=address, timeout=300) as client:
            yield client
    finally:
        process.terminate()
        process.wait()


def ask(client: httpx.Client, model: str, seed: int, steps: int = STEPS) -> tuple[float, dict[str, Any]]:
    """Return the seconds from the POST until the finished job was heard of, and the job."""
    body = {"kind": "text-to-image", "prompt": PROMPT, "model": model, "seed": seed, "num_inference_steps": steps}
    begin = time.perf_counter()
    job = client.post("/api/v1/jobs", json=body).raise_for_status().json()
    with client.stream("GET", f"/api/v1/jobs/{job['id']}/events") as events:
        for line in events.iter_lines():
            if line.startswith("data: "):
                job = json.loads(line.removeprefix("data: "))
                if job.get("state") in {"succeeded", "failed"}:
                    return time.perf_counter() - begin, job
    raise RuntimeError(f"the events ended with {job}")


class Bare:
    """diffusers, called by hand."""

    def __init__(self, folder: Path, threads: int) -> None:
        import diffusers
        import torch

        torch.set_num_threads(threads)
        self._torch = torch
        self._pipeline = diffusers.DiffusionPipeline.from_pretrained(folder)
        self._pipeline.set_progress_bar_config(disable=True)

    def draw(self, seed: int, guidance: float) -> tuple[float, bytes]:
        """Return the seconds for one picture, and its PNG."""
        begin = time.perf_counter()
        image = self._pipeline(
            PROMPT,
            num_inference_steps=STEPS,
            guidance_scale=guidance,
            generator=self._torch.Generator("cpu").manual_seed(seed),
        ).images[0]
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=1)
        return time.perf_counter() - begin, file.getvalue()


def compare(client: httpx.Client, bare: Bare, model: str, pairs: int) -> dict[str, object]:
    """Let both take turns, the order turned round each time."""
    _, warm = ask(client, model, 0)
    guidance = warm["request"]["guidance_scale"]
    bare.draw(0, guidance)
    house, plain, same = [], [], 0
    for seed in range(1, pairs + 1):
        for ours in (True, False) if seed % 2 else (False, True):
            if ours:
                seconds, job = ask(client, model, seed)
                house.append(seconds)
            else:
                seconds, png = bare.draw(seed, guidance)
                plain.append(seconds)
        ours_png = client.get(job["pictures"][0]["url"]).content
        with Image.open(io.BytesIO(ours_png)) as one, Image.open(io.BytesIO(png)) as two:
            same += ImageChops.difference(one.convert("RGB"), two.convert("RGB")).getbbox() is None
    differences = [(one - two) * 1000 for one, two in zip(house, plain, strict=True)]
    return {
        "pairs": pairs,
        "house_median_ms": round(statistics.median(house) * 1000, 1),
        "bare_median_ms": round(statistics.median(plain) * 1000, 1),
        "difference_median_ms": round(statistics.median(differences), 1),
        "difference_worst_ms": round(max(differences), 1),
        "same_pixels": f"{same} of {pairs}",
    }


def first_bytes(client: httpx.Client, wanted: set[str], job: str) -> list[float]:
    """Ask for the page again and again while the job is in one of the *wanted* stages."""
    taken: list[float] = []
    while True:
        stage = client.get(f"/api/v1/jobs/{job}").json()["stage"]
        if stage == "done":
            return taken
        if stage in wanted:
            begin = time.perf_counter()
            with client.stream("GET", "/") as page:
                next(page.iter_raw())
                taken.append((time.perf_counter() - begin) * 1000)


def summary(taken: list[float]) -> dict[str, object]:
    """Return p50, p99 and the count."""
    cuts = statistics.quantiles(taken, n=100)
    return {"pages": len(taken), "p50_ms": round(cuts[49], 1), "p99_ms": round(cuts[98], 1)}


def post(client: httpx.Client, model: str, steps: int) -> str:
    """Post a job and return its id."""
    body = {"kind": "text-to-image", "prompt": PROMPT, "model": model, "num_inference_steps": steps}
    return str(client.post("/api/v1/jobs", json=body).raise_for_status().json()["id"])


def while_loading(home: Path, model: str, threads: int) -> list[float]:
    """Ask for pages while fresh servers import their libraries and load the model."""
    taken: list[float] = []
    for _ in range(LOADS):
        with serving(home, threads) as client:
            client.get("/")
            taken += first_bytes(client, {"waiting", "loading"}, post(client, model, 1))
    return taken


def _folder(model: str) -> Path:
    return Path(model) if Path(model).is_dir() else shipped_models() / model


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="starter", help="a shipped model, or the path of a folder")
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    wanted = parser.parse_args()
    os.nice(CHILD_NICENESS)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        copy = home / "models" / "measured"
        shutil.copytree(_folder(wanted.model), copy, ignore=shutil.ignore_patterns("preview.json"))
        with serving(home, wanted.threads) as client:
            found = compare(client, Bare(copy, wanted.threads), "measured", wanted.pairs)
            found["first_byte_while_a_job_runs"] = summary(
                first_bytes(client, {"drawing"}, post(client, "measured", 500))
            )
        found["first_byte_while_a_model_loads"] = summary(while_loading(home, "measured", wanted.threads))
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
