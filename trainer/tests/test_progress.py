from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from trainer import progress, soft_prompt
from trainer.base_model import frozen_model
from trainer.config import Config, tiny
from trainer.data import load
from trainer.mechanism import Mechanism
from trainer.split import Projection


def test_training_that_was_cut_off_ends_where_an_uninterrupted_one_does(
    base: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "CHECKPOINT_EVERY", 2)
    config = dataclasses.replace(tiny(Config()), soft_prompt_steps=6)
    model = frozen_model(base, torch.device("cpu"))
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    corpus = load(data, "train", config.mixture, tokenizer, 0, tmp_path / "tokens")
    projection = Projection(torch.eye(32)[:, :8].contiguous(), torch.eye(32)[:8].contiguous())

    def train(checkpoint: str) -> torch.Tensor:
        mechanism = Mechanism(8, 4, 8, 1.0)
        return soft_prompt.train(model, projection, mechanism, corpus, config, tmp_path / checkpoint, "soft prompt")

    whole = train("whole.pt")

    class CutOff(Exception):
        pass

    step = progress.Progress.step

    def cut(self: progress.Progress, done: int, figures: dict[str, float]) -> None:
        step(self, done, figures)
        if done == 5:
            raise CutOff

    with monkeypatch.context() as patched, pytest.raises(CutOff):
        patched.setattr(progress.Progress, "step", cut)
        train("cut.pt")
    assert torch.load(tmp_path / "cut.pt", weights_only=True)["done"] == 4
    assert torch.equal(train("cut.pt"), whole)


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_training_that_has_lost_its_numbers_stops(loss: float, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="soft prompt: the loss of step 3 is not a finite number"):
        progress.Progress("soft prompt", 5, tmp_path / "kept.pt").step(3, {"loss": loss})
    assert not (tmp_path / "kept.pt").exists()
