"""Positive definite matrices: Wishart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import digamma, multigammaln, polygamma

from whyboard.families.family import Invertible, Shape, ValueMoments, as_key, register
from whyboard.families.matrix import log_determinant, outer, symmetric
from whyboard.families.moments import MatrixMoments

NEWTON_STEPS = 20


@register
@dataclass(frozen=True)
class Wishart(Invertible):
    r"""Precision matrices; natural parameters $(-V^{-1} / 2, (n - d - 1) / 2)$ of scale $V$ and degrees of freedom $n$.

    Source: Bishop (2006), appendix B.
    """

    dim: int
    support: ClassVar[str] = "positive"

    @property
    def value_dims(self) -> Shape:
        return (self.dim, self.dim)

    def contains(self, value: Array) -> Array:
        return jnp.isfinite(log_determinant(value))

    def statistics(self, value: Array) -> MatrixMoments:
        return MatrixMoments(jnp.asarray(value), log_determinant(value))

    def log_partition(self, natural: MatrixMoments) -> Array:
        half = self._half_degrees(natural)
        return multigammaln(half, self.dim) - half * log_determinant(-jnp.asarray(natural.first))

    def to_mean(self, natural: MatrixMoments) -> MatrixMoments:
        half = self._half_degrees(natural)
        rate = -symmetric(natural.first)
        log_det = digamma_sum(half, self.dim) - log_determinant(rate)
        return MatrixMoments(half[..., None, None] * jnp.linalg.inv(rate), log_det)

    def to_natural(self, mean: MatrixMoments) -> MatrixMoments:
        first = symmetric(mean.first)
        gap = log_determinant(first) - mean.log_det
        half = half_degrees_from_gap(gap, self.dim)
        rate = half[..., None, None] * jnp.linalg.inv(first)
        return MatrixMoments(-rate, half - (self.dim + 1) / 2)

    def value_moments(self, natural: MatrixMoments) -> ValueMoments:
        degrees = 2 * self._half_degrees(natural)[..., None, None]
        scale = jnp.linalg.inv(-2 * symmetric(natural.first))
        diagonal = jnp.diagonal(scale, axis1=-2, axis2=-1)
        return ValueMoments(degrees * scale, degrees * (scale**2 + outer(diagonal, diagonal)))

    def sample(self, key: Array | int, natural: MatrixMoments, shape: Shape = ()) -> Array:
        """By Bartlett's decomposition."""
        half = self._half_degrees(natural)
        scale = jnp.linalg.inv(-2 * symmetric(natural.first))
        plates = (*shape, *self.plates(natural))
        diagonal_key, rest_key = jax.random.split(as_key(key))
        freedom = half[..., None] - jnp.arange(self.dim) / 2
        diagonal = jnp.sqrt(2 * jax.random.gamma(diagonal_key, jnp.broadcast_to(freedom, (*plates, self.dim))))
        rest = jnp.tril(jax.random.normal(rest_key, (*plates, self.dim, self.dim), diagonal.dtype), -1)
        root = jnp.linalg.cholesky(scale) @ (rest + diagonal[..., None] * jnp.eye(self.dim))
        return root @ jnp.swapaxes(root, -1, -2)

    def mode(self, natural: MatrixMoments) -> Array:
        power = jnp.asarray(natural.log_det)[..., None, None]
        # The root is not a number where the rate is not positive definite.
        root = jnp.linalg.cholesky(-symmetric(natural.first))
        identity = jnp.broadcast_to(jnp.eye(self.dim, dtype=root.dtype), root.shape)
        return jnp.where(power > 0, power * jax.scipy.linalg.cho_solve((root, True), identity), jnp.nan)

    def _half_degrees(self, natural: MatrixMoments) -> Array:
        return jnp.asarray(natural.log_det) + (self.dim + 1) / 2


def digamma_sum(half: Array, dim: int) -> Array:
    """The derivative of the logarithm of the multivariate gamma function."""
    return digamma(half[..., None] - jnp.arange(dim) / 2).sum(-1)


def half_degrees_from_gap(gap: Array, dim: int) -> Array:
    """The ``h`` with ``dim log h - digamma_sum(h) == gap``: Newton steps for the distance from the least ``h``."""
    least = (dim - 1) / 2
    excess = dim * (dim + 1) / (4 * gap)

    def step(_: int, excess: Array) -> Array:
        half = least + excess
        error = dim * jnp.log(half) - digamma_sum(half, dim) - gap
        slope = dim / half - polygamma(1, half[..., None] - jnp.arange(dim) / 2).sum(-1)
        return excess * jnp.exp(-error / (slope * excess))

    return least + jax.lax.fori_loop(0, NEWTON_STEPS, step, jnp.asarray(excess))
