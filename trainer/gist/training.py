"""Noise-aware training of encoder and head together."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..progress import Progress
from . import data
from .config import GistConfig
from .model import Encoder, Head, surrogate, valid_places


class Split(nn.Module):
    """Encoder and head; `average` is the running mean of their parameters, which is what is served."""

    def __init__(self, config: GistConfig, vocabulary: int, labels: int, auxiliary: int):
        super().__init__()
        self.encoder = Encoder(config, vocabulary, labels, auxiliary)
        self.head = Head(config, labels)


class TextSet:
    """Messages with the ids of all their variants."""

    def __init__(self, variants: list[list[np.ndarray]], labels: np.ndarray):
        self.variants, self.labels = variants, torch.from_numpy(labels)
        self.lengths = np.array([len(ids) for ids in variants[0]])

    def batch(self, rows: np.ndarray, rng: np.random.Generator, dropout: float) -> tuple[Tensor, Tensor]:
        """Ids of a random variant of each message with some tokens left out, and labels."""
        chosen = []
        for row in rows:
            ids = self.variants[rng.integers(len(self.variants))][row]
            kept = ids[rng.random(len(ids)) >= dropout]
            chosen.append(kept if len(kept) else ids)
        return data.padded(chosen), self.labels[rows]


def train(banking: TextSet, clinc: TextSet | None, vocabulary: int, labels: int, auxiliary: int, config: GistConfig,
          checkpoint: Path, label: str) -> Split:
    """Encoder and head whose parameters are the running mean of what training passed through. Resumes from `checkpoint`."""
    torch.manual_seed(config.seed)
    split = Split(config, vocabulary, labels, auxiliary if clinc else 0)
    mean = {f"mean.{name}": nn.Parameter(p.detach().clone(), requires_grad=False) for name, p in split.named_parameters()}
    optimizer = torch.optim.AdamW(split.parameters(), lr=config.rate, weight_decay=config.weight_decay)
    warmup = max(1, config.steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(1.0, (step + 1) / warmup) * (0.5 + 0.5 * math.cos(math.pi * step / config.steps)),
    )
    progress = Progress(label, config.steps, checkpoint)
    done = progress.resume(dict(split.named_parameters()) | mean, optimizer, schedule)
    split.train()
    other = data.batches(clinc.lengths, config.batch // 2, config.seed + 1, done, config.steps) if clinc else None
    for step, rows in enumerate(data.batches(banking.lengths, config.batch, config.seed, done, config.steps), done):
        torch.manual_seed(config.seed + step)
        rng = np.random.default_rng((config.seed, step))
        ids, targets = banking.batch(rows, rng, config.token_dropout)
        encoder = split.encoder
        logits = encoder.classifier.labels(encoder.classifier.pooled(ids, valid_places(ids)))
        low, high = map(math.log, config.mu_range)
        mu = torch.exp(low + (high - low) * torch.rand(len(ids)))
        released = surrogate(encoder.activations(logits), mu, config).flatten(1)
        read = split.head(released, mu[:, None])
        clean = nn.functional.cross_entropy(logits, targets, label_smoothing=config.label_smoothing)
        noised = nn.functional.nll_loss(read, targets)
        loss = clean + config.noise_weight * noised
        if other is not None:
            ids, targets_other = clinc.batch(next(other), rng, config.token_dropout)
            found = encoder.classifier.auxiliary(encoder.classifier.pooled(ids, valid_places(ids)))
            loss = loss + config.auxiliary_weight * nn.functional.cross_entropy(
                found, targets_other, label_smoothing=config.label_smoothing
            )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(split.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        share = min(config.average, (step + 1) / (step + 10))
        with torch.no_grad():
            for name, p in split.named_parameters():
                mean[f"mean.{name}"].lerp_(p, 1 - share)
        progress.step(step + 1, {"clean": clean.item(), "noised": noised.item()})
    with torch.no_grad():
        for name, p in split.named_parameters():
            p.copy_(mean[f"mean.{name}"])
    return split.eval()
