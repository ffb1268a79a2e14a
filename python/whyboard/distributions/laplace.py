"""The Laplace distribution."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import log_ndtr

from whyboard.distributions.distribution import Distribution, Parameter, register


@register
class LaplaceDistribution(Distribution):
    r"""A real variable with exponential tails on both sides of its mean.

    Mathematically, $p(x) = e^{-|x - m| / s} / 2 s$, with variance $2 s^2$.

    Args:
        mean: any real number.
        variance: positive, square of the unit of ``x``.
        scale: positive, unit of ``x``; instead of the variance.
    """

    synonyms = ("DoubleExponential",)

    parameters = (Parameter("mean"), Parameter("variance", domain="positive"), Parameter("scale", domain="positive"))
    alternatives = ((("variance",), ("scale",)),)
    canonical_names = ("mean", "scale")

    @staticmethod
    def convert(mean: Array, variance: Array | None = None, scale: Array | None = None) -> dict[str, Array]:
        return {"mean": mean, "scale": jnp.sqrt(variance / 2) if variance is not None else jnp.asarray(scale)}

    @staticmethod
    def log_density(value: Array, mean: Array, scale: Array) -> Array:
        return -jnp.abs(value - mean) / scale - jnp.log(2 * scale)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], mean: Array, scale: Array) -> Array:
        return mean + scale * jax.random.laplace(key, shape)

    @staticmethod
    def whiten(z: Array, mean: Array, scale: Array) -> Array:
        # Each side from its own tail probability, which keeps its relative precision.
        side = jnp.where(z < 0, 1.0, -1.0)
        return mean + scale * side * (log_ndtr(side * z) + math.log(2))

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        return tangents["mean"] / canonical["scale"], tangents["scale"] / canonical["scale"]

    @staticmethod
    def mean(mean: Array, scale: Array) -> Array:
        return jnp.broadcast_arrays(mean, scale)[0]

    @staticmethod
    def variance(mean: Array, scale: Array) -> Array:
        return jnp.broadcast_arrays(2 * scale**2, mean)[0]

    @staticmethod
    def in_support(value: Array, mean: Array, scale: Array) -> Array:
        del mean, scale
        return jnp.isfinite(value)
