"""Pairs of families that are not conjugate, treated as if they were, with a measure of how wrong that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families.argument import Checked
from whyboard.families.block import add, subtract
from whyboard.families.family import Coordinates, Shape, as_key
from whyboard.families.harmonium import HarmoniumFamily, Likelihood
from whyboard.families.moments import leaves
from whyboard.families.space import Counts, Points, Seeds, Shapes, Space, Values


class RegressedConjugation(NamedTuple):
    r"""The $\rho$ and $\chi$ that come nearest, and how near that is."""

    rho: Any
    chi: Any
    residual_variance: Any
    """Of the observable's log partition around the fit, under the prior; 0 for a conjugate pair."""
    r_squared: Any
    """The share of its variance that the fit explains; 1 for a conjugate pair."""


class VariationalCoordinates(NamedTuple):
    r"""An exact likelihood, an exact prior, and the $\rho$ by which the posterior is approximated."""

    likelihood: Likelihood
    prior: Any
    rho: Any


@dataclass(frozen=True)
class VariationallyConjugated(Checked):
    r"""A harmonium read as $p(x \mid z) p(z)$ with a prior of the latent's family, whether or not that is conjugate.

    Mathematically, with $\psi_x(\theta_x + \Theta s(z)) \approx \rho' s(z) + \chi$ the posterior is nearly of the
    latent's family, at $\pi - \rho + \Theta' s(x)$ for a prior at $\pi$. What is lost is the variance of the residual.
    """

    harmonium: HarmoniumFamily

    @property
    def templates(self) -> tuple[Any, ...]:
        """What natural parameters look like, with shapes in place of numbers."""
        likelihood, latent = Likelihood(*self.harmonium.template[:2]), self.harmonium.latent.template
        return (VariationalCoordinates(likelihood, latent, latent),)

    @cached_property
    def spaces(self) -> Mapping[str, Space]:
        sides = {"likelihood": Points(self.harmonium, "likelihoods"), "prior": Points(self.harmonium.latent)}
        data = {"x": Values(self.harmonium.observable), "value": Values(self.harmonium)}
        return {**sides, **data, "natural": Points(self), "key": Seeds(), "shape": Shapes(), "draws": Counts()}

    def regress(
        self, key: Array | int, likelihood: Likelihood, prior: Coordinates, draws: int = 2000
    ) -> RegressedConjugation:
        """Least squares of the observable's log partition on the latent's statistics, over draws from the prior."""
        latent = self.harmonium.latent
        z = latent.sample(key, prior, (draws,))
        target = self.harmonium.observable.log_partition(self.harmonium.likelihood(likelihood, z))
        rows = jnp.concatenate([jnp.reshape(leaf, (draws, -1)) for leaf in leaves(latent.statistics(z))], axis=1)
        centre = rows.mean(axis=0)
        # Around the means, so that the constant does not take part in which of many solutions is the shortest.
        slopes, *_ = jnp.linalg.lstsq(rows - centre, target - target.mean())
        residual = target - target.mean() - (rows - centre) @ slopes
        variance = target.var()
        explained = jnp.where(variance > 0, 1 - residual.var() / jnp.where(variance > 0, variance, 1), 1)
        rho, position = [], 0
        for leaf in leaves(latent.template):
            rho.append(slopes[position : position + leaf.size].reshape(leaf.shape))
            position += leaf.size
        build = jax.tree.structure(latent.template)
        return RegressedConjugation(build.unflatten(rho), target.mean() - centre @ slopes, residual.var(), explained)

    def conjugate(
        self, key: Array | int, likelihood: Likelihood, prior: Coordinates, draws: int = 2000
    ) -> VariationalCoordinates:
        """The coordinates with the conjugation that `regress` finds."""
        return VariationalCoordinates(likelihood, prior, self.regress(key, likelihood, prior, draws).rho)

    def posterior(self, natural: VariationalCoordinates, x: Any) -> Coordinates:
        """The latent's natural parameters given observed values, nearly."""
        harmonium = self.harmonium
        shift = harmonium.coupling.towards_latent(natural.likelihood.interaction, harmonium.observable.statistics(x))
        return harmonium.latent.broadcast(add(subtract(natural.prior, natural.rho), shift))

    def log_density(self, natural: VariationalCoordinates, value: tuple[Any, Any]) -> Array:
        """Of observable and latent together, exactly."""
        x, z = value
        given = self.harmonium.observable.log_density(self.harmonium.likelihood(natural.likelihood, z), x)
        return given + self.harmonium.latent.log_density(natural.prior, z)

    def sample(self, key: Array | int, natural: VariationalCoordinates, shape: Shape = ()) -> tuple[Any, Any]:
        """Ancestral, exactly."""
        latent_key, observable_key = jax.random.split(as_key(key))
        z = self.harmonium.latent.sample(latent_key, natural.prior, shape)
        return self.harmonium.observable.sample(observable_key, self.harmonium.likelihood(natural.likelihood, z)), z

    def elbo(self, key: Array | int, natural: VariationalCoordinates, x: Any, draws: int = 200) -> Array:
        r"""``(*plates,)``: a lower bound of the log density of observed values; exact for a conjugate pair.

        Mathematically, $\theta_x' s(x) + \psi_z(\text{posterior}) - \psi_z(\text{prior})
        - \langle \psi_x(\theta_x + \Theta s(z)) - \rho' s(z) \rangle$, the last term by draws from the posterior.
        """
        observable, latent = self.harmonium.observable, self.harmonium.latent
        posterior = self.posterior(natural, x)
        z = latent.sample(key, posterior, (draws,))
        gap = observable.log_partition(self.harmonium.likelihood(natural.likelihood, z))
        gap = gap - latent.inner(natural.rho, latent.statistics(z))
        own = observable.log_weight(natural.likelihood.observable, x)
        return own + latent.log_partition(posterior) - latent.log_partition(natural.prior) - gap.mean(axis=0)
