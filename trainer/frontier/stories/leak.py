"""What the attackers that are written in Python read of the messages under attack: Bayes on each token alone, and a tail's own belief."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...attack import RARE
from ...data import Corpus
from ..mechanisms import Binomial, TokenMechanism
from ..points import Place, written
from .mixed import Channel
from .servers import Tail, precision_of
from .settings import Settings

# Where the frequencies stand in the file of n-grams (docs/attacks.md).
FREQUENCIES_AT = 8 + 5 * 4 + 2 * 256 * 4


def frequencies(ngram: bytes, vocabulary: int) -> Tensor:
    """How common each token is, V: what every attacker knows, this side and the other."""
    return torch.from_numpy(np.frombuffer(ngram, dtype="<f4", count=vocabulary, offset=FREQUENCIES_AT).copy())


def attacked(corpus: Corpus, settings: Settings, base: int, seed: int) -> Tensor:
    """The messages under attack: the same for every method and level. Messages x tokens."""
    return corpus.windows(settings.attacked_length, settings.attacked, np.random.default_rng((base, 5, seed)))


def noise(base: int, seed: int) -> torch.Generator:
    """Of the releases under attack."""
    return torch.Generator().manual_seed(int(np.random.default_rng((base, 9, seed)).integers(2**62)))


def shares(name: str, right: Tensor, ids: Tensor, prior: Tensor, scored: Tensor) -> dict:
    """Shares of the tokens scored, and of the rare ones among them, that were named right, each beside that of one who names the commonest
    token unseen. What there is none of has no share."""
    blind = ids == prior.argmax()
    found = {}
    for label, chosen in ((name, scored), (f"rare{name[0].upper()}{name[1:]}", scored & (prior[ids] < RARE))):
        if chosen.any():
            value, baseline = (float(hits[chosen].float().mean()) for hits in (right, blind))
            found[label] = {"value": value, "baseline": baseline, "tokens": int(chosen.sum())}
    return found


def bayes(evidence: Tensor, ids: Tensor, prior: Tensor, scored: Tensor) -> dict:
    """The point's "leak": Bayes by how common tokens are. `evidence` is T x V."""
    return shares("bayes", (evidence + prior.log()).argmax(1) == ids, ids, prior, scored)


def reveal(mechanism: TokenMechanism, messages: Tensor, base: int, seed: int) -> Tensor:
    """What was sent of the messages under attack, all tokens in a row."""
    return mechanism.release(messages.flatten(), noise(base, seed))


@torch.no_grad()
def tail_reads(tail: Tail, mechanism: Binomial, messages: Tensor, prior: Tensor, base: int, seed: int) -> dict:
    """What the tail's own belief names of releases at one mu."""
    estimates = mechanism.estimate(reveal(mechanism, messages, base, seed)).unflatten(0, messages.shape)
    public = torch.zeros(messages.shape, dtype=torch.bool)
    precision = torch.full(messages.shape, precision_of(mechanism))
    clean = torch.zeros(*messages.shape, tail.embeddings.shape[1])
    named = tail.posterior(estimates, precision, clean, public).argmax(-1).flatten()
    return shares("tail-posterior", named == messages.flatten(), messages.flatten(), prior, torch.ones(messages.numel(), dtype=torch.bool))


@torch.no_grad()
def tail_reads_mixed(tail: Tail, channel: Channel, messages: Tensor, prior: Tensor, base: int, seed: int) -> dict:
    """The same of the sensitive words of mixed messages. A word that a placeholder stands for is one that it does not name."""
    generator = noise(base, seed)
    named, scored = [], []
    for ids in messages:
        marked = channel.marker.mark(ids)
        sensitive = torch.tensor(marked.sensitive)
        scored.append(sensitive)
        sent = channel.send(ids, generator)
        if channel.setting.sensitive is None:
            named.append(torch.full_like(ids, -1))
            continue
        clean = tail.embeddings[sent.ids] * sent.public[:, None]
        belief = tail.posterior(sent.estimates[None], sent.precision[None], clean[None], sent.public[None])
        # Which token is sensitive it was not told in its training, and sees.
        treated = torch.stack([channel.log_treated(flag) for flag in marked.sensitive])
        named.append((belief[0] + treated).argmax(-1))
    ids = messages.flatten()
    return shares("tail-posterior", torch.cat(named) == ids, ids, prior, torch.cat(scored))


def beside(place: Place) -> Path:
    """Where it is kept what a tail reads of this evidence: a tail may be made after the point."""
    return place.path.with_suffix(".tail.json")


def keep(place: Place, found: dict) -> None:
    written(beside(place), (json.dumps(found, indent=1) + "\n").encode())
