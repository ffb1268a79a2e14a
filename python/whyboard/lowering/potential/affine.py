r"""`weighted_sum`: an expected log density, summed over plates, that is affine in the moments of what it is of.

Mathematically, $\sum_n w_n (\eta' s_n + c)$: the natural parameter $\eta$ is known before any $s_n$ is looked at, once
for all rows that share it. So a mixture is a matrix product: statistics of rows by natural parameters of components.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.lowering.potential.contraction import product


def weighted_sum(
    density: Callable[..., Array], x: Any, parameters: Mapping[str, Any], weights: Sequence[Array], counts: Array
) -> Array:
    """The sum of the products of weights times ``density(x, **parameters)``.

    Args:
        density: affine in ``x``, element by element along the plates.
        x: moments, leaves ``(*plates, *dims)``, where a plate may have length one.
        parameters: the same.
        weights: ``(*plates)`` each.
        counts: ``(*plates)``, where anything counts at all: elsewhere the density may be anything.
    """
    plates = counts.ndim
    one = jax.tree.map(lambda leaf: jnp.zeros((*(1,) * plates, *leaf.shape[plates:])), x)
    shape = jax.eval_shape(lambda: density(one, **parameters)).shape
    zero = jax.tree.map(lambda leaf: jnp.zeros((*shape, *leaf.shape[plates:])), x)
    constant, pull = jax.vjp(lambda own: density(own, **parameters), zero)
    (natural,) = pull(jnp.ones(shape))
    pairs = [(constant,), *zip(jax.tree.leaves(natural), jax.tree.leaves(x), strict=True)]
    if any(size != 1 for size in shape):
        shared = tuple(axis for axis in range(plates) if shape[axis] == 1)
        counted = counts.any(axis=shared, keepdims=True)
        pairs = [(_where(counted, first), *rest) for first, *rest in pairs]
    return sum((_sum(*weights, *pair) for pair in pairs), start=jnp.zeros(()))


def _sum(*arrays: Array) -> Array:
    """The sum of the product of arrays with the same axes, of which some may have length one."""
    operands = [
        (jnp.squeeze(array, tuple(axis for axis, size in enumerate(array.shape) if size == 1)), _long(array))
        for array in arrays
    ]
    return product(operands, ())


def _long(array: Array) -> list[int]:
    return [axis for axis, size in enumerate(array.shape) if size != 1]


def _where(counted: Array, array: Array) -> Array:
    return jnp.where(counted.reshape(counted.shape + (1,) * (array.ndim - counted.ndim)), array, 0.0)
