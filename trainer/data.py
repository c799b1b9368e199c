"""Narrative text as token ids: documents, random windows, and prefix/continuation pairs inside one document."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

SEPARATOR = "<|endoftext|>"


@dataclass(frozen=True)
class Corpus:
    """`ids` is every document of every set, each followed by the end token; `starts[s]` and `lengths[s]` are the
    documents of set s; `weights[s]` its share."""

    ids: torch.Tensor
    starts: list[np.ndarray]
    lengths: list[np.ndarray]
    weights: np.ndarray

    def windows(self, length: int, count: int, rng: np.random.Generator) -> torch.Tensor:
        """count x length ids, each window inside one document: half of them start where the document starts, as a
        person's text does, the others anywhere."""
        rows = np.empty((count, length), dtype=np.int64)
        flat = self.ids.numpy()
        usable = [np.flatnonzero(lengths >= length) for lengths in self.lengths]
        weights = np.array([w if len(u) else 0.0 for w, u in zip(self.weights, usable)])
        if weights.sum() == 0:
            raise ValueError(f"no document of the corpus holds {length} tokens")
        for i in range(count):
            s = rng.choice(len(weights), p=weights / weights.sum())
            document = rng.choice(usable[s])
            slack = self.lengths[s][document] - length
            offset = 0 if rng.random() < 0.5 else int(rng.integers(0, slack + 1))
            start = self.starts[s][document] + offset
            rows[i] = flat[start : start + length]
        return torch.from_numpy(rows)

    def unigram(self, vocabulary: int) -> torch.Tensor:
        """Add-one unigram probabilities under the mixture: V."""
        p = np.zeros(vocabulary)
        for weight, starts, lengths in zip(self.weights, self.starts, self.lengths):
            if not len(starts):
                continue
            part = self.ids[int(starts[0]) : int(starts[-1] + lengths[-1] + 1)]
            counts = np.bincount(part.numpy(), minlength=vocabulary) + 1.0
            p += weight * counts / counts.sum()
        return torch.from_numpy(p / p.sum())


def load(folder: Path, part: str, mixture: dict[str, float], tokenizer: Tokenizer, end: int, cache: Path) -> Corpus:
    """Read `{part}.{set}.txt.gz` for every set of the mixture, tokenize, and keep the ids in `cache`."""
    ids: list[np.ndarray] = []
    starts, lengths, weights, total = [], [], [], 0
    cache.mkdir(parents=True, exist_ok=True)
    for name, weight in mixture.items():
        source = folder / f"{part}.{name}.txt.gz"
        saved = cache / f"{part}.{name}.npz"
        if not saved.exists():
            with gzip.open(source, "rt", encoding="utf-8") as file:
                documents = [text.strip() for text in file.read().split(SEPARATOR)]
            encoded = [e.ids for e in tokenizer.encode_batch([d for d in documents if d])]
            np.savez(
                saved,
                ids=np.concatenate([np.array(e + [end], dtype=np.int64) for e in encoded]),
                lengths=np.array([len(e) for e in encoded], dtype=np.int64),
            )
        loaded = np.load(saved)
        ids.append(loaded["ids"])
        lengths.append(loaded["lengths"])
        starts.append(total + np.concatenate([[0], np.cumsum(loaded["lengths"] + 1)[:-1]]))
        weights.append(weight)
        total += len(loaded["ids"])
    return Corpus(torch.from_numpy(np.concatenate(ids)), starts, lengths, np.array(weights))
