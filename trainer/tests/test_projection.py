from __future__ import annotations

import torch

from trainer.projection import cut_spectrum, principal


def test_the_principal_projection_is_orthonormal_and_spreads_energy_evenly() -> None:
    generator = torch.Generator().manual_seed(0)
    embeddings = torch.randn(500, 32, generator=generator) * torch.linspace(3, 0.1, 32)
    prior = torch.rand(500, generator=generator)
    prior /= prior.sum()
    projection = principal(embeddings, prior, 8, generator)
    assert torch.allclose(projection.encoder.T @ projection.encoder, torch.eye(8), atol=1e-5)
    energy = (prior[:, None] * projection.table(embeddings) ** 2).sum(0)
    assert torch.allclose(energy, energy.mean().expand(8), rtol=1e-3)


def test_the_spectrum_is_cut_at_one_and_not_below() -> None:
    wide = torch.diag(torch.tensor([3.0, 1.5, 0.5]))
    assert torch.allclose(torch.linalg.svdvals(cut_spectrum(wide)), torch.tensor([1.0, 1.0, 0.5]))
    narrow = torch.diag(torch.tensor([0.9, 0.5]))
    assert cut_spectrum(narrow) is narrow
