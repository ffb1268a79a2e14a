"""A normal variable together with the precision it was drawn with: normal-gamma, normal-Wishart."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families.family import Normalised, Shape, ValueMoments, as_key, register
from whyboard.families.gamma import Gamma
from whyboard.families.matrix import apply, log_determinant, outer, symmetric
from whyboard.families.moments import (
    MatrixMoments,
    NormalGammaMoments,
    NormalWishartMoments,
    PositiveMoments,
)
from whyboard.families.normal import LOG_2PI
from whyboard.families.wishart import Wishart


@register
@dataclass(frozen=True)
class NormalGamma(Normalised):
    r"""A number and its precision, $x \sim N(m, 1 / (k t))$ and $t \sim Gamma(a, b)$; a value is the pair ``(x, t)``.

    Natural parameters are $(k m, -k / 2, -b - k m^2 / 2, a - 1/2)$.
    """

    @property
    def value_dims(self) -> tuple[Shape, Shape]:
        return (), ()

    def statistics(self, value: tuple[Array, Array]) -> NormalGammaMoments:
        x, precision = map(jnp.asarray, value)
        return NormalGammaMoments(precision * x, precision * x**2, precision, jnp.log(precision))

    def log_partition(self, natural: NormalGammaMoments) -> Array:
        _, strength, precision = self._parts(natural)
        return Gamma().log_partition(precision) - jnp.log(strength) / 2 + LOG_2PI / 2

    def to_mean(self, natural: NormalGammaMoments) -> NormalGammaMoments:
        mean, strength, precision = self._parts(natural)
        first, log = Gamma().to_mean(precision)
        return NormalGammaMoments(first * mean, first * mean**2 + 1 / strength, first, log)

    def value_moments(self, natural: NormalGammaMoments) -> ValueMoments:
        """The number has a Student distribution; its variance is infinite up to a concentration of 1."""
        mean, strength, precision = self._parts(natural)
        concentration, rate = 1 + precision.log, -precision.first
        spread = jnp.where(concentration > 1, rate / (concentration - 1) / strength, jnp.inf)
        first, variance = Gamma().value_moments(precision)
        return ValueMoments((mean, first), (spread, variance))

    def sample(self, key: Array | int, natural: NormalGammaMoments, shape: Shape = ()) -> tuple[Array, Array]:
        mean, strength, precision = self._parts(natural)
        key, noise_key = jax.random.split(as_key(key))
        t = Gamma().sample(key, precision, shape)
        return mean + jax.random.normal(noise_key, t.shape, t.dtype) / jnp.sqrt(strength * t), t

    def mode(self, natural: NormalGammaMoments) -> tuple[Array, Array]:
        mean, _, precision = self._parts(natural)
        return mean, Gamma().mode(precision._replace(log=jnp.asarray(natural.log_precision)))

    @staticmethod
    def _parts(natural: NormalGammaMoments) -> tuple[Array, Array, PositiveMoments]:
        """The mean, its strength in units of the precision, and natural parameters of the precision alone."""
        strength = -2 * jnp.asarray(natural.weighted_second)
        mean = jnp.asarray(natural.weighted_first) / strength
        rate = -jnp.asarray(natural.precision) - strength * mean**2 / 2
        return mean, strength, PositiveMoments(-rate, jnp.asarray(natural.log_precision) - 0.5)


@register
@dataclass(frozen=True)
class NormalWishart(Normalised):
    r"""A vector and its precision matrix, $x \sim N(m, (k L)^{-1})$ and $L \sim Wishart$; a value is ``(x, L)``.

    Natural parameters are $(k m, -k / 2, -V^{-1} / 2 - k m m' / 2, (n - d) / 2)$.
    """

    dim: int

    @property
    def value_dims(self) -> tuple[Shape, Shape]:
        return (self.dim,), (self.dim, self.dim)

    def statistics(self, value: tuple[Array, Array]) -> NormalWishartMoments:
        x, precision = map(jnp.asarray, value)
        weighted = apply(precision, x)
        return NormalWishartMoments(weighted, (x * weighted).sum(-1), precision, log_determinant(precision))

    def log_partition(self, natural: NormalWishartMoments) -> Array:
        _, strength, precision = self._parts(natural)
        return Wishart(self.dim).log_partition(precision) + self.dim * (LOG_2PI - jnp.log(strength)) / 2

    def to_mean(self, natural: NormalWishartMoments) -> NormalWishartMoments:
        mean, strength, precision = self._parts(natural)
        first, log_det = Wishart(self.dim).to_mean(precision)
        weighted = apply(first, mean)
        second = (mean * weighted).sum(-1) + self.dim / strength
        return NormalWishartMoments(weighted, second, first, log_det)

    def value_moments(self, natural: NormalWishartMoments) -> ValueMoments:
        """The vector has a Student distribution; its variance is infinite up to d + 1 degrees of freedom."""
        mean, strength, precision = self._parts(natural)
        excess = 2 * jnp.asarray(precision.log_det)[..., None]
        inverse_scale = jnp.diagonal(-2 * jnp.asarray(precision.first), axis1=-2, axis2=-1)
        spread = jnp.where(excess > 0, inverse_scale / excess / strength[..., None], jnp.inf)
        first, variance = Wishart(self.dim).value_moments(precision)
        return ValueMoments((mean, first), (spread, variance))

    def sample(self, key: Array | int, natural: NormalWishartMoments, shape: Shape = ()) -> tuple[Array, Array]:
        mean, strength, precision = self._parts(natural)
        key, noise_key = jax.random.split(as_key(key))
        matrix = Wishart(self.dim).sample(key, precision, shape)
        root = jnp.linalg.cholesky(jnp.linalg.inv(matrix))
        noise = jax.random.normal(noise_key, matrix.shape[:-1], matrix.dtype)
        return mean + apply(root, noise) / jnp.sqrt(strength)[..., None], matrix

    def mode(self, natural: NormalWishartMoments) -> tuple[Array, Array]:
        mean, _, precision = self._parts(natural)
        return mean, Wishart(self.dim).mode(precision._replace(log_det=jnp.asarray(natural.log_det)))

    @staticmethod
    def _parts(natural: NormalWishartMoments) -> tuple[Array, Array, MatrixMoments]:
        """The mean, its strength in units of the precision, and natural parameters of the precision alone."""
        strength = -2 * jnp.asarray(natural.weighted_second)
        mean = jnp.asarray(natural.weighted_first) / strength[..., None]
        first = symmetric(natural.precision) + strength[..., None, None] * outer(mean, mean) / 2
        return mean, strength, MatrixMoments(first, jnp.asarray(natural.log_det) - 0.5)
