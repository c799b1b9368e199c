"""What a method keeps of a prefix: the loss of the true continuation, and how near in sense a written one is to it; each beside its
zero-information control, the same server given the release of another text."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from ...data import Corpus
from .encoder import Encoder
from .servers import Decoder
from .settings import Settings


class Served(Protocol):
    """`servers.Method` and `mixed.Mixed`."""

    name: str
    level: str
    decoder: Decoder

    def rows(self, ids: Tensor, generator: torch.Generator) -> list[Tensor]: ...


def batches(corpus: Corpus, settings: Settings, base: int, seed: int):
    """The same windows and the same seed of the noise for everything that is compared: prefix, continuation, generator."""
    shortest, longest = settings.prefix_lengths
    for batch in range(settings.windows // settings.batch):
        rng = np.random.default_rng((base, 3, seed, batch))
        length = int(rng.integers(shortest, longest + 1))
        ids = corpus.windows(length + settings.continuation, settings.batch, rng)
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        yield ids[:, :length], ids[:, length:], generator


def aligned(rows: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Rows of several messages as one B x S x H that ends where they end, and which of it is theirs, B x S."""
    longest = max(len(row) for row in rows)
    padded = torch.zeros(len(rows), longest, rows[0].shape[1])
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for i, row in enumerate(rows):
        padded[i, longest - len(row) :] = row
        mask[i, longest - len(row) :] = 1
    return padded, mask


def positions(mask: Tensor) -> Tensor:
    return (mask.cumsum(1) - 1).clamp(min=0)


def told(mask: Tensor) -> dict[str, Tensor]:
    """What the model is told of padding; nothing where there is none, which is quicker."""
    return {} if bool(mask.all()) else {"attention_mask": mask, "position_ids": positions(mask)}


def losses(decoder: Decoder, rows: list[Tensor], continuation: Tensor) -> Tensor:
    """Mean nats a token of each continuation, B."""
    padded, mask = aligned(rows)
    padded = torch.cat([padded, decoder.embeddings[continuation[:, :-1]]], dim=1)
    mask = torch.cat([mask, torch.ones_like(continuation[:, :-1])], dim=1)
    logits = decoder.model(
        inputs_embeds=padded, use_cache=False, logits_to_keep=continuation.shape[1], **told(mask)
    ).logits
    return torch.nn.functional.cross_entropy(logits.transpose(1, 2).float(), continuation, reduction="none").mean(1)


def written(decoder: Decoder, rows: list[Tensor], length: int) -> Tensor:
    """The continuation of `length` tokens that takes the most probable token each time, B x length: nothing is drawn."""
    model: PreTrainedModel = decoder.model
    given, mask = aligned(rows)
    cache = DynamicCache(config=model.config)
    ids: list[Tensor] = []
    for _ in range(length):
        extra = told(mask)
        if extra:
            extra["position_ids"] = extra["position_ids"][:, -given.shape[1] :]
        logits = model(inputs_embeds=given, past_key_values=cache, use_cache=True, logits_to_keep=1, **extra).logits
        ids.append(logits[:, -1].argmax(-1))
        given = decoder.embeddings[ids[-1]][:, None]
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
    return torch.stack(ids, dim=1)


def text_of(ids: Tensor, tokenizer: Tokenizer, end: int) -> list[str]:
    """Up to the end of the text, where it ends."""
    return [tokenizer.decode(row[: row.index(end)] if end in row else row) for row in ids.tolist()]


@torch.no_grad()
def utility(method: Served, corpus: Corpus, tokenizer: Tokenizer, end: int, encoder: Encoder, settings: Settings, base: int, seed: int) -> dict:
    """`loss` (nats a token; less is better) and `coherence` (cosine; more is better) as a data point has them: value, control, and the
    standard error of what the prefix is worth, over batches: the windows of one have a length in common."""
    nats: dict[str, list[Tensor]] = {"value": [], "control": []}
    near: dict[str, list[Tensor]] = {"value": [], "control": []}
    compared = 0
    for prefix, continuation, generator in batches(corpus, settings, base, seed):
        write = compared < settings.written
        compared += len(prefix)
        for name, text in (("value", prefix), ("control", prefix.roll(1, 0))):
            rows = method.rows(text, generator)
            nats[name].append(losses(method.decoder, rows, continuation))
            if write:
                found = text_of(written(method.decoder, rows, settings.written_length), tokenizer, end)
                true = text_of(continuation[:, : settings.written_length], tokenizer, end)
                near[name].append(torch.from_numpy(encoder.similarity(found, true)))
    return {"loss": figures(nats, -1), "coherence": figures(near, 1)}


def figures(found: dict[str, list[Tensor]], better: int) -> dict:
    """`better` is 1 where more is better, else -1."""
    value, control = (torch.cat(found[name]).double() for name in ("value", "control"))
    worth = torch.stack([better * (v - c).double().mean() for v, c in zip(found["value"], found["control"], strict=True)])
    return {
        "value": float(value.mean()),
        "control": float(control.mean()),
        "n": len(value),
        "groups": len(worth),
        "errors": {"worth": float(worth.std() / len(worth) ** 0.5)},
    }
