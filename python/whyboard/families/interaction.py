"""How two families meet: blocks of the statistics of one, times blocks of the statistics of the other."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.block import block, block_leaves
from whyboard.families.family import Coordinates, Shape
from whyboard.precision import InDoublePrecision, double_precision


class Pair(NamedTuple):
    """The path of a block of the observable's statistics, and of the block of the latent's that multiplies it."""

    observable: str
    latent: str


@dataclass(frozen=True)
class Interaction(InDoublePrecision):
    r"""The linear space of matrices $\Theta$ in $s(x)' \Theta s(z)$, where only the paired blocks take part.

    Its coordinates are a tuple with one entry for each pair: the tree of the observable's block, in each leaf of it the
    tree of the latent's block, with arrays of shape ``(*plates, *observable dims, *latent dims)``.

    Raises:
        ParameterError: if a path leads nowhere.
    """

    observable: Any
    latent: Any
    pairs: tuple[Pair, ...]

    def __post_init__(self) -> None:
        _ = self._matrices

    @cached_property
    def templates(self) -> tuple[Coordinates, ...]:
        """Its coordinates with shapes in place of numbers."""
        with double_precision():
            return (jax.eval_shape(self.zeros),)

    @property
    def dims(self) -> tuple[Shape, ...]:
        """The event shape of each array."""
        return tuple((*matrix.rows, *matrix.columns) for matrix in self._matrices)

    def zeros(self) -> Coordinates:
        """No interaction at all."""
        return self.outer(self.observable.zeros(), self.latent.zeros())

    def outer(self, observable: Coordinates, latent: Coordinates) -> Coordinates:
        """The products of statistics; plates broadcast."""
        return self._products(observable, latent, lambda a, b: a[..., :, None] * b[..., None, :])

    def average(self, observable: Coordinates, latent: Coordinates) -> Coordinates:
        """The mean of `outer` over rows, the first and only plate, as matrix products."""
        return self._products(observable, latent, lambda a, b: a.T @ b / a.shape[0])

    def towards_observable(self, weights: Coordinates, latent: Coordinates) -> Coordinates:
        r"""$\Theta s(z)$, in the observable's coordinates: what a latent value adds to them."""
        total, build = jax.tree.flatten(self.observable.zeros())
        known = jax.tree.leaves(latent)
        for matrix, weight in zip(self._matrices, jax.tree.leaves(weights), strict=True):
            turned = jnp.swapaxes(matrix.of(weight), -1, -2)
            found = _times(_vector(known[matrix.column], matrix.columns), turned)
            total[matrix.row] = total[matrix.row] + found.reshape(*found.shape[:-1], *matrix.rows)
        return build.unflatten(total)

    def towards_latent(self, weights: Coordinates, observable: Coordinates) -> Coordinates:
        r"""$\Theta' s(x)$, in the latent's coordinates: what an observed value adds to them."""
        total, build = jax.tree.flatten(self.latent.zeros())
        known = jax.tree.leaves(observable)
        for matrix, weight in zip(self._matrices, jax.tree.leaves(weights), strict=True):
            found = _times(_vector(known[matrix.row], matrix.rows), matrix.of(weight))
            total[matrix.column] = total[matrix.column] + found.reshape(*found.shape[:-1], *matrix.columns)
        return build.unflatten(total)

    def transposed(self, weights: Coordinates) -> Coordinates:
        """The same weights with the sides exchanged, where both sides are the same family."""
        leaves, build = jax.tree.flatten(weights)
        if any(matrix.rows != matrix.columns for matrix in self._matrices):
            raise ParameterError(f"Cannot exchange the sides of {self!r}. Expected blocks of equal shapes.")
        turned = [
            jnp.swapaxes(matrix.of(leaf), -1, -2).reshape(jnp.shape(leaf))
            for matrix, leaf in zip(self._matrices, leaves, strict=True)
        ]
        return build.unflatten(turned)

    def by_column(self, weights: Coordinates, change: Callable[[Coordinates], Coordinates]) -> Coordinates:
        """Apply a linear map of the observable's coordinates to what each statistic of the latent adds to them."""
        parts, build = jax.tree.flatten(weights)
        changed = [jnp.zeros(())] * len(parts)
        for pair, column in {(matrix.pair, matrix.column) for matrix in self._matrices}:
            held = [n for n, matrix in enumerate(self._matrices) if (matrix.pair, matrix.column) == (pair, column)]
            total, tree = jax.tree.flatten(self.observable.zeros())
            for n in held:
                turned = jnp.swapaxes(self._matrices[n].of(parts[n]), -1, -2)
                total[self._matrices[n].row] = turned.reshape(*turned.shape[:-1], *self._matrices[n].rows)
            moved = jax.tree.leaves(change(tree.unflatten(total)))
            for n in held:
                vectors = _vector(moved[self._matrices[n].row], self._matrices[n].rows)
                changed[n] = jnp.swapaxes(vectors, -1, -2).reshape(jnp.shape(parts[n]))
        return build.unflatten(changed)

    def _products(
        self, observable: Coordinates, latent: Coordinates, product: Callable[[Array, Array], Array]
    ) -> Coordinates:
        left, right = jax.tree.leaves(observable), jax.tree.leaves(latent)
        found = []
        for matrix in self._matrices:
            both = product(_vector(left[matrix.row], matrix.rows), _vector(right[matrix.column], matrix.columns))
            found.append(both.reshape(*both.shape[:-2], *matrix.rows, *matrix.columns))
        return jax.tree.unflatten(self._structure, found)

    @cached_property
    def _matrices(self) -> tuple[_Matrix, ...]:
        dims, others = ([leaf.shape for leaf in jax.tree.leaves(side.template)] for side in self._sides)
        return tuple(
            _Matrix(n, row, column, dims[row], others[column])
            for n, pair in enumerate(self.pairs)
            for row in block_leaves(self.observable, pair.observable)
            for column in block_leaves(self.latent, pair.latent)
        )

    @cached_property
    def _structure(self) -> Any:
        def nested(pair: Pair) -> Any:
            latent = block(self.latent.template, pair.latent)
            return jax.tree.map(lambda _: latent, block(self.observable.template, pair.observable))

        return jax.tree.structure(tuple(nested(pair) for pair in self.pairs))

    @property
    def _sides(self) -> tuple[Any, Any]:
        return self.observable, self.latent


class _Matrix(NamedTuple):
    """One array of an interaction: the leaves it connects, by position, and their event shapes."""

    pair: int
    row: int
    column: int
    rows: Shape
    columns: Shape

    def of(self, weight: Array) -> Array:
        """The array with one axis for rows and one for columns."""
        plates = jnp.shape(weight)[: jnp.ndim(weight) - len(self.rows) - len(self.columns)]
        return jnp.reshape(weight, (*plates, math.prod(self.rows), math.prod(self.columns)))


def _vector(leaf: Array, dim: Shape) -> Array:
    """A leaf with its event axes as one."""
    # What follows from numbers alone is in 64 bits, also inside a program of the caller's that is not.
    leaf = jnp.asarray(leaf, jax.dtypes.canonicalize_dtype(jnp.result_type(leaf)))
    return leaf.reshape(*leaf.shape[: leaf.ndim - len(dim)], math.prod(dim))


def _times(rows: Array, matrix: Array) -> Array:
    """``x' M`` along all plates; one matrix for all of them makes one product."""
    return rows @ matrix if matrix.ndim == 2 and rows.ndim > 1 else (rows[..., None, :] @ matrix)[..., 0, :]
