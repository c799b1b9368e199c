"""The two graphs of a bundle: `client.onnx` (ids -> activations) and `decoder.onnx` (rows and cache -> logits and cache).

The decoder's attention takes the cache as it is and gives back only the keys and values of the new rows: query heads share the heads
of the cache without copies of them, each sequence of a batch has a length of its own, and a step moves nothing but what is new.

Weights of the decoder are stored as int8 with one scale an output channel and computed with in fp32: the file is a quarter of
the size, and what the runtime computes stays equal, to rounding, to the PyTorch model whose weights `round_weights` has rounded."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor
from transformers import AttentionInterface, PreTrainedModel
from transformers.pytorch_utils import Conv1D

from .families import shape_of

OPSET = 18
ATTENTION = "grouped_over_cache"


def client(table: Tensor, path: Path) -> None:
    """ids int32 [T] -> activations float32 [T, d]. The projected table Z = E W is what embedding and projection amount
    to; a look-up gives the same bits on every machine, which a matrix product on a GPU does not."""
    values = table.detach().cpu().numpy().astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "ids"], ["activations"], axis=0)],
        "client",
        [helper.make_tensor_value_info("ids", TensorProto.INT32, ["tokens"])],
        [helper.make_tensor_value_info("activations", TensorProto.FLOAT, ["tokens", values.shape[1]])],
        [numpy_helper.from_array(values, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def int8(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 of in x out, one scale an output channel. Rounding weights that are already rounded changes nothing."""
    scale = (np.abs(weight).max(axis=0) / 127).astype(np.float32)
    scale[scale == 0] = 1
    return np.rint(weight / scale).clip(-127, 127).astype(np.int8), scale


@torch.no_grad()
def round_weights(model: PreTrainedModel) -> PreTrainedModel:
    """Round every linear layer to what `decoder.onnx` stores; the embedding of tokens is left as it is."""
    head = model.get_output_embeddings()
    if head.weight is model.get_input_embeddings().weight:
        head.weight = torch.nn.Parameter(head.weight.clone(), requires_grad=False)
        model.config.tie_word_embeddings = False
    for module in model.modules():
        # GPT-2's Conv1D is a linear layer whose weight lies in x out.
        if isinstance(module, (torch.nn.Linear, Conv1D)):
            weight = module.weight if isinstance(module, Conv1D) else module.weight.T
            rounded, scale = int8(weight.numpy())
            weight.copy_(torch.from_numpy(rounded * scale))
    return model


class Caches:
    """What the attention of every layer reads and gives. Of a layer, keys are batch x heads x head width x capacity, as the product with the
    queries wants them, values batch x heads x capacity x head width; `past_lengths` (int64, batch) is how many columns of each
    sequence count. The others may hold anything that is finite."""

    def __init__(self, past: list[Tensor], past_lengths: Tensor):
        self.past = past
        self.past_lengths = past_lengths
        self.new: dict[int, tuple[Tensor, Tensor]] = {}


def attention_over_cache(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    scaling: float,
    caches: Caches,
    **_: object,
) -> tuple[Tensor, None]:
    """Attention as transformers calls it, with the new keys and values alone: to them and to the columns of the cache that count."""
    batch, heads, sequence, width = query.shape
    groups = key.shape[1]
    past_key, past_value = caches.past[2 * module.layer_idx : 2 * module.layer_idx + 2]
    caches.new[module.layer_idx] = (key, value)
    capacity = past_key.shape[3]
    # The query heads of a group stand under one another: one product for all of them.
    query = (query * scaling).reshape(batch, groups, (heads // groups) * sequence, width)
    counts = torch.arange(capacity)[None, :] < caches.past_lengths[:, None]
    to_past = (query @ past_key).masked_fill(~counts[:, None, None, :], float("-inf"))
    later = torch.ones(sequence, sequence, dtype=torch.bool).triu(1).repeat(heads // groups, 1)
    to_new = (query @ key.transpose(2, 3)).masked_fill(later, float("-inf"))
    weights = torch.softmax(torch.cat([to_past, to_new], dim=-1), dim=-1)
    attended = weights[..., :capacity] @ past_value + weights[..., capacity:] @ value
    return attended.reshape(batch, heads, sequence, width).transpose(1, 2), None


AttentionInterface.register(ATTENTION, attention_over_cache)


class CachedDecoder(torch.nn.Module):
    """The model with its cache as plain tensors, and the logits of the last position alone."""

    def __init__(self, model: PreTrainedModel):
        super().__init__()
        self.model = model
        self.layers = model.config.num_hidden_layers

    def forward(self, inputs_embeds: Tensor, past_lengths: Tensor, past: list[Tensor]) -> tuple[Tensor, ...]:
        caches = Caches(past, past_lengths)
        positions = past_lengths[:, None] + torch.arange(inputs_embeds.shape[1])[None, :]
        hidden = self.model.base_model(
            inputs_embeds=inputs_embeds, position_ids=positions, use_cache=False, caches=caches
        ).last_hidden_state
        logits = self.model.get_output_embeddings()(hidden[:, -1:])
        return (logits, *(tensor for layer in range(self.layers) for tensor in caches.new[layer]))


def cache_names(layers: int, kind: str) -> list[str]:
    return [f"{kind}.{layer}.{part}" for layer in range(layers) for part in ("key", "value")]


def decoder(model: PreTrainedModel, path: Path) -> None:
    """Export with dynamic batch, sequence and capacity of the cache, then store the weights of matrix products as int8."""
    attention = model.config._attn_implementation
    model.set_attn_implementation(ATTENTION)
    try:
        graph_model = traced(model)
    finally:
        model.set_attn_implementation(attention)
    store_int8(graph_model.graph)
    for node in graph_model.graph.node:
        node.ClearField("metadata_props")
        node.doc_string = ""
    onnx.save(graph_model, path)


def traced(model: PreTrainedModel) -> onnx.ModelProto:
    config = model.config
    shape = shape_of(config)
    heads, width = shape.key_value_heads, shape.head_dim
    batch, sequence, capacity = 2, 3, 8
    past = [(batch, heads, width, capacity), (batch, heads, capacity, width)] * config.num_hidden_layers
    example = (
        torch.randn(batch, sequence, config.hidden_size),
        torch.tensor([capacity, 5]),
        [torch.randn(shape) for shape in past],
    )
    dim = torch.export.Dim
    b, s, c = dim("batch"), dim("sequence"), dim("capacity")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            CachedDecoder(model).eval(),
            example,
            dynamo=True,
            verbose=False,
            opset_version=OPSET,
            dynamic_shapes=({0: b, 1: s}, {0: b}, [{0: b, 3: c}, {0: b, 2: c}] * config.num_hidden_layers),
            input_names=["inputs_embeds", "past_lengths"] + cache_names(config.num_hidden_layers, "past_key_values"),
            output_names=["logits"] + cache_names(config.num_hidden_layers, "new"),
        )
    return program.model_proto


def store_int8(graph: onnx.GraphProto) -> None:
    """Replace the constant right-hand side of every matrix product by int8 values and a DequantizeLinear."""
    constants = {initializer.name: initializer for initializer in graph.initializer}
    dequantize = []
    for node in graph.node:
        if node.op_type not in ("MatMul", "Gemm") or len(node.input) < 2 or node.input[1] not in constants:
            continue
        name = node.input[1]
        if len(constants[name].dims) != 2:
            continue
        constant = constants.pop(name)
        # A Gemm may have its weight out x in; scales are of output channels all the same.
        turned = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
        weight = numpy_helper.to_array(constant)
        rounded, scale = int8(weight.T if turned else weight)
        rounded = np.ascontiguousarray(rounded.T if turned else rounded)
        graph.initializer.remove(constant)
        graph.initializer.extend(
            [numpy_helper.from_array(rounded, f"{name}.int8"), numpy_helper.from_array(scale, f"{name}.scale")]
        )
        dequantize.append(
            helper.make_node("DequantizeLinear", [f"{name}.int8", f"{name}.scale"], [name], axis=0 if turned else 1)
        )
    for node in reversed(dequantize):
        graph.node.insert(0, node)
