"""The binomial distribution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import gammaln

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.distributions.total import check_total, the_total
from whyboard.families import Binomial, Family, FirstMoment, UnitMoments


@register
class BinomialDistribution(Distribution):
    r"""How many of a number of trials succeed, each with the same probability.

    Mathematically, $p(k) = \binom{n}{k} m^k (1 - m)^{n - k}$.

    Args:
        total_count: a whole number; how many trials there are.
        mean: 0 to 1; the probability that one succeeds.
        logit: any real number; $\log(m / (1 - m))$, instead of the mean.
    """

    parameters = (Parameter("total_count", domain="integer"), Parameter("mean", domain="unit"), Parameter("logit"))
    alternatives = ((("mean",), ("logit",)),)
    canonical_names = ("total_count", "logit")
    moment_parameters = {"mean": {"mean": 1, "logit": jax.nn.sigmoid}}  # noqa: RUF012
    dtypes = ("int",)
    group = "discrete"

    @staticmethod
    def convert(total_count: Array, mean: Array | None = None, logit: Array | None = None) -> dict[str, Array]:
        logit = jnp.log(mean) - jnp.log1p(-mean) if mean is not None else jnp.asarray(logit)
        return {"total_count": jnp.asarray(total_count), "logit": logit}

    @classmethod
    def check(cls, **constants: Any) -> None:
        check_total(cls.__name__, **constants)

    @staticmethod
    def log_density(value: Array, total_count: Array, logit: Array) -> Array:
        # A whole number: nothing moves with it.
        total_count = jax.lax.stop_gradient(total_count)
        inside = (value >= 0) & (value <= total_count)
        successes = jnp.where(inside, value, 0)
        failures = jnp.where(inside, total_count - value, 0)
        # A certain outcome has a logit of infinity, and what does not happen counts for nothing.
        for_each = jnp.where(successes > 0, successes * jax.nn.log_sigmoid(logit), 0.0)
        against = jnp.where(failures > 0, failures * jax.nn.log_sigmoid(-logit), 0.0)
        ways = BinomialDistribution.log_base_measure(successes, total_count)
        return jnp.where(inside, ways + for_each + against, -jnp.inf)

    @staticmethod
    def log_base_measure(value: Array, total_count: Array) -> Array:
        return gammaln(total_count + 1.0) - gammaln(value + 1.0) - gammaln(total_count - value + 1.0)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], total_count: Array, logit: Array) -> Array:
        return jax.random.binomial(key, jnp.asarray(total_count, float), jax.nn.sigmoid(logit), shape).astype(int)

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        return (jnp.sqrt(BinomialDistribution.variance(**canonical)) * tangents["logit"],)

    @staticmethod
    def mean(total_count: Array, logit: Array) -> Array:
        return total_count * jax.nn.sigmoid(logit)

    @staticmethod
    def variance(total_count: Array, logit: Array) -> Array:
        return total_count * jax.nn.sigmoid(logit) * jax.nn.sigmoid(-logit)

    @staticmethod
    def expected_log_density(x: FirstMoment, total_count: float, mean: UnitMoments) -> Array:
        return x.first * mean.log + (total_count - x.first) * mean.log_complement

    @classmethod
    def family_of(
        cls, event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]], constants: Mapping[str, np.ndarray]
    ) -> Family:
        del event, parameters
        return Binomial(the_total(cls.__name__, constants))

    @staticmethod
    def in_support(value: Array, total_count: Array, logit: Array) -> Array:
        del logit
        return (value >= 0) & (value <= total_count) & (value == jnp.floor(value))
