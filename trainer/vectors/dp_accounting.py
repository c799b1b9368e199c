"""Vectors for unequal releases from Google's dp-accounting, an implementation that shares nothing with ours.

    python3 -m venv VENV && VENV/bin/pip install dp-accounting==0.6.0
    VENV/bin/python -P trainer/vectors/dp_accounting.py

It needs that package alone, which nothing else here uses, so it is not in requirements.txt; -P keeps Python from
taking this file for it. Each release is given to it as the two probability mass functions of its sum of rounds, at the two
ends of the box; it is asked for a lower and an upper estimate of epsilon, by rounding losses down and up.
"""

from __future__ import annotations

import json
import math
from importlib.metadata import version
from pathlib import Path

import numpy as np
from dp_accounting.pld import privacy_loss_distribution as pld

OUT = Path(__file__).resolve().parents[2] / "src/core/accounting/dp-accounting.vectors.json"
DELTAS = (1e-3, 1e-5, 1e-6, 1e-8)
INTERVAL = 1e-3

# Each release: mu, bits, dim, tokens, sparsity.
MIXTURES = (
    ((1, 4, 64, 1, 1), (4, 4, 64, 1, 1)),
    ((2, 4, 64, 3, 1), (4, 4, 64, 2, 1), (8, 4, 64, 1, 1)),
    ((0.5, 1, 32, 8, 1), (1, 2, 128, 4, 1)),
    ((8, 2, 128, 1, 1), (1, 4, 64, 10, 1), (2, 1, 32, 5, 1), (3, 3, 48, 2, 1)),
    ((4, 2, 64, 2, 0.25), (2, 4, 64, 3, 1)),
    ((1, 3, 32, 5, 0.1), (3, 3, 32, 1, 0.5), (2, 1, 96, 4, 0.9)),
    ((6, 1, 8, 1, 1), (3, 1, 4, 2, 1), (1, 1, 2, 1, 0.5)),
)


def one_token(mu: float, bits: int, dim: int, sparsity: float) -> tuple[dict[int, float], dict[int, float]]:
    """Log probabilities of the sum of a token's rounds at the lower and the upper end of the box."""
    rounds = (2**bits - 1) * dim
    q = 1 / (2 * math.sqrt(sparsity * (4 * rounds / mu**2 + 1)))
    one = np.array([sparsity * (0.5 - q), 1 - sparsity, sparsity * (0.5 + q)])
    # The sum's distribution by repeated squaring, double sums of positive terms.
    upper, power, left = np.ones(1), one, rounds
    while left:
        if left & 1:
            upper = np.convolve(upper, power)
        power = np.convolve(power, power)
        left >>= 1
    logs = {i - rounds: math.log(p) for i, p in enumerate(upper) if p > 0}
    # Pr-[D] = Pr+[-D] = Pr+[D] e^(-D lambda); spelt out so that tails below the smallest double stay paired.
    ratio = math.log((0.5 + q) / (0.5 - q))
    return {d: log - d * ratio for d, log in logs.items()}, logs


def composed(mixture, pessimistic: bool):
    whole = None
    for mu, bits, dim, tokens, sparsity in mixture:
        lower, upper = one_token(mu, bits, dim, sparsity)
        one = pld.from_two_probability_mass_functions(
            lower,
            upper,
            pessimistic_estimate=pessimistic,
            value_discretization_interval=INTERVAL,
            log_mass_truncation_bound=-50,
        )
        all_tokens = one.self_compose(tokens)
        whole = all_tokens if whole is None else whole.compose(all_tokens)
    return whole


def main() -> None:
    vectors = []
    for mixture in MIXTURES:
        low, high = composed(mixture, False), composed(mixture, True)
        vectors.append(
            {
                "releases": [
                    dict(zip(("mu", "bits", "dim", "tokens", "sparsity"), release)) for release in mixture
                ],
                "epsilons": [
                    {
                        "delta": delta,
                        "lower": low.get_epsilon_for_delta(delta),
                        "upper": high.get_epsilon_for_delta(delta),
                    }
                    for delta in DELTAS
                ],
            }
        )
        print(mixture, vectors[-1]["epsilons"])
    made_by = f"trainer/vectors/dp_accounting.py with dp-accounting {version('dp-accounting')}, grid {INTERVAL}"
    OUT.write_text(json.dumps({"madeBy": made_by, "vectors": vectors}, indent=2) + "\n")


if __name__ == "__main__":
    main()
