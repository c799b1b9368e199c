"""The clip bound from the table, and the mu at which the Bayes attacker recovers a given share: where presets begin. `sotto calibrate`
finds theirs against the strongest attacker."""

from __future__ import annotations

import torch
from torch import Tensor

from .attack import Recovery, measure
from .config import Config
from .mechanism import Mechanism


def clip_bound(table: Tensor, prior: Tensor, config: Config) -> float:
    """The c whose release tells a linear estimator most about z at the reference mu.

    A small c cuts the tails of z, a large one buys noise for range that few tokens use. For u = clip(z, c) released with
    variance about 4 c^2 d / mu^2 the share of z's energy a linear estimate explains is
    E[z u]^2 / (E[z^2] (E[u^2] + 4 c^2 d / mu^2)), tokens weighted by frequency; c is the maximiser over a grid."""
    z = table.double()
    weight = (prior.double() / z.shape[1])[:, None]
    scale = float((weight * z**2).sum().sqrt())
    best, best_share = scale, -1.0
    for step in range(5, 101):
        c = scale * step / 20
        u = z.clamp(-c, c)
        noise = 4 * c**2 * z.shape[1] / config.clip_reference_mu**2
        share = float((weight * z * u).sum() ** 2 / (scale**2 * ((weight * u**2).sum() + noise)))
        if share > best_share:
            best, best_share = c, share
    return best


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
    generator = torch.Generator().manual_seed(config.seed)
    return measure(ids, table, prior, Mechanism(mu, config.bits, table.shape[1], clip), generator)
