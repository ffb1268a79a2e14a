"""Triangular roots of covariances, of variables some of which may be known or follow from others."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families import NormalMoments
from whyboard.families.matrix import outer

UNROLLED = 3
"""Up to this size, every number of a root is a program of its own, which compiles to one loop over plates."""
SINGULAR = 16
"""Up to this size, variables may follow from others."""


class NormalRoot(NamedTuple):
    """Normal variables as standard normal ones: ``(*plates, n)`` and ``(*plates, n, n)``."""

    mean: Array
    factor: Array

    def at(self, z: Array) -> Array:
        """The values ``(*plates, n)`` at a standard normal ``(n,)``."""
        if z.shape[0] <= UNROLLED:
            return self.mean + sum((self.factor[..., i] * z[i] for i in range(z.shape[0])), start=jnp.zeros(()))
        return self.mean + self.factor @ z


def normal_root(moments: NormalMoments, count: int) -> NormalRoot:
    """Means, and the lower root of the covariance; zero where a variable is known or follows from those before it.

    Args:
        moments: of a vector of length ``count``, or of one number without an axis for it.
        count: how many.
    """
    first, second = jnp.asarray(moments.first), jnp.asarray(moments.second)
    if count == 1:
        return NormalRoot(first[..., None], _sqrt(second - first**2, first**2)[..., None, None])
    covariance = second - outer(first, first)
    if count <= UNROLLED:
        return NormalRoot(first, _unrolled(covariance, first**2, count))
    return NormalRoot(first, _by_columns(covariance, first**2) if count <= SINGULAR else _whole(covariance, first**2))


def _unrolled(covariance: Array, square: Array, count: int) -> Array:
    rows: list[list[Array]] = []
    for i in range(count):
        row: list[Array] = []
        for j in range(i + 1):
            rest = covariance[..., i, j]
            rest = rest - sum((row[k] * rows[j][k] if j < i else row[k] ** 2 for k in range(j)), start=jnp.zeros(()))
            if j == i:
                row.append(_sqrt(rest, square[..., i]))
            else:
                below = rows[j][j]
                row.append(jnp.where(below > 0, rest / jnp.where(below > 0, below, 1.0), 0.0))
        rows.append(row)
    zero = jnp.zeros(covariance.shape[:-2])
    return jnp.stack([jnp.stack([*row, *[zero] * (count - len(row))], axis=-1) for row in rows], axis=-2)


def _by_columns(covariance: Array, square: Array) -> Array:
    """Column after column."""
    size = covariance.shape[-1]
    place = jnp.arange(size)

    def column(factor: Array, j: Array) -> tuple[Array, None]:
        here = jnp.take(factor, j, axis=-2)
        rest = jnp.take(covariance, j, axis=-1) - (factor @ here[..., None])[..., 0]
        below = _sqrt(jnp.take(rest, j, axis=-1), jnp.take(square, j, axis=-1))[..., None]
        found = jnp.where(below > 0, rest / jnp.where(below > 0, below, 1.0), 0.0)
        found = jnp.where(place > j, found, jnp.where(place == j, below, 0.0))
        return jnp.where(place == j, found[..., None], factor), None

    return jax.lax.scan(column, jnp.zeros(covariance.shape), place)[0]


def _whole(covariance: Array, square: Array) -> Array:
    """All at once; what is known stands as a number of its own meanwhile."""
    variance = jnp.diagonal(covariance, axis1=-2, axis2=-1)
    free = variance > 1e-15 * square
    both = free[..., :, None] & free[..., None, :]
    factor = jnp.linalg.cholesky(jnp.where(both, covariance, jnp.eye(covariance.shape[-1])))
    return jnp.where(both, factor, 0.0)


def _sqrt(variance: Array, square: Array) -> Array:
    """Zero, with no slope, where a variance is zero to rounding: of what is known."""
    wide = variance > 1e-15 * square
    return jnp.where(wide, jnp.sqrt(jnp.where(wide, variance, 1.0)), 0.0)
