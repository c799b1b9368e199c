"""The language prior of the sequence attack: an interpolated Kneser-Ney trigram model, pruned, as one compact file.

A trigram that is pruned gives all of its count to the lower order, one that is kept only what its discount takes (as in Kneser pruning:
Siivola, Hirsimäki, Virpioja 2007), so that the lower orders stay right for the contexts that fall back on them. The sets of a mixture are
counted apart, each with discounts of its own, and added by weight."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

import numpy as np

from .data import Corpus

ORDER = 3
FORMAT = 2
MAGIC = b"SOTTONGM"


@dataclass(frozen=True)
class Level:
    """The n-grams of one order: sorted keys (base V, oldest token first), their interpolated probabilities, and for every context of
    them the weight of the lower order. `total` is how often each context was seen."""

    keys: np.ndarray
    p: np.ndarray
    contexts: np.ndarray
    backoff: np.ndarray
    total: np.ndarray


@dataclass(frozen=True)
class Model:
    vocabulary: int
    frequencies: np.ndarray
    unigram: np.ndarray
    bigrams: Level
    trigrams: Level

    def probability(self, keys: np.ndarray, order: int = ORDER) -> np.ndarray:
        """P(last token | the ones before) of n-grams of this order, by key."""
        if order == 1:
            return self.unigram[keys]
        level = self.bigrams if order == 2 else self.trigrams
        found, at = located(level.keys, keys)
        known, context = located(level.contexts, keys // self.vocabulary)
        weight = np.where(known, level.backoff[context], 1.0)
        lower = self.probability(keys % self.vocabulary ** (order - 1), order - 1)
        if len(level.keys) == 0:
            return lower
        return np.where(found, level.p[at], weight * lower)


def located(sorted_keys: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Is it there, and where (some valid place if not)."""
    if len(sorted_keys) == 0:
        return np.zeros(len(keys), dtype=bool), np.zeros(len(keys), dtype=np.int64)
    at = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return sorted_keys[at] == keys, at


def keys_of(ids: np.ndarray, vocabulary: int, order: int = ORDER) -> np.ndarray:
    """The n-gram that ends at every token of documents that each end with their end token. The last stands before the first, so that the
    first token has no context that another document's has not."""
    ring = ids.astype(np.int64)
    padded = np.concatenate([ring[len(ids) - order + 1 :], ring])
    keys = np.zeros(len(ids), dtype=np.int64)
    for k in range(order):
        keys = keys * vocabulary + padded[k : k + len(ids)]
    return keys


def sets_of(corpus: Corpus) -> list[tuple[float, np.ndarray]]:
    """Weight of one token and ids (documents, each with its end token) of every set that has any."""
    total = float(len(corpus.ids))
    found = []
    for weight, starts, lengths in zip(corpus.weights, corpus.starts, corpus.lengths, strict=True):
        if len(starts):
            ids = corpus.ids[int(starts[0]) : int(starts[-1] + lengths[-1] + 1)].numpy()
            found.append((float(weight) * total / len(ids), ids))
    return found


def discount(counts: np.ndarray) -> float:
    """Ney's estimate n1 / (n1 + 2 n2), kept off the ends where there is too little to count."""
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return float(np.clip(once / max(once + 2 * twice, 1), 0.1, 0.95))


def estimate(sets: list[tuple[float, np.ndarray]], vocabulary: int, keep: dict[int, np.ndarray] | None = None) -> Model:
    """Interpolated Kneser-Ney; with `keep`, of the n-grams named alone (sorted keys by order)."""
    keys, owner, mass, loss = [], [], [], []
    unit = np.array([weight for weight, _ in sets])
    for s, (weight, ids) in enumerate(sets):
        found, counts = np.unique(keys_of(ids, vocabulary), return_counts=True)
        unit[s] = weight * discount(counts)
        keys.append(found)
        owner.append(np.full(len(found), s))
        mass.append(weight * counts)
        loss.append(np.full(len(found), unit[s]))
    level = tuple(np.concatenate(part) for part in (keys, owner, mass, loss))
    counted = {}
    for order in range(ORDER, 1, -1):
        counted[order], level = discounted(level, unit, vocabulary, order, None if keep is None else keep[order])
    at, _, mass, _ = level
    unigram = np.full(vocabulary, unit.min() * 0.1)
    np.add.at(unigram, at, mass)
    unigram /= unigram.sum()
    empty = Level(*(np.zeros(0, dtype=t) for t in (np.int64, float, np.int64, float, float)))
    frequencies = frequencies_of(sets, vocabulary)
    model = Model(vocabulary, frequencies, unigram, empty, empty)
    bigrams = interpolated(model, counted[2], 2)
    model = Model(vocabulary, frequencies, unigram, bigrams, empty)
    return Model(vocabulary, frequencies, unigram, bigrams, interpolated(model, counted[3], 3))


def frequencies_of(sets: list[tuple[float, np.ndarray]], vocabulary: int) -> np.ndarray:
    """How common each token is: what an attacker who looks at each token alone knows. The unigram of Kneser-Ney is another thing."""
    counts = sum(weight * np.bincount(ids, minlength=vocabulary) for weight, ids in sets)
    smoothed = counts + min(weight for weight, _ in sets)
    return smoothed / smoothed.sum()


def discounted(level: tuple, unit: np.ndarray, vocabulary: int, order: int, keep: np.ndarray | None):
    """What every n-gram keeps after its discount, and the level below: what each shorter n-gram is given, by set. `unit` becomes what a
    type of the level below loses."""
    keys, owner, mass, loss = level
    kept = np.ones(len(keys), dtype=bool) if keep is None else np.isin(keys, keep)
    lost = np.where(kept, np.minimum(mass, loss), mass)
    own, at = np.unique(keys, return_inverse=True)
    result = (own, np.bincount(at, weights=mass), np.bincount(at, weights=mass - lost), np.bincount(at, weights=kept) > 0)
    sets = len(unit)
    shorter, at = np.unique((keys % vocabulary ** (order - 1)) * sets + owner, return_inverse=True)
    given = np.bincount(at, weights=lost)
    who = shorter % sets
    types = np.round(given / unit[who])
    for s in range(sets):
        unit[s] *= discount(types[who == s])
    return result, (shorter // sets, who, given, unit[who])


def interpolated(model: Model, counted: tuple, order: int) -> Level:
    """Probabilities of the kept n-grams, and the weights of the lower order that make every context sum to 1."""
    keys, total, left, kept = counted
    vocabulary = model.vocabulary
    contexts, at = np.unique(keys // vocabulary, return_inverse=True)
    seen = np.bincount(at, weights=total)
    weight = 1 - np.bincount(at, weights=left) / seen
    lower = model.probability(keys % vocabulary ** (order - 1), order - 1)
    p = left / seen[at] + weight[at] * lower
    keys, p, lower, contexts_of = keys[kept], p[kept], lower[kept], at[kept]
    used = np.unique(contexts_of)
    again = np.searchsorted(used, contexts_of)
    backoff = leftover(np.bincount(again, weights=p), np.bincount(again, weights=lower))
    return Level(keys, p, contexts[used], backoff, seen[used])


def leftover(named: np.ndarray, lower: np.ndarray) -> np.ndarray:
    return np.maximum(1 - named, 1e-6) / np.maximum(1 - lower, 1e-6)


def gain(model: Model, level: Level, order: int) -> np.ndarray:
    """What each n-gram is worth over falling back: P(h w) log(P(w | h) / (backoff(h) P(w | h'))), nats (after Stolcke 1998)."""
    _, context = located(level.contexts, level.keys // model.vocabulary)
    lower = level.backoff[context] * model.probability(level.keys % model.vocabulary ** (order - 1), order - 1)
    return level.p * level.total[context] / level.total.sum() * np.log(level.p / np.maximum(lower, 1e-300))


def pruned(corpus: Corpus, vocabulary: int, budget: int) -> Model:
    """The model whose file is the largest of at most `budget` bytes."""
    sets = sets_of(corpus)
    full = estimate(sets, vocabulary)
    gains = {2: gain(full, full.bigrams, 2), 3: gain(full, full.trigrams, 3)}

    def kept(threshold: float) -> dict[int, np.ndarray]:
        trigrams = full.trigrams.keys[gains[3] > threshold]
        bigrams = full.bigrams.keys[gains[2] > threshold]
        # The context of a trigram is itself a bigram of the file.
        return {2: np.union1d(bigrams, np.unique(trigrams // vocabulary)), 3: trigrams}

    low, high = -30.0, 0.0
    for _ in range(30):
        middle = (low + high) / 2
        at = kept(10**middle)
        bytes_needed = length(vocabulary, len(at[2]), len(np.unique(at[3] // vocabulary)), len(at[3]))
        low, high = (low, middle) if bytes_needed <= budget else (middle, high)
    return estimate(sets, vocabulary, kept(10**high))


def length(vocabulary: int, bigrams: int, contexts: int, trigrams: int) -> int:
    """Bytes of the file (docs/attacks.md has its layout)."""
    token = 2 if vocabulary <= 1 << 16 else 4
    header = len(MAGIC) + 5 * 4 + 2 * 256 * 4
    return header + 13 * vocabulary + (token + 1) * bigrams + -(-bigrams // 8) + 3 * contexts + (token + 1) * trigrams


def codebook(values: np.ndarray) -> np.ndarray:
    """256 values, evenly spaced in the logarithm between the extremes."""
    values = values[values > 0] if len(values) else np.ones(1)
    return np.exp(np.linspace(np.log(values.min()), np.log(values.max()), 256)).astype("<f4")


def coded(values: np.ndarray, book: np.ndarray) -> np.ndarray:
    """The nearest entry, in the logarithm."""
    logs = np.log(book.astype(np.float64))
    step = (logs[-1] - logs[0]) / 255
    if step == 0:
        return np.zeros(len(values), dtype=np.uint8)
    return np.clip(np.round((np.log(values) - logs[0]) / step), 0, 255).astype(np.uint8)


def encoded(model: Model) -> bytes:
    """The file. Probabilities are rounded first and the weights of the lower orders computed for the rounded ones, so that contexts sum to 1
    but for the rounding of those weights."""
    vocabulary = model.vocabulary
    unigram = model.unigram.astype("<f4")
    two, three = model.bigrams, model.trigrams
    p_book = codebook(np.concatenate([two.p, three.p]))
    p2, p3 = coded(two.p, p_book), coded(three.p, p_book)

    rounded = replace(model, unigram=unigram.astype(np.float64))
    weights2 = reweighted(rounded, two, p_book[p2], 2)
    rounded = replace(rounded, bigrams=Level(two.keys, p_book[p2].astype(np.float64), two.contexts, weights2, two.total))
    weights3 = reweighted(rounded, three, p_book[p3], 3)
    weight_book = codebook(np.concatenate([weights2, weights3]))

    first = np.full(vocabulary, 1.0)
    first[two.contexts] = weights2
    successors = np.bincount(two.keys // vocabulary, minlength=vocabulary)
    is_context = np.isin(two.keys, three.contexts)
    if is_context.sum() != len(three.contexts):
        raise ValueError("a trigram's context is no bigram of the model")
    followers = np.bincount(np.searchsorted(three.contexts, three.keys // vocabulary), minlength=len(three.contexts))
    if len(followers) and followers.max() > 0xFFFF:
        raise ValueError("a context has more than 65,535 successors")
    token = "<u2" if vocabulary <= 1 << 16 else "<u4"
    parts = [
        MAGIC + struct.pack("<5I", FORMAT, vocabulary, len(two.keys), len(three.contexts), len(three.keys)),
        p_book.tobytes() + weight_book.tobytes(),
        model.frequencies.astype("<f4").tobytes(),
        unigram.tobytes(),
        coded(first, weight_book).tobytes(),
        successors.astype("<u4").tobytes(),
        (two.keys % vocabulary).astype(token).tobytes(),
        p2.tobytes(),
        np.packbits(is_context, bitorder="little").tobytes(),
        coded(weights3, weight_book).tobytes(),
        followers.astype("<u2").tobytes(),
        (three.keys % vocabulary).astype(token).tobytes(),
        p3.tobytes(),
    ]
    data = b"".join(parts)
    assert len(data) == length(vocabulary, len(two.keys), len(three.contexts), len(three.keys))
    return data


def reweighted(model: Model, level: Level, p: np.ndarray, order: int) -> np.ndarray:
    """Weights of the lower order, by context of the level, for these probabilities."""
    if len(level.keys) == 0:
        return np.zeros(0)
    at = np.searchsorted(level.contexts, level.keys // model.vocabulary)
    lower = model.probability(level.keys % model.vocabulary ** (order - 1), order - 1)
    return leftover(np.bincount(at, weights=p.astype(np.float64)), np.bincount(at, weights=lower))


def loss(model: Model, corpus: Corpus) -> float:
    """Nats a token of the corpus, its sets by weight."""
    parts = [
        (weight, -np.log(model.probability(keys_of(ids, model.vocabulary))).mean())
        for weight, (_, ids) in zip(corpus.weights[[len(s) > 0 for s in corpus.starts]], sets_of(corpus), strict=True)
    ]
    return float(sum(w * l for w, l in parts) / sum(w for w, _ in parts))
