"""The stories half of the frontier on a model of random weights: every method, resumed, and its parts against what they are by definition."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

from trainer import ngram, onnx_files, projection
from trainer.config import Config
from trainer.data import load
from trainer.export import tensors
from trainer.frontier.points import Place, read_evidence
from trainer.frontier.stories import encoder, leak, utility, words
from trainer.frontier.stories.__main__ import main
from trainer.frontier.stories.methods import METHODS, NEED_LEARNED, NEED_TAIL, NO_LEVEL, levels_of
from trainer.frontier.stories.mixed import SETTINGS, Channel
from trainer.frontier.stories.product import opened
from trainer.frontier.stories.servers import Decoder
from trainer.frontier.stories.settings import Settings, tiny
from trainer.tail.config import TailConfig
from trainer.tail.config import tiny as tiny_tail
from trainer.tail.model import Tail, save, untied
from trainer.tail.model import load as load_tail
from trainer.tail.noise import Box

DIM, PROMPT, CLIP = 8, 3, 0.1


@pytest.fixture(scope="module")
def bundle(base: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As trainer.del leaves one, of an untrained projection."""
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "client").mkdir()
    (folder / "server").mkdir()
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.save(str(folder / "client/tokenizer.json"))
    train = load(data, "train", Config().mixture, tokenizer, 0, folder / "tokens")
    embeddings = AutoModelForCausalLM.from_pretrained(base).get_input_embeddings().weight.detach()
    prior = train.unigram(len(embeddings))
    start = projection.principal(embeddings, prior, DIM, torch.Generator().manual_seed(0))
    onnx_files.client(start.table(embeddings), folder / "client/client.onnx")
    tensors(folder / "server/deprojection.safetensors", {"deprojection": start.decoder})
    mus = {"strict": 1.75, "balanced": 3.45, "light": 5.15}
    tensors(folder / "server/soft_prompts.safetensors", {name: torch.randn(PROMPT, embeddings.shape[1]) for name in mus})
    (folder / "client/ngram.bin").write_bytes(ngram.encoded(ngram.pruned(train, len(embeddings), 40_000)))
    presets = [{"name": name, "mu": mu, "bits": 4, "measured": {}} for name, mu in mus.items()]
    (folder / "manifest.json").write_text(json.dumps({"clip": CLIP, "presets": presets, "files": []}))
    return folder


@pytest.fixture(scope="module")
def run(base: Path, data: Path, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("run")
    given = ["--model", base, "--data", data, "--bundle", bundle, "--run", folder, "--seeds", "1", "--tiny"]
    arguments = [str(part) for part in given]
    main(arguments)
    return folder, arguments


WITHOUT_TAIL = [(name, level) for name in METHODS if name not in NEED_TAIL + NEED_LEARNED for level in levels_of(name, tiny(Settings()))]


@pytest.mark.parametrize("name,level", WITHOUT_TAIL)
def test_every_method_leaves_a_point(run: tuple[Path, list[str]], name: str, level: str) -> None:
    place = Place(run[0], "stories", name, level, 1)
    point = json.loads(place.path.read_text())
    assert [point[key] for key in ("domain", "method", "level", "seed")] == ["stories", name, level, 1]
    for figure in ("loss", "coherence"):
        assert np.isfinite([point["utility"][figure][key] for key in ("value", "control")]).all()
        assert point["utility"][figure]["n"] > 1
    assert 0 <= point["leak"]["bayes"]["value"] <= 1
    if "evidence" in point:
        described = json.loads((run[0] / f"{point['evidence']}.json").read_text())
        rows = np.fromfile(run[0] / f"{point['evidence']}.f32", dtype="<f4").reshape(-1, described["vocabulary"])
        assert len(rows) == sum(map(len, described["messages"])) and (rows.max(1) == 0).all()


def test_nothing_is_computed_twice(run: tuple[Path, list[str]]) -> None:
    before = {path: path.stat().st_mtime_ns for path in (run[0] / "points").rglob("*.json")}
    main(run[1])
    assert before == {path: path.stat().st_mtime_ns for path in (run[0] / "points").rglob("*.json")}


def test_the_extremes_are_what_they_must_be(run: tuple[Path, list[str]]) -> None:
    clean, nothing = (json.loads(Place(run[0], "stories", name, NO_LEVEL, 1).path.read_text()) for name in ("clean", "no-prefix"))
    assert clean["leak"]["bayes"]["value"] == 1
    assert nothing["leak"]["bayes"]["value"] == nothing["leak"]["bayes"]["baseline"]
    assert nothing["utility"]["loss"]["value"] == nothing["utility"]["loss"]["control"]


def test_methods_that_send_the_same_share_their_evidence(run: tuple[Path, list[str]]) -> None:
    points = [json.loads(Place(run[0], "stories", name, "8", 1).path.read_text()) for name in ("del", "del-no-soft-prompt", "hard-bayes")]
    assert len({point["evidence"] for point in points}) == 1
    assert points[0]["leak"] == points[1]["leak"] == points[2]["leak"]


def test_bits_and_recovery_of_the_binomial_methods_grow_with_mu(run: tuple[Path, list[str]]) -> None:
    points = [json.loads(Place(run[0], "stories", "del", f"{mu:g}", 1).path.read_text()) for mu in Settings().levels]
    bits = [point["bits"]["message"] for point in points]
    epsilons = [point["epsilon"] for point in points]
    assert bits == sorted(bits) and epsilons == sorted(epsilons)
    gaussian = [json.loads(Place(run[0], "stories", "gaussian-sr", f"{mu:g}", 1).path.read_text()) for mu in Settings().levels]
    assert [point["bits"]["token"] for point in gaussian] == pytest.approx([point["bits"]["token"] for point in points])


@pytest.mark.parametrize("setting", SETTINGS)
def test_of_mixed_messages_what_is_public_is_told_and_the_sensitive_is_scored(run: tuple[Path, list[str]], setting) -> None:
    place = Place(run[0], "stories", "mixed", setting.level, 1)
    point, described = json.loads(place.path.read_text()), json.loads(place.evidence.read_text())
    sensitive = [flag for message in described["sensitive"] for flag in message]
    public = [flag for message in described["public"] for flag in message]
    assert point["leak"]["bayes"]["tokens"] == sum(sensitive)
    assert public == [setting.rest is None and not flag for flag in sensitive]
    _, rows = read_evidence(place)
    assert (rows[np.array(public, dtype=bool)] == 0).all()


def test_how_a_token_is_treated_is_evidence_of_it(bundle: Path, base: Path) -> None:
    """With no noise to tell tokens apart, the two kinds of noise do: how often each is of a sensitive word."""
    product = opened(bundle, base)
    given = torch.tensor([[0.2, 0.01], [0.3, 0.01], [0.1, 0.01]]).log()
    channel = Channel(SETTINGS[1], product, words.Marker(kinds(), product.tokenizer), given)
    assert channel.log_treated(True).exp().tolist() == pytest.approx([0.6, 0.03])
    assert channel.log_treated(False).exp().tolist() == pytest.approx([0.4, 0.97])


def test_a_text_that_is_padded_is_read_and_continued_as_by_itself(base: Path) -> None:
    model = AutoModelForCausalLM.from_pretrained(base).eval()
    decoder = Decoder(model, model.get_input_embeddings().weight.detach())
    short, long, after = torch.tensor([5, 9, 11]), torch.tensor([7, 3, 20, 8, 41, 12]), torch.tensor([[4, 30, 6], [50, 2, 9]])
    rows = [decoder.embeddings[short], decoder.embeddings[long]]
    with torch.no_grad():
        together = utility.losses(decoder, rows, after)
        continued = utility.written(decoder, rows, 5)
        for i, ids in enumerate((short, long)):
            whole = torch.cat([ids, after[i]])[None]
            logits = model(input_ids=whole).logits[0, len(ids) - 1 : -1]
            assert together[i] == pytest.approx(float(torch.nn.functional.cross_entropy(logits, after[i])), rel=1e-4)
            grown = ids.tolist()
            for _ in range(5):
                grown.append(int(model(input_ids=torch.tensor([grown])).logits[0, -1].argmax()))
            assert grown[len(ids) :] == continued[i].tolist()


def kinds() -> words.Kinds:
    texts = ["The cat saw Anna. Then Anna and the cat ran to Rome, and I ran. The dog sat."] * 50 + ["A quokka sat."]
    found = words.Kinds.counted(texts)
    return words.Kinds({**found.counts, "filler": 100_000}, found.inside)


@pytest.mark.parametrize(
    "text,expected",
    [
        ("Anna ran.", {"Anna": "name"}),
        ("The cat and I ran to Rome.", {"Rome": "name"}),
        ("Then seven cats ran", {"seven": "number", "cats": "rare"}),
        ("in 1890 the quokka met Bob", {"in": "rare", "1890": "number", "quokka": "rare", "met": "rare", "Bob": "name"}),
        ("Then the dog sat.", {}),
    ],
)
def test_the_rule_of_sensitive_words(text: str, expected: dict[str, str]) -> None:
    found = kinds()
    assert {word.text: kind for word in words.words_of(text) if (kind := found.kind(word))} == expected


def test_marks_name_the_tokens_of_a_word_and_no_others(base: Path) -> None:
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    ids = torch.tensor(tokenizer.encode("the Zoë saw 12 cat").ids)
    marked = words.Marker(kinds(), tokenizer).mark(ids)
    named = {}
    for token, number in zip(ids.tolist(), marked.word, strict=True):
        named.setdefault(number, []).append(token)
    text = {number: tokenizer.decode(tokens).strip() for number, tokens in named.items() if number >= 0}
    assert [(text[i], kind) for i, kind in enumerate(marked.kinds)][:1] == [("Zoë", "name")]
    assert ("12", "number") in [(text[i], kind) for i, kind in enumerate(marked.kinds)]


def test_the_encoder_knows_words_by_their_company(data: Path, base: Path, tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    train = load(data, "train", Config().mixture, tokenizer, 0, tmp_path)
    made = encoder.trained(train, tokenizer, tiny(Settings()), 1)
    lengths = np.linalg.norm(made.encode(["little fox", "golden key", "???"]), axis=1)
    assert lengths == pytest.approx([1, 1, 0])
    assert made.similarity(["the old tree"], ["the old tree"]) == pytest.approx([1])
    # What all texts have in common is taken away.
    assert np.abs(made.encode(["the old tree", "a kind fox"]) @ made.common).max() < 1e-9


@pytest.fixture(scope="module")
def tail(base: Path, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that has learned nothing yet: of every token it believes what Bayes does alone, to second order."""
    folder = tmp_path_factory.mktemp("tail")
    product = opened(bundle, base)
    prior = leak.frequencies((bundle / "client/ngram.bin").read_bytes(), product.vocabulary)
    made = Tail(untied(product.model), product.table, prior, Box(DIM, CLIP), tiny_tail(TailConfig()))
    save(made, prior, product.table, folder)
    return folder


def test_a_tail_is_measured_and_reads_every_binomial_release(run: tuple[Path, list[str]], tail: Path) -> None:
    main([*run[1], "--tail", str(tail)])
    for name in NEED_TAIL:
        for level in levels_of(name, tiny(Settings())):
            assert Place(run[0], "stories", name, level, 1).path.exists()
    for mu in Settings().levels:
        place = Place(run[0], "stories", "del", f"{mu:g}", 1)
        found, bayes = json.loads(leak.beside(place).read_text()), json.loads(place.path.read_text())["leak"]["bayes"]
        assert found["tail-posterior"]["tokens"] == bayes["tokens"]
        assert found["tail-posterior"]["value"] == pytest.approx(bayes["value"], abs=0.15)
    for setting in SETTINGS:
        place = Place(run[0], "stories", "mixed", setting.level, 1)
        sensitive = json.loads(place.path.read_text())["leak"]["bayes"]["tokens"]
        assert json.loads(leak.beside(place).read_text())["tail-posterior"]["tokens"] == sensitive


def test_a_tail_with_a_projection_of_its_own_is_read_by_that(run: tuple[Path, list[str]], tail: Path, tmp_path: Path) -> None:
    learned = load_tail(tail)
    # A table that tells nothing: every token sends the same.
    tables = tmp_path / "learned"
    save(learned, learned.denoiser.log_prior.exp(), torch.zeros_like(learned.denoiser.table), tables)
    main([*run[1], "--learned", str(tables), "--methods", "tail-learned", "--levels", "12"])
    place = Place(run[0], "stories", "tail-learned", "12", 1)
    read = json.loads(place.path.read_text())["leak"]["bayes"]
    assert read["value"] == read["baseline"]
    assert json.loads(leak.beside(place).read_text())["tail-posterior"]["value"] == read["baseline"]
    _, evidence = read_evidence(place)
    assert np.abs(evidence).max() < 1e-6


def test_a_run_is_of_one_tail(run: tuple[Path, list[str]], tail: Path, tmp_path: Path) -> None:
    shutil.copytree(tail, tmp_path / "other")
    (tmp_path / "other/decoder/generation_config.json").write_text("{}")
    main([*run[1], "--tail", str(tail)])
    with pytest.raises(ValueError, match="another tail"):
        main([*run[1], "--tail", str(tmp_path / "other")])


def test_soft_prompts_of_a_server_trained_for_the_noise_are_not_taken_for_dels(bundle: Path, base: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bundle"
    shutil.copytree(bundle, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["presets"][0]["measured"] = {"frozenModel": {}}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    assert set(opened(bundle, base).prompts) == {1.75, 3.45, 5.15}
    trained = opened(copy, base)
    assert trained.prompts == {} and trained.virtual_tokens == Config().virtual_tokens
