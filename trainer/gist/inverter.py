"""An attacker who was trained to write the message back from its release, and how much better it does than one who sees no release."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..progress import Progress
from . import data
from .config import GistConfig
from .measure import mechanism_at
from .model import Head, variance


class Inverter(nn.Module):
    """A recurrent language model told, at every token, what the release says: the head's own reading of it, and the scaled estimate,
    which it begins by disregarding. So it begins as good as one without a release, and can only gain by what it learns to read."""

    def __init__(self, config: GistConfig, head: Head, vocabulary: int, known: Tensor):
        """`known` are the tokens of the training messages, in order: it names no other."""
        super().__init__()
        self.known = known
        self.config, self.head = config, [head]
        width = config.inverter_width
        self.embed = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embed.weight, std=0.1)
        self.label = nn.Linear(len(head.prior), width)
        self.estimate = nn.Linear(config.vectors * config.dim, width, bias=False)
        nn.init.zeros_(self.estimate.weight)
        self.before = nn.LayerNorm(width)
        self.cell = nn.GRU(width, width, batch_first=True)
        self.after = nn.LayerNorm(width)
        self.dropout = nn.Dropout(0.2)
        self.bias = nn.Parameter(torch.zeros(len(known)))

    def forward(self, estimates: Tensor, mu: Tensor, ids: Tensor) -> Tensor:
        """Logits of every token given those before it: estimates B x (K d), mu B x 1, ids B x T (padded) -> tokens x known tokens,
        the padding left out."""
        with torch.no_grad():
            labels = torch.exp(self.head[0](estimates, mu))
            _, noise = variance(mu, self.config)
        told = self.label(8 * labels) + self.estimate(estimates / (estimates.shape[1] * noise).sqrt())
        start = torch.full((len(ids), 1), data.END_ID)
        rows = self.before(self.embed(torch.cat([start, ids[:, :-1]], 1))) + told[:, None]
        hidden, _ = self.cell(self.dropout(rows))
        hidden = self.dropout(self.after(hidden + rows))
        return hidden[ids != data.PAD_ID] @ self.embed.weight[self.known].T + self.bias


def estimates(x: Tensor, mu: float, config: GistConfig, generator: torch.Generator) -> Tensor:
    mechanism = mechanism_at(mu, config)
    return mechanism.estimate(mechanism.release(x, generator)).flatten(1)


def train(ids: list[np.ndarray], x: Tensor, head: Head, vocabulary: int, levels: list[float], blind: bool,
          config: GistConfig, checkpoint: Path, label: str) -> Inverter:
    """`x` is N x K x d; every batch has the mu of one preset. Blind: the release is that of another message."""
    torch.manual_seed(config.seed)
    inverter = Inverter(config, head, vocabulary, torch.from_numpy(np.unique(np.concatenate(ids))))
    optimizer = torch.optim.AdamW(inverter.parameters(), lr=config.inverter_rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 40) * (0.5 + 0.5 * math.cos(math.pi * step / config.inverter_steps))
    )
    progress = Progress(label, config.inverter_steps, checkpoint)
    done = progress.resume(dict(inverter.named_parameters()), optimizer, schedule)
    inverter.train()
    lengths = np.array([len(message) for message in ids])
    made = data.batches(lengths, config.inverter_batch, config.seed, done, config.inverter_steps)
    for step, rows in enumerate(made, done):
        generator = torch.manual_seed(config.seed + step)
        level = levels[step % len(levels)]
        told = np.random.default_rng((config.seed, step)).integers(len(ids), size=len(rows)) if blind else rows
        released = estimates(x[told], level, config, generator)
        targets = data.padded([ids[row] for row in rows])
        logits = inverter(released, torch.full((len(rows), 1), level), targets)
        loss = nn.functional.cross_entropy(logits, torch.searchsorted(inverter.known, targets[targets != data.PAD_ID]))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(inverter.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        progress.step(step + 1, {"loss": loss.item()})
    return inverter.eval()


@torch.no_grad()
def recovery(inverter: Inverter, ids: list[np.ndarray], x: Tensor, level: float, config: GistConfig) -> dict:
    """Share of tokens named right when all before them are known: {"recovery", "low", "high", "tokens"}. Row i of `x` is what is
    released to the attacker on message i: its own activations, or those of another message.

    The 95% interval takes messages, not tokens, as independent."""
    generator = torch.Generator().manual_seed(config.seed)
    right = np.zeros(len(ids))
    for _ in range(config.inverter_draws):
        released = estimates(x, level, config, generator)
        for start in range(0, len(ids), 128):
            targets = data.padded(ids[start : start + 128])
            mu = torch.full((len(targets), 1), level)
            token = targets != data.PAD_ID
            hits = torch.zeros(targets.shape)
            named = inverter.known[inverter(released[start : start + 128], mu, targets).argmax(1)]
            hits[token] = (named == targets[token]).float()
            right[start : start + 128] += hits.sum(1).numpy() / config.inverter_draws
    tokens = np.array([len(message) for message in ids])
    share = right.sum() / tokens.sum()
    reach = 1.96 * math.sqrt(((right - share * tokens) ** 2).sum()) / tokens.sum()
    found = {"recovery": share, "low": max(0.0, share - reach), "high": min(1.0, share + reach)}
    return {name: round(float(value), 4) for name, value in found.items()} | {"tokens": int(tokens.sum())}


def of_like_intent(labels: np.ndarray, seed: int) -> np.ndarray:
    """For every message another one of the same label, where there is one."""
    rng = np.random.default_rng(seed)
    other = np.arange(len(labels))
    for label in np.unique(labels):
        of_label = rng.permutation(np.flatnonzero(labels == label))
        other[of_label] = np.roll(of_label, 1)
    return other
