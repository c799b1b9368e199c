"""The two graphs of a gist bundle, checked against PyTorch before they are kept."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from .model import Encoder, Head

OPSET = 18
TOLERANCE = 1e-4


def client(encoder: Encoder, path: Path) -> None:
    """ids int32 [T] -> activations float32 [K, d], for any T from 1."""
    example = torch.arange(2, 7, dtype=torch.int32)
    save(encoder.eval(), (example,), ({0: torch.export.Dim("tokens")},), ["ids"], ["activations"], path)
    for length in (1, 2, 40):
        ids = torch.randint(2, encoder.classifier.embed.num_embeddings, (length,), dtype=torch.int32)
        require_same(run(path, ids=ids), encoder(ids))


def head(found: Head, path: Path) -> None:
    """estimates float32 [batch, K d], mu float32 [batch, 1] -> logits float32 [batch, labels]."""
    width = found.codes.shape[1]
    batch = torch.export.Dim("batch")
    example = (torch.randn(3, width), torch.full((3, 1), 8.0))
    save(found.eval(), example, ({0: batch}, {0: batch}), ["estimates", "mu"], ["logits"], path)
    for count in (1, 5):
        estimates, mu = torch.randn(count, width) * 3, torch.linspace(6, 12, count)[:, None]
        require_same(run(path, estimates=estimates, mu=mu), found(estimates, mu))


def save(module: nn.Module, example: tuple, shapes: tuple, inputs: list[str], outputs: list[str], path: Path) -> None:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            example,
            dynamo=True,
            verbose=False,
            opset_version=OPSET,
            dynamic_shapes=shapes,
            input_names=inputs,
            output_names=outputs,
        )
    model = program.model_proto
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, path)


def run(path: Path, **inputs: Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {name: value.numpy() for name, value in inputs.items()})[0]


@torch.no_grad()
def require_same(found: np.ndarray, expected: Tensor) -> None:
    difference = float(np.abs(found - expected.detach().numpy()).max())
    if found.shape != expected.shape or not difference <= TOLERANCE:
        raise ValueError(f"the exported graph differs from PyTorch by {difference}")
