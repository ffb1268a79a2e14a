"""`TimeIndex`: the row that a formula is written for; `v[TimeIndex - 3]` is the value three rows before."""

from __future__ import annotations

import operator
from typing import Any, SupportsIndex

from whyboard import registry
from whyboard.graph.operand import Operand


class TimeOffset:
    """The number of the row, some rows before the present one.

    Between brackets it picks an earlier row; anywhere else it is the operator of that number, made at each use.
    """

    __slots__ = ("shift",)

    def __init__(self, shift: int = 0) -> None:
        self.shift = shift

    def operator(self) -> Operand:
        """The number of the row as an operator in the current scope."""
        index: Operand = _make("TimeIndex")
        return index - -self.shift if self.shift else index

    def _moved(self, steps: int) -> TimeOffset:
        kind: Any = registry.operators["TimeShift"]
        return TimeOffset(kind.checked_shift(self.shift + steps))

    def __repr__(self) -> str:
        return f"TimeIndex - {-self.shift}" if self.shift else "TimeIndex"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeOffset) and self.shift == other.shift

    def __hash__(self) -> int:
        return hash((TimeOffset, self.shift))

    def __bool__(self) -> bool:
        return bool(self.operator())

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        """NumPy's functions of arrays make operators, as they do of variables."""
        here = self.operator()
        return here.__array_ufunc__(ufunc, method, *(here if each is self else each for each in inputs), **keywords)

    def __add__(self, other: Any) -> Any:
        steps = _steps(other)
        return self.operator() + other if steps is None else self._moved(steps)

    def __radd__(self, other: Any) -> Any:
        steps = _steps(other)
        return other + self.operator() if steps is None else self._moved(steps)

    def __sub__(self, other: Any) -> Any:
        steps = _steps(other)
        return self.operator() - other if steps is None else self._moved(-steps)

    def __rsub__(self, other: Any) -> Any:
        return other - self.operator()

    def __mul__(self, other: Any) -> Any:
        return self.operator() * other

    def __rmul__(self, other: Any) -> Any:
        return other * self.operator()

    def __truediv__(self, other: Any) -> Any:
        return self.operator() / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self.operator()

    def __pow__(self, other: Any) -> Any:
        return self.operator() ** other

    def __rpow__(self, other: Any) -> Any:
        return other ** self.operator()

    def __neg__(self) -> Any:
        return -self.operator()

    def __lt__(self, other: Any) -> Any:
        return self.operator() < other

    def __le__(self, other: Any) -> Any:
        return self.operator() <= other

    def __gt__(self, other: Any) -> Any:
        return self.operator() > other

    def __ge__(self, other: Any) -> Any:
        return self.operator() >= other


TimeIndex = TimeOffset()
"""The row that a formula is written for."""


def as_operand(value: Any) -> Any:
    """The operator of a time index; anything else as it is."""
    return value.operator() if isinstance(value, TimeOffset) else value


def _make(kind: str) -> Any:
    from whyboard.graph.expression import make

    return make(kind, registry.operators[kind], (), {})


def _steps(value: Any) -> int | None:
    """A whole number of rows; None for anything else."""
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        return operator.index(value)
    return None
