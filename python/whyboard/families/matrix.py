"""Symmetric matrices. Arguments are made symmetric here, so that gradients are."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array


def symmetric(matrix: Array) -> Array:
    """The symmetric part."""
    matrix = jnp.asarray(matrix)
    return (matrix + jnp.swapaxes(matrix, -1, -2)) / 2


def log_determinant(matrix: Array) -> Array:
    """Of a positive definite matrix; NaN for any other."""
    root = jnp.linalg.cholesky(symmetric(matrix))
    return 2 * jnp.log(jnp.diagonal(root, axis1=-2, axis2=-1)).sum(-1)


def outer(a: Array, b: Array) -> Array:
    """``a b'`` of the last axes."""
    return jnp.asarray(a)[..., :, None] * jnp.asarray(b)[..., None, :]


def apply(matrix: Array, vector: Array) -> Array:
    """``M v`` of the last axes."""
    return (jnp.asarray(matrix) @ jnp.asarray(vector)[..., None])[..., 0]
