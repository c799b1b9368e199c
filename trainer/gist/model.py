"""What the client computes (the encoder), what the mechanism does to it (a surrogate with a gradient), what the server reads (the head)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .config import GistConfig
from .data import PAD_ID


def hadamard(order: int) -> Tensor:
    """Sylvester's Hadamard matrix; `order` is a power of two. Rows are orthogonal, entries ±1."""
    rows = torch.ones(1, 1)
    while len(rows) < order:
        rows = torch.cat([torch.cat([rows, rows], 1), torch.cat([rows, -rows], 1)])
    return rows


def class_codes(labels: int, width: int) -> Tensor:
    """labels x width, entries ±1. Rows of a Hadamard matrix, without its constant one, where there are enough of them: any two then
    lie as far from each other as that many codes can. Else random signs."""
    order = 1 << math.ceil(math.log2(width))
    if order == width and labels < order:
        return hadamard(order)[1 : labels + 1]
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 2, (labels, width), generator=generator).float() * 2 - 1


class Classifier(nn.Module):
    """ids B x T -> logits of labels B x L. Convolutions see T + span - 1 places, so that any T from 1 has some."""

    def __init__(self, config: GistConfig, vocabulary: int, labels: int, auxiliary: int):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, config.width)
        nn.init.normal_(self.embed.weight, std=0.1)
        self.filters = nn.ModuleList(
            nn.Conv1d(config.width, config.filters, span, padding=span - 1) for span in config.spans
        )
        pooled = config.filters * len(config.spans)
        self.embedding_dropout = nn.Dropout(config.embedding_dropout)
        self.dropout = nn.Dropout(config.dropout)
        self.labels = nn.Linear(pooled, labels)
        self.auxiliary = nn.Linear(pooled, auxiliary) if auxiliary else None

    def pooled(self, ids: Tensor, valid: Tensor | None) -> Tensor:
        """`valid` is B x T, 1 where there is a token; None where all are."""
        rows = self.embedding_dropout(self.embed(ids))
        if valid is not None:
            rows = rows * valid[..., None]
        columns = rows.transpose(1, 2)
        greatest = []
        for convolution in self.filters:
            found = torch.relu(convolution(columns))
            if valid is not None:
                # Places that see no token count as zero, which is what relu gives at least.
                extra = convolution.kernel_size[0] - 1
                found = found * nn.functional.pad(valid, (extra, 0), value=1.0)[:, None, :]
            greatest.append(found.amax(2))
        return self.dropout(torch.cat(greatest, 1))


class Encoder(nn.Module):
    """Logits, sharpened to a mixture of class codes, and pressed against the walls of the box: what is near ±c carries most.

    A message that is clearly of one label is sent as that label's code; one between labels as what lies between their codes."""

    def __init__(self, config: GistConfig, vocabulary: int, labels: int, auxiliary: int):
        super().__init__()
        self.classifier = Classifier(config, vocabulary, labels, auxiliary)
        self.vectors, self.dim, self.clip = config.vectors, config.dim, config.clip
        self.codes = nn.Parameter(3.0 * class_codes(labels, config.vectors * config.dim))
        self.sharpness = nn.Parameter(torch.tensor(3.0))

    def activations(self, logits: Tensor) -> Tensor:
        """B x K x d, within [-c, c]."""
        mixture = torch.softmax(self.sharpness * logits, 1)
        return (self.clip * torch.tanh(mixture @ self.codes)).unflatten(1, (self.vectors, self.dim))

    def forward(self, ids: Tensor) -> Tensor:
        """ids int32 T -> activations K x d: the graph of the client."""
        pooled = self.classifier.pooled(ids[None], None)
        return self.activations(self.classifier.labels(pooled))[0]


def valid_places(ids: Tensor) -> Tensor:
    return (ids != PAD_ID).float()


def variance(mu: Tensor, config: GistConfig) -> tuple[Tensor, Tensor]:
    """(A^2, c^2 d 4 / mu^2 + c^2 / M): the squared amplitude, and the variance of an estimate at x = 0, for per-vector mu."""
    rounds = (1 << config.bits) - 1
    squared = config.clip**2 * (4 * rounds * config.dim / mu**2 + 1)
    return squared, squared / rounds


def surrogate(activations: Tensor, mu: Tensor, config: GistConfig) -> Tensor:
    """The server's estimate with Gaussian noise of the binomial mechanism's variance, (A^2 - x^2) / M, so that a gradient passes.

    activations B x K x d, mu B."""
    squared, _ = variance(mu[:, None, None], config)
    rounds = (1 << config.bits) - 1
    deviation = ((squared - activations.detach() ** 2) / rounds).sqrt()
    return activations + deviation * torch.randn_like(activations)


class Head(nn.Module):
    """Estimates B x (K d) and mu B x 1 -> log-probabilities of labels.

    The likelihood of every code given the estimate, in closed form from the noise at this mu, times its prior; then which label
    a message has that was sent as this code, as learned."""

    def __init__(self, config: GistConfig, labels: int):
        super().__init__()
        self.config = config
        self.codes = nn.Parameter(config.clip * class_codes(labels, config.vectors * config.dim))
        self.prior = nn.Parameter(torch.zeros(labels))
        self.temperature = nn.Parameter(torch.zeros(()))
        self.confusion = nn.Parameter(8.0 * torch.eye(labels))

    def forward(self, estimates: Tensor, mu: Tensor) -> Tensor:
        _, noise = variance(mu, self.config)
        matched = estimates @ self.codes.T - 0.5 * (self.codes**2).sum(1)
        code = torch.softmax(torch.exp(self.temperature) * matched / noise + self.prior, 1)
        return torch.log(code @ torch.softmax(self.confusion, 1) + 1e-9)
