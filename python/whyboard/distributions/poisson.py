"""The Poisson distribution."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import gammaln

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.families import Family, FirstMoment, Poisson, PositiveMoments


@register
class PoissonDistribution(Distribution):
    r"""A count of independent events.

    Mathematically, $p(k) = m^k e^{-m} / k!$.

    Args:
        mean: positive; the expected count.
        log_mean: any real number; the logarithm of the mean, instead of it.
    """

    parameters = (Parameter("mean", domain="positive"), Parameter("log_mean"))
    alternatives = ((("mean",), ("log_mean",)),)
    canonical_names = ("log_mean",)
    moment_parameters = {"mean": {"mean": 1, "log_mean": jnp.exp}}  # noqa: RUF012
    dtypes = ("int",)
    group = "discrete"

    @staticmethod
    def convert(mean: Array | None = None, log_mean: Array | None = None) -> dict[str, Array]:
        return {"log_mean": jnp.log(mean) if mean is not None else jnp.asarray(log_mean)}

    @staticmethod
    def log_density(value: Array, log_mean: Array) -> Array:
        inside = value >= 0
        count = jnp.where(inside, value, 0)
        return jnp.where(inside, count * log_mean - jnp.exp(log_mean) - gammaln(count + 1.0), -jnp.inf)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], log_mean: Array) -> Array:
        return jax.random.poisson(key, jnp.exp(log_mean), shape)

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        return (jnp.exp(canonical["log_mean"] / 2) * tangents["log_mean"],)

    @staticmethod
    def mean(log_mean: Array) -> Array:
        return jnp.exp(log_mean)

    @staticmethod
    def variance(log_mean: Array) -> Array:
        return jnp.exp(log_mean)

    @staticmethod
    def expected_log_density(x: FirstMoment, mean: PositiveMoments) -> Array:
        return x.first * mean.log - mean.first

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del event, parameters
        return Poisson()

    @staticmethod
    def in_support(value: Array, log_mean: Array) -> Array:
        del log_mean
        return (value >= 0) & (value == jnp.floor(value))
