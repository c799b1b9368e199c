"""Which words of a text are sensitive, and what stands for them where they are left out.

The rule, in the order in which it is asked:
- *number*: it has a digit, or is a number word from "two" up;
- *name*: inside sentences (not after . ! ? : ; a quotation mark, or at the beginning of a line) the training text writes it with a capital
  more often than without; "I" apart;
- *rare*: less common in the training text than RARE_WORD.
A word that the training text has not is rare, or a name if it has a capital inside a sentence."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from ...data import Corpus

# Share of the words of the training text.
RARE_WORD = 2e-5
KINDS = ("name", "number", "rare")
# What is written in place of a word of each kind: typed, and in the clear.
PLACEHOLDERS = {"name": " Someone", "number": " some", "rare": " something"}
NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
    "thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen second third fourth fifth sixth seventh eighth ninth "
    "tenth twice".split()
)
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
OPENS = re.compile(r"(?:^|[.!?:;\n\"“”‘*_(\[—-])\s*['’]?$")
FIRST_PERSON = re.compile(r"I(?:['’]\w+)?$")


@dataclass(frozen=True)
class Word:
    """A word of a text: where it stands, in characters, and whether a sentence may begin with it."""

    text: str
    start: int
    end: int
    opens: bool


def words_of(text: str) -> list[Word]:
    return [
        Word(found[0], found.start(), found.end(), bool(OPENS.search(text[max(0, found.start() - 4) : found.start()])))
        for found in WORD.finditer(text)
    ]


class Kinds:
    """The rule, as it was counted on the training text."""

    def __init__(self, counts: dict[str, int], inside: dict[str, list[int]]):
        self.counts, self.inside = counts, inside
        self.total = sum(counts.values())

    @staticmethod
    def counted(texts: list[str]) -> "Kinds":
        counts: Counter[str] = Counter()
        capital: Counter[str] = Counter()
        small: Counter[str] = Counter()
        for text in texts:
            for word in words_of(text):
                lower = word.text.lower()
                counts[lower] += 1
                if not word.opens:
                    (capital if word.text[0].isupper() else small)[lower] += 1
        return Kinds(dict(counts), {word: [capital[word], small[word]] for word in counts if capital[word]})

    @staticmethod
    def kept(path: Path, corpus: Corpus, tokenizer: Tokenizer, tokens: int, seed: int) -> "Kinds":
        """Counted once on some windows of the corpus, and kept."""
        if not path.exists():
            length = int(min(256, max(int(lengths.max()) for lengths in corpus.lengths if len(lengths))))
            windows = corpus.windows(length, max(1, tokens // length), np.random.default_rng((seed, 6)))
            found = Kinds.counted([tokenizer.decode(ids) for ids in windows.tolist()])
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps({"counts": found.counts, "inside": found.inside}))
            os.replace(partial, path)
        stored = json.loads(path.read_text())
        return Kinds(stored["counts"], stored["inside"])

    def kind(self, word: Word) -> str | None:
        """What kind of sensitive word it is; None if it is none."""
        lower = word.text.lower()
        if any(c.isdigit() for c in lower) or lower in NUMBERS:
            return "number"
        if FIRST_PERSON.match(word.text):
            return None
        capital, small = self.inside.get(lower, (0, 0))
        if word.text[0].isupper() and (capital > small or (lower not in self.counts and not word.opens)):
            return "name"
        return "rare" if self.counts.get(lower, 0) < RARE_WORD * self.total else None


@dataclass(frozen=True)
class Marked:
    """A message of which it is known what is sensitive: for every token the number of its sensitive word (-1: none), and the kind of each
    of those words. A token belongs to the word that it has a character of."""

    ids: Tensor
    word: list[int]
    kinds: list[str]

    @property
    def sensitive(self) -> list[bool]:
        return [number >= 0 for number in self.word]


class Marker:
    """Marks messages. Bytes of a token are those of the byte-level vocabulary."""

    def __init__(self, kinds: Kinds, tokenizer: Tokenizer):
        self.kinds = kinds
        alphabet = _alphabet()
        size = max(tokenizer.get_vocab().values()) + 1
        self.pieces = [
            bytes(alphabet.get(c, 32) for c in (tokenizer.id_to_token(i) or "")) for i in range(size)
        ]

    def mark(self, ids: Tensor) -> Marked:
        """@param ids one message"""
        pieces = [self.pieces[i] for i in ids.tolist()]
        owner = [t for t, piece in enumerate(pieces) for _ in piece]
        # A byte that is no character by itself stands for itself, so that places are known.
        text = b"".join(pieces).decode("utf-8", "surrogateescape")
        places, at = [], 0
        for c in text:
            places.append(at)
            at += len(c.encode("utf-8", "surrogateescape"))
        places.append(at)
        word, kinds = [-1] * len(pieces), []
        for found in words_of(text):
            kind = self.kinds.kind(found)
            if kind is None:
                continue
            for t in set(owner[places[found.start] : places[found.end]]):
                word[t] = len(kinds)
            kinds.append(kind)
        return Marked(ids, word, kinds)

    def kind_given_token(self, windows: Tensor, vocabulary: int) -> Tensor:
        """log Pr[kind | token] as counted over these windows (N x L), kinds x V: what a typed placeholder says of each token of its
        word. Half a count is added to every one."""
        counts = torch.full((len(KINDS), vocabulary), 0.5)
        # And to words of no kind.
        seen = torch.full((vocabulary,), 0.5 * (len(KINDS) + 1))
        for ids in windows:
            marked = self.mark(ids)
            seen.index_add_(0, ids, torch.ones(len(ids)))
            for token, number in zip(ids.tolist(), marked.word, strict=True):
                if number >= 0:
                    counts[KINDS.index(marked.kinds[number]), token] += 1
        return (counts / seen).log()


def _alphabet() -> dict[str, int]:
    """The byte that each character of a byte-level vocabulary stands for (as in GPT-2)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(others)}
