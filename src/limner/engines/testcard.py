"""Pictures without a model: a test card whose colours come from the seed and the prompt.

The test suite's work-horse, and a way to try an installation out. Words in square brackets inside the prompt
make it misbehave on demand:

    [step=0.05]  take that many seconds for each step
    [fail]       fail, as an engine with a bug would
    [oom]        run out of memory
    [stall]      hang in the first step and ignore every request to stop
    [crash]      kill the process, as the kernel does when memory is gone
"""

import hashlib
import os
import re
import signal
import time
from collections.abc import Iterator

from PIL import Image, ImageDraw

from limner.contracts.capability import Capabilities, Defaults, ModelCard, Sides
from limner.contracts.fault import InvalidField
from limner.contracts.request import Request, TextToImage
from limner.engines.base import Cancelled, EngineSettings, IsCancelled, Progress, Step

_DIRECTIVE = re.compile(r"\[(step|fail|oom|stall|crash)(?:=(\d+(?:\.\d+)?))?\]")
_STALL_S = 3600.0

CARD = ModelCard(
    name="testcard",
    title="Test card",
    kinds=("text-to-image",),
    hash=hashlib.sha256(b"testcard 1").hexdigest(),
    sides=Sides(minimum=16, maximum=1024),
    schedulers=("DDIMScheduler", "EulerDiscreteScheduler"),
    defaults=Defaults(width=64, height=64, num_inference_steps=4, guidance_scale=5.0, scheduler="DDIMScheduler"),
    note="Draws coloured bars, not your words.",
)


class TestcardEngine:
    """Knows one model, ``testcard``, that takes no memory and no time."""

    __test__ = False  # pytest: a class whose name begins with Test, and no test

    def __init__(self, settings: EngineSettings) -> None:
        del settings

    @property
    def capabilities(self) -> Capabilities:
        """One model, any number of jobs at once."""
        return Capabilities(engine="testcard", version="1", models=(CARD,), max_concurrent=64)

    def estimate_bytes(self, model: str) -> int:
        """Nothing is loaded."""
        del model
        return 0

    def load(self, model: str) -> "Testcard":
        """Return the one test card."""
        del model
        return Testcard()


class Testcard:
    """Draws test cards."""

    __test__ = False
    size_bytes = 0

    def run(self, request: Request, progress: Progress, cancelled: IsCancelled) -> Iterator[Image.Image]:
        """Yield one test card for each seed; see the module's docstring for how to make it misbehave."""
        if not isinstance(request, TextToImage):
            raise InvalidField("The test card draws from text only.", field="kind")
        orders = dict(_DIRECTIVE.findall(request.prompt))
        steps = request.num_inference_steps or 1
        total = steps * request.num_images
        for index, seed in enumerate(request.seeds()):
            card = draw(request.prompt, seed, request.width or 64, request.height or 64)
            for step in range(steps):
                _misbehave(orders, first=index == step == 0)
                if cancelled():
                    raise Cancelled
                progress(Step(index * steps + step + 1, total, index, card.copy))
            yield card


def draw(prompt: str, seed: int, width: int, height: int) -> Image.Image:
    """Return eight vertical bars whose colours are a hash of *prompt* and *seed*: equal input, equal pixels."""
    digest = hashlib.sha256(f"{seed} {prompt}".encode()).digest()
    card = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(card)
    for bar in range(8):
        left, right = bar * width // 8, (bar + 1) * width // 8
        red, green, blue = digest[3 * bar : 3 * bar + 3]
        pen.rectangle((left, 0, right, height), fill=(red, green, blue))
    return card


def _misbehave(orders: dict[str, str], *, first: bool) -> None:
    if "step" in orders:
        time.sleep(float(orders["step"]))
    if not first:
        return
    if "fail" in orders:
        raise RuntimeError("the test card was told to fail")
    if "oom" in orders:
        raise MemoryError
    if "stall" in orders:
        time.sleep(_STALL_S)
    if "crash" in orders:
        os.kill(os.getpid(), signal.SIGKILL)
