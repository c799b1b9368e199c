"""Text as token ids: documents, random windows, and prefix/continuation pairs inside one document."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

SEPARATOR = "<|endoftext|>"
LINES = re.compile(r"\.(jsonl|jsonl\.gz|json\.gz)$")
# Documents that are tokenized at a time.
BATCH = 4096


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


@dataclass(frozen=True)
class TextSet:
    """Files of one part and their share of the mixture; a share of None is by tokens."""

    name: str
    files: tuple[Path, ...]
    weight: float | None


def found_sets(folder: Path, part: str, mixture: dict[str, float]) -> list[TextSet]:
    """The sets of a folder: those of the mixture where it has them all; else every `{part}.{set}.txt.gz`; else, as one set, the JSON
    lines whose names hold the part, as C4's do (`c4-train.00000-of-01024.json.gz`, `c4-validation.….json.gz`, `train.jsonl`).

    Raises ValueError that says what is missing."""
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder} of text")
    plain = {file.name[len(part) + 1 : -len(".txt.gz")]: file for file in sorted(folder.glob(f"{part}.*.txt.gz"))}
    of_mixture = set(mixture) & set(plain)
    if mixture and of_mixture == set(mixture):
        return [TextSet(name, (plain[name],), weight) for name, weight in mixture.items()]
    if of_mixture:
        lacking = ", ".join(f"{part}.{name}.txt.gz" for name in mixture if name not in plain)
        raise ValueError(f"{folder} has a part of the mixture and lacks {lacking}")
    if plain:
        return [TextSet(name, (file,), None) for name, file in plain.items()]
    lines = tuple(sorted(file for file in folder.iterdir() if part in file.name and LINES.search(file.name)))
    if not lines:
        raise ValueError(
            f"{folder} has no text for {part}: neither {part}.SET.txt.gz nor JSON lines (.jsonl, .jsonl.gz, .json.gz) with {part} in the name"
        )
    return [TextSet("lines", lines, None)]


def documents(file: Path) -> Iterator[str]:
    """The documents of one file, without empty ones. Raises ValueError naming file and line where a line is not JSON with a text."""
    opened = gzip.open if file.name.endswith(".gz") else open
    with opened(file, "rt", encoding="utf-8") as lines:
        if file.name.endswith(".txt.gz"):
            yield from (text for text in map(str.strip, lines.read().split(SEPARATOR)) if text)
            return
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                text = json.loads(line)["text"].strip()
            except (ValueError, KeyError, TypeError, AttributeError):
                raise ValueError(f'{file.name}, line {number}: not a JSON object with a "text" of characters') from None
            if text:
                yield text


def tokenized(files: tuple[Path, ...], tokenizer: Tokenizer, end: int, most: int | None) -> dict[str, np.ndarray]:
    """`ids` of all documents, each followed by the end token, and their `lengths`; no more is read after `most` tokens."""
    ids: list[np.ndarray] = []
    lengths: list[int] = []
    total = 0
    texts = (text for file in files for text in documents(file))
    while (most is None or total < most) and (batch := list(itertools.islice(texts, BATCH))):
        # As the client does: what a tokenizer adds by itself belongs to the template.
        for encoded in tokenizer.encode_batch(batch, add_special_tokens=False):
            ids.append(np.array(encoded.ids + [end], dtype=np.int64))
            lengths.append(len(encoded.ids))
            total += len(encoded.ids) + 1
    if not ids:
        raise ValueError(f"{', '.join(file.name for file in files)}: no document")
    return {"ids": np.concatenate(ids), "lengths": np.array(lengths, dtype=np.int64)}


def load(
    folder: Path, part: str, mixture: dict[str, float], tokenizer: Tokenizer, end: int, cache: Path, most: int | None = None
) -> Corpus:
    """Read the sets of a part (`found_sets`), tokenize, and keep the ids in `cache`. Of JSON lines at most `most` tokens are read."""
    ids: list[np.ndarray] = []
    starts, lengths, weights, total = [], [], [], 0
    cache.mkdir(parents=True, exist_ok=True)
    # Ids are of one tokenizer and one text: those of another are not taken for them.
    made_by = hashlib.sha256(f"{end} {tokenizer.to_str()}".encode())
    for text_set in found_sets(folder, part, mixture):
        limit = most if LINES.search(text_set.files[0].name) else None
        key = made_by.copy()
        key.update(f"{limit} {[(file.name, file.stat().st_size) for file in text_set.files]}".encode())
        saved = cache / f"{part}.{text_set.name}.{key.hexdigest()[:16]}.npz"
        if not saved.exists():
            partial = saved.with_suffix(".partial")
            with partial.open("wb") as file:
                np.savez(file, **tokenized(text_set.files, tokenizer, end, limit))
            os.replace(partial, saved)
        loaded = np.load(saved)
        ids.append(loaded["ids"])
        lengths.append(loaded["lengths"])
        starts.append(total + np.concatenate([[0], np.cumsum(loaded["lengths"] + 1)[:-1]]))
        weights.append(float(len(loaded["ids"])) if text_set.weight is None else text_set.weight)
        total += len(loaded["ids"])
    return Corpus(torch.from_numpy(np.concatenate(ids)), starts, lengths, np.array(weights) / np.sum(weights))
