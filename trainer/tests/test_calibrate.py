from __future__ import annotations

import pytest
import torch

from trainer import attack, calibrate, split
from trainer.calibrate import clip_bound
from trainer.config import Config
from trainer.mechanism import Mechanism

TABLE = torch.randn(300, 16, generator=torch.Generator().manual_seed(0)) * 0.3
PRIOR = torch.rand(300, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
PRIOR /= PRIOR.sum()


def explained(c: float) -> float:
    """The share of one coordinate's energy that the best linear estimate explains, over tokens and coordinates as they come."""
    mu = Config().clip_reference_mu
    z = TABLE.double()

    def mean(values: torch.Tensor) -> float:
        return float((PRIOR @ values).mean())

    u = z.clamp(-c, c)
    return mean(z * u) ** 2 / (mean(z**2) * (mean(u**2) + 4 * c**2 * 16 / mu**2))


def test_no_other_bound_of_the_range_explains_more() -> None:
    c = clip_bound(TABLE, PRIOR, Config())
    assert 0.05 < c < 1.2
    for factor in (0.2, 0.5, 0.8, 0.9, 1.1, 1.25, 2, 4):
        assert explained(c * factor) < explained(c)


def test_the_bound_grows_with_the_table() -> None:
    assert clip_bound(TABLE * 10, PRIOR, Config()) == pytest.approx(10 * clip_bound(TABLE, PRIOR, Config()))


def test_a_vocabulary_in_parts_gives_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = torch.multinomial(PRIOR, 500, replacement=True, generator=torch.Generator().manual_seed(2))
    projection = split.Projection(torch.randn(16, 8), torch.randn(8, 16))
    mechanism = Mechanism(6, 4, 16, 0.5)

    def found() -> tuple:
        recovery = attack.measure(ids, TABLE, PRIOR, mechanism, torch.Generator().manual_seed(3))
        return clip_bound(TABLE, PRIOR, Config()), recovery, projection.table(TABLE)

    clip, recovery, table = found()
    for module in (split, attack, calibrate):
        monkeypatch.setattr(module, "ROWS", 7)
    monkeypatch.setattr(attack, "HELD", 300 * 33)
    in_parts = found()
    assert in_parts[0] == pytest.approx(clip)
    assert torch.allclose(in_parts[2], table, atol=1e-5)
    for name, value in vars(recovery).items():
        assert vars(in_parts[1])[name] == pytest.approx(value, rel=1e-3), name
