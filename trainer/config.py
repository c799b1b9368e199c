"""Every choice that shapes a bundle, in one place. A run directory remembers the configuration it was started with."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class PresetTarget:
    """Where no presets are given, a preset is what lets the Bayes attacker with unigram prior recover so much of a text."""

    name: str
    recovery: float


@dataclass(frozen=True)
class Config:
    """Sizes are in tokens unless said otherwise; rates are AdamW's peak learning rates (cosine decay)."""

    seed: int = 20260212
    bits: int = 4
    dims: tuple[int, ...] = (32, 64, 128)
    presets: tuple[PresetTarget, ...] = (
        PresetTarget("strict", 0.10),
        PresetTarget("balanced", 0.25),
        PresetTarget("light", 0.50),
    )

    # Projection: next-token loss through the frozen model plus reconstruction.
    projection_trial_steps: int = 300
    projection_steps: int = 400
    projection_batch: int = 16
    projection_length: int = 128
    projection_rate: float = 2e-3
    reconstruction_weight: float = 0.5

    # Clip bound: the one whose linear estimate of z is best at this mu.
    clip_reference_mu: float = 8.0

    # Soft prompts.
    virtual_tokens: int = 50
    soft_prompt_steps: int = 700
    soft_prompt_batch: int = 16
    soft_prompt_rate: float = 1e-2
    prefix_lengths: tuple[int, int] = (4, 100)
    continuation: int = 48

    # The language prior of the sequence attack: of a large vocabulary, beside what its tokens take by themselves.
    ngram_bytes: int = 1_950_000

    # Of JSON lines, how much is read.
    train_tokens: int = 20_000_000
    valid_tokens: int = 1_000_000

    # Measuring.
    attack_tokens: int = 30_000
    loss_windows: int = 512
    context_length: int = 512
    max_new_tokens: int = 256

    # Shares of the narrative sets: mostly simple stories, as in the end of the base model's own training.
    mixture: dict[str, float] = field(
        default_factory=lambda: {
            "tinystories": 0.45,
            "tinystories_restored_case": 0.15,
            "african_storybook_en": 0.05,
            "pratham_storyweaver_en": 0.07,
            "fairytaleqa_stories": 0.10,
            "classics_children": 0.18,
        }
    )


def tiny(config: Config) -> Config:
    """A configuration that runs every stage in seconds: for the tests and for trying out a change."""
    return dataclasses.replace(
        config,
        dims=(8, 16),
        projection_trial_steps=6,
        projection_steps=10,
        projection_batch=2,
        projection_length=24,
        virtual_tokens=4,
        soft_prompt_steps=6,
        soft_prompt_batch=2,
        prefix_lengths=(4, 10),
        continuation=8,
        ngram_bytes=40_000,
        attack_tokens=400,
        loss_windows=8,
    )


def paper(config: Config) -> Config:
    """The settings of DEL (arXiv 2602.11513) for models of some 10^9 parameters: d = 128 (or 512, with `--dim`), 4 bits, 100 virtual
    tokens, AdamW, prefix and continuation from C4. Rates, steps, batches and lengths are choices of ours: see the README."""
    return dataclasses.replace(
        config,
        bits=4,
        dims=(128,),
        virtual_tokens=100,
        projection_steps=2000,
        projection_batch=8,
        projection_length=256,
        projection_rate=3e-4,
        soft_prompt_steps=5000,
        soft_prompt_batch=8,
        soft_prompt_rate=1e-3,
        prefix_lengths=(16, 256),
        continuation=128,
        context_length=2048,
        attack_tokens=8000,
        mixture={},
    )


@dataclass(frozen=True)
class About:
    """What a bundle says of itself. None of it changes what is trained."""

    bundle_id: str
    title: str
    description: str
    weights_licence: str
    data_licences: dict[str, str]
    limits: str
    #: What its texts are written in (BCP 47), where that is one language.
    language: str | None = None


DEMO = About(
    bundle_id="demo-stories",
    title="Stories",
    description="Continues short, simple English stories. A small demonstration model, not a writer.",
    weights_licence="Apache-2.0",
    data_licences={
        "TinyStories": "CDLA-Sharing-1.0",
        "African Storybook": "CC BY 4.0",
        "Pratham StoryWeaver": "CC BY 4.0",
        "FairytaleQA": "Apache-2.0",
        "Children's classics": "public domain, via Project Gutenberg texts",
        "Simple adult classics (base model only)": "public domain, via Project Gutenberg texts",
    },
    limits="Short simple English. Not a source of facts.",
    language="en",
)


def remember(config: Config, choices: dict[str, object], run: Path) -> None:
    """Write the configuration and what else shapes a run (digests of weights and text, type of numbers, template) into the run
    directory, or refuse to continue a run that was started with others.

    Raises ValueError naming what differs."""
    run.mkdir(parents=True, exist_ok=True)
    path = run / "config.json"
    text = json.dumps(dataclasses.asdict(config) | choices, indent=2, sort_keys=True)
    if path.exists() and path.read_text() != text:
        old, new = json.loads(path.read_text()), json.loads(text)
        changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        raise ValueError(f"{run} was started with another configuration ({', '.join(changed)}); choose another --run")
    path.write_text(text)


def digest(folder: Path) -> str:
    """sha256 of the names and contents of a folder's files."""
    found = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        with path.open("rb") as file:
            found.update(path.name.encode() + b"\0" + hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()
