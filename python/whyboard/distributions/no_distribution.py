"""The placeholder that data must fill."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from whyboard.distributions.distribution import Distribution, register
from whyboard.errors import ParameterError


@register
class NoDistribution(Distribution):
    """A placeholder that data must fill completely; it is conditioned on and has no density of its own."""

    synonyms = ("Observed", "Input")

    dtypes = ("float", "int", "bool")
    label = "Data only"
    group = "deterministic"
    data_only = True

    @staticmethod
    def log_density(value: Array) -> Array:
        return jnp.zeros(jnp.shape(value))

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...]) -> Array:
        del key
        raise ParameterError(
            f"NoDistribution cannot be sampled (shape {shape}). Link data to the variable, or give it a distribution."
        )

    @staticmethod
    def mean() -> Array:
        return jnp.asarray(jnp.nan)

    @staticmethod
    def variance() -> Array:
        return jnp.asarray(jnp.nan)

    @staticmethod
    def in_support(value: Array) -> Array:
        return jnp.isfinite(value)
