"""The projection, learned together with the server's part under a penalty on what the denoiser can name of a release.

What a client sends of a token follows from its row of the table Z = E W alone. Here W is trained too: for what the continuation gains, against
what the denoiser, itself trained to name tokens, reads. The box of the clip stays, and with it what a release costs at most."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .model import Denoiser


class Learned:
    """W (H x d), from the one whose table (V x d) is given. E (V x H) has full rank: a least-squares solution is that W."""

    def __init__(self, embeddings: Tensor, table: Tensor):
        self.embeddings = embeddings
        self.weight = nn.Parameter(torch.linalg.lstsq(embeddings.double(), table.double()).solution.float())
        self.spread = float(self.weight.detach().std())

    def table(self) -> Tensor:
        return self.embeddings @ self.weight

    def place(self, denoiser: Denoiser, clip: float) -> Tensor:
        """The table of now, in the box, which the denoiser weighs releases by."""
        denoiser.project(self.table().clamp(-clip, clip))
        return denoiser.table
