"""What the measurement is about: the shipped bundle's table, de-projection, presets and soft prompts, and the model behind them."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from transformers import PreTrainedModel

from ... import soft_prompt
from ...base_model import frozen_model
from ...config import Config
from ...data import Corpus
from ...families import end_token
from ...mechanism import Mechanism
from ...split import Projection
from .settings import Settings


@dataclass(frozen=True)
class Product:
    """`table` is Z (V x d) and `decoder` D (d x H), as the bundle has them; `prompts` its soft prompts (P x H) by mu, none where its server part
    was trained for the noise and they are of that; `embeddings` the model's rows (V x H). The model computes in fp32, where the bundle's decoder has weights of int8."""

    table: Tensor
    decoder: Tensor
    clip: float
    bits: int
    prompts: dict[float, Tensor]
    model: PreTrainedModel
    tokenizer: Tokenizer
    end: int

    @property
    def embeddings(self) -> Tensor:
        return self.model.get_input_embeddings().weight.detach()

    @property
    def vocabulary(self) -> int:
        return len(self.table)

    @property
    def virtual_tokens(self) -> int:
        return len(next(iter(self.prompts.values()))) if self.prompts else Config().virtual_tokens

    def projection(self) -> Projection:
        """The bundle holds no encoder, but Z = E W, and E has full rank: W is the solution."""
        return Projection(torch.linalg.lstsq(self.embeddings.double(), self.table.double()).solution.float(), self.decoder)

    def mechanism(self, mu: float) -> Mechanism:
        return Mechanism(mu, self.bits, self.table.shape[1], self.clip)


def opened(bundle: Path, model_folder: Path) -> Product:
    """The bundle's parts and the model it is of. Raises ValueError where they are of different sizes."""
    manifest = json.loads((bundle / "manifest.json").read_text())
    graph = onnx.load(str(bundle / "client/client.onnx")).graph
    table = torch.from_numpy(numpy_helper.to_array(graph.initializer[0]).copy())
    prompts = load_file(bundle / "server/soft_prompts.safetensors")
    presets = manifest["presets"]
    trained = any("frozenModel" in preset["measured"] for preset in presets)
    model = frozen_model(model_folder, torch.device("cpu"))
    product = Product(
        table=table,
        decoder=load_file(bundle / "server/deprojection.safetensors")["deprojection"],
        clip=manifest["clip"],
        bits=presets[0]["bits"],
        prompts={} if trained else {preset["mu"]: prompts[preset["name"]] for preset in presets},
        model=model,
        tokenizer=Tokenizer.from_file(str(bundle / "client/tokenizer.json")),
        end=end_token(model.config),
    )
    if product.embeddings.shape != (len(table), product.decoder.shape[1]):
        raise ValueError(f"{bundle} is not a bundle of the model {model_folder}")
    return product


def nearest(mu: float, prompts: dict[float, Tensor]) -> float | None:
    """Of the bundle's soft prompts the one whose noise is most like that of this level."""
    return min(prompts, key=lambda other: abs(math.log(other / mu)), default=None)


def prompt_at(mu: float, product: Product, train: Corpus, settings: Settings, run: Path) -> Tensor:
    """The soft prompt of a level, P x H: the bundle's where it has one, else trained once for these steps, from the bundle's nearest where it
    has any, and kept."""
    if mu in product.prompts:
        return product.prompts[mu]
    path = run / "soft-prompts" / f"{mu:g}-{settings.soft_prompt_steps}.pt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        trained = soft_prompt.train(
            product.model,
            product.projection(),
            product.mechanism(mu),
            train,
            settings.training(product.virtual_tokens),
            run / "checkpoints" / f"soft-prompt-{mu:g}.pt",
            f"soft-prompt-{mu:g}",
            start=product.prompts.get(nearest(mu, product.prompts)),
        )
        partial = path.with_suffix(".partial")
        torch.save({"prompt": trained.cpu()}, partial)
        os.replace(partial, path)
    return torch.load(path, weights_only=True)["prompt"]
