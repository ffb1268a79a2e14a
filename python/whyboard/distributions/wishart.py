"""The Wishart distribution."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.linalg import solve_triangular
from jax.scipy.special import multigammaln

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.distributions.gamma_quantile import log_gamma_quantile
from whyboard.families import Family, MatrixMoments, Wishart
from whyboard.families.matrix import log_determinant, symmetric


@register
class WishartDistribution(Distribution):
    r"""A positive definite matrix, as precisions of vectors are.

    Mathematically, $p(X) \propto |X|^{(n - d - 1) / 2} e^{-tr(V^{-1} X) / 2}$.

    Args:
        degrees_of_freedom: greater than d - 1.
        inverse_scale: ``(*plates, d, d)``, positive definite; the mean is n times its inverse.
        scale: ``(*plates, d, d)``; its inverse, instead of it.

    Source: Bishop (2006), appendix B.
    """

    parameters = (
        Parameter("degrees_of_freedom", domain="positive"),
        Parameter("inverse_scale", event_ndim=2),
        Parameter("scale", event_ndim=2),
    )
    alternatives = ((("inverse_scale",), ("scale",)),)
    canonical_names = ("degrees_of_freedom", "inverse_scale")
    moment_parameters = {  # noqa: RUF012
        "inverse_scale": {"inverse_scale": 1, "scale": lambda matrix: jnp.linalg.inv(symmetric(matrix))}
    }
    event_ndim = 2
    support = "positive_definite"
    searched = True
    group = "vector"

    @staticmethod
    def convert(
        degrees_of_freedom: Array, inverse_scale: Array | None = None, scale: Array | None = None
    ) -> dict[str, Array]:
        if scale is not None:
            inverse_scale = jnp.linalg.inv(symmetric(scale))
        return {"degrees_of_freedom": degrees_of_freedom, "inverse_scale": jnp.asarray(inverse_scale)}

    @staticmethod
    def log_density(value: Array, degrees_of_freedom: Array, inverse_scale: Array) -> Array:
        moments = MatrixMoments(jnp.asarray(value), log_determinant(value))
        scale = MatrixMoments(inverse_scale, log_determinant(inverse_scale))
        formula: Any = WishartDistribution.expected_log_density
        return formula(moments, degrees_of_freedom, scale)

    @staticmethod
    def expected_log_density(x: MatrixMoments, degrees_of_freedom: float, inverse_scale: MatrixMoments) -> Array:
        d, n = x.first.shape[-1], jnp.asarray(degrees_of_freedom)
        fit = (inverse_scale.first * x.first).sum((-1, -2)) / 2
        volume = n * (d * math.log(2) - inverse_scale.log_det) / 2 + multigammaln(n / 2, d)
        return (n - d - 1) / 2 * x.log_det - fit - volume

    @staticmethod
    def parameters_of(natural: MatrixMoments) -> dict[str, Array]:
        inverse_scale = -2 * symmetric(natural.first)
        degrees = 2 * jnp.asarray(natural.log_det) + inverse_scale.shape[-1] + 1
        return {"degrees_of_freedom": degrees, "inverse_scale": inverse_scale}

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del parameters
        return Wishart(event[0])

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], degrees_of_freedom: Array, inverse_scale: Array) -> Array:
        plates, d = shape[:-2], shape[-1]
        rate = jnp.broadcast_to(inverse_scale / 2, shape)
        half = jnp.broadcast_to((degrees_of_freedom - d - 1) / 2, plates)
        return Wishart(d).sample(key, MatrixMoments(-rate, half))

    @staticmethod
    def whiten(z: Array, degrees_of_freedom: Array, inverse_scale: Array) -> Array:
        """By Bartlett's decomposition: roots of chi-squared variables on the diagonal of a triangle, noise below it.

        What stands above the diagonal of the noise has no effect.
        """
        z = jnp.asarray(z, float)
        d = z.shape[-1]
        halves = (jnp.asarray(degrees_of_freedom, float)[..., None] - np.arange(d)) / 2
        halves = jnp.broadcast_to(halves, z.shape[:-1])
        logs = log_gamma_quantile(jnp.diagonal(z, axis1=-2, axis2=-1), halves)
        roots = jnp.exp((logs + math.log(2)) / 2)[..., None] * jnp.eye(d) + jnp.tril(z, -1)
        outer = jnp.broadcast_to(jnp.linalg.cholesky(symmetric(inverse_scale)), z.shape)
        root = solve_triangular(outer, roots, trans=1, lower=True)
        return root @ jnp.swapaxes(root, -1, -2)

    @staticmethod
    def mean(degrees_of_freedom: Array, inverse_scale: Array) -> Array:
        return jnp.asarray(degrees_of_freedom)[..., None, None] * jnp.linalg.inv(inverse_scale)

    @staticmethod
    def variance(degrees_of_freedom: Array, inverse_scale: Array) -> Array:
        scale = jnp.linalg.inv(inverse_scale)
        diagonal = jnp.diagonal(scale, axis1=-2, axis2=-1)
        both = diagonal[..., :, None] * diagonal[..., None, :]
        return jnp.asarray(degrees_of_freedom)[..., None, None] * (scale**2 + both)

    @staticmethod
    def in_support(value: Array, degrees_of_freedom: Array, inverse_scale: Array) -> Array:
        del degrees_of_freedom, inverse_scale
        return jnp.isfinite(log_determinant(value))
