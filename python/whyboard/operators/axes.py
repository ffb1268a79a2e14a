"""What reductions and shape operators do to a shape, in plain Python."""

from __future__ import annotations

import operator
from collections.abc import Sequence

from whyboard.errors import DTypeError, ShapeError
from whyboard.operators.operator import Axis, Shape


def normal_axis(axis: int, ndim: int) -> int:
    """The axis counted from the front.

    Raises:
        DTypeError: if it is no integer.
        ShapeError: if there is no such axis.
    """
    try:
        axis = operator.index(axis)
    except TypeError:
        raise DTypeError(f"An axis got {axis!r}. Expected an integer.") from None
    if not -ndim <= axis < ndim:
        expected = f"Expected {-ndim} to {ndim - 1}." if ndim else "The operand is a scalar and has no axes."
        raise ShapeError(f"There is no axis {axis} in an operand with {ndim} axes. {expected}")
    return axis % ndim


def normal_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """All axes meant by ``axis``, counted from the front; ``None`` means every one."""
    if axis is None:
        return tuple(range(ndim))
    axes = tuple(normal_axis(each, ndim) for each in (axis if isinstance(axis, Sequence) else (axis,)))
    if len(set(axes)) < len(axes):
        raise ShapeError(f"The axes {axis} name one axis twice. Expected each axis once.")
    return axes


def reduced_shape(shape: Shape, axis: Axis, keepdims: bool) -> Shape:
    """The shape after a reduction over ``axis``."""
    axes = normal_axes(axis, len(shape))
    if keepdims:
        return tuple(1 if place in axes else length for place, length in enumerate(shape))
    return tuple(length for place, length in enumerate(shape) if place not in axes)


def inserted_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """Places of new axes in a result that has them and ``ndim`` old ones."""
    axes = tuple(axis) if isinstance(axis, Sequence) else () if axis is None else (axis,)
    return tuple(normal_axis(each, ndim + len(axes)) for each in axes)
