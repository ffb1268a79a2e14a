"""`Answers`: one array a node, of which some take long to find and are found when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import overload

import numpy as np


class Answers(Sequence[np.ndarray]):
    """Arrays by node.

    Args:
        ready: the arrays that are known already, by node.
        other: finds the array of another node; called again with every question.
        count: the number of nodes.
    """

    def __init__(self, ready: Mapping[int, np.ndarray], other: Callable[[int], np.ndarray], count: int) -> None:
        self._ready = ready
        self._other = other
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[np.ndarray]: ...
    def __getitem__(self, index: int | slice) -> np.ndarray | Sequence[np.ndarray]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(self._count))]
        place = range(self._count)[index]
        return self._ready[place] if place in self._ready else self._other(place)
