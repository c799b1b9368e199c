from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from trainer import ngram
from trainer.data import Corpus

V, END = 12, 0


def corpus(*sets: list[list[int]]) -> Corpus:
    """Documents by set, all sets of one weight."""
    ids, starts, lengths, total = [], [], [], 0
    for documents in sets:
        starts.append(total + np.concatenate([[0], np.cumsum([len(d) + 1 for d in documents])[:-1]]))
        lengths.append(np.array([len(d) for d in documents]))
        ids += [i for d in documents for i in [*d, END]]
        total = len(ids)
    return Corpus(torch.tensor(ids), starts, lengths, np.full(len(sets), 1 / len(sets)))


@pytest.fixture(scope="module")
def text() -> Corpus:
    rng = np.random.default_rng(3)
    return corpus(*([rng.zipf(1.5, rng.integers(5, 30)).clip(1, V - 1).tolist() for _ in range(40)] for _ in range(2)))


def every_context_sums_to_one(model: ngram.Model, tolerance: float) -> None:
    everything = np.arange(V**3)
    for order in (1, 2, 3):
        sums = model.probability(everything[: V**order], order).reshape(-1, V).sum(1)
        assert np.abs(sums - 1).max() < tolerance


def test_probabilities_sum_to_one_after_every_context(text: Corpus) -> None:
    full = ngram.estimate(ngram.sets_of(text), V)
    every_context_sums_to_one(full, 1e-9)
    for budget in (len(ngram.encoded(full)) - 1, ngram.length(V, 20, 4, 10)):
        every_context_sums_to_one(ngram.pruned(text, V, budget), 1e-9)


def test_interpolated_kneser_ney_by_hand() -> None:
    """One set, "1 2 1 2 1 3" and its end, in a ring: continuation counts and one discount an order, computed without this code."""
    one = corpus([[1, 2, 1, 2, 1, 3]])
    model = ngram.estimate(ngram.sets_of(one), V)
    ids = [1, 2, 1, 2, 1, 3, END]
    padded = [3, END, *ids]
    trigrams = [tuple(padded[i : i + 3]) for i in range(len(ids))]
    counts = {t: trigrams.count(t) for t in trigrams}
    n1, n2 = (sum(c == n for c in counts.values()) for n in (1, 2))
    d3 = min(max(n1 / (n1 + 2 * n2), 0.1), 0.95)
    # After "1 2" comes 1 alone, twice: what its discount takes goes to the bigrams.
    context = (1, 2)
    seen = sum(c for t, c in counts.items() if t[:2] == context)
    lower = model.probability(np.array([2 * V + 1]), 2)[0]
    expected = (counts[(1, 2, 1)] - d3) / seen + d3 / seen * lower
    found = model.probability(np.array([(1 * V + 2) * V + 1]))[0]
    assert abs(found - expected) < 1e-12
    unseen = model.probability(np.array([(1 * V + 2) * V + 7]))[0]
    assert abs(unseen - d3 / seen * model.probability(np.array([2 * V + 7]), 2)[0]) < 1e-12


def test_a_smaller_budget_costs_likelihood_and_is_kept_to(text: Corpus) -> None:
    full = ngram.estimate(ngram.sets_of(text), V)
    size = len(ngram.encoded(full))
    losses = [ngram.loss(full, text)]
    for share in (0.8, 0.65):
        budget = int(size * share)
        model = ngram.pruned(text, V, budget)
        assert len(ngram.encoded(model)) <= budget
        losses.append(ngram.loss(model, text))
    assert losses == sorted(losses)
    assert losses[0] < -np.log(full.unigram[text.ids.numpy()]).mean()


def test_the_file_has_the_layout_that_is_documented(text: Corpus) -> None:
    model = ngram.estimate(ngram.sets_of(text), V)
    data = ngram.encoded(model)
    assert data[:8] == b"SOTTONGM"
    assert struct.unpack("<5I", data[8:28]) == (2, V, len(model.bigrams.keys), len(model.trigrams.contexts), len(model.trigrams.keys))
    frequencies = np.frombuffer(data, "<f4", V, 28 + 2 * 256 * 4)
    counts = np.bincount(text.ids.numpy(), minlength=V)
    assert np.abs(frequencies - counts / counts.sum()).max() < 0.02 and abs(frequencies.sum() - 1) < 1e-6
    unigram = np.frombuffer(data, "<f4", V, 28 + (2 * 256 + V) * 4)
    assert np.allclose(unigram, model.unigram, atol=1e-6) and abs(unigram.sum() - 1) < 1e-6
    assert len(data) == ngram.length(V, len(model.bigrams.keys), len(model.trigrams.contexts), len(model.trigrams.keys))


def test_messages_are_paragraphs_of_the_validation_text(base: Path, data: Path, tmp_path: Path) -> None:
    from trainer.validation import main

    out = tmp_path / "valid.txt"
    arguments = ["--data", data, "--model", base, "--out", out, "--messages", "6", "--length", "20", "--cache", tmp_path / "tokens"]
    main([str(a) for a in arguments])
    paragraphs = out.read_text().strip().split("\n\n")
    assert len(paragraphs) == 6 and all(0 < len(p.split()) <= 20 for p in paragraphs)
    first = out.read_text()
    main([str(a) for a in [*arguments, "--seed", "2"]])
    assert out.read_text() != first
