"""The gist split of trainer/gist, its own encoder and head, for one task: a message as one vector, released once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...gist import inverter, measure
from ...gist.config import GistConfig
from ...gist.training import Split, TextSet, train
from ..accounting import binomial_epsilon
from .config import TasksConfig
from .data import Text


def gist_config(config: TasksConfig, seed: int) -> GistConfig:
    """trainer/gist's choices, with noise up to that of the lightest level, and fewer steps, which learn faster and leave out less."""
    tiny = config.hidden < 64
    return GistConfig(
        seed=GistConfig().seed + seed,
        presets=tuple((f"{level:g}", level) for level in config.levels),
        vocabulary=config.vocabulary,
        prompt_tokens=config.longest,
        steps=config.gist_steps,
        rate=config.gist_rate,
        dropout=config.gist_dropout,
        embedding_dropout=config.embedding_dropout,
        batch=config.batch,
        mu_range=(5.5, 26.0),
        inverter_steps=config.inverter_steps,
        inverter_batch=config.batch,
        inverter_draws=1,
        **({"dim": 16, "width": 8, "filters": 8, "spans": (1, 3), "inverter_width": 8} if tiny else {}),
    )


@dataclass(frozen=True)
class Gist:
    text: Text
    config: GistConfig
    folder: Path
    label: str

    def mu(self, level: float) -> float:
        return measure.mu_for_bits(level, self.config)

    @cached_property
    @torch.enable_grad()
    def split(self) -> Split:
        text, checkpoint = self.text, self.folder / "gist.pt"
        messages = TextSet(text.variants, text.task.train.labels)
        return train(messages, None, text.vocabulary, text.task.labels, 0, self.config, checkpoint, f"{self.label} gist")

    @cached_property
    def activations(self) -> Tensor:
        """Of the test messages, N x K x d."""
        return measure.activations(self.split, self.text.test)

    @torch.no_grad()
    def named(self, level: float, generator: torch.Generator) -> np.ndarray:
        """The label read from one release of every test message."""
        mu = self.mu(level)
        released = inverter.estimates(self.activations, mu, self.config, generator)
        return self.split.head(released, torch.full((len(released), 1), mu)).argmax(1).numpy()

    def clean_accuracy(self) -> float:
        return measure.accuracy(self.split, self.activations, self.text.task.test.labels, None, self.config)

    def cost(self, level: float) -> tuple[dict, float]:
        """(parameters, epsilon at 1e-5 for replacing the whole message): K vectors are as many "tokens"."""
        mechanism = measure.mechanism_at(self.mu(level), self.config)
        parameters = {"mu": mechanism.mu, "bits": mechanism.bits, "dim": mechanism.dim, "clip": mechanism.clip}
        parameters |= {"vectors": self.config.vectors, "steps": self.config.steps, "epsilonKind": "exact"}
        return parameters, binomial_epsilon(mechanism, self.config.vectors)

    def bits(self, level: float) -> float:
        return measure.message_bits(measure.mechanism_at(self.mu(level), self.config), self.config.vectors)

    @cached_property
    @torch.enable_grad()
    def inverters(self) -> dict[bool, inverter.Inverter]:
        """The attacker and, by True, the one who was only ever shown releases of other messages."""
        plain = self.text.variants[0]
        known = measure.activations(self.split, plain).detach()
        mus = [self.mu(level) for _, level in self.config.presets]
        return {
            blind: inverter.train(plain, known, self.split.head, self.text.vocabulary, mus, blind, self.config,
                                  self.folder / f"{name}.pt", f"{self.label} {name}")
            for name, blind in (("inverter", False), ("blind", True))
        }

    def inverted(self, level: float) -> dict:
        """Shares of the test tokens, each beside that of the attacker without payload as its baseline: named right given the true tokens before
        them ("inverter"); and among what is written by one who is told nothing but the release ("inverter-alone")."""
        mu, ids = self.mu(level), self.text.test
        other = np.random.default_rng(self.config.seed).permutation(len(ids))
        found = {}
        for name, read in (("inverter", inverter.recovery), ("inverter-alone", inverter.overlap)):
            seeing = read(self.inverters[False], ids, self.activations, mu, self.config)
            blind = read(self.inverters[True], ids, self.activations[other], mu, self.config)
            found[name] = {"value": seeing.pop("recovery"), **seeing, "baseline": blind["recovery"]}
        return found
