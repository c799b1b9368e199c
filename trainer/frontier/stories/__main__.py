"""`python -m trainer.frontier.stories --model MODEL --data DATA --bundle BUNDLE --run RUN`: the frontier on story continuation.

Every data point is computed once; the same command goes on where it was cut off. With `--tail` the methods that need a noise-aware tail are
measured too, and what the tail's own belief reads of every binomial release."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

from ...config import Config, digest, remember
from ...data import load
from ...tail.model import Tail
from ...tail.model import load as load_tail
from ...tail.noise import Box
from ...tail.shipped import has_tail, shipped, tail_digest
from ..points import Place, once, written
from . import encoder as encoding
from . import leak
from .measure import DOMAIN, point, tail_reading
from .methods import METHODS, Bench, levels_of, places
from .product import Product, opened
from .settings import Settings, tiny


def parsed(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m trainer.frontier.stories", description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="base model of the bundle, in Hugging Face format")
    parser.add_argument("--data", type=Path, required=True, help="text, as for trainer.del")
    parser.add_argument("--bundle", type=Path, required=True, help="token bundle that is measured")
    parser.add_argument("--run", type=Path, required=True, help="where points and what is trained are kept")
    parser.add_argument("--tail", type=Path, help="run directory of trainer.tail, or a bundle that has a tail")
    parser.add_argument("--learned", type=Path, help="run directory of trainer.tail with a projection of its own")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS), help="all unless told")
    parser.add_argument("--levels", nargs="+", help="levels by name; all of each method unless told")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3], help="of windows and noise")
    parser.add_argument("--soft-prompt-steps", type=int, help="of levels that the bundle has no soft prompt for; a point says how many")
    parser.add_argument("--tiny", action="store_true", help="every method in seconds, to no use but trying out")
    return parser.parse_args(argv)


def bench_of(options: argparse.Namespace, settings: Settings):
    """Everything that is made before the first point: bundle, text, priors, encoder."""
    config = Config()
    product = opened(options.bundle, options.model)
    # The levels of a run are of one bundle, one text and one choice of settings. Soft prompts of more steps may come later.
    remember(
        dataclasses.replace(settings, soft_prompt_steps=0),
        {"bundle": json.loads((options.bundle / "manifest.json").read_text())["files"], "data": digest(options.data)},
        options.run / DOMAIN,
    )
    cache = options.run / "tokens"
    tokenizer: Tokenizer = product.tokenizer
    train = load(options.data, "train", config.mixture, tokenizer, product.end, cache, config.train_tokens)
    valid = load(options.data, "valid", config.mixture, tokenizer, product.end, cache, config.valid_tokens)
    ngram = (options.bundle / "client/ngram.bin").read_bytes()
    # The bundle's own is of this training text.
    written(options.run / "ngram" / f"{DOMAIN}.bin", ngram)
    tail = learned = None
    if options.tail is not None:
        of_bundle = has_tail(options.tail)
        tail = shipped(options.tail, options.model) if of_bundle else load_tail(options.tail)
        require_table(options.tail, tail, product)
        found = tail_digest(options.tail) if of_bundle else digest(options.tail / "decoder")
        same_tail(found, options.run / DOMAIN / "tail.sha256")
    if options.learned is not None:
        learned = load_tail(options.learned)
        require_box(options.learned, learned, product)
        same_tail(digest(options.learned / "decoder"), options.run / DOMAIN / "learned.sha256")
    frequencies = leak.frequencies(ngram, product.vocabulary)
    bench = Bench(product, train, frequencies, settings, config.seed, options.run / DOMAIN, tail, learned)
    encoder = encoding.kept(bench.run / "encoder.npz", train, tokenizer, settings, config.seed)
    scale = options.run / f"{DOMAIN}.json"
    coherence = json.loads(scale.read_text())["coherence"] if scale.exists() else None
    if coherence is None:
        coherence = encoding.ends_of_scale(encoder, valid, tokenizer, settings, config.seed)
    # What there will be, for who reports on what there is.
    levels = {name: levels_of(name, settings) for name in METHODS}
    written(scale, (json.dumps({"end": product.end, "methods": levels, "coherence": coherence}, indent=1) + "\n").encode())
    return bench, valid, encoder


def same_tail(found: str, kept: Path) -> None:
    """Points of one run are of one tail, which has this digest. Raises ValueError where an earlier one was measured here."""
    if kept.exists() and kept.read_text() != found:
        raise ValueError(
            f"{kept.parent} was measured with another tail; choose another --run, or delete {kept}, the points and evidence of its methods, and "
            "every .tail.json"
        )
    written(kept, found.encode())


def require_box(path: Path, tail: Tail, product: Product) -> None:
    """Raises ValueError where a tail reads releases of another size or clip than the bundle's."""
    if tail.box != Box(product.table.shape[1], product.clip):
        raise ValueError(f"{path} is a tail of another size or clip bound than the bundle's")


def require_table(path: Path, tail: Tail, product: Product) -> None:
    """Raises ValueError where it reads releases of another table, too."""
    require_box(path, tail, product)
    if not torch.equal(tail.denoiser.table, product.table.clamp(-product.clip, product.clip)):
        raise ValueError(f"{path} is a tail of another table than the bundle's: give it as --learned")


def main(argv: list[str] | None = None) -> None:
    options = parsed(argv)
    settings = tiny(Settings()) if options.tiny else Settings()
    if options.soft_prompt_steps is not None:
        settings = dataclasses.replace(settings, soft_prompt_steps=options.soft_prompt_steps)
    bench, valid, encoder = bench_of(options, settings)
    names = [name for name in options.methods if bench.has(name)]
    for seed in options.seeds:
        for name, level in places(names, options.levels, settings):
            place = Place(options.run, DOMAIN, name, level, seed)
            once(place, lambda: point(place, bench, valid, encoder))
            tail_reading(place, bench, valid)


if __name__ == "__main__":
    main()
