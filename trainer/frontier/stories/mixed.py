"""Mixed messages: the sensitive words at strict noise or left out, the rest at light noise or in the clear."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..mechanisms import Binomial
from .product import Product
from .servers import Decoder, Tail, precision_of
from .words import KINDS, PLACEHOLDERS, Marked, Marker

STRICT, LIGHT = 1.75, 5.15


@dataclass(frozen=True)
class Setting:
    """`sensitive` and `rest` are a mu; None: a typed placeholder for the word, and in the clear for the rest."""

    level: str
    sensitive: float | None
    rest: float | None


# From the most private to the least.
SETTINGS = (
    Setting("placeholder-light", None, LIGHT),
    Setting("strict-light", STRICT, LIGHT),
    Setting("placeholder-public", None, None),
    Setting("strict-public", STRICT, None),
    Setting("light-public", LIGHT, None),
)


@dataclass(frozen=True)
class Sent:
    """What a server has of one message: estimates (S x d) and their precision (S), 0 where `public` (S), and the ids of what is (S);
    mu (S), infinite where public."""

    estimates: Tensor
    mu: Tensor
    precision: Tensor
    public: Tensor
    ids: Tensor


class Channel:
    """Sends messages under one setting."""

    def __init__(self, setting: Setting, product: Product, marker: Marker, given_token: Tensor):
        self.setting, self.product, self.marker, self.given_token = setting, product, marker, given_token
        self.of = {mu: Binomial(product.table, product.mechanism(mu)) for mu in {STRICT, LIGHT}}
        tokenizer = product.tokenizer
        self.placeholders = {
            kind: (tokenizer.encode(text, add_special_tokens=False).ids, tokenizer.encode(text.strip(), add_special_tokens=False).ids)
            for kind, text in PLACEHOLDERS.items()
        }

    def levels(self, ids: Tensor, generator: torch.Generator) -> dict[float, Tensor]:
        """A release of every token at every mu there is: of which what is sent is one each."""
        return {mu: mechanism.release(ids, generator) for mu, mechanism in sorted(self.of.items())}

    def send(self, ids: Tensor, generator: torch.Generator) -> Sent:
        marked = self.marker.mark(ids)
        levels = self.levels(ids, generator)
        dim = self.product.table.shape[1]
        estimates, mus, precision, public, clear, said = [], [], [], [], [], set()
        for t, number in enumerate(marked.word):
            mu = self.setting.rest if number < 0 else self.setting.sensitive
            if mu is not None:
                estimates.append(self.of[mu].estimate(levels[mu][t]))
                mus.append(mu)
                precision.append(precision_of(self.of[mu]))
                public.append(False)
                clear.append(0)
                continue
            shown = [int(ids[t])]
            if number >= 0:
                # One placeholder a word, however many tokens it has.
                first = self.marker.pieces[shown[0]][:1] != b" "
                shown = [] if number in said else self.placeholders[marked.kinds[number]][first]
                said.add(number)
            estimates += [torch.zeros(dim)] * len(shown)
            mus += [math.inf] * len(shown)
            precision += [0.0] * len(shown)
            public += [True] * len(shown)
            clear += shown
        return Sent(torch.stack(estimates), torch.tensor(mus), torch.tensor(precision), torch.tensor(public), torch.tensor(clear))

    def evidence(self, ids: Tensor, generator: torch.Generator) -> tuple[Tensor, Marked, list[bool]]:
        """log Pr[what was sent for a token, and how | token = v], T x V; the message as it is marked; which tokens are in the clear. Which words
        are sensitive the server sees, and of a word that a placeholder stands for how many tokens it had, which is more than it is told."""
        marked = self.marker.mark(ids)
        levels = self.levels(ids, generator)
        rows = {mu: mechanism.log_likelihood(levels[mu]) for mu, mechanism in self.of.items()}
        found = torch.zeros(len(ids), self.product.vocabulary)
        clear = [False] * len(ids)
        for t, number in enumerate(marked.word):
            mu = self.setting.rest if number < 0 else self.setting.sensitive
            if mu is not None:
                found[t] = rows[mu][t] + self.log_treated(number >= 0)
            elif number < 0:
                clear[t] = True
            else:
                found[t] = self.given_token[KINDS.index(marked.kinds[number])]
        return found, marked, clear

    def log_treated(self, sensitive: bool) -> Tensor:
        """log Pr[a token is part of a sensitive word, or of none | token = v], V: its noise shows which."""
        log_sensitive = self.given_token.logsumexp(0)
        return log_sensitive if sensitive else torch.log1p(-log_sensitive.exp())

    def costs(self, sensitive: float, rest: float) -> dict:
        """Bits and epsilon of a message of so many tokens of each kind. Which words are sensitive, and what is in the clear, is not counted."""
        def bits(mu: float | None, otherwise: float) -> float:
            return otherwise if mu is None else self.of[mu].bits

        word = bits(self.setting.sensitive, math.log2(len(KINDS)))
        private = sensitive + (0 if self.setting.rest is None else rest)
        epsilon = None
        if self.setting.sensitive is not None:
            # More than it is: as if all of them went at the lighter of the two.
            lighter = max(self.setting.sensitive, self.setting.rest or 0)
            epsilon = self.of[lighter].epsilon(max(1, round(private)))
        return {
            "bits": {"token": word, "message": sensitive * word + rest * bits(self.setting.rest, 0.0), "tokens": private},
            "epsilon": epsilon,
        }


@dataclass(frozen=True)
class Mixed:
    """A setting before a server, with the interface of `servers.Method`. DEL's server has the soft prompt of the rest's level, none
    where the rest is in the clear; a tail that of the noisiest token, as it is trained."""

    name: str
    level: str
    channel: Channel
    decoder: Decoder
    server: str
    prompt: Tensor | None = None
    tail: Tail | None = None

    def rows(self, ids: Tensor, generator: torch.Generator) -> list[Tensor]:
        return [self.row(self.channel.send(message, generator)) for message in ids]

    def row(self, sent: Sent) -> Tensor:
        clean = self.decoder.embeddings[sent.ids] * sent.public[:, None]
        if self.tail is not None:
            rows = self.tail.rows(sent.estimates[None], sent.precision[None], clean[None], sent.public[None])[0]
            return torch.cat([self.tail.prompt(float(sent.mu.min())), rows])
        rows = sent.estimates @ self.channel.product.decoder + clean
        return rows if self.prompt is None else torch.cat([self.prompt, rows])
