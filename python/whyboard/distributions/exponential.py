"""The exponential distribution."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import log_ndtr, ndtr

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.families import Family, Gamma, PositiveMoments


@register
class ExponentialDistribution(Distribution):
    r"""A positive waiting time without memory.

    Mathematically, $p(x) = e^{-x / m} / m$ for $x \ge 0$.

    Args:
        mean: positive, unit of ``x``.
        log_mean: any real number; the logarithm of the mean, instead of it.
        rate: positive, one over the mean; instead of it.
    """

    parameters = (Parameter("mean", domain="positive"), Parameter("log_mean"), Parameter("rate", domain="positive"))
    alternatives = ((("mean",), ("log_mean",), ("rate",)),)
    canonical_names = ("log_mean",)
    believed_as = "GammaDistribution"
    moment_parameters = {"rate": {"rate": 1, "mean": -1, "log_mean": lambda log_mean: jnp.exp(-log_mean)}}  # noqa: RUF012

    @staticmethod
    def convert(
        mean: Array | None = None, log_mean: Array | None = None, rate: Array | None = None
    ) -> dict[str, Array]:
        if mean is not None:
            return {"log_mean": jnp.log(mean)}
        return {"log_mean": -jnp.log(rate) if rate is not None else jnp.asarray(log_mean)}

    @staticmethod
    def log_density(value: Array, log_mean: Array) -> Array:
        return jnp.where(value >= 0, -value * jnp.exp(-log_mean) - log_mean, -jnp.inf)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], log_mean: Array) -> Array:
        return jnp.exp(log_mean) * jax.random.exponential(key, shape)

    @staticmethod
    def whiten(z: Array, log_mean: Array) -> Array:
        # Each branch sees only the side on which it is exact; minimum() would halve the derivative where both meet.
        negative = z < 0
        lower = -jnp.log1p(-ndtr(jnp.where(negative, z, 0)))
        upper = -log_ndtr(-jnp.where(negative, 0, z))
        return jnp.exp(log_mean) * jnp.where(negative, lower, upper)

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        del canonical
        return (tangents["log_mean"],)

    @staticmethod
    def mean(log_mean: Array) -> Array:
        return jnp.exp(log_mean)

    @staticmethod
    def variance(log_mean: Array) -> Array:
        return jnp.exp(2 * log_mean)

    @staticmethod
    def expected_log_density(x: PositiveMoments, rate: PositiveMoments) -> Array:
        return rate.log - rate.first * x.first

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del event, parameters
        return Gamma()

    @staticmethod
    def in_support(value: Array, log_mean: Array) -> Array:
        del log_mean
        return (value >= 0) & jnp.isfinite(value)
