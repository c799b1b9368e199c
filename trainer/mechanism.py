"""The binomial mechanism (spec sections 1 and 2) for training and for the reference vectors.

The noise of real releases is drawn by the client, from the platform's cryptographic generator. Here the
generator is seeded: nothing that leaves a person's device is made with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Mechanism:
    """mu is DEL's per-token Gaussian-DP level, bits the width of one level, dim the coordinates of a token,
    clip the bound c of a coordinate."""

    mu: float
    bits: int
    dim: int
    clip: float

    @property
    def rounds(self) -> int:
        """M = 2^b - 1."""
        return (1 << self.bits) - 1

    @property
    def amplitude(self) -> float:
        """A = c sqrt(4 M d / mu^2 + 1)."""
        return self.clip * math.sqrt(4 * self.rounds * self.dim / self.mu**2 + 1)

    @property
    def q(self) -> float:
        """Every Bernoulli parameter lies in [1/2 - q, 1/2 + q]."""
        return 1 / (2 * math.sqrt(4 * self.rounds * self.dim / self.mu**2 + 1))

    def thresholds(self, activations: np.ndarray) -> np.ndarray:
        """P_i = round(p_i 2^32) clamped into the accounted interval: T x d, uint64. Raises on a non-finite coordinate."""
        if not np.isfinite(activations).all():
            raise ValueError("a non-finite coordinate is an error, never a number")
        x = np.clip(activations.astype(np.float64), -self.clip, self.clip)
        p = np.floor((0.5 + x / (2 * self.amplitude)) * 2**32 + 0.5)
        # ceil((1/2 - q) 2^32) and floor((1/2 + q) 2^32), without rounding 1/2 - q first.
        reach = math.floor(self.q * 2**32)
        return np.clip(p, 2**31 - reach, 2**31 + reach).astype(np.uint64)

    def release(self, activations: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Levels, ... x d, as float32 integers in 0..M: y_i ~ Binomial(M, 1/2 + x_i / (2A))."""
        p = 0.5 + activations.clamp(-self.clip, self.clip) / (2 * self.amplitude)
        return torch.binomial(torch.full_like(p, float(self.rounds)), p, generator=generator)

    def estimate(self, levels: torch.Tensor) -> torch.Tensor:
        """The unbiased estimate A (2 y / M - 1), ... x d."""
        return self.amplitude * (2 * levels / self.rounds - 1)
