"""The beta distribution."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import betaln, polygamma, xlog1py, xlogy

from whyboard.distributions.beta_quantile import logit_beta_quantile
from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.families import Beta, Family, UnitMoments


@register
class BetaDistribution(Distribution):
    r"""A share between 0 and 1.

    Mathematically, $p(x) \propto x^{a-1} (1 - x)^{b-1}$.

    Args:
        alpha: positive; counts in favour of 1.
        beta: positive; counts in favour of 0.
        mean: 0 to 1; with the concentration, instead of alpha and beta.
        concentration: positive; alpha plus beta.
    """

    parameters = (
        Parameter("alpha", domain="positive"),
        Parameter("beta", domain="positive"),
        Parameter("mean", domain="unit"),
        Parameter("concentration", domain="positive"),
    )
    alternatives = ((("alpha", "beta"), ("mean", "concentration")),)
    canonical_names = ("alpha", "beta")
    searched = True

    @staticmethod
    def convert(
        alpha: Array | None = None,
        beta: Array | None = None,
        mean: Array | None = None,
        concentration: Array | None = None,
    ) -> dict[str, Array]:
        if mean is not None and concentration is not None:
            return {"alpha": mean * concentration, "beta": (1 - mean) * concentration}
        return {"alpha": jnp.asarray(alpha), "beta": jnp.asarray(beta)}

    @staticmethod
    def log_density(value: Array, alpha: Array, beta: Array) -> Array:
        inside = (value >= 0) & (value <= 1)
        value = jnp.where(inside, value, 0.5)
        density = xlogy(alpha - 1, value) + xlog1py(beta - 1, -value) - betaln(alpha, beta)
        return jnp.where(inside, density, -jnp.inf)

    @staticmethod
    def expected_log_density(x: UnitMoments, alpha: float, beta: float) -> Array:
        return (alpha - 1) * x.log + (beta - 1) * x.log_complement - betaln(alpha, beta)

    @staticmethod
    def parameters_of(natural: UnitMoments) -> dict[str, Array]:
        return {"alpha": 1 + jnp.asarray(natural.log), "beta": 1 + jnp.asarray(natural.log_complement)}

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del event, parameters
        return Beta()

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], alpha: Array, beta: Array) -> Array:
        return jax.random.beta(key, alpha, beta, shape)

    @staticmethod
    def whiten(z: Array, alpha: Array, beta: Array) -> Array:
        return jax.nn.sigmoid(logit_beta_quantile(*(jnp.asarray(each, float) for each in (z, alpha, beta))))

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        alpha, beta = canonical["alpha"], canonical["beta"]
        shared = polygamma(1, alpha + beta)
        own, other = polygamma(1, alpha) - shared, polygamma(1, beta) - shared
        return (
            jnp.sqrt(own) * (tangents["alpha"] - shared / own * tangents["beta"]),
            jnp.sqrt(other - shared**2 / own) * tangents["beta"],
        )

    @staticmethod
    def mean(alpha: Array, beta: Array) -> Array:
        return alpha / (alpha + beta)

    @staticmethod
    def variance(alpha: Array, beta: Array) -> Array:
        total = alpha + beta
        return alpha * beta / (total**2 * (total + 1))

    @staticmethod
    def in_support(value: Array, alpha: Array, beta: Array) -> Array:
        del alpha, beta
        return (value >= 0) & (value <= 1)
