"""Every choice of the classification half, in one place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

TASKS = ("banking77", "clinc150", "polarity", "subjectivity")
METHODS = ("clean", "no-prefix", "del", "del-no-soft-prompt", "gaussian-sr", "dchi", "rantext", "hard-bayes", "tail", "gist")

#: Methods whose levels are bounds in bits of the mean message.
BITS_METHODS = ("del", "del-no-soft-prompt", "gaussian-sr", "hard-bayes", "tail", "gist")


@dataclass(frozen=True)
class TasksConfig:
    """Rates are AdamW's peak learning rates, with a short warmup and cosine decay. Steps are of `batch` messages."""

    levels: tuple[float, ...] = (6.5, 12.0, 26.0, 52.0, 104.0)
    #: Of d_chi, nats for a distance as long as the root mean square row of the table; of RANTEXT, nats.
    etas: tuple[float, ...] = (8.0, 16.0, 25.0, 40.0, 64.0)
    epsilons: tuple[float, ...] = (2.0, 6.0, 10.0, 14.0, 20.0)
    rantext_share: float = 0.3

    # Text. Polarity and subjectivity have no test set of their own: so many sentences are kept for it.
    vocabulary: int = 2048
    longest: int = 64
    test_messages: int = 2000
    variants: int = 6
    merge_dropout: float = 0.1
    token_dropout: float = 0.1

    # The server's model. `rank` is the width of the table before it is widened to `hidden`: the projection loses nothing.
    hidden: int = 128
    rank: int = 32
    layers: int = 1
    heads: int = 4
    feed_forward: int = 256
    dropout: float = 0.1
    embedding_dropout: float = 0.1
    label_smoothing: float = 0.1
    average: float = 0.995

    batch: int = 64
    steps: int = 600
    rate: float = 5e-3
    weight_decay: float = 0.02

    # DEL.
    dim: int = 32
    bits: int = 4
    virtual_tokens: int = 16
    prompt_steps: int = 100
    prompt_rate: float = 3e-2

    # Noise-aware tail.
    tail_steps: int = 600
    tail_rate: float = 2e-3
    naming_weight: float = 0.5

    # SnD's denoiser.
    denoise_steps: int = 250
    denoise_rate: float = 2e-3

    # Gist.
    gist_steps: int = 800
    gist_rate: float = 4e-3
    gist_dropout: float = 0.3
    inverter_steps: int = 1000

    # Measuring.
    draws: int = 2
    evidence_tokens: int = 600
    leak_tokens: int = 8000
    ngram_bytes: int = 400_000


def for_task(config: TasksConfig, task: str) -> TasksConfig:
    """The sentences are about twice as long as the questions, and two labels teach less than many: half as many a step, more steps."""
    if task not in ("polarity", "subjectivity"):
        return config
    return dataclasses.replace(config, batch=config.batch // 2, steps=2 * config.steps, gist_steps=config.gist_steps * 3 // 2)


def tiny(config: TasksConfig) -> TasksConfig:
    """Every method in seconds: for the tests and for trying out a change."""
    return dataclasses.replace(
        config, levels=(12.0, 104.0), etas=(40.0, 160.0), epsilons=(6.0, 14.0), vocabulary=300, test_messages=24, variants=1,
        hidden=32, rank=16, dim=16, feed_forward=32, batch=8, steps=8, virtual_tokens=2, prompt_steps=3, tail_steps=4, denoise_steps=4,
        gist_steps=6, inverter_steps=4, draws=1, evidence_tokens=40, leak_tokens=200, ngram_bytes=30_000,
    )
