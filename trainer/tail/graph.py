"""`denoiser.onnx`: a message of T tokens, some of them noised and some public, to rows of the decoder and to what is believed of every token.

Both the server and the leak preview run it (src/core/bundle/manifest.ts, DENOISER, has the names and shapes of what goes in and out).

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
from torch.nn import functional as F

from ..onnx_files import OPSET, int8, store_int8
from .model import Denoiser

TABLES = ("embeddings", "table")


class OneMessage(torch.nn.Module):
    """The denoiser of one message, its tables given from outside. A public token is told by its id (int32), a private one by -1."""

    def __init__(self, denoiser: Denoiser):
        super().__init__()
        self.denoiser = denoiser

    def forward(self, estimates: Tensor, precision: Tensor, ids: Tensor, embeddings: Tensor, table: Tensor) -> tuple[Tensor, Tensor]:
        known = (ids >= 0).to(estimates.dtype)
        # An index must be one: a private token gets some row here, of which `known` leaves nothing.
        clean = known[:, None] * F.embedding(ids.clamp(min=0), embeddings)
        rows, belief = self.denoiser.read(estimates[None], precision.T, clean[None], known[None], embeddings, table)
        return rows[0], belief[0]


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
    tokens, dim = 3, denoiser.table.shape[1]
    example = (
        torch.randn(tokens, dim),
        torch.rand(tokens, 1),
        torch.tensor([-1, 0, 1], dtype=torch.int32),
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
            dynamic_shapes=(varies, varies, varies, None, None),
            input_names=["estimates", "precision", "ids", *TABLES],
            output_names=["rows", "belief"],
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
