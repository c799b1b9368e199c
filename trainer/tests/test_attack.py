from __future__ import annotations

import itertools
import math

import torch

from trainer.attack import bayes_scores, measure, wilson
from trainer.mechanism import Mechanism


def test_bayes_scores_equal_the_posterior_by_brute_force() -> None:
    mechanism = Mechanism(6, 2, 2, 0.8)
    table = torch.tensor([[0.8, -0.4], [0.1, 0.2], [-0.7, 0.7]])
    prior = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    for levels in itertools.product(range(mechanism.rounds + 1), repeat=2):
        joint = []
        for row, weight in zip(table, prior):
            p = [0.5 + float(x) / (2 * mechanism.amplitude) for x in row]
            joint.append(
                float(weight)
                * math.prod(math.comb(3, y) * pi**y * (1 - pi) ** (3 - y) for y, pi in zip(levels, p, strict=True))
            )
        expected = torch.tensor(joint, dtype=torch.float64) / sum(joint)
        found = bayes_scores(torch.tensor([levels]), table, prior.log(), mechanism).softmax(1)[0]
        assert torch.allclose(found, expected, atol=1e-6)


def test_without_signal_bayes_names_the_commonest_token() -> None:
    table = torch.randn(20, 8, generator=torch.Generator().manual_seed(0))
    prior = torch.full((20,), 0.5 / 19)
    prior[3] = 0.5
    ids = torch.multinomial(prior, 2000, replacement=True, generator=torch.Generator().manual_seed(1))
    found = measure(ids, table, prior, Mechanism(1e-3, 4, 8, 1.0), torch.Generator().manual_seed(2))
    assert found.bayes == found.baseline


def test_almost_without_noise_everything_is_read() -> None:
    table = torch.randn(20, 8, generator=torch.Generator().manual_seed(0))
    ids = torch.arange(20).repeat(10)
    found = measure(ids, table, torch.full((20,), 1 / 20), Mechanism(200, 8, 8, 2.0), torch.Generator().manual_seed(2))
    assert found.bayes > 0.98 and found.low < found.bayes <= found.high + 1e-12


def test_the_wilson_interval_holds_the_share() -> None:
    for successes in (0, 1, 50, 100):
        low, high = wilson(successes / 100, 100)
        assert 0 <= low <= successes / 100 <= high <= 1 and high - low < 0.21
