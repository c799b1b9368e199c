"""What the server could read, for calibration: Bayes with a unigram prior, nearest neighbour, and no payload at all.

`log Pr[y | v] = y . a_v + b_v` with `a_v = log(p_v / (1 - p_v))` and `b_v = M sum_i log(1 - p_vi)` (spec section 4)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from .mechanism import Mechanism
from .split import ROWS


# Tokens less common than this are called rare, as in core/attack/reading.ts.
RARE = 1e-4


@dataclass(frozen=True)
class Recovery:
    """Shares of tokens named correctly, over `tokens` tokens; `low` and `high` bound `bayes` at 95% (Wilson). The rare ones are
    counted; entropy and gain of the Bayes attacker are means in bits."""

    bayes: float
    nearest: float
    baseline: float
    tokens: int
    low: float
    high: float
    rare_bayes: int
    rare_nearest: int
    rare: int
    entropy: float
    bits: float


def wilson(share: float, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The Wilson score interval of a share measured over n trials."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


# Numbers of a posterior that are held at a time, tokens under attack x V: some copies of 128 MB.
HELD = 1 << 25


@dataclass(frozen=True)
class Likelihood:
    """What of `log Pr[y | v]` does not depend on y: `a` (V x d) and `b` (V), for levels counted from their middle M / 2 and without the
    constant M d log(1/2). So centred, sums are small and fp32 is enough for them; the logarithms themselves are taken in fp64."""

    a: torch.Tensor
    b: torch.Tensor
    middle: float

    @staticmethod
    def of(table: torch.Tensor, mechanism: Mechanism) -> "Likelihood":
        a = torch.empty(table.shape, device=table.device)
        b = torch.empty(len(table), device=table.device)
        for start in range(0, len(table), ROWS):
            rows = table[start : start + ROWS].double().clamp(-mechanism.clip, mechanism.clip)
            x = rows / mechanism.amplitude
            a[start : start + ROWS] = torch.log1p(x) - torch.log1p(-x)
            b[start : start + ROWS] = mechanism.rounds / 2 * torch.log1p(-(x**2)).sum(1)
        return Likelihood(a, b, mechanism.rounds / 2)

    def scores(self, levels: torch.Tensor) -> torch.Tensor:
        """log Pr[y | v] up to one constant, T x V, of levels T x d."""
        return (levels.float() - self.middle) @ self.a.T + self.b


def bayes_scores(levels: torch.Tensor, table: torch.Tensor, log_prior: torch.Tensor, mechanism: Mechanism) -> torch.Tensor:
    """Unnormalised log posterior, T x V, of every token of the table given the levels (T x d)."""
    return Likelihood.of(table, mechanism).scores(levels).double() + log_prior


def measure(
    ids: torch.Tensor, table: torch.Tensor, prior: torch.Tensor, mechanism: Mechanism, generator: torch.Generator
) -> Recovery:
    """Release every token of `ids` once and count what each attacker names correctly. Computed where the table is; `generator` is of
    the same device."""
    bayes = nearest = rare = rare_bayes = rare_nearest = 0
    entropy = bits = 0.0
    ids, prior = ids.to(table.device), prior.to(table.device)
    log_prior = prior.double().log()
    likelihood = Likelihood.of(table, mechanism)
    clipped = table.clamp(-mechanism.clip, mechanism.clip)
    energy = (clipped**2).sum(1)
    for chunk in ids.split(max(1, min(4096, HELD // len(table)))):
        levels = mechanism.release(table[chunk], generator)
        posterior = (likelihood.scores(levels) + log_prior.float()).log_softmax(1)
        named = posterior.argmax(1) == chunk
        seldom = prior[chunk] < RARE
        bayes += int(named.sum())
        rare += int(seldom.sum())
        rare_bayes += int((named & seldom).sum())
        bits += float((posterior.gather(1, chunk[:, None])[:, 0].double() - log_prior[chunk]).sum()) / math.log(2)
        entropy -= float((posterior.exp() * posterior.clamp(min=-1e3)).sum(1).double().sum()) / math.log(2)
        del posterior
        distance = (-2 * mechanism.estimate(levels) @ clipped.T).add_(energy)
        found = distance.argmin(1) == chunk
        nearest += int(found.sum())
        rare_nearest += int((found & seldom).sum())
    n = len(ids)
    low, high = wilson(bayes / n, n)
    commonest = int((ids == prior.argmax()).sum())
    return Recovery(
        bayes / n, nearest / n, commonest / n, n, low, high, rare_bayes, rare_nearest, rare, entropy / n, bits / n
    )


def as_manifest(found: dict, messages: int) -> dict:
    """The figures of the two attackers that are measured here, as the manifest has them. `sotto calibrate --record` puts stronger
    ones in their place."""

    def share(named: float, of: int) -> dict:
        low, high = wilson(named / of, of)
        return {"recovery": named / of, "low": low, "high": high, "tokens": of}

    def attacker(recovery: float, rare: int, bits: float | None, anonymity: float) -> dict:
        return share(recovery * found["tokens"], found["tokens"]) | {
            "baseline": found["baseline"],
            "rare": share(rare, found["rare"]) if found["rare"] else None,
            "bitsGained": bits,
            "anonymity": anonymity,
        }

    return {
        "prior": "unigram",
        "messages": messages,
        "attackers": {
            "nearest": attacker(found["nearest"], found["rare_nearest"], None, 1.0),
            "bayes": attacker(found["bayes"], found["rare_bayes"], found["bits"], 2 ** found["entropy"]),
        },
    }
