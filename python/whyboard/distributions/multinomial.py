"""The multinomial distribution."""

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
from whyboard.families import Family, Multinomial, MultinomialMoments, SimplexMoments


@register
class MultinomialDistribution(Distribution):
    r"""How often each of K categories occurs in a number of draws; the last axis runs over the categories.

    Mathematically, $p(x) = n! \prod_k p_k^{x_k} / x_k!$.

    Args:
        total_count: a whole number; how many draws there are.
        probabilities: ``(*plates, K)``, not negative, with sum 1.
        logits: ``(*plates, K)``, any real numbers; logarithms of the probabilities up to a constant, instead of them.
    """

    parameters = (
        Parameter("total_count", domain="integer"),
        Parameter("probabilities", domain="simplex", event_ndim=1),
        Parameter("logits", event_ndim=1),
    )
    alternatives = ((("probabilities",), ("logits",)),)
    canonical_names = ("total_count", "logits")
    moment_parameters = {"probabilities": {"probabilities": 1, "logits": jax.nn.softmax}}  # noqa: RUF012
    dtypes = ("int",)
    event_ndim = 1
    group = "vector"

    @staticmethod
    def convert(
        total_count: Array, probabilities: Array | None = None, logits: Array | None = None
    ) -> dict[str, Array]:
        return {
            "total_count": jnp.asarray(total_count),
            "logits": jnp.log(probabilities) if probabilities is not None else jnp.asarray(logits),
        }

    @classmethod
    def check(cls, **constants: Any) -> None:
        check_total(cls.__name__, **constants)

    @staticmethod
    def log_density(value: Array, total_count: Array, logits: Array) -> Array:
        # A whole number: nothing moves with it.
        total_count = jax.lax.stop_gradient(total_count)
        inside = (value >= 0).all(-1) & (value.sum(-1) == total_count)
        counts = jnp.where(inside[..., None], value, 0)
        terms = jnp.where(counts > 0, counts * jax.nn.log_softmax(logits), 0.0).sum(-1)
        ways = MultinomialDistribution.log_base_measure(counts, total_count)
        return jnp.where(inside, ways + terms, -jnp.inf)

    @staticmethod
    def log_base_measure(value: Array, total_count: Array) -> Array:
        return gammaln(total_count + 1.0) - gammaln(value + 1.0).sum(-1)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], total_count: Array, logits: Array) -> Array:
        total = jnp.asarray(total_count, float)
        probabilities = jnp.broadcast_to(jax.nn.softmax(logits), shape)
        return jax.random.multinomial(key, total, probabilities, shape=shape).astype(int)

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        logits, tangent = jnp.asarray(canonical["logits"]), tangents["logits"]
        centred = tangent - jnp.sum(jax.nn.softmax(logits) * tangent, axis=-1, keepdims=True)
        total = jnp.asarray(canonical["total_count"], float)[..., None]
        return (jnp.sqrt(total) * jnp.exp(jax.nn.log_softmax(logits) / 2) * centred,)

    @staticmethod
    def mean(total_count: Array, logits: Array) -> Array:
        return jnp.asarray(total_count)[..., None] * jax.nn.softmax(logits)

    @staticmethod
    def variance(total_count: Array, logits: Array) -> Array:
        share = jax.nn.softmax(logits)
        return jnp.asarray(total_count)[..., None] * share * (1 - share)

    @staticmethod
    def expected_log_density(x: MultinomialMoments, total_count: float, probabilities: SimplexMoments) -> Array:
        del total_count
        return (x.counts * probabilities.log).sum(-1)

    @classmethod
    def family_of(
        cls, event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]], constants: Mapping[str, np.ndarray]
    ) -> Family:
        del parameters
        return Multinomial(the_total(cls.__name__, constants), event[0])

    @staticmethod
    def in_support(value: Array, total_count: Array, logits: Array) -> Array:
        del logits
        return (value >= 0).all(-1) & (value.sum(-1) == total_count) & (value == jnp.floor(value)).all(-1)
