"""The sentence encoder by which continuations are compared, made from the training text: no pretrained one is at hand.

Word vectors are the singular vectors of positive pointwise mutual information of words within five of each other (Levy and Goldberg 2014; contexts
smoothed by 0.75, Levy, Goldberg and Dagan 2015), times the roots of their singular values. A text is the mean of its words' vectors weighted
a / (a + p(word)), a = 1e-3, without the first principal component of such means (Arora, Liang and Ma 2017, SIF)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from ...data import Corpus
from .settings import Settings

WINDOW = 5
SMOOTHING = 1e-3
WORD = re.compile(r"[a-z]+")


def words_of(text: str) -> list[str]:
    return WORD.findall(text.lower())


@dataclass(frozen=True)
class Encoder:
    """`vectors` (words x n) with the SIF weight in them; `common` (n) is the component that is taken away."""

    index: dict[str, int]
    vectors: np.ndarray
    common: np.ndarray

    def encode(self, texts: list[str]) -> np.ndarray:
        """Texts x n, of length 1; a text without a word that is known is 0."""
        found = means(texts, self.index, self.vectors)
        found -= np.outer(found @ self.common, self.common)
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)

    def similarity(self, texts: list[str], others: list[str]) -> np.ndarray:
        """The cosine of each pair."""
        return (self.encode(texts) * self.encode(others)).sum(1)


def means(texts: list[str], index: dict[str, int], vectors: np.ndarray) -> np.ndarray:
    found = np.zeros((len(texts), vectors.shape[1]))
    for i, text in enumerate(texts):
        known = [index[word] for word in words_of(text) if word in index]
        if known:
            found[i] = vectors[known].mean(0)
    return found


def trained(corpus: Corpus, tokenizer: Tokenizer, settings: Settings, seed: int) -> Encoder:
    """From windows of the training text."""
    length = 128 if settings.encoder_tokens > 100_000 else 24
    windows = corpus.windows(length, settings.encoder_tokens // length, np.random.default_rng((seed, 7)))
    texts = [tokenizer.decode(ids) for ids in windows.tolist()]
    split = [words_of(text) for text in texts]
    names, counts = np.unique([word for words in split for word in words], return_counts=True)
    order = np.argsort(-counts, kind="stable")[: settings.encoder_words]
    index = {str(names[at]): i for i, at in enumerate(order)}
    size = len(index)
    share = counts[order] / counts.sum()

    # All texts in a row, -1 between them, so that no pair is of two.
    gap = [-1] * WINDOW
    row = np.array([i for words in split for i in [*(index.get(word, -1) for word in words), *gap]])
    pairs = np.zeros(size * size, dtype=np.float32)
    for distance in range(1, WINDOW + 1):
        left, right = row[:-distance], row[distance:]
        both = (left >= 0) & (right >= 0)
        keys, seen = np.unique(left[both].astype(np.int64) * size + right[both], return_counts=True)
        pairs[keys] += seen
    pairs = pairs.reshape(size, size)
    pairs += pairs.T.copy()
    context = pairs.sum(0) ** 0.75
    expected = np.outer(pairs.sum(1), context / max(context.sum(), 1e-12))
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.nan_to_num(np.log(pairs / expected), nan=0.0, neginf=0.0, posinf=0.0)
    torch.manual_seed(seed)
    width = min(settings.encoder_width, size)
    u, s, _ = torch.svd_lowrank(torch.from_numpy(np.maximum(information, 0)), q=min(width + 20, size), niter=4)
    vectors = (u[:, :width] * s[:width].sqrt()).numpy().astype(np.float64)
    vectors *= (SMOOTHING / (SMOOTHING + share))[:, None]
    pieces = means([" ".join(words[:30]) for words in split[:20_000]], index, vectors)
    common = np.linalg.svd(pieces, full_matrices=False)[2][0]
    return Encoder(index, vectors, common)


def kept(path: Path, corpus: Corpus, tokenizer: Tokenizer, settings: Settings, seed: int) -> Encoder:
    """Trained once, and kept."""
    if not path.exists():
        made = trained(corpus, tokenizer, settings, seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, words=np.array(list(made.index)), vectors=made.vectors, common=made.common)
        os.replace(partial, path)
    stored = np.load(path)
    return Encoder({str(word): i for i, word in enumerate(stored["words"])}, stored["vectors"], stored["common"])


def ends_of_scale(encoder: Encoder, corpus: Corpus, tokenizer: Tokenizer, settings: Settings, seed: int) -> dict:
    """Between what coherence lies: `ceiling` is another part of the same story, `floor` a part of another story; each of as many
    tokens as a continuation that is written, with as many between the two parts of a story. Means, standard errors, pairs."""
    length = settings.written_length
    windows = corpus.windows(3 * length, settings.encoder_pairs, np.random.default_rng((seed, 8)))
    first = [tokenizer.decode(ids) for ids in windows[:, :length].tolist()]
    last = [tokenizer.decode(ids) for ids in windows[:, 2 * length :].tolist()]

    def figures(values: np.ndarray) -> dict:
        return {"value": float(values.mean()), "error": float(values.std(ddof=1) / len(values) ** 0.5), "n": len(values)}

    return {"ceiling": figures(encoder.similarity(first, last)), "floor": figures(encoder.similarity(first, last[1:] + last[:1]))}
