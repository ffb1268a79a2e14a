"""The Bernoulli distribution."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.families import Bernoulli, BinaryMoments, Family, UnitMoments


@register
class BernoulliDistribution(Distribution):
    r"""A variable that is true with some probability.

    Mathematically, $p(x) = m^x (1 - m)^{1 - x}$.

    Args:
        mean: 0 to 1; the probability of true.
        logit: any real number; $\log(m / (1 - m))$, instead of the mean.
    """

    synonyms = ("Binary", "Coin")

    parameters = (Parameter("mean", domain="unit"), Parameter("logit"))
    alternatives = ((("mean",), ("logit",)),)
    canonical_names = ("logit",)
    moment_parameters = {"mean": {"mean": 1, "logit": jax.nn.sigmoid}}  # noqa: RUF012
    dtypes = ("bool", "int")
    group = "discrete"

    @staticmethod
    def convert(mean: Array | None = None, logit: Array | None = None) -> dict[str, Array]:
        return {"logit": jnp.log(mean) - jnp.log1p(-mean) if mean is not None else jnp.asarray(logit)}

    @classmethod
    def categories(cls, shapes: Mapping[str, tuple[int, ...]]) -> int | None:
        del shapes
        return 2

    @staticmethod
    def log_density(value: Array, logit: Array) -> Array:
        density = -jnp.logaddexp(0.0, jnp.where(value != 0, -logit, logit))
        return jnp.where((value == 0) | (value == 1), density, -jnp.inf)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], logit: Array) -> Array:
        return jax.random.uniform(key, shape) < jax.nn.sigmoid(logit)

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        logit = canonical["logit"]
        return (jnp.exp(-(jnp.logaddexp(0.0, logit) + jnp.logaddexp(0.0, -logit)) / 2) * tangents["logit"],)

    @staticmethod
    def mean(logit: Array) -> Array:
        return jax.nn.sigmoid(logit)

    @staticmethod
    def variance(logit: Array) -> Array:
        return jax.nn.sigmoid(logit) * jax.nn.sigmoid(-logit)

    @staticmethod
    def expected_log_density(x: BinaryMoments, mean: UnitMoments) -> Array:
        return x.first * mean.log + (1 - x.first) * mean.log_complement

    @staticmethod
    def parameters_of(natural: BinaryMoments) -> dict[str, Array]:
        return {"mean": jax.nn.sigmoid(jnp.asarray(natural.first))}

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del event, parameters
        return Bernoulli()

    @staticmethod
    def in_support(value: Array, logit: Array) -> Array:
        del logit
        return (value == 0) | (value == 1)
