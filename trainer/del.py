"""`python -m trainer.del --model DIR --data DIR --out DIR`: from a language model to a Sotto bundle, as DEL does it.

Stages: projection trials for every d, choice of d, projection, clip bound, presets, soft prompts, losses, n-grams, export. Each leaves
its result in the run directory; a run that was interrupted goes on where it stopped."""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from . import attack, calibrate, evaluate, export, ngram, projection as projecting, reference, soft_prompt as prompting
from .config import Config, remember, tiny
from .data import load
from .mechanism import Mechanism
from .split import Projection, frozen_model


# Tokens of a message under attack.
ATTACKED_LENGTH = 40


class Run:
    """A run directory: JSON and tensors by stage, computed once."""

    def __init__(self, folder: Path):
        self.folder = folder

    def json(self, stage: str, compute):
        path = self.folder / f"{stage}.json"
        if not path.exists():
            print(f"{stage} …", flush=True)
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps(compute(), indent=2))
            os.replace(partial, path)
        return json.loads(path.read_text())

    def tensors(self, stage: str, compute) -> dict[str, torch.Tensor]:
        path = self.folder / f"{stage}.pt"
        if not path.exists():
            partial = path.with_suffix(".partial")
            torch.save(compute(), partial)
            os.replace(partial, path)
        return torch.load(path, weights_only=True)

    def file(self, name: str, compute) -> bytes:
        path = self.folder / name
        if not path.exists():
            print(f"{name} …", flush=True)
            partial = path.with_suffix(".partial")
            partial.write_bytes(compute())
            os.replace(partial, path)
        return path.read_bytes()

    def checkpoint(self, stage: str) -> Path:
        return self.folder / "checkpoints" / f"{stage}.pt"


def given_presets(path: str) -> dict[str, float]:
    """Read `--presets`: {"strict": 2.1, ...}."""
    presets = json.loads(Path(path).read_text())
    if not isinstance(presets, dict) or not presets or not all(isinstance(mu, (int, float)) and mu > 0 for mu in presets.values()):
        raise argparse.ArgumentTypeError(f"{path} must be an object of a mu above 0 for every preset")
    return {name: float(mu) for name, mu in presets.items()}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m trainer.del", description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="causal language model in Hugging Face format")
    parser.add_argument("--data", type=Path, required=True, help="folder with train.*.txt.gz and valid.*.txt.gz")
    parser.add_argument("--out", type=Path, required=True, help="bundle folder to write")
    parser.add_argument("--run", type=Path, default=Path("trainer/runs/demo-stories"), help="where progress is kept")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--reference", type=Path, help="also write reference vectors for the TypeScript tests here")
    parser.add_argument("--presets", type=given_presets, help="JSON file of the mu of every preset, by name, as sotto calibrate found them")
    parser.add_argument("--tiny", action="store_true", help="run every stage in seconds; the result is useless")
    parser.add_argument("--restart", action="store_true", help="forget what the run directory holds")
    options = parser.parse_args(argv)

    config = tiny(Config()) if options.tiny else Config()
    if options.restart:
        shutil.rmtree(options.run, ignore_errors=True)
    remember(config, [options.model / "model.safetensors", options.data], options.run)
    run, device = Run(options.run), torch.device(options.device)

    tokenizer = Tokenizer.from_file(str(options.model / "tokenizer.json"))
    model = frozen_model(options.model, device)
    end = int(model.config.eos_token_id)
    cache = options.run / "tokens"
    train = load(options.data, "train", config.mixture, tokenizer, end, cache)
    valid = load(options.data, "valid", config.mixture, tokenizer, end, cache)
    embeddings = model.get_input_embeddings().weight.detach().cpu()
    prior = train.unigram(len(embeddings))
    windows = math.ceil(config.attack_tokens / ATTACKED_LENGTH)
    attacked = valid.windows(ATTACKED_LENGTH, windows, np.random.default_rng(config.seed)).flatten()
    attacked = attacked[: config.attack_tokens]
    print(f"{len(train.ids) / 1e6:.1f} M training tokens, {len(attacked)} tokens under attack, {device}", flush=True)

    def trained(dim: int, steps: int, stage: str) -> Projection:
        def compute():
            start = projecting.principal(embeddings, prior, dim, torch.Generator().manual_seed(config.seed))
            result = projecting.train(model, start, train, config, steps, run.checkpoint(stage), stage)
            return {"encoder": result.encoder.cpu(), "decoder": result.decoder.cpu()}

        found = run.tensors(stage, compute)
        return Projection(found["encoder"].to(device), found["decoder"].to(device))

    def calibrated(projection: Projection, given: dict[str, float] | None = None) -> dict:
        """Clip bound, mu and recovery of every preset, and the losses without soft prompt."""
        table = projection.table(embeddings.to(device)).cpu()
        clip = calibrate.clip_bound(table, prior, config)
        levels = given or {
            target.name: calibrate.mu_for_recovery(target.recovery, attacked, table, prior, clip, config)[0]
            for target in config.presets
        }
        presets = {}
        for name, mu in levels.items():
            found = calibrate.recovery_at(mu, attacked, table, prior, clip, config)
            mechanism = Mechanism(mu, config.bits, projection.dim, clip)
            bare = evaluate.losses(model, projection, mechanism, None, valid, config)
            presets[name] = {
                "mu": mu,
                "recovery": attack.as_manifest(vars(found), len(attacked) // ATTACKED_LENGTH),
                "bare": evaluate.as_json(bare),
            }
            print(f"d {projection.dim}  {name}  mu {mu}  recovery {found.bayes:.3f}  "
                  f"loss {bare['released'].mean:.3f}  control {bare['control'].mean:.3f}", flush=True)
        off = evaluate.as_json(evaluate.losses(model, projection, None, None, valid, config))
        return {"dim": projection.dim, "clip": clip, "presets": presets, "off": off}

    unsplit = run.json("unsplit", lambda: evaluate.as_json(evaluate.unsplit_losses(model, valid, config, end)))
    trials = [
        run.json(f"trial-{dim}", lambda: calibrated(trained(dim, config.projection_trial_steps, f"trial-projection-{dim}")))
        for dim in config.dims
    ]
    # At equal recovery the better d is the one whose released prefix is worth most over its own control.
    def worth(trial: dict) -> float:
        return sum(p["bare"]["control"]["mean"] - p["bare"]["released"]["mean"] for p in trial["presets"].values())

    dim = max(trials, key=worth)["dim"]
    print("worth over control, summed over presets: " + ", ".join(f"d {t['dim']}: {worth(t):.3f}" for t in trials), flush=True)
    projection = trained(dim, config.projection_steps, "projection")
    # Presets that are given have stages of their own, and soft prompts are known by mu: what has changed is made anew, and nothing else.
    given = options.presets
    stage = "presets" if given is None else "presets-" + "-".join(f"{mu:g}" for mu in given.values())
    chosen = run.json(stage, lambda: calibrated(projection, given))

    prompts: dict[str, torch.Tensor] = {}
    figures: dict[str, dict] = {}
    for name, preset in chosen["presets"].items():
        mechanism = Mechanism(preset["mu"], config.bits, dim, chosen["clip"])
        stage = f"soft-prompt-{mechanism.mu:g}"
        prompts[name] = run.tensors(
            stage,
            lambda: {"prompt": prompting.train(model, projection, mechanism, train, config, run.checkpoint(stage), stage).cpu()},
        )["prompt"]
        figures[name] = run.json(
            f"losses-{mechanism.mu:g}",
            lambda: evaluate.as_json(
                evaluate.losses(model, projection, mechanism, prompts[name].to(device), valid, config)
            ),
        )
        print(f"{name}  with soft prompt: loss {figures[name]['released']['mean']:.3f}  "
              f"control {figures[name]['control']['mean']:.3f}", flush=True)

    model = model.cpu()
    projection = Projection(projection.encoder.cpu(), projection.decoder.cpu())
    table = projection.table(embeddings)
    mechanisms = {
        name: Mechanism(preset["mu"], config.bits, dim, chosen["clip"]) for name, preset in chosen["presets"].items()
    }
    language = run.file("ngram.bin", lambda: ngram.encoded(ngram.pruned(train, len(embeddings), config.ngram_bytes)))
    served = export.bundle(
        options.out, options.model, config, model, projection, chosen, prompts, figures, trials, unsplit, valid, language
    )
    if options.reference:
        reference.write(options.reference, served, table, tokenizer, projection, mechanisms, prompts)


if __name__ == "__main__":
    main()
