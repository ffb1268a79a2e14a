"""`Layout`: how the moments of a latent variable are stored."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np


class Layout(NamedTuple):
    """Axes of independent blocks, then those inside a block.

    Axes are those of its values, rows first; ``sizes`` are their lengths.
    """

    plates: tuple[int, ...]
    block: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def plate_shape(self) -> tuple[int, ...]:
        """The lengths of the plates."""
        return tuple(self.sizes[axis] for axis in self.plates)

    @property
    def block_shape(self) -> tuple[int, ...]:
        """The lengths inside a block."""
        return tuple(self.sizes[axis] for axis in self.block)


def in_layout(array: Any, layout: Layout) -> Any:
    """Values in the shape of the moments of a latent variable: blocks last, as one axis where there are any."""
    moved = array.transpose((*layout.plates, *layout.block))
    return moved.reshape((*layout.plate_shape, *((math.prod(layout.block_shape),) if layout.block else ())))


def out_of_layout(array: Any, layout: Layout) -> Any:
    """The way back."""
    order = (*layout.plates, *layout.block)
    return array.reshape((*layout.plate_shape, *layout.block_shape)).transpose(tuple(np.argsort(order)))
