"""Soft prompt, denoiser and decoder together, under the real noise of every mu.

Noised prefix, clean continuation. The loss is the continuation's (that of the text, and the distance to what the untouched model says after
the clean prefix), and a share of how badly the denoiser names the prefix's tokens."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from transformers import PreTrainedModel

from ..data import Corpus
from ..progress import Progress
from .config import TailConfig
from .model import Tail
from .noise import release
from .projection import Learned


def noise_levels(config: TailConfig, count: int, length: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Of every token its mu (count x length, infinite without noise), and whether it goes in the clear. A message has one mu, or one of
    two and of no noise at all in stretches."""
    low, high = map(math.log, config.mu)
    mu = np.repeat(np.exp(rng.uniform(low, high, (count, 1))), length, axis=1)
    public = np.zeros((count, length), dtype=bool)
    for row in range(count):
        if rng.random() < config.noiseless:
            mu[row] = math.inf
        elif rng.random() < config.mixed:
            other = np.exp(rng.uniform(low, high))
            # Where a stretch begins, what follows is of the one kind or the other.
            kinds = rng.integers(0, 3, length)
            begins = rng.random(length) < 0.2
            kind = kinds[np.maximum.accumulate(np.where(begins, np.arange(length), 0))]
            mu[row, kind == 1] = other
            public[row] = kind == 2
    return torch.from_numpy(mu).float(), torch.from_numpy(public)


def train(tail: Tail, teacher: PreTrainedModel, table: Tensor, corpus: Corpus, config: TailConfig, checkpoint: Path) -> Tensor:
    """Train the tail in place. Returns the table (V x d) that releases are of: the one given, but where the projection is learned."""
    torch.manual_seed(config.seed)
    learned = Learned(tail.embeddings, table) if config.learn_projection else None
    decoder = {name: p for name, p in tail.model.named_parameters() if p.requires_grad}
    others = {name: p for name, p in tail.named_parameters() if not name.startswith("model.")}
    optimizer = torch.optim.AdamW(
        [
            {"params": list(others.values()), "lr": config.denoiser_rate},
            {"params": list(decoder.values()), "lr": config.decoder_rate},
            *([] if learned is None else [{"params": [learned.weight], "lr": config.projection_rate * learned.spread, "weight_decay": 0.0}]),
        ],
        weight_decay=0.01,
    )

    def rate(step: int) -> float:
        if step < config.warmup:
            return (step + 1) / config.warmup
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (step - config.warmup) / max(1, config.steps - config.warmup)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    progress = Progress("tail", config.steps, checkpoint)
    kept = {**others, **{f"model.{name}": p for name, p in decoder.items()}}
    if learned is not None:
        kept["projection"] = learned.weight
    done = progress.resume(kept, optimizer, schedule)
    shortest, longest = config.prefix_lengths
    for step in range(done, config.steps):
        rng = np.random.default_rng((config.seed, step))
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        length = int(rng.integers(shortest, longest + 1))
        ids = corpus.windows(length + config.continuation, config.batch, rng)
        mu, public = noise_levels(config, config.batch, length, rng)
        if learned is not None:
            table = learned.place(tail.denoiser, tail.box.clip)
        use, named, figures = losses(tail, teacher, table, ids, length, mu, public, generator)
        optimizer.zero_grad()
        (use + config.reading * named).backward(retain_graph=learned is not None)
        if learned is not None:
            # The denoiser gains by naming tokens; for the projection it is a cost that they can be named.
            (toward,) = torch.autograd.grad(named, learned.weight)
            learned.weight.grad -= (config.reading + config.leak) * toward
        torch.nn.utils.clip_grad_norm_([*others.values(), *decoder.values()], 1.0)
        optimizer.step()
        schedule.step()
        progress.step(step + 1, figures)
    if learned is None:
        return table
    with torch.no_grad():
        return learned.place(tail.denoiser, tail.box.clip)


def losses(
    tail: Tail, teacher: PreTrainedModel, table: Tensor, ids: Tensor, length: int, mu: Tensor, public: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor, dict[str, float]]:
    """How bad the continuation is, how badly the prefix is named, and the parts, all in nats a token. `ids` is B x (length + continuation)."""
    config = tail.config
    prefix, continuation = ids[:, :length], ids[:, length:]
    seen = release(prefix, table, tail.embeddings, mu, public, tail.box, generator)
    rows, belief = tail.denoiser(seen.estimates, seen.precision, seen.clean, seen.public)
    noisiest = mu.masked_fill(public, math.inf).amin(1)
    told = torch.cat([tail.prompt(noisiest), rows, tail.embeddings[continuation]], dim=1)
    logits = continuation_logits(tail.model, told, continuation.shape[1])
    with torch.no_grad():
        known = continuation_logits(teacher, tail.embeddings[ids], continuation.shape[1]).log_softmax(-1)
    text = functional.cross_entropy(logits.transpose(1, 2), continuation)
    distance = functional.kl_div(logits.log_softmax(-1), known, log_target=True, reduction="none").sum(-1).mean()
    private = ~public
    named = functional.nll_loss(belief[private], prefix[private])
    use = (1 - config.distillation) * text + config.distillation * distance
    return use, named, {"text": text.item(), "distance": distance.item(), "naming": named.item()}


def continuation_logits(model: PreTrainedModel, rows: Tensor, count: int) -> Tensor:
    """B x count x V: what is said of each of the last `count` rows by what comes before it."""
    return model(inputs_embeds=rows[:, :-1], use_cache=False, logits_to_keep=count).logits
