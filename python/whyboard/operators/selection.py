"""Choosing between values and looking values up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.errors import DTypeError, ParameterError, ShapeError
from whyboard.families.moments import CountMoments, NormalMoments
from whyboard.operators.axes import normal_axis
from whyboard.operators.operator import Operator, ValueType, elementwise, register
from whyboard.value_type import broadcast_shapes, promote


@register
class Where(Operator):
    """The second value where the condition is true, else the third, element by element."""

    group = "selection"

    @classmethod
    def bind(cls, *arguments: Any, **keywords: Any) -> tuple[list[Any], dict[str, Any]]:
        operands, settings = super().bind(*arguments, **keywords)
        if isinstance(operands[0], bool):
            raise ParameterError(
                f"where() got the condition {operands[0]}. == and != compare the objects themselves; "
                "write equal(a, b) or not_equal(a, b) for a condition on their values."
            )
        return operands, settings

    @staticmethod
    def result(condition: ValueType, x: ValueType, y: ValueType) -> ValueType:
        return elementwise(condition, x, y)._replace(dtype=promote(x.dtype, y.dtype))

    @staticmethod
    def apply(condition: Array, x: Array, y: Array) -> Array:
        return jnp.where(jnp.asarray(condition, bool), x, y)


@register
class Clip(Operator):
    """The value, but never below the minimum or above the maximum."""

    group = "selection"

    @staticmethod
    def apply(x: Array, minimum: Array, maximum: Array) -> Array:
        return jnp.minimum(jnp.maximum(x, minimum), maximum)


@register
class Take(Operator):
    """Elements of a value at integer places along an axis; without an axis the value is flattened first.

    A place out of range gives NaN (an integer's lowest value), never another element.
    """

    group = "selection"

    @staticmethod
    def result(x: ValueType, indices: ValueType, *, axis: int | None = None) -> ValueType:
        _require_integers(indices)
        shape = (math.prod(x.shape),) if axis is None else x.shape
        place = normal_axis(axis or 0, len(shape))
        return ValueType((*shape[:place], *indices.shape, *shape[place + 1 :]), x.dtype, x.dynamic or indices.dynamic)

    @staticmethod
    def apply(x: Array, indices: Array, *, axis: int | None = None) -> Array:
        x = jnp.ravel(x) if axis is None else jnp.asarray(x)
        before = (slice(None),) * (axis % x.ndim if axis is not None else 0)
        return x.at[(*before, jnp.asarray(indices).astype(int))].get(mode="fill")


@register
class TakeAlongAxis(Operator):
    """Elements at integer places along an axis, with places of their own for every line of the value."""

    group = "selection"

    @staticmethod
    def result(x: ValueType, indices: ValueType, *, axis: int = -1) -> ValueType:
        _require_integers(indices)
        if len(indices.shape) != len(x.shape):
            raise ShapeError(f"take_along_axis got shapes {x.shape} and {indices.shape}. Expected equally many axes.")
        place = normal_axis(axis, len(x.shape))
        source = (*x.shape[:place], 1, *x.shape[place + 1 :])
        target = (*indices.shape[:place], 1, *indices.shape[place + 1 :])
        shape = broadcast_shapes(source, target)
        shape = (*shape[:place], indices.shape[place], *shape[place + 1 :])
        return ValueType(shape, x.dtype, x.dynamic or indices.dynamic)

    @staticmethod
    def apply(x: Array, indices: Array, *, axis: int = -1) -> Array:
        return jnp.take_along_axis(jnp.asarray(x), jnp.asarray(indices).astype(int), axis, mode="fill")


@register
class OneHot(Operator):
    """A new last axis of ``num_classes`` numbers: 1 at the place that the integer names, else 0."""

    group = "selection"
    begins: ClassVar[Mapping[str, Any]] = {"num_classes": 2}

    @staticmethod
    def result(x: ValueType, *, num_classes: int) -> ValueType:
        _require_integers(x)
        return ValueType((*x.shape, num_classes), "float", x.dynamic)

    @staticmethod
    def apply(x: Array, *, num_classes: int) -> Array:
        return jax.nn.one_hot(jnp.asarray(x), num_classes, dtype=float)

    @staticmethod
    def moments(x: CountMoments, *, num_classes: int) -> NormalMoments:
        """Different places are never 1 together."""
        missing = num_classes - x.counts.shape[-1]
        counts = jnp.pad(x.counts, [*((0, 0),) * (x.counts.ndim - 1), (0, max(missing, 0))])[..., :num_classes]
        return NormalMoments(counts, counts[..., :, None] * jnp.eye(num_classes))


@register
class Ordered(Operator):
    """An increasing vector from a free one: the first element, then steps that are exponentials of the others."""

    group, dtype = "selection", "float"

    @staticmethod
    def result(x: ValueType) -> ValueType:
        if not x.shape:
            raise ShapeError("ordered got a scalar. Expected a vector.")
        return x

    @staticmethod
    def apply(x: Array) -> Array:
        x = jnp.asarray(x, float)
        return jnp.cumsum(jnp.concatenate([x[..., :1], jnp.exp(x[..., 1:])], axis=-1), axis=-1)


@register
class Interp(Operator):
    """Linear interpolation at x between the points (xp, fp), with xp increasing; constant outside."""

    group, dtype = "selection", "float"

    @staticmethod
    def result(x: ValueType, xp: ValueType, fp: ValueType) -> ValueType:
        if len(xp.shape) != 1 or xp.shape != fp.shape:
            raise ShapeError(
                f"interp got points of shapes {xp.shape} and {fp.shape}. Expected two equally long vectors."
            )
        return x._replace(dynamic=x.dynamic or xp.dynamic or fp.dynamic)

    @staticmethod
    def apply(x: Array, xp: Array, fp: Array) -> Array:
        return jnp.interp(*(jnp.asarray(each, float) for each in (x, xp, fp)))


def _require_integers(indices: ValueType) -> None:
    if indices.dtype == "float":
        raise DTypeError("Places got dtype float. Expected int or bool.")
