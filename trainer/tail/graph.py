"""`denoiser.onnx`: a release (T tokens) to rows of the decoder.

The bundle's two tables, of which the graph needs every row, are in it once each; weights of products are int8 as a decoder's are."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from ..onnx_files import OPSET, int8, store_int8
from .model import Denoiser

TABLES = ("embeddings", "table")


class OneMessage(torch.nn.Module):
    """The denoiser of one message, its tables given from outside."""

    def __init__(self, denoiser: Denoiser):
        super().__init__()
        self.denoiser = denoiser

    def forward(self, estimates: Tensor, precision: Tensor, clean: Tensor, known: Tensor, embeddings: Tensor, table: Tensor) -> Tensor:
        rows, _ = self.denoiser.read(estimates[None], precision.T, clean[None], known.T, embeddings, table)
        return rows[0]


@torch.no_grad()
def round_denoiser(denoiser: Denoiser) -> Denoiser:
    """Round every linear layer to what the graph stores, and the embeddings to fp16."""
    for module in denoiser.modules():
        if isinstance(module, torch.nn.Linear):
            rounded, scale = int8(module.weight.T.numpy())
            module.weight.copy_(torch.from_numpy(rounded * scale).T)
    denoiser.embeddings.copy_(denoiser.embeddings.half().float())
    return denoiser


def write(denoiser: Denoiser, path: Path) -> None:
    """`denoiser` as `round_denoiser` left it."""
    tokens, hidden, dim = 3, denoiser.embeddings.shape[1], denoiser.table.shape[1]
    example = (
        torch.randn(tokens, dim),
        torch.rand(tokens, 1),
        torch.zeros(tokens, hidden),
        torch.zeros(tokens, 1),
        denoiser.embeddings,
        denoiser.table,
    )
    varies = {0: torch.export.Dim("tokens")}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            OneMessage(denoiser).eval(),
            example,
            dynamo=True,
            verbose=False,
            opset_version=OPSET,
            dynamic_shapes=(varies, varies, varies, varies, None, None),
            input_names=["estimates", "precision", "clean", "known", *TABLES],
            output_names=["rows"],
        )
    model = program.model_proto
    store_int8(model.graph)
    for name in TABLES:
        given = next(value for value in model.graph.input if value.name == name)
        model.graph.input.remove(given)
        values = getattr(denoiser, name).numpy()
        if name == "embeddings":
            # fp16, as the bundle's own table has them.
            model.graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
            model.graph.node.insert(0, helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
        else:
            model.graph.initializer.append(numpy_helper.from_array(values, name))
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, path)
