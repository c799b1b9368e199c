"""The clip bound from the table, and the mu at which the Bayes attacker recovers a given share: where presets begin. `sotto calibrate`
finds theirs against the strongest attacker."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .attack import Recovery, measure
from .config import Config
from .mechanism import Mechanism
from .split import ROWS


def clip_bound(table: Tensor, prior: Tensor, config: Config) -> float:
    """The c whose release tells a linear estimator most about z at the reference mu.

    A small c cuts the tails of z, a large one buys noise for range that few tokens use. For u = clip(z, c) released with
    variance about 4 c^2 d / mu^2 the share of z's energy a linear estimate explains is
    E[z u]^2 / (E[z^2] (E[u^2] + 4 c^2 d / mu^2)), tokens weighted by frequency; c is the maximiser over a grid."""
    dim = table.shape[1]
    weights = prior.to(table.device).double() / dim

    def parts():
        for start in range(0, len(table), ROWS):
            yield table[start : start + ROWS].double(), weights[start : start + ROWS, None]

    energy = sum(float((weight * z**2).sum()) for z, weight in parts())
    scale = math.sqrt(energy)
    bounds = [scale * step / 20 for step in range(5, 101)]
    products, squares = [0.0] * len(bounds), [0.0] * len(bounds)
    for z, weight in parts():
        weighted = weight * z
        for i, c in enumerate(bounds):
            u = z.clamp(-c, c)
            products[i] += float((weighted * u).sum())
            squares[i] += float((weight * u**2).sum())

    def share(i: int) -> float:
        noise = 4 * bounds[i] ** 2 * dim / config.clip_reference_mu**2
        return products[i] ** 2 / (energy * (squares[i] + noise))

    return bounds[max(range(len(bounds)), key=share)]


def mu_for_recovery(
    target: float, ids: Tensor, table: Tensor, prior: Tensor, clip: float, config: Config
) -> tuple[float, Recovery]:
    """The largest mu (to 0.05) at which the Bayes attacker with unigram prior recovers at most `target` of `ids`,
    and what was measured there. Every mu is tried on the same seed, so that the search is monotone but for noise."""

    low, high = 1, 1600
    while low < high:
        middle = (low + high + 1) // 2
        if recovery_at(middle * 0.05, ids, table, prior, clip, config).bayes <= target:
            low = middle
        else:
            high = middle - 1
    mu = round(low * 0.05, 2)
    return mu, recovery_at(mu, ids, table, prior, clip, config)


def recovery_at(mu: float, ids: Tensor, table: Tensor, prior: Tensor, clip: float, config: Config) -> Recovery:
    """What is recovered of `ids` at this mu."""
    generator = torch.Generator(table.device).manual_seed(config.seed)
    return measure(ids, table, prior, Mechanism(mu, config.bits, table.shape[1], clip), generator)
