"""How often the right label comes out, with the real mechanism; and the mu that meets a bound in bits."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ..mechanism import Mechanism
from . import data
from .config import GistConfig
from .model import valid_places
from .training import Split


def message_bits(mechanism: Mechanism, vectors: int) -> float:
    """The most a server can learn of a message: n (1 - H2(1/2 + q)) bits over n = M d K rounds (spec section 3)."""
    p, n = 0.5 + mechanism.q, mechanism.rounds * mechanism.dim * vectors
    return n * (1 + p * math.log2(p) + (1 - p) * math.log2(1 - p))


def mu_for_bits(bits: float, config: GistConfig) -> float:
    """The largest mu, to 0.01, whose bound is at most `bits` a message."""
    hundredths = 1
    while message_bits(mechanism_at((hundredths + 1) / 100, config), config.vectors) <= bits:
        hundredths += 1
    return hundredths / 100


def mechanism_at(mu: float, config: GistConfig) -> Mechanism:
    return Mechanism(mu, config.bits, config.dim, config.clip)


@torch.no_grad()
def activations(split: Split, ids: list[np.ndarray], batch: int = 256) -> Tensor:
    """N x K x d, without noise."""
    found = []
    for start in range(0, len(ids), batch):
        rows = data.padded(ids[start : start + batch])
        encoder = split.encoder
        found.append(encoder.activations(encoder.classifier.labels(encoder.classifier.pooled(rows, valid_places(rows)))))
    return torch.cat(found)


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """A 95% interval of a share of `count` independent things."""
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def as_json(share: float, messages: int) -> dict:
    """Draws of one message are no new messages: the interval is that of as many messages as there are."""
    low, high = wilson(share, messages)
    return {"share": round(share, 4), "low": round(low, 4), "high": round(high, 4), "messages": messages}


@torch.no_grad()
def accuracy(split: Split, x: Tensor, labels: np.ndarray, mu: float | None, config: GistConfig, draws: int = 1) -> float:
    """Share of messages whose label is the likeliest, averaged over draws; mu None: the activations as they are."""
    targets = torch.from_numpy(labels)
    generator = torch.Generator().manual_seed(config.seed)
    level = mu_for_bits(config.presets[-1][1], config) if mu is None else mu
    mechanism = mechanism_at(level, config)
    right = 0.0
    for _ in range(1 if mu is None else draws):
        estimate = x if mu is None else mechanism.estimate(mechanism.release(x, generator))
        read = split.head(estimate.flatten(1), torch.full((len(x), 1), level))
        right += float((read.argmax(1) == targets).float().mean())
    return right / (1 if mu is None else draws)
