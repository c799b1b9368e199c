"""Every method on one task with one seed, as points."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..mechanisms import Binomial, TokenMechanism
from ..points import Place, once, write_evidence
from .classifier import Classifier
from .config import BITS_METHODS, TasksConfig
from .data import Text
from .del_prompt import Split
from .denoise import Exchange
from .measure import accuracy, in_batches, leak, others, shares
from .tail import Heard
from .trained import Trained

#: The level of a method that has none.
NO_LEVEL = "none"


@dataclass(frozen=True)
class Bench:
    text: Text
    config: TasksConfig
    seed: int
    run: Path
    #: Tasks for which the inverter of the gist is trained.
    inverted: tuple[str, ...] = ("banking77",)

    @cached_property
    def trained(self) -> Trained:
        return Trained(self.text, self.config, self.seed, self.run / "models" / self.text.task.name / str(self.seed))

    @property
    def model(self) -> Classifier:
        return self.trained.model

    @property
    def split(self) -> Split:
        return self.trained.split

    def levels(self, method: str) -> list[str]:
        chosen = {"dchi": self.config.etas, "rantext": self.config.epsilons}
        if method in BITS_METHODS or method in chosen:
            return [f"{level:g}" for level in chosen.get(method, self.config.levels)]
        return [NO_LEVEL]

    def point(self, method: str, level: str) -> dict:
        """Computed once. Methods that share del's release have its point made first."""
        place = Place(self.run, self.text.task.name, method, level, self.seed)
        return once(place, lambda: self.computed(method, level, place))

    def computed(self, method: str, level: str, place: Place) -> dict:
        match method:
            case "clean":
                return self.clean()
            case "no-prefix":
                return self.nothing()
            case "del":
                split, mechanism = self.split, self.trained.mechanisms[level]
                prompt = self.trained.prompts[level]
                named = self.named_by(mechanism, lambda sent, valid: self.model(split.rows(mechanism.estimate(sent)), valid, prompt))
                return self.released(place, mechanism, accuracy(named, self.labels), {"virtualTokens": len(prompt)})
            case "del-no-soft-prompt":
                split, mechanism = self.split, self.trained.mechanisms[level]
                named = self.named_by(mechanism, lambda sent, valid: self.model(split.rows(mechanism.estimate(sent)), valid))
                return self.like_del(level, mechanism, accuracy(named, self.labels))
            case "gaussian-sr":
                split, gaussian = self.split, self.split.gaussian(float(level), self.text, self.config)
                prompt = self.trained.prompts[level]
                named = self.named_by(gaussian, lambda sent, valid: self.model(split.rows(gaussian.estimate(sent)), valid, prompt))
                return self.released(place, gaussian, accuracy(named, self.labels), {"softPrompt": "del's of the same level"})
            case "hard-bayes":
                return self.hard_bayes(level)
            case "tail":
                return self.tail_point(level)
            case "dchi":
                return self.dchi_point(level, place)
            case "rantext":
                mechanism = self.trained.rantext(level)
                named = self.named_by(mechanism, lambda sent, valid: self.model(mechanism.estimate(sent.long()), valid))
                return self.released(place, mechanism, accuracy(named, self.labels))
            case "gist":
                return self.gist_point(level)
        raise ValueError(f"there is no method {method}")

    @property
    def labels(self) -> np.ndarray:
        return self.text.task.test.labels

    def generator(self, draw: int = 0) -> torch.Generator:
        return torch.Generator().manual_seed(1000 * self.seed + draw)

    def named_by(self, mechanism: TokenMechanism, read: Callable[[Tensor, Tensor], Tensor]) -> list[np.ndarray]:
        """The labels of every draw: `read(what was sent, valid)` gives logits."""
        found = []
        for draw in range(self.config.draws):
            generator = self.generator(draw)
            found.append(in_batches(self.text.test, lambda ids, valid: read(sent_of(mechanism, ids, generator), valid).argmax(1)))
        return found

    def released(self, place: Place, mechanism: TokenMechanism, found: dict, more: dict | None = None) -> dict:
        """A point with a release of its own: leak and evidence measured."""
        sample = self.text.sample(self.config.evidence_tokens)
        ids = torch.from_numpy(np.concatenate([self.text.test[i] for i in sample]))
        with torch.no_grad():
            sent = mechanism.release(ids, self.generator(77))
            evidence = write_evidence(place, [self.text.test[i].tolist() for i in sample], mechanism.log_likelihood(sent))
        read, gained = leak(mechanism, self.text, self.config.leak_tokens, self.generator(78))
        measured = {"utility": {"accuracy": found}, "leak": read, "gained": gained, "evidence": evidence}
        return self.costs(mechanism) | measured | self.parameters(mechanism, more)

    def like_del(self, level: str, mechanism: Binomial, found: dict, leaks: dict | None = None) -> dict:
        """A point that shares del's release: its leak, and its evidence by name."""
        of_del = self.point("del", level)
        of_release = {"leak": of_del["leak"] | (leaks or {}), "gained": of_del["gained"], "evidence": of_del["evidence"]}
        return self.costs(mechanism) | {"utility": {"accuracy": found}} | of_release | self.parameters(mechanism)

    def parameters(self, mechanism: TokenMechanism, more: dict | None = None) -> dict:
        return {"parameters": mechanism.parameters | {"vocabulary": self.text.vocabulary} | (more or {})}

    def costs(self, mechanism: TokenMechanism) -> dict:
        """Of the mean message; epsilon of its length as a whole number."""
        tokens = self.text.mean_tokens
        return {
            "bits": {"token": mechanism.bits, "message": mechanism.bits * tokens, "tokens": tokens},
            "epsilon": mechanism.epsilon(math.ceil(tokens)),
        }

    def clean(self) -> dict:
        named = [in_batches(self.text.test, lambda ids, valid: self.model(self.split.embeddings[ids], valid).argmax(1))]
        ids = torch.from_numpy(np.concatenate(self.text.test))
        tokens, whole = self.text.mean_tokens, math.log2(self.text.vocabulary)
        return {
            "parameters": {"epsilonKind": "infinite", "vocabulary": self.text.vocabulary, "steps": self.config.steps},
            "bits": {"token": whole, "message": whole * tokens, "tokens": tokens},
            "epsilon": None,
            "utility": {"accuracy": accuracy(named, self.labels)},
            "leak": shares(torch.ones(len(ids), dtype=torch.bool), ids, self.text),
        }

    def nothing(self) -> dict:
        """Nothing is sent: the commonest label of the training text, and the commonest token of it."""
        commonest = np.bincount(self.text.task.train.labels).argmax()
        ids = torch.from_numpy(np.concatenate(self.text.test))
        return {
            "parameters": {"epsilonKind": "pure"},
            "bits": {"token": 0.0, "message": 0.0, "tokens": self.text.mean_tokens},
            "epsilon": 0.0,
            "utility": {"accuracy": accuracy([np.full(len(self.labels), commonest)], self.labels)},
            "leak": shares(ids == self.text.prior.argmax(), ids, self.text),
        }

    def hard_bayes(self, level: str) -> dict:
        mechanism, log_prior = self.trained.mechanisms[level], self.text.prior.log().float()

        def read(sent: Tensor, valid: Tensor) -> Tensor:
            likeliest = torch.zeros(valid.shape, dtype=torch.long)
            likeliest[valid] = (mechanism.log_likelihood(sent[valid]) + log_prior).argmax(1)
            return self.model(self.split.embeddings[likeliest], valid)

        return self.like_del(level, mechanism, accuracy(self.named_by(mechanism, read), self.labels))

    def tail_point(self, level: str) -> dict:
        mechanism = self.trained.mechanisms[level]
        named = self.named_by(mechanism, lambda sent, valid: self.trained.tail(Heard.of(sent, valid, mechanism), valid)[0])
        sample = [self.text.test[i] for i in self.text.sample(self.config.leak_tokens)]
        generator = self.generator(78)

        def hits(ids: Tensor, valid: Tensor) -> Tensor:
            _, posterior = self.trained.tail(Heard.of(sent_of(mechanism, ids, generator), valid, mechanism), valid)
            right = torch.zeros(len(ids), self.config.longest, dtype=torch.bool)
            right[:, : ids.shape[1]][valid] = posterior.argmax(1) == ids[valid]
            return right

        right = in_batches(sample, hits)
        right = torch.from_numpy(np.concatenate([found[: len(ids)] for found, ids in zip(right, sample)]))
        read = shares(right, torch.from_numpy(np.concatenate(sample)), self.text)
        names = {"bayes": "tail-posterior", "rareBayes": "rareTail-posterior"}
        in_context = {names[name]: share for name, share in read.items() if name in names}
        return self.like_del(level, mechanism, accuracy(named, self.labels), in_context)

    def dchi_point(self, level: str, place: Place) -> dict:
        """The server pools what came; the client denoises with its own text and noise, whoever's release the server had."""
        mechanism, other = self.trained.dchis[level], others(len(self.text.test))
        exchange = Exchange(self.model, mechanism, self.text.test)
        raw, named, controls = [], [], []
        for draw in range(self.config.draws):
            noises = exchange.noises(self.generator(draw))
            answered = exchange.answered(noises)
            raw.append(self.model.labels(answered).argmax(1).numpy())
            named.append(exchange.denoised(self.trained.denoiser, noises, answered))
            controls.append(exchange.denoised(self.trained.denoiser, noises, answered[other]))
        found = accuracy(named, self.labels, controls)
        more = {"etaUnits": float(level), "notDenoised": accuracy(raw, self.labels)}
        return self.released(place, mechanism, found, more)

    def gist_point(self, level: str) -> dict:
        bound = float(level)
        parameters, epsilon = self.trained.gist.cost(bound)
        named = [self.trained.gist.named(bound, self.generator(draw)) for draw in range(self.config.draws)]
        inverted = self.trained.gist.inverted(bound) if self.text.task.name in self.inverted else {}
        clean = self.trained.gist.clean_accuracy()
        return {
            "parameters": parameters | {"vocabulary": self.text.vocabulary, "clean": clean},
            "bits": {"token": None, "message": self.trained.gist.bits(bound), "tokens": self.text.mean_tokens},
            "epsilon": epsilon,
            "utility": {"accuracy": accuracy(named, self.labels)},
            "leak": inverted,
        }


def sent_of(mechanism: TokenMechanism, ids: Tensor, generator: torch.Generator) -> Tensor:
    """A release of every place of B x T ids; what stands where there is no token is not looked at."""
    sent = mechanism.release(ids.flatten(), generator)
    return sent.unflatten(0, ids.shape)
