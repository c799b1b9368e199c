"""`python -m trainer.frontier.plots FOLDER`: plots of a report's data files, as SVG for light pages and for dark ones.

For each domain two: utility against what the strongest attacker reads, and against bits a message; and where there are mixed messages one of
those, since what is read of them is their sensitive words alone. Up is better in all."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter  # noqa: E402


@dataclass(frozen=True)
class Theme:
    name: str
    ink: str
    faint: str
    # By method, told apart by marker and line as well.
    colours: dict[str, str]


# After Okabe and Ito, whose colours people with colour blindness tell apart; lighter on dark.
LIGHT = Theme("light", "#1f2328", "#8c959f", {
    "del": "#0072b2", "del-no-soft-prompt": "#0072b2", "gaussian-sr": "#8a6d00", "dchi": "#a34700", "rantext": "#7a7a7a",
    "hard-bayes": "#00785a", "tail": "#c2185b", "tail-learned": "#c2185b", "gist": "#6a1b9a", "mixed": "#004c7a", "mixed-tail": "#8e0038",
})
DARK = Theme("dark", "#e6edf3", "#7d8590", {
    "del": "#56b4e9", "del-no-soft-prompt": "#56b4e9", "gaussian-sr": "#f0e442", "dchi": "#ff9d5c", "rantext": "#b8b8b8",
    "hard-bayes": "#2fd6a8", "tail": "#ff7eb6", "tail-learned": "#ff7eb6", "gist": "#c9a0ff", "mixed": "#8fd3ff", "mixed-tail": "#ffb3d1",
})
SHAPES = {
    "del": ("o", "-"), "del-no-soft-prompt": ("o", ":"), "gaussian-sr": ("s", "--"), "dchi": ("^", "-"), "rantext": ("v", "-"),
    "hard-bayes": ("D", "--"), "tail": ("*", "-"), "tail-learned": ("*", ":"), "gist": ("P", "-"), "mixed": ("X", ""), "mixed-tail": ("P", ""),
}


def measure_of(rows: list[dict]) -> str:
    return "accuracy" if any("accuracy" in row["utility"] for row in rows) else "loss"


def plot(summary: dict, against: str, theme: Theme, path: Path) -> None:
    """`against` is recovery, bits or mixed."""
    rows = [row for row in summary["rows"] if row["method"].startswith("mixed") == (against == "mixed") or row["method"] in ENDS]
    measure = measure_of(rows)
    style = {
        "text.color": theme.ink, "axes.edgecolor": theme.faint, "axes.labelcolor": theme.ink, "xtick.color": theme.ink, "ytick.color": theme.ink,
        "font.family": "sans-serif", "font.size": 11, "svg.fonttype": "none", "svg.hashsalt": "frontier",
        "axes.spines.top": False, "axes.spines.right": False,
    }
    with pyplot.rc_context(style):
        figure, (value, worth) = pyplot.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
        for method, (marker, line) in SHAPES.items():
            points = [
                (x, row["utility"][measure], row["level"]) for row in rows
                if row["method"] == method and measure in row["utility"] and (x := place(row, against)) is not None
            ]
            points.sort(key=lambda point: point[0])
            if not points:
                continue
            x = [at for at, _, _ in points]
            found = [utility for _, utility, _ in points]
            drawn = {"color": theme.colours[method], "marker": marker, "linestyle": line, "linewidth": 1.6, "markersize": 9 if marker == "*" else 5}
            value.plot(x, [each["value"] for each in found], label=method, **drawn)
            reach = [
                [max(0.0, each["worth"] - each["worthOverMessages"]["low"]) for each in found],
                [max(0.0, each["worthOverMessages"]["high"] - each["worth"]) for each in found],
            ]
            worth.errorbar(x, [each["worth"] for each in found], yerr=reach, elinewidth=0.9, capsize=2, **drawn)
            if not line:
                # Levels that are no numbers stand in no row, and are named.
                for at, each, level in points:
                    value.annotate(level, (at, each["value"]), xytext=(7, -3), textcoords="offset points", fontsize=8, color=theme.ink)
        for method, label in ENDS.items():
            for row in rows:
                if row["method"] == method and measure in row["utility"]:
                    level = row["utility"][measure]["value"]
                    value.axhline(level, color=theme.faint, linewidth=1, linestyle=(0, (4, 3)))
                    value.annotate(label, (0.01, level), xycoords=("axes fraction", "data"), va="bottom", fontsize=9, color=theme.ink)
        worth.axhline(0, color=theme.faint, linewidth=1, linestyle=(0, (4, 3)))
        if measure == "loss":
            value.invert_yaxis()
        value.set_title("accuracy" if measure == "accuracy" else "loss, nats a token (up is better)", fontsize=11, loc="left")
        worth.set_title("worth: better than the release of another text by", fontsize=11, loc="left")
        for axes in (value, worth):
            axes.grid(color=theme.faint, alpha=0.25, linewidth=0.6)
            if against == "bits":
                axes.set_xscale("log")
                axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
                axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
                axes.xaxis.set_minor_formatter(NullFormatter())
        figure.supxlabel(AXES[against], fontsize=11)
        figure.legend(frameon=False, fontsize=9, loc="outside right center")
        figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
        pyplot.close(figure)


AXES = {
    "bits": "bits a message, at most (left is more private)",
    "recovery": "private tokens that the strongest attacker names, % (left is more private)",
    "mixed": "tokens of sensitive words that the strongest attacker names, % (left is more private)",
}
ENDS = {"clean": "clean text", "no-prefix": "nothing sent"}


def place(row: dict, against: str) -> float | None:
    """Where a row stands along the horizontal axis; None where it stands nowhere on it."""
    if against == "bits":
        return row["bits"]["message"] or None
    return 100 * row["attackers"][0]["recovery"] if row["attackers"] else None


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m trainer.frontier.plots", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="of the data files; plots are written beside them")
    folder = parser.parse_args(argv).folder
    for file in sorted(folder.glob("*.json")):
        summary = json.loads(file.read_text())
        if not summary["rows"]:
            continue
        mixed = any(row["method"].startswith("mixed") for row in summary["rows"])
        for against in ("recovery", "bits", *(["mixed"] if mixed else [])):
            for theme in (LIGHT, DARK):
                plot(summary, against, theme, folder / f"{file.stem}-{against}-{theme.name}.svg")


if __name__ == "__main__":
    main()
