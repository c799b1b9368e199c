"""Releases whose tokens may each have a mu of their own, as the frames of mixed messages have (spec sections 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..mechanism import Mechanism

BITS = 4
ROUNDS = (1 << BITS) - 1


@dataclass(frozen=True)
class Box:
    """What of the mechanism is one for all presets of a bundle: coordinates of a token and their bound c."""

    dim: int
    clip: float

    def amplitude(self, mu: Tensor) -> Tensor:
        """A of every mu (spec, equation of the amplitude): c sqrt(4 M d / mu^2 + 1). At an infinite mu it is c."""
        return self.clip * torch.sqrt(4 * ROUNDS * self.dim / mu**2 + 1)

    def precision(self, mu: Tensor) -> Tensor:
        """M / A^2: one over the variance of a coordinate's estimate, but for a share z^2 / A^2 of it."""
        return ROUNDS / self.amplitude(mu) ** 2

    def mechanism(self, mu: float) -> Mechanism:
        return Mechanism(mu, BITS, self.dim, self.clip)


@dataclass(frozen=True)
class Release:
    """What the server has of B messages of T tokens: linear estimates (B x T x d) and their precision (B x T), and what was sent in
    the clear (`public`, B x T, bool), whose rows `clean` (B x T x H) are."""

    estimates: Tensor
    precision: Tensor
    clean: Tensor
    public: Tensor


def release(
    ids: Tensor, table: Tensor, embeddings: Tensor, mu: Tensor, public: Tensor, box: Box, generator: torch.Generator
) -> Release:
    """Levels of every token at its mu (B x T; infinite: the clipped activations themselves), as the server has them."""
    amplitude = box.amplitude(mu)[..., None]
    activations = table[ids].clamp(-box.clip, box.clip)
    p = 0.5 + activations / (2 * amplitude)
    levels = torch.binomial(torch.full_like(p, float(ROUNDS)), p.detach(), generator=generator)
    estimates = amplitude * (2 * levels / ROUNDS - 1)
    if table.requires_grad:
        # The mean of an estimate is the activation: its gradient goes straight through.
        estimates = activations + (estimates - activations).detach()
    noiseless = mu.isinf()[..., None]
    return Release(
        estimates=torch.where(public[..., None], 0.0, torch.where(noiseless, activations, estimates)),
        precision=torch.where(public, 0.0, box.precision(mu)),
        clean=torch.where(public[..., None], embeddings[ids], 0.0),
        public=public,
    )
