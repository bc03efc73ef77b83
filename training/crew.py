"""Several processes that train one model together on the same machine, by averaging their gradients."""

from pathlib import Path

import torch
from torch import Tensor, distributed, nn


class Crew:
    """One member of a crew of `size` processes; a crew of one needs no other.

    Members must start from equal weights and take the same steps; number 0 leads: it keeps the clock, the state
    and the logs.
    """

    def __init__(self, rank: int, size: int, meeting: Path) -> None:
        self.rank, self.size = rank, size
        if size > 1:
            distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=size)

    @property
    def leads(self) -> bool:
        """Whether this is number 0."""
        return self.rank == 0

    def leader_says(self, value: float) -> float:
        """Return the leader's value, on every member."""
        if self.size == 1:
            return value
        said = torch.tensor([value], dtype=torch.float64)
        distributed.broadcast(said, 0)
        return float(said)

    @torch.no_grad()
    def average_gradients(self, module: nn.Module) -> None:
        """Replace every gradient by its mean over the crew."""
        if self.size == 1:
            return
        gradients: list[Tensor] = [p.grad for p in module.parameters() if p.grad is not None]
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        distributed.all_reduce(flat)
        flat /= self.size
        place = 0
        for gradient in gradients:
            gradient.copy_(flat[place : place + gradient.numel()].view_as(gradient))
            place += gradient.numel()
