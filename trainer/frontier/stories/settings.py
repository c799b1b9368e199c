"""Every choice of the measurement, in one place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from ...config import Config

# mu a token of the binomial methods, and of Gaussian noise that has the same bits.
LEVELS = (1.75, 2.5, 3.45, 5.15, 8.0, 12.0)


@dataclass(frozen=True)
class Settings:
    """Sizes are in tokens unless said otherwise."""

    levels: tuple[float, ...] = LEVELS
    # d_chi on the full embedding: eta, in nats for each unit of distance. RANTEXT: epsilon of a token, and the share of the vocabulary
    # that a middling list of replacements has. From near blind to most of the text.
    etas: tuple[float, ...] = (10.0, 20.0, 30.0, 40.0, 60.0, 100.0)
    epsilons: tuple[float, ...] = (1.0, 6.0, 10.0, 14.0, 18.0, 24.0)
    rantext_share: float = 0.8

    # Losses: windows of validation text, as trainer/evaluate.py has them; every batch has one prefix length, and intervals are over batches.
    windows: int = 256
    batch: int = 8
    prefix_lengths: tuple[int, int] = (4, 100)
    continuation: int = 48

    # Continuations that are written and compared: of the first windows, and so long.
    written: int = 64
    written_length: int = 32

    # What attackers read: messages of a seed, the same for every method and level.
    attacked: int = 12
    attacked_length: int = 50

    # Soft prompts of levels that the bundle has none for: as many steps as its own have had.
    soft_prompt_steps: int = 700

    # The sentence encoder.
    encoder_words: int = 5000
    encoder_width: int = 100
    encoder_tokens: int = 3_000_000
    encoder_pairs: int = 512

    # Text by which words and kinds of words are counted.
    counted_tokens: int = 4_000_000

    def training(self, virtual_tokens: int) -> Config:
        """The trainer's own configuration, for what it trains here."""
        return dataclasses.replace(
            Config(),
            virtual_tokens=virtual_tokens,
            soft_prompt_steps=self.soft_prompt_steps,
            prefix_lengths=self.prefix_lengths,
            continuation=self.continuation,
        )


def tiny(settings: Settings) -> Settings:
    """Goes through everything in seconds, to no use but trying out."""
    return dataclasses.replace(
        settings,
        windows=4,
        batch=2,
        prefix_lengths=(4, 10),
        continuation=8,
        written=4,
        written_length=6,
        attacked=2,
        attacked_length=8,
        soft_prompt_steps=2,
        encoder_words=200,
        encoder_width=8,
        encoder_tokens=20_000,
        encoder_pairs=16,
        counted_tokens=20_000,
    )
