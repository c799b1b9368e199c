"""torch reads the tensor files that the server writes for vLLM, as vLLM does: `torch.load(weights_only=True)`."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[2]
GOLDEN = json.loads((ROOT / "server/engine/torch-file.golden.json").read_text())
TYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
#: Largest number that is not rounded to infinity.
LARGEST = {"float32": torch.finfo(torch.float32).max, "float16": 65519.0, "bfloat16": torch.finfo(torch.bfloat16).max}


def load(file: bytes) -> torch.Tensor:
    return torch.load(io.BytesIO(file), weights_only=True, map_location="cpu")


def written(values: torch.Tensor, name: str) -> torch.Tensor:
    rows, columns = values.shape
    command = ["node", "--import", "tsx", "scripts/torch-file.ts", name, str(rows), str(columns)]
    done = subprocess.run(command, input=values.numpy().astype("<f4").tobytes(), capture_output=True, cwd=ROOT, check=True)
    return load(done.stdout)


def require_same(found: torch.Tensor, values: torch.Tensor, dtype: torch.dtype) -> None:
    assert (found.dtype, found.shape, found.layout) == (dtype, values.shape, torch.strided)
    assert found.is_contiguous() and not found.requires_grad
    # Bits: equality of numbers would let -0 pass for 0.
    as_bits = torch.int32 if dtype == torch.float32 else torch.int16
    assert torch.equal(found.view(as_bits), values.to(dtype).view(as_bits))


@pytest.mark.parametrize("name", TYPES)
def test_the_golden_files_are_tensors_of_these_values(name: str) -> None:
    values = torch.tensor(GOLDEN["values"], dtype=torch.float32).reshape(GOLDEN["rows"], GOLDEN["columns"])
    require_same(load(bytes.fromhex("".join(GOLDEN["written"][name]))), values, TYPES[name])


@pytest.mark.parametrize("name", TYPES)
def test_rounds_as_torch_does(name: str) -> None:
    generator = torch.Generator().manual_seed(5)
    bits = torch.randint(-(2**31), 2**31, (1 << 18,), generator=generator).to(torch.int32)
    # Every float16, and every number halfway between two: the random ones seldom fall there.
    halves = torch.arange(0x7C00, dtype=torch.int16).view(torch.float16).float()
    middles = (halves[:-1] + halves[1:]) / 2
    ordinary = torch.randn(1 << 16, generator=generator)
    values = torch.cat([bits.view(torch.float32), halves, -middles, middles, ordinary])
    values = values[values.isfinite() & (values.abs() <= LARGEST[name])]
    values = values[: len(values) // 8 * 8].reshape(-1, 8).contiguous()
    require_same(written(values, name), values, TYPES[name])


@pytest.mark.parametrize("shape", [(1, 1), (1, 4096), (257, 3), (300, 300)])
def test_any_shape(shape: tuple[int, int]) -> None:
    values = torch.randn(shape, generator=torch.Generator().manual_seed(6))
    require_same(written(values, "bfloat16"), values, torch.bfloat16)
