"""What an undirected term is to a solver: the density of something that is always observed."""

from __future__ import annotations

from collections.abc import Mapping

import jax.numpy as jnp
from jax import Array

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.families import Bernoulli, Family, FirstMoment


@register
class FactorDistribution(Distribution):
    r"""A term of the log joint. `wb.factor` makes one; it has no value that could be drawn or observed.

    Mathematically, $p \propto e^{f}$ with $f$ the ``log_density``. A solver sees a 0 that is observed whatever the data
    are, so that the term counts once for every entry of ``log_density``.
    """

    parameters = (Parameter("log_density"),)
    label = "Factor"
    group = "undirected"
    undirected = True

    @staticmethod
    def log_density(value: Array, log_density: Array) -> Array:
        return jnp.broadcast_to(log_density, jnp.shape(value))

    @staticmethod
    def expected_log_density(x: float, log_density: FirstMoment) -> Array:
        del x
        return jnp.asarray(log_density.first)

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        # Nothing is believed about a 0; it only must not have a base measure.
        del event, parameters
        return Bernoulli()

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], log_density: Array) -> Array:
        del key, log_density
        return jnp.zeros(shape)

    @staticmethod
    def mean(log_density: Array) -> Array:
        return jnp.zeros_like(log_density)

    @staticmethod
    def variance(log_density: Array) -> Array:
        return jnp.zeros_like(log_density)

    @staticmethod
    def in_support(value: Array, log_density: Array) -> Array:
        del log_density
        return jnp.isfinite(value)
