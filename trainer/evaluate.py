"""Losses of the clean continuation after a released prefix, each beside its zero-information control."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from .config import Config
from .data import Corpus
from .mechanism import Mechanism
from .split import BARE, Projection, Template, next_token_losses, released_rows, rows_device


@dataclass(frozen=True)
class Loss:
    """Mean nats a continuation token, its standard error over windows, and the number of windows."""

    mean: float
    error: float
    windows: int

    @staticmethod
    def of(per_window: Tensor) -> "Loss":
        n = len(per_window)
        return Loss(float(per_window.mean()), float(per_window.std() / n**0.5), n)


@torch.no_grad()
def losses(
    model: PreTrainedModel,
    projection: Projection,
    mechanism: Mechanism | None,
    soft_prompt: Tensor | None,
    corpus: Corpus,
    config: Config,
    template: Template = BARE,
) -> dict[str, Loss]:
    """Loss after the released prefix, and after the `control`: the release of another text of the same length; and what the
    prefix is `worth` over its control, window by window. A mechanism of None is preset `off` (projection only)."""
    device = rows_device(model)
    embeddings = model.get_input_embeddings().weight
    table = projection.table(embeddings)
    found: dict[str, list[Tensor]] = {"released": [], "control": []}
    for prefix, continuation, generator in evaluation_batches(corpus, config, device):
        for name, text in (("released", prefix), ("control", prefix.roll(1, 0))):
            rows = released_rows(text, table, projection, mechanism, generator)
            rows = template.around(rows, soft_prompt, embeddings)
            rows = torch.cat([rows, embeddings[continuation].float()], dim=1)
            found[name].append(next_token_losses(model, rows, continuation).mean(1))
    released, control = (torch.cat(found[name]) for name in ("released", "control"))
    return {"released": Loss.of(released), "control": Loss.of(control), "worth": Loss.of(control - released)}


@torch.no_grad()
def unsplit_losses(
    model: PreTrainedModel, corpus: Corpus, config: Config, end: int, template: Template = BARE
) -> dict[str, Loss]:
    """The same continuations after the clean prefix, with the same control as a release has (another text's prefix, in the
    clear), and after `none`: only the end token that opens a document."""
    device = rows_device(model)
    embeddings = model.get_input_embeddings().weight
    found: dict[str, list[Tensor]] = {"released": [], "control": [], "none": []}
    for prefix, continuation, _ in evaluation_batches(corpus, config, device):
        opening = torch.full_like(prefix[:, :1], end)
        for name, text in (("released", prefix), ("control", prefix.roll(1, 0)), ("none", opening)):
            rows = torch.cat([template.around(embeddings[text], None, embeddings), embeddings[continuation]], dim=1)
            found[name].append(next_token_losses(model, rows, continuation).mean(1))
    released, control, none = (torch.cat(parts) for parts in found.values())
    return {
        "released": Loss.of(released),
        "control": Loss.of(control),
        "worth": Loss.of(control - released),
        "none": Loss.of(none),
    }


def evaluation_batches(corpus: Corpus, config: Config, device: torch.device):
    """The same windows and the same noise for everything that is compared: prefix, continuation, generator."""
    size = min(32, config.loss_windows)
    shortest, longest = config.prefix_lengths
    for batch in range(config.loss_windows // size):
        rng = np.random.default_rng((config.seed, 2, batch))
        length = int(rng.integers(shortest, longest + 1))
        ids = corpus.windows(length + config.continuation, size, rng).to(device)
        generator = torch.Generator(device).manual_seed(int(rng.integers(2**62)))
        yield ids[:, :length], ids[:, length:], generator


def as_json(figures: dict[str, Loss]) -> dict[str, dict[str, float]]:
    return {name: asdict(loss) for name, loss in figures.items()}
