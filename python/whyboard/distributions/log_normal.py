"""The log-normal distribution."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.distributions.distribution import Distribution, Parameter, register


@register
class LogNormalDistribution(Distribution):
    r"""A positive variable whose logarithm is normal.

    Mathematically, $p(x) \propto x^{-1} e^{-(\log x - m)^2 / 2 s^2}$.

    Args:
        mean_log: any real number; the mean of ``log(x)``.
        variance_log: positive; the variance of ``log(x)``.
        standard_deviation_log: positive; instead of the variance.
    """

    synonyms = ("LogGaussian",)

    parameters = (
        Parameter("mean_log"),
        Parameter("variance_log", domain="positive"),
        Parameter("standard_deviation_log", domain="positive"),
    )
    alternatives = ((("variance_log",), ("standard_deviation_log",)),)
    canonical_names = ("mean_log", "standard_deviation_log")

    @staticmethod
    def convert(
        mean_log: Array, variance_log: Array | None = None, standard_deviation_log: Array | None = None
    ) -> dict[str, Array]:
        scale = jnp.sqrt(variance_log) if variance_log is not None else jnp.asarray(standard_deviation_log)
        return {"mean_log": mean_log, "standard_deviation_log": scale}

    @staticmethod
    def log_density(value: Array, mean_log: Array, standard_deviation_log: Array) -> Array:
        inside = value > 0
        logarithm = jnp.log(jnp.where(inside, value, 1))
        z = (logarithm - mean_log) / standard_deviation_log
        density = -0.5 * z**2 - jnp.log(standard_deviation_log) - 0.5 * math.log(2 * math.pi) - logarithm
        return jnp.where(inside, density, -jnp.inf)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], mean_log: Array, standard_deviation_log: Array) -> Array:
        return jnp.exp(mean_log + standard_deviation_log * jax.random.normal(key, shape))

    @staticmethod
    def whiten(z: Array, mean_log: Array, standard_deviation_log: Array) -> Array:
        return jnp.exp(mean_log + standard_deviation_log * z)

    @staticmethod
    def unwhiten(value: Array, mean_log: Array, standard_deviation_log: Array) -> Array:
        return (jnp.log(value) - mean_log) / standard_deviation_log

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        scale = canonical["standard_deviation_log"]
        return tangents["mean_log"] / scale, math.sqrt(2) * tangents["standard_deviation_log"] / scale

    @staticmethod
    def mean(mean_log: Array, standard_deviation_log: Array) -> Array:
        return jnp.exp(mean_log + standard_deviation_log**2 / 2)

    @staticmethod
    def variance(mean_log: Array, standard_deviation_log: Array) -> Array:
        square = standard_deviation_log**2
        return jnp.expm1(square) * jnp.exp(2 * mean_log + square)

    @staticmethod
    def in_support(value: Array, mean_log: Array, standard_deviation_log: Array) -> Array:
        del mean_log, standard_deviation_log
        return (value > 0) & jnp.isfinite(value)
