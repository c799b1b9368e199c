"""Every method of the frontier, and its levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...data import Corpus
from ..accounting import binomial_bits
from ..mechanisms import Binomial, Dchi, GaussianRounding, Rantext, gaussian_sigma, rantext_scale
from . import servers
from .mixed import SETTINGS, Channel, Mixed
from .product import Product, nearest, prompt_at
from .servers import Decoder, Method, Tail
from .settings import Settings
from .words import Kinds, Marker

METHODS = (
    "clean", "no-prefix", "del", "del-no-soft-prompt", "gaussian-sr", "dchi", "rantext", "hard-bayes", "tail", "tail-learned",
    "mixed", "mixed-tail",
)
# Those that release what DEL does, and differ in the server alone: what is read of one is read of all.
BINOMIAL = ("del", "del-no-soft-prompt", "hard-bayes", "tail")
# Of methods that have none.
NO_LEVEL = "none"
NEED_TAIL = ("tail", "mixed-tail")
# Its releases are of a table of its own.
NEED_LEARNED = ("tail-learned",)

# Text by which it is counted how often a token is of each kind of sensitive word, in windows of so many tokens.
MARKED_WINDOW = 128
MARKED_SHARE = 8


@dataclass(frozen=True)
class Bench:
    """What all methods share; trained or counted once."""

    product: Product
    train: Corpus
    prior: Tensor
    settings: Settings
    base: int
    run: Path
    tail: Tail | None
    # A tail whose projection was learned with it.
    learned: Tail | None = None

    @property
    def decoder(self) -> Decoder:
        return Decoder(self.product.model, self.product.embeddings)

    @cached_property
    def tail_decoder(self) -> Decoder:
        return Decoder(self.tail.model, self.tail.embeddings)

    @cached_property
    def marker(self) -> Marker:
        path = self.run / "kinds.json"
        kinds = Kinds.kept(path, self.train, self.product.tokenizer, self.settings.counted_tokens, self.base)
        return Marker(kinds, self.product.tokenizer)

    @cached_property
    def marked_windows(self) -> Tensor:
        length = min(MARKED_WINDOW, self.settings.prefix_lengths[1] + self.settings.continuation)
        count = max(2, self.settings.counted_tokens // length // MARKED_SHARE)
        return self.train.windows(length, count, np.random.default_rng((self.base, 10)))

    @cached_property
    def given_token(self) -> Tensor:
        """log Pr[kind | token], kept."""
        path = self.run / "kind-given-token.pt"
        if not path.exists():
            torch.save(self.marker.kind_given_token(self.marked_windows, self.product.vocabulary), path)
        return torch.load(path, weights_only=True)

    @cached_property
    def sensitive_share(self) -> float:
        """Of the tokens of training text."""
        some = self.marked_windows[:500]
        return sum(sum(self.marker.mark(ids).sensitive) for ids in some) / some.numel()

    @cached_property
    def scale(self) -> float:
        return rantext_scale(self.product.embeddings, self.settings.rantext_share)

    def binomial(self, mu: float) -> Binomial:
        return Binomial(self.product.table, self.product.mechanism(mu))

    def binomial_learned(self, mu: float) -> Binomial:
        return Binomial(self.learned.denoiser.table, self.product.mechanism(mu))

    def has(self, name: str) -> bool:
        """Whether what a method needs was given."""
        return (name not in NEED_TAIL or self.tail is not None) and (name not in NEED_LEARNED or self.learned is not None)

    def prompt(self, mu: float) -> Tensor:
        return prompt_at(mu, self.product, self.train, self.settings, self.run)

    def prompt_source(self, mu: float) -> str:
        prompts, steps = self.product.prompts, self.settings.soft_prompt_steps
        if mu in prompts:
            return "the bundle's soft prompt"
        return f"the bundle's soft prompt of mu {nearest(mu, prompts):g}, {steps} steps on" if prompts else f"soft prompt of {steps} steps"

    def channel(self, level: str) -> Channel:
        setting = next(setting for setting in SETTINGS if setting.level == level)
        return Channel(setting, self.product, self.marker, self.given_token)


def levels_of(name: str, settings: Settings) -> tuple[str, ...]:
    if name in ("clean", "no-prefix"):
        return (NO_LEVEL,)
    if name in ("mixed", "mixed-tail"):
        return tuple(setting.level for setting in SETTINGS)
    chosen = {"dchi": settings.etas, "rantext": settings.epsilons}.get(name, settings.levels)
    return tuple(f"{level:g}" for level in chosen)


def made(name: str, level: str, bench: Bench) -> Method | Mixed:
    """The method at a level. Raises ValueError for a name that is none."""
    product, plain = bench.product, bench.decoder
    if name == "clean":
        return Method(name, level, None, plain, servers.reading(product), "base model, clean prefix")
    if name == "no-prefix":
        opening = product.embeddings[product.end]
        return Method(name, level, None, plain, lambda ids: opening.expand(len(ids), 1, -1), "base model, the token that opens a text")
    if name in ("mixed", "mixed-tail"):
        channel = bench.channel(level)
        if name == "mixed-tail":
            return Mixed(name, level, channel, bench.tail_decoder, "noise-aware tail", tail=bench.tail)
        rest = channel.setting.rest
        prompt = None if rest is None else bench.prompt(rest)
        server = "base model" if rest is None else f"base model, {bench.prompt_source(rest)}"
        return Mixed(name, level, channel, plain, server, prompt)
    number = float(level)
    if name == "dchi":
        noisy = Dchi(product.embeddings, number)
        return Method(name, level, noisy, plain, servers.shrinking(noisy, product), "base model, noised rows cut to the longest of the table")
    if name == "rantext":
        return Method(name, level, Rantext(product.embeddings, number, bench.scale), plain, servers.reading(product), "base model")
    if name == "tail-learned":
        release = bench.binomial_learned(number)
        decoder = Decoder(bench.learned.model, bench.learned.embeddings)
        return Method(name, level, release, decoder, servers.tailed(release, bench.learned, number), "noise-aware tail, its projection learned with it")
    release = bench.binomial(number)
    if name == "gaussian-sr":
        sigma = gaussian_sigma(binomial_bits(release.mechanism), product.table.shape[1], product.clip)
        rounding = GaussianRounding(product.table, product.clip, sigma, product.bits)
        # Noise of about DEL's strength: the soft prompt is that of DEL at the same level.
        build = servers.deprojecting(rounding, product, bench.prompt(number))
        return Method(name, level, rounding, plain, build, f"base model, {bench.prompt_source(number)}")
    build, server, decoder = {
        "del": lambda: (servers.deprojecting(release, product, bench.prompt(number)), f"base model, {bench.prompt_source(number)}", plain),
        "del-no-soft-prompt": lambda: (servers.deprojecting(release, product, None), "base model", plain),
        "hard-bayes": lambda: (servers.naming(release, product, bench.prior.log()), "base model, most likely tokens", plain),
        "tail": lambda: (servers.tailed(release, bench.tail, number), "noise-aware tail", bench.tail_decoder),
    }[name]()
    return Method(name, level, release, decoder, build, server)


def places(names: list[str], levels: list[str] | None, settings: Settings) -> Iterator[tuple[str, str]]:
    """Methods and levels in the order in which they are measured: no method waits for all levels of another."""
    columns = [[(name, level) for level in levels_of(name, settings) if levels is None or level in levels] for name in names]
    for rank in range(max(map(len, columns), default=0)):
        for column in columns:
            if rank < len(column):
                yield column[rank]
