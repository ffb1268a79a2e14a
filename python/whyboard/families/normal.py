"""Normal families: numbers, and vectors with full, diagonal, isotropic or unit covariance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.family import Frame, Invertible, Shape, ValueMoments, as_key, register
from whyboard.families.matrix import apply, inverse, outer, symmetric
from whyboard.families.moments import FirstMoment, NormalMoments

Covariance = Literal["full", "diagonal", "isotropic", "unit"]
LOG_2PI = math.log(2 * math.pi)


def Normal(dim: int | None = None, covariance: Covariance = "full") -> Invertible:  # noqa: N802
    """The normal family of numbers (``dim=None``) or of vectors of length ``dim`` with a covariance of this form.

    Raises:
        ParameterError: if the form of the covariance is unknown.
    """
    if covariance == "unit":
        return UnitNormal(dim)
    if covariance == "full" and dim is not None:
        return FullNormal(dim)
    if covariance in ("full", "diagonal", "isotropic"):
        return ScaledNormal(dim, isotropic=covariance == "isotropic")
    raise ParameterError(f"Normal got covariance={covariance!r}. Expected 'full', 'diagonal', 'isotropic' or 'unit'.")


class _MovableNormal(Invertible):
    """What normal families with a free scale share: they can be looked at from anywhere."""

    def features(self, value: Array) -> Array:
        value = jnp.asarray(value, float)
        return value if self.value_dims else value[..., None]

    def frame(self, value: Array) -> Frame:
        value = jnp.asarray(value, float)
        deviation = value.std(axis=0)
        return Frame(value.mean(axis=0), jnp.where(deviation > 0, deviation, 1))


@register
@dataclass(frozen=True)
class FullNormal(_MovableNormal):
    r"""Vectors with any covariance.

    Mathematically, $\log p(x) = \eta' x + x' H x - \psi$ with $\eta = \Lambda m$ and $H = -\Lambda / 2$.
    """

    dim: int

    @property
    def value_dims(self) -> Shape:
        return (self.dim,)

    def statistics(self, value: Array) -> NormalMoments:
        value = jnp.asarray(value)
        return NormalMoments(value, outer(value, value))

    def log_partition(self, natural: NormalMoments) -> Array:
        root = self._root(natural)
        half = _solved(root, natural.first)
        volume = jnp.log(jnp.diagonal(root, axis1=-2, axis2=-1)).sum(-1)
        return (half**2).sum(-1) / 2 - volume + self.dim * LOG_2PI / 2

    def to_mean(self, natural: NormalMoments) -> NormalMoments:
        # Plates that share a precision share its inverse.
        covariance = inverse(-2 * jnp.asarray(natural.second))
        mean = apply(covariance, natural.first)
        return NormalMoments(mean, covariance + outer(mean, mean))

    def to_natural(self, mean: NormalMoments) -> NormalMoments:
        first = jnp.asarray(mean.first)
        precision = jnp.linalg.inv(symmetric(mean.second) - outer(first, first))
        return NormalMoments(apply(precision, first), -precision / 2)

    def value_moments(self, natural: NormalMoments) -> ValueMoments:
        covariance = inverse(-2 * jnp.asarray(natural.second))
        return ValueMoments(apply(covariance, natural.first), jnp.diagonal(covariance, axis1=-2, axis2=-1))

    def sample(self, key: Array | int, natural: NormalMoments, shape: Shape = ()) -> Array:
        root = self._root(natural)
        half = _solved(root, natural.first)
        noise = jax.random.normal(as_key(key), (*shape, *half.shape), half.dtype)
        return _solved(root, half + noise, transposed=True)

    def mode(self, natural: NormalMoments) -> Array:
        return self.value_moments(natural).mean

    def seen_from(self, moments: NormalMoments, frame: Frame) -> NormalMoments:
        first, crossed = jnp.asarray(moments.first), outer(moments.first, frame.centre)
        moved = jnp.asarray(moments.second) - crossed - jnp.swapaxes(crossed, -1, -2)
        moved = moved + outer(frame.centre, frame.centre)
        return NormalMoments((first - frame.centre) / frame.scale, moved / outer(frame.scale, frame.scale))

    def _root(self, natural: NormalMoments) -> Array:
        """The Cholesky root of the precision."""
        return jnp.linalg.cholesky(-2 * symmetric(natural.second))


@register
@dataclass(frozen=True)
class ScaledNormal(_MovableNormal):
    """Numbers (``dim=None``), or vectors with independent entries: each with its variance, or all with one."""

    dim: int | None = None
    isotropic: bool = False

    @property
    def value_dims(self) -> Shape:
        return () if self.dim is None else (self.dim,)

    def statistics(self, value: Array) -> NormalMoments:
        value = jnp.asarray(value)
        return NormalMoments(value, self._pool(value**2))

    def log_partition(self, natural: NormalMoments) -> Array:
        first, precision = jnp.asarray(natural.first), self._each(-2 * jnp.asarray(natural.second))
        return self._total((first**2 / precision - jnp.log(precision) + LOG_2PI) / 2)

    def to_mean(self, natural: NormalMoments) -> NormalMoments:
        precision = self._each(-2 * jnp.asarray(natural.second))
        mean = jnp.asarray(natural.first) / precision
        return NormalMoments(mean, self._pool(mean**2 + 1 / precision))

    def to_natural(self, mean: NormalMoments) -> NormalMoments:
        first = jnp.asarray(mean.first)
        variance = (jnp.asarray(mean.second) - self._pool(first**2)) / (self._size if self.isotropic else 1)
        return NormalMoments(first / self._each(variance), -0.5 / variance)

    def value_moments(self, natural: NormalMoments) -> ValueMoments:
        precision = self._each(-2 * jnp.asarray(natural.second))
        mean = jnp.asarray(natural.first) / precision
        return ValueMoments(mean, jnp.broadcast_to(1 / precision, mean.shape))

    def sample(self, key: Array | int, natural: NormalMoments, shape: Shape = ()) -> Array:
        precision = self._each(-2 * jnp.asarray(natural.second))
        mean = jnp.asarray(natural.first) / precision
        noise = jax.random.normal(as_key(key), (*shape, *mean.shape), mean.dtype)
        return mean + noise / jnp.sqrt(precision)

    def mode(self, natural: NormalMoments) -> Array:
        precision = self._each(-2 * jnp.asarray(natural.second))
        return jnp.where(precision > 0, jnp.asarray(natural.first) / precision, jnp.nan)

    def frame(self, value: Array) -> Frame:
        centre, scale = super().frame(value)
        # One variance for all entries allows one scale for all of them.
        return Frame(centre, jnp.sqrt(jnp.mean(scale**2)) * jnp.ones(self.value_dims) if self.isotropic else scale)

    def seen_from(self, moments: NormalMoments, frame: Frame) -> NormalMoments:
        first, centre = jnp.asarray(moments.first), jnp.asarray(frame.centre)
        moved = jnp.asarray(moments.second) - self._pool(2 * first * centre - centre**2)
        scale = jnp.asarray(frame.scale)[..., 0] if self.isotropic and self.dim is not None else frame.scale
        return NormalMoments((first - centre) / frame.scale, moved / jnp.asarray(scale) ** 2)

    @property
    def _size(self) -> int:
        return 1 if self.dim is None else self.dim

    def _pool(self, squares: Array) -> Array:
        return squares.sum(-1) if self.isotropic and self.dim is not None else squares

    def _each(self, scale: Array) -> Array:
        """One value for each entry of a vector."""
        return scale[..., None] if self.isotropic and self.dim is not None else scale

    def _total(self, terms: Array) -> Array:
        if self.dim is None:
            return terms
        return jnp.broadcast_to(terms, (*terms.shape[:-1], self.dim)).sum(-1)


@register
@dataclass(frozen=True)
class UnitNormal(Invertible):
    """Numbers or vectors of covariance one: only the mean is free, and the natural parameter is the mean."""

    dim: int | None = None

    @property
    def value_dims(self) -> Shape:
        return () if self.dim is None else (self.dim,)

    def statistics(self, value: Array) -> FirstMoment:
        return FirstMoment(jnp.asarray(value))

    def log_base_measure(self, value: Array) -> Array:
        return self._total(-(jnp.asarray(value) ** 2) / 2 - LOG_2PI / 2)

    def log_partition(self, natural: FirstMoment) -> Array:
        return self._total(jnp.asarray(natural.first) ** 2 / 2)

    def to_mean(self, natural: FirstMoment) -> FirstMoment:
        return FirstMoment(jnp.asarray(natural.first))

    def to_natural(self, mean: FirstMoment) -> FirstMoment:
        return FirstMoment(jnp.asarray(mean.first))

    def value_moments(self, natural: FirstMoment) -> ValueMoments:
        mean = jnp.asarray(natural.first)
        return ValueMoments(mean, jnp.ones(mean.shape))

    def expected_log_base_measure(self, natural: FirstMoment) -> Array:
        return self._total(-(jnp.asarray(natural.first) ** 2) / 2 - (LOG_2PI + 1) / 2)

    def sample(self, key: Array | int, natural: FirstMoment, shape: Shape = ()) -> Array:
        mean = jnp.asarray(natural.first)
        return mean + jax.random.normal(as_key(key), (*shape, *mean.shape), jnp.result_type(float, mean))

    def mode(self, natural: FirstMoment) -> Array:
        return jnp.asarray(natural.first)

    def _total(self, terms: Array) -> Array:
        return terms if self.dim is None else terms.sum(-1)


def _solved(root: Array, vector: Array, *, transposed: bool = False) -> Array:
    """``L^-1 v``, or ``L'^-1 v``, for a lower triangle; in one call for all vectors that share it."""
    vector, size = jnp.asarray(vector), root.shape[-1]
    trans = 1 if transposed else 0
    if root.ndim == 2:
        columns = vector.reshape(-1, size).T
        return jax.scipy.linalg.solve_triangular(root, columns, trans=trans, lower=True).T.reshape(vector.shape)
    plates = jnp.broadcast_shapes(vector.shape[:-1], root.shape[:-2])
    columns = jnp.broadcast_to(vector, (*plates, size))[..., None]
    roots = jnp.broadcast_to(root, (*plates, size, size))
    return jax.scipy.linalg.solve_triangular(roots, columns, trans=trans, lower=True)[..., 0]
