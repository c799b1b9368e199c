"""An attacker who was trained to write the message back from its release, and how much better it does than one who sees no release."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..progress import Progress
from . import data
from .config import GistConfig
from .measure import mechanism_at
from .model import variance

#: Estimates B x (K d) and mu B x 1 -> log-probabilities of labels, as a server reads them.
Read = Callable[[Tensor, Tensor], Tensor]
#: Messages that are attacked at a time.
BATCH = 128


class Inverter(nn.Module):
    """A recurrent language model told, at every token, what the release says: the head's own reading of it, and the scaled estimate,
    which it begins by disregarding. So it begins as good as one without a release, and can only gain by what it learns to read."""

    def __init__(self, config: GistConfig, head: Read, vocabulary: int, known: Tensor):
        """`known` are the tokens of the training messages, in order: it names no other."""
        super().__init__()
        self.known = known
        # In a list: the head is no part of what is trained.
        self.config, self.head = config, [head]
        width, coordinates = config.inverter_width, config.vectors * config.dim
        labels = head(torch.zeros(1, coordinates), torch.ones(1, 1)).shape[1]
        self.embed = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embed.weight, std=0.1)
        self.label = nn.Linear(labels, width)
        self.estimate = nn.Linear(coordinates, width, bias=False)
        nn.init.zeros_(self.estimate.weight)
        self.before = nn.LayerNorm(width)
        self.cell = nn.GRU(width, width, batch_first=True)
        self.after = nn.LayerNorm(width)
        self.dropout = nn.Dropout(0.2)
        self.bias = nn.Parameter(torch.zeros(len(known)))

    def forward(self, estimates: Tensor, mu: Tensor, ids: Tensor) -> Tensor:
        """Logits of every token given those before it: estimates B x (K d), mu B x 1, ids B x T (padded) -> tokens x known tokens,
        the padding left out."""
        start = torch.full((len(ids), 1), data.END_ID)
        hidden, _ = self.hidden(torch.cat([start, ids[:, :-1]], 1), self.told(estimates, mu), None)
        return self.logits(hidden[ids != data.PAD_ID])

    @torch.no_grad()
    def write(self, estimates: Tensor, mu: Tensor, length: int) -> Tensor:
        """The likeliest token after token, told nothing but the release and what it wrote itself: B x `length`."""
        told, state = self.told(estimates, mu), None
        written = [torch.full((len(estimates), 1), data.END_ID)]
        for _ in range(length):
            hidden, state = self.hidden(written[-1], told, state)
            written.append(self.known[self.logits(hidden).argmax(2)])
        return torch.cat(written[1:], 1)

    def told(self, estimates: Tensor, mu: Tensor) -> Tensor:
        """What a release says, B x width."""
        with torch.no_grad():
            labels = torch.exp(self.head[0](estimates, mu))
            _, noise = variance(mu, self.config)
        return self.label(8 * labels) + self.estimate(estimates / (estimates.shape[1] * noise).sqrt())

    def hidden(self, before: Tensor, told: Tensor, state: Tensor | None) -> tuple[Tensor, Tensor]:
        """After the tokens `before` (B x T): rows B x T x width, and the state to go on from."""
        rows = self.before(self.embed(before)) + told[:, None]
        hidden, state = self.cell(self.dropout(rows), state)
        return self.dropout(self.after(hidden + rows)), state

    def logits(self, hidden: Tensor) -> Tensor:
        return hidden @ self.embed.weight[self.known].T + self.bias


def estimates(x: Tensor, mu: float, config: GistConfig, generator: torch.Generator) -> Tensor:
    mechanism = mechanism_at(mu, config)
    return mechanism.estimate(mechanism.release(x, generator)).flatten(1)


def train(ids: list[np.ndarray], x: Tensor, head: Read, vocabulary: int, levels: list[float], blind: bool,
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
    """Share of tokens named right when all before them are known. Row i of `x` is what is released to the attacker on message i:
    its own activations, or those of another message. As `share_of` has it."""

    def named(released: Tensor, mu: Tensor, messages: list[np.ndarray]) -> np.ndarray:
        targets = data.padded(messages)
        token = targets != data.PAD_ID
        hits = torch.zeros(targets.shape)
        hits[token] = (inverter.known[inverter(released, mu, targets).argmax(1)] == targets[token]).float()
        return hits.sum(1).numpy()

    return measured(named, ids, x, level, config)


def overlap(inverter: Inverter, ids: list[np.ndarray], x: Tensor, level: float, config: GistConfig) -> dict:
    """Share of a message's tokens that are in what the attacker writes by itself, as many tokens as the message has, wherever they stand.
    (Token F1; with equal lengths precision and recall are one.) Else as `recovery`."""

    def found(released: Tensor, mu: Tensor, messages: list[np.ndarray]) -> np.ndarray:
        written = inverter.write(released, mu, max(map(len, messages))).tolist()
        common = (Counter(row[: len(message)]) & Counter(message.tolist()) for row, message in zip(written, messages))
        return np.array([both.total() for both in common], dtype=float)

    return measured(found, ids, x, level, config)


def measured(right: Callable[[Tensor, Tensor, list[np.ndarray]], np.ndarray], ids: list[np.ndarray], x: Tensor, level: float,
             config: GistConfig) -> dict:
    """`right(releases, mu, messages)`: tokens read of each. The mean over draws, as `share_of` has it."""
    generator = torch.Generator().manual_seed(config.seed)
    found = np.zeros(len(ids))
    for _ in range(config.inverter_draws):
        released = estimates(x, level, config, generator)
        for start in range(0, len(ids), BATCH):
            messages = ids[start : start + BATCH]
            mu = torch.full((len(messages), 1), level)
            found[start : start + BATCH] += right(released[start : start + BATCH], mu, messages) / config.inverter_draws
    return share_of(found, np.array([len(message) for message in ids]))


def share_of(right: np.ndarray, tokens: np.ndarray) -> dict:
    """{"recovery", "low", "high", "tokens"}: of the tokens of each message so many are right. The 95% interval takes messages, not
    tokens, as independent."""
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
