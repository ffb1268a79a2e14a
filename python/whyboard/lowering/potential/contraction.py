"""Products of arrays whose axes have letters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

Operand = tuple[Array, list[int]]
"""An array, and the letter of each of its axes."""
MANY = 4
"""So many products that differ in their numbers alone are computed side by side."""


@jax.tree_util.register_pytree_node_class
@dataclass(frozen=True)
class Products:
    """A sum of products that is not computed yet, and the letters of its axes."""

    products: Sequence[Sequence[Operand]]
    out: tuple[int | None, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the sum, of length one where nothing depends on it."""
        sizes = _sizes(itertools.chain(*self.products))
        return tuple(1 if letter is None else sizes.get(letter, 1) for letter in self.out)

    @property
    def work(self) -> int:
        """How many numbers the largest product has."""
        return max((math.prod(_sizes(product).values()) for product in self.products), default=0)

    def summed(self) -> Array:
        """The sum."""
        return sum_of_products(self.products, self.out)

    def tree_flatten(self) -> tuple[list[Array], Any]:
        """The arrays, and all letters."""
        names = tuple(tuple(tuple(letters) for _, letters in product) for product in self.products)
        return [array for product in self.products for array, _ in product], (names, self.out)

    @classmethod
    def tree_unflatten(cls, names: Any, arrays: Sequence[Array]) -> Products:
        """The way back."""
        letters, out = names
        rest = iter(arrays)
        return cls([[(next(rest), [*each]) for each in product] for product in letters], out)


def _sizes(operands: Iterable[Operand]) -> dict[int, int]:
    """How long the axis of each letter is."""
    pairs = (zip(letters, jnp.shape(array), strict=True) for array, letters in operands)
    return dict(itertools.chain(*pairs))


def operand(array: Array, letters: Sequence[int | None]) -> Operand:
    """An array by the letters of its axes, without those of length one."""
    long = {letter: size for letter, size in zip(letters, array.shape, strict=True) if size != 1}
    return array.reshape([*long.values()]), [letter for letter in long if letter is not None]


def diagonal(table: Array, letters: list[int]) -> tuple[Array, list[int]]:
    """Axes with one letter become one."""
    once = list(dict.fromkeys(letters))
    return (table, letters) if len(once) == len(letters) else (product([(table, letters)], once), once)


def product(operands: Sequence[Operand], out: Sequence[int | None]) -> Array:
    """The product of arrays by their letters, with these axes; one of length one where nothing depends on it."""
    if not operands:
        return jnp.ones((1,) * len(out))
    names = {letter: place for place, letter in enumerate(dict.fromkeys(itertools.chain(*(ls for _, ls in operands))))}
    here = [letter for letter in out if letter is not None and letter in names]
    arguments: list[Any] = []
    for array, letters in operands:
        arguments += [array, [names[letter] for letter in letters]]
    found = jnp.einsum(*arguments, [names[letter] for letter in here])
    return spread(found, here, out)


def sum_of_products(products: Sequence[Sequence[Operand]], out: Sequence[int | None]) -> Array:
    """The sum of products of arrays by their letters, with these axes; those of equal shapes as one product."""
    kept = {letter for letter in out if letter is not None}
    alike: dict[Any, list[Sequence[Operand]]] = {}
    for operands in products:
        names = {letter: letter for letter in kept}
        for letter in itertools.chain(*(letters for _, letters in operands)):
            # What is summed over has a letter of each product's own.
            names.setdefault(letter, -1 - len(names))
        renamed = [(array, [names[letter] for letter in letters]) for array, letters in operands]
        alike.setdefault(tuple((jnp.shape(a), tuple(letters)) for a, letters in renamed), []).append(renamed)
    total = jnp.zeros((1,) * len(out))
    for several in alike.values():
        if len(several) < MANY:
            for operands in several:
                total = total + product(operands, out)
            continue
        beside = min(letter for _, letters in several[0] for letter in (0, *letters)) - 1
        together = [
            (jnp.stack([array for array, _ in same]), [beside, *same[0][1]]) for same in zip(*several, strict=True)
        ]
        total = total + product(together, out)
    return total


def spread(array: Array, letters: Sequence[int], out: Sequence[int | None]) -> Array:
    """The axes of an array in the order of ``out``, new ones where it has none."""
    order = [letters.index(letter) for letter in out if letter is not None and letter in letters]
    lengths = iter(array.shape[axis] for axis in order)
    shape = tuple(next(lengths) if letter is not None and letter in letters else 1 for letter in out)
    return jnp.transpose(array, order).reshape(shape)
