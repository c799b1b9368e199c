"""Models of every family that is supported, with random weights: the split model equals the whole one, the exported decoder equals PyTorch,
and the whole road leads to a bundle, for the embedded engine and for vLLM."""

from __future__ import annotations

import gzip
import importlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModelForCausalLM, PretrainedConfig

from trainer import base_model, evaluate, onnx_files, projection as projecting, soft_prompt, template
from trainer.base_model import frozen_model, locate
from trainer.config import Config, tiny
from trainer.data import load
from trainer.families import require_embeddable, shape_of
from trainer.mechanism import Mechanism
from trainer.split import Template, next_token_losses, released_rows

from conftest import invented

main = importlib.import_module("trainer.del").main
CPU = torch.device("cpu")
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "max_position_embeddings": 128}
ENDS = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 1}
FAMILIES = {
    "llama": {"intermediate_size": 48, "num_key_value_heads": 2, "tie_word_embeddings": False},
    # SmolLM and SmolLM2: Llama with tied embeddings; heads of a width of their own.
    "smollm": {"intermediate_size": 48, "num_key_value_heads": 2, "tie_word_embeddings": True, "head_dim": 16},
    "smollm3": {"intermediate_size": 48, "num_key_value_heads": 2, "no_rope_layers": [1, 0]},
    "qwen2": {"intermediate_size": 48, "num_key_value_heads": 2, "tie_word_embeddings": True},
    "qwen3": {"intermediate_size": 48, "num_key_value_heads": 1, "head_dim": 16},
    "gpt2": {},
}


@pytest.fixture(scope="module")
def families(base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder in Hugging Face format for every family; Qwen2's weights are in several files, and its table has more rows than the
    tokenizer has tokens, as in the real ones."""
    root = tmp_path_factory.mktemp("families")
    vocabulary = Tokenizer.from_file(str(base / "tokenizer.json")).get_vocab_size()
    for name, more in FAMILIES.items():
        kind = "llama" if name == "smollm" else name
        rows = vocabulary + 20 if name == "qwen2" else vocabulary
        torch.manual_seed(3)
        model = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, vocab_size=rows, **SIZES, **ENDS, **more))
        with torch.no_grad():
            # Biases and norms that are as they begin, 0 and 1, would hide that they are left out.
            for parameter in model.parameters():
                parameter.add_(0.1 * torch.randn_like(parameter))
        model.save_pretrained(root / name, max_shard_size="20KB" if name == "qwen2" else "1GB")
        for file in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(base / file, root / name / file)
    return {name: root / name for name in FAMILIES}


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents as C4 has them."""
    folder = tmp_path_factory.mktemp("c4")
    for seed, (name, count) in enumerate((("c4-train.00000-of-00002", 40), ("c4-train.00001-of-00002", 40), ("c4-validation.00000-of-00001", 30))):
        with gzip.open(folder / f"{name}.json.gz", "wt", encoding="utf-8") as file:
            for text in invented(seed, count):
                file.write(json.dumps({"text": text, "timestamp": "2019-04-25T12:57:54Z", "url": "http://example.org"}) + "\n")
    return folder


def whole_projection(model: torch.nn.Module) -> projecting.Projection:
    """d = H: the encoder turns, and the decoder turns back."""
    embeddings = model.get_input_embeddings().weight
    prior = torch.full((len(embeddings),), 1 / len(embeddings))
    return projecting.principal(embeddings, prior, embeddings.shape[1], torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", FAMILIES)
def test_the_split_model_without_noise_equals_the_whole_one(name: str, families: dict[str, Path]) -> None:
    model = frozen_model(families[name], CPU)
    ids = torch.arange(10, 42).reshape(2, 16)
    split = whole_projection(model)
    embeddings = model.get_input_embeddings().weight
    rows = released_rows(ids, split.table(embeddings), split, None, torch.Generator())
    with torch.no_grad():
        whole = model(input_ids=ids).logits
        assert (model(inputs_embeds=rows).logits - whole).abs().max() < 1e-4
        expected = torch.nn.functional.cross_entropy(whole[:, 7:-1].transpose(1, 2), ids[:, 8:], reduction="none")
        found = next_token_losses(model, torch.cat([rows[:, :8], embeddings[ids[:, 8:]]], 1), ids[:, 8:])
    assert (found - expected).abs().max() < 1e-4


# An export takes seconds. Llama's is tested in test_del.py, and GPT-2's below.
@pytest.mark.parametrize("name", ["qwen2", "qwen3", "smollm3"])
def test_the_decoder_equals_pytorch_in_one_piece_and_in_many(name: str, families: dict[str, Path], tmp_path: Path) -> None:
    model = frozen_model(families[name], CPU)
    require_embeddable(model, 128)
    onnx_files.decoder(onnx_files.round_weights(model), tmp_path / "decoder.onnx")
    require_same(tmp_path / "decoder.onnx", families[name])


@torch.no_grad()
def require_same(decoder: Path, folder: Path) -> None:
    """The decoder gives PyTorch's logits, with the same rounded weights in both."""
    model = frozen_model(folder, CPU)
    embeddings = model.get_input_embeddings().weight.clone()
    rows = embeddings[torch.arange(10, 30)]
    clean = model(inputs_embeds=rows[None]).logits[0, -1]
    rounded = onnx_files.round_weights(model)
    expected = rounded(inputs_embeds=rows[None]).logits[0, -1]
    # Layers were rounded, and the table, though it may be the head's, was not.
    assert 1e-4 < (expected - clean).abs().max() < 0.2 * clean.abs().max()
    assert torch.equal(rounded.get_input_embeddings().weight, embeddings)
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(decoder, options)
    for pieces in ([20], [7, 12, 1]):
        logits = fed(session, rows.numpy(), pieces, shape_of(model.config))
        assert np.abs(logits - expected.numpy()).max() < 1e-4
    # Matrices in fp32: GPT-2's positions, which are looked up and not multiplied with, and nothing else.
    matrices = [t for t in onnx.load(decoder).graph.initializer if len(t.dims) == 2 and min(t.dims) > 1 and t.data_type == onnx.TensorProto.FLOAT]
    assert [list(t.dims) for t in matrices] == ([[128, 32]] if model.config.model_type == "gpt2" else [])


def fed(session: onnxruntime.InferenceSession, rows: np.ndarray, pieces: list[int], shape) -> np.ndarray:
    """Logits of the last position after feeding the rows in pieces, in a batch beside a sequence of another length."""
    heads, width, capacity = shape.key_value_heads, shape.head_dim, sum(pieces) + 3
    names = onnx_files.cache_names(shape.layers, "past_key_values")
    past = [
        np.full((2, heads, width, capacity) if t % 2 == 0 else (2, heads, capacity, width), 1e3, dtype=np.float32)
        for t in range(len(names))
    ]
    start = 0
    for length in pieces:
        end = start + length
        feed = {"inputs_embeds": np.stack([rows[start:end], rows[:length][::-1]]), "past_lengths": np.array([start, 0])}
        logits, *fresh = session.run(None, feed | dict(zip(names, past, strict=True)))
        for t, columns in enumerate(fresh):
            if t % 2 == 0:
                past[t][0, ..., start:end] = columns[0].swapaxes(1, 2)
            else:
                past[t][0, :, start:end] = columns[0]
        start = end
    return logits[0, -1]


def run(model: Path | str, data: Path, folder: Path, *more: object) -> dict:
    arguments = ["--model", model, "--data", data, "--out", folder / "bundle", "--run", folder / "run", "--device", "cpu", "--tiny", *more]
    main([str(a) for a in arguments])
    return json.loads((folder / "bundle/manifest.json").read_text())


def test_a_gpt2_goes_the_whole_road_with_a_d_that_was_given(families: dict[str, Path], lines: Path, tmp_path: Path) -> None:
    manifest = run(families["gpt2"], lines, tmp_path, "--dim", 16, "--bits", 3, "--virtual-tokens", 5, "--id", "tiny-gpt2", "--attack-tokens", 200, "--language", "pt-BR")
    assert (manifest["id"], manifest["dim"], manifest["softPromptTokens"], manifest["language"]) == ("tiny-gpt2", 16, 5, "pt-BR")
    assert {preset["bits"] for preset in manifest["presets"]} == {3}
    assert manifest["model"] | {"parameters": 0} == {
        "name": "gpt2",
        "architecture": "gpt2",
        "parameters": 0,
        "vocabulary": 300,
        "hidden": 32,
        "layers": 2,
        "keyValueHeads": 4,
        "headDim": 8,
        "contextLength": 128,
        "endToken": 0,
    }
    # The demonstration's words are not said of another model.
    assert manifest["licence"] == {"weights": "not stated", "data": []} and "stories" not in manifest["description"].lower()
    assert not list((tmp_path / "run").glob("trial-*"))
    assert "no other was tried" in (tmp_path / "bundle/MODEL_CARD.md").read_text()
    require_same(tmp_path / "bundle/server/decoder.onnx", families["gpt2"])


def test_a_bundle_for_vllm_has_rows_and_no_decoder(families: dict[str, Path], lines: Path, tmp_path: Path) -> None:
    around = tmp_path / "template.json"
    around.write_text(json.dumps({"before": [0, "once there"], "after": ["said"]}))
    options = ["--external", "--served-name", "org/Tiny-Qwen", "--template", around, "--dim", 16, "--dtype", "bf16", "--attack-tokens", 200]
    manifest = run(families["qwen2"], lines, tmp_path, *options)
    assert "language" not in manifest
    server = tmp_path / "bundle/server"
    assert {path.name for path in server.iterdir()} == {"deprojection.safetensors", "soft_prompts.safetensors", "template.safetensors"}
    assert {path.stat().st_mode & 0o777 for path in server.iterdir()} == {0o644}
    rows = load_file(server / "template.safetensors")
    tokenizer = Tokenizer.from_file(str(families["qwen2"] / "tokenizer.json"))
    ids = {"before": [0, *tokenizer.encode("once there").ids], "after": tokenizer.encode("said").ids}
    assert manifest["engine"] == {
        "kind": "external",
        "model": "org/Tiny-Qwen",
        "template": {part: len(ids[part]) for part in ids},
    }
    table = AutoModelForCausalLM.from_pretrained(families["qwen2"], dtype=torch.bfloat16).get_input_embeddings().weight
    for part, found in rows.items():
        assert found.dtype == torch.float32 and torch.equal(found, table[ids[part]].float())
    assert load_file(server / "deprojection.safetensors")["deprojection"].shape == (16, 32)
    prompts = load_file(server / "soft_prompts.safetensors")
    assert {(name, p.dtype, tuple(p.shape)) for name, p in prompts.items()} == {
        (preset["name"], torch.float32, (4, 32)) for preset in manifest["presets"]
    }
    # The model's rows, which are more than the tokenizer's tokens.
    assert manifest["model"]["vocabulary"] == len(table) == tokenizer.get_vocab_size() + 20
    with pytest.raises(ValueError, match=r"another configuration \(template\)"):
        run(families["qwen2"], lines, tmp_path, *[o for o in options if o not in ("--template", around)])


def test_the_soft_prompt_stands_between_template_and_release(families: dict[str, Path]) -> None:
    embeddings = frozen_model(families["gpt2"], CPU).get_input_embeddings().weight
    rows, prompt = torch.randn(2, 3, 32), torch.randn(4, 32)
    found = Template((5, 6), (7,)).around(rows, prompt, embeddings)
    assert found.shape == (2, 10, 32)
    expected = torch.cat([embeddings[[5, 6]], prompt, rows[1], embeddings[[7]]])
    assert torch.equal(found[1], expected)
    assert Template().around(rows, None, embeddings) is rows


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_soft_prompt_learns_in_half_precision_and_stays_fp32(
    dtype: torch.dtype, families: dict[str, Path], lines: Path, tmp_path: Path
) -> None:
    model = frozen_model(families["qwen3"], CPU, dtype)
    assert model.dtype == dtype
    tokenizer = Tokenizer.from_file(str(families["qwen3"] / "tokenizer.json"))
    corpus = load(lines, "train", {}, tokenizer, 0, tmp_path / "tokens")
    mechanism = Mechanism(50, 4, 32, 1.0)
    split = whole_projection(model)

    def after(steps: int) -> torch.Tensor:
        config = Config(**vars(tiny(Config())) | {"soft_prompt_steps": steps, "soft_prompt_rate": 0.05})
        return soft_prompt.train(model, split, mechanism, corpus, config, tmp_path / f"{steps}.pt", "soft prompt", Template((0,)))

    config = tiny(Config())
    losses = [
        evaluate.losses(model, split, mechanism, after(steps), corpus, config, Template((0,)))["released"].mean for steps in (1, 40)
    ]
    assert after(1).dtype == torch.float32 and losses[1] < losses[0]


def test_the_template_of_a_tokenizer_is_what_it_adds_by_itself(base: Path, tmp_path: Path) -> None:
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    assert template.own(tokenizer) == Template()
    tokenizer.post_processor = TemplateProcessing(single="<|pad|> $A", special_tokens=[("<|pad|>", 1)])
    assert template.own(tokenizer) == Template((1,))
    path = tmp_path / "template.json"
    # What is written as text is never a special token.
    path.write_text('{"before": ["<|endoftext|>"]}')
    assert 0 not in template.read(path, tokenizer).before_ids
    for wrong in ("[", "[]", '{"befor": []}', '{"before": "a"}', '{"before": [true]}', '{"after": [300]}'):
        path.write_text(wrong)
        with pytest.raises(ValueError, match="template.json"):
            template.read(path, tokenizer)


def test_axes_of_a_long_table_equal_those_of_its_decomposition() -> None:
    embeddings = torch.randn(400, 16, generator=torch.Generator().manual_seed(0)) * torch.linspace(3, 0.5, 16)
    prior = torch.rand(400, generator=torch.Generator().manual_seed(1))
    weighted = embeddings.double() * prior.double().sqrt()[:, None]
    expected = torch.linalg.svd(weighted, full_matrices=False)[2]
    found = projecting.axes_of(embeddings, prior)
    # Up to their signs.
    assert torch.allclose((found * expected).sum(1).abs(), torch.ones(16, dtype=torch.float64), atol=1e-8)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rope_parameters": {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 1e4}}, "length of the text"),
        ({"use_sliding_window": True, "sliding_window": 64, "max_window_layers": 0}, "looks back 64 tokens"),
    ],
)
def test_what_cannot_be_exported_is_refused_and_points_to_vllm(change: dict, why: str) -> None:
    config = AutoConfig.for_model("qwen2", vocab_size=100, **SIZES, **FAMILIES["qwen2"] | change)
    model = AutoModelForCausalLM.from_config(config)
    with pytest.raises(ValueError, match=f"{why}.*--external"):
        require_embeddable(model, 128)


def test_families_that_are_not_known_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="gemma are not supported.*llama"):
        shape_of(AutoConfig.for_model("gemma"))
    assert isinstance(AutoConfig.for_model("gpt2"), PretrainedConfig)


def test_a_model_too_large_for_a_bundle_is_refused_before_it_is_trained() -> None:
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(AutoConfig.for_model("llama"))
    with pytest.raises(ValueError, match=r"would take 6\.6 GB.*--external"):
        require_embeddable(model, 512)


def test_nothing_is_fetched_that_was_not_asked_for(families: dict[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []

    def snapshot(name: str, revision: str | None, allow_patterns: list[str]) -> str:
        asked.append((name, revision))
        return str(shutil.copytree(families["gpt2"], tmp_path / "0123abc"))

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    with pytest.raises(ValueError, match="needs --hub"):
        locate("org/model", hub=False, revision=None)
    assert asked == []
    found = locate("org/model", hub=True, revision="main")
    assert asked == [("org/model", "main")] and found.title == "org/model (revision 0123abc)"
    with pytest.raises(ValueError, match="is a folder"):
        locate(str(families["gpt2"]), hub=True, revision=None)


def test_weights_are_known_by_their_contents_and_a_missing_shard_by_name(families: dict[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(families["qwen2"], tmp_path / "sharded"))
    source = locate(str(folder), hub=False, revision=None)
    assert len(source.weights()) > 1
    before = source.digest()
    shard = source.weights()[-1]
    data = bytearray(shard.read_bytes())
    data[-1] ^= 1
    shard.write_bytes(data)
    assert source.digest() != before
    shard.unlink()
    with pytest.raises(ValueError, match=f"lacks {shard.name}"):
        locate(str(folder), hub=False, revision=None)
    for file in folder.glob("model*"):
        file.unlink()
    (folder / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ValueError, match="other formats"):
        locate(str(folder), hub=False, revision=None)


def test_spreading_a_model_needs_accelerate(families: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    assert frozen_model(families["gpt2"], CPU, device_map="auto").dtype == torch.float32
    monkeypatch.setattr(base_model.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="needs accelerate"):
        frozen_model(families["gpt2"], CPU, device_map="auto")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--served-name", "x"], "needs --external"),
        (["--external", "--reference", "x"], "does not go with --external"),
        (["--device-map", "auto"], "--external"),
        (["--dim", "48"], "power of two"),
        (["--bits", "9"], "from 1 to 8"),
        (["--revision", "main"], "needs --hub"),
        (["--data-licence", "C4"], "NAME=LICENCE"),
        (["--id", "No Name"], "cannot be the name of a bundle"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    more: list[str], said: str, families: dict[str, Path], lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit):
        run(families["gpt2"], lines, tmp_path, *more)
    assert said in capsys.readouterr().err


def test_prompts_that_do_not_fit_the_positions_are_refused(families: dict[str, Path], lines: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs 138 positions, and there are 128"):
        run(families["gpt2"], lines, tmp_path, "--virtual-tokens", 120)
