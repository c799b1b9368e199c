"""`python -m trainer.gist --data DATA --out bundles/demo-intents --run DIR`: every stage of a gist bundle, each kept in DIR."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from ..config import digest, remember
from . import data, export, measure
from .attack import attack
from .config import GistConfig, tiny
from .training import Split, TextSet, train


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m trainer.gist", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of banking77/ and clinc150/")
    parser.add_argument("--out", type=Path, required=True, help="bundle folder to write")
    parser.add_argument("--run", type=Path, default=Path("trainer/runs/gist"), help="folder of checkpoints")
    parser.add_argument("--tiny", action="store_true", help="every stage in seconds, to no use but trying out")
    parser.add_argument("--held-out", action="store_true", help="stop once the accuracy on held-out messages is known: choose by that")
    options = parser.parse_args(argv)
    make(options.data, options.out, options.run, tiny(GistConfig()) if options.tiny else GistConfig(), options.held_out)


def make(source: Path, out: Path, run: Path, config: GistConfig, trial: bool = False) -> None:
    """Train, measure and write. A tenth of the training messages is held out of the training of the split: choices are made by
    the accuracy on them, and a `trial` goes no further. The test set serves for the figures of the bundle alone."""
    remember(config, {f"data {name}": digest(source / name) for name in ("banking77", "clinc150")}, run)
    banking, (clinc, intents) = data.banking(source, "train"), data.clinc(source)
    rest, held = data.held_out(banking, config.held_out, config.seed)
    tokenizer = kept_tokenizer(run / "tokenizer.json", banking.texts + clinc.texts, config)
    vocabulary = tokenizer.get_vocab_size()
    variants = {
        name: kept_variants(run / f"{name}.npz", tokenizer, messages.texts, count, config)
        for name, messages, count in (("banking", rest, config.variants), ("clinc", clinc, min(2, config.variants)))
    }
    labels = len(json.loads((source / "banking77/categories.json").read_text()))
    split = train(
        TextSet(variants["banking"], rest.labels), TextSet(variants["clinc"], clinc.labels), vocabulary, labels, intents, config,
        run / "split.pt", "split",
    )
    levels = {name: measure.mu_for_bits(bits, config) for name, bits in config.presets}
    accuracies(split, tokenizer, held, levels, config, "held out")
    if trial:
        return
    tested = data.banking(source, "test")
    ids, x, found = accuracies(split, tokenizer, tested, levels, config, "test")
    plain = data.encode(tokenizer, banking.texts, config.prompt_tokens)
    known = measure.activations(split, plain)
    attacked = attack(split.head, plain, known, ids, x, tested.labels, vocabulary, levels, config, run)
    presets = []
    for name, mu in levels.items():
        told = attacked.told[name]
        inverter = told["own"] | {"baseline": told["blind"]["recovery"]}
        presets.append({"name": name, "mu": mu, "measured": {"accuracy": found[name], "inverter": inverter}})
    trained = {"banking": len(rest), "clinc": len(clinc), "attacked": attacked}
    export.bundle(out, config, split, tokenizer, presets, found["clean"], trained)


def accuracies(split: Split, tokenizer: Tokenizer, messages: data.Messages, levels: dict[str, float], config: GistConfig,
               label: str) -> tuple[list[np.ndarray], torch.Tensor, dict[str, dict]]:
    """Ids and activations of the messages, and how often their label comes out: without noise ("clean") and at each preset."""
    ids = data.encode(tokenizer, messages.texts, config.prompt_tokens)
    x = measure.activations(split, ids)
    shares = {"clean": measure.accuracy(split, x, messages.labels, None, config)}
    for name, mu in levels.items():
        shares[name] = measure.accuracy(split, x, messages.labels, mu, config, config.draws)
    shown = "  ".join(f"{name} {share:.4f} ({share / max(shares['clean'], 1e-9):.3f})" for name, share in shares.items())
    print(f"{label}: accuracy (of clean)  {shown}", flush=True)
    return ids, x, {name: measure.as_json(share, len(messages)) for name, share in shares.items()}


def kept_tokenizer(path: Path, texts: list[str], config: GistConfig) -> Tokenizer:
    if not path.exists():
        data.train_tokenizer(texts, config.vocabulary).save(str(path))
    return Tokenizer.from_file(str(path))


def kept_variants(path: Path, tokenizer: Tokenizer, texts: list[str], count: int, config: GistConfig) -> list[list[np.ndarray]]:
    """The variants of a run are drawn once."""
    if not path.exists():
        made = data.variants(tokenizer, texts, config.prompt_tokens, count, config.merge_dropout, config.seed)
        messages = [ids for variant in made for ids in variant]
        np.savez_compressed(path, ids=np.concatenate(messages), lengths=[len(ids) for ids in messages])
    stored = np.load(path)
    messages = np.split(stored["ids"], np.cumsum(stored["lengths"])[:-1])
    return [messages[start : start + len(texts)] for start in range(0, len(messages), len(texts))]


if __name__ == "__main__":
    main()
