"""The four tasks as messages with labels, and each one's text as its tokenizer sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from ... import ngram
from ...data import Corpus
from ...gist import data as gist_data
from ...gist.__main__ import kept_tokenizer, kept_variants
from ...gist.config import GistConfig
from ...gist.data import END_ID, Messages
from ..points import written
from .config import TasksConfig

#: Which messages are tested, and in which order, is the same in every run.
ORDER_SEED = 20260212


@dataclass(frozen=True)
class Task:
    name: str
    train: Messages
    test: Messages
    labels: int


def load(folder: Path, name: str, config: TasksConfig) -> Task:
    """The task's training messages and at most `test_messages` of its test messages, shuffled."""
    train, test = LOADERS[name](folder, config)
    chosen = np.random.default_rng(ORDER_SEED).permutation(len(test))[: config.test_messages]
    return Task(name, train, test.part(chosen), int(train.labels.max()) + 1)


def banking(folder: Path, _: TasksConfig) -> tuple[Messages, Messages]:
    return gist_data.banking(folder, "train"), gist_data.banking(folder, "test")


def clinc(folder: Path, _: TasksConfig) -> tuple[Messages, Messages]:
    """The 150 intents. Questions out of scope are in neither part: a method is asked which intent, not whether there is one."""
    stored = json.loads((folder / "clinc150/data_full.json").read_text(encoding="utf-8"))
    names = sorted({name for _, name in stored["train"]})
    parts = [Messages([t.strip() for t, _ in stored[p]], np.array([names.index(n) for _, n in stored[p]])) for p in ("train", "test")]
    return parts[0], parts[1]


def sentences(first: str, second: str) -> Callable[[Path, TasksConfig], tuple[Messages, Messages]]:
    """Two files of sentences, a line each: labels 0 and 1. A random part of them is the test set."""

    def read(folder: Path, config: TasksConfig) -> tuple[Messages, Messages]:
        texts, labels = [], []
        for label, name in enumerate((first, second)):
            lines = [line.strip() for line in (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()]
            texts += [line for line in lines if line]
            labels += [label] * (len(texts) - len(labels))
        # Some sentences stand in a file twice: one that is tested must not be trained on.
        texts, at = np.unique(texts, return_index=True)
        messages = Messages([str(text) for text in texts], np.array(labels)[at])
        order = np.random.default_rng(ORDER_SEED).permutation(len(messages))
        return messages.part(order[config.test_messages :]), messages.part(order[: config.test_messages])

    return read


LOADERS = {
    "banking77": banking,
    "clinc150": clinc,
    "polarity": sentences("sentence_polarity/rt-polarity.neg", "sentence_polarity/rt-polarity.pos"),
    "subjectivity": sentences("subjectivity/quote.tok.gt9.5000", "subjectivity/plot.tok.gt9.5000"),
}


@dataclass(frozen=True)
class Text:
    """A task in tokens. `variants[k]` are the ids of all training messages, the first as the client makes them."""

    task: Task
    tokenizer: Tokenizer
    variants: list[list[np.ndarray]]
    test: list[np.ndarray]

    @property
    def vocabulary(self) -> int:
        return self.tokenizer.get_vocab_size()

    @property
    def mean_tokens(self) -> float:
        """Of a test message: all of them are private."""
        return float(np.mean([len(ids) for ids in self.test]))

    @cached_property
    def prior(self) -> Tensor:
        """Add-one unigram probabilities of the training text: V."""
        counts = np.bincount(np.concatenate(self.variants[0]), minlength=self.vocabulary) + 1.0
        return torch.from_numpy(counts / counts.sum())

    def sample(self, tokens: int) -> list[int]:
        """The first test messages that have at least so many tokens in all: the same for every method."""
        reached = np.cumsum([len(ids) for ids in self.test])
        return list(range(min(len(self.test), int(np.searchsorted(reached, tokens)) + 1)))


def text_of(task: Task, run: Path, config: TasksConfig) -> Text:
    """Tokenizer and variants are made once a run."""
    folder = run / "text" / task.name
    folder.mkdir(parents=True, exist_ok=True)
    shape = GistConfig(vocabulary=config.vocabulary, prompt_tokens=config.longest, merge_dropout=config.merge_dropout)
    tokenizer = kept_tokenizer(folder / "tokenizer.json", task.train.texts, shape)
    variants = kept_variants(folder / "variants.npz", tokenizer, task.train.texts, config.variants, shape)
    return Text(task, tokenizer, variants, gist_data.encode(tokenizer, task.test.texts, config.longest))


def write_ngram(text: Text, run: Path, config: TasksConfig) -> None:
    """The language prior of the attackers, of the training text."""
    path = run / "ngram" / f"{text.task.name}.bin"
    if path.exists():
        return
    documents = text.variants[0]
    ids = torch.from_numpy(np.concatenate([np.append(document, END_ID) for document in documents]))
    lengths = np.array([len(document) for document in documents])
    starts = np.concatenate([[0], np.cumsum(lengths + 1)[:-1]])
    corpus = Corpus(ids, [starts], [lengths], np.array([1.0]))
    written(path, ngram.encoded(ngram.pruned(corpus, text.vocabulary, config.ngram_bytes)))
