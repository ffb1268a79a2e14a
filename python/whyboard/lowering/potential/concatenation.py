"""`Concatenation`: several variables that are read as one, whose elements are theirs side by side.

Forms read the one in place of the several, so all that holds for a variable with coupled elements holds for them: joint
moments, masks of what is known, rows that follow each other.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from whyboard.errors import SolverError
from whyboard.lowering.potential.multilinear import At, Fixed, Place, Read, Through
from whyboard.value_type import Shape


class Concatenation(NamedTuple):
    """Variables side by side: axes that all of them have come first, then one along which all other elements stand."""

    nodes: tuple[int, ...]
    """In order."""
    shared: tuple[tuple[int, ...], ...]
    """By variable, its axes that all have, rows first."""
    inner: tuple[Shape, ...]
    """By variable, the lengths of its other axes."""

    @property
    def node(self) -> int:
        """The node that stands for all: the last, so that what causes any of them comes before."""
        return self.nodes[-1]

    def shape(self, shapes: Sequence[Shape]) -> Shape:
        """Of values of the whole, from those of the variables by node."""
        common = (shapes[self.node][axis] for axis in self.shared[-1])
        return (*common, sum(math.prod(inner) for inner in self.inner))

    def read(self, node: int, places: Sequence[Place]) -> Read:
        """One of the variables at its places, as a part of the whole."""
        index = self.nodes.index(node)
        shared, inner = self.shared[index], self.inner[index]
        start = self._starts[index]
        rest = tuple(place for axis, place in enumerate(places) if axis not in shared)
        table = start + np.arange(math.prod(inner)).reshape(inner)
        along = Through(Fixed(table), rest) if table.size > 1 else At(start)
        return Read(self.node, (*(places[axis] for axis in shared), along))

    def joined(self, arrays: Mapping[int, np.ndarray]) -> np.ndarray:
        """Values of the variables as those of the whole, ``(*shared, elements)``."""
        found: list[np.ndarray] = []
        for node, shared, inner in zip(self.nodes, self.shared, self.inner, strict=True):
            array = np.transpose(arrays[node], _order(shared, inner))
            found.append(array.reshape((*array.shape[: len(shared)], math.prod(inner))))
        return np.concatenate(found, axis=-1)

    def apart(self, array: np.ndarray) -> dict[int, np.ndarray]:
        """Values of the whole as those of the variables."""
        found: dict[int, np.ndarray] = {}
        for node, start, shared, inner in zip(self.nodes, self._starts, self.shared, self.inner, strict=True):
            part = array[..., start : start + math.prod(inner)].reshape((*array.shape[:-1], *inner))
            found[node] = part.transpose(np.argsort(_order(shared, inner)))
        return found

    @property
    def _starts(self) -> list[int]:
        return [0, *itertools.accumulate(math.prod(inner) for inner in self.inner)][:-1]


def side_by_side(
    block: Sequence[int],
    shapes: Sequence[Shape],
    events: Sequence[int],
    statics: Sequence[bool],
    paths: Sequence[str],
) -> Concatenation:
    """Several variables as one.

    Args:
        block: their nodes.
        shapes: by node, of values, rows first.
        events: by node, how many of the last axes belong to one value of its distribution.
        statics: by node, whether it has no rows.
        paths: by node, for messages.

    Raises:
        SolverError: if some have rows and some have none.
    """
    nodes = tuple(sorted(block))
    rows = [node for node in nodes if not statics[node]]
    if rows and len(rows) < len(nodes):
        static = next(node for node in nodes if statics[node])
        raise SolverError(
            f"blocks joins '{paths[rows[0]]}', which has rows, and '{paths[static]}', which has none. Expected "
            "variables that all have rows, or StaticVariables alone."
        )
    head = 1 if rows else 0
    outer = [shapes[node][head : len(shapes[node]) - events[node]] for node in nodes]
    common = sum(1 for _ in _alike(outer))
    first = [head] * len(nodes)
    if not common:
        # Numbers broadcast from their last axes on.
        common = sum(1 for _ in _alike([shape[::-1] for shape in outer]))
        first = [head + len(shape) - common for shape in outer]
    shared = tuple((*range(head), *range(start, start + common)) for start in first)
    inner = tuple(
        tuple(size for axis, size in enumerate(shapes[node]) if axis not in axes)
        for node, axes in zip(nodes, shared, strict=True)
    )
    return Concatenation(nodes, shared, inner)


def _alike(shapes: Sequence[Shape]) -> Iterator[int]:
    """The lengths with which all shapes begin."""
    for lengths in zip(*shapes, strict=False):
        if len(set(lengths)) > 1:
            return
        yield lengths[0]


def _order(shared: Sequence[int], inner: Sequence[int]) -> tuple[int, ...]:
    rest = (axis for axis in range(len(shared) + len(inner)) if axis not in shared)
    return (*shared, *rest)
