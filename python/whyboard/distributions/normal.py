"""The normal distribution."""

from __future__ import annotations

import math
from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.families import Family, Normal, NormalMoments, PositiveMoments
from whyboard.families.normal import LOG_2PI


@register
class NormalDistribution(Distribution):
    r"""A real variable that scatters symmetrically around its mean.

    Mathematically, $p(x) \propto e^{-(x - m)^2 / 2 s^2}$.

    Args:
        mean: any real number; 0 where none is given.
        variance: positive, square of the unit of ``x``; 1 where no scale is given.
        standard_deviation: positive, unit of ``x``; instead of the variance.
        precision: positive, one over the variance; instead of the variance.
    """

    synonyms = ("Gaussian", "Gauss")

    parameters = (
        Parameter("mean", default=0.0),
        Parameter("variance", default=1.0, domain="positive"),
        Parameter("standard_deviation", domain="positive"),
        Parameter("precision", domain="positive"),
    )
    alternatives = ((("variance",), ("standard_deviation",), ("precision",)),)
    location = "mean"
    canonical_names = ("mean", "standard_deviation")
    moment_parameters = {"precision": {"precision": 1, "variance": -1, "standard_deviation": -2}}  # noqa: RUF012

    @staticmethod
    def convert(
        mean: Array,
        variance: Array | None = None,
        standard_deviation: Array | None = None,
        precision: Array | None = None,
    ) -> dict[str, Array]:
        if variance is not None:
            standard_deviation = jnp.sqrt(variance)
        elif precision is not None:
            standard_deviation = 1 / jnp.sqrt(precision)
        return {"mean": mean, "standard_deviation": jnp.asarray(standard_deviation)}

    @staticmethod
    def log_density(value: Array, mean: Array, standard_deviation: Array) -> Array:
        z = (value - mean) / standard_deviation
        return -0.5 * z**2 - jnp.log(standard_deviation) - 0.5 * math.log(2 * math.pi)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], mean: Array, standard_deviation: Array) -> Array:
        return mean + standard_deviation * jax.random.normal(key, shape)

    @staticmethod
    def whiten(z: Array, mean: Array, standard_deviation: Array) -> Array:
        return mean + standard_deviation * z

    @staticmethod
    def unwhiten(value: Array, mean: Array, standard_deviation: Array) -> Array:
        return (value - mean) / standard_deviation

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        scale = canonical["standard_deviation"]
        return tangents["mean"] / scale, math.sqrt(2) * tangents["standard_deviation"] / scale

    @staticmethod
    def mean(mean: Array, standard_deviation: Array) -> Array:
        return jnp.broadcast_arrays(mean, standard_deviation)[0]

    @staticmethod
    def variance(mean: Array, standard_deviation: Array) -> Array:
        return jnp.broadcast_arrays(standard_deviation**2, mean)[0]

    @staticmethod
    def expected_log_density(x: NormalMoments, mean: NormalMoments, precision: PositiveMoments) -> Array:
        distance = x.second - 2 * x.first * mean.first + mean.second
        return (precision.log - precision.first * distance - LOG_2PI) / 2

    @staticmethod
    def parameters_of(natural: NormalMoments) -> dict[str, Array]:
        precision = -2 * jnp.asarray(natural.second)
        return {"mean": natural.first / precision, "standard_deviation": 1 / jnp.sqrt(precision)}

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del event, parameters
        return Normal()

    @staticmethod
    def in_support(value: Array, mean: Array, standard_deviation: Array) -> Array:
        del mean, standard_deviation
        return jnp.isfinite(value)
