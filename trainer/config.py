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

    bundle_id: str = "demo-stories"
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

    # The language prior of the sequence attack.
    ngram_bytes: int = 1_950_000

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


def remember(config: Config, sources: list[Path], run: Path) -> None:
    """Write configuration and the digest of every source (a file, or a folder's files) into the run directory, or refuse to
    continue a run that was started with others.

    Raises ValueError naming what differs."""
    run.mkdir(parents=True, exist_ok=True)
    path = run / "config.json"
    new = dataclasses.asdict(config) | {f"source {source.name}": digest(source) for source in sources}
    text = json.dumps(new, indent=2, sort_keys=True)
    if path.exists() and path.read_text() != text:
        old, new = json.loads(path.read_text()), json.loads(text)
        changed = sorted(key for key in new if old.get(key) != new[key])
        raise ValueError(f"{run} was started with another configuration ({', '.join(changed)}); choose another --run")
    path.write_text(text)


def digest(source: Path) -> str:
    """sha256 of a file, or of the names and contents of a folder's files."""
    found = hashlib.sha256()
    for file in [source] if source.is_file() else sorted(p for p in source.iterdir() if p.is_file()):
        found.update(file.name.encode() + b"\0")
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()
