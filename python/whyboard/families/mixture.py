"""Mixtures of any family: harmoniums whose latent is a category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families.backward_pass import Backwards, of_categories
from whyboard.families.categorical import Categorical
from whyboard.families.conjugated import Conjugated, Conjugation
from whyboard.families.family import Coordinates, Normalised, Shape, invertible, register
from whyboard.families.harmonium import HarmoniumCoordinates, Likelihood
from whyboard.families.interaction import Pair
from whyboard.families.k_means import k_means
from whyboard.families.moments import CountMoments
from whyboard.families.space import Points, Space


@register
@dataclass(frozen=True)
class Mixture(Conjugated):
    r"""``k`` components of one family; a value is ``(x, component)``.

    Mathematically, a category is conjugate to anything: any function of it is linear in its counts, so that
    $\rho_k = \psi_x(\theta_x + \Theta_k)$ and $\chi = 0$.

    Args:
        observable: the family of the components.
        k: how many.
        varying: the block of the statistics whose natural parameters differ between components; all by default.
            ``"first"`` of a normal family gives components of one common covariance.
    """

    observable: Normalised
    k: int
    varying: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self.coupling

    @cached_property
    def spaces(self) -> Mapping[str, Space]:
        return {**super().spaces, "components": Points(self.observable), "weights": Points(self.latent)}

    @property
    def interaction(self) -> tuple[Pair, ...]:
        return (Pair(self.varying, "counts"),)

    @cached_property
    def latent(self) -> Categorical:
        return Categorical(self.k)

    @property
    def closed(self) -> bool:
        return self.varying == ""

    def components(self, natural: HarmoniumCoordinates | Likelihood) -> Coordinates:
        """The natural parameters of each component, along a last plate."""
        wide = Likelihood(
            self.observable.with_last_plate(natural.observable),
            jax.tree.map(_expand, natural.interaction, _ranks(self.coupling.zeros())),
        )
        return self.likelihood(wide, self.latent.states())

    def from_components(self, components: Coordinates, weights: CountMoments) -> HarmoniumCoordinates:
        """The natural parameters with these components, along a last plate, and these probabilities."""
        return self.join(self.likelihood_of_components(components), self.latent.to_natural(weights))

    def likelihood_of_components(self, components: Coordinates) -> Likelihood:
        """The likelihood with these components, along a last plate, and nothing in common."""
        leaves, build = jax.tree.flatten(self.observable.broadcast(components))
        parts = [_plate_to_last(leaf, dim) for leaf, dim in zip(leaves, self.observable.dims, strict=True)]
        return Likelihood(self.observable.zeros(), (build.unflatten(parts),))

    def conjugation(self, natural: HarmoniumCoordinates | Likelihood) -> Conjugation:
        return Conjugation(CountMoments(self.observable.log_partition(self.components(natural))), jnp.zeros(()))

    def to_likelihood(self, mean: HarmoniumCoordinates) -> Likelihood:
        """Each component by itself. One without any weight gets the moments of all, which are as likely as any."""
        return self.likelihood_of_components(invertible(self.observable).to_natural(self.component_means(mean)))

    def component_means(self, mean: HarmoniumCoordinates) -> Coordinates:
        """The means of each component, along a last plate."""
        weights = jnp.asarray(mean.latent.counts)
        alive = weights > 0
        parts = zip(jax.tree.leaves(mean.interaction), self.observable.dims, strict=True)
        shares = [_last_to_plate(jnp.asarray(part), dim) for part, dim in parts]
        whole, build = jax.tree.flatten(self.observable.with_last_plate(mean.observable))

        def divided(share: Array, overall: Array, dim: Shape) -> Array:
            weight, living = (leaf.reshape(*leaf.shape, *(1 for _ in dim)) for leaf in (weights, alive))
            return jnp.where(living, share / jnp.where(living, weight, 1), overall)

        return build.unflatten([divided(*each) for each in zip(shares, whole, self.observable.dims, strict=True)])

    def to_mean(self, natural: HarmoniumCoordinates) -> HarmoniumCoordinates:
        if not self.closed:
            return self.mean_by_gradient(natural)
        latent = self.latent.to_mean(self.prior(natural))
        observable, interaction = self.answered(self.response(Likelihood(*natural[:2])), latent)
        return HarmoniumCoordinates(observable, interaction, latent)

    def response(self, likelihood: Likelihood) -> Any:
        """The means of each component, along a last axis."""
        if not self.closed:
            return likelihood
        each = self.observable.broadcast(self.observable.to_mean(self.components(likelihood)))
        leaves, build = jax.tree.flatten(each)
        dims = self.observable.dims
        return build.unflatten([_plate_to_last(leaf, dim) for leaf, dim in zip(leaves, dims, strict=True)])

    def answered(self, response: Any, latent: CountMoments) -> tuple[Coordinates, Coordinates]:
        if not self.closed:
            return super().answered(response, latent)
        parts, build = jax.tree.flatten(response)
        counts = jnp.asarray(latent.counts)
        shares = [
            part * counts.reshape(*counts.shape[:-1], *(1 for _ in dim), self.k)
            for part, dim in zip(parts, self.observable.dims, strict=True)
        ]
        return build.unflatten([share.sum(-1) for share in shares]), (build.unflatten(shares),)

    def backwards(self, each: Coordinates, pairs: Coordinates) -> Backwards:
        return of_categories(each, pairs, super().backwards)

    def impute(self, key: Array, xs: Any) -> Array:
        return k_means(key, self.observable.features(xs), self.k)

    def _expected_observable_base_measure(self, natural: HarmoniumCoordinates) -> Array:
        each = self.observable.expected_log_base_measure(self.components(natural))
        return (self.latent.to_mean(self.prior(natural)).counts * each).sum(-1)


def _plate_to_last(leaf: Array, dim: Shape) -> Array:
    """The last plate as a last event axis."""
    return jnp.moveaxis(jnp.asarray(leaf), jnp.ndim(leaf) - len(dim) - 1, -1)


def _last_to_plate(leaf: Array, dim: Shape) -> Array:
    return jnp.moveaxis(jnp.asarray(leaf), -1, jnp.ndim(leaf) - len(dim) - 1)


def _ranks(zeros: Any) -> Any:
    return jax.tree.map(jnp.ndim, zeros)


def _expand(leaf: Array, rank: int) -> Array:
    return jnp.expand_dims(jnp.asarray(leaf), jnp.ndim(leaf) - rank)
