"""`python -m trainer.tail --bundle BUNDLE --model MODEL --data DATA --run DIR`: a server part trained for the noise of a token bundle.

The bundle's projection and clip stay as they are, and with them what its releases tell: only what the server makes of them changes."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
from pathlib import Path

import torch
from tokenizers import Tokenizer

from .. import reference
from ..base_model import frozen_model, locate
from ..config import Config, digest, remember
from ..data import load as load_text
from ..families import end_token
from . import export
from .config import TailConfig, tiny
from .measure import measure
from .model import Tail, load, save, untied
from .noise import BITS, Box
from .shipped import shipped, table_of, tail_digest
from .training import train


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m trainer.tail", description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True, help="token bundle whose projection is taken")
    parser.add_argument("--model", type=Path, required=True, help="its base model in Hugging Face format")
    parser.add_argument("--data", type=Path, required=True, help="text, as for trainer.del")
    parser.add_argument("--run", type=Path, required=True, help="where progress and the result are kept")
    parser.add_argument("--start-from", type=Path, help="bundle whose tail the training starts from; with nothing learned unless told")
    parser.add_argument("--steps", type=int, help="training steps")
    parser.add_argument("--learn-projection", type=float, metavar="LEAK", dest="leak",
                        help="learn the projection too; so many nats of loss a nat that the denoiser knows of a token (0: whatever serves)")
    parser.add_argument("--batch", type=int, help="messages a step")
    parser.add_argument("--out", type=Path, help="bundle folder to write; it may be that of --bundle")
    parser.add_argument("--reference", type=Path, help="write reference vectors for the tests of the TypeScript path")
    parser.add_argument("--tiny", action="store_true", help="every stage in seconds, to no use")
    options = parser.parse_args(argv)
    if options.leak is not None and options.out is not None:
        parser.error("a learned projection changes what clients send: --out needs a bundle whose presets were measured with it, which is not made here")
    config = tiny(TailConfig()) if options.tiny else TailConfig()
    given = {name: value for name in ("steps", "batch", "leak") if (value := getattr(options, name)) is not None}
    config = dataclasses.replace(config, **given, learn_projection=options.leak is not None)
    manifest = json.loads((options.bundle / "manifest.json").read_text())
    text = Config(mixture=Config().mixture)
    source = locate(str(options.model), False, None)
    table = table_of(options.bundle)
    if any(preset["bits"] != BITS for preset in manifest["presets"]):
        parser.error(f"a tail is trained for levels of {BITS} bits, and {options.bundle} has others")
    inputs = {"weights": source.digest(), "data": digest(options.data), "clip": manifest["clip"], "dim": manifest["dim"]}
    if options.start_from is not None:
        inputs["startFrom"] = tail_digest(options.start_from)
    remember(config, inputs, options.run)

    tokenizer = Tokenizer.from_file(str(options.bundle / "client/tokenizer.json"))
    teacher = frozen_model(options.model, torch.device("cpu"))
    end = end_token(teacher.config)
    corpus = load_text(options.data, "train", text.mixture, tokenizer, end, options.run / "tokens")
    valid = load_text(options.data, "valid", text.mixture, tokenizer, end, options.run / "tokens")
    prior = corpus.unigram(len(table))
    if not (options.run / "tail.json").exists():
        torch.manual_seed(config.seed)
        student = untied(frozen_model(options.model, torch.device("cpu")).requires_grad_(True))
        tail = Tail(student, table, prior, Box(manifest["dim"], manifest["clip"]), config)
        if options.start_from is not None:
            start = shipped(options.start_from, options.model)
            tail.load_state_dict(start.state_dict())
            tail.denoiser.embeddings.copy_(start.embeddings)
            # Other windows and other noise than it has learned from.
            config = dataclasses.replace(config, seed=int(inputs["startFrom"][:8], 16))
        table = train(tail, teacher, table, corpus, config, options.run / "checkpoint.pt")
        save(tail, prior, table, options.run)
    tail = load(options.run)
    if options.out is None:
        return
    path = options.run / "measured.json"
    if not path.exists():

        def figures(mu: float, prompted: bool) -> dict:
            found = measure(tail, table, prior, valid, config, mu, text.seed, prompted)
            print(f"mu {mu:g}  {'with' if prompted else 'without'} soft prompt  loss {found.released.mean:.3f}  control "
                  f"{found.control.mean:.3f}  worth {found.worth.mean:.3f}  names {found.denoiser['recovery']:.3f}", flush=True)
            return found.as_json()

        def losses(figures: dict) -> dict:
            return {name: figures[name] for name in ("released", "control", "worth")}

        exact = figures(manifest["presets"][-1]["mu"], True)
        tail = export.served(tail)
        found = {"off": losses(figures(math.inf, False)), "presets": {}}
        for preset in manifest["presets"]:
            with_prompt, bare = (figures(preset["mu"], prompted) for prompted in (True, False))
            found["presets"][preset["name"]] = with_prompt | {"bare": losses(bare)}
        loudest = found["presets"][manifest["presets"][-1]["name"]]
        found["int8"] = loudest["released"]["mean"] / exact["released"]["mean"] - 1
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(found, indent=2))
        os.replace(partial, path)
    else:
        tail = export.served(tail)
    export.bundle(options.bundle, options.out, tail, json.loads(path.read_text()))
    if options.reference:
        mechanisms = {preset["name"]: tail.box.mechanism(preset["mu"]) for preset in manifest["presets"]}

        def rows_of(preset: str, estimates: torch.Tensor) -> torch.Tensor:
            return export.rows_of(tail, tail.box, mechanisms[preset].mu if preset in mechanisms else None, estimates)

        reference.write(options.reference, tail.model, table, tokenizer, mechanisms, rows_of)


if __name__ == "__main__":
    main()
