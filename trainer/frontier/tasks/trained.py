"""What is trained for one task and seed, each piece when it is first asked for, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from torch import Tensor

from ..mechanisms import Binomial, Dchi, Rantext, rantext_scale
from . import classifier, del_prompt, denoise, tail
from .config import TasksConfig
from .data import Text
from .gist import Gist, gist_config


@dataclass(frozen=True)
class Trained:
    text: Text
    config: TasksConfig
    seed: int
    folder: Path

    @property
    def label(self) -> str:
        return f"{self.text.task.name} {self.seed}"

    @cached_property
    def model(self) -> classifier.Classifier:
        return classifier.train(self.text, self.config, self.seed, self.folder / "classifier.pt")

    @cached_property
    def split(self) -> del_prompt.Split:
        return del_prompt.Split.of(self.model, self.text, self.config)

    @cached_property
    def mechanisms(self) -> dict[str, Binomial]:
        return {f"{level:g}": self.split.binomial(level, self.text, self.config) for level in self.config.levels}

    @cached_property
    def prompts(self) -> dict[str, Tensor]:
        """From the lightest level to the strictest: each begins where the last ended."""
        found: dict[str, Tensor] = {}
        prompt = None
        for level, mechanism in reversed(self.mechanisms.items()):
            path = self.folder / f"prompt-{level}.pt"
            label = f"{self.label} prompt {level}"
            prompt = del_prompt.train(self.model, self.split, mechanism, prompt, self.text, self.config, self.seed, path, label)
            found[level] = prompt
        return found

    @cached_property
    def tail(self) -> tail.Tail:
        mechanisms = list(self.mechanisms.values())
        return tail.train(self.model, mechanisms, self.text, self.config, self.seed, self.folder / "tail.pt", f"{self.label} tail")

    @cached_property
    def dchis(self) -> dict[str, Dchi]:
        length = denoise.unit(self.split.embeddings, self.text.prior)
        return {f"{eta:g}": Dchi(self.split.embeddings, eta / length) for eta in self.config.etas}

    @cached_property
    def denoiser(self) -> denoise.Denoiser:
        mechanisms, checkpoint = list(self.dchis.values()), self.folder / "denoiser.pt"
        return denoise.train(self.model, mechanisms, self.text, self.config, self.seed, checkpoint, f"{self.label} denoiser")

    def rantext(self, level: str) -> Rantext:
        return Rantext(self.split.embeddings, float(level), rantext_scale(self.split.embeddings, self.config.rantext_share))

    @cached_property
    def gist(self) -> Gist:
        return Gist(self.text, gist_config(self.config, self.seed), self.folder, self.label)
