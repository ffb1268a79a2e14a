"""Chains: variables whose rows are coupled with earlier rows, and the moments of such a block, row by row.

A variable that one factor reads at different rows, or that is chosen by its own earlier category, is a chain: the axis
of rows belongs to its block, whose second moments are those within a state and of neighbouring states.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.families import Categorical, Chain, CountMoments, LinearGaussian, Mixture, NormalMoments
from whyboard.lowering.potential.layout import Layout
from whyboard.lowering.potential.multilinear import Read, Shifted
from whyboard.lowering.potential.rows import Rows


def lag(read: Read) -> int:
    """How many rows earlier a variable is read."""
    return sum(place.lag for place in read.places if isinstance(place, Shifted))


def normal_chain(layout: Layout) -> Chain:
    """The family of a chain of normal states."""
    size = layout.span * math.prod(layout.block_shape)
    return Chain(LinearGaussian(size, size), layout.states)


def categorical_chain(categories: int, layout: Layout) -> Chain:
    """The family of a chain of categories."""
    return Chain(Mixture(Categorical(categories), categories), layout.states)


class ChainReading:
    """The moments of a chain by rows, as factors read them; linear in the moments of its block.

    Args:
        moments: of the block.
        layout: how they are stored.
        rows: how the rows of the data follow each other.
    """

    def __init__(self, moments: Any, layout: Layout, rows: Rows | None) -> None:
        self.each = moments.each
        (self.pair,) = jax.tree.leaves(moments.pair)
        self.layout = layout
        self.order = rows

    @property
    def rows(self) -> NormalMoments | CountMoments:
        """The moments of each row, in the layout ``row_by_row``."""
        if isinstance(self.each, CountMoments):
            return CountMoments(self._in_data(jnp.asarray(self.each.counts)))
        size = math.prod(self.layout.block_shape)
        first = jnp.reshape(self.each.first, (*self.layout.plate_shape, self.layout.states * self.layout.span, size))
        first = self._in_data(first[..., : self.layout.sizes[0], :])
        if self.layout.block:
            return NormalMoments(first, self.lagged(0))
        return NormalMoments(first[..., 0], self.lagged(0)[..., 0, 0])

    def lagged(self, lag: int) -> Array:
        """``(*plates, rows, ..., ...)``: second moments of each row and the one ``lag`` earlier.

        Before the first row, the earlier category is any, and normal values are 0.
        """
        return self._in_data(self._lagged(lag))

    def _in_data(self, array: Array) -> Array:
        """States in the order of the data."""
        return array if self.order is None else jnp.take(array, self.order.place, axis=len(self.layout.plates))

    def _lagged(self, lag: int) -> Array:
        ahead = len(self.layout.plates)
        if isinstance(self.each, CountMoments):
            counts = jnp.asarray(self.each.counts)
            first = jnp.take(counts, jnp.zeros(1, int), axis=ahead) / counts.shape[-1]
            anything = jnp.broadcast_to(first[..., None], (*first.shape, counts.shape[-1]))
            return jnp.concatenate([anything, jnp.asarray(self.pair)], axis=ahead)
        span, size = self.layout.span, math.prod(self.layout.block_shape)
        if not span - 1:
            pad = [(1, 0) if axis == ahead else (0, 0) for axis in range(ahead + 3)]
            return jnp.pad(jnp.asarray(self.pair), pad) if lag else jnp.asarray(self.each.second)
        # The rows within one state, and those of a state and the one before it, in one table.
        shape = (*self.layout.plate_shape, -1, span, size, span, size)
        parts = (jnp.reshape(jnp.asarray(part), shape) for part in (self.each.second, self.pair))
        table = jnp.concatenate(list(parts), axis=ahead)
        later = np.arange(self.layout.sizes[0])
        earlier = np.maximum(later - lag, 0)
        before = later // span != earlier // span
        state = np.where(before, self.layout.states + earlier // span, later // span)
        table = jnp.moveaxis(table, (ahead, ahead + 1, ahead + 3), (0, 1, 2))
        return jnp.moveaxis(table[state, later % span, earlier % span], 0, ahead)
