"""Data points of the frontier: one JSON file for each domain, method, level and seed, computed once; and the evidence beside it, for
the attackers that are written in TypeScript.

    <run>/points/<domain>/<method>/<level>/<seed>.json
    <run>/points/<domain>/<method>/<level>/<seed>.evidence.json   {"messages": [[ids]], "vocabulary": V}
    <run>/points/<domain>/<method>/<level>/<seed>.evidence.f32    log Pr[sent | token = v], float32 little-endian, tokens x V, row maximum 0
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor


@dataclass(frozen=True)
class Place:
    """Which point, under which run directory."""

    run: Path
    domain: str
    method: str
    level: str
    seed: int

    @property
    def path(self) -> Path:
        return self.run / "points" / self.domain / self.method / self.level / f"{self.seed}.json"

    @property
    def evidence(self) -> Path:
        return self.path.with_suffix(".evidence.json")

    def relative(self, path: Path) -> str:
        """As the point's "evidence" says it: from the run directory, without the suffix .json."""
        return str(path.relative_to(self.run)).removesuffix(".json")


def written(path: Path, content: bytes) -> None:
    """All of the file or none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    os.replace(partial, path)


def once(place: Place, compute: Callable[[], dict]) -> dict:
    """The point, computed where its file is not there yet. `compute` gives all but the four names."""
    if place.path.exists():
        return json.loads(place.path.read_text())
    point = {"domain": place.domain, "method": place.method, "level": place.level, "seed": place.seed} | compute()
    written(place.path, (json.dumps(point, indent=1, allow_nan=False) + "\n").encode())
    print(f"{place.domain} {place.method} {place.level} seed {place.seed}  {shown(point)}", flush=True)
    return point


def shown(point: dict) -> str:
    """One line of what was found."""
    parts = [f"{name} {found['value']:.4f} (control {found['control']:.4f})" for name, found in point["utility"].items()]
    parts += [f"{name} {found['value']:.4f}" for name, found in point["leak"].items()]
    if point["bits"]["message"] is not None:
        parts.append(f"{point['bits']['message']:.2f} bits")
    return "  ".join(parts)


def write_evidence(
    place: Place,
    messages: list[list[int]],
    log_likelihood: Tensor,
    sensitive: list[list[bool]] | None = None,
    public: list[list[bool]] | None = None,
) -> str:
    """`log_likelihood` is all tokens in order x V; what is sensitive is scored alone, and what is public is told. Returns what the point's "evidence" says. The .json comes last: where it is, all is."""
    rows = log_likelihood.float()
    rows = rows - rows.amax(1, keepdim=True)
    if len(rows) != sum(map(len, messages)):
        raise ValueError("a row of evidence for every token")
    written(place.evidence.with_suffix(".f32"), rows.numpy().astype("<f4").tobytes())
    described: dict = {"messages": messages, "vocabulary": rows.shape[1]}
    if sensitive is not None:
        described["sensitive"] = sensitive
    if public is not None:
        described["public"] = public
    written(place.evidence, json.dumps(described).encode())
    return place.relative(place.evidence)


def read_evidence(place: Place) -> tuple[list[list[int]], np.ndarray]:
    """Messages, and tokens x V."""
    described = json.loads(place.evidence.read_text())
    rows = np.fromfile(place.evidence.with_suffix(".f32"), dtype="<f4")
    return described["messages"], rows.reshape(-1, described["vocabulary"])
