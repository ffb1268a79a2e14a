"""The inverse gamma distribution."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import gammaln

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.distributions.gamma import GammaDistribution
from whyboard.families import Family, InverseGamma, InversePositiveMoments, PositiveMoments


@register
class InverseGammaDistribution(Distribution):
    r"""A positive variable whose inverse is gamma distributed, as variances are.

    Mathematically, $p(x) \propto x^{-a-1} e^{-s / x}$.

    Args:
        concentration: positive.
        scale: positive, unit of ``x``.
        rate: positive, one over the scale; instead of it.
    """

    synonyms = ("InvGamma",)

    parameters = (
        Parameter("concentration", domain="positive"),
        Parameter("rate", domain="positive"),
        Parameter("scale", domain="positive"),
    )
    alternatives = ((("rate",), ("scale",)),)
    canonical_names = ("concentration", "scale")
    moment_parameters = {"scale": {"scale": 1, "rate": -1}}  # noqa: RUF012

    @staticmethod
    def convert(concentration: Array, rate: Array | None = None, scale: Array | None = None) -> dict[str, Array]:
        return {"concentration": concentration, "scale": 1 / rate if rate is not None else jnp.asarray(scale)}

    @staticmethod
    def log_density(value: Array, concentration: Array, scale: Array) -> Array:
        inside = value > 0
        value = jnp.where(inside, value, 1)
        powers = concentration * jnp.log(scale) - (concentration + 1) * jnp.log(value)
        return jnp.where(inside, powers - scale / value - gammaln(concentration), -jnp.inf)

    @staticmethod
    def expected_log_density(x: InversePositiveMoments, concentration: float, scale: PositiveMoments) -> Array:
        powers = concentration * scale.log - (concentration + 1) * x.log
        return powers - scale.first * x.inverse - gammaln(concentration)

    @staticmethod
    def parameters_of(natural: InversePositiveMoments) -> dict[str, Array]:
        return {"concentration": -jnp.asarray(natural.log) - 1, "scale": -jnp.asarray(natural.inverse)}

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del event, parameters
        return InverseGamma()

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], concentration: Array, scale: Array) -> Array:
        return scale / jax.random.gamma(key, concentration, shape)

    @staticmethod
    def whiten(z: Array, concentration: Array, scale: Array) -> Array:
        # Large values of the inverse are small ones here.
        return 1 / GammaDistribution.whiten(-z, concentration, scale)

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        inverse = {"concentration": canonical["concentration"], "rate": canonical["scale"]}
        moved = {"concentration": tangents["concentration"], "rate": tangents["scale"]}
        return GammaDistribution.fisher_root(inverse, moved)

    @staticmethod
    def mean(concentration: Array, scale: Array) -> Array:
        return jnp.where(concentration > 1, scale / (concentration - 1), jnp.inf)

    @staticmethod
    def variance(concentration: Array, scale: Array) -> Array:
        squared = (scale / (concentration - 1)) ** 2 / (concentration - 2)
        return jnp.where(concentration > 2, squared, jnp.inf)

    @staticmethod
    def in_support(value: Array, concentration: Array, scale: Array) -> Array:
        del concentration, scale
        return (value > 0) & jnp.isfinite(value)
