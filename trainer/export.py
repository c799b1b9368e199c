"""Stage (d): the bundle on disk. Written beside its place and renamed, so that a half-written bundle is never taken for one."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import PreTrainedModel

from . import evaluate, onnx_files
from .card import model_card
from .config import Config
from .data import Corpus
from .split import Projection

LICENCES = {
    "TinyStories": "CDLA-Sharing-1.0",
    "African Storybook": "CC BY 4.0",
    "Pratham StoryWeaver": "CC BY 4.0",
    "FairytaleQA": "Apache-2.0",
    "Children's classics": "public domain, via Project Gutenberg texts",
    "Simple adult classics (base model only)": "public domain, via Project Gutenberg texts",
}
PROBED = 4


def bundle(
    out: Path,
    model_folder: Path,
    config: Config,
    model: PreTrainedModel,
    projection: Projection,
    chosen: dict,
    prompts: dict[str, Tensor],
    figures: dict[str, dict],
    trials: list[dict],
    unsplit: dict,
    valid: Corpus,
    language: bytes,
) -> PreTrainedModel:
    """Write the bundle into `out`, with `language` (an n-gram file) as the client's language prior; return the model as the server will compute it (weights and embeddings rounded).

    Raises ValueError if storing the weights as int8 moves the loss by 1% or more."""
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "client").mkdir(parents=True)
    (partial / "server").mkdir()
    embeddings = model.get_input_embeddings().weight.detach()
    table = projection.table(embeddings)

    onnx_files.client(table, partial / "client/client.onnx")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(model_folder / name, partial / "client" / name)
        (partial / "client" / name).chmod(0o644)

    (partial / "client/ngram.bin").write_bytes(language)

    end = int(model.config.eos_token_id)
    served = onnx_files.round_weights(model)
    rounded = evaluate.as_json(evaluate.unsplit_losses(served, valid, config, end))
    change = rounded["released"]["mean"] / unsplit["released"]["mean"] - 1
    print(f"int8 weights move the loss after a clean prefix by {100 * change:+.3f}%", flush=True)
    if abs(change) >= 0.01:
        raise ValueError("storing the weights as int8 moves the loss by 1% or more")
    onnx_files.decoder(served, partial / "server/decoder.onnx")
    half = embeddings.half()
    save_file({"embed_tokens": half.contiguous()}, partial / "server/embeddings.safetensors")
    save_file({"deprojection": projection.decoder.contiguous()}, partial / "server/deprojection.safetensors")
    save_file({name: prompt.contiguous() for name, prompt in prompts.items()}, partial / "server/soft_prompts.safetensors")
    with torch.no_grad():
        served.get_input_embeddings().weight.copy_(half.float())

    shape = model.config
    probed = [int(i) for i in torch.linspace(0, len(table) - 1, PROBED)]
    manifest = {
        "format": 1,
        "id": config.bundle_id,
        "title": "Stories",
        "description": "Continues short, simple English stories. A small demonstration model, not a writer.",
        "model": {
            "name": model_folder.resolve().name,
            "architecture": shape.model_type,
            "parameters": sum(p.numel() for p in model.base_model.parameters()),
            "vocabulary": shape.vocab_size,
            "hidden": shape.hidden_size,
            "layers": shape.num_hidden_layers,
            "keyValueHeads": shape.num_key_value_heads,
            "headDim": getattr(shape, "head_dim", None) or shape.hidden_size // shape.num_attention_heads,
            "contextLength": config.context_length,
            "endToken": end,
        },
        "licence": {
            "weights": "Apache-2.0",
            "data": [{"name": name, "licence": licence} for name, licence in LICENCES.items()],
        },
        "split": "token",
        "tasks": ["complete"],
        "dim": projection.dim,
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
                    "withSoftPrompt": figures[name],
                    "withoutSoftPrompt": preset["bare"],
                },
            }
            for name, preset in chosen["presets"].items()
        ],
        "measured": {
            "clean": {name: unsplit[name] for name in ("released", "control", "worth")},
            "none": unsplit["none"],
            "off": chosen["off"],
        },
        "probe": {"ids": probed, "activations": [[float(x) for x in table[i]] for i in probed]},
        "files": [described(partial, path) for path in sorted(partial.rglob("*")) if path.is_file()],
    }
    (partial / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    (partial / "MODEL_CARD.md").write_text(model_card(manifest, trials, change))
    shutil.rmtree(out, ignore_errors=True)
    partial.rename(out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB", flush=True)
    return served


def described(root: Path, path: Path) -> dict:
    data = path.read_bytes()
    return {"path": path.relative_to(root).as_posix(), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
