"""The tail that a bundle has, read back from its graphs: to measure what is served, and to train on from it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from pathlib import Path

import onnx
import torch
from onnx import GraphProto, numpy_helper
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers.pytorch_utils import Conv1D

from ..base_model import frozen_model
from ..config import digest
from .config import TailConfig
from .export import DENOISER
from .graph import TABLES
from .model import QUIET, Tail, untied
from .noise import Box


def has_tail(bundle: Path) -> bool:
    return (bundle / DENOISER).exists()


def tail_digest(bundle: Path) -> str:
    """sha256 of the files of a bundle's tail: the denoiser, and all of the server part."""
    denoiser = hashlib.sha256((bundle / DENOISER).read_bytes()).hexdigest()
    return hashlib.sha256(f"{denoiser} {digest(bundle / 'server')}".encode()).hexdigest()


def table_of(bundle: Path) -> Tensor:
    """Z, V x d: what client.onnx looks up."""
    return constants(onnx.load(bundle / "client/client.onnx").graph)["table"]


@torch.no_grad()
def shipped(bundle: Path, model: Path) -> Tail:
    """The tail of a bundle made from the base model in `model`: as it is served, its weights those that int8 leaves.

    Raises ValueError where the bundle has none, or one of another shape."""
    if not has_tail(bundle):
        raise ValueError(f"{bundle} has no server part that was trained for the noise: {DENOISER} is missing")
    manifest = json.loads((bundle / "manifest.json").read_text())
    denoiser, decoder = (onnx.load(bundle / path).graph for path in (DENOISER, "server/decoder.onnx"))
    given = constants(denoiser)
    prompts = load_file(bundle / "server/soft_prompts.safetensors")
    width = given["denoiser.from_public"].numel()
    config = TailConfig(
        layers=sum(name.endswith(".before_attention.weight") for name in given),
        heads=width // (2 * given["denoiser.blocks.0.attention.frequencies"].numel()),
        feed_forward=given["denoiser.blocks.0.feed_forward.0.bias"].numel(),
        virtual_tokens=len(next(iter(prompts.values()))),
    )
    prior = given["denoiser.log_prior"].exp()
    tail = Tail(untied(frozen_model(model, torch.device("cpu"))), table_of(bundle), prior, Box(manifest["dim"], manifest["clip"]), config)
    embeddings = given["embeddings.half"].float()
    tail.denoiser.embeddings.copy_(embeddings)
    tail.model.get_input_embeddings().weight.copy_(embeddings)
    rows = torch.zeros(1, 2, width)
    some, none = torch.zeros(1, 2, manifest["dim"]), torch.zeros(1, 2)
    take(tail.denoiser, "denoiser.", denoiser, lambda: tail.denoiser(some, none, rows, none.bool()), TABLES)
    take(tail.model, "model.", decoder, lambda: tail.model(inputs_embeds=rows), ("model.embed_tokens.weight",))
    # Of every preset base + log(mu / 4) slope, as `Tail.prompt` has it.
    loudness = torch.tensor([[1.0, math.log(min(preset["mu"], QUIET) / 4)] for preset in manifest["presets"]]).double()
    told = torch.stack([prompts[preset["name"]].double().flatten() for preset in manifest["presets"]])
    solved = torch.linalg.lstsq(loudness, told).solution.float()
    tail.base.copy_(solved[0].view_as(tail.base))
    tail.slope.copy_(solved[1].view_as(tail.slope))
    return tail.eval().requires_grad_(False)


def constants(graph: GraphProto) -> dict[str, Tensor]:
    return {part.name: torch.from_numpy(numpy_helper.to_array(part).copy()) for part in graph.initializer}


def take(module: nn.Module, prefix: str, graph: GraphProto, run: Callable[[], object], given: tuple[str, ...]) -> None:
    """Every parameter of a module from its graph. Products lost their names when they were rounded: they stand in the graph in the order in
    which `run` computes them. Raises ValueError where the two do not match, or where a parameter that is not `given` is in neither."""
    found = constants(graph)
    left = {name: parameter for name, parameter in module.named_parameters() if name not in given}
    linear: list[nn.Module] = []
    hooks = [
        part.register_forward_hook(lambda part, *_: linear.append(part))
        for part in module.modules()
        if isinstance(part, (nn.Linear, Conv1D))
    ]
    run()
    for hook in hooks:
        hook.remove()
    products = [
        (node.input[1], any(attribute.name == "transB" and attribute.i for attribute in node.attribute))
        for node in graph.node
        if node.op_type in ("MatMul", "Gemm") and f"{node.input[1]}.int8" in found
    ]
    names = {id(parameter): name for name, parameter in module.named_parameters()}
    if len(products) != len(linear):
        raise ValueError(f"the graph has {len(products)} products with weights, and the model {len(linear)}")
    for (name, turned), part in zip(products, linear):
        rounded = found[f"{name}.int8"].float()
        scale = found[f"{name}.scale"]
        weight = rounded * (scale[:, None] if turned else scale)
        weight = weight if turned != isinstance(part, Conv1D) else weight.T
        if weight.shape != part.weight.shape:
            raise ValueError(f"{name} of the graph is {tuple(weight.shape)}, and the model's is {tuple(part.weight.shape)}")
        part.weight.copy_(weight)
        left.pop(names[id(part.weight)])
    for name in list(left):
        if f"{prefix}{name}" in found:
            left.pop(name).copy_(found[f"{prefix}{name}"])
    if left:
        raise ValueError(f"the graph lacks {', '.join(sorted(left))}")
