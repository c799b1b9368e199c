"""`python -m trainer.gist.attack --bundle bundles/demo-intents --data DATA --run RUN`: inverters against a bundle as it is served.

Needs nothing of the run that made the bundle: the messages go through its client.onnx, and the attacker reads releases with its head.onnx."""

from __future__ import annotations

import argparse
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from torch import Tensor

from ..config import digest, remember
from . import data, inverter
from .config import GistConfig, tiny


@dataclass(frozen=True)
class Attacked:
    """What was recovered at each preset, as `inverter.share_of` has it: from the message's own release (`own`), by an attacker who never saw
    a release of what it attacks (`blind`), and from the release of another message of the same intent (`alike`)."""

    #: Told every token before the one it names.
    told: dict[str, dict[str, dict]]
    #: Told nothing but the release.
    alone: dict[str, dict[str, dict]]


def attack(head: inverter.Read, plain: list[np.ndarray], known: Tensor, ids: list[np.ndarray], x: Tensor, labels: np.ndarray,
           vocabulary: int, levels: dict[str, float], config: GistConfig, run: Path) -> Attacked:
    """Train both attackers on the messages `plain` with activations `known`, and attack the messages `ids` with activations `x`.

    What the inverter recovers beyond `alike` is all it knows of a message but its intent."""
    seeing, blind = (
        inverter.train(plain, known, head, vocabulary, list(levels.values()), unseeing, config, run / f"{name}.pt", name)
        for name, unseeing in (("inverter", False), ("blind", True))
    )
    other = np.random.default_rng(config.seed).permutation(len(ids))
    same = inverter.of_like_intent(labels, config.seed)
    attackers = {"own": (seeing, x), "blind": (blind, x[other]), "alike": (seeing, x[same])}
    found = Attacked({}, {})
    for name, mu in levels.items():
        for by_preset, how, read in ((found.told, "told what is before", inverter.recovery), (found.alone, "alone", inverter.overlap)):
            by_preset[name] = {who: read(attacker, ids, sent, mu, config) for who, (attacker, sent) in attackers.items()}
            own, unseen, alike = (by_preset[name][who] for who in attackers)
            print(f"{name}, {how}: inverter {own['recovery']:.4f} ({own['low']:.4f} to {own['high']:.4f})  "
                  f"blind {unseen['recovery']:.4f}  from the same intent {alike['recovery']:.4f}", flush=True)
    return found


class Served:
    """A bundle's two graphs."""

    def __init__(self, bundle: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self.client, self.server = (
            onnxruntime.InferenceSession(bundle / path, options, providers=["CPUExecutionProvider"])
            for path in ("client/client.onnx", "server/head.onnx")
        )

    def activations(self, ids: list[np.ndarray]) -> Tensor:
        """N x K x d."""
        return torch.from_numpy(np.stack([self.client.run(None, {"ids": message.astype(np.int32)})[0] for message in ids]))

    def head(self, estimates: Tensor, mu: Tensor) -> Tensor:
        return torch.from_numpy(self.server.run(None, {"estimates": estimates.numpy(), "mu": mu.numpy()})[0])


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m trainer.gist.attack", description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True, help="folder of a gist bundle")
    parser.add_argument("--data", type=Path, required=True, help="folder of banking77/")
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoints, and of attack.json when it is done")
    parser.add_argument("--steps", type=int, help=f"of each attacker ({GistConfig().inverter_steps})")
    parser.add_argument("--tiny", action="store_true", help="in seconds, to no use but trying out")
    options = parser.parse_args(argv)
    manifest = json.loads((options.bundle / "manifest.json").read_text(encoding="utf-8"))
    if manifest["split"] != "gist":
        parser.error(f"{options.bundle} sends every token by itself: sotto audit attacks that")
    config = tiny(GistConfig()) if options.tiny else GistConfig()
    config = dataclasses.replace(
        config, bits=manifest["presets"][0]["bits"], inverter_steps=options.steps or config.inverter_steps,
        **{"dim": manifest["dim"], "vectors": manifest["vectors"], "clip": manifest["clip"], "prompt_tokens": manifest["promptTokens"]},
    )
    graphs = {file["path"]: file["sha256"] for file in manifest["files"] if file["path"].endswith(".onnx")}
    remember(config, {"bundle": graphs, "data banking77": digest(options.data / "banking77")}, options.run)
    tokenizer, served = Tokenizer.from_file(str(options.bundle / "client/tokenizer.json")), Served(options.bundle)
    train, test = (data.banking(options.data, part) for part in ("train", "test"))
    plain, ids = (data.encode(tokenizer, messages.texts, config.prompt_tokens) for messages in (train, test))
    levels = {preset["name"]: preset["mu"] for preset in manifest["presets"]}
    found = attack(
        served.head, plain, served.activations(plain), ids, served.activations(ids), test.labels, tokenizer.get_vocab_size(),
        levels, config, options.run,
    )
    (options.run / "attack.json").write_text(json.dumps(dataclasses.asdict(found), indent=1) + "\n")


if __name__ == "__main__":
    main()
