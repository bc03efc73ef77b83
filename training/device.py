"""The device a trainer runs on, and its arithmetic."""

import copy
import os
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import nn


def prepare(device: str, threads: int) -> torch.device:
    """Return the torch device, with the thread count and the seed of all generators set."""
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    return torch.device(device)


def half(device: torch.device) -> AbstractContextManager[None]:
    """Return a context in which matrix products and convolutions run in bfloat16."""
    return torch.autocast(device.type, torch.bfloat16)


class HalfTwin:
    """A bfloat16 twin of a module: forward and backward run on it, the weights are kept and updated in float32."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.twin: Any = copy.deepcopy(module).to(torch.bfloat16)

    @torch.no_grad()
    def pull(self) -> None:
        """Copy the float32 weights into the twin, and frees its gradients."""
        for mine, true in zip(self.twin.parameters(), self.module.parameters(), strict=True):
            mine.copy_(true)
            mine.requires_grad_(true.requires_grad)
            mine.grad = None

    @torch.no_grad()
    def push_gradients(self) -> None:
        """Hands the twin's gradients to the float32 weights."""
        for mine, true in zip(self.twin.parameters(), self.module.parameters(), strict=True):
            true.grad = None if mine.grad is None else mine.grad.float()
