"""The whole road on a tiny random model: every stage, the bundle it leaves, and what its graphs compute."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from trainer import onnx_files
from trainer.card import main as carding
from trainer.projection import Projection

delmain = importlib.import_module("trainer.del").main


@pytest.fixture(scope="module")
def made(base: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    folder = tmp_path_factory.mktemp("made")
    bundle, run, reference = folder / "bundle", folder / "run", folder / "reference.json"
    arguments = ["--model", base, "--data", data, "--out", bundle, "--run", run, "--reference", reference, "--tiny"]
    delmain([str(a) for a in [*arguments, "--device", "cpu"]])
    return bundle, run, reference


def test_the_manifest_names_every_file_by_length_and_hash(made: tuple[Path, Path, Path]) -> None:
    bundle = made[0]
    manifest = json.loads((bundle / "manifest.json").read_text())
    listed = {entry["path"] for entry in manifest["files"]}
    found = {p.relative_to(bundle).as_posix() for part in ("client", "server") for p in (bundle / part).iterdir()}
    assert listed == found
    for entry in manifest["files"]:
        content = (bundle / entry["path"]).read_bytes()
        assert len(content) == entry["bytes"] and hashlib.sha256(content).hexdigest() == entry["sha256"]


def test_presets_meet_their_recovery_targets(made: tuple[Path, Path, Path]) -> None:
    manifest = json.loads((made[0] / "manifest.json").read_text())
    for preset, target in zip(manifest["presets"], (0.10, 0.25, 0.50), strict=True):
        assert preset["measured"]["recovery"]["attackers"]["bayes"]["recovery"] <= target
    mus = [preset["mu"] for preset in manifest["presets"]]
    assert mus == sorted(mus)


def test_the_client_graph_gives_rows_of_the_projected_table(made: tuple[Path, Path, Path]) -> None:
    bundle = made[0]
    manifest = json.loads((bundle / "manifest.json").read_text())
    session = onnxruntime.InferenceSession(bundle / "client/client.onnx")
    ids = np.array(manifest["probe"]["ids"], dtype=np.int32)
    (activations,) = session.run(None, {"ids": ids})
    assert np.array_equal(activations, np.array(manifest["probe"]["activations"], dtype=np.float32))


def decode(bundle: Path, rows: np.ndarray, pieces: list[int], layers: int, heads: int, width: int) -> np.ndarray:
    """Logits of the last position after feeding rows in pieces of the given lengths."""
    # As the server does: int8 weights are unpacked once, at the start, and computed with in fp32. Left to itself the runtime
    # would fuse them into products with int8 activations.
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(bundle / "server/decoder.onnx", options)
    names = onnx_files.cache_names(layers, "past_key_values")
    # Columns that are not written yet may hold anything finite.
    capacity = sum(pieces) + 3
    past = [
        np.full((1, heads, width, capacity) if t % 2 == 0 else (1, heads, capacity, width), 1e3, dtype=np.float32)
        for t in range(len(names))
    ]
    start = 0
    for length in pieces:
        end = start + length
        logits, *fresh = session.run(
            None,
            {
                "inputs_embeds": rows[None, start:end],
                "past_lengths": np.array([start], dtype=np.int64),
                **dict(zip(names, past, strict=True)),
            },
        )
        for t, columns in enumerate(fresh):
            if t % 2 == 0:
                past[t][..., start:end] = columns.swapaxes(2, 3)
            else:
                past[t][:, :, start:end] = columns
        start = end
    return logits[0, -1]


def test_the_split_computation_equals_the_whole_one(made: tuple[Path, Path, Path], base: Path) -> None:
    """Noise off: client.onnx -> de-projection -> decoder.onnx against PyTorch on the same rows, in one piece and in many."""
    bundle = made[0]
    manifest = json.loads((bundle / "manifest.json").read_text())
    shape = manifest["model"]
    model = onnx_files.round_weights(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval())
    ids = np.arange(10, 30, dtype=np.int32)
    (activations,) = onnxruntime.InferenceSession(bundle / "client/client.onnx").run(None, {"ids": ids})
    deprojection = load_file(bundle / "server/deprojection.safetensors")["deprojection"].numpy()
    rows = activations @ deprojection
    with torch.no_grad():
        expected = model(inputs_embeds=torch.from_numpy(rows)[None]).logits[0, -1].numpy()
    for pieces in ([20], [19, 1], [5, 5, 10], [1] * 20):
        found = decode(bundle, rows, pieces, shape["layers"], shape["keyValueHeads"], shape["headDim"])
        assert np.abs(found - expected).max() < 1e-4


def test_reference_cases_hold_what_they_say(made: tuple[Path, Path, Path]) -> None:
    bundle, _, reference = made
    manifest = json.loads((bundle / "manifest.json").read_text())
    cases = json.loads(reference.read_text())["cases"]
    assert {case["preset"] for case in cases} == {"strict", "balanced", "light", "off"}
    for case in cases:
        logits = np.frombuffer(base64.b64decode(case["logits"]), dtype=np.float32)
        assert len(logits) == manifest["model"]["vocabulary"]
        if case["preset"] != "off":
            levels = np.frombuffer(base64.b64decode(case["levels"]), dtype=np.uint8)
            assert len(levels) == len(case["ids"]) * manifest["dim"] and levels.max() <= 15


def test_a_run_that_was_interrupted_goes_on_and_one_with_another_configuration_is_refused(
    made: tuple[Path, Path, Path], base: Path, data: Path
) -> None:
    bundle, run, _ = made
    before = (bundle / "server/soft_prompts.safetensors").read_bytes()
    # As if cut off in soft-prompt training: its result is gone, its checkpoint is there.
    light = json.loads((bundle / "manifest.json").read_text())["presets"][-1]["mu"]
    (run / f"soft-prompt-{light:g}.pt").unlink()
    arguments = [str(a) for a in ["--model", base, "--data", data, "--out", bundle, "--run", run, "--device", "cpu"]]
    delmain([*arguments, "--tiny"])
    assert (bundle / "server/soft_prompts.safetensors").read_bytes() == before
    with pytest.raises(ValueError, match="another configuration"):
        delmain(arguments)


def test_presets_that_are_given_cost_their_own_soft_prompts_alone(
    made: tuple[Path, Path, Path], base: Path, data: Path, tmp_path: Path
) -> None:
    bundle, run, _ = made
    manifest = json.loads((bundle / "manifest.json").read_text())
    mus = {preset["name"]: preset["mu"] for preset in manifest["presets"]}
    projection = (run / "projection.pt").stat().st_mtime_ns
    kept = (run / f"soft-prompt-{mus['strict']:g}.pt").stat().st_mtime_ns
    presets = tmp_path / "presets.json"
    presets.write_text(json.dumps({"strict": mus["strict"], "open": 3.25}))
    out = tmp_path / "bundle"
    arguments = ["--model", base, "--data", data, "--out", out, "--run", run, "--presets", presets, "--device", "cpu", "--tiny"]
    delmain([str(a) for a in arguments])
    given = json.loads((out / "manifest.json").read_text())
    assert {preset["name"]: preset["mu"] for preset in given["presets"]} == {"strict": mus["strict"], "open": 3.25}
    assert set(load_file(out / "server/soft_prompts.safetensors")) == {"strict", "open"}
    assert (run / "projection.pt").stat().st_mtime_ns == projection
    assert (run / f"soft-prompt-{mus['strict']:g}.pt").stat().st_mtime_ns == kept


@pytest.mark.parametrize("text", ["[]", "{}", '{"strict": 0}', '{"strict": "2"}', "{"])
def test_presets_that_are_no_presets_are_refused(text: str, base: Path, data: Path, tmp_path: Path) -> None:
    presets = tmp_path / "presets.json"
    presets.write_text(text)
    with pytest.raises(SystemExit):
        delmain(["--model", str(base), "--data", str(data), "--out", str(tmp_path / "out"), "--presets", str(presets)])


def test_the_card_says_what_the_manifest_says_after_new_figures(made: tuple[Path, Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    manifest = json.loads((made[0] / "manifest.json").read_text())
    card = (made[0] / "MODEL_CARD.md").read_text()
    attackers = manifest["presets"][0]["measured"]["recovery"]["attackers"]
    attackers["sequence"] = attackers["bayes"] | {"recovery": 0.4321}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "MODEL_CARD.md").write_text(card)
    carding([str(folder)])
    found = (folder / "MODEL_CARD.md").read_text()
    assert "| strict | sequence, the whole message | 43.2% |" in found and "43.2%" not in card
    start, end = "## What the presets give away", "## Choice of d"
    assert found.split(start)[0] == card.split(start)[0] and found.split(end)[1] == card.split(end)[1]


def test_rounding_rounded_weights_changes_nothing() -> None:
    weight = np.random.default_rng(0).normal(size=(16, 8)).astype(np.float32)
    rounded, scale = onnx_files.int8(weight)
    again, _ = onnx_files.int8(rounded * scale)
    assert np.array_equal(rounded, again)
    assert np.abs(rounded * scale - weight).max() <= scale.max() / 2 + 1e-6


def test_projection_knows_its_width() -> None:
    assert Projection(torch.zeros(32, 8), torch.zeros(8, 32)).dim == 8
