"""`python -m trainer.validation --data DIR --model DIR --out FILE`: validation text as messages, for `sotto calibrate` and `sotto audit`.

Paragraphs of the mixture, each inside one document: half of them begin where the document does, as a person's text does."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from transformers import AutoConfig

from .config import Config
from .data import load
from .families import end_token


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m trainer.validation", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with valid.*.txt.gz")
    parser.add_argument("--model", type=Path, required=True, help="folder of the base model: its tokenizer and end token")
    parser.add_argument("--out", type=Path, required=True, help="text file to write")
    parser.add_argument("--messages", type=int, default=80)
    parser.add_argument("--length", type=int, default=50, help="tokens of a message")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=Path("trainer/runs/demo-stories/tokens"), help="token files")
    options = parser.parse_args(argv)
    config = Config()
    tokenizer = Tokenizer.from_file(str(options.model / "tokenizer.json"))
    end = end_token(AutoConfig.from_pretrained(str(options.model), local_files_only=True))
    corpus = load(options.data, "valid", config.mixture, tokenizer, end, options.cache, config.valid_tokens)
    windows = corpus.windows(options.length, options.messages, np.random.default_rng(options.seed))
    paragraphs = [re.sub(r"\s+", " ", tokenizer.decode(ids.tolist())).strip() for ids in windows]
    options.out.write_text("\n\n".join(paragraphs) + "\n")
    print(f"{options.out}: {len(paragraphs)} messages of {options.length} tokens", flush=True)


if __name__ == "__main__":
    main()
