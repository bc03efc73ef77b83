"""Batches of drawings as tensors, shuffled the same way for the same seed."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from training.drawings import Pixels


def to_tensor(pixels: Pixels) -> Tensor:
    """Bytes (n, h, w, 3) as floats (n, 3, h, w) in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 127.5 - 1


def to_pixels(tensor: Tensor) -> Pixels:
    """Floats (n, 3, h, w) in [-1, 1] as bytes (n, h, w, 3)."""
    scaled = (tensor.detach().float().cpu().clamp(-1, 1) + 1) * 127.5
    pixels: Pixels = scaled.round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return pixels


def parts(tensor: Tensor, size: int) -> Iterator[Tensor]:
    """Return the tensor in consecutive parts of at most `size` entries."""
    return (tensor[start : start + size] for start in range(0, len(tensor), size))


def shuffled(count: int, batch: int, seed: int) -> Iterator[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Endless batches of indices below `count`; every epoch is a new permutation."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(count)
        for start in range(0, count - batch + 1, batch):
            yield np.sort(order[start : start + batch])
