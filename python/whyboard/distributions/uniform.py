"""The uniform distribution."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import ndtr

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.errors import ParameterError


@register
class UniformDistribution(Distribution):
    r"""A variable that lies anywhere between two bounds with equal density.

    Mathematically, $p(x) = 1 / (h - l)$ for $l \le x \le h$.

    Args:
        center: any real number; the middle of the interval.
        width: positive, unit of ``x``; the length of the interval.
        low: any real number; with ``high`` instead of ``center`` and ``width``.
        high: above ``low``.
    """

    parameters = (Parameter("center"), Parameter("width", domain="positive"), Parameter("low"), Parameter("high"))
    alternatives = ((("center", "width"), ("low", "high")),)
    canonical_names = ("low", "high")
    edges = ("low", "high")

    @classmethod
    def check(cls, **constants: Any) -> None:
        if "low" not in constants or "high" not in constants:
            return
        low, high = np.broadcast_arrays(constants["low"], constants["high"])
        if not (low < high).all():
            place = tuple(np.argwhere(~(low < high))[0])
            raise ParameterError(
                f"UniformDistribution got low {low[place]:g} and high {high[place]:g}. Expected low below high."
            )

    @staticmethod
    def convert(
        center: Array | None = None, width: Array | None = None, low: Array | None = None, high: Array | None = None
    ) -> dict[str, Array]:
        if center is not None and width is not None:
            return {"low": jnp.asarray(center - width / 2), "high": jnp.asarray(center + width / 2)}
        return {"low": jnp.asarray(low), "high": jnp.asarray(high)}

    @staticmethod
    def log_density(value: Array, low: Array, high: Array) -> Array:
        return jnp.where((value >= low) & (value <= high), -jnp.log(high - low), -jnp.inf)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], low: Array, high: Array) -> Array:
        return low + (high - low) * jax.random.uniform(key, shape)

    @staticmethod
    def whiten(z: Array, low: Array, high: Array) -> Array:
        # Measured from the nearer bound, so that neither end is lost to rounding.
        return jnp.where(z < 0, low + (high - low) * ndtr(z), high - (high - low) * ndtr(-z))

    @staticmethod
    def mean(low: Array, high: Array) -> Array:
        return (low + high) / 2

    @staticmethod
    def variance(low: Array, high: Array) -> Array:
        return (high - low) ** 2 / 12

    @staticmethod
    def in_support(value: Array, low: Array, high: Array) -> Array:
        return (value >= low) & (value <= high)
