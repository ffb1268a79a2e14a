"""`Tables`: a number for every element of every variable, which is all that compiled code and solvers pass around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from whyboard.lowering.network import Network
from whyboard.lowering.program.stack import Lags, Layout, Schedule
from whyboard.lowering.timeline import Timeline


class Tables(NamedTuple):
    """A number for every element: ``(rows of the static table, 1)`` and ``(rows of the dynamic table, n_data)``."""

    static: Any
    dynamic: Any


class Clock(NamedTuple):
    """The numbers of rows: ``index`` by column, of ``last`` rows by series, and how many steps run one after another.

    ``steps`` is None where all rows run at once.
    """

    index: Any
    last: Any
    steps: Any


class Schedules(NamedTuple):
    """Of both stages, and what is filled in from earlier rows."""

    static: Schedule
    dynamic: Schedule
    lags: Lags | None = None
    clock: Clock | None = None


class Observed(NamedTuple):
    """Where values come from data, and which of them have a density that counts."""

    data: Tables
    taken: Tables
    counted: Tables


def table_of(network: Network, layout: Layout, parts: Sequence[np.ndarray], timeline: Timeline, dtype: type) -> Tables:
    """The parts of all nodes in one table; filled-up columns repeat the last row of a series."""
    static = np.zeros((layout.static_rows, 1), dtype)
    dynamic = np.zeros((layout.dynamic_rows, len(timeline.repeats)), dtype)
    for index, (spec, part) in enumerate(zip(network.structure, parts, strict=True)):
        size = int(np.prod(spec.shape))
        first = int(layout.offsets[index])
        if spec.static:
            static[first : first + size, 0] = part.ravel()
        else:
            dynamic[first : first + size] = part.reshape(len(part), size).T[:, timeline.repeats]
    return Tables(static, dynamic)
