"""The gist split, on a tiny run over invented questions."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import random
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer

from trainer import progress
from trainer.gist import attack, data, inverter, measure, model, training
from trainer.gist.__main__ import make
from trainer.gist.card import model_card
from trainer.gist.config import GistConfig, tiny
from trainer.gist.export import LABELS
from trainer.tests.conftest import invented

CONFIG = tiny(GistConfig())
NAMES = [label["name"] for label in json.loads(LABELS.read_text())]


def questions(count: int, seed: int) -> list[tuple[str, str]]:
    """Every label `count` times: a question that names it, and some words."""
    rng = random.Random(seed)
    return [(f"{name.replace('_', ' ')} {rng.choice(invented(seed, 3))[:20]}?", name) for name in NAMES for _ in range(count)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("questions")
    for name in ("banking77", "clinc150"):
        (folder / name).mkdir()
    (folder / "banking77/categories.json").write_text(json.dumps(NAMES))
    for part, count in (("train", 3), ("test", 1)):
        with (folder / f"banking77/{part}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("text", "category"), *questions(count, len(part))])
    (folder / "clinc150/data_full.json").write_text(json.dumps({"train": [[text, name[:1]] for text, name in questions(1, 9)]}))
    return folder


@pytest.fixture(scope="module")
def bundle(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "demo-intents"
    make(source, folder, folder.parent / "run", CONFIG)
    return folder


@pytest.mark.parametrize("mu", [3.0, 12.0])
def test_the_surrogate_has_the_mean_and_variance_of_the_mechanism(mu: float) -> None:
    mechanism = measure.mechanism_at(mu, CONFIG)
    x = torch.tensor([-1.0, -0.5, 0.0, 1.0]).repeat(CONFIG.dim // 4)[None, None]
    many = 40_000
    torch.manual_seed(0)
    drawn = model.surrogate(x.expand(many, 1, -1), torch.full((many,), mu), CONFIG)
    real = mechanism.estimate(mechanism.release(x.expand(many, 1, -1), torch.Generator().manual_seed(1)))
    expected = (mechanism.amplitude**2 - x[0, 0] ** 2) / mechanism.rounds
    for found in (drawn, real):
        # Six standard errors of a mean and of a variance.
        assert ((found.mean(0)[0] - x[0, 0]).abs() < 6 * (expected / many).sqrt()).all()
        assert ((found.var(0)[0] / expected - 1).abs() < 6 * (2 / many) ** 0.5).all()


def test_the_surrogate_lets_the_gradient_through() -> None:
    x = torch.zeros(2, 1, CONFIG.dim, requires_grad=True)
    model.surrogate(x, torch.tensor([6.0, 12.0]), CONFIG).sum().backward()
    assert torch.equal(x.grad, torch.ones_like(x))


def test_codes_are_far_from_each_other() -> None:
    codes = model.class_codes(77, 128)
    assert torch.equal(codes @ codes.T, 128 * torch.eye(77))
    assert (model.class_codes(77, 16).abs() == 1).all()


def test_presets_stay_within_their_bits() -> None:
    config = GistConfig()
    for _, bits in config.presets:
        mu = measure.mu_for_bits(bits, config)
        assert measure.message_bits(measure.mechanism_at(mu, config), 1) <= bits
        assert measure.message_bits(measure.mechanism_at(mu + 0.01, config), 1) > bits


def test_padding_changes_no_activation() -> None:
    encoder = model.Encoder(CONFIG, 320, 77, 0).eval()
    ids = [np.array([5]), np.array([7, 8, 9, 10, 11]), np.arange(20, 50)]
    rows = data.padded(ids)
    logits = encoder.classifier.labels(encoder.classifier.pooled(rows, model.valid_places(rows)))
    for together, alone in zip(encoder.activations(logits), ids):
        assert torch.allclose(together, encoder(torch.from_numpy(alone)), atol=1e-6)


def test_the_bundle_fulfils_its_contract(bundle: Path, source: Path) -> None:
    manifest = json.loads((bundle / "manifest.json").read_text())
    assert manifest["split"] == "gist" and manifest["tasks"] == ["classify"]
    assert [label["name"] for label in manifest["labels"]] == NAMES
    assert all(label["title"] and label["help"] for label in manifest["labels"])
    assert [preset["name"] for preset in manifest["presets"]] == ["strict", "balanced", "light"]
    assert {file["path"] for file in manifest["files"]} == {
        "client/client.onnx", "client/tokenizer.json", "client/tokenizer_config.json", "client/messages.json",
        "client/messages.bin", "server/head.onnx",
    }
    for file in manifest["files"]:
        content = (bundle / file["path"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())

    client = onnxruntime.InferenceSession(bundle / "client/client.onnx")
    head = onnxruntime.InferenceSession(bundle / "server/head.onnx")
    assert [(i.name, i.type) for i in client.get_inputs()] == [("ids", "tensor(int32)")]
    width = manifest["vectors"] * manifest["dim"]

    def activations(ids: list[int]) -> np.ndarray:
        return client.run(["activations"], {"ids": np.array(ids, dtype=np.int32)})[0]

    assert np.array_equal(activations(manifest["probe"]["ids"]), np.float32(manifest["probe"]["activations"]))
    messages = json.loads((bundle / "client/messages.json").read_text())["messages"]
    stored = np.frombuffer((bundle / "client/messages.bin").read_bytes(), dtype=np.int8).reshape(len(messages), width)
    assert {label for _, label in messages} == set(range(len(NAMES)))
    tokenizer = Tokenizer.from_file(str(bundle / "client/tokenizer.json"))
    for (text, _), row in list(zip(messages, stored))[:5]:
        x = activations(tokenizer.encode(text).ids[: manifest["promptTokens"]])
        assert x.shape == (manifest["vectors"], manifest["dim"]) and np.abs(x).max() <= manifest["clip"]
        assert np.abs(x.ravel() / manifest["clip"] * 127 - row).max() < 0.51
    assert activations([5]).shape == (manifest["vectors"], manifest["dim"])
    read = head.run(["logits"], {"estimates": np.ones((4, width), np.float32), "mu": np.full((4, 1), 8, np.float32)})[0]
    assert read.shape == (4, len(NAMES)) and np.allclose(np.exp(read).sum(1), 1, atol=1e-3)


def test_what_is_written_alone_follows_from_what_was_written_before() -> None:
    labels = 7
    generator = torch.Generator().manual_seed(3)
    reading = torch.randn(CONFIG.vectors * CONFIG.dim, labels, generator=generator)
    attacker = inverter.Inverter(CONFIG, lambda estimates, mu: (estimates @ reading).log_softmax(1), 320, torch.arange(300, 320)).eval()
    for parameter in attacker.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, generator=generator)
    x = torch.rand(6, CONFIG.vectors, CONFIG.dim, generator=generator) * 2 - 1
    released, mu = inverter.estimates(x, 8.0, CONFIG, generator), torch.full((6, 1), 8.0)
    with torch.no_grad():
        # Word by word it computes what it does of the whole.
        before, told, state = torch.randint(300, 320, (6, 9), generator=generator), attacker.told(released, mu), None
        whole, _ = attacker.hidden(before, told, None)
        for t in range(9):
            row, state = attacker.hidden(before[:, t : t + 1], told, state)
            assert torch.allclose(row[:, 0], whole[:, t], atol=1e-5)
        # Told its own words, it goes on as it did.
        written = attacker.write(released, mu, 9)
        assert written.shape == (6, 9) and len(written.unique()) > 1
        assert torch.equal(attacker.known[attacker(released, mu, written).argmax(1)].unflatten(0, (6, 9)), written)


def test_tokens_written_alone_count_once_each_wherever_they_stand() -> None:
    class Writer:
        def write(self, released: torch.Tensor, mu: torch.Tensor, length: int) -> torch.Tensor:
            return torch.tensor([[5, 5, 7, 9], [8, 6, 4, 4]])[: len(released), :length]

    x = torch.zeros(2, CONFIG.vectors, CONFIG.dim)
    found = inverter.overlap(Writer(), [np.array([7, 5, 6]), np.array([4, 8, 4, 4])], x, 8.0, CONFIG)
    assert (found["recovery"], found["tokens"]) == (round(5 / 7, 4), 7)
    assert 0 <= found["low"] < found["recovery"] < found["high"] <= 1


def test_a_bundle_is_attacked_without_the_run_that_made_it(bundle: Path, source: Path, tmp_path: Path) -> None:
    options = ["--bundle", str(bundle), "--data", str(source), "--run", str(tmp_path / "run"), "--tiny"]
    attack.main(options)
    found = json.loads((tmp_path / "run/attack.json").read_text())
    presets = [preset["name"] for preset in json.loads((bundle / "manifest.json").read_text())["presets"]]
    for how in ("told", "alone"):
        assert list(found[how]) == presets
        for shares in found[how].values():
            assert list(shares) == ["own", "blind", "alike"]
            assert all(0 <= share["low"] <= share["recovery"] <= share["high"] <= 1 for share in shares.values())
    with pytest.raises(ValueError, match="inverter_steps"):
        attack.main([*options, "--steps", "7"])
    (tmp_path / "manifest.json").write_text(json.dumps({"split": "token"}))
    with pytest.raises(SystemExit):
        attack.main(["--bundle", str(tmp_path), *options[2:]])


def test_the_card_of_a_model_that_learned_nothing_has_no_share_of_its_clean_accuracy(bundle: Path) -> None:
    manifest = json.loads((bundle / "manifest.json").read_text())
    manifest["measured"]["clean"] |= {"share": 0.0}
    nothing = {who: {"recovery": 0.0} for who in ("own", "blind", "alike")}
    unread = {preset["name"]: nothing for preset in manifest["presets"]}
    trained = {"banking": 1, "clinc": 1, "attacked": attack.Attacked(unread, unread)}
    rows = [line.split("|")[6].strip() for line in model_card(manifest, CONFIG, trained).splitlines() if line.startswith("| strict ")]
    assert rows == ["-"]
    manifest["measured"]["clean"] |= {"share": 0.5}
    manifest["presets"][0]["measured"]["accuracy"] |= {"share": 0.25}
    assert "| 0.50 |" in model_card(manifest, CONFIG, trained)


def test_training_that_was_cut_off_goes_on(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "CHECKPOINT_EVERY", 4)
    messages = data.banking(source, "train")
    tokenizer = data.train_tokenizer(messages.texts, CONFIG.vocabulary)
    texts = training.TextSet(data.variants(tokenizer, messages.texts, 64, 1, 0.1, 0), messages.labels)

    def train(name: str) -> dict[str, torch.Tensor]:
        vocabulary = tokenizer.get_vocab_size()
        return training.train(texts, texts, vocabulary, len(NAMES), len(NAMES), CONFIG, tmp_path / name, "split").state_dict()

    whole = train("whole.pt")

    class CutOff(Exception):
        pass

    step = progress.Progress.step

    def cut(self: progress.Progress, done: int, figures: dict[str, float]) -> None:
        step(self, done, figures)
        if done == 6:
            raise CutOff

    with monkeypatch.context() as patched, pytest.raises(CutOff):
        patched.setattr(progress.Progress, "step", cut)
        train("cut.pt")
    resumed = train("cut.pt")
    assert all(torch.equal(resumed[name], whole[name]) for name in whole)


def test_another_configuration_is_refused(bundle: Path, source: Path) -> None:
    with pytest.raises(ValueError, match="steps"):
        make(source, bundle, bundle.parent / "run", dataclasses.replace(CONFIG, steps=20))
