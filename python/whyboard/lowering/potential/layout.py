"""`Layout`: how the moments of a latent variable are stored, and values in that order."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from whyboard.lowering.potential.rows import Rows


class Layout(NamedTuple):
    """Axes of independent blocks, then those inside a block; in a chain, the rows between them.

    Axes are those of the values of the variable, rows first; ``sizes`` are their lengths. A chain couples each row with
    the ``span`` rows before it: so many rows stand together as one state, and neighbouring states are coupled. A state
    is a ``vector``, or one category.
    """

    plates: tuple[int, ...]
    block: tuple[int, ...]
    sizes: tuple[int, ...]
    span: int = 0
    vector: bool = True

    @property
    def plate_shape(self) -> tuple[int, ...]:
        """The lengths of the plates."""
        return tuple(self.sizes[axis] for axis in self.plates)

    @property
    def block_shape(self) -> tuple[int, ...]:
        """The lengths inside a block."""
        return tuple(self.sizes[axis] for axis in self.block)

    @property
    def states(self) -> int:
        """How many states a chain has."""
        return -(-self.sizes[0] // self.span)

    @property
    def row_by_row(self) -> Layout:
        """The layout of the moments of each row by itself."""
        return Layout((*self.plates, 0), self.block, self.sizes) if self.span else self


def in_layout(array: Any, layout: Layout, rows: Rows | None = None) -> Any:
    """Values in the shape of the moments of a latent variable: blocks last, as one axis where there are any.

    The states of a chain stand series after series; ``rows`` tells how those of the data do.
    """
    if layout.span and rows is not None:
        array = array[rows.order]
    own = layout.row_by_row
    size = math.prod(own.block_shape)
    moved = array.transpose((*own.plates, *own.block))
    if not layout.span:
        return moved.reshape((*layout.plate_shape, *((size,) if layout.block else ())))
    # The last state may have places for more rows than there are: zeros.
    place = np.arange(layout.states * layout.span)
    moved = moved.reshape((*layout.plate_shape, layout.sizes[0], size))
    filled = moved.take(np.minimum(place, layout.sizes[0] - 1), axis=-2) * (place < layout.sizes[0])[:, None]
    vector = (layout.span * size,) if layout.vector else ()
    return filled.reshape((*layout.plate_shape, layout.states, *vector))


def out_of_layout(array: Any, layout: Layout, rows: Rows | None = None) -> Any:
    """The way back."""
    own = layout.row_by_row
    if layout.span:
        states = array.reshape((*layout.plate_shape, layout.states * layout.span, math.prod(own.block_shape)))
        array = states[..., : layout.sizes[0], :]
    order = (*own.plates, *own.block)
    values = array.reshape((*own.plate_shape, *own.block_shape)).transpose(tuple(np.argsort(order)))
    return values[rows.place] if layout.span and rows is not None else values
