"""The categorical distribution."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.families import Categorical, CountMoments, Family, SimplexMoments


@register
class CategoricalDistribution(Distribution):
    r"""One of K categories, numbered from 0.

    Mathematically, $p(k) = p_k$; the last axis of the parameter runs over the categories.

    Args:
        probabilities: ``(*shape, K)``, not negative, with sum 1.
        logits: ``(*shape, K)``, any real numbers; logarithms of the probabilities up to a constant, instead of them.
    """

    synonyms = ("Discrete", "Multinoulli")

    parameters = (Parameter("probabilities", domain="simplex", event_ndim=1), Parameter("logits", event_ndim=1))
    alternatives = ((("probabilities",), ("logits",)),)
    canonical_names = ("logits",)
    moment_parameters = {"probabilities": {"probabilities": 1, "logits": jax.nn.softmax}}  # noqa: RUF012
    dtypes = ("int",)
    group = "discrete"

    @staticmethod
    def convert(probabilities: Array | None = None, logits: Array | None = None) -> dict[str, Array]:
        return {"logits": jnp.log(probabilities) if probabilities is not None else jnp.asarray(logits)}

    @classmethod
    def categories(cls, shapes: Mapping[str, tuple[int, ...]]) -> int | None:
        return next((shape[-1] for shape in shapes.values() if shape), None)

    @staticmethod
    def log_density(value: Array, logits: Array) -> Array:
        categories = logits.shape[-1]
        inside = (value >= 0) & (value < categories)
        logits = jax.nn.log_softmax(logits)
        place = jnp.where(inside, value, 0)[..., None].astype(int)
        logits = jnp.broadcast_to(logits, (*jnp.broadcast_shapes(place.shape[:-1], logits.shape[:-1]), categories))
        place = jnp.broadcast_to(place, (*logits.shape[:-1], 1))
        return jnp.where(inside, jnp.take_along_axis(logits, place, axis=-1)[..., 0], -jnp.inf)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], logits: Array) -> Array:
        return jax.random.categorical(key, logits, axis=-1, shape=shape)

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        probabilities = jax.nn.softmax(canonical["logits"])
        tangent = tangents["logits"]
        centred = tangent - jnp.sum(probabilities * tangent, axis=-1, keepdims=True)
        return (jnp.exp(jax.nn.log_softmax(canonical["logits"]) / 2) * centred,)

    @staticmethod
    def mean(logits: Array) -> Array:
        return jax.nn.softmax(logits) @ jnp.arange(logits.shape[-1], dtype=float)

    @staticmethod
    def variance(logits: Array) -> Array:
        distance = jnp.arange(logits.shape[-1]) - CategoricalDistribution.mean(logits)[..., None]
        return jnp.sum(jax.nn.softmax(logits) * distance**2, axis=-1)

    @staticmethod
    def expected_log_density(x: CountMoments, probabilities: SimplexMoments) -> Array:
        return (x.counts * probabilities.log).sum(-1)

    @staticmethod
    def parameters_of(natural: CountMoments) -> dict[str, Array]:
        return {"probabilities": jax.nn.softmax(jnp.asarray(natural.counts), axis=-1)}

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del event
        return Categorical(parameters["probabilities"][0])

    @staticmethod
    def in_support(value: Array, logits: Array) -> Array:
        return (value >= 0) & (value < logits.shape[-1]) & (value == jnp.floor(value))
