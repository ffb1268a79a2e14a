"""Mixtures of harmoniums, with the category among the latents: mixtures of factor analysers and the like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.block import below
from whyboard.families.conjugated import Conjugated, Conjugation
from whyboard.families.embedding import Identity
from whyboard.families.family import Coordinates, register
from whyboard.families.harmonium import HarmoniumCoordinates, Likelihood
from whyboard.families.interaction import Pair
from whyboard.families.k_means import k_means
from whyboard.families.mixture import Mixture
from whyboard.families.moments import CountMoments
from whyboard.families.space import Points, Space


@register
@dataclass(frozen=True)
class MixtureOfHarmoniums(Conjugated):
    r"""``k`` conjugated harmoniums over ``(x, z)``; a value is ``(x, (z, component))``.

    Mathematically, this is `Mixture` of the harmonium with the parts bracketed otherwise: $x$ interacts with the
    category, and with $z$ in each category apart. Each component has its $(\rho_k, \chi_k)$, and these are the
    interaction and the counts of the mixture of latents.
    """

    harmonium: Conjugated
    k: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.harmonium.embedding, Identity):
            raise ParameterError(
                f"MixtureOfHarmoniums got {self.harmonium!r}, whose prior is fuller than its posterior. Expected one "
                f"family for both; leave the posterior of its latent full."
            )

    @cached_property
    def spaces(self) -> Mapping[str, Space]:
        return {**super().spaces, "components": Points(self.harmonium)}

    @property
    def observable(self) -> Any:
        return self.harmonium.observable

    @cached_property
    def latent(self) -> Mixture:
        return Mixture(self.harmonium.latent, self.k)

    @property
    def interaction(self) -> tuple[Pair, ...]:
        within = (Pair(pair.observable, below("interaction.0", pair.latent)) for pair in self.harmonium.coupling.pairs)
        return (Pair("", "latent.counts"), *within)

    @property
    def closed(self) -> bool:
        return self.harmonium.closed

    @cached_property
    def bracketed(self) -> Mixture:
        """The same distribution over ``((x, z), component)``."""
        return Mixture(self.harmonium, self.k)

    def bracket(self, natural: HarmoniumCoordinates) -> HarmoniumCoordinates:
        """Natural parameters of this family as those of `bracketed`: interactions vary, so there is none in common."""
        return self._bracket(natural, self.harmonium.coupling.zeros())

    def bracket_means(self, mean: HarmoniumCoordinates) -> HarmoniumCoordinates:
        """Means of this family as those of `bracketed`: the interaction in common is the sum over components."""
        return self._bracket(mean, jax.tree.map(lambda leaf: jnp.asarray(leaf).sum(-1), tuple(mean.interaction[1:])))

    def components(self, natural: HarmoniumCoordinates | Likelihood) -> HarmoniumCoordinates:
        """The natural parameters of each harmonium, along a last plate."""
        latent = natural.latent if isinstance(natural, HarmoniumCoordinates) else self.latent.zeros()
        whole = HarmoniumCoordinates(natural.observable, natural.interaction, latent)
        return self.bracketed.components(self.bracket(whole))

    def from_components(self, components: HarmoniumCoordinates, weights: CountMoments) -> HarmoniumCoordinates:
        """The natural parameters with these harmoniums, along a last plate, and these probabilities."""
        likelihood, prior = self.harmonium.split(components)
        return self.join(self._likelihood(likelihood), self.latent.from_components(prior, weights))

    def conjugation(self, natural: HarmoniumCoordinates | Likelihood) -> Conjugation:
        rho, chi = self.harmonium.conjugation(self.components(natural))
        each = self.latent.likelihood_of_components(rho)
        return Conjugation(HarmoniumCoordinates(each.observable, each.interaction, CountMoments(chi)), jnp.zeros(()))

    def to_likelihood(self, mean: HarmoniumCoordinates) -> Likelihood:
        return self._likelihood(self.harmonium.to_likelihood(self.bracketed.component_means(self.bracket_means(mean))))

    def impute(self, key: Array, xs: Any) -> tuple[Any, Array]:
        """Clusters, and in each the latent of its harmonium."""
        key, draw_key, *keys = jax.random.split(key, self.k + 2)
        component = k_means(key, self.observable.features(xs), self.k)
        rows = component.shape[0]
        found = []
        for number, within_key in enumerate(keys):
            # Rows of other clusters are replaced by drawn ones of this, so that only this one is looked at.
            inside = component == number
            drawn = jax.random.categorical(draw_key, jnp.where(inside, 0, -jnp.inf), shape=(rows,))
            index = jnp.where(inside, jnp.arange(rows), drawn)
            found.append(
                self.harmonium.impute(within_key, jax.tree.map(lambda leaf, i=index: jnp.asarray(leaf)[i], xs))
            )
        own = jax.tree.map(lambda *parts: jnp.stack(parts)[component, jnp.arange(rows)], *found)
        return own, component

    def _bracket(self, coordinates: HarmoniumCoordinates, shared: Coordinates) -> HarmoniumCoordinates:
        by_component, *crossed = coordinates.interaction
        base, (varying,), counts = coordinates.latent
        return HarmoniumCoordinates(
            HarmoniumCoordinates(coordinates.observable, shared, base),
            (HarmoniumCoordinates(by_component, tuple(crossed), varying),),
            counts,
        )

    def _likelihood(self, components: Likelihood | HarmoniumCoordinates) -> Likelihood:
        whole = HarmoniumCoordinates(components.observable, components.interaction, self.harmonium.latent.zeros())
        (varying,) = self.bracketed.likelihood_of_components(whole).interaction
        return Likelihood(self.observable.zeros(), (varying.observable, *varying.interaction))
