"""Banking77 and CLINC150 as texts with labels, their tokenizer, and batches of ids."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor

END, PAD = "<|endoftext|>", "<|pad|>"
END_ID, PAD_ID = 0, 1


@dataclass(frozen=True)
class Messages:
    """`labels[i]` is the class of `texts[i]`; -1 where it has none."""

    texts: list[str]
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)

    def part(self, indices: np.ndarray) -> Messages:
        return Messages([self.texts[i] for i in indices], self.labels[indices])


def banking(folder: Path, part: str) -> Messages:
    """`part` is "train" or "test". Labels are places in `categories.json`."""
    names = json.loads((folder / "banking77/categories.json").read_text())
    with (folder / f"banking77/{part}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Messages([row["text"].strip() for row in rows], np.array([names.index(row["category"]) for row in rows]))


def clinc(folder: Path) -> tuple[Messages, int]:
    """The training questions of CLINC150 and the number of its intents."""
    rows = json.loads((folder / "clinc150/data_full.json").read_text(encoding="utf-8"))["train"]
    names = sorted({name for _, name in rows})
    return Messages([text.strip() for text, _ in rows], np.array([names.index(name) for _, name in rows])), len(names)


def held_out(messages: Messages, share: float, seed: int) -> tuple[Messages, Messages]:
    """(rest, held out): the same share of every label, at least one message each."""
    rng = np.random.default_rng(seed)
    out = []
    for label in np.unique(messages.labels):
        of_label = rng.permutation(np.flatnonzero(messages.labels == label))
        out.append(of_label[: max(1, round(share * len(of_label)))])
    chosen = np.sort(np.concatenate(out))
    rest = np.setdiff1d(np.arange(len(messages)), chosen)
    return messages.part(rest), messages.part(chosen)


def train_tokenizer(texts: list[str], vocabulary: int) -> Tokenizer:
    """Byte-level BPE, of the kind the client reads. Texts are also shown in lower case, as people type."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END, PAD],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts + [text.lower() for text in texts], trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str], longest: int) -> list[np.ndarray]:
    """Ids of each text, cut at `longest`. A text without a token becomes the end token."""
    return [np.array(e.ids[:longest] or [END_ID], dtype=np.int64) for e in tokenizer.encode_batch(texts)]


def variants(tokenizer: Tokenizer, texts: list[str], longest: int, count: int, dropout: float, seed: int) -> list[list[np.ndarray]]:
    """The ids of each text as the client makes them, then `count` times with merges left out and case lost at random.

    The library draws the left-out merges itself: they differ between two runs of the same seed, so they are kept in the run."""
    found = [encode(tokenizer, texts, longest)]
    rng = np.random.default_rng(seed)
    tokenizer.model.dropout = dropout
    for _ in range(count):
        changed = [text.lower() if rng.random() < 0.3 else text for text in texts]
        found.append(encode(tokenizer, changed, longest))
    tokenizer.model.dropout = None
    return found


def padded(ids: list[np.ndarray]) -> Tensor:
    """B x T int64, padded on the right."""
    rows = np.full((len(ids), max(map(len, ids))), PAD_ID, dtype=np.int64)
    for row, message in zip(rows, ids):
        row[: len(message)] = message
    return torch.from_numpy(rows)


def batches(lengths: np.ndarray, size: int, seed: int, first: int, steps: int) -> Iterator[np.ndarray]:
    """Indices of the batches from `first` on, epoch after epoch: messages of like length together, the order random."""
    per_epoch = max(1, len(lengths) // size)
    for epoch in range(first // per_epoch, steps // per_epoch + 1):
        rng = np.random.default_rng((seed, epoch))
        order = rng.permutation(len(lengths))
        pools = [pool[np.argsort(lengths[pool], kind="stable")] for pool in np.array_split(order, max(1, per_epoch // 16))]
        rows = np.concatenate(pools)[: per_epoch * size]
        made = np.array_split(rows, per_epoch)
        for place, batch in enumerate(rng.permutation(per_epoch)):
            if first <= epoch * per_epoch + place < steps:
                yield made[batch]
