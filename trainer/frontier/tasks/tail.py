"""A noise-aware tail: the whole classifier, trained on the server's side under the real noise of all levels. It is told the release as a
server reads it, by Bayes and linearly, reads it again in context, and feeds the clean classifier, which goes on learning, with the mean
embedding of what the message may have been. Beside it stands what Bayes says of the label when tokens are taken as independent given it."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..mechanisms import Binomial
from .classifier import Batches, Block, Classifier
from .config import TasksConfig
from .data import Text
from .fitting import fit


#: Tokens of all labels that are counted for each label.
SMOOTHING = 100.0


@dataclass(frozen=True)
class Heard:
    """What a release says: log-likelihoods of its tokens (N x V), linear estimates of about unit size (N x d), log mu (B)."""

    scores: Tensor
    scaled: Tensor
    level: Tensor

    @staticmethod
    def of(sent: Tensor, valid: Tensor, mechanism: Binomial) -> Heard:
        """Of levels B x T x d at one mu."""
        m = mechanism.mechanism
        scaled = mechanism.estimate(sent[valid]) / math.sqrt(m.clip**2 + m.amplitude**2 / m.rounds)
        return Heard(mechanism.log_likelihood(sent[valid]), scaled, torch.full((len(sent),), math.log(m.mu)))

    @staticmethod
    def joined(parts: list[Heard]) -> Heard:
        """Messages of several levels, one after the other."""
        return Heard(*(torch.cat([getattr(part, name) for part in parts]) for name in ("scores", "scaled", "level")))


class Tail(nn.Module):
    def __init__(self, classifier: Classifier, text: Text, config: TasksConfig):
        super().__init__()
        self.classifier = copy.deepcopy(classifier).requires_grad_(True)
        self.register_buffer("table", classifier.narrow_table.detach().clone())
        self.register_buffer("log_prior", text.prior.log().float())
        words, labels = words_of(text)
        self.words, self.often = nn.Parameter(words), nn.Parameter(labels)
        # How much the network and the independent tokens count: log of each at mu = 1, and how it changes with log mu.
        self.weights = nn.Parameter(torch.tensor([[-1.0, 0.0], [0.0, 0.0]]))
        self.entry = nn.Linear(config.rank + config.dim + 2, config.hidden)
        self.block = Block(config)
        self.context = nn.Linear(config.hidden, config.rank)
        self.told, self.summary = nn.Linear(config.hidden, config.hidden), nn.Linear(config.dim + 1, 2 * config.hidden)
        for layer in (self.context, self.told, self.summary):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, heard: Heard, valid: Tensor) -> tuple[Tensor, Tensor]:
        """(logits of labels B x L, log posterior of every token in its context, tokens x V)."""
        scores = heard.scores + self.log_prior
        alone = scores.softmax(1)
        level = heard.level[:, None].expand(valid.shape)[valid]
        rows = self.entry(torch.cat([alone @ self.table, heard.scaled, alone.amax(1, keepdim=True), level[:, None]], 1))
        rows = self.spread(rows, valid) + self.classifier.places[: valid.shape[1]]
        states = self.block(rows * valid[..., None], valid)
        posterior = (scores + self.context(states[valid]) @ self.table.T).log_softmax(1)
        read = posterior.exp() @ self.classifier.narrow_table @ self.classifier.widen
        rows = self.spread(read, valid) + self.told(states)
        pooled = self.classifier.pooled(rows, valid)
        total = self.spread(heard.scaled, valid).sum(1) / valid.sum(1, keepdim=True).sqrt()
        pooled = pooled + self.summary(torch.cat([total, heard.level[:, None]], 1))
        found = self.classifier.labels(self.classifier.dropout(pooled))
        network, independent = torch.exp(self.weights[:, :1] + self.weights[:, 1:] * heard.level).unsqueeze(2)
        return network * found + independent * self.independent(heard.scores, valid), posterior

    def independent(self, scores: Tensor, valid: Tensor) -> Tensor:
        """log Pr[label | release], B x L, where every token of a message is drawn by itself from the tokens of its label: a sum over
        tokens of log sum_v Pr[v | label] Pr[sent | v], the noise weighed exactly."""
        likely = (scores - scores.amax(1, keepdim=True)).exp() @ self.words.softmax(1).T
        total = self.spread(likely.clamp(min=1e-30).log(), valid).sum(1)
        return (total + self.often).log_softmax(1)

    @staticmethod
    def spread(tokens: Tensor, valid: Tensor) -> Tensor:
        """Tokens in order x n, at their places: B x T x n, zero where there is none."""
        rows = tokens.new_zeros(*valid.shape, tokens.shape[1])
        rows[valid] = tokens
        return rows


def words_of(text: Text) -> tuple[Tensor, Tensor]:
    """log Pr[token | label], L x V, counted in the training text and smoothed by so many tokens of all of it; log Pr[label], L."""
    counts = torch.zeros(text.task.labels, text.vocabulary, dtype=torch.float64)
    labels = torch.from_numpy(text.task.train.labels)
    for ids, label in zip(text.variants[0], labels.tolist()):
        counts[label] += torch.from_numpy(np.bincount(ids, minlength=text.vocabulary))
    smoothed = counts + SMOOTHING * text.prior
    often = torch.bincount(labels, minlength=len(counts)).double() + 1
    return (smoothed / smoothed.sum(1, keepdim=True)).log().float(), (often / often.sum()).log().float()


def train(classifier: Classifier, mechanisms: list[Binomial], text: Text, config: TasksConfig, seed: int, checkpoint: Path,
          label: str) -> Tail:
    """One tail for all levels, all of them in every batch. It learns the label, the clean classifier's opinion, and the tokens."""
    torch.manual_seed(seed)
    tail = Tail(classifier, text, config)
    source = Batches(text, config, seed + 3, config.tail_steps)

    def loss_of(step: int) -> Tensor:
        ids, valid, labels = source.at(step)
        generator = torch.Generator().manual_seed(1_000_003 * seed + step)
        heard = []
        # A batch is in order of length: each level gets all lengths in turn.
        for place, (some, there) in enumerate(zip(ids.chunk(len(mechanisms)), valid.chunk(len(mechanisms)))):
            mechanism = mechanisms[(place + step) % len(mechanisms)]
            heard.append(Heard.of(mechanism.release(some, generator), there, mechanism))
        with torch.no_grad():
            opinion = classifier(classifier.table()[ids], valid).log_softmax(1)
        logits, posterior = tail(Heard.joined(heard), valid)
        likewise = F.kl_div(logits.log_softmax(1), opinion, log_target=True, reduction="batchmean")
        named = F.nll_loss(posterior, ids[valid])
        return 0.5 * F.cross_entropy(logits, labels) + 0.5 * likewise + config.naming_weight * named

    fit(dict(tail.named_parameters()), loss_of, config.tail_steps, config.tail_rate, checkpoint, label, seed, config.weight_decay,
        config.average)
    return tail.eval().requires_grad_(False)
