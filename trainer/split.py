"""The split model in PyTorch: what the client computes, what the server rebuilds, and the losses of a continuation.

What is trained or released is fp32; rows become the model's own type at its door, and its logits fp32 again behind it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .mechanism import Mechanism

# Rows of the table that are widened to fp32 at a time.
ROWS = 8192


@dataclass(frozen=True)
class Projection:
    """`encoder` is W (H x d), `decoder` is D (d x H); both linear, without bias."""

    encoder: Tensor
    decoder: Tensor

    @property
    def dim(self) -> int:
        return self.encoder.shape[1]

    def table(self, embeddings: Tensor) -> Tensor:
        """Z = E W, V x d in fp32, on the encoder's device: public. A part of E at a time, so that no second E is made."""
        found = torch.empty(len(embeddings), self.dim, device=self.encoder.device)
        for start in range(0, len(embeddings), ROWS):
            rows = embeddings[start : start + ROWS].to(self.encoder.device, torch.float32)
            found[start : start + ROWS] = rows @ self.encoder
        return found


@dataclass(frozen=True)
class Template:
    """Clean rows around what is released, `before` (n x H) and `after` (m x H), and the ids they are of. An external engine gets
    before, soft prompt, release, after; a bundle with its own decoder has none."""

    before_ids: tuple[int, ...] = ()
    after_ids: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        return len(self.before_ids) + len(self.after_ids)

    def around(self, rows: Tensor, soft_prompt: Tensor | None, embeddings: Tensor) -> Tensor:
        """B x (n + P + L + m) x H: rows (B x L x H) with what stands before and after them."""
        count = len(rows)

        def clean(ids: tuple[int, ...]) -> Tensor:
            return embeddings[list(ids)].to(rows).expand(count, -1, -1)

        parts = [clean(self.before_ids)] if self.before_ids else []
        if soft_prompt is not None:
            parts.append(soft_prompt.expand(count, -1, -1))
        parts.append(rows)
        if self.after_ids:
            parts.append(clean(self.after_ids))
        return torch.cat(parts, dim=1) if len(parts) > 1 else rows


BARE = Template()


def rows_device(model: torch.nn.Module) -> torch.device:
    """Where the model takes its rows. Its layers may be spread over several devices."""
    return model.get_input_embeddings().weight.device


def next_token_losses(model: torch.nn.Module, rows: Tensor, targets: Tensor) -> Tensor:
    """Nats of each of the last `targets.shape[1]` tokens, B x C, when `rows` (B x S x H) ends with their embeddings."""
    count = targets.shape[1]
    dtype = model.get_input_embeddings().weight.dtype
    # Of a large vocabulary the logits are most of the memory: only those that are looked at are made.
    logits = model(inputs_embeds=rows[:, :-1].to(dtype), use_cache=False, logits_to_keep=count).logits
    losses = torch.nn.functional.cross_entropy(logits.transpose(1, 2).float(), targets.to(logits.device), reduction="none")
    return losses.to(rows.device)


def loss_scale(model: torch.nn.Module) -> float:
    """By what a loss is multiplied before its gradient is taken. fp16 rounds small gradients to nothing, and AdamW without weight
    decay makes the same steps whatever the scale."""
    return 1024.0 if model.get_input_embeddings().weight.dtype == torch.float16 else 1.0


def released_rows(
    prefix: Tensor, table: Tensor, projection: Projection, mechanism: Mechanism | None, generator: torch.Generator
) -> Tensor:
    """Rows the server rebuilds for prefix ids (B x L): levels -> estimate -> de-projection, B x L x H.
    Without a mechanism the activations pass as they are (preset `off`)."""
    activations = table[prefix]
    if mechanism is not None:
        activations = mechanism.estimate(mechanism.release(activations, generator))
    return activations @ projection.decoder
