r"""`weighted_sum`: an expected log density, summed over plates, that is affine in the moments of each argument.

Mathematically, $\sum_n w_n (\eta' s_n + c)$: the natural parameter $\eta$ is known before any $s_n$ is looked at, once
for all rows that share it. So a mixture is a matrix product: statistics of rows by natural parameters of components.
Where nothing is missing and products are large, they stay products: see `multiaffine`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.lowering.potential.contraction import operand, product
from whyboard.lowering.potential.multiaffine import Plates, is_products, sum_of_terms

HEAVY = 2**18
"""From so many numbers in one product, it is worth a program of its own that nothing is missing."""


def weighted_sum(
    density: Callable[..., Array],
    x: Any,
    parameters: Mapping[str, Any],
    plates: Plates,
    mask: Array,
    counts: Sequence[Array] = (),
) -> Array:
    """The sum of ``density(x, **parameters)`` times how much it counts.

    Args:
        density: affine in ``x`` and in each parameter, element by element along the plates.
        x: moments, leaves ``(*plates, *dims)``, where a plate may have length one, or `Products` with such axes.
        parameters: the same.
        plates: the axes.
        mask: ``(*plates)``, how much each entry counts. Where it is 0, the density may be anything.
        counts: ``(*plates)`` each, more factors.
    """
    arguments = (x, dict(parameters)), mask, [*counts]
    masked = functools.partial(_masked, density)
    products = filter(is_products, jax.tree.leaves(arguments[0], is_leaf=is_products))
    if max((each.work for each in products), default=0) < HEAVY:
        return masked(*arguments)
    first = jnp.ravel(mask)[0]

    def complete(arguments: Any, mask: Array, counts: Sequence[Array]) -> Array:
        return sum_of_terms(density, arguments, plates, [jnp.ravel(mask)[0], *counts])

    return _either(complete, masked)((first > 0) & (mask == first).all(), arguments)


def _either(one: Callable[..., Array], other: Callable[..., Array]) -> Callable[[Array, Any], Array]:
    """One function or the other, whose derivatives are those of the one alone: nothing is kept for either."""

    @jax.custom_vjp
    def chosen(choice: Array, arguments: Any) -> Array:
        return jax.lax.cond(choice, one, other, *arguments)

    def back(kept: tuple[Array, Any], message: Array) -> tuple[None, Any]:
        choice, arguments = kept
        branches = (lambda given, each=each: jax.vjp(each, *given)[1](message) for each in (one, other))
        return None, jax.lax.cond(choice, *branches, arguments)

    chosen.defvjp(lambda *arguments: (chosen(*arguments), arguments), back)
    return chosen


def _masked(density: Callable[..., Array], arguments: Any, mask: Array, counts: Sequence[Array]) -> Array:
    """The sum where some entries may not count: what does not may be anything, so products are computed at once."""
    x, parameters = jax.tree.map(
        lambda leaf: leaf.summed() if is_products(leaf) else leaf, arguments, is_leaf=is_products
    )
    ndim = mask.ndim
    one = jax.tree.map(lambda leaf: jnp.zeros((*(1,) * ndim, *leaf.shape[ndim:])), x)
    shape = jax.eval_shape(lambda: density(one, **parameters)).shape
    zero = jax.tree.map(lambda leaf: jnp.zeros((*shape, *leaf.shape[ndim:])), x)
    constant, pull = jax.vjp(lambda own: density(own, **parameters), zero)
    (natural,) = pull(jnp.ones(shape))
    pairs = [(constant,), *zip(jax.tree.leaves(natural), jax.tree.leaves(x), strict=True)]
    if any(size != 1 for size in shape):
        shared = tuple(axis for axis in range(ndim) if shape[axis] == 1)
        counted = (mask > 0).any(axis=shared, keepdims=True)
        pairs = [(_where(counted, first), *rest) for first, *rest in pairs]
    terms = [[operand(each, range(each.ndim)) for each in (mask, *counts, *pair)] for pair in pairs]
    return sum((product(term, ()) for term in terms), start=jnp.zeros(()))


def _where(counted: Array, array: Array) -> Array:
    return jnp.where(counted.reshape(counted.shape + (1,) * (array.ndim - counted.ndim)), array, 0.0)


def _computed(leaf: Any) -> Array:
    return leaf.summed() if is_products(leaf) else leaf
