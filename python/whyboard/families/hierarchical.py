"""Hierarchies: harmoniums whose latent is itself a conjugated harmonium, to any depth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.block import below
from whyboard.families.conjugated import Conjugated, Conjugation
from whyboard.families.embedding import Embedding, Identity, inclusion
from whyboard.families.family import register
from whyboard.families.harmonium import HarmoniumCoordinates, Likelihood
from whyboard.families.interaction import Pair
from whyboard.families.slots import LatentHarmoniumEmbedding, ObservableEmbedding


@register
@dataclass(frozen=True)
class Hierarchical(Conjugated):
    r"""A lower harmonium $p(x \mid y)$ whose latent $y$ is the observable of an upper one; a value is ``(x, (y, z))``.

    Mathematically, $p(x, y, z) = p(x \mid y) p(y \mid z) p(z)$. The lower conjugation only concerns $y$, so that it
    becomes one of the whole by embedding it among the coordinates of the upper harmonium. ``upper`` may be a hierarchy.

    Args:
        lower: a conjugated harmonium over ``(x, y)``.
        upper: a conjugated harmonium over ``(y, z)``: what is known of ``(y, z)`` given ``x``.
        prior_upper: a fuller one for what is known before, where the prior of ``y`` needs a fuller family than its
            posterior; they are tied by a `LatentHarmoniumEmbedding`.

    Raises:
        ParameterError: if the families of ``y`` differ.
    """

    lower: Conjugated
    upper: Conjugated
    prior_upper: Conjugated | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        pairs = (
            ("upper", self.upper, "latent", self.lower.latent),
            ("prior_upper", self._prior_upper, "prior of the latent", self.lower.embedding.amb_man),
        )
        for name, harmonium, role, expected in pairs:
            if harmonium.observable != expected:
                raise ParameterError(
                    f"Hierarchical got an {name} over {harmonium.observable!r}, but the {role} of its lower harmonium "
                    f"is {expected!r}. Expected the same family, since they share the variable between them."
                    + (" Give prior_upper= over that family." if self.prior_upper is None else "")
                )
        _ = self.embedding

    @property
    def observable(self) -> Any:
        return self.lower.observable

    @property
    def latent(self) -> Conjugated:
        return self.upper

    @property
    def interaction(self) -> tuple[Pair, ...]:
        return tuple(Pair(pair.observable, below("observable", pair.latent)) for pair in self.lower.coupling.pairs)

    @cached_property
    def embedding(self) -> Embedding:
        if self.prior_upper is None:
            return Identity(self.upper)
        observables = inclusion(self.upper.observable, self.prior_upper.observable)
        return LatentHarmoniumEmbedding(observables, self.upper, self.prior_upper)

    @property
    def closed(self) -> bool:
        return self.prior_upper is None and self.lower.closed

    def conjugation(self, natural: HarmoniumCoordinates | Likelihood) -> Conjugation:
        rho, chi = self.lower.conjugation(Likelihood(natural.observable, natural.interaction))
        return Conjugation(ObservableEmbedding(self._prior_upper).embed(rho), chi)

    def to_likelihood(self, mean: HarmoniumCoordinates) -> Likelihood:
        return self.lower.to_likelihood(mean._replace(latent=mean.latent.observable))

    def impute(self, key: Array, xs: Any) -> tuple[Any, Any]:
        lower_key, upper_key = jax.random.split(key)
        between = self.lower.impute(lower_key, xs)
        return between, self.upper.impute(upper_key, between)

    @property
    def _prior_upper(self) -> Conjugated:
        return self.upper if self.prior_upper is None else self.prior_upper
