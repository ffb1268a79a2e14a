r"""`sum_of_terms`: a formula that is affine in each argument, summed over plates, one contraction a term.

Mathematically, $\sum_n f(x_n, y_n) = \sum_{ij} \sum_n c_{ij} x_{ni} y_{nj}$ with coefficients that depend on other
arguments alone. Moments that are products by themselves stay products, and each term is summed in the order that takes
the fewest operations: second moments of rows are added up before they are multiplied by those of columns.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.lowering.potential.contraction import Operand, Products, operand, sum_of_products
from whyboard.lowering.potential.dependence import dependence
from whyboard.value_type import Shape


class Plates(NamedTuple):
    """The axes that a density is summed over: the letter of each, ``None`` where its size is 1."""

    letters: tuple[int | None, ...]
    sizes: Shape


def sum_of_terms(
    density: Callable[..., Array], arguments: tuple[Any, dict[str, Any]], plates: Plates, weights: Sequence[Array]
) -> Array:
    """The sum of the products of weights times ``density(x, **parameters)``.

    Args:
        density: affine in ``x`` and in each parameter, element by element along the plates.
        arguments: ``x`` and parameters, leaves ``(*plates, *dims)``, where a plate may have length one, or `Products`.
        plates: the axes.
        weights: ``(*plates)`` each, or one number.
    """
    leaves, tree = jax.tree.flatten(arguments, is_leaf=is_products)
    ndim = len(plates.sizes)
    formula = _Formula(density, tree, tuple(leaf.shape[ndim:] for leaf in leaves), ndim)
    own = frozenset(range(len(jax.tree.leaves(arguments[0], is_leaf=is_products))))
    products = frozenset(number for number, leaf in enumerate(leaves) if is_products(leaf)) - own
    kept = _to_keep(formula, own, products)
    leaves = [leaf.summed() if number in products - kept else leaf for number, leaf in enumerate(leaves)]
    others = [formula.zero(number) if number in own | kept else leaf for number, leaf in enumerate(leaves)]
    common = [operand(weight, plates.letters[: weight.ndim]) for weight in weights]
    pairs = [(one, other) for one in own for other in kept if not formula.dims[other]]
    found: list[list[Operand]] = []
    for term in [(), *((number,) for number in (*own, *kept)), *pairs]:
        needed = _needs(formula, term, own | kept)
        if needed is None:
            continue
        inputs = [leaf if number in needed else formula.zero(number) for number, leaf in enumerate(others)]
        factors = [_as_products(leaves[number], plates) for number in term]
        letters = (*plates.letters, *(factors[0].out[ndim:] if factors else ()))
        first = [*common, operand(formula.coefficient(term, inputs), letters)]
        rest = itertools.product(*(factor.products for factor in factors))
        found += [[*first, *itertools.chain(*product)] for product in rest]
    return sum_of_products([_over_all(product, plates) for product in found], ())


def is_products(leaf: Any) -> bool:
    """Whether an argument is a sum of products that is not computed yet."""
    return isinstance(leaf, Products)


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
