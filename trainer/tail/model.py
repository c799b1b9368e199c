"""The server's part, trained for the noise.

The denoiser reads the whole release at once and believes, of every token, Bayes' posterior under a prior that it gets from the rest of
the release; the decoder gets the mean embedding under that belief. What a server computes of a release costs no privacy (post-processing),
and whatever it can name of the text an attacker can name too: `Tail.posterior` is measured as an attacker."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

from .config import TailConfig
from .noise import Box

# A mu from which on more of it changes nothing for the soft prompt.
QUIET = 16.0


class Attention(nn.Module):
    """Every token to every token, with rotary positions."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        half = width // heads // 2
        self.register_buffer("frequencies", 10_000.0 ** (-torch.arange(half) / half), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        query, key, value = self.project(x).view(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        angles = torch.arange(tokens, device=x.device)[:, None] * self.frequencies
        cos, sin = angles.cos(), angles.sin()
        weights = turned(query, cos, sin) @ turned(key, cos, sin).transpose(2, 3) / math.sqrt(width // self.heads)
        return self.out((weights.softmax(-1) @ value).transpose(1, 2).reshape(batch, tokens, width))


def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary embedding of B x heads x T x width."""
    left, right = x.chunk(2, dim=-1)
    return torch.cat([left * cos - right * sin, left * sin + right * cos], dim=-1)


class Block(nn.Module):
    def __init__(self, width: int, heads: int, feed_forward: int):
        super().__init__()
        self.before_attention = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.before_feed_forward = nn.LayerNorm(width)
        self.feed_forward = nn.Sequential(nn.Linear(width, feed_forward), nn.GELU(), nn.Linear(feed_forward, width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.before_attention(x))
        return x + self.feed_forward(self.before_feed_forward(x))


class Denoiser(nn.Module):
    """Estimates to rows of the decoder. `table` (V x d) and `embeddings` (V x H) are the bundle's, public and not trained."""

    table: Tensor
    embeddings: Tensor
    log_prior: Tensor

    def __init__(self, table: Tensor, embeddings: Tensor, prior: Tensor, box: Box, config: TailConfig):
        super().__init__()
        width = embeddings.shape[1]
        self.register_buffer("table", torch.empty(0), persistent=False)
        self.register_buffer("energy", torch.empty(0), persistent=False)
        self.project(table.clamp(-box.clip, box.clip))
        self.register_buffer("embeddings", embeddings, persistent=False)
        self.register_buffer("log_prior", prior.log().float(), persistent=False)
        # Rows have the size of embeddings, which is far from that of a network's inputs.
        self.scale = float(embeddings.std())
        self.from_estimate = nn.Linear(box.dim, width, bias=False)
        self.from_noise = nn.Linear(3, width)
        self.from_public = nn.Parameter(torch.zeros(width))
        self.quietest = float(box.precision(torch.tensor(math.inf)))
        self.blocks = nn.ModuleList(Block(width, config.heads, config.feed_forward) for _ in range(config.layers))
        self.after = nn.LayerNorm(width)
        self.to_context = nn.Linear(width, width)
        self.to_row = nn.Linear(width, width)
        for layer in (self.to_context, self.to_row):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def project(self, table: Tensor) -> None:
        """Read releases of this table (V x d, within the box)."""
        self.table, self.energy = table, 0.5 * (table**2).sum(1)

    def forward(self, estimates: Tensor, precision: Tensor, clean: Tensor, public: Tensor) -> tuple[Tensor, Tensor]:
        """Rows (B x T x H), and the logarithm of what is believed of every private token (B x T x V)."""
        return self.read(estimates, precision, clean, public.to(estimates.dtype), self.embeddings, self.table)

    def read(
        self, estimates: Tensor, precision: Tensor, clean: Tensor, known: Tensor, embeddings: Tensor, table: Tensor
    ) -> tuple[Tensor, Tensor]:
        """As `forward`, with the tables as they are given."""
        known = known[..., None]
        weight = precision[..., None]
        # log Pr[levels | token] up to a constant, to second order in z / A: x.z / var - |z|^2 / (2 var).
        evidence = weight * (estimates @ table.T - self.energy) + self.log_prior
        alone = evidence.softmax(-1) @ embeddings
        row = known * clean + (1 - known) * alone
        loud = torch.log(weight / self.quietest + 1e-6)
        noise = torch.cat([loud * (1 - known), (loud * (1 - known)) ** 2 / 10, known], dim=-1)
        hidden = row / self.scale + self.from_estimate(estimates * weight.sqrt()) + self.from_noise(noise) + known * self.from_public
        for block in self.blocks:
            hidden = block(hidden)
        hidden = self.after(hidden)
        belief = (evidence + self.to_context(hidden) @ embeddings.T / self.scale).log_softmax(-1)
        row = known * clean + (1 - known) * (belief.exp() @ embeddings)
        return row + self.scale * self.to_row(hidden), belief


class Tail(nn.Module):
    """Soft prompt, denoiser and decoder."""

    def __init__(self, model: PreTrainedModel, table: Tensor, prior: Tensor, box: Box, config: TailConfig):
        super().__init__()
        embeddings = model.get_input_embeddings().weight.detach().clone()
        self.model, self.box, self.config = model, box, config
        self.denoiser = Denoiser(table, embeddings, prior, box, config)
        self.base = nn.Parameter(torch.randn(config.virtual_tokens, embeddings.shape[1]) * self.denoiser.scale)
        self.slope = nn.Parameter(torch.zeros_like(self.base))

    @property
    def embeddings(self) -> Tensor:
        """V x H, of tokens in the clear."""
        return self.denoiser.embeddings

    def prompt(self, mu: float | Tensor) -> Tensor:
        """The soft prompt of a mu, P x H; of B of them, B x P x H."""
        loudness = (torch.as_tensor(mu, dtype=torch.float32).clamp(max=QUIET) / 4).log()
        return self.base + loudness[..., None, None] * self.slope

    def rows(self, estimates: Tensor, precision: Tensor, clean: Tensor, public: Tensor) -> Tensor:
        return self.denoiser(estimates, precision, clean, public)[0]

    def posterior(self, estimates: Tensor, precision: Tensor, clean: Tensor, public: Tensor) -> Tensor:
        """Log-probabilities of every token, B x T x V."""
        return self.denoiser(estimates, precision, clean, public)[1]


def untied(model: PreTrainedModel) -> PreTrainedModel:
    """With output rows of its own: those of the input are the bundle's table of clean tokens, and stay as they are."""
    model.get_output_embeddings().weight = nn.Parameter(model.get_input_embeddings().weight.detach().clone())
    model.config.tie_word_embeddings = False
    model.get_input_embeddings().weight.requires_grad_(False)
    return model


def save(tail: Tail, prior: Tensor, table: Tensor, out: Path) -> None:
    """All that `load` needs: the decoder in Hugging Face format, the other weights, and what was given."""
    tail.model.save_pretrained(out / "decoder")
    weights = {name: value for name, value in tail.state_dict().items() if not name.startswith("model.")}
    torch.save({"weights": weights, "prior": prior, "table": table}, out / "tail.pt")
    (out / "tail.json").write_text(
        json.dumps({"dim": tail.box.dim, "clip": tail.box.clip, "config": asdict(tail.config)}, indent=2)
    )


def load(run: Path) -> Tail:
    """The tail of a run directory, ready to measure. Raises FileNotFoundError where the training has not ended."""
    about = json.loads((run / "tail.json").read_text())
    found = torch.load(run / "tail.pt", weights_only=True)
    decoder_config = AutoConfig.from_pretrained(run / "decoder", local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(run / "decoder", config=decoder_config, local_files_only=True)
    config = TailConfig(**about["config"])
    tail = Tail(model, found["table"], found["prior"], Box(about["dim"], about["clip"]), config)
    tail.load_state_dict(found["weights"], strict=False)
    return tail.eval().requires_grad_(False)
