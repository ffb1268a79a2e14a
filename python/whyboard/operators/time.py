"""Earlier rows and the number of the row: the only operators that do not look at one row by itself.

`lowering/lags.py` takes them apart, so compiled code never applies them to a row.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any, ClassVar, SupportsIndex

import jax.numpy as jnp
from jax import Array

from whyboard.errors import DTypeError, ParameterError, ShapeError
from whyboard.operators.operator import Operator, register
from whyboard.value_type import ValueType, broadcasts_to

POSITIVE = "Positive shifts are not supported."


@register
class TimeShift(Operator):
    """The value some rows earlier; in the first rows, which have no such row, the initial values.

    ``time_shift(y, -2)`` is ``y[TimeIndex - 2]``. Initial values broadcast to ``(-shift, *shape)``, earliest first, and
    are the same in every series of rows.
    """

    group = "time"
    arguments: ClassVar[tuple[str, ...]] = ("operand", "shift", "initial_values")
    mixes_rows: ClassVar[bool] = True
    begins: ClassVar[Mapping[str, Any]] = {"shift": -1}

    @staticmethod
    def result(operand: ValueType, initial_values: ValueType, *, shift: int) -> ValueType:
        if shift > 0:
            raise ParameterError(f"{POSITIVE} Got {shift}: row t may read row t - 1, and no later one.")
        if not operand.dynamic:
            raise ShapeError(
                "time_shift got a static operand, which is the same in every row. "
                "Expected a Variable, or something computed from one: put it in its place, as in y[TimeIndex - 1]."
            )
        if initial_values.dynamic:
            raise ShapeError(
                "time_shift got initial values that differ by row. Expected numbers, or static variables: "
                "they stand for the rows before the first one."
            )
        if shift and not broadcasts_to(initial_values.shape, (-shift, *operand.shape)):
            raise ShapeError(
                f"time_shift got initial values of shape {initial_values.shape}. "
                f"Expected one that broadcasts to {(-shift, *operand.shape)}: "
                "the rows before the first, earliest first."
            )
        return operand

    @staticmethod
    def apply(operand: Array, initial_values: Array | float = 0.0, *, shift: int) -> Array:
        """Of all rows of one series: ``operand`` is ``(rows, *shape)``."""
        operand = jnp.asarray(operand)
        before = jnp.broadcast_to(jnp.asarray(initial_values, operand.dtype), (-shift, *operand.shape[1:]))
        return jnp.concatenate([before, operand])[: len(operand)]

    @classmethod
    def bind(cls, *arguments: Any, **keywords: Any) -> tuple[list[Any], dict[str, Any]]:
        """As of any operator.

        Raises:
            RuntimeError: if the shift is positive.
            DTypeError: if it is no integer.
        """
        operands, settings = super().bind(*arguments, **keywords)
        return operands, {**settings, "shift": cls.checked_shift(settings["shift"])}

    @staticmethod
    def checked_shift(shift: Any) -> int:
        """A shift as a user gave it.

        Raises:
            RuntimeError: if it is positive.
            DTypeError: if it is no integer.
        """
        if isinstance(shift, bool) or not isinstance(shift, SupportsIndex):
            raise DTypeError(f"A time shift got {shift!r}. Expected an integer, 0 or less: -1 is the row before.")
        found = operator.index(shift)
        if found > 0:
            error = RuntimeError(POSITIVE)
            error.add_note(
                "Only past rows can be read, as in y[TimeIndex - 1]. "
                "The number of the row as a value to compute with is wb.math.time_index()."
            )
            raise error
        return found


@register
class TimeIndex(Operator):
    """The number of the row in its series: 0, 1, 2, and so on."""

    group = "time"
    mixes_rows: ClassVar[bool] = True

    @staticmethod
    def result() -> ValueType:
        return ValueType((), "int", dynamic=True)

    @staticmethod
    def apply() -> Array:
        raise TypeError("The time index of a single row is not known to it.")
