"""Products of arrays whose axes have letters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import Array


def diagonal(table: Array, letters: list[int]) -> tuple[Array, list[int]]:
    """Axes with one letter become one."""
    once = list(dict.fromkeys(letters))
    return (table, letters) if len(once) == len(letters) else (product([(table, letters)], once), once)


def product(operands: Sequence[tuple[Array, list[int]]], out: Sequence[int | None]) -> Array:
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


def spread(array: Array, letters: Sequence[int], out: Sequence[int | None]) -> Array:
    """The axes of an array in the order of ``out``, new ones where it has none."""
    order = [letters.index(letter) for letter in out if letter is not None and letter in letters]
    lengths = iter(array.shape[axis] for axis in order)
    shape = tuple(next(lengths) if letter is not None and letter in letters else 1 for letter in out)
    return jnp.transpose(array, order).reshape(shape)
