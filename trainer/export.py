"""Stage (d): the bundle on disk. Written beside its place and renamed, so that a half-written bundle is never taken for one."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import PreTrainedModel

from . import evaluate, onnx_files
from .base_model import Source
from .card import model_card
from .config import About, Config
from .data import Corpus
from .families import MOST_FILE_BYTES, end_token
from .manifest import described, manifest_of
from .split import Projection, Template


@dataclass(frozen=True)
class External:
    """The model runs in another program (vLLM), under the name `served`; `public_rows` puts the table of its rows into the bundle, so
    that tokens can be public."""

    served: str
    template: Template
    public_rows: bool = False


@dataclass(frozen=True)
class Made:
    """What the stages before have found: projection, clip and presets, soft prompts and losses by preset, trials of other d, losses of
    the whole model, and the language prior's file."""

    projection: Projection
    chosen: dict
    prompts: dict[str, Tensor]
    figures: dict[str, dict]
    trials: list[dict]
    unsplit: dict
    language: bytes


def bundle(
    out: Path,
    source: Source,
    about: About,
    config: Config,
    model: PreTrainedModel,
    made: Made,
    valid: Corpus,
    external: External | None = None,
) -> PreTrainedModel:
    """Write the bundle into `out`; return the model as the server will compute it (with its own decoder: fp32, on the CPU, weights and
    embeddings rounded).

    Raises ValueError if storing the weights as int8 moves the loss by 1% or more, or if a file is larger than a bundle's may be."""
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "client").mkdir(parents=True)
    (partial / "server").mkdir()
    projection = made.projection
    embeddings = model.get_input_embeddings().weight.detach()
    table = projection.table(embeddings).cpu()

    onnx_files.client(table, partial / "client/client.onnx")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(source.folder / name, partial / "client" / name)
    (partial / "client/ngram.bin").write_bytes(made.language)

    tensors(partial / "server/deprojection.safetensors", {"deprojection": projection.decoder})
    tensors(partial / "server/soft_prompts.safetensors", made.prompts)
    change = None
    if external is None:
        model, change = with_decoder(partial, model, made, valid, config)
    else:
        beside_vllm(partial, embeddings, external)

    large = [path.name for path in partial.rglob("*") if path.is_file() and path.stat().st_size > MOST_FILE_BYTES]
    if large:
        raise ValueError(f"{', '.join(large)} is larger than a file of a bundle may be ({MOST_FILE_BYTES} bytes)")
    manifest = manifest_of(source, about, config, model, table, made, external)
    manifest["files"] = [described(partial, path) for path in sorted(partial.rglob("*")) if path.is_file()]
    (partial / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    (partial / "MODEL_CARD.md").write_text(model_card(manifest, made.trials, change, about.limits))
    # The server may run as someone else; copies keep their modes, and safetensors makes its files for the owner alone.
    for path in partial.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(out, ignore_errors=True)
    partial.rename(out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB", flush=True)
    return model


def with_decoder(
    partial: Path, model: PreTrainedModel, made: Made, valid: Corpus, config: Config
) -> tuple[PreTrainedModel, float]:
    """Decoder and table; the model as rounded for them, and by what share that moves its loss."""
    embeddings = model.get_input_embeddings().weight.detach().float().cpu()
    served = onnx_files.round_weights(model.cpu().float())
    rounded = evaluate.as_json(evaluate.unsplit_losses(served, valid, config, end_token(model.config)))
    change = rounded["released"]["mean"] / made.unsplit["released"]["mean"] - 1
    print(f"int8 weights move the loss after a clean prefix by {100 * change:+.3f}%", flush=True)
    if abs(change) >= 0.01:
        raise ValueError("storing the weights as int8 moves the loss by 1% or more")
    onnx_files.decoder(served, partial / "server/decoder.onnx")
    half = halved(embeddings)
    save_file({"embed_tokens": half}, partial / "server/embeddings.safetensors")
    with torch.no_grad():
        served.get_input_embeddings().weight.copy_(half.float())
    return served, change


def beside_vllm(partial: Path, embeddings: Tensor, external: External) -> None:
    """The clean rows of the template, and the table where public tokens are wanted."""
    template = external.template
    parts = {"before": template.before_ids, "after": template.after_ids}
    if template.length > 0:
        tensors(partial / "server/template.safetensors", {name: embeddings[list(ids)] for name, ids in parts.items() if ids})
    if external.public_rows:
        save_file({"embed_tokens": halved(embeddings)}, partial / "server/embeddings.safetensors")


def halved(embeddings: Tensor) -> Tensor:
    """fp16 on the CPU. Raises ValueError where a number is beyond its range."""
    half = embeddings.half().cpu().contiguous()
    if not half.isfinite().all():
        raise ValueError("the model's embeddings are too large for fp16, in which a bundle stores them")
    return half


def tensors(path: Path, found: dict[str, Tensor]) -> None:
    """A safetensors file of fp32."""
    save_file({name: tensor.detach().float().cpu().contiguous() for name, tensor in found.items()}, path)
