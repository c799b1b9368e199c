"""What a tail makes of a release, beside its zero-information control, and what it can name of it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor

from ..attack import RARE, wilson
from ..data import Corpus
from ..evaluate import Loss
from ..split import next_token_losses
from .config import TailConfig
from .model import Tail
from .noise import Release, release


@dataclass(frozen=True)
class Measured:
    released: Loss
    control: Loss
    worth: Loss
    # As the manifest has an attacker: of the tail's own posterior.
    denoiser: dict

    def as_json(self) -> dict:
        return asdict(self)


@torch.no_grad()
def measure(
    tail: Tail, table: Tensor, prior: Tensor, corpus: Corpus, config: TailConfig, mu: float, seed: int, prompted: bool = True
) -> Measured:
    """Losses of the clean continuation after a release at this mu (infinite: without noise) and after that of another text, with soft prompt
    or without; the share of private tokens that the tail's own posterior names, and of the rare ones."""
    size = min(32, config.windows)
    shortest, longest = config.prefix_lengths
    found: dict[str, list[Tensor]] = {"released": [], "control": []}
    named = tokens = rare = rare_named = blind = 0
    entropy = 0.0
    for batch in range(config.windows // size):
        rng = np.random.default_rng((seed, 2, batch))
        length = int(rng.integers(shortest, longest + 1))
        ids = corpus.windows(length + config.continuation, size, rng)
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        prefix, continuation = ids[:, :length], ids[:, length:]
        for name, text in (("released", prefix), ("control", prefix.roll(1, 0))):
            seen = of_one_mu(tail, text, table, mu, generator)
            rows, belief = tail.denoiser(seen.estimates, seen.precision, seen.clean, seen.public)
            prompt = [tail.prompt(mu).expand(size, -1, -1)] if prompted else []
            told = torch.cat([*prompt, rows, tail.embeddings[continuation]], dim=1)
            found[name].append(next_token_losses(tail.model, told, continuation).mean(1))
            if name == "control":
                continue
            right = belief.argmax(-1) == text
            seldom = prior[text] < RARE
            named += int(right.sum())
            tokens += text.numel()
            # Who is shown nothing names the commonest token, again and again.
            blind += int((text == prior.argmax()).sum())
            rare += int(seldom.sum())
            rare_named += int((right & seldom).sum())
            entropy -= float((belief.exp() * belief).sum()) / math.log(2)
    recovery = share(named, tokens) | {
        "baseline": blind / tokens,
        "rare": share(rare_named, rare) if rare else None,
        # Over the unigram prior it gains what it knows of the language as well, which is no gain of this release.
        "bitsGained": None,
        "anonymity": 2 ** (entropy / tokens),
    }
    released, control = (torch.cat(found[name]) for name in ("released", "control"))
    return Measured(Loss.of(released), Loss.of(control), Loss.of(control - released), recovery)


def share(named: int, of: int) -> dict:
    low, high = wilson(named / of, of)
    return {"recovery": named / of, "low": low, "high": high, "tokens": of}


def of_one_mu(tail: Tail, ids: Tensor, table: Tensor, mu: float, generator: torch.Generator) -> Release:
    """All of these messages private, at one mu."""
    levels = torch.full(ids.shape, mu)
    return release(ids, table, tail.embeddings, levels, torch.zeros(ids.shape, dtype=torch.bool), tail.box, generator)
