"""The base model: where it is, what it is called, and its weights as they fit. Nothing is fetched unless it is asked for by name."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel

from .families import shape_of

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
# What is fetched: never code, never pickles.
FETCHED = ["*.json", "*.safetensors"]
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"


@dataclass(frozen=True)
class Source:
    """A folder in Hugging Face format; `name` is what the model is called, and `revision` the commit if it is the hub's."""

    folder: Path
    name: str
    revision: str | None = None

    @property
    def title(self) -> str:
        return self.name if self.revision is None else f"{self.name} (revision {self.revision})"

    def weights(self) -> list[Path]:
        """The files of the weights, one or several. Raises ValueError where one is missing, or where there are only pickles."""
        if (self.folder / WEIGHTS).is_file():
            return [self.folder / WEIGHTS]
        index = self.folder / INDEX
        if not index.is_file():
            raise ValueError(f"{self.folder} has neither {WEIGHTS} nor {INDEX}; other formats of weights are not read")
        files = sorted({self.folder / name for name in json.loads(index.read_text())["weight_map"].values()})
        missing = [file.name for file in files if not file.is_file()]
        if missing:
            raise ValueError(f"{self.folder} lacks {', '.join(missing)}, which {INDEX} names")
        return files

    def digest(self) -> str:
        """sha256 over the digests of configuration and weights."""
        found = hashlib.sha256()
        for path in [self.folder / "config.json", *self.weights()]:
            with path.open("rb") as file:
                found.update(path.name.encode() + b"\0" + hashlib.file_digest(file, "sha256").digest())
        return found.hexdigest()


def locate(path_or_id: str, hub: bool, revision: str | None) -> Source:
    """The folder of that path; with `hub`, the model of that name on the Hugging Face hub, fetched into its usual cache.

    Raises ValueError where there is no such folder and the hub was not allowed, or where both are meant."""
    folder = Path(path_or_id)
    if not hub:
        if revision is not None:
            raise ValueError("--revision is of a model on the hub: it needs --hub")
        if not folder.is_dir():
            raise ValueError(f"there is no folder {path_or_id}; a name on the Hugging Face hub needs --hub, which fetches it")
        found = Source(folder, folder.resolve().name)
    else:
        if folder.is_dir():
            raise ValueError(f"{path_or_id} is a folder; --hub is for names on the Hugging Face hub")
        from huggingface_hub import snapshot_download

        fetched = Path(snapshot_download(path_or_id, revision=revision, allow_patterns=FETCHED))
        # The hub's cache names a snapshot by its commit.
        found = Source(fetched, path_or_id, fetched.name)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        if not (found.folder / name).is_file():
            raise ValueError(f"{found.folder} has no {name}")
    found.weights()
    return found


def frozen_model(
    folder: Path, device: torch.device, dtype: torch.dtype = torch.float32, device_map: str | None = None
) -> PreTrainedModel:
    """The model with its weights in `dtype` on one device, or with `device_map="auto"` over all GPUs that are there.

    Raises ValueError for a family that is not supported, where accelerate is needed and missing, and where a model does not fit."""
    placed = {}
    if device_map is not None:
        if importlib.util.find_spec("accelerate") is None:
            raise ValueError("--device-map needs accelerate, which is not installed; use --device")
        placed = {"device_map": device_map}
    elif device.type != "cpu":
        # Straight onto the device, shard by shard, where accelerate can.
        placed = {"device_map": {"": device}} if importlib.util.find_spec("accelerate") else {}
    model = AutoModelForCausalLM.from_pretrained(
        str(folder), dtype=dtype, local_files_only=True, use_safetensors=True, trust_remote_code=False, **placed
    )
    shape_of(model.config)
    # Weights that come and go as they are needed cannot be trained through: the graph would hold all of them.
    places = {str(place) for place in getattr(model, "hf_device_map", {}).values()}
    if "disk" in places or ("cpu" in places and len(places) > 1):
        raise ValueError("the model does not fit on the GPUs that are there; use a smaller --dtype or more of them")
    if device_map is None:
        model = model.to(device)
    model.eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model
