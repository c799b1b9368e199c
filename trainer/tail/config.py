"""The choices of a tail. A run directory remembers the ones it was started with."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class TailConfig:
    """Sizes are in tokens unless said otherwise; rates are AdamW's peak learning rates (warm-up, then cosine decay)."""

    seed: int = 20261121

    # Denoiser.
    layers: int = 4
    heads: int = 8
    feed_forward: int = 768

    virtual_tokens: int = 16

    # Training. The noise of a message is that of a mu drawn log-uniformly; some messages have stretches at another mu or in the clear.
    steps: int = 3000
    warmup: int = 100
    batch: int = 32
    prefix_lengths: tuple[int, int] = (4, 100)
    continuation: int = 48
    mu: tuple[float, float] = (1.0, 16.0)
    mixed: float = 0.25
    noiseless: float = 0.05
    denoiser_rate: float = 1e-3
    decoder_rate: float = 3e-4
    distillation: float = 0.5
    reading: float = 0.3

    # The projection: whether it is learned too, at which rate (in standard deviations of its own weights), and what it costs in nats that
    # the denoiser knows a nat more of a token.
    learn_projection: bool = False
    projection_rate: float = 0.01
    leak: float = 0.0

    # Measuring.
    windows: int = 512


def tiny(config: TailConfig) -> TailConfig:
    """Every stage in seconds."""
    return dataclasses.replace(
        config,
        layers=1,
        heads=2,
        feed_forward=32,
        virtual_tokens=2,
        steps=4,
        warmup=2,
        batch=2,
        prefix_lengths=(4, 8),
        continuation=6,
        windows=8,
    )
