"""The bundle on disk. Written beside its place and renamed, so that a half-written bundle is never taken for one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from ..manifest import described
from . import data, graphs
from .card import model_card
from .config import GistConfig
from .training import Split

LABELS = Path(__file__).with_name("labels.json")
# Questions of our own, by label: what the leak preview compares a release with. Those of the training data are not ours to pass on.
EXAMPLES = Path(__file__).with_name("examples.json")
PROBE = "When will my new card arrive?"
LICENCES = {
    "Banking77 (PolyAI)": "CC BY 4.0",
    "CLINC150": "CC BY 3.0",
}


def bundle(out: Path, config: GistConfig, split: Split, tokenizer: Tokenizer, presets: list[dict], clean: dict, trained: dict) -> None:
    """`presets` have name, mu and measured; `trained` says how many messages of what."""
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for folder in ("client", "server"):
        (partial / folder).mkdir(parents=True)
    tokenizer.save(str(partial / "client/tokenizer.json"))
    settings = {
        "bos_token": data.END,
        "eos_token": data.END,
        "model_max_length": config.prompt_tokens,
        "pad_token": data.PAD,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    (partial / "client/tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    graphs.client(split.encoder, partial / "client/client.onnx")
    graphs.head(split.head, partial / "server/head.onnx")

    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    examples(partial / "client", [label["name"] for label in labels], tokenizer, config)

    probe = tokenizer.encode(PROBE).ids
    activations = graphs.run(partial / "client/client.onnx", ids=torch.tensor(probe, dtype=torch.int32))
    manifest = {
        "format": 1,
        "id": config.bundle_id,
        "title": "Bank questions",
        "description": "Names what a question to a bank's help desk is about, one of 77 intents, from one noised vector for the "
        "whole message. A small demonstration model.",
        "language": "en",
        "model": {
            "name": "intent-gist",
            "architecture": "gist",
            "parameters": served(split),
            "vocabulary": tokenizer.get_vocab_size(),
        },
        "licence": {
            "weights": "Apache-2.0",
            "data": [{"name": name, "licence": licence} for name, licence in LICENCES.items()],
        },
        "split": "gist",
        "tasks": ["classify"],
        "vectors": config.vectors,
        "dim": config.dim,
        "clip": config.clip,
        "promptTokens": config.prompt_tokens,
        "labels": labels,
        "presets": [
            {
                "name": preset["name"],
                "mechanism": "binomial",
                "mu": preset["mu"],
                "bits": config.bits,
                "sparsity": 1,
                "measured": preset["measured"],
            }
            for preset in presets
        ],
        "measured": {"clean": clean},
        "probe": {"ids": probe, "activations": [[float(value) for value in row] for row in activations]},
        "files": [described(partial, path) for path in sorted(partial.rglob("*")) if path.is_file()],
    }
    (partial / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (partial / "MODEL_CARD.md").write_text(model_card(manifest, config, trained), encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    partial.rename(out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB", flush=True)


def served(split: Split) -> int:
    """Parameters that a bundle holds: the second task of training is not among them."""
    return sum(p.numel() for name, p in split.named_parameters() if ".auxiliary." not in name)


def examples(client: Path, labels: list[str], tokenizer: Tokenizer, config: GistConfig) -> None:
    """messages.json and messages.bin: the example questions, and what client.onnx makes of each."""
    known = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    rows = [[text, number] for number, name in enumerate(labels) for text in known[name]]
    text = json.dumps({"messages": rows}, ensure_ascii=False, separators=(",", ":"))
    (client / "messages.json").write_text(text + "\n", encoding="utf-8")
    encoded = data.encode(tokenizer, [text for text, _ in rows], config.prompt_tokens)
    codes = np.stack([graphs.run(client / "client.onnx", ids=torch.from_numpy(ids.astype(np.int32))).reshape(-1) for ids in encoded])
    (client / "messages.bin").write_bytes(np.rint(codes / config.clip * 127).clip(-127, 127).astype(np.int8).tobytes())
