"""manifest.json: what a bundle is, its presets and what was measured (src/core/bundle/manifest-schema.ts)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from transformers import PreTrainedModel

from .base_model import Source
from .config import About, Config
from .families import end_token, shape_of

if TYPE_CHECKING:
    from .export import External, Made

PROBED = 4


def manifest_of(
    source: Source, about: About, config: Config, model: PreTrainedModel, table: Tensor, made: Made, external: External | None
) -> dict:
    """All of the manifest but its files. `table` is Z, on the CPU."""
    shape = shape_of(model.config)
    chosen = made.chosen
    probed = [int(i) for i in torch.linspace(0, len(table) - 1, PROBED)]
    engine = {} if external is None else {
        "engine": {
            "kind": "external",
            "model": external.served,
            "template": {"before": len(external.template.before_ids), "after": len(external.template.after_ids)},
        }
    }
    return {
        "format": 1,
        "id": about.bundle_id,
        "title": about.title,
        "description": about.description,
        **({} if about.language is None else {"language": about.language}),
        "model": {
            "name": source.title,
            "architecture": shape.architecture,
            "parameters": sum(p.numel() for p in model.base_model.parameters()),
            "vocabulary": len(table),
            "hidden": shape.hidden,
            "layers": shape.layers,
            "keyValueHeads": shape.key_value_heads,
            "headDim": shape.head_dim,
            "contextLength": min(config.context_length, shape.positions),
            "endToken": end_token(model.config),
        },
        **engine,
        "licence": {
            "weights": about.weights_licence,
            "data": [{"name": name, "licence": licence} for name, licence in about.data_licences.items()],
        },
        "split": "token",
        "tasks": ["complete"],
        "dim": made.projection.dim,
        "clip": chosen["clip"],
        "softPromptTokens": config.virtual_tokens,
        "promptTokens": config.prefix_lengths[1],
        "presets": [
            {
                "name": name,
                "mechanism": "binomial",
                "mu": preset["mu"],
                "bits": config.bits,
                "sparsity": 1,
                "measured": {
                    "recovery": preset["recovery"],
                    "withSoftPrompt": made.figures[name],
                    "withoutSoftPrompt": preset["bare"],
                },
            }
            for name, preset in chosen["presets"].items()
        ],
        "measured": {
            "clean": {name: made.unsplit[name] for name in ("released", "control", "worth")},
            "none": made.unsplit["none"],
            "off": chosen["off"],
        },
        "probe": {"ids": probed, "activations": [[float(x) for x in table[i]] for i in probed]},
    }


def described(root: Path, path: Path) -> dict:
    """Path inside the bundle, length and sha256 of a file."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": path.relative_to(root).as_posix(), "bytes": path.stat().st_size, "sha256": found}
