"""The split model in PyTorch: what the client computes, what the server rebuilds, and the losses of a continuation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, PreTrainedModel

from .mechanism import Mechanism


@dataclass(frozen=True)
class Projection:
    """`encoder` is W (H x d), `decoder` is D (d x H); both linear, without bias."""

    encoder: Tensor
    decoder: Tensor

    @property
    def dim(self) -> int:
        return self.encoder.shape[1]

    def table(self, embeddings: Tensor) -> Tensor:
        """Z = E W, V x d: public."""
        return embeddings @ self.encoder


def frozen_model(path: Path, device: torch.device) -> PreTrainedModel:
    model = AutoModelForCausalLM.from_pretrained(str(path), dtype=torch.float32, local_files_only=True).to(device).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


def next_token_losses(model: torch.nn.Module, rows: Tensor, targets: Tensor) -> Tensor:
    """Nats of each of the last `targets.shape[1]` tokens, B x C, when `rows` (B x S x H) ends with their embeddings."""
    count = targets.shape[1]
    logits = model(inputs_embeds=rows[:, :-1]).logits[:, -count:]
    return torch.nn.functional.cross_entropy(logits.transpose(1, 2), targets, reduction="none")


def released_rows(
    prefix: Tensor, table: Tensor, projection: Projection, mechanism: Mechanism | None, generator: torch.Generator
) -> Tensor:
    """Rows the server rebuilds for prefix ids (B x L): levels -> estimate -> de-projection, B x L x H.
    Without a mechanism the activations pass as they are (preset `off`)."""
    activations = table[prefix]
    if mechanism is not None:
        activations = mechanism.estimate(mechanism.release(activations, generator))
    return activations @ projection.decoder
