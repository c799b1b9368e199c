"""DEL on a classifier: what of the table leaves the device, and a soft prompt for each level, trained under the real noise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...calibrate import clip_bound
from ...config import Config
from ...mechanism import Mechanism
from ...projection import principal
from ...split import Projection
from ..accounting import mu_for_bits
from ..mechanisms import Binomial, GaussianRounding, gaussian_sigma
from .classifier import Batches, Classifier
from .config import TasksConfig
from .data import Text
from .fitting import fit


@dataclass(frozen=True)
class Split:
    """The public part: table E, projection along its principal axes, projected table Z and clip bound."""

    embeddings: Tensor
    projection: Projection
    table: Tensor
    clip: float

    @staticmethod
    def of(model: Classifier, text: Text, config: TasksConfig) -> Split:
        embeddings = model.table().detach()
        generator = torch.Generator().manual_seed(Config().seed)
        projection = principal(embeddings, text.prior, config.dim, generator)
        table = projection.table(embeddings)
        return Split(embeddings, projection, table, clip_bound(table, text.prior, Config()))

    def binomial(self, level: float, text: Text, config: TasksConfig) -> Binomial:
        """The release whose bound is `level` bits for a message of mean length."""
        mu = mu_for_bits(level / text.mean_tokens, config.dim, config.bits)
        return Binomial(self.table, Mechanism(mu, config.bits, config.dim, self.clip))

    def gaussian(self, level: float, text: Text, config: TasksConfig) -> GaussianRounding:
        return GaussianRounding(self.table, self.clip, gaussian_sigma(level / text.mean_tokens, config.dim, self.clip), config.bits)

    def rows(self, estimates: Tensor) -> Tensor:
        """What the server rebuilds: ... x d -> ... x H."""
        return estimates @ self.projection.decoder


def train(model: Classifier, split: Split, mechanism: Binomial, start: Tensor | None, text: Text, config: TasksConfig, seed: int,
          checkpoint: Path, label: str) -> Tensor:
    """The soft prompt, P x H. `start` is that of the next lighter level, or None: embeddings of common tokens."""
    torch.manual_seed(seed)
    if start is None:
        common = text.prior.topk(min(4 * config.virtual_tokens, len(text.prior))).indices
        start = split.embeddings[common[torch.randperm(len(common))[: config.virtual_tokens]]]
    prompt = nn.Parameter(start.clone())
    source = Batches(text, config, seed + 1, config.prompt_steps)

    def loss_of(step: int) -> Tensor:
        ids, valid, labels = source.at(step)
        generator = torch.Generator().manual_seed(1_000_003 * seed + step)
        sent = mechanism.release(ids, generator)
        return F.cross_entropy(model(split.rows(mechanism.estimate(sent)), valid, prompt), labels)

    fit({"prompt": prompt}, loss_of, config.prompt_steps, config.prompt_rate, checkpoint, label, seed)
    return prompt.detach()
