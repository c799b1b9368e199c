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
from .split import ROWS, Projection, loss_scale, next_token_losses, rows_device


def axes_of(embeddings: Tensor, prior: Tensor) -> Tensor:
    """Principal axes of the rows of E weighted by frequency, as rows, strongest first, in float64.

    Where V is many times H they come from the H x H second moment, added up over parts of E: E itself is never copied."""
    vocabulary, hidden = embeddings.shape
    if vocabulary <= 4 * hidden:
        weighted = embeddings.double() * prior.to(embeddings.device).double().sqrt()[:, None]
        return torch.linalg.svd(weighted, full_matrices=False)[2]
    moment = torch.zeros(hidden, hidden, dtype=torch.float64, device=embeddings.device)
    for start in range(0, vocabulary, ROWS):
        rows = embeddings[start : start + ROWS].double()
        weight = prior[start : start + ROWS].to(embeddings.device).double()
        moment += (rows * weight[:, None]).T @ rows
    return torch.linalg.eigh(moment)[1].flip(1).T


def principal(embeddings: Tensor, prior: Tensor, dim: int, generator: torch.Generator) -> Projection:
    """The frequency-weighted principal subspace, turned so that every coordinate carries equal energy.

    The box guarantee charges for d coordinates of range [-c, c] whether they are used or not, so energy piled up in a
    few of them would be noise for nothing. A Hadamard turn with random signs of the principal axes spreads it; the
    spectral norm stays 1. Raises ValueError unless d is a power of two and at most H."""
    if dim < 1 or dim & (dim - 1):
        raise ValueError(f"d must be a power of two, not {dim}")
    if dim > min(embeddings.shape):
        raise ValueError(f"d must be at most the width of the model's rows, {min(embeddings.shape)}, not {dim}")
    axes = axes_of(embeddings, prior)
    turn = torch.ones(1, 1, dtype=torch.float64)
    while turn.shape[0] < dim:
        turn = torch.cat([torch.cat([turn, turn], 1), torch.cat([turn, -turn], 1)], 0)
    signs = torch.randint(0, 2, (dim,), generator=generator).double() * 2 - 1
    turned = (signs[:, None] * turn / math.sqrt(dim)).to(axes.device)
    encoder = (axes[:dim].T @ turned).float()
    return Projection(encoder, encoder.T.contiguous())


def cut_spectrum(encoder: Tensor) -> Tensor:
    """The nearest matrix with singular values at most 1. They are found in the d x d matrix of products, which is quick where H is large."""
    wide = encoder.double()
    squares, axes = torch.linalg.eigh(wide.T @ wide)
    if squares[-1] <= 1:
        return encoder
    factors = squares.clamp(min=1).rsqrt()
    return (wide @ (axes * factors) @ axes.T).to(encoder.dtype)


def train(
    model: torch.nn.Module, start: Projection, corpus: Corpus, config: Config, steps: int, checkpoint: Path, label: str
) -> Projection:
    """Train for `steps`, resuming from `checkpoint` if it holds a part of this very run."""
    device = rows_device(model)
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
        clean = embeddings[ids].float()
        rows = clean @ encoder @ decoder
        language = next_token_losses(model, rows, ids[:, 1:]).mean()
        reconstruction = ((rows - clean) ** 2).sum() / (clean**2).sum()
        loss = language + config.reconstruction_weight * reconstruction
        optimizer.zero_grad()
        (loss * loss_scale(model)).backward()
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            encoder.copy_(cut_spectrum(encoder))
        progress.step(step + 1, {"language": language.item(), "reconstruction": reconstruction.item()})
    return Projection(encoder.detach(), decoder.detach())
