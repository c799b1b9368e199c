"""SnD's denoising on the client (arXiv 2310.09130): the server returns what it pooled from noised rows; the client, who knows the text
and the noise, takes it back towards the clean one and applies the public last layer. What leaks is what the noised rows leak."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..mechanisms import Dchi
from .classifier import Batches, Classifier
from .config import TasksConfig
from .data import Text
from .fitting import fit

#: Messages that are answered at a time.
PART = 256


class Denoiser(nn.Module):
    """(pooled from noise B x 2H, clean rows, noise, eta) -> clean pooled. Rows come in as their mean over the message: a client that
    ran more of the model on its clean text would need no server."""

    def __init__(self, hidden: int):
        super().__init__()
        self.read = nn.Sequential(nn.LayerNorm(4 * hidden + 1), nn.Linear(4 * hidden + 1, 2 * hidden), nn.GELU())
        self.write = nn.Linear(2 * hidden, 2 * hidden)
        self.keep = nn.Parameter(torch.tensor(0.0))

    def forward(self, pooled: Tensor, clean: Tensor, noise: Tensor, valid: Tensor, eta: float) -> Tensor:
        count = valid.sum(1, keepdim=True)
        means = [(rows * valid[..., None]).sum(1) / count for rows in (clean, noise)]
        scaled = means[1] / means[1].norm(dim=1, keepdim=True).clamp(min=1e-6)
        told = torch.cat([pooled, means[0], scaled, torch.full((len(pooled), 1), math.log(eta))], 1)
        return torch.sigmoid(self.keep) * pooled + self.write(self.read(told))


def unit(embeddings: Tensor, prior: Tensor) -> float:
    """The root mean square of a row: what the configuration's etas are counted in."""
    return float((prior[:, None] * embeddings.double() ** 2).sum().sqrt())


def train(model: Classifier, mechanisms: list[Dchi], text: Text, config: TasksConfig, seed: int, checkpoint: Path, label: str) -> Denoiser:
    """One denoiser for all levels, a level a step."""
    torch.manual_seed(seed)
    denoiser = Denoiser(config.hidden)
    source = Batches(text, config, seed + 2, config.denoise_steps)

    def loss_of(step: int) -> Tensor:
        ids, valid, _ = source.at(step)
        mechanism = mechanisms[step % len(mechanisms)]
        clean = mechanism.embeddings[ids]
        noise = mechanism.noise(ids.shape, torch.Generator().manual_seed(1_000_003 * seed + step))
        with torch.no_grad():
            pooled, wanted = model.pooled(clean + noise, valid), model.pooled(clean, valid)
        return nn.functional.mse_loss(denoiser(pooled, clean, noise, valid, mechanism.eta), wanted)

    fit(dict(denoiser.named_parameters()), loss_of, config.denoise_steps, config.denoise_rate, checkpoint, label, seed)
    return denoiser.eval()


@dataclass(frozen=True)
class Exchange:
    """The test messages sent with noise, and answered."""

    model: Classifier
    mechanism: Dchi
    messages: list[np.ndarray]

    def noises(self, generator: torch.Generator) -> list[Tensor]:
        return [self.mechanism.noise(torch.Size([len(ids)]), generator) for ids in self.messages]

    @torch.no_grad()
    def answered(self, noises: list[Tensor]) -> Tensor:
        """What the server returns for every message, N x 2H."""
        return torch.cat([self.model.pooled(rows + noise, valid) for _, rows, noise, valid in self.parts(noises)])

    @torch.no_grad()
    def denoised(self, denoiser: Denoiser, noises: list[Tensor], answered: Tensor) -> np.ndarray:
        """The labels that the client finds in what was answered, by its own text and noise."""
        found = []
        for start, rows, noise, valid in self.parts(noises):
            clean = denoiser(answered[start : start + len(rows)], rows, noise, valid, self.mechanism.eta)
            found.append(self.model.labels(clean).argmax(1).numpy())
        return np.concatenate(found)

    def parts(self, noises: list[Tensor]) -> Iterator[tuple[int, Tensor, Tensor, Tensor]]:
        """Where a part of the messages begins, its clean rows and its noise (B x T x H), and where there is a row."""
        for start in range(0, len(self.messages), PART):
            ids = [torch.from_numpy(message) for message in self.messages[start : start + PART]]
            rows, noise = (
                nn.utils.rnn.pad_sequence(parts, batch_first=True)
                for parts in ([self.mechanism.embeddings[message] for message in ids], noises[start : start + PART])
            )
            lengths = torch.tensor([len(message) for message in ids])
            yield start, rows, noise, torch.arange(rows.shape[1])[None] < lengths[:, None]
