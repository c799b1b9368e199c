"""What leaves the device, token by token, and how likely each token was to send it.

Every mechanism takes ids (T) and a generator and gives what is sent (`release`); what a server makes of it (`estimate`); and
`log_likelihood`: log Pr[what was sent | token = v] up to a constant of the row, T x V, which is all that an attacker needs beside a
prior. `bits` bounds what one token's release tells, `epsilon(tokens)` is that of replacing as many tokens at delta = 1e-5 (None:
infinite), `parameters` is what a data point says of it. Seeded generators: nothing that leaves a person's device is made here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import torch
from torch import Tensor

from ..attack import Likelihood
from ..mechanism import Mechanism
from .accounting import binomial_bits, binomial_epsilon, gaussian_epsilon

#: Values of a T x V or T x V x d table that are held at a time.
HELD = 1 << 23


class TokenMechanism(Protocol):
    parameters: dict
    bits: float

    def release(self, ids: Tensor, generator: torch.Generator) -> Tensor: ...
    def estimate(self, sent: Tensor) -> Tensor: ...
    def log_likelihood(self, sent: Tensor) -> Tensor: ...
    def epsilon(self, tokens: int) -> float | None: ...


@dataclass(frozen=True)
class Binomial:
    """DEL's mechanism on the projected table Z (V x d). Sent: levels T x d; estimate: T x d, unbiased."""

    table: Tensor
    mechanism: Mechanism

    @property
    def bits(self) -> float:
        return min(binomial_bits(self.mechanism), math.log2(len(self.table)))

    @property
    def parameters(self) -> dict:
        m = self.mechanism
        return {"mu": m.mu, "bits": m.bits, "dim": m.dim, "clip": m.clip, "epsilonKind": "exact"}

    def release(self, ids: Tensor, generator: torch.Generator) -> Tensor:
        return self.mechanism.release(self.table[ids], generator)

    def estimate(self, sent: Tensor) -> Tensor:
        return self.mechanism.estimate(sent)

    @cached_property
    def likelihood(self) -> Likelihood:
        return Likelihood.of(self.table, self.mechanism)

    def log_likelihood(self, sent: Tensor) -> Tensor:
        return self.likelihood.scores(sent)

    def epsilon(self, tokens: int) -> float | None:
        return binomial_epsilon(self.mechanism, tokens)


def gaussian_sigma(bits: float, dim: int, clip: float) -> float:
    """The deviation at which d coordinates within [-c, c] tell at most `bits` bits: the capacity of a Gaussian channel of power c^2,
    (d / 2) log2(1 + c^2 / sigma^2) (Shannon 1948), which also bounds one of amplitude c."""
    return clip / math.sqrt(2 ** (2 * bits / dim) - 1)


@dataclass(frozen=True)
class GaussianRounding:
    """Gaussian noise on the clipped projection, then stochastic rounding to 2^b grid points between -R and R, R = c + 3 sigma (as
    src/core/mechanism/baselines/gaussian.ts). Rounding comes after the noise, so the Gaussian's bounds hold for what is sent.
    Sent: levels T x d; estimate: T x d."""

    table: Tensor
    clip: float
    sigma: float
    width: int = 4

    @property
    def dim(self) -> int:
        return self.table.shape[1]

    @property
    def reach(self) -> float:
        return self.clip + 3 * self.sigma

    @property
    def bits(self) -> float:
        return min(0.5 * self.dim * math.log2(1 + (self.clip / self.sigma) ** 2), math.log2(len(self.table)))

    @property
    def parameters(self) -> dict:
        return {"sigma": self.sigma, "bits": self.width, "dim": self.dim, "clip": self.clip, "range": self.reach, "epsilonKind": "exact"}

    @property
    def highest(self) -> int:
        return (1 << self.width) - 1

    def release(self, ids: Tensor, generator: torch.Generator) -> Tensor:
        x = self.table[ids].clamp(-self.clip, self.clip)
        value = x + self.sigma * torch.randn(x.shape, generator=generator)
        place = (value.clamp(-self.reach, self.reach) / self.reach + 1) / 2 * self.highest
        floor = place.floor()
        return (floor + (torch.rand(x.shape, generator=generator) < place - floor)).clamp(max=self.highest)

    def estimate(self, sent: Tensor) -> Tensor:
        return self.reach * (2 * sent / self.highest - 1)

    def log_probabilities(self, x: Tensor) -> Tensor:
        """log Pr[level = k | x], ... x 2^b. Rounding gives level k the weight of a tent around grid point g_k, a second difference of
        max(0, value - g), whose mean under the noise is (x - g) Phi((x - g) / sigma) + sigma phi((x - g) / sigma)."""
        grid = torch.linspace(-self.reach, self.reach, self.highest + 1, dtype=torch.float64)
        far = (x.double()[..., None] - grid) / self.sigma
        excess = self.sigma * (far * torch.special.ndtr(far) + torch.exp(-(far**2) / 2) / math.sqrt(2 * math.pi))
        slope = (excess[..., 1:] - excess[..., :-1]) / (grid[1] - grid[0])
        # Slopes run from -1 (all beyond the grid's lower end) to 0.
        ends = torch.full((*x.shape, 1), -1.0, dtype=torch.float64), torch.zeros(*x.shape, 1, dtype=torch.float64)
        steps = torch.cat([ends[0], slope, ends[1]], -1)
        return (steps[..., 1:] - steps[..., :-1]).clamp(min=1e-300).log()

    @cached_property
    def by_level(self) -> Tensor:
        """(d 2^b) x V: the logarithms, as one matrix."""
        x = self.table.clamp(-self.clip, self.clip)
        found = torch.cat([self.log_probabilities(part).flatten(1).float() for part in x.split(512)])
        return found.T.contiguous()

    def log_likelihood(self, sent: Tensor) -> Tensor:
        chosen = torch.nn.functional.one_hot(sent.long(), self.highest + 1).flatten(1).float()
        return chosen @ self.by_level

    def epsilon(self, tokens: int) -> float | None:
        return gaussian_epsilon(2 * self.clip * math.sqrt(self.dim * tokens) / self.sigma)


@dataclass(frozen=True)
class Dchi:
    """d_chi privacy on whole embeddings (V x H): noise of density proportional to exp(-eta |z|) (Feyisetan et al., WSDM 2020; SnD), as
    src/core/mechanism/baselines/dchi.ts. Sent, and the estimate: T x H."""

    embeddings: Tensor
    eta: float

    @cached_property
    def diameter(self) -> float:
        """The largest distance between two tokens."""
        rows = self.embeddings.double()
        return max(float(torch.cdist(part, rows).max()) for part in rows.split(512))

    @cached_property
    def radius(self) -> float:
        """The largest distance of a token from the mean of the table, which a server may subtract."""
        rows = self.embeddings.double()
        return float((rows - rows.mean(0)).norm(dim=1).max())

    @property
    def bits(self) -> float:
        """Of y = x + z: h(y) - h(z), where h(y) is at most that of a Gaussian with E|y|^2 <= R^2 + E|z|^2 (Cover and Thomas, theorem
        8.6.5), E|z|^2 = H (H + 1) / eta^2, and h(z) = log S_H + log Gamma(H) - H log eta + H nats, S_H the surface of the unit sphere.
        Also at most log2 V, and eta times the diameter (in nats: a divergence is at most the largest log-ratio)."""
        h = self.embeddings.shape[1]
        energy = self.radius**2 + h * (h + 1) / self.eta**2
        surface = math.log(2) + h / 2 * math.log(math.pi) - math.lgamma(h / 2)
        noise = surface + math.lgamma(h) - h * math.log(self.eta) + h
        entropy = 0.5 * h * math.log(2 * math.pi * math.e * energy / h) - noise
        return min(entropy / math.log(2), self.eta * self.diameter / math.log(2), math.log2(len(self.embeddings)))

    @property
    def parameters(self) -> dict:
        return {"eta": self.eta, "dim": self.embeddings.shape[1], "radius": self.radius, "diameter": self.diameter,
                "epsilonKind": "metric, worst case"}

    def release(self, ids: Tensor, generator: torch.Generator) -> Tensor:
        return self.embeddings[ids] + self.noise(ids.shape, generator)

    def noise(self, shape: torch.Size, generator: torch.Generator) -> Tensor:
        """A uniform direction times a radius that is Gamma(H, 1 / eta), a sum of H exponentials."""
        size = (*shape, self.embeddings.shape[1])
        direction = torch.randn(size, generator=generator)
        exponentials = -torch.log1p(-torch.rand(size, generator=generator, dtype=torch.float64))
        length = (exponentials.sum(-1, keepdim=True) / self.eta).float()
        return direction / direction.norm(dim=-1, keepdim=True) * length

    def estimate(self, sent: Tensor) -> Tensor:
        return sent

    def log_likelihood(self, sent: Tensor) -> Tensor:
        rows = self.embeddings.double()
        squares = (rows**2).sum(1)
        found = []
        for y in sent.double().split(max(1, HELD // len(rows))):
            distance = ((y**2).sum(1, keepdim=True) - 2 * y @ rows.T + squares).clamp(min=0).sqrt()
            found.append((-self.eta * distance).float())
        return torch.cat(found)

    def epsilon(self, tokens: int) -> float | None:
        return self.eta * self.diameter * tokens


#: RANTEXT's radius is one of so many, alike likely: the middles of as many equal parts of the law of |Laplace noise|.
RADII = 16


def laplace_radii(dim: int, count: int = RADII) -> Tensor:
    """Middles of `count` equally likely parts of the law of |Y|, Y of `dim` independent Laplace coordinates of scale 1. By simulation
    with a fixed seed: they are public numbers, and part of what the mechanism is."""
    generator = torch.Generator().manual_seed(1)
    draws = -torch.log1p(-torch.rand(20_000, dim, generator=generator, dtype=torch.float64))
    lengths = (draws**2).sum(1).sqrt().sort().values
    places = (torch.arange(count, dtype=torch.float64) + 0.5) / count * len(lengths)
    return lengths[places.long()]


def rantext_scale(embeddings: Tensor, share: float) -> float:
    """The scale of the Laplace noise at which a middling radius takes in `share` of the vocabulary, for a middling token."""
    chosen = torch.arange(0, len(embeddings), max(1, len(embeddings) // 256))
    distances = torch.cdist(embeddings[chosen], embeddings)
    wanted = distances.quantile(share, dim=1).median()
    return float(wanted / laplace_radii(embeddings.shape[1]).median())


@dataclass(frozen=True)
class Rantext:
    """RANTEXT (InferDPT, arXiv 2310.12214), as src/core/mechanism/baselines/rantext.ts: a list of the tokens nearer than a random radius,
    then the exponential mechanism within it. Sent: the replacement's id, T.

    The list depends on the token, so some replacements are possible for one token and not for another: epsilon is infinite, whatever
    InferDPT's is (docs of the baselines). Bits are those of the channel as it is, Pr[sent | token] for all pairs."""

    embeddings: Tensor
    nats: float
    scale: float

    @property
    def parameters(self) -> dict:
        claimed = self.nats / math.log(2)
        return {"epsilon": self.nats, "scale": self.scale, "radii": RADII, "claimedBits": claimed, "epsilonKind": "infinite"}

    @cached_property
    def radii(self) -> Tensor:
        return (self.scale * laplace_radii(self.embeddings.shape[1])).float()

    def distances(self, ids: Tensor) -> Tensor:
        found = torch.cdist(self.embeddings[ids], self.embeddings)
        found[torch.arange(len(ids)), ids] = 0.0
        return found

    def within(self, distances: Tensor, radius: Tensor) -> Tensor:
        """Pr[sent | token, radius], T x V; `radius` T x 1. The score is 1 - distance / (largest distance in the list)."""
        listed = (distances < radius) | (distances == 0)
        furthest = (distances * listed).amax(1, keepdim=True).clamp(min=1e-12)
        weights = torch.exp(-self.nats / 2 * distances / furthest) * listed
        return weights / weights.sum(1, keepdim=True)

    def release(self, ids: Tensor, generator: torch.Generator) -> Tensor:
        found = []
        for part in ids.split(max(1, HELD // len(self.embeddings))):
            radius = self.radii[torch.randint(RADII, (len(part), 1), generator=generator)]
            total = self.within(self.distances(part), radius).double().cumsum(1)
            drawn = torch.rand(len(part), 1, generator=generator, dtype=torch.float64) * total[:, -1:]
            found.append(torch.searchsorted(total, drawn, right=True)[:, 0].clamp(max=len(self.embeddings) - 1))
        return torch.cat(found)

    def estimate(self, sent: Tensor) -> Tensor:
        return self.embeddings[sent]

    @cached_property
    def channel(self) -> Tensor:
        """Pr[sent = w | token = v], V x V, row v."""
        rows = []
        for part in torch.arange(len(self.embeddings)).split(max(1, HELD // 8 // len(self.embeddings))):
            distances = self.distances(part)
            rows.append(sum(self.within(distances, radius.view(1, 1)) for radius in self.radii) / RADII)
        return torch.cat(rows)

    def log_likelihood(self, sent: Tensor) -> Tensor:
        return self.channel[:, sent].T.clamp(min=1e-30).log()

    @cached_property
    def bits(self) -> float:
        """max over v of D(Pr[. | v] || r), which bounds the capacity for any r; r comes from some rounds of Blahut and Arimoto."""
        channel = self.channel
        own = (channel * channel.clamp(min=1e-30).log()).sum(1)
        log_input = torch.full((len(channel),), -math.log(len(channel)))
        least = math.log(len(channel))
        for _ in range(40):
            log_output = (log_input.exp() @ channel).clamp(min=1e-30).log()
            divergence = own - channel @ log_output
            least = min(least, float(divergence.max()))
            log_input = torch.log_softmax(log_input + divergence, 0)
        return max(0.0, least) / math.log(2)

    def epsilon(self, tokens: int) -> float | None:
        return None
