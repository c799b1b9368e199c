"""Clean tokens around what is released, for a model in vLLM: what its tokenizer puts first by itself, or what a file says."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer

from .split import Template


def own(tokenizer: Tokenizer) -> Template:
    """What the tokenizer puts before every text by itself: a token of beginning, for some."""
    plain = tokenizer.encode("a", add_special_tokens=False).ids
    added = tokenizer.encode("a").ids
    for start in range(len(added) - len(plain) + 1):
        if added[start : start + len(plain)] == plain:
            return Template(tuple(added[:start]))
    raise ValueError("the tokenizer changes a text where it adds its own tokens; say what stands around with --template")


def read(path: Path, tokenizer: Tokenizer) -> Template:
    """`{"before": [...], "after": [...]}`: each piece a text, tokenized like any and never a special token, or a token by its id.

    Raises ValueError where the file is something else."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        raise ValueError(f"{path} is not JSON") from None
    if not isinstance(value, dict) or not value.keys() <= {"before", "after"}:
        raise ValueError(f'{path} must be an object of "before" and "after"')
    return Template(*(ids_of(value.get(part, []), path, tokenizer) for part in ("before", "after")))


def ids_of(pieces: object, path: Path, tokenizer: Tokenizer) -> tuple[int, ...]:
    known = max(tokenizer.get_vocab().values()) + 1
    # Special tokens that are written out in a text are text.
    tokenizer = Tokenizer.from_str(tokenizer.to_str())
    tokenizer.encode_special_tokens = True
    ids: list[int] = []
    for piece in pieces if isinstance(pieces, list) else [None]:
        if isinstance(piece, str):
            ids += tokenizer.encode(piece, add_special_tokens=False).ids
        elif isinstance(piece, int) and not isinstance(piece, bool) and 0 <= piece < known:
            ids.append(piece)
        else:
            raise ValueError(f"{path}: a template is a list of texts and of token ids below {known}")
    return tuple(ids)
