"""Counts: Poisson, and Conway-Maxwell-Poisson with a dispersion of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import gammaln, logsumexp

from whyboard.families.family import Invertible, Shape, as_key, register
from whyboard.families.inversion import found, natural_from_mean
from whyboard.families.moments import DispersedMoments, FirstMoment


@register
@dataclass(frozen=True)
class Poisson(Invertible):
    """Counts of independent events; the natural parameter is the logarithm of the mean."""

    support: ClassVar[str] = "integer"

    def statistics(self, value: Array) -> FirstMoment:
        return FirstMoment(jnp.asarray(value, float))

    def log_base_measure(self, value: Array) -> Array:
        return -gammaln(jnp.asarray(value) + 1.0)

    def log_partition(self, natural: FirstMoment) -> Array:
        return jnp.exp(natural.first)

    def to_mean(self, natural: FirstMoment) -> FirstMoment:
        return FirstMoment(jnp.exp(natural.first))

    def to_natural(self, mean: FirstMoment) -> FirstMoment:
        return FirstMoment(jnp.log(mean.first))

    def sample(self, key: Array | int, natural: FirstMoment, shape: Shape = ()) -> Array:
        rate = jnp.exp(natural.first)
        return jax.random.poisson(as_key(key), rate, (*shape, *rate.shape))

    def mode(self, natural: FirstMoment) -> Array:
        return jnp.floor(jnp.exp(natural.first))


@register
@dataclass(frozen=True)
class ConwayMaxwellPoisson(Invertible):
    r"""Counts that scatter more or less than Poisson ones.

    Mathematically, $p(x) \propto \lambda^x / (x!)^\nu$ with natural parameters $(\log \lambda, -\nu)$. It is
    normalised over the counts below ``limit``, which must hold all that have weight.

    Source: Shmueli et al. (2005), A useful distribution for fitting discrete data.
    """

    limit: int = 200
    support: ClassVar[str] = "integer"

    def statistics(self, value: Array) -> DispersedMoments:
        value = jnp.asarray(value, float)
        return DispersedMoments(value, gammaln(value + 1))

    def states(self) -> np.ndarray:
        return np.arange(self.limit)

    def log_partition(self, natural: DispersedMoments) -> Array:
        return logsumexp(self._log_weights(natural), axis=-1)

    def to_natural(self, mean: DispersedMoments) -> DispersedMoments:
        """By Newton steps from the Poisson distribution of the same mean.

        Raises:
            SolverError: if no counts below the limit have these means.
        """
        first = jnp.asarray(mean.first)
        start = DispersedMoments(jnp.log(first), -jnp.ones(first.shape))
        return found(self, natural_from_mean(self, mean, start))

    def sample(self, key: Array | int, natural: DispersedMoments, shape: Shape = ()) -> Array:
        weights = self._log_weights(natural)
        return jax.random.categorical(as_key(key), weights, shape=(*shape, *weights.shape[:-1]))

    def mode(self, natural: DispersedMoments) -> Array:
        return jnp.argmax(self._log_weights(natural), axis=-1)

    def _log_weights(self, natural: DispersedMoments) -> Array:
        count = jnp.asarray(self.states(), float)
        first, dispersion = jnp.asarray(natural.first), jnp.asarray(natural.log_factorial)
        return first[..., None] * count + dispersion[..., None] * gammaln(count + 1)
