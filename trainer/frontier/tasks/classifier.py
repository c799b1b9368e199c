"""The server's model of the token-level methods: rows (B x T x H) to labels. Its table is public; rows may be of anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...gist.data import PAD_ID, batches, padded
from ...gist.training import TextSet
from .config import TasksConfig
from .data import Text
from .fitting import fit


class Attention(nn.Module):
    """Queries from one sequence, keys and values from another; `valid` is B x S, true where there is a row."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, asking: Tensor, rows: Tensor, valid: Tensor) -> Tensor:
        q, k, v = (
            part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in (self.query(asking), self.key(rows), self.value(rows))
        )
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=valid[:, None, None, :])
        return self.out(mixed.transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, config: TasksConfig):
        super().__init__()
        self.before, self.between = nn.LayerNorm(config.hidden), nn.LayerNorm(config.hidden)
        self.attention = Attention(config.hidden, config.heads)
        self.wide, self.narrow = nn.Linear(config.hidden, config.feed_forward), nn.Linear(config.feed_forward, config.hidden)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, rows: Tensor, valid: Tensor) -> Tensor:
        normal = self.before(rows)
        rows = rows + self.dropout(self.attention(normal, normal, valid))
        return rows + self.dropout(self.narrow(F.gelu(self.wide(self.between(rows)))))


class Classifier(nn.Module):
    """A convolution over three rows, transformer layers, and what is pooled: the greatest of every coordinate, and attention of a
    learned query."""

    def __init__(self, config: TasksConfig, vocabulary: int, labels: int):
        super().__init__()
        self.narrow_table = nn.Parameter(0.15 * torch.randn(vocabulary, config.rank))
        self.widen = nn.Parameter(torch.randn(config.rank, config.hidden) / config.rank**0.5)
        self.places = nn.Parameter(0.1 * torch.randn(config.longest, config.hidden))
        self.entry = nn.LayerNorm(config.hidden)
        self.near = nn.Conv1d(config.hidden, config.hidden, 3, padding=1)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.last = nn.LayerNorm(config.hidden)
        self.asking = nn.Parameter(0.1 * torch.randn(config.hidden))
        self.pool = Attention(config.hidden, config.heads)
        self.embedding_dropout, self.dropout = nn.Dropout(config.embedding_dropout), nn.Dropout(2 * config.dropout)
        self.labels = nn.Linear(2 * config.hidden, labels)

    def table(self) -> Tensor:
        """E, V x H."""
        return self.narrow_table @ self.widen

    def states(self, rows: Tensor, valid: Tensor, prompt: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(states, valid) of the soft prompt's rows (P x H), if any, and those of the message (B x T x H)."""
        rows = self.embedding_dropout(rows)
        places = self.places[: rows.shape[1]].expand(len(rows), -1, -1)
        if prompt is not None:
            rows = torch.cat([prompt.expand(len(rows), -1, -1), rows], 1)
            places = F.pad(places, (0, 0, len(prompt), 0))
            valid = F.pad(valid, (len(prompt), 0), value=True)
        rows = (self.entry(rows) + places) * valid[..., None]
        rows = rows + F.gelu(self.near(rows.transpose(1, 2)).transpose(1, 2))
        for block in self.blocks:
            rows = block(rows, valid)
        return self.last(rows), valid

    def pooled(self, rows: Tensor, valid: Tensor, prompt: Tensor | None = None) -> Tensor:
        """B x 2H."""
        return self.gathered(*self.states(rows, valid, prompt))

    def gathered(self, states: Tensor, valid: Tensor) -> Tensor:
        greatest = states.masked_fill(~valid[..., None], -1e4).amax(1)
        asked = self.pool(self.asking.expand(len(states), 1, -1), states, valid)[:, 0]
        return torch.cat([greatest, asked], 1)

    def forward(self, rows: Tensor, valid: Tensor, prompt: Tensor | None = None) -> Tensor:
        """Logits, B x L."""
        return self.labels(self.dropout(self.pooled(rows, valid, prompt)))


class Batches:
    """Training batches by step: ids of random variants (B x T), where there is a token, and labels."""

    def __init__(self, text: Text, config: TasksConfig, seed: int, steps: int):
        self.messages = TextSet(text.variants, text.task.train.labels)
        self.seed, self.config = seed, config
        self.rows = list(batches(self.messages.lengths, config.batch, seed, 0, steps))

    def at(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        rng = np.random.default_rng((self.seed, step))
        ids, labels = self.messages.batch(self.rows[step], rng, self.config.token_dropout)
        # A message in small pieces may be longer than the model's places.
        ids = ids[:, : self.config.longest]
        return ids, ids != PAD_ID, labels


def train(text: Text, config: TasksConfig, seed: int, checkpoint: Path) -> Classifier:
    """Trained on clean text."""
    torch.manual_seed(seed)
    model = Classifier(config, text.vocabulary, text.task.labels)
    source = Batches(text, config, seed, config.steps)

    def loss_of(step: int) -> Tensor:
        ids, valid, labels = source.at(step)
        return F.cross_entropy(model(model.table()[ids], valid), labels, label_smoothing=config.label_smoothing)

    fit(dict(model.named_parameters()), loss_of, config.steps, config.rate, checkpoint, f"{text.task.name} {seed} classifier", seed,
        config.weight_decay, config.average)
    return model.eval().requires_grad_(False)
