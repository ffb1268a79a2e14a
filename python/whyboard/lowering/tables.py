"""`Tables`: a number for every element of every variable, which is all that compiled code and solvers pass around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from whyboard.lowering.network import Network
from whyboard.lowering.stack import Layout, Schedule


class Tables(NamedTuple):
    """A number for every element: ``(rows of the static table, 1)`` and ``(rows of the dynamic table, n_data)``."""

    static: Any
    dynamic: Any


class Schedules(NamedTuple):
    """Of both stages."""

    static: Schedule
    dynamic: Schedule


class Observed(NamedTuple):
    """Where values come from data, and which of them have a density that counts."""

    data: Tables
    taken: Tables
    counted: Tables


def table_of(network: Network, layout: Layout, parts: Sequence[np.ndarray], rows: int, dtype: type) -> Tables:
    """The parts of all nodes in one table; filled-up rows repeat the last one."""
    static = np.zeros((layout.static_rows, 1), dtype)
    dynamic = np.zeros((layout.dynamic_rows, rows), dtype)
    for index, (spec, part) in enumerate(zip(network.structure, parts, strict=True)):
        size = int(np.prod(spec.shape))
        first = int(layout.offsets[index])
        if spec.static:
            static[first : first + size, 0] = part.ravel()
        else:
            flat = part.reshape(len(part), size).T
            dynamic[first : first + size, : len(part)] = flat
            if len(part):
                dynamic[first : first + size, len(part) :] = flat[:, -1:]
    return Tables(static, dynamic)
