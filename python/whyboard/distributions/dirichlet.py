"""The Dirichlet distribution."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import gammaln, polygamma, xlogy

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.distributions.gamma_quantile import log_gamma_quantile
from whyboard.families import Dirichlet, Family, SimplexMoments


@register
class DirichletDistribution(Distribution):
    r"""Shares of K parts that sum to 1; the last axis runs over the parts.

    Mathematically, $p(x) \propto \prod_k x_k^{a_k - 1}$.

    Args:
        concentration: ``(*plates, K)``, positive; counts in favour of each part.

    Source: Bishop (2006), appendix B.
    """

    parameters = (Parameter("concentration", domain="positive", event_ndim=1),)
    event_ndim = 1
    support = "simplex"
    searched = True
    group = "vector"

    @staticmethod
    def log_density(value: Array, concentration: Array) -> Array:
        inside = DirichletDistribution.in_support(value, concentration)
        value = jnp.where(inside[..., None], value, 1 / value.shape[-1])
        concentration = jnp.broadcast_to(concentration, value.shape)
        return jnp.where(inside, xlogy(concentration - 1, value).sum(-1) - _log_volume(concentration), -jnp.inf)

    @staticmethod
    def expected_log_density(x: SimplexMoments, concentration: float) -> Array:
        counts = jnp.broadcast_to(concentration, jnp.broadcast_shapes(jnp.shape(concentration), jnp.shape(x.log)))
        return ((counts - 1) * x.log).sum(-1) - _log_volume(counts)

    @staticmethod
    def parameters_of(natural: SimplexMoments) -> dict[str, Array]:
        return {"concentration": 1 + jnp.asarray(natural.log)}

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del parameters
        return Dirichlet(event[0])

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], concentration: Array) -> Array:
        return jax.random.dirichlet(key, jnp.broadcast_to(concentration, shape), shape[:-1])

    @staticmethod
    def whiten(z: Array, concentration: Array) -> Array:
        """Gamma variables of unit rate, divided by their sum: the same for every order of the parts."""
        return jax.nn.softmax(log_gamma_quantile(jnp.asarray(z, float), jnp.asarray(concentration, float)), axis=-1)

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        concentration, moved = jnp.asarray(canonical["concentration"], float), tangents["concentration"]
        own, shared = polygamma(1, concentration), polygamma(1, concentration.sum(-1, keepdims=True))
        matrix = own[..., None] * jnp.eye(concentration.shape[-1]) - shared[..., None]
        return (jnp.einsum("...ji,...j->...i", jnp.linalg.cholesky(matrix), moved),)

    @staticmethod
    def mean(concentration: Array) -> Array:
        return concentration / concentration.sum(-1, keepdims=True)

    @staticmethod
    def variance(concentration: Array) -> Array:
        total = concentration.sum(-1, keepdims=True)
        share = concentration / total
        return share * (1 - share) / (total + 1)

    @staticmethod
    def in_support(value: Array, concentration: Array) -> Array:
        del concentration
        return (value >= 0).all(-1) & (jnp.abs(value.sum(-1) - 1) < 1e-6)


def _log_volume(concentration: Array) -> Array:
    return gammaln(concentration).sum(-1) - gammaln(concentration.sum(-1))
