"""`Rows`: which row comes before which, where they fall into several series."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from whyboard.lowering.timeline import Timeline


class Rows(NamedTuple):
    """Series of rows, as arguments of a program: other series of as many rows compile nothing."""

    index: Any
    """By row, its number within its series."""
    order: Any
    """The rows, one series after the other."""
    place: Any
    """By row, where it stands in that order."""

    def earlier(self, lag: int) -> Any:
        """By row, the row so many before it; another one where its series has none."""
        return jnp.asarray(self.order)[jnp.maximum(jnp.asarray(self.place) - lag, 0)]


def rows_of(timeline: Timeline) -> Rows | None:
    """The rows of data; None for one series, in which a row comes after the row above."""
    if not timeline.series.any():
        return None
    order = np.argsort(timeline.series, kind="stable")
    return Rows(timeline.index, order, np.argsort(order))
