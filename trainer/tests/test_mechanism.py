from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from trainer.mechanism import Mechanism

PARAMETERS = [Mechanism(1, 4, 64, 1.0), Mechanism(8, 4, 64, 0.3), Mechanism(8, 2, 128, 2.5), Mechanism(1, 1, 32, 1.0)]


@pytest.mark.parametrize("mechanism", PARAMETERS)
def test_amplitude_and_q_say_the_same(mechanism: Mechanism) -> None:
    assert mechanism.q == pytest.approx(mechanism.clip / (2 * mechanism.amplitude), rel=1e-12)


def test_q_agrees_with_independent_values() -> None:
    # Computed at 50 digits: mu, bits, dim -> q.
    for mu, bits, dim, q in [(1, 4, 64, 0.0080676648957803529), (8, 2, 128, 0.1), (1, 1, 32, 0.044022545316281191)]:
        assert Mechanism(mu, bits, dim, 0.7).q == pytest.approx(q, rel=1e-12)


def test_estimate_is_unbiased_with_the_stated_variance() -> None:
    mechanism = Mechanism(8, 4, 4, 1.0)
    x = torch.tensor([-1.0, -0.2, 0.5, 1.0])
    n = 200_000
    levels = mechanism.release(x.expand(n, 4), torch.Generator().manual_seed(1))
    estimate = mechanism.estimate(levels).double()
    variance = (mechanism.amplitude**2 - x.double() ** 2) / mechanism.rounds
    # Six standard errors: a false alarm in a thousand million.
    assert ((estimate.mean(0) - x).abs() < 6 * (variance / n).sqrt()).all()
    assert ((estimate.var(0) / variance - 1).abs() < 6 * math.sqrt(2 / n)).all()


def test_values_outside_the_clip_bound_are_released_as_the_bound() -> None:
    mechanism = Mechanism(8, 4, 2, 0.5)
    assert (mechanism.thresholds(np.array([[0.5, -0.5]])) == mechanism.thresholds(np.array([[9.0, -9.0]]))).all()


def test_a_non_finite_coordinate_is_an_error() -> None:
    for bad in (math.nan, math.inf, -math.inf):
        with pytest.raises(ValueError, match="non-finite"):
            Mechanism(8, 4, 2, 0.5).thresholds(np.array([[0.1, bad]]))


@pytest.mark.parametrize("mechanism", PARAMETERS)
def test_thresholds_stay_in_the_accounted_interval(mechanism: Mechanism) -> None:
    x = np.linspace(-3, 3, 1001).reshape(-1, 1)
    p = mechanism.thresholds(x).astype(float) / 2**32
    assert p.min() >= 0.5 - mechanism.q and p.max() <= 0.5 + mechanism.q
