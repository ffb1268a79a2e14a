"""The gamma distribution."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import gammaln, polygamma, xlogy

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.distributions.gamma_quantile import log_gamma_quantile
from whyboard.families import Family, Gamma, PositiveMoments


@register
class GammaDistribution(Distribution):
    r"""A positive variable with a concentration and a rate.

    Mathematically, $p(x) \propto x^{a-1} e^{-bx}$.

    Args:
        concentration: positive.
        rate: positive, inverse of the unit of ``x``.
        scale: positive, one over the rate; instead of it.

    Source: Bishop (2006), appendix B.
    """

    parameters = (
        Parameter("concentration", domain="positive"),
        Parameter("rate", domain="positive"),
        Parameter("scale", domain="positive"),
    )
    alternatives = ((("rate",), ("scale",)),)
    canonical_names = ("concentration", "rate")
    searched = True
    moment_parameters = {"rate": {"rate": 1, "scale": -1}}  # noqa: RUF012

    @staticmethod
    def convert(concentration: Array, rate: Array | None = None, scale: Array | None = None) -> dict[str, Array]:
        return {"concentration": concentration, "rate": 1 / scale if scale is not None else jnp.asarray(rate)}

    @staticmethod
    def log_density(value: Array, concentration: Array, rate: Array) -> Array:
        inside = value >= 0
        value = jnp.where(inside, value, 1)
        powers = xlogy(concentration, rate) + xlogy(concentration - 1, value)
        return jnp.where(inside, powers - rate * value - gammaln(concentration), -jnp.inf)

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], concentration: Array, rate: Array) -> Array:
        return jax.random.gamma(key, concentration, shape) / rate

    @staticmethod
    def whiten(z: Array, concentration: Array, rate: Array) -> Array:
        return jnp.exp(log_gamma_quantile(jnp.asarray(z, float), jnp.asarray(concentration, float)) - jnp.log(rate))

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        concentration, rate = canonical["concentration"], canonical["rate"]
        relative = tangents["concentration"] / concentration
        return (
            jnp.sqrt(_excess(concentration)) * tangents["concentration"],
            jnp.sqrt(concentration) * (tangents["rate"] / rate - relative),
        )

    @staticmethod
    def mean(concentration: Array, rate: Array) -> Array:
        return concentration / rate

    @staticmethod
    def variance(concentration: Array, rate: Array) -> Array:
        return concentration / rate**2

    @staticmethod
    def expected_log_density(x: PositiveMoments, concentration: float, rate: PositiveMoments) -> Array:
        return (concentration - 1) * x.log - rate.first * x.first + concentration * rate.log - gammaln(concentration)

    @staticmethod
    def parameters_of(natural: PositiveMoments) -> dict[str, Array]:
        return {"concentration": 1 + jnp.asarray(natural.log), "rate": -jnp.asarray(natural.first)}

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del event, parameters
        return Gamma()

    @staticmethod
    def in_support(value: Array, concentration: Array, rate: Array) -> Array:
        del concentration, rate
        return (value > 0) & jnp.isfinite(value)


def _excess(concentration: Array) -> Array:
    """The trigamma function minus 1 / a, by its series where the difference would be lost to rounding."""
    inverse = 1 / concentration
    series = inverse**2 * (0.5 + inverse * (1 / 6 - inverse**2 / 30))
    return jnp.where(concentration > 1e3, series, polygamma(1, concentration) - inverse)
