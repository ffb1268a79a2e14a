"""A normal variable together with the precision it was drawn with: normal-gamma, normal-Wishart."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families.family import Invertible, Shape, ValueMoments, as_key, register
from whyboard.families.gamma import Gamma
from whyboard.families.matrix import apply, inverse, log_determinant, outer, symmetric
from whyboard.families.moments import (
    MatrixMoments,
    NormalGammaMoments,
    NormalMoments,
    NormalWishartMoments,
    PositiveMoments,
)
from whyboard.families.normal import LOG_2PI, Normal
from whyboard.families.product import Product
from whyboard.families.wishart import Wishart


@register
@dataclass(frozen=True)
class NormalGamma(Invertible):
    r"""A number or vector and its precision, $x \sim N(m, (t K)^{-1})$ and $t \sim Gamma(a, b)$.

    A value is the pair ``(x, t)``. Natural parameters are $(K m, -K / 2, -b - m' K m / 2, a - 1 + d / 2)$.

    Args:
        dim: how many elements share the precision. If None, one, and moments of it have no event axes.
    """

    dim: int | None = None

    @property
    def value_dims(self) -> tuple[Shape, Shape]:
        return self._event, ()

    def contains(self, value: tuple[Array, Array]) -> Array:
        return Product((Normal(self.dim), Gamma())).contains(value)

    def statistics(self, value: tuple[Array, Array]) -> NormalGammaMoments:
        x, precision = map(jnp.asarray, value)
        square = x**2 if self.dim is None else outer(x, x)
        return NormalGammaMoments(
            self._over(precision, 1) * x, self._over(precision, 2) * square, precision, jnp.log(precision)
        )

    def log_partition(self, natural: NormalGammaMoments) -> Array:
        _, strength, precision = self._parts(natural)
        volume = jnp.log(strength) if self.dim is None else log_determinant(strength)
        return Gamma().log_partition(precision) + (self._size * LOG_2PI - volume) / 2

    def to_mean(self, natural: NormalGammaMoments) -> NormalGammaMoments:
        mean, strength, precision = self._parts(natural)
        first, log = Gamma().to_mean(precision)
        square, spread = (mean**2, 1 / strength) if self.dim is None else (outer(mean, mean), inverse(strength))
        return NormalGammaMoments(self._over(first, 1) * mean, self._over(first, 2) * square + spread, first, log)

    def to_natural(self, mean: NormalGammaMoments) -> NormalGammaMoments:
        (centre, second), precision = self.apart(mean)
        # What is scattered around the mean, in units of the precision, is one over the strength.
        square = centre**2 if self.dim is None else outer(centre, centre)
        scatter = self._over(jnp.asarray(mean.precision), 2) * (second - square)
        strength = 1 / scatter if self.dim is None else inverse(scatter)
        first = strength * centre if self.dim is None else apply(strength, centre)
        rate, log = Gamma().to_natural(precision)
        return NormalGammaMoments(first, -strength / 2, rate - self._total(first * centre) / 2, log + self._size / 2)

    def apart(self, moments: NormalGammaMoments) -> tuple[NormalMoments, PositiveMoments]:
        """Moments of each that stand for both wherever the precision multiplies what is linear in the others."""
        first = jnp.asarray(moments.precision)
        return (
            NormalMoments(
                moments.weighted_first / self._over(first, 1), moments.weighted_second / self._over(first, 2)
            ),
            PositiveMoments(first, moments.log_precision),
        )

    def value_moments(self, natural: NormalGammaMoments) -> ValueMoments:
        """The number has a Student distribution; its variance is infinite up to a concentration of 1."""
        mean, strength, precision = self._parts(natural)
        concentration, rate = 1 + precision.log, -precision.first
        inverse_strength = 1 / strength if self.dim is None else jnp.diagonal(inverse(strength), axis1=-2, axis2=-1)
        scale = jnp.where(concentration > 1, rate / (concentration - 1), jnp.inf)
        first, variance = Gamma().value_moments(precision)
        return ValueMoments((mean, first), (self._over(scale, 1) * inverse_strength, variance))

    def sample(self, key: Array | int, natural: NormalGammaMoments, shape: Shape = ()) -> tuple[Array, Array]:
        mean, strength, precision = self._parts(natural)
        key, noise_key = jax.random.split(as_key(key))
        t = Gamma().sample(key, precision, shape)
        noise = jax.random.normal(noise_key, (*t.shape, *self._event), t.dtype)
        root = 1 / jnp.sqrt(strength) if self.dim is None else jnp.linalg.cholesky(inverse(strength))
        scattered = root * noise if self.dim is None else apply(root, noise)
        return mean + scattered / self._over(jnp.sqrt(t), 1), t

    def mode(self, natural: NormalGammaMoments) -> tuple[Array, Array]:
        mean, _, precision = self._parts(natural)
        return mean, Gamma().mode(precision._replace(log=jnp.asarray(natural.log_precision)))

    def given_precision(self, natural: NormalGammaMoments) -> tuple[Array, Array]:
        """The mean, and the precision in units of the other variable."""
        return self._parts(natural)[:2]

    def precision_alone(self, natural: NormalGammaMoments) -> PositiveMoments:
        """The natural parameters of the precision, whatever the number is."""
        return self._parts(natural)[2]

    def _parts(self, natural: NormalGammaMoments) -> tuple[Array, Array, PositiveMoments]:
        """The mean, its strength in units of the precision, and natural parameters of the precision alone."""
        first, second = jnp.asarray(natural.weighted_first), jnp.asarray(natural.weighted_second)
        if self.dim is None:
            strength = -2 * second
            mean = first / strength
        else:
            strength = -2 * symmetric(second)
            mean = apply(inverse(strength), first)
        rate = -jnp.asarray(natural.precision) - self._total(first * mean) / 2
        return mean, strength, PositiveMoments(-rate, jnp.asarray(natural.log_precision) - self._size / 2)

    @property
    def _event(self) -> Shape:
        return () if self.dim is None else (self.dim,)

    @property
    def _size(self) -> int:
        return 1 if self.dim is None else self.dim

    def _total(self, products: Array) -> Array:
        return products if self.dim is None else products.sum(-1)

    def _over(self, precision: Array, axes: int) -> Array:
        """With axes for each time that the number stands in a moment."""
        return precision if self.dim is None else precision[(..., *(None,) * axes)]


@register
@dataclass(frozen=True)
class NormalWishart(Invertible):
    r"""A vector and its precision matrix, $x \sim N(m, (k L)^{-1})$ and $L \sim Wishart$; a value is ``(x, L)``.

    Natural parameters are $(k m, -k / 2, -V^{-1} / 2 - k m m' / 2, (n - d) / 2)$.
    """

    dim: int

    @property
    def value_dims(self) -> tuple[Shape, Shape]:
        return (self.dim,), (self.dim, self.dim)

    def contains(self, value: tuple[Array, Array]) -> Array:
        return Product((Normal(self.dim), Wishart(self.dim))).contains(value)

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

    def to_natural(self, mean: NormalWishartMoments) -> NormalWishartMoments:
        weighted = jnp.asarray(mean.weighted_first)
        centre = apply(inverse(mean.precision), weighted)
        # The scatter around the mean, in units of the precision matrix, is the dimension over the strength.
        strength = self.dim / (jnp.asarray(mean.weighted_second) - (centre * weighted).sum(-1))
        first, log_det = Wishart(self.dim).to_natural(MatrixMoments(mean.precision, mean.log_det))
        first = first - strength[..., None, None] * outer(centre, centre) / 2
        return NormalWishartMoments(strength[..., None] * centre, -strength / 2, first, log_det + 0.5)

    def apart(self, moments: NormalWishartMoments) -> tuple[NormalMoments, MatrixMoments]:
        """Moments of each that stand for both wherever the precision multiplies the vector itself and what is added."""
        covariance = inverse(moments.precision)
        second = jnp.asarray(moments.weighted_second)[..., None, None] / self.dim * covariance
        return (
            NormalMoments(apply(covariance, moments.weighted_first), second),
            MatrixMoments(moments.precision, moments.log_det),
        )

    def given_precision(self, natural: NormalWishartMoments) -> tuple[Array, Array]:
        """The mean, and the precision in units of the other variable."""
        return self._parts(natural)[:2]

    def precision_alone(self, natural: NormalWishartMoments) -> MatrixMoments:
        """The natural parameters of the precision matrix, whatever the vector is."""
        return self._parts(natural)[2]

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
