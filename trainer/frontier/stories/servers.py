"""What servers make of a release: rows that their decoder reads before the continuation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from transformers import PreTrainedModel

from ...tail.model import Denoiser
from ..mechanisms import Binomial, TokenMechanism
from .product import Product


@dataclass(frozen=True)
class Decoder:
    """A causal model, and the rows (V x H) of tokens that it is given in the clear."""

    model: PreTrainedModel
    embeddings: Tensor


class Tail(Protocol):
    """What is asked of a noise-aware tail (trainer/tail). Precision is M / A^2; what is not public has no clean row, and what is has no
    estimate."""

    model: PreTrainedModel
    # V x H, of tokens in the clear.
    embeddings: Tensor
    # With the table (V x d) that its releases are of.
    denoiser: Denoiser

    def prompt(self, mu: float) -> Tensor:
        """P x H."""

    def rows(self, estimates: Tensor, precision: Tensor, clean: Tensor, public: Tensor) -> Tensor:
        """B x T x H of B x T x d, B x T, B x T x H and B x T."""

    def posterior(self, estimates: Tensor, precision: Tensor, clean: Tensor, public: Tensor) -> Tensor:
        """Log-probabilities of every token, B x T x V."""


# From what was sent of B messages (B x L x whatever the mechanism sends) to rows, B x S x H.
Build = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Method:
    """One method at one level. Without a mechanism the ids themselves are what is sent."""

    name: str
    level: str
    mechanism: TokenMechanism | None
    decoder: Decoder
    build: Build
    # What a data point says of the server.
    server: str

    def rows(self, ids: Tensor, generator: torch.Generator) -> list[Tensor]:
        """Rows (S x H) for each of the messages, B x L ids."""
        if self.mechanism is None:
            return list(self.build(ids))
        sent = self.mechanism.release(ids.flatten(), generator)
        return list(self.build(sent.unflatten(0, ids.shape)))


def before(prompt: Tensor | None, rows: Tensor) -> Tensor:
    """A soft prompt (P x H) in front of B x L x H rows."""
    return rows if prompt is None else torch.cat([prompt.expand(len(rows), -1, -1), rows], dim=1)


def deprojecting(mechanism: TokenMechanism, product: Product, prompt: Tensor | None) -> Build:
    """DEL's: the estimate through the de-projection, after the soft prompt of the level."""
    return lambda sent: before(prompt, mechanism.estimate(sent) @ product.decoder)


def naming(mechanism: TokenMechanism, product: Product, log_prior: Tensor) -> Build:
    """The embedding of the token that Bayes, knowing how common tokens are, holds for the most probable."""

    def build(sent: Tensor) -> Tensor:
        flat = sent.flatten(0, 1)
        named = (mechanism.log_likelihood(flat) + log_prior).argmax(1)
        return product.embeddings[named].unflatten(0, sent.shape[:2])

    return build


def shrinking(mechanism: TokenMechanism, product: Product) -> Build:
    """SnD's: the noised embedding, cut to the length of the longest row of the table. Its client-side denoiser mends the one vector that
    a classifier returns; text that is written token by token leaves nothing for it to mend."""
    longest = product.embeddings.norm(dim=1).max()

    def build(sent: Tensor) -> Tensor:
        rows = mechanism.estimate(sent)
        return rows * (longest / rows.norm(dim=-1, keepdim=True)).clamp(max=1)

    return build


def reading(product: Product) -> Build:
    """The base model on the text that arrived."""
    return lambda sent: product.embeddings[sent]


def tailed(mechanism: Binomial, tail: Tail, mu: float) -> Build:
    """A noise-aware tail: soft prompt of this mu, then the rows of its denoiser, which reads the whole release."""

    def build(sent: Tensor) -> Tensor:
        estimates = mechanism.estimate(sent)
        shape = estimates.shape[:2]
        precision = torch.full(shape, precision_of(mechanism))
        none = torch.zeros(*shape, tail.embeddings.shape[1])
        return before(tail.prompt(mu), tail.rows(estimates, precision, none, torch.zeros(shape, dtype=torch.bool)))

    return build


def precision_of(mechanism: Binomial) -> float:
    """M / A^2."""
    return mechanism.mechanism.rounds / mechanism.mechanism.amplitude**2
