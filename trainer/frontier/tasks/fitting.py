"""One training loop for every trained piece: AdamW, warmup, cosine, running mean, checkpoints."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from ...progress import Progress


# Pieces are trained when first asked for, which may be while something is measured.
@torch.enable_grad()
def fit(parameters: dict[str, nn.Parameter], loss_of: Callable[[int], Tensor], steps: int, rate: float, checkpoint: Path, label: str,
        seed: int, weight_decay: float = 0.0, average: float | None = None) -> None:
    """Minimise `loss_of(step)`, resuming from `checkpoint`. Each step is seeded by its number, so that a run that was cut off goes on
    as it would have. With `average` the parameters end as the running mean of what they passed through."""
    mean = {}
    if average is not None:
        mean = {f"mean.{name}": nn.Parameter(p.detach().clone(), requires_grad=False) for name, p in parameters.items()}
    optimizer = torch.optim.AdamW(parameters.values(), lr=rate, weight_decay=weight_decay, fused=True)
    warmup = max(1, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warmup) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
    )
    progress = Progress(label, steps, checkpoint)
    for step in range(progress.resume(parameters | mean, optimizer, schedule), steps):
        torch.manual_seed(1_000_003 * seed + step)
        loss = loss_of(step)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        optimizer.step()
        schedule.step()
        if average is not None:
            share = min(average, (step + 1) / (step + 10))
            with torch.no_grad():
                for name, p in parameters.items():
                    mean[f"mean.{name}"].lerp_(p, 1 - share)
        progress.step(step + 1, {"loss": loss.item()})
    if average is not None:
        with torch.no_grad():
            for name, p in parameters.items():
                p.copy_(mean[f"mean.{name}"])
