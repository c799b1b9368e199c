"""Accuracy with its zero-information control, and what an attacker who weighs each token alone reads."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ...attack import RARE
from ...gist.data import PAD_ID, padded
from ..mechanisms import TokenMechanism
from .data import Text

#: Messages that are read at a time.
READ = 256


def others(count: int) -> np.ndarray:
    """For every message another one, the same in every run."""
    order = np.random.default_rng(5).permutation(count)
    other = np.empty(count, dtype=np.int64)
    other[order] = np.roll(order, 1)
    return other


@torch.no_grad()
def in_batches(ids: list[np.ndarray], read: Callable[[Tensor, Tensor], Tensor]) -> np.ndarray:
    """`read(ids B x T, valid B x T)` of all messages, those of like length together, in the messages' order."""
    order = np.argsort([len(message) for message in ids], kind="stable")
    found = []
    for start in range(0, len(order), READ):
        rows = padded([ids[i] for i in order[start : start + READ]])
        found.append(read(rows, rows != PAD_ID).numpy())
    joined = np.concatenate(found)
    result = np.empty_like(joined)
    result[order] = joined
    return result


def accuracy(named: list[np.ndarray], labels: np.ndarray, controls: list[np.ndarray] | None = None) -> dict:
    """`named[k][i]`: the label that draw k of message i was given. The control is what the release of another message was given,
    unless the answer depends on more than what was sent: then `controls` has it."""
    other = others(len(labels))
    if controls is None:
        controls = [found[other] for found in named]
    value, control = (float(np.mean([(found == labels).mean() for found in draws])) for draws in (named, controls))
    return {"value": value, "control": control, "n": len(labels), "draws": len(named)}


@torch.no_grad()
def leak(mechanism: TokenMechanism, text: Text, tokens: int, generator: torch.Generator) -> tuple[dict, dict]:
    """Bayes with the unigram prior of the training text, on one release of about `tokens` test tokens: what it names right, of all and
    of the rare ones; and how many bits it gains on a token."""
    ids = torch.from_numpy(np.concatenate([text.test[i] for i in text.sample(tokens)]))
    log_prior = text.prior.log().float()
    right, gained = [], 0.0
    for part in ids.split(1024):
        posterior = (mechanism.log_likelihood(mechanism.release(part, generator)) + log_prior).log_softmax(1)
        right.append(posterior.argmax(1) == part)
        gained += float((posterior.gather(1, part[:, None])[:, 0] - log_prior[part]).double().sum())
    return shares(torch.cat(right), ids, text), {"bits": gained / len(ids) / math.log(2), "tokens": len(ids)}


def shares(right: Tensor, ids: Tensor, text: Text) -> dict:
    """{"bayes", "rareBayes", "blind"}: shares of tokens named right, and that of one who names the commonest token unseen. What there
    is none of has no share."""
    rare, blind = text.prior[ids] < RARE, ids == text.prior.argmax()
    found = {"bayes": right, "rareBayes": right[rare], "blind": blind}
    return {name: {"value": float(hits.float().mean()), "tokens": len(hits)} for name, hits in found.items() if len(hits)}
