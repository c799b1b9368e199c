"""The classification half of the frontier: its mechanisms against their stated laws, and a tiny run of every method."""

from __future__ import annotations

import csv
import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from trainer.frontier.accounting import binomial_bits, binomial_epsilon, gaussian_epsilon, mu_for_bits
from trainer.frontier.mechanisms import Binomial, Dchi, GaussianRounding, Rantext, TokenMechanism, gaussian_sigma, rantext_scale
from trainer.frontier.points import Place, read_evidence
from trainer.frontier.tasks.__main__ import main
from trainer.frontier.tasks.config import METHODS
from trainer.mechanism import Mechanism
from trainer.tests.conftest import invented

#: messageCost of src/core/accounting/cost.ts at delta 1e-5: mu, bits, dim, tokens -> bits, epsilon.
COSTS = [
    (1, 4, 32, 13, 2.3433623817913958, 21.204169927073533),
    (6, 4, 32, 13, 83.10034194556532, 321.07840374911945),
    (12, 4, 32, 30, 733.3737558039672, 2323.3429325649145),
    (2.5, 4, 64, 100, 112.55789523906996, 417.72546997656104),
    (24, 4, 128, 1, 97.78316744052897, 370.0610021273163),
]


@pytest.mark.parametrize(("mu", "bits", "dim", "tokens", "told", "epsilon"), COSTS)
def test_costs_are_those_of_the_accountant(mu: float, bits: int, dim: int, tokens: int, told: float, epsilon: float) -> None:
    mechanism = Mechanism(mu, bits, dim, 1.0)
    assert binomial_bits(mechanism) * tokens == pytest.approx(told, rel=1e-9)
    assert binomial_epsilon(mechanism, tokens) == pytest.approx(epsilon, rel=1e-6)
    assert mu_for_bits(told / tokens, dim, bits) == pytest.approx(mu, rel=1e-6)


@pytest.mark.parametrize("mu", [0.5, 3.0, 20.0])
def test_gaussian_epsilon_is_where_delta_is_met(mu: float) -> None:
    epsilon = gaussian_epsilon(mu)
    # delta as the difference of two tail integrals, summed.
    x = np.linspace(-40, 40 + mu, 2_000_001)
    excess = np.exp(-((x - mu) ** 2) / 2) - np.exp(np.minimum(epsilon - x**2 / 2, 700.0))
    delta = np.clip(excess, 0, None).sum() * (x[1] - x[0]) / math.sqrt(2 * math.pi)
    assert delta == pytest.approx(1e-5, rel=1e-3)


def rows(vocabulary: int, width: int) -> torch.Tensor:
    return torch.randn(vocabulary, width, generator=torch.Generator().manual_seed(3))


def far_from(counts: np.ndarray, expected: np.ndarray, draws: int) -> float:
    """The largest difference of a frequency from its probability, in standard errors (of at least a few expected counts)."""
    return float((np.abs(counts / draws - expected) / np.sqrt(np.maximum(expected * (1 - expected), 5 / draws) / draws)).max())


def test_gaussian_levels_come_as_often_as_their_likelihood_says() -> None:
    table = torch.tensor([[-0.9, 0.1], [0.4, 3.0]])
    mechanism = GaussianRounding(table, 1.0, 0.7, 3)
    draws = 200_000
    for token in (0, 1):
        sent = mechanism.release(torch.full((draws,), token), torch.Generator().manual_seed(token))
        for coordinate in (0, 1):
            x = table[token, coordinate].clamp(-1, 1)
            p = mechanism.log_probabilities(x).exp().numpy()
            assert p.sum() == pytest.approx(1, abs=1e-9)
            counts = np.bincount(sent[:, coordinate].long().numpy(), minlength=8)
            assert far_from(counts, p, draws) < 6
    every = torch.cartesian_prod(torch.arange(8), torch.arange(8)).float()
    assert torch.allclose(mechanism.log_likelihood(every).exp().sum(0), torch.ones(2), atol=1e-5)


def test_rantext_replaces_as_often_as_its_likelihood_says() -> None:
    table = rows(12, 4)
    mechanism = Rantext(table, 6.0, rantext_scale(table, 0.4))
    assert torch.allclose(mechanism.log_likelihood(torch.arange(12)).exp().sum(0), torch.ones(12), atol=1e-5)
    draws = 100_000
    for token in (0, 7):
        sent = mechanism.release(torch.full((draws,), token), torch.Generator().manual_seed(token))
        expected = mechanism.log_likelihood(torch.arange(12))[:, token].exp().double().numpy()
        assert far_from(np.bincount(sent.numpy(), minlength=12), expected, draws) < 6


def test_dchi_noise_has_its_radius_and_no_direction() -> None:
    mechanism = Dchi(rows(5, 8), 2.0)
    noise = mechanism.noise(torch.Size([100_000]), torch.Generator().manual_seed(0)).double()
    radius = noise.norm(dim=1)
    # Gamma(8, 1/2): mean 4, variance 2.
    assert float(radius.mean()) == pytest.approx(4, abs=6 * math.sqrt(2 / 1e5))
    assert float(radius.var()) == pytest.approx(2, rel=0.05)
    assert (noise.mean(0).abs() < 6 * math.sqrt(2 * 9 / 8 / 1e5 * 2)).all()
    sent = mechanism.release(torch.tensor([1, 4]), torch.Generator().manual_seed(1))
    scores = mechanism.log_likelihood(sent)
    expected = -2.0 * torch.cdist(sent, mechanism.embeddings)
    assert torch.allclose(scores, expected, atol=1e-3)


@pytest.mark.parametrize("name", ["binomial", "gaussian", "dchi", "rantext"])
def test_no_token_tells_more_than_its_bound(name: str) -> None:
    """The mean log-ratio of the likelihood to that of the mixture is what is told of a uniform token, to the error of the mean."""
    table = rows(64, 8)
    mechanism: TokenMechanism = {
        "binomial": Binomial(table, Mechanism(4.0, 4, 8, 1.0)),
        "gaussian": GaussianRounding(table, 1.0, gaussian_sigma(2.5, 8, 1.0)),
        "dchi": Dchi(table, 3.0),
        "rantext": Rantext(table, 8.0, rantext_scale(table, 0.2)),
    }[name]
    ids = torch.arange(64).repeat(300)
    scores = mechanism.log_likelihood(mechanism.release(ids, torch.Generator().manual_seed(0))).double()
    ratio = (scores.gather(1, ids[:, None])[:, 0] - scores.logsumexp(1) + math.log(64)) / math.log(2)
    error = float(ratio.std()) / math.sqrt(len(ids))
    assert 0.1 < float(ratio.mean()) < mechanism.bits + 6 * error
    assert mechanism.bits <= 6


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four tasks with invented messages."""
    folder, rng = tmp_path_factory.mktemp("tasks"), random.Random(0)

    def message(label: int) -> str:
        return f"number {label} {rng.choice(invented(label, 3))[: rng.randint(8, 40)]} {rng.random():.3f}"

    for name in ("banking77", "clinc150", "sentence_polarity", "subjectivity"):
        (folder / name).mkdir()
    names = [f"intent{i}" for i in range(6)]
    (folder / "banking77/categories.json").write_text(json.dumps(names))
    for part, count in (("train", 12), ("test", 5)):
        with (folder / f"banking77/{part}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("text", "category")] + [(message(i), name) for i, name in enumerate(names) for _ in range(count)])
    clinc = {part: [[message(i), name] for i, name in enumerate(names) for _ in range(6)] for part in ("train", "test")}
    (folder / "clinc150/data_full.json").write_text(json.dumps(clinc | {"oos_test": [["something else", "oos"]]}))
    for path in ("sentence_polarity/rt-polarity.neg", "sentence_polarity/rt-polarity.pos",
                 "subjectivity/quote.tok.gt9.5000", "subjectivity/plot.tok.gt9.5000"):
        (folder / path).write_text("\n".join(message(len(path)) for _ in range(60)))
    return folder


@pytest.fixture(scope="module")
def run(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    arguments = ["--data", str(source), "--run", str(folder), "--tiny", "--seeds", "1"]
    main([*arguments, "--tasks", "banking77"])
    main([*arguments, "--tasks", "clinc150", "polarity", "subjectivity", "--methods", "clean", "no-prefix", "gist"])
    return folder


def points(run: Path, domain: str = "*", method: str = "*") -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted(run.glob(f"points/{domain}/{method}/*/1.json"))]


def test_every_method_has_its_points_with_controls(run: Path) -> None:
    assert {point["method"] for point in points(run, "banking77")} == set(METHODS)
    assert {point["domain"] for point in points(run)} == {"banking77", "clinc150", "polarity", "subjectivity"}
    for point in points(run):
        found = point["utility"]["accuracy"]
        assert 0 <= found["value"] <= 1 and 0 <= found["control"] <= 1 and found["n"] == 24
        assert all(share["tokens"] > 0 for share in point["leak"].values())
        assert point["bits"]["tokens"] > 1 and "epsilonKind" in point["parameters"]
        if point["method"] in ("del", "gaussian-sr", "gist", "tail"):
            assert point["bits"]["message"] <= float(point["level"]) * (1 + 1e-9)
            assert point["bits"]["message"] > float(point["level"]) * 0.99


def test_what_sends_nothing_leaks_nothing(run: Path) -> None:
    for point in points(run, method="no-prefix"):
        assert point["bits"]["message"] == 0 and point["epsilon"] == 0
        assert point["leak"]["bayes"] == point["leak"]["blind"]
        assert point["utility"]["accuracy"]["value"] == pytest.approx(point["utility"]["accuracy"]["control"], abs=1e-12)
    for point in points(run, method="clean"):
        assert point["leak"]["bayes"]["value"] == 1


def test_evidence_is_a_row_for_every_token_of_the_same_messages(run: Path) -> None:
    sampled = set()
    for method in ("del", "gaussian-sr", "dchi", "rantext"):
        for point in points(run, "banking77", method):
            messages, evidence = read_evidence(Place(run, "banking77", method, point["level"], 1))
            assert evidence.shape == (sum(map(len, messages)), point["parameters"]["vocabulary"])
            assert (evidence.max(1) == 0).all() and np.isfinite(evidence).all()
            sampled.add(json.dumps(messages))
    assert len(sampled) == 1
    for method in ("del-no-soft-prompt", "hard-bayes", "tail"):
        for point in points(run, "banking77", method):
            assert point["evidence"] == f"points/banking77/del/{point['level']}/1.evidence"
    assert (run / "ngram/banking77.bin").stat().st_size > 300


def test_a_second_run_computes_nothing(run: Path, source: Path) -> None:
    def written() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for part in ("points", "models", "text", "ngram") for path in run.glob(f"{part}/**/*.*")}

    before = written()
    main(["--data", str(source), "--run", str(run), "--tiny", "--seeds", "1", "--tasks", "banking77"])
    assert written() == before


def test_a_point_that_was_lost_is_made_again_as_it_was(run: Path, source: Path) -> None:
    place = Place(run, "banking77", "tail", "104", 1)
    before = place.path.read_text()
    place.path.unlink()
    main(["--data", str(source), "--run", str(run), "--tiny", "--seeds", "1", "--tasks", "banking77", "--methods", "tail"])
    assert place.path.read_text() == before


def test_another_configuration_is_refused(run: Path, source: Path) -> None:
    with pytest.raises(ValueError, match="another configuration"):
        main(["--data", str(source), "--run", str(run), "--tasks", "banking77"])
