"""The model card of a bundle, written from the same figures as its manifest."""

from __future__ import annotations


def model_card(manifest: dict, trials: list[dict], int8_change: float) -> str:
    measured = manifest["measured"]
    rows = [
        ["no prefix at all", "-", "-", number(measured["none"]), *["-"] * 5],
        [
            "clean prefix (no privacy)",
            "-",
            "1.000",
            *(number(measured["clean"][name]) for name in ("released", "control", "worth")),
            *["-"] * 3,
        ],
        [
            "off (projection, no noise)",
            "-",
            "-",
            number(measured["off"]["released"]),
            number(measured["off"]["control"]),
            number(measured["off"]["worth"]),
            *["-"] * 3,
        ],
    ]
    for preset in manifest["presets"]:
        found, bare, soft = (
            preset["measured"][key] for key in ("recovery", "withoutSoftPrompt", "withSoftPrompt")
        )
        rows.append(
            [
                preset["name"],
                f"{preset['mu']:g}",
                f"{found['bayes']:.3f}",
                number(bare["released"]),
                number(bare["control"]),
                number(bare["worth"]),
                number(soft["released"]),
                number(soft["control"]),
                number(soft["worth"]),
            ]
        )
    head = ["preset", "mu", "recovery", "loss", "control", "worth", "loss, soft prompt", "control, soft prompt", "worth, soft prompt"]
    first = manifest["presets"][0]["measured"]["recovery"]
    recovery_rows = [
        [
            preset["name"],
            f"{preset['measured']['recovery']['bayes']:.3f}",
            f"{preset['measured']['recovery']['low']:.3f} to {preset['measured']['recovery']['high']:.3f}",
            f"{preset['measured']['recovery']['nearest']:.3f}",
            f"{preset['measured']['recovery']['baseline']:.3f}",
        ]
        for preset in manifest["presets"]
    ]
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
    data = "\n".join(f"- {entry['name']}: {entry['licence']}" for entry in manifest["licence"]["data"])
    model = manifest["model"]
    return f"""# {manifest["id"]}

{manifest["description"]} Base: {model["name"]} ({model["architecture"]}, {model["parameters"] / 1e6:.1f} M parameters, vocabulary
{model["vocabulary"]}, hidden {model["hidden"]}), frozen. Made by `trainer/` as DEL (arXiv 2602.11513) describes: a linear projection to d = {manifest["dim"]},
clip bound {manifest["clip"]:.4f}, binomial quantizer of {manifest["presets"][0]["bits"]} bits, one soft prompt of {manifest["softPromptTokens"]} virtual tokens a preset.

## What the presets are worth

Loss is nats a token of the clean continuation, over {measured["none"]["windows"]} windows of validation text; ± is one standard error. **Control** is the
same server given the release of another text: only what lies below it was learned from the message. **Worth** is that
difference, window by window.

{table(head, rows)}

The server's weights are stored as int8, which moves the loss after a clean prefix by {100 * int8_change:+.3f}%.

## What the presets give away

Share of {first["tokens"]} validation tokens named correctly from one release, with full knowledge of the table, the mechanism and word
frequencies. Stronger attackers (language priors) read more; they are not measured here.

{table(["preset", "Bayes, unigram prior", "95% interval", "nearest neighbour", "no payload"], recovery_rows)}

## Choice of d

Short training at each d; loss with no noise, and what the released prefix is worth over its control (nats a token, no soft
prompt) at the mu that meets each preset's recovery.

{table(["d", "clip", "loss, no noise", *(f"{p['name']}, mu: worth" for p in manifest["presets"])], trial_rows)}

## Data and licences

Weights: {manifest["licence"]["weights"]}. Trained on:

{data}

## Limits

Short simple English. Not a source of facts. The server reads the reply it writes, and the number of tokens.
"""


def number(loss: dict) -> str:
    return f"{loss['mean']:.3f} ± {loss['error']:.3f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
