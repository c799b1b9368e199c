"""One data point, and the evidence of it."""

from __future__ import annotations

import dataclasses
import math

import torch

from ...data import Corpus
from ..points import Place, write_evidence
from . import leak
from .encoder import Encoder
from .methods import BINOMIAL, Bench, made
from .mixed import Mixed
from .servers import Method
from .utility import utility

DOMAIN = "stories"


def evidence_place(place: Place) -> Place:
    """Whose evidence it is: one file for all that send the same."""
    owner = "del" if place.method in BINOMIAL else "mixed" if place.method == "mixed-tail" else place.method
    return dataclasses.replace(place, method=owner)


def point(place: Place, bench: Bench, valid: Corpus, encoder: Encoder) -> dict:
    """All of a data point but its names."""
    method = made(place.method, place.level, bench)
    product = bench.product
    return {
        **(mixed_leak(place, method, bench, valid) if isinstance(method, Mixed) else plain_leak(place, method, bench, valid)),
        "utility": utility(method, valid, product.tokenizer, product.end, encoder, bench.settings, bench.base, place.seed),
    }


def message_tokens(bench: Bench) -> float:
    """Of the mean message: prefixes of all lengths alike."""
    return sum(bench.settings.prefix_lengths) / 2


def plain_leak(place: Place, method: Method, bench: Bench, valid: Corpus) -> dict:
    tokens = message_tokens(bench)
    messages = leak.attacked(valid, bench.settings, bench.base, place.seed)
    ids = messages.flatten()
    everything = torch.ones(len(ids), dtype=torch.bool)
    if method.mechanism is None:
        # Nothing of a text that is not sent, and all of one that is sent as it is.
        seen = method.name == "clean"
        bits = math.log2(bench.product.vocabulary) if seen else 0.0
        evidence = torch.zeros(len(ids), bench.product.vocabulary)
        if seen:
            evidence = evidence.fill_(-1e4).scatter_(1, ids[:, None], 0.0)
        return {
            "parameters": {"server": method.server, "epsilonKind": "infinite" if seen else "exact"},
            "bits": {"token": bits, "message": bits * tokens, "tokens": tokens},
            "epsilon": None if seen else 0.0,
            "leak": leak.bayes(evidence, ids, bench.prior, everything),
        }
    mechanism = method.mechanism
    evidence = mechanism.log_likelihood(leak.reveal(mechanism, messages, bench.base, place.seed))
    return {
        "parameters": mechanism.parameters | {"server": method.server},
        "bits": {"token": mechanism.bits, "message": mechanism.bits * tokens, "tokens": tokens},
        "epsilon": mechanism.epsilon(round(tokens)),
        "leak": leak.bayes(evidence, ids, bench.prior, everything),
        "evidence": shared(evidence_place(place), messages.tolist(), evidence),
    }


def mixed_leak(place: Place, method: Mixed, bench: Bench, valid: Corpus) -> dict:
    messages = leak.attacked(valid, bench.settings, bench.base, place.seed)
    generator = leak.noise(bench.base, place.seed)
    found = [method.channel.evidence(ids, generator) for ids in messages]
    evidence = torch.cat([rows for rows, _, _ in found])
    sensitive = [marked.sensitive for _, marked, _ in found]
    public = [clear for _, _, clear in found]
    tokens = message_tokens(bench)
    share = bench.sensitive_share
    setting = method.channel.setting
    scored = torch.tensor([flag for message in sensitive for flag in message])
    return {
        "parameters": {
            "sensitive": "placeholder" if setting.sensitive is None else setting.sensitive,
            "rest": "public" if setting.rest is None else setting.rest,
            "sensitiveShare": share,
            "server": method.server,
            "epsilonKind": "infinite" if setting.sensitive is None else "upper bound, all private tokens at the lighter mu",
        },
        **method.channel.costs(share * tokens, (1 - share) * tokens),
        "leak": leak.bayes(evidence, messages.flatten(), bench.prior, scored),
        "evidence": shared(evidence_place(place), messages.tolist(), evidence, sensitive, public),
    }


def shared(place: Place, messages: list[list[int]], evidence: torch.Tensor, *flags: list[list[bool]]) -> str:
    """Written where no other method has done so."""
    if place.evidence.exists():
        return place.relative(place.evidence)
    return write_evidence(place, messages, evidence, *flags)


def tail_reading(place: Place, bench: Bench, valid: Corpus) -> None:
    """What the tail's own belief reads of this release, where it is a binomial one; once for all methods that send it."""
    owner = evidence_place(place)
    if leak.beside(owner).exists():
        return
    messages = leak.attacked(valid, bench.settings, bench.base, place.seed)
    if place.method == "tail-learned":
        mechanism = bench.binomial_learned(float(place.level))
        found = leak.tail_reads(bench.learned, mechanism, messages, bench.prior, bench.base, place.seed)
    elif bench.tail is None:
        return
    elif place.method in BINOMIAL:
        mechanism = bench.binomial(float(place.level))
        found = leak.tail_reads(bench.tail, mechanism, messages, bench.prior, bench.base, place.seed)
    elif place.method in ("mixed", "mixed-tail"):
        found = leak.tail_reads_mixed(bench.tail, bench.channel(place.level), messages, bench.prior, bench.base, place.seed)
    else:
        return
    leak.keep(owner, found)
