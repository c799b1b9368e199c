"""Every choice that shapes a gist bundle, in one place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class GistConfig:
    """Rates are AdamW's peak learning rates. Bits are of the whole message: K vectors of d coordinates."""

    bundle_id: str = "demo-intents"
    seed: int = 20260212
    bits: int = 4
    vectors: int = 1
    dim: int = 128
    clip: float = 1.0
    presets: tuple[tuple[str, float], ...] = (("strict", 6.5), ("balanced", 12.0), ("light", 26.0))

    # Text.
    vocabulary: int = 4096
    prompt_tokens: int = 128
    #: Times each training message is tokenized with merges left out at random (BPE dropout).
    variants: int = 12
    merge_dropout: float = 0.1
    token_dropout: float = 0.1
    held_out: float = 0.1

    # Encoder: convolutions over embeddings, the greatest value of each filter, a linear layer.
    width: int = 160
    filters: int = 256
    spans: tuple[int, ...] = (1, 2, 3, 4)
    dropout: float = 0.5
    embedding_dropout: float = 0.2

    steps: int = 2500
    batch: int = 64
    rate: float = 2e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.1
    auxiliary_weight: float = 0.3
    noise_weight: float = 1.0
    average: float = 0.998
    #: Per-vector mu in training, drawn log-uniformly for every message.
    mu_range: tuple[float, float] = (5.5, 16.0)

    # Inverter: a recurrent decoder from the noised estimate to the tokens of the message.
    inverter_width: int = 128
    inverter_steps: int = 3000
    inverter_batch: int = 64
    inverter_rate: float = 4e-3

    # Measuring.
    draws: int = 20
    inverter_draws: int = 2


def tiny(config: GistConfig) -> GistConfig:
    """A configuration that runs every stage in seconds: for the tests and for trying out a change."""
    return dataclasses.replace(
        config,
        dim=16,
        vocabulary=320,
        variants=1,
        width=8,
        filters=8,
        spans=(1, 3),
        steps=12,
        batch=8,
        inverter_width=8,
        inverter_steps=6,
        inverter_batch=8,
        draws=2,
        inverter_draws=1,
    )
