"""What a release costs: bits a server can learn at most, and epsilon at a delta, as in src/core/accounting (spec section 3)."""

from __future__ import annotations

import math

import numpy as np
import torch

from ..gist.measure import message_bits
from ..mechanism import Mechanism

#: Where epsilon is stated.
DELTA = 1e-5


def binomial_bits(mechanism: Mechanism) -> float:
    """Bits of one token at most: M d (1 - H2(1/2 + q))."""
    return message_bits(mechanism, 1)


def mu_for_bits(bits: float, dim: int, width: int = 4, clip: float = 1.0) -> float:
    """The mu a token whose bound is `bits`; the clip bound does not matter. By bisection: the bound grows with mu."""
    low, high = 1e-6, 1e4
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if binomial_bits(Mechanism(middle, width, dim, clip)) <= bits else (low, middle)
    return low


def binomial_epsilon(mechanism: Mechanism, tokens: int, delta: float = DELTA) -> float:
    """Epsilon (nats) at `delta` for replacing `tokens` tokens, exact: Binomial(n, 1/2 + q) against Binomial(n, 1/2 - q)."""
    n, q = mechanism.rounds * mechanism.dim * tokens, mechanism.q
    step = math.log((0.5 + q) / (0.5 - q))
    k = torch.arange(n + 1, dtype=torch.float64)
    ways = math.lgamma(n + 1) - torch.lgamma(k + 1) - torch.lgamma(n - k + 1)
    up = (ways + k * math.log(0.5 + q) + (n - k) * math.log(0.5 - q)).numpy()
    above = np.logaddexp.accumulate(up[::-1])[::-1]
    # The other distribution is this one mirrored.
    below = np.logaddexp.accumulate(up)[::-1]

    def delta_at(epsilon: float) -> float:
        first = math.floor((epsilon / step + n) / 2) + 1
        if first > n:
            return 0.0
        first = max(first, 0)
        return math.exp(above[first]) - math.exp(min(epsilon + below[first], 700.0))

    return smallest(delta_at, delta, n * step)


def gaussian_epsilon(mu: float, delta: float = DELTA) -> float:
    """Epsilon (nats) at `delta` of mu-Gaussian differential privacy (arXiv 1905.02383, corollary 2.13)."""

    def delta_at(epsilon: float) -> float:
        return below(mu / 2 - epsilon / mu) - math.exp(epsilon + log_below(-mu / 2 - epsilon / mu))

    return smallest(delta_at, delta, mu * mu / 2 + 40 * mu)


def smallest(delta_at, delta: float, highest: float) -> float:
    """The smallest epsilon, to a billionth of `highest`, at which the decreasing `delta_at` is at most `delta`; rounded up."""
    low, high = 0.0, highest
    if delta_at(0.0) <= delta:
        return 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if delta_at(middle) <= delta else (middle, high)
    return high


def below(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def log_below(x: float) -> float:
    """log of the standard normal distribution function, also where it is too small for a double."""
    if x > -30:
        return math.log(below(x))
    return -x * x / 2 - math.log(-x * math.sqrt(2 * math.pi)) + math.log1p(-1 / (x * x))
