"""Shares: Dirichlet, and beta for two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import digamma, gammaln, polygamma

from whyboard.families.family import Invertible, Shape, ValueMoments, as_key, register
from whyboard.families.moments import SimplexMoments, UnitMoments

NEWTON_STEPS = 60
SMALL_GAP = -2.22
"""Where the inverse of digamma changes from one first guess to the other."""


@register
@dataclass(frozen=True)
class Dirichlet(Invertible):
    """``k`` shares that sum to one; natural parameters are the concentrations minus one."""

    k: int
    support: ClassVar[str] = "simplex"

    @property
    def value_dims(self) -> Shape:
        return (self.k,)

    def statistics(self, value: Array) -> SimplexMoments:
        return SimplexMoments(jnp.log(value))

    def log_partition(self, natural: SimplexMoments) -> Array:
        concentration = 1 + jnp.asarray(natural.log)
        return gammaln(concentration).sum(-1) - gammaln(concentration.sum(-1))

    def to_mean(self, natural: SimplexMoments) -> SimplexMoments:
        concentration = 1 + jnp.asarray(natural.log)
        return SimplexMoments(digamma(concentration) - digamma(concentration.sum(-1, keepdims=True)))

    def to_natural(self, mean: SimplexMoments) -> SimplexMoments:
        """By Newton steps whose Hessian is a diagonal plus a constant.

        Source: Minka (2000), Estimating a Dirichlet distribution.
        """
        log = jnp.asarray(mean.log)

        def step(_: int, concentration: Array) -> Array:
            total = concentration.sum(-1, keepdims=True)
            error = digamma(concentration) - digamma(total) - log
            curvature = polygamma(1, concentration)
            coupling = -polygamma(1, total)
            shift = (error / curvature).sum(-1, keepdims=True)
            shift = shift / (1 / coupling + (1 / curvature).sum(-1, keepdims=True))
            change = (error - shift) / curvature
            # Steps for the logarithm where a full step would leave the positive numbers.
            return jnp.where(
                change < 0.5 * concentration, concentration - change, concentration * jnp.exp(-change / concentration)
            )

        # For a very large total the sum of digamma differences is flat; a moment guess starts near enough.
        start = inverse_digamma(log - log.max(-1, keepdims=True))
        return SimplexMoments(jax.lax.fori_loop(0, NEWTON_STEPS, step, start) - 1)

    def value_moments(self, natural: SimplexMoments) -> ValueMoments:
        concentration = 1 + jnp.asarray(natural.log)
        total = concentration.sum(-1, keepdims=True)
        mean = concentration / total
        return ValueMoments(mean, mean * (1 - mean) / (total + 1))

    def sample(self, key: Array | int, natural: SimplexMoments, shape: Shape = ()) -> Array:
        concentration = 1 + jnp.asarray(natural.log)
        return jax.random.dirichlet(as_key(key), concentration, (*shape, *concentration.shape[:-1]))

    def mode(self, natural: SimplexMoments) -> Array:
        """A share with a concentration of one is zero; below one, there is no mode."""
        weight = jnp.asarray(natural.log)
        total = weight.sum(-1, keepdims=True)
        possible = (weight >= 0).all(-1, keepdims=True) & (total > 0)
        return jnp.where(possible, weight / total, jnp.nan)


@register
@dataclass(frozen=True)
class Beta(Invertible):
    """A share of two; natural parameters are the two concentrations minus one."""

    support: ClassVar[str] = "unit"

    def statistics(self, value: Array) -> UnitMoments:
        return UnitMoments(jnp.log(value), jnp.log1p(-jnp.asarray(value)))

    def log_partition(self, natural: UnitMoments) -> Array:
        return Dirichlet(2).log_partition(_pair(natural))

    def to_mean(self, natural: UnitMoments) -> UnitMoments:
        return _parts(Dirichlet(2).to_mean(_pair(natural)))

    def to_natural(self, mean: UnitMoments) -> UnitMoments:
        return _parts(Dirichlet(2).to_natural(_pair(mean)))

    def value_moments(self, natural: UnitMoments) -> ValueMoments:
        mean, variance = Dirichlet(2).value_moments(_pair(natural))
        return ValueMoments(mean[..., 0], variance[..., 0])

    def sample(self, key: Array | int, natural: UnitMoments, shape: Shape = ()) -> Array:
        return Dirichlet(2).sample(key, _pair(natural), shape)[..., 0]

    def mode(self, natural: UnitMoments) -> Array:
        return Dirichlet(2).mode(_pair(natural))[..., 0]


def inverse_digamma(value: Array) -> Array:
    """The positive ``x`` with ``digamma(x) == value``, by Newton steps from Minka's guess."""
    x = jnp.where(value >= SMALL_GAP, jnp.exp(value) + 0.5, -1 / (value - digamma(jnp.ones(()))))
    for _ in range(5):
        x = x - (digamma(x) - value) / polygamma(1, x)
    return x


def _pair(coordinates: UnitMoments) -> SimplexMoments:
    parts = jnp.broadcast_arrays(jnp.asarray(coordinates.log), jnp.asarray(coordinates.log_complement))
    return SimplexMoments(jnp.stack(parts, axis=-1))


def _parts(coordinates: SimplexMoments) -> UnitMoments:
    return UnitMoments(coordinates.log[..., 0], coordinates.log[..., 1])
