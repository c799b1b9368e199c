"""Progress lines with a time left, and checkpoints that an interrupted run resumes from."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

import torch
from torch.nn import Parameter
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

CHECKPOINT_EVERY = 50


class Progress:
    def __init__(self, label: str, steps: int, checkpoint: Path):
        self.label, self.steps, self.checkpoint = label, steps, checkpoint
        self.started, self.first = time.monotonic(), 0
        self.mean: dict[str, float] = {}

    def resume(self, parameters: dict[str, Parameter], optimizer: Optimizer, schedule: LRScheduler) -> int:
        """Load the checkpoint into what is given; return the number of steps already done."""
        self.parameters, self.optimizer, self.schedule = parameters, optimizer, schedule
        if self.checkpoint.exists():
            state = torch.load(self.checkpoint, weights_only=True)
            if state["steps"] == self.steps:
                with torch.no_grad():
                    for name, parameter in parameters.items():
                        parameter.copy_(state["parameters"][name])
                optimizer.load_state_dict(state["optimizer"])
                schedule.load_state_dict(state["schedule"])
                self.first = state["done"]
        return self.first

    def step(self, done: int, figures: dict[str, float]) -> None:
        """Say how far it is, and keep it from time to time. Raises ValueError where a figure is no number: nothing is learned after that."""
        if not all(map(math.isfinite, figures.values())):
            raise ValueError(f"{self.label}: the loss of step {done} is not a finite number; another --dtype may have the range")
        for name, value in figures.items():
            self.mean[name] = value if name not in self.mean else 0.95 * self.mean[name] + 0.05 * value
        if done % CHECKPOINT_EVERY and done != self.steps:
            return
        left = (time.monotonic() - self.started) / (done - self.first) * (self.steps - done)
        shown = "  ".join(f"{name} {value:.4f}" for name, value in self.mean.items())
        print(f"{self.label}  {done}/{self.steps}  {shown}  {left / 60:.1f} min left", flush=True)
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(
            {
                "steps": self.steps,
                "done": done,
                "parameters": {name: p.detach() for name, p in self.parameters.items()},
                "optimizer": self.optimizer.state_dict(),
                "schedule": self.schedule.state_dict(),
            },
            partial,
        )
        os.replace(partial, self.checkpoint)
