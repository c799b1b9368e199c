"""The model card of a gist bundle, written from the same figures as its manifest."""

from __future__ import annotations

from ..card import table
from ..mechanism import Mechanism
from .attack import Attacked
from .config import GistConfig
from .measure import message_bits


def model_card(manifest: dict, config: GistConfig, trained: dict) -> str:
    clean = manifest["measured"]["clean"]
    attacked: Attacked = trained["attacked"]
    rows = [["no noise", "-", "-", *accuracy(clean), "1", *["-"] * 7]]
    for preset in manifest["presets"]:
        mechanism = Mechanism(preset["mu"], preset["bits"], manifest["dim"], manifest["clip"])
        found, inverter = preset["measured"]["accuracy"], preset["measured"]["inverter"]
        rows.append(
            [
                preset["name"],
                f"{preset['mu']:g}",
                f"{message_bits(mechanism, manifest['vectors']):.2f}",
                *accuracy(found),
                f"{found['share'] / clean['share']:.2f}" if clean["share"] else "-",
                percent(inverter["recovery"]),
                f"{100 * inverter['low']:.1f} to {percent(inverter['high'])}",
                percent(inverter["baseline"]),
                percent(attacked.told[preset["name"]]["alike"]["recovery"]),
                *(percent(attacked.alone[preset["name"]][who]["recovery"]) for who in ("own", "blind", "alike")),
            ]
        )
    head = ["preset", "mu", "bits", "accuracy", "95% interval", "of clean", "inverter", "95% interval", "blind", "same intent"]
    head += ["alone", "blind alone", "same intent alone"]
    data = "\n".join(f"- {entry['name']}: {entry['licence']}" for entry in manifest["licence"]["data"])
    model, coordinates = manifest["model"], manifest["vectors"] * manifest["dim"]
    spans = ", ".join(map(str, config.spans))
    return f"""# {manifest["id"]}

{manifest["description"]}

The browser turns the message into {manifest["vectors"]} vector of {manifest["dim"]} numbers and releases it once, under the binomial mechanism with {config.bits} bits a coordinate; the server sees nothing else of it. {model["parameters"] / 1e6:.2f} M parameters, trained from scratch.

## What the presets are worth, and what they give away

Banking77's test set, {clean["messages"]} messages, {config.draws} releases of each. Bits are the most a server can learn of the whole message, whatever
it knows. **Inverter** is the share of {manifest["presets"][0]["measured"]["inverter"]["tokens"]} test tokens that an attacker trained on releases names right when it is told every token before
them, which helps it more than any real attacker is helped. **Blind** is the same attacker, trained and run with the
release of another message. **Same intent** is the inverter given the release of another message of the same intent: what it names beyond that is all
that it reads of a message besides what the message is about. **Alone** the same attackers are told nothing but the release, and write as many
tokens as the message has: the share of its tokens that are among them, wherever they stand.

{table(head, rows)}

## How it was made

Byte-level BPE of {model["vocabulary"]} tokens, trained on the training texts. Embeddings of {config.width}, convolutions over {spans} tokens with {config.filters} filters each,
the greatest value of each filter, a linear layer to the labels. The likely labels' codes, ±1 on {coordinates} coordinates and far from each other, are mixed and
pressed against the walls of the box. The server's head weighs every code by its likelihood at this noise. Both were trained together on
{trained["banking"]} messages of Banking77 under noise of mu {config.mu_range[0]:g} to {config.mu_range[1]:g}, with {trained["clinc"]} of CLINC150 as a second task that is not served: {config.steps} steps,
random tokens and merges left out, label smoothing {config.label_smoothing:g}; what is served is the running mean of the parameters. Choices were made on the
other tenth of its training messages, never on the test set. The inverter is a recurrent decoder, {config.inverter_steps} steps on all training messages.

## Data and licences

Weights: {manifest["licence"]["weights"]}. Trained on:

{data}

`client/messages.*` holds example questions written for this bundle, for the leak preview; none is of the data above.

## What it is not

Not a bank's help desk, and not advice: the help texts are generic. It knows {len(manifest["labels"])} intents in English and has no answer for anything else; a question about something
else gets one of them all the same. The server learns the intent as far as the bits allow: that is what it is for. How long the message was is not sent, but that
there was one is seen, and when. A stronger inverter than the one measured may exist; the bits bound them all.
"""


def accuracy(found: dict) -> list[str]:
    return [f"{found['share']:.3f}", f"{found['low']:.3f} to {found['high']:.3f}"]


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"
