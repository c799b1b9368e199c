"""Where text may come from, and what is said where it is not there."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from trainer.config import Config
from trainer.data import documents, found_sets, load


@pytest.fixture
def tokenizer(base: Path) -> Tokenizer:
    return Tokenizer.from_file(str(base / "tokenizer.json"))


def written(path: Path, texts: list[str]) -> None:
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    path.write_bytes(gzip.compress(lines.encode()) if path.name.endswith(".gz") else lines.encode())


@pytest.mark.parametrize("name", ["c4-train.00000-of-01024.json.gz", "train.jsonl", "part.train.jsonl.gz"])
def test_json_lines_are_documents_in_their_order(name: str, tokenizer: Tokenizer, tmp_path: Path) -> None:
    texts = ["a fox ran home\n\nand sang", "  ", "the river — found"]
    written(tmp_path / name, texts)
    corpus = load(tmp_path, "train", {}, tokenizer, 0, tmp_path / "cache")
    found = [tokenizer.decode(corpus.ids[s : s + n].tolist()) for s, n in zip(corpus.starts[0], corpus.lengths[0], strict=True)]
    assert found == [text for text in texts if text.strip()]
    # Each is followed by the end token.
    assert all(corpus.ids[s + n] == 0 for s, n in zip(corpus.starts[0], corpus.lengths[0], strict=True))


def test_no_more_lines_are_read_than_asked_for(tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.data.BATCH", 2)
    written(tmp_path / "train.jsonl", ["the old house"] * 50)
    whole = load(tmp_path, "train", {}, tokenizer, 0, tmp_path / "cache")
    part = load(tmp_path, "train", {}, tokenizer, 0, tmp_path / "cache", 10)
    assert 10 <= len(part.ids) < len(whole.ids) / 3


def test_sets_that_the_configuration_does_not_know_are_shared_by_tokens(tokenizer: Tokenizer, tmp_path: Path) -> None:
    for name, count in (("wikipedia", 30), ("books", 10)):
        (tmp_path / f"train.{name}.txt.gz").write_bytes(gzip.compress("\n<|endoftext|>\n".join(["a kind fox"] * count).encode()))
    corpus = load(tmp_path, "train", Config().mixture, tokenizer, 0, tmp_path / "cache")
    assert np.allclose(corpus.weights, [0.25, 0.75])


def test_ids_of_another_tokenizer_are_not_taken_from_the_cache(tokenizer: Tokenizer, base: Path, tmp_path: Path) -> None:
    written(tmp_path / "train.jsonl", ["the golden key"])
    first = load(tmp_path, "train", {}, tokenizer, 0, tmp_path / "cache")
    bytewise = json.loads(tokenizer.to_str())
    bytewise["model"]["merges"] = []
    second = load(tmp_path, "train", {}, Tokenizer.from_str(json.dumps(bytewise)), 0, tmp_path / "cache")
    assert len(second.ids) == len("the golden key") + 1 > len(first.ids)


def test_what_a_tokenizer_adds_by_itself_is_not_part_of_a_text(base: Path, tmp_path: Path) -> None:
    from tokenizers.processors import TemplateProcessing

    tokenizer = AutoTokenizer.from_pretrained(base).backend_tokenizer
    tokenizer.post_processor = TemplateProcessing(single="<|pad|> $A", special_tokens=[("<|pad|>", 1)])
    written(tmp_path / "train.jsonl", ["the golden key"])
    assert 1 not in load(tmp_path, "train", {}, tokenizer, 0, tmp_path / "cache").ids


@pytest.mark.parametrize("line", ["not json", "[]", "null", '{"content": "a"}', '{"text": 3}'])
def test_a_line_without_a_text_is_named_by_its_number_and_not_repeated(line: str, tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"text": "a"}\n\n' + line + "\n")
    with pytest.raises(ValueError, match="train.jsonl, line 3: not a JSON object") as raised:
        list(documents(path))
    assert raised.value.__cause__ is None and "content" not in str(raised.value)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    mixture = {"one": 0.5, "two": 0.5}
    with pytest.raises(ValueError, match="there is no folder"):
        found_sets(tmp_path / "none", "train", mixture)
    with pytest.raises(ValueError, match="no text for train"):
        found_sets(tmp_path, "train", mixture)
    (tmp_path / "train.one.txt.gz").touch()
    with pytest.raises(ValueError, match="lacks train.two.txt.gz"):
        found_sets(tmp_path, "train", mixture)
    written(tmp_path / "c4-train.json.gz", ["a"])
    with pytest.raises(ValueError, match="no text for valid"):
        found_sets(tmp_path, "valid", mixture)
