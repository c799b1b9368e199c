"""The model card of a bundle, written from the same figures as its manifest.

`python -m trainer.card BUNDLE` writes its part on what attackers read anew, after `sotto calibrate --record`."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path


def model_card(manifest: dict, trials: list[dict], int8_change: float | None, limits: str) -> str:
    """MODEL_CARD.md. `int8_change` is by what share rounding the weights moves the loss; None where the model runs elsewhere."""
    measured = manifest["measured"]
    trained = "frozenModel" in manifest["presets"][0]["measured"]
    rows = [
        ["no prefix at all", "-", number(measured["none"]), *["-"] * 5],
        [
            "clean prefix (no privacy)",
            "-",
            *(number(measured["clean"][name]) for name in ("released", "control", "worth")),
            *["-"] * 3,
        ],
        [
            "off (projection, no noise)",
            "-",
            number(measured["off"]["released"]),
            number(measured["off"]["control"]),
            number(measured["off"]["worth"]),
            *["-"] * 3,
        ],
    ]
    for preset in manifest["presets"]:
        bare, soft = (preset["measured"][key] for key in ("withoutSoftPrompt", "withSoftPrompt"))
        if frozen := preset["measured"].get("frozenModel"):
            plain = [number(frozen[key]) for key in ("released", "control", "worth")]
            rows.append([f"{preset['name']}, frozen model", f"{preset['mu']:g}", *["-"] * 3, *plain])
        rows.append(
            [
                preset["name"],
                f"{preset['mu']:g}",
                number(bare["released"]),
                number(bare["control"]),
                number(bare["worth"]),
                number(soft["released"]),
                number(soft["control"]),
                number(soft["worth"]),
            ]
        )
    head = ["preset", "mu", "loss", "control", "worth", "loss, soft prompt", "control, soft prompt", "worth, soft prompt"]
    trial_rows = [
        [
            str(trial["dim"]),
            f"{trial['clip']:.4f}",
            number(trial["off"]["released"]),
            *(
                f"{p['mu']:g}: {p['bare']['control']['mean'] - p['bare']['released']['mean']:+.3f}"
                for p in trial["presets"].values()
            ),
        ]
        for trial in trials
    ]
    choice = "It was given, and no other was tried."
    if trials:
        choice = (
            "Short training at each d; loss with no noise, and what the released prefix is worth over its control (nats a token, no soft\n"
            "prompt) at the mu that meets each preset's recovery.\n\n"
            + table(["d", "clip", "loss, no noise", *(f"{p['name']}, mu: worth" for p in manifest["presets"])], trial_rows)
        )
    if int8_change is None:
        around = manifest["engine"]["template"]
        engine = (
            f"The model runs in vLLM, as {manifest['engine']['model']}, with weights that this bundle neither holds nor rounds. Around what is released\n"
            f"stand {around['before']} clean tokens before and {around['after']} after, in training and in all that was measured."
        )
    else:
        after = f"a release at {manifest['presets'][-1]['name']}" if trained else "a clean prefix"
        engine = f"The server's weights are stored as int8, which moves the loss after {after} by {100 * int8_change:+.3f}%."
    data = "\n".join(f"- {entry['name']}: {entry['licence']}" for entry in manifest["licence"]["data"])
    model = manifest["model"]
    return f"""# {manifest["id"]}

{manifest["description"]} Base: {model["name"]} ({model["architecture"]}, {model["parameters"] / 1e6:.1f} M parameters, vocabulary
{model["vocabulary"]}, hidden {model["hidden"]}), {"trained on for the noise" if trained else "frozen"}. Made by `trainer/` as DEL (arXiv 2602.11513) describes: a linear projection to d = {manifest["dim"]},
clip bound {manifest["clip"]:.4f}, binomial quantizer of {manifest["presets"][0]["bits"]} bits, one soft prompt of {manifest["softPromptTokens"]} virtual tokens a preset.
{TAIL if trained else ""}
## What the presets are worth

Loss is nats a token of the clean continuation, over {measured["none"]["windows"]} windows of validation text; ± is one standard error. **Control** is the
same server given the release of another text: only what lies below it was learned from the message. **Worth** is that
difference, window by window.

{table(head, rows)}

{engine}

{leak_section(manifest)}
## Choice of d

{choice}

## Data and licences

Weights: {manifest["licence"]["weights"]}. Trained on:

{data or "- not stated"}

## Limits

{limits} {LIMIT_OF_ALL}
"""


TAIL = """
**The server's part was trained for the noise** (`python -m trainer.tail`): a denoiser reads the whole release and hands the decoder the mean embedding
under what it believes of every token; decoder and soft prompt were trained with it. All of that follows from what was released, so it
costs no privacy. "Frozen model" below is DEL's plain form on the same releases: de-projection, the base model as it was, a soft prompt of its own.
"""

LIMIT_OF_ALL = "The server reads the reply it writes, and the number of tokens."

PRIORS = {
    "unigram": "how common each token is",
    "ngram": "how common each token is; the sequence attack weighs it with the bundle's n-gram model",
    "model": "how common each token is; the sequence attack weighs it with the bundle's own decoder",
}
ATTACKERS = {
    "nearest": "nearest neighbour",
    "bayes": "Bayes, each token alone",
    "sequence": "sequence, the whole message",
    "denoiser": "the server's own denoiser",
}


def retold(manifest: dict, card: str, int8_change: float) -> str:
    """The card of a bundle whose server part was made anew: the choice of d and the limits as the old `card` has them."""
    choice = re.search(r"^## Choice of d\n.*?(?=^## )", card, flags=re.S | re.M)
    limits = re.search(rf"^## Limits\n\n(.*?) {re.escape(LIMIT_OF_ALL)}", card, flags=re.S | re.M)
    if choice is None or limits is None:
        raise ValueError("the model card has no part on the choice of d, or none on limits")
    told = model_card(manifest, [], int8_change, limits[1])
    return re.sub(r"^## Choice of d\n.*?(?=^## )", lambda _: choice[0], told, count=1, flags=re.S | re.M)


def leak_section(manifest: dict) -> str:
    """What attackers read at each preset, as the manifest has it."""
    first = manifest["presets"][0]["measured"]["recovery"]
    tokens = first["attackers"]["bayes"]["tokens"]
    rows = [
        [
            preset["name"],
            ATTACKERS[name],
            *shares(found),
            f"{100 * found['baseline']:.1f}%",
            *(shares(found["rare"]) if found["rare"] else ["-", "-"]),
            "-" if found["bitsGained"] is None else f"{found['bitsGained']:.2f}",
        ]
        for preset in manifest["presets"]
        for name, found in preset["measured"]["recovery"]["attackers"].items()
    ]
    rare = first["attackers"]["bayes"]["rare"]
    denoiser = first["attackers"].get("denoiser")
    besides = f"\nThe denoiser was measured on the {denoiser['tokens']} tokens of the windows above instead." if denoiser else ""
    head = ["preset", "attacker", "names", "95% interval", "blind", "rare tokens", "95% interval", "bits a token"]
    return f"""## What the presets give away

Share of {tokens} validation tokens ({first["messages"]} messages) named correctly from one release, by attackers who know the table and the mechanism
in full and {PRIORS[first["prior"]]}. **Blind** is what the same attacker names without any payload.
{rare["tokens"] if rare else "None"} of the tokens are rare (less common than 1 in 10,000): names, mostly, and what a message is about.{besides}

{table(head, rows)}
"""


def shares(found: dict) -> list[str]:
    return [f"{100 * found['recovery']:.1f}%", f"{100 * found['low']:.1f} to {100 * found['high']:.1f}%"]


def number(loss: dict) -> str:
    return f"{loss['mean']:.3f} ± {loss['error']:.3f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m trainer.card", description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path, help="bundle folder")
    folder = parser.parse_args(argv).bundle
    section = leak_section(json.loads((folder / "manifest.json").read_text()))
    path = folder / "MODEL_CARD.md"
    card, replaced = re.subn(r"## What the presets give away\n.*?(?=^## )", lambda _: section + "\n", path.read_text(), count=1, flags=re.S | re.M)
    if replaced != 1:
        raise ValueError(f"{path} has no part on what the presets give away")
    path.write_text(card)


if __name__ == "__main__":
    main()
