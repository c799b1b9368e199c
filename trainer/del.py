"""`python -m trainer.del --model PATH_OR_HUB_ID --data DIR --out DIR`: from a language model to a Sotto bundle, as DEL does it.

Stages: projection trials for every d, choice of d, projection, clip bound, presets, soft prompts, losses, n-grams, export. Each leaves
its result in the run directory; a run that was interrupted goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from . import attack, calibrate, evaluate, export, ngram, projection as projecting, reference, soft_prompt as prompting
from . import template as templates
from .base_model import DTYPES, frozen_model, locate
from .config import Config, digest, remember
from .data import load
from .families import end_token, require_embeddable, shape_of
from .mechanism import Mechanism
from .options import about, checked, configuration, parser
from .split import BARE, Projection, Template, rows_device

# Tokens of a message under attack.
ATTACKED_LENGTH = 40
# Of more tokens than these, what the language prior holds of each is not counted against its budget.
SMALL_VOCABULARY = 1 << 16


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


def main(argv: list[str] | None = None) -> None:
    arguments = parser(__doc__.splitlines()[0])
    options = arguments.parse_args(argv)
    try:
        checked(options)
        source = locate(options.model, options.hub, options.revision)
        config = configuration(options)
        described = about(options, config, source)
    except ValueError as error:
        arguments.error(str(error))

    if options.restart:
        shutil.rmtree(options.run, ignore_errors=True)
    tokenizer = Tokenizer.from_file(str(source.folder / "tokenizer.json"))
    template = BARE
    if options.external:
        template = templates.read(options.template, tokenizer) if options.template else templates.own(tokenizer)
    shaping = {
        "weights": source.digest(),
        "tokenizer": hashlib.sha256(tokenizer.to_str().encode()).hexdigest(),
        "data": digest(options.data),
        "dtype": options.dtype,
        "template": [template.before_ids, template.after_ids],
    }
    remember(config, shaping, options.run)
    run, device = Run(options.run), torch.device(options.device)

    model = frozen_model(source.folder, device, DTYPES[options.dtype], options.device_map)
    device = rows_device(model)
    require_room(model, config, template)
    if not options.external:
        require_embeddable(model, config.context_length)
    end = end_token(model.config)
    embeddings = model.get_input_embeddings().weight.detach()
    largest = max(tokenizer.get_vocab().values())
    if largest >= len(embeddings):
        raise ValueError(f"the tokenizer has a token {largest} and the model rows for {len(embeddings)} tokens")
    cache = options.run / "tokens"
    train = load(options.data, "train", config.mixture, tokenizer, end, cache, config.train_tokens)
    valid = load(options.data, "valid", config.mixture, tokenizer, end, cache, config.valid_tokens)
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
        table = projection.table(embeddings)
        clip = calibrate.clip_bound(table, prior, config)
        levels = given or {
            target.name: calibrate.mu_for_recovery(target.recovery, attacked, table, prior, clip, config)[0]
            for target in config.presets
        }
        presets = {}
        for name, mu in levels.items():
            found = calibrate.recovery_at(mu, attacked, table, prior, clip, config)
            mechanism = Mechanism(mu, config.bits, projection.dim, clip)
            bare = evaluate.losses(model, projection, mechanism, None, valid, config, template)
            presets[name] = {
                "mu": mu,
                "recovery": attack.as_manifest(vars(found), len(attacked) // ATTACKED_LENGTH),
                "bare": evaluate.as_json(bare),
            }
            print(f"d {projection.dim}  {name}  mu {mu}  recovery {found.bayes:.3f}  "
                  f"loss {bare['released'].mean:.3f}  control {bare['control'].mean:.3f}", flush=True)
        off = evaluate.as_json(evaluate.losses(model, projection, None, None, valid, config, template))
        return {"dim": projection.dim, "clip": clip, "presets": presets, "off": off}

    unsplit = run.json("unsplit", lambda: evaluate.as_json(evaluate.unsplit_losses(model, valid, config, end, template)))
    # A d that was chosen needs no trial.
    trials = [
        run.json(f"trial-{dim}", lambda: calibrated(trained(dim, config.projection_trial_steps, f"trial-projection-{dim}")))
        for dim in (config.dims if len(config.dims) > 1 else ())
    ]
    # At equal recovery the better d is the one whose released prefix is worth most over its own control.
    def worth(trial: dict) -> float:
        return sum(p["bare"]["control"]["mean"] - p["bare"]["released"]["mean"] for p in trial["presets"].values())

    dim = max(trials, key=worth)["dim"] if trials else config.dims[0]
    if trials:
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
            lambda: {
                "prompt": prompting.train(
                    model, projection, mechanism, train, config, run.checkpoint(stage), stage, template
                ).cpu()
            },
        )["prompt"]
        figures[name] = run.json(
            f"losses-{mechanism.mu:g}",
            lambda: evaluate.as_json(
                evaluate.losses(model, projection, mechanism, prompts[name].to(device), valid, config, template)
            ),
        )
        print(f"{name}  with soft prompt: loss {figures[name]['released']['mean']:.3f}  "
              f"control {figures[name]['control']['mean']:.3f}", flush=True)

    budget = config.ngram_bytes + (0 if len(embeddings) <= SMALL_VOCABULARY else ngram.length(len(embeddings), 0, 0, 0))
    language = run.file("ngram.bin", lambda: ngram.encoded(ngram.pruned(train, len(embeddings), budget)))
    external = None
    if options.external:
        external = export.External(options.served_name or source.name, template, options.public_rows)
    else:
        # The bundle's own decoder runs in fp32 on a CPU, and reference vectors are made there too.
        model = model.cpu().float()
        embeddings = model.get_input_embeddings().weight.detach().clone()
        projection = Projection(projection.encoder.cpu(), projection.decoder.cpu())
    made = export.Made(projection, chosen, prompts, figures, trials, unsplit, language)
    served = export.bundle(options.out, source, described, config, model, made, valid, external)
    if options.reference:
        mechanisms = {
            name: Mechanism(preset["mu"], config.bits, dim, chosen["clip"]) for name, preset in chosen["presets"].items()
        }

        def rows_of(preset: str, estimates: torch.Tensor) -> torch.Tensor:
            rows = estimates @ projection.decoder
            return rows if preset == "off" else torch.cat([prompts[preset], rows])

        reference.write(options.reference, served, projection.table(embeddings), tokenizer, mechanisms, rows_of)


def require_room(model: PreTrainedModel, config: Config, template: Template) -> None:
    """Raises ValueError where the longest text of the training has more positions than the model or the bundle."""
    room = min(config.context_length, shape_of(model.config).positions)
    longest = template.length + config.virtual_tokens + config.prefix_lengths[1] + config.continuation
    if longest > room or config.projection_length > room:
        raise ValueError(f"training needs {max(longest, config.projection_length)} positions, and there are {room} (model, --context)")


if __name__ == "__main__":
    main()
