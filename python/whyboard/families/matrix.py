"""Symmetric matrices. Arguments are made symmetric here, so that gradients are."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array

WORTH = 2**13
"""From so many numbers on it is worth a branch of a program that they may be equal."""


def symmetric(matrix: Array) -> Array:
    """The symmetric part."""
    matrix = jnp.asarray(matrix)
    return (matrix + jnp.swapaxes(matrix, -1, -2)) / 2


def log_determinant(matrix: Array) -> Array:
    """Of a positive definite matrix; NaN for any other."""
    root = jnp.linalg.cholesky(symmetric(matrix))
    return 2 * jnp.log(jnp.diagonal(root, axis1=-2, axis2=-1)).sum(-1)


def inverse(matrix: Array) -> Array:
    """Of a positive definite matrix; NaN for any other."""
    root = jnp.linalg.cholesky(symmetric(matrix))
    identity = jnp.broadcast_to(jnp.eye(root.shape[-1], dtype=root.dtype), root.shape)
    return jax.scipy.linalg.cho_solve((root, True), identity)


def once(function: Callable[[Array], Array], matrices: Array) -> Array:
    """A function of each of many matrices: computed once where they are all equal, as precisions without gaps are."""
    if matrices.ndim == 2 or matrices.size < WORTH:
        return function(matrices)
    size = matrices.shape[-1]
    rows = matrices.reshape(-1, size * size)

    # As rows in and out, held there, or what is around a branch is copied for the order of axes inside of it.
    def each() -> Array:
        found = function(jax.lax.optimization_barrier(rows).reshape(-1, size, size))
        return jax.lax.optimization_barrier(found.reshape(len(rows), -1))

    def shared() -> Array:
        found = function(matrices[(0,) * (matrices.ndim - 2)])
        return jnp.broadcast_to(found.reshape(1, -1), (len(rows), found.size))

    found = jax.lax.cond(jnp.max(jnp.abs(rows - rows[:1])) == 0, shared, each)
    return found.reshape(jax.eval_shape(function, matrices).shape)


def outer(a: Array, b: Array) -> Array:
    """``a b'`` of the last axes."""
    return jnp.asarray(a)[..., :, None] * jnp.asarray(b)[..., None, :]


def apply(matrix: Array, vector: Array) -> Array:
    """``M v`` of the last axes."""
    return (jnp.asarray(matrix) @ jnp.asarray(vector)[..., None])[..., 0]
