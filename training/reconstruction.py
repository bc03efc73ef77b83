"""How far a reconstruction is from its picture: pixels, edges at several scales, spectrum; and PSNR."""

import torch
from torch import Tensor
from torch.nn import functional


def distance(ours: Tensor, true: Tensor, scales: int = 3) -> Tensor:
    """L1 of pixels plus L1 of neighbour differences at halving scales, plus a light L1 of the spectrum.

    Both are (n, 3, h, w) in [-1, 1]. The edge terms are what keeps flat drawings crisp.
    """
    total = (ours - true).abs().mean() + 2 * (ours - true).square().mean()
    lightness, warmth, greenness = opponent(functional.avg_pool2d(ours - true, 4)).abs().mean((0, 2, 3))
    total = total + (lightness + warmth + 2 * greenness) / 3
    a, b = ours, true
    for scale in range(scales):
        across = (a.diff(dim=-1) - b.diff(dim=-1)).abs().mean()
        down = (a.diff(dim=-2) - b.diff(dim=-2)).abs().mean()
        total = total + 0.25 * (across + down)
        if scale < scales - 1:
            a, b = functional.avg_pool2d(a, 2), functional.avg_pool2d(b, 2)
            total = total + 0.5 * (a - b).abs().mean()
    spectrum = torch.fft.rfft2(ours - true, norm="ortho").abs().mean()
    whole: Tensor = total + 0.01 * spectrum
    return whole


def opponent(pictures: Tensor) -> Tensor:
    """Lightness, orange against blue, green against purple: the colour axes of (n, 3, h, w) RGB."""
    red, green, blue = pictures.unbind(1)
    return torch.stack(((red + green + blue) / 3, red - blue, green - (red + blue) / 2), 1)


def psnr(ours: Tensor, true: Tensor) -> float:
    """Mean peak signal-to-noise ratio in dB of pictures in [-1, 1], each picture counted alike."""
    error = (ours.clamp(-1, 1) - true).square().flatten(1).mean(1) / 4
    return float((-10 * error.clamp_min(1e-10).log10()).mean())
