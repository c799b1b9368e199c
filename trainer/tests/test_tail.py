"""A tail for a tiny bundle: trained, written, and read as the server reads it."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import math
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file

from trainer import progress
from trainer.tail import __main__ as tailing
from trainer.tail import export, training
from trainer.tail.config import TailConfig, tiny
from trainer.tail.model import Tail, load
from trainer.tail.noise import Box, release
from trainer.tail.shipped import shipped, table_of

delmain = importlib.import_module("trainer.del").main


@pytest.fixture(scope="module")
def plain(base: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle as DEL makes it."""
    folder = tmp_path_factory.mktemp("plain")
    arguments = ["--model", base, "--data", data, "--out", folder / "bundle", "--run", folder / "run", "--tiny", "--device", "cpu"]
    delmain([str(a) for a in arguments])
    return folder / "bundle"


@pytest.fixture(scope="module")
def made(plain: Path, base: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bundle, run and reference vectors of a tail."""
    folder = tmp_path_factory.mktemp("tail")
    tailing.main(arguments(plain, base, data, folder))
    return folder


def arguments(plain: Path, base: Path, data: Path, folder: Path) -> list[str]:
    paths = ["--bundle", plain, "--model", base, "--data", data, "--run", folder / "run", "--out", folder / "bundle"]
    return [str(a) for a in [*paths, "--reference", folder / "reference.json", "--tiny"]]


def rounded(made: Path) -> Tail:
    return export.served(load(made / "run"))


def test_the_client_part_stays_as_it_was_and_the_manifest_names_every_file(made: Path, plain: Path) -> None:
    manifest = json.loads((made / "bundle/manifest.json").read_text())
    for file in (plain / "client").iterdir():
        assert (made / "bundle/client" / file.name).read_bytes() == file.read_bytes()
    listed = {entry["path"]: entry for entry in manifest["files"]}
    assert "client/denoiser.onnx" in listed and "client/client.onnx" in listed
    for path, entry in listed.items():
        content = (made / "bundle" / path).read_bytes()
        assert len(content) == entry["bytes"] and hashlib.sha256(content).hexdigest() == entry["sha256"]
    for preset in manifest["presets"]:
        measured = preset["measured"]
        assert measured["recovery"]["attackers"]["denoiser"]["tokens"] > 0
        assert measured["frozenModel"] != measured["withSoftPrompt"]
    card = (made / "bundle/MODEL_CARD.md").read_text()
    assert "trained for the noise" in card and "## Choice of d" in card and "frozen model" in card


def test_a_second_tail_keeps_what_the_frozen_model_did(made: Path, plain: Path) -> None:
    out = made / "again"
    tail = rounded(made)
    export.bundle(made / "bundle", out, tail, json.loads((made / "run/measured.json").read_text()))
    first, again = (json.loads((folder / "manifest.json").read_text()) for folder in (made / "bundle", out))
    for one, other in zip(first["presets"], again["presets"], strict=True):
        assert one["measured"]["frozenModel"] == other["measured"]["frozenModel"]


def test_a_second_tail_leaves_no_denoiser_where_bundles_had_it_once(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "bundle", tmp_path / "old")
    (tmp_path / "old/client/denoiser.onnx").rename(tmp_path / "old/server/denoiser.onnx")
    export.bundle(tmp_path / "old", tmp_path / "new", rounded(made), json.loads((made / "run/measured.json").read_text()))
    assert not (tmp_path / "new/server/denoiser.onnx").exists()
    listed = [entry["path"] for entry in json.loads((tmp_path / "new/manifest.json").read_text())["files"]]
    assert "client/denoiser.onnx" in listed and "server/denoiser.onnx" not in listed


# Some tokens public, all of them, none.
PUBLIC = {"some": lambda places: places % 4 == 3, "all": lambda places: places >= 0, "none": lambda places: places < 0}


@pytest.mark.parametrize("told", PUBLIC)
@pytest.mark.parametrize("tokens", [1, 7, 40, 300])
@torch.no_grad()
def test_the_denoiser_graph_computes_what_pytorch_does(made: Path, tokens: int, told: str) -> None:
    tail = rounded(made)
    generator = torch.Generator().manual_seed(tokens)
    ids = torch.randint(0, len(tail.embeddings), (1, tokens), generator=generator)
    mu = torch.tensor([2.0, 6.0, math.inf]).repeat(tokens)[None, :tokens]
    public = PUBLIC[told](torch.arange(tokens))[None]
    seen = release(ids, tail.denoiser.table, tail.embeddings, mu, public, tail.box, generator)
    # As a server runs it: its weights unpacked and not fused into products with int8 activations.
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(made / "bundle/client/denoiser.onnx", options)
    given = {
        "estimates": seen.estimates[0].numpy(),
        "precision": seen.precision.T.numpy(),
        "ids": torch.where(public, ids, -1)[0].int().numpy(),
    }
    rows, belief = session.run(["rows", "belief"], given)
    expected = tail.denoiser(seen.estimates, seen.precision, seen.clean, seen.public)
    for found, wanted in zip((rows, belief), (part[0].numpy() for part in expected), strict=True):
        assert found.shape == wanted.shape
        assert np.abs(found - wanted).max() < 1e-5 * max(1.0, np.abs(wanted).max())


def test_soft_prompts_are_those_of_the_presets(made: Path) -> None:
    manifest = json.loads((made / "bundle/manifest.json").read_text())
    prompts = load_file(made / "bundle/server/soft_prompts.safetensors")
    tail = load(made / "run")
    for preset in manifest["presets"]:
        assert torch.equal(prompts[preset["name"]], tail.prompt(preset["mu"]))
        assert len(prompts[preset["name"]]) == manifest["softPromptTokens"]
    assert not torch.equal(tail.prompt(1.0), tail.prompt(9.0))


@torch.no_grad()
def test_without_training_the_denoiser_is_bayes_on_each_token_alone(base: Path, plain: Path) -> None:
    manifest = json.loads((plain / "manifest.json").read_text())
    table = table_of(plain)
    prior = torch.rand(len(table), generator=torch.Generator().manual_seed(3)) + 0.1
    prior /= prior.sum()
    model = importlib.import_module("trainer.base_model").frozen_model(base, torch.device("cpu"))
    box = Box(manifest["dim"], manifest["clip"])
    tail = Tail(model, table, prior, box, tiny(TailConfig()))
    ids = torch.arange(12)[None]
    mu = torch.full(ids.shape, 5.0)
    generator = torch.Generator().manual_seed(5)
    seen = release(ids, table, tail.embeddings, mu, torch.zeros(ids.shape, dtype=torch.bool), box, generator)
    belief = tail.posterior(seen.estimates, seen.precision, seen.clean, seen.public).exp()
    mechanism = box.mechanism(5.0)
    levels = ((seen.estimates / mechanism.amplitude + 1) / 2 * mechanism.rounds).round()
    attack = importlib.import_module("trainer.attack")
    exact = attack.bayes_scores(levels[0], table, prior.double().log(), mechanism).softmax(1)
    # The evidence is to second order in z / A.
    assert (belief[0] - exact).abs().max() < 0.02


def test_a_release_has_each_token_at_its_own_noise(base: Path, plain: Path) -> None:
    table = table_of(plain)
    box = Box(table.shape[1], float(table.abs().max()))
    many = 20_000
    ids = torch.full((1, 2 * many), 5)
    mu = torch.cat([torch.full((1, many), 2.0), torch.full((1, many), 8.0)], dim=1)
    seen = release(ids, table, torch.zeros(len(table), 4), mu, torch.zeros(ids.shape, dtype=torch.bool), box, torch.Generator().manual_seed(1))
    for part in (slice(0, many), slice(many, 2 * many)):
        errors = seen.estimates[0, part] - table[5]
        variance = 1 / seen.precision[0, part][0]
        assert errors.mean().abs() < 6 * (variance / many / table.shape[1]).sqrt()
        assert abs(float(errors.var() / variance) - 1) < 0.1


def test_noise_levels_are_of_every_kind() -> None:
    config = dataclasses.replace(TailConfig(), mixed=0.5, noiseless=0.2)
    mu, public = training.noise_levels(config, 400, 30, np.random.default_rng(0))
    low, high = config.mu
    finite = mu[mu.isfinite()]
    assert finite.min() >= low and finite.max() <= high
    assert mu.isinf().all(1).any() and public.any()
    kinds = torch.tensor([len(set(row.tolist())) for row in mu])
    assert (kinds == 1).any() and (kinds == 2).any()


def test_a_training_that_was_cut_off_goes_on_to_the_same_weights(
    plain: Path, base: Path, data: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "CHECKPOINT_EVERY", 2)
    told = progress.Progress.step

    def cut(self: progress.Progress, done: int, figures: dict[str, float]) -> None:
        told(self, done, figures)
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(progress.Progress, "step", cut)
    with pytest.raises(KeyboardInterrupt):
        tailing.main(arguments(plain, base, data, tmp_path))
    monkeypatch.setattr(progress.Progress, "step", told)
    tailing.main(arguments(plain, base, data, tmp_path))
    for name, value in load(made / "run").state_dict().items():
        assert torch.allclose(value, load(tmp_path / "run").state_dict()[name], atol=1e-6), name


def test_the_tail_of_a_bundle_is_read_back_to_the_bit(made: Path, base: Path) -> None:
    expected = rounded(made).state_dict()
    found = shipped(made / "bundle", base).state_dict()
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        exact = name not in ("base", "slope")
        assert torch.equal(found[name], value) if exact else torch.allclose(found[name], value, atol=1e-5), name


def test_a_bundle_without_a_tail_has_none_to_read(plain: Path, base: Path) -> None:
    with pytest.raises(ValueError, match="denoiser.onnx is missing"):
        shipped(plain, base)


def test_a_training_starts_from_the_tail_of_a_bundle(made: Path, plain: Path, base: Path, data: Path, tmp_path: Path) -> None:
    options = ["--bundle", plain, "--model", base, "--data", data, "--run", tmp_path / "run", "--tiny", "--steps", "0"]
    tailing.main([str(a) for a in [*options, "--start-from", made / "bundle"]])
    expected = shipped(made / "bundle", base).state_dict()
    for name, value in load(tmp_path / "run").state_dict().items():
        assert torch.equal(value, expected[name]), name


def test_a_learned_projection_moves_and_stays_in_its_box(plain: Path, base: Path, data: Path, tmp_path: Path) -> None:
    options = ["--bundle", plain, "--model", base, "--data", data, "--run", tmp_path / "run", "--tiny", "--learn-projection", "0.1"]
    tailing.main([str(a) for a in options])
    tail, given = load(tmp_path / "run"), table_of(plain)
    table = tail.denoiser.table
    assert table.shape == given.shape and table.abs().max() <= tail.box.clip
    assert (table - given.clamp(-tail.box.clip, tail.box.clip)).abs().max() > 1e-5


def test_what_is_named_pushes_the_projection_the_other_way(plain: Path, base: Path, data: Path, tmp_path: Path) -> None:
    """The same run, nothing to pay and a high price: to be told apart rows must be long, and are shorter at the price."""

    def length(price: str) -> float:
        run = tmp_path / price
        options = ["--bundle", plain, "--model", base, "--data", data, "--run", run, "--tiny", "--learn-projection", price, "--steps", "40"]
        tailing.main([str(a) for a in options])
        return float(load(run).denoiser.table.norm())

    assert length("20") < length("0")


def test_a_learned_projection_makes_no_bundle(plain: Path, base: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        tailing.main([*arguments(plain, base, data, tmp_path), "--learn-projection", "0"])
    assert "changes what clients send" in capsys.readouterr().err
