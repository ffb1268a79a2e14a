"""The Dirac distribution: a named deterministic value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
from jax import Array

from whyboard.distributions.distribution import Distribution, Parameter, register

if TYPE_CHECKING:
    from whyboard.value_type import DType


@register
class DiracDistribution(Distribution):
    """A variable that always equals its mean: a name for a result.

    Args:
        mean: the value, of a dtype that fits the variable's.
    """

    synonyms = ("Deterministic", "Delta", "PointMass")

    parameters = (Parameter("mean"),)
    dtypes = ("float", "bool", "int")
    group = "deterministic"
    deterministic = True

    @classmethod
    def parameter_dtype(cls, name: str, dtype: DType) -> DType:
        del name
        return dtype

    @staticmethod
    def log_density(value: Array, mean: Array) -> Array:
        return jnp.where(value == mean, 0.0, -jnp.inf)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], mean: Array) -> Array:
        del key
        return jnp.broadcast_to(mean, shape)

    @staticmethod
    def whiten(z: Array, mean: Array) -> Array:
        return jnp.broadcast_to(mean, jnp.broadcast_shapes(jnp.shape(z), jnp.shape(mean)))

    @staticmethod
    def mean(mean: Array) -> Array:
        return jnp.asarray(mean, float)

    @staticmethod
    def variance(mean: Array) -> Array:
        return jnp.zeros_like(mean, float)

    @staticmethod
    def in_support(value: Array, mean: Array) -> Array:
        return value == mean
