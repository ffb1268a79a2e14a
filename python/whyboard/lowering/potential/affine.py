r"""`weighted_sum`: an expected log density, summed over plates, that is affine in the moments of each argument.

Mathematically, $\sum_n w_n (\eta' s_n + c)$: the natural parameter $\eta$ is known before any $s_n$ is looked at, once
for all rows that share it. So a mixture is a matrix product: statistics of rows by natural parameters of components.
Moments of parameters that are products by themselves stay products: each term is one contraction, in the order that
takes the fewest operations. So where nothing is missing, second moments of rows are added up before they are
multiplied by those of columns.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.lowering.potential.contraction import Operand, Products, operand, sum_of_products
from whyboard.lowering.potential.dependence import dependence
from whyboard.value_type import Shape

HEAVY = 2**18
"""From so many numbers in one product, it is worth a program of its own that nothing is missing."""


class Plates(NamedTuple):
    """The axes that a density is summed over: the letter of each, ``None`` where its size is 1."""

    letters: tuple[int | None, ...]
    sizes: Shape


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
    complete, masked = (functools.partial(_total, density, plates, everywhere) for everywhere in (True, False))
    if _work(arguments[0]) < HEAVY:
        return masked(*arguments)
    first = jnp.ravel(mask)[0]
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


def _work(arguments: Any) -> int:
    """The most numbers that one product takes."""
    found = jax.tree.leaves(arguments, is_leaf=_is_products)
    return max((math.prod(each.sizes.values()) for each in found if _is_products(each)), default=0)


def _total(
    density: Callable[..., Array], plates: Plates, everywhere: bool, arguments: Any, mask: Array, counts: list[Array]
) -> Array:
    """The sum where all entries count alike ``everywhere``, so that products stay products, or where some do not."""
    leaves, tree = jax.tree.flatten(arguments, is_leaf=_is_products)
    ndim = len(plates.sizes)
    formula = _Formula(density, tree, tuple(leaf.shape[ndim:] for leaf in leaves), ndim)
    own = frozenset(range(len(jax.tree.leaves(arguments[0], is_leaf=_is_products))))
    products = frozenset(number for number, leaf in enumerate(leaves) if _is_products(leaf)) - own
    # Elsewhere than where all counts, they may hold anything that is not a number.
    kept = _to_keep(formula, own, products) if everywhere else frozenset[int]()
    leaves = [leaf.summed() if number in products - kept else leaf for number, leaf in enumerate(leaves)]
    others = [formula.zero(number) if number in own | kept else leaf for number, leaf in enumerate(leaves)]
    mask = jnp.ravel(mask)[0] if everywhere else mask
    common = [operand(weight, plates.letters) for weight in counts] + [operand(mask, plates.letters[: mask.ndim])]
    pairs = [(one, other) for one in own for other in kept if not formula.dims[other]]
    found: list[list[Operand]] = []
    for term in [(), *((number,) for number in (*own, *kept)), *pairs]:
        needed = _needs(formula, term, own | kept)
        if needed is None:
            continue
        inputs = [leaf if number in needed else formula.zero(number) for number, leaf in enumerate(others)]
        coefficient = formula.coefficient(term, inputs)
        if not everywhere and any(size != 1 for size in coefficient.shape[:ndim]):
            coefficient = jnp.where(_along(mask > 0, coefficient), coefficient, 0.0)
        factors = [_as_products(leaves[number], plates) for number in term]
        letters = (*plates.letters, *(factors[0].out[ndim:] if factors else ()))
        first = [*common, operand(coefficient, letters)]
        rest = itertools.product(*(factor.products for factor in factors))
        found += [[*first, *itertools.chain(*product)] for product in rest]
    return sum_of_products([_over_all(product, plates) for product in found], ())


class _Formula(NamedTuple):
    """A density as a function of all leaves of its arguments, and the event axes of each of them."""

    density: Callable[..., Array]
    tree: Hashable
    dims: tuple[Shape, ...]
    ndim: int

    def __call__(self, leaves: Sequence[Any]) -> Array:
        tree: Any = self.tree
        x, parameters = tree.unflatten(leaves)
        return self.density(x, **parameters)

    def zero(self, number: int, plates: Shape | None = None) -> Array:
        return jnp.zeros((*((1,) * self.ndim if plates is None else plates), *self.dims[number]))

    def coefficient(self, term: tuple[int, ...], leaves: Sequence[Array]) -> Array:
        """What a product of leaves is multiplied by where leaves have these values; the second is a number by plate."""
        if not term:
            return self(leaves)
        shape = np.broadcast_shapes((1,) * self.ndim, *(leaf.shape[: self.ndim] for leaf in leaves))

        def first(*second: Array) -> Array:
            inputs = [*leaves]
            for number, leaf in zip(term[1:], second, strict=True):
                inputs[number] = leaf
            _, pull = jax.vjp(lambda leaf: self(_with(inputs, term[0], leaf)), self.zero(term[0], shape))
            (found,) = pull(jnp.ones(shape))
            return found

        if len(term) == 1:
            return first()
        _, slope = jax.jvp(first, (self.zero(term[1], shape),), (jnp.ones(shape),))
        return slope


@functools.lru_cache(4096)
def _to_keep(formula: _Formula, own: frozenset[int], products: frozenset[int]) -> frozenset[int]:
    """Leaves that multiply none of each other, and nothing of ``own`` unless they are numbers."""
    kept: set[int] = set()
    for number in sorted(products):
        needed = _needs(formula, (number,), frozenset()) or frozenset()
        if needed.isdisjoint(kept) and (not formula.dims[number] or needed.isdisjoint(own)):
            kept.add(number)
    return frozenset(kept)


@functools.lru_cache(4096)
def _needs(formula: _Formula, term: tuple[int, ...], zero: frozenset[int]) -> frozenset[int] | None:
    """The leaves that the coefficient of a term is computed from; ``None`` where it is 0."""
    leaves = [formula.zero(number) for number in range(len(formula.dims))]
    return dependence(lambda *leaves: formula.coefficient(term, leaves), leaves, zero)


def _with(leaves: Sequence[Array], number: int, leaf: Array) -> list[Array]:
    return [*leaves[:number], leaf, *leaves[number + 1 :]]


def _along(counted: Array, coefficient: Array) -> Array:
    """Where anything counts that a coefficient is of."""
    ndim = counted.ndim
    here = counted.any(axis=tuple(axis for axis in range(ndim) if coefficient.shape[axis] == 1), keepdims=True)
    return here.reshape(here.shape + (1,) * (coefficient.ndim - ndim))


def _is_products(leaf: Any) -> bool:
    return isinstance(leaf, Products)


def _as_products(leaf: Array | Products, plates: Plates) -> Products:
    """An array as a product of itself alone."""
    if isinstance(leaf, Products):
        return leaf
    out = (*plates.letters, *(-1 - axis for axis in range(leaf.ndim - len(plates.letters))))
    return Products([[operand(leaf, out)]], out)


def _over_all(product: Sequence[Operand], plates: Plates) -> list[Operand]:
    """A product that is summed over all plates: as often as they are long where it does not depend on them."""
    found = {letter for _, letters in product for letter in letters}
    sizes = (size for letter, size in zip(*plates, strict=True) if size != 1 and letter not in found)
    times = np.prod(list(sizes), dtype=float)
    return [*product] if times == 1 else [*product, (jnp.asarray(times), [])]
