"""The bundle with a server part that was trained for the noise, and for the leak preview the network that reads it. What makes a release stays
as it is, to the byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from .. import onnx_files
from ..card import retold
from ..export import halved, tensors
from ..manifest import described
from . import graph
from .model import Tail
from .noise import Box

DENOISER = "client/denoiser.onnx"
# Where bundles had it before the leak preview read with it.
FORMER_DENOISER = "server/denoiser.onnx"


def served(tail: Tail) -> Tail:
    """The tail as the server will compute it: weights and embeddings rounded as they are stored. Changes the tail that is given."""
    onnx_files.round_weights(tail.model)
    graph.round_denoiser(tail.denoiser)
    tail.model.get_input_embeddings().weight.copy_(tail.embeddings)
    return tail


def bundle(source: Path, out: Path, tail: Tail, measured: dict) -> None:
    """Write `source` with this tail (as `served` left it) into `out`, which may be the same folder.

    `measured`: under `presets` by name the losses `released`, `control` and `worth` with the soft prompt, those without it (`bare`), and what
    the denoiser names (`denoiser`, as the manifest has an attacker); those without noise under `off`; `int8`, by what share rounding moves
    the loss at the last preset."""
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(source, partial)
    manifest = json.loads((partial / "manifest.json").read_text())
    before = [preset["measured"] for preset in manifest["presets"]]
    (partial / FORMER_DENOISER).unlink(missing_ok=True)
    graph.write(tail.denoiser, partial / DENOISER)
    onnx_files.decoder(tail.model, partial / "server/decoder.onnx")
    save_file({"embed_tokens": halved(tail.embeddings)}, partial / "server/embeddings.safetensors")
    tensors(
        partial / "server/soft_prompts.safetensors",
        {preset["name"]: tail.prompt(preset["mu"]) for preset in manifest["presets"]},
    )
    manifest["softPromptTokens"] = tail.config.virtual_tokens
    manifest["model"]["parameters"] = sum(p.numel() for p in tail.parameters())
    manifest["measured"]["off"] = measured["off"]
    for preset, old in zip(manifest["presets"], before, strict=True):
        figures = measured["presets"][preset["name"]]
        attackers = old["recovery"]["attackers"] | {"denoiser": figures["denoiser"]}
        preset["measured"] = {
            "recovery": old["recovery"] | {"attackers": attackers},
            "withSoftPrompt": {name: figures[name] for name in ("released", "control", "worth")},
            "withoutSoftPrompt": figures["bare"],
            # What the untouched model makes of the same release with a soft prompt of its own.
            "frozenModel": old.get("frozenModel", old["withSoftPrompt"]),
        }
    manifest["files"] = [
        described(partial, path)
        for path in sorted(partial.rglob("*"))
        if path.is_file() and path.parent.name in ("client", "server")
    ]
    (partial / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    card = partial / "MODEL_CARD.md"
    card.write_text(retold(manifest, card.read_text(), measured["int8"]))
    for path in partial.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(out, ignore_errors=True)
    partial.rename(out)


@torch.no_grad()
def rows_of(tail: Tail, box: Box, mu: float | None, estimates: Tensor) -> Tensor:
    """Soft prompt and rows of one release (T x d) at this mu, or of activations without noise: for reference vectors."""
    level = torch.full(estimates.shape[:1], float("inf") if mu is None else mu)
    hidden = tail.embeddings.shape[1]
    rows = tail.rows(
        estimates[None].clamp(-box.clip, box.clip) if mu is None else estimates[None],
        box.precision(level)[None],
        torch.zeros(1, len(estimates), hidden),
        torch.zeros(1, len(estimates), dtype=torch.bool),
    )[0]
    return rows if mu is None else torch.cat([tail.prompt(mu), rows])
