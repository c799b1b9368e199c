"""Reference vectors: what the TypeScript path must reproduce from the same ids and the same levels."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import PreTrainedModel

from .families import end_token
from .mechanism import Mechanism

PROMPTS = (
    "Once upon a time, there was a little girl named Mia who found a golden key under the old bridge.",
    "The dragon was tired — he hadn’t slept for 3 days.\nSo Tom said: \"Let's go home!\"",
)
GREEDY_TOKENS = 32


def packed(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


@torch.no_grad()
def write(
    path: Path,
    served: PreTrainedModel,
    table: Tensor,
    tokenizer: Tokenizer,
    mechanisms: dict[str, Mechanism],
    rows_of: Callable[[str, Tensor], Tensor],
) -> None:
    """`table` is Z as in client.onnx, `served` the model as rounded for the server; `rows_of` a preset (or `off`) and its estimates (T x d)
    are what the server makes of them, soft prompt included."""
    generator = torch.Generator().manual_seed(7)
    cases = []
    for text in PROMPTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        activations = table[torch.tensor(ids)]
        for preset, mechanism in [*mechanisms.items(), ("off", None)]:
            case = {"text": text, "ids": ids, "preset": preset}
            if mechanism is None:
                case["activations"] = packed(activations.numpy())
                rows = rows_of(preset, activations)
            else:
                levels = mechanism.release(activations, generator)
                case["thresholds"] = packed(mechanism.thresholds(activations.numpy()).astype(np.float64))
                case["levels"] = packed(levels.numpy().astype(np.uint8))
                rows = rows_of(preset, mechanism.estimate(levels))
            case["logits"] = packed(served(inputs_embeds=rows[None]).logits[0, -1].numpy())
            case["greedy"] = greedy(served, rows)
            case["reply"] = tokenizer.decode(case["greedy"], skip_special_tokens=True)
            cases.append(case)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cases": cases}, indent=1) + "\n")


def greedy(served: PreTrainedModel, rows: Tensor) -> list[int]:
    """The most likely tokens one after another, the whole sequence computed anew each time: slow and plain."""
    embeddings = served.get_input_embeddings().weight
    chosen: list[int] = []
    for _ in range(GREEDY_TOKENS):
        token = int(served(inputs_embeds=rows[None]).logits[0, -1].argmax())
        if token == end_token(served.config):
            break
        chosen.append(token)
        rows = torch.cat([rows, embeddings[token][None]])
    return chosen
