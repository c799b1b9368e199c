"""The command line of `trainer.del`, and the choices that it makes together."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
from pathlib import Path

import torch

from .base_model import DTYPES, Source
from .config import DEMO, About, Config, paper, tiny
from .data import found_sets

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}")
BUNDLE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def given_presets(path: str) -> dict[str, float]:
    """Read `--presets`: {"strict": 2.1, ...}."""
    presets = json.loads(Path(path).read_text())
    if not isinstance(presets, dict) or not presets or not all(isinstance(mu, (int, float)) and mu > 0 for mu in presets.values()):
        raise argparse.ArgumentTypeError(f"{path} must be an object of a mu above 0 for every preset")
    return {name: float(mu) for name, mu in presets.items()}


def power_of_two(text: str) -> int:
    value = int(text)
    if value < 1 or value & (value - 1):
        raise argparse.ArgumentTypeError(f"d must be a power of two, not {text}")
    return value


def within(low: int, high: int):
    """A whole number of this range."""

    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be from {low} to {high}, not {text}")
        return value

    return read


def licence(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text} is not NAME=LICENCE")
    return name, value


def parser(description: str) -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m trainer.del", description=description)
    add = found.add_argument
    add("--model", required=True, metavar="PATH_OR_HUB_ID", help="causal language model in Hugging Face format: a folder, or with --hub a name")
    add("--data", type=Path, required=True, help="folder with train.*.txt.gz and valid.*.txt.gz, or with JSON lines for both")
    add("--out", type=Path, required=True, help="bundle folder to write")
    add("--run", type=Path, help="where progress is kept (trainer/runs/NAME OF OUT)")

    model = found.add_argument_group("model")
    model.add_argument("--hub", action="store_true", help="--model is a name on the Hugging Face hub: fetch it")
    model.add_argument("--revision", help="commit, branch or tag on the hub")
    model.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    model.add_argument("--dtype", choices=DTYPES, default="fp32", help="of the frozen weights; what is trained is fp32")
    model.add_argument("--device-map", choices=["auto"], help="spread the model over all GPUs (needs accelerate)")
    model.add_argument("--external", action="store_true", help="a bundle for vLLM: no decoder in it")
    model.add_argument("--served-name", help="with --external: the name under which vLLM serves the model")
    model.add_argument("--template", type=Path, help="with --external: JSON file of what stands before and after (default: what the tokenizer adds)")
    model.add_argument("--public-rows", action="store_true", help="with --external: the model's table too, for public tokens")

    training = found.add_argument_group("training")
    training.add_argument("--paper", action="store_true", help="settings of DEL (arXiv 2602.11513) for large models")
    training.add_argument("--dim", type=power_of_two, help="d; no other is tried")
    training.add_argument("--bits", type=within(1, 8))
    training.add_argument("--virtual-tokens", type=within(1, 512), help="of each soft prompt")
    training.add_argument("--steps", type=within(1, 10**7), help="of each soft prompt")
    training.add_argument("--projection-steps", type=within(1, 10**7))
    training.add_argument("--batch", type=within(1, 4096), help="windows a step, of projection and soft prompts")
    training.add_argument("--context", type=within(32, 1 << 20), help="positions of the bundle: soft prompt, prompt and reply together")
    training.add_argument("--attack-tokens", type=within(100, 10**7), help="tokens that presets are calibrated on")
    training.add_argument("--train-tokens", type=within(1000, 10**10), help="of JSON lines, how much is read")
    training.add_argument("--presets", type=given_presets, help="JSON file of the mu of every preset, by name, as sotto calibrate found them")
    training.add_argument("--tiny", action="store_true", help="run every stage in seconds; the result is useless")
    training.add_argument("--restart", action="store_true", help="forget what the run directory holds")

    about = found.add_argument_group("what the bundle says of itself")
    about.add_argument("--id", help="lower-case letters, digits and hyphens (the name of --out)")
    about.add_argument("--title")
    about.add_argument("--description")
    about.add_argument("--language", help="of the texts, as BCP 47 has it: en, pt-BR")
    about.add_argument("--licence", help="of the weights")
    about.add_argument("--data-licence", type=licence, action="append", metavar="NAME=LICENCE", help="of a set of texts; may be given again")
    add("--reference", type=Path, help="also write reference vectors for the TypeScript tests here")
    return found


def checked(options: argparse.Namespace) -> argparse.Namespace:
    """Options that go together. Raises ValueError naming those that do not."""
    if not options.external:
        for name in ("served_name", "template", "public_rows"):
            if getattr(options, name):
                raise ValueError(f"--{name.replace('_', '-')} needs --external")
    elif options.reference:
        raise ValueError("--reference is of a model that the bundle holds: it does not go with --external")
    if options.device_map and not options.external:
        raise ValueError("--device-map is for models that one device cannot hold, and those need --external")
    if options.device_map and not torch.cuda.is_available():
        raise ValueError("--device-map spreads a model over GPUs, and there is none")
    if options.run is None:
        options.run = Path("trainer/runs") / options.out.name
    return options


def configuration(options: argparse.Namespace) -> Config:
    """The default or `--paper`, then what was given by itself, then `--tiny`."""
    config = paper(Config()) if options.paper else Config()
    # Of the texts of the demonstration, their own mixture; of others, what is there.
    found = {text_set.name for text_set in found_sets(options.data, "train", config.mixture)}
    if found != set(config.mixture):
        config = dataclasses.replace(config, mixture={})
    if options.tiny:
        config = tiny(config)
    given = {
        "dims": None if options.dim is None else (options.dim,),
        "bits": options.bits,
        "virtual_tokens": options.virtual_tokens,
        "soft_prompt_steps": options.steps,
        "projection_steps": options.projection_steps,
        "projection_batch": options.batch,
        "soft_prompt_batch": options.batch,
        "context_length": options.context,
        "attack_tokens": options.attack_tokens,
        "train_tokens": options.train_tokens,
    }
    return dataclasses.replace(config, **{name: value for name, value in given.items() if value is not None})


def about(options: argparse.Namespace, config: Config, source: Source) -> About:
    """The demonstration's words for its own texts; for others what was given, or as little as is known. Raises ValueError."""
    basis = DEMO if config.mixture else About(
        bundle_id=options.out.resolve().name.lower(),
        title=source.name.rsplit("/", 1)[-1][:80],
        description=f"Continues a text, with {source.name}."[:600],
        weights_licence="not stated",
        data_licences={},
        limits="Not a source of facts.",
    )
    given = {
        "bundle_id": options.id,
        "title": options.title,
        "description": options.description,
        "language": options.language,
        "weights_licence": options.licence,
        "data_licences": dict(options.data_licence) if options.data_licence else None,
    }
    found = dataclasses.replace(basis, **{name: value for name, value in given.items() if value is not None})
    if not BUNDLE_ID.fullmatch(found.bundle_id):
        raise ValueError(f"{found.bundle_id} cannot be the name of a bundle: give one with --id, of lower-case letters, digits and hyphens")
    if not 1 <= len(found.title) <= 80 or len(found.description) > 600:
        raise ValueError("--title has 1 to 80 characters, --description at most 600")
    if found.language is not None and not LANGUAGE.fullmatch(found.language):
        raise ValueError(f"--language has a tag as BCP 47 has it, such as en or pt-BR, not {found.language}")
    return found
