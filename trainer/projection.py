"""Stage (a): the linear projection H -> d and de-projection d -> H, trained through the frozen language model.

Loss: the model's own next-token loss on de-projected rows, plus the reconstruction error relative to the row's
energy. After every step the encoder's singular values are cut to at most 1, so that no row grows on its way out."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .config import Config
from .data import Corpus
from .progress import Progress
from .split import Projection, next_token_losses


def principal(embeddings: Tensor, prior: Tensor, dim: int, generator: torch.Generator) -> Projection:
    """The frequency-weighted principal subspace, turned so that every coordinate carries equal energy.

    The box guarantee charges for d coordinates of range [-c, c] whether they are used or not, so energy piled up in a
    few of them would be noise for nothing. A Hadamard turn with random signs of the principal axes spreads it; the
    spectral norm stays 1."""
    weighted = embeddings.double() * prior.double().sqrt()[:, None]
    _, _, axes = torch.linalg.svd(weighted, full_matrices=False)
    turn = torch.ones(1, 1, dtype=torch.float64)
    while turn.shape[0] < dim:
        turn = torch.cat([torch.cat([turn, turn], 1), torch.cat([turn, -turn], 1)], 0)
    if turn.shape[0] != dim:
        raise ValueError(f"d must be a power of two, not {dim}")
    signs = torch.randint(0, 2, (dim,), generator=generator).double() * 2 - 1
    encoder = (axes[:dim].T @ (signs[:, None] * turn / math.sqrt(dim))).float()
    return Projection(encoder, encoder.T.contiguous())


def cut_spectrum(encoder: Tensor) -> Tensor:
    """The nearest matrix with singular values at most 1."""
    u, s, v = torch.linalg.svd(encoder, full_matrices=False)
    return encoder if s[0] <= 1 else (u * s.clamp(max=1)) @ v


def train(
    model: torch.nn.Module, start: Projection, corpus: Corpus, config: Config, steps: int, checkpoint: Path, label: str
) -> Projection:
    """Train for `steps`, resuming from `checkpoint` if it holds a part of this very run."""
    device = next(model.parameters()).device
    embeddings = model.get_input_embeddings().weight
    encoder = torch.nn.Parameter(start.encoder.to(device))
    decoder = torch.nn.Parameter(start.decoder.to(device))
    optimizer = torch.optim.AdamW([encoder, decoder], lr=config.projection_rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    progress = Progress(label, steps, checkpoint)
    done = progress.resume({"encoder": encoder, "decoder": decoder}, optimizer, schedule)
    for step in range(done, steps):
        rng = np.random.default_rng((config.seed, step))
        ids = corpus.windows(config.projection_length, config.projection_batch, rng).to(device)
        clean = embeddings[ids]
        rows = clean @ encoder @ decoder
        language = next_token_losses(model, rows, ids[:, 1:]).mean()
        reconstruction = ((rows - clean) ** 2).sum() / (clean**2).sum()
        loss = language + config.reconstruction_weight * reconstruction
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            encoder.copy_(cut_spectrum(encoder))
        progress.step(step + 1, {"language": language.item(), "reconstruction": reconstruction.item()})
    return Projection(encoder.detach(), decoder.detach())
