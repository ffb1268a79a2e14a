"""The half-normal distribution."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import erfinv, ndtr, ndtri

from whyboard.distributions.distribution import Distribution, Parameter, register


@register
class HalfNormalDistribution(Distribution):
    r"""The size of a normal variable of mean 0; a usual prior of standard deviations.

    Mathematically, $p(x) \propto e^{-x^2 / 2 s^2}$ for $x \ge 0$.

    Args:
        scale: positive, unit of ``x``; the standard deviation of the normal variable.
    """

    synonyms = ("HalfGaussian",)

    parameters = (Parameter("scale", domain="positive"),)

    @staticmethod
    def log_density(value: Array, scale: Array) -> Array:
        density = -0.5 * (value / scale) ** 2 - jnp.log(scale) + 0.5 * math.log(2 / math.pi)
        return jnp.where(value >= 0, density, -jnp.inf)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], scale: Array) -> Array:
        return scale * jnp.abs(jax.random.normal(key, shape))

    @staticmethod
    def whiten(z: Array, scale: Array) -> Array:
        return scale * _quantile(jnp.asarray(z, float))

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        return (math.sqrt(2) * tangents["scale"] / canonical["scale"],)

    @staticmethod
    def mean(scale: Array) -> Array:
        return scale * math.sqrt(2 / math.pi)

    @staticmethod
    def variance(scale: Array) -> Array:
        return scale**2 * (1 - 2 / math.pi)

    @staticmethod
    def in_support(value: Array, scale: Array) -> Array:
        del scale
        return (value >= 0) & jnp.isfinite(value)


@jax.custom_jvp
def _quantile(z: Array) -> Array:
    """The unit half-normal variable at the quantile of ``z``, from whichever tail is small."""
    lower = math.sqrt(2) * erfinv(ndtr(jnp.minimum(z, 0)))
    return jnp.where(z < 0, lower, -ndtri(ndtr(-jnp.maximum(z, 0)) / 2))


@_quantile.defjvp
def _quantile_derivative(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    (z,), (tangent,) = primals, tangents
    quantile = _quantile(z)
    return quantile, 0.5 * jnp.exp((quantile**2 - z**2) / 2) * tangent
