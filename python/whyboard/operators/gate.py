"""Letting a category open one of several values: the selection that mixtures are made of."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from whyboard.errors import DTypeError, ShapeError
from whyboard.operators.axes import normal_axis
from whyboard.operators.operator import Operator, ValueType, elementwise, register
from whyboard.value_type import DType, broadcast_shapes, promote


@register
class Gate(Operator):
    """The part of a value that a selector opens along an axis, with a selector of its own for every element before it.

    Axes before ``axis`` broadcast with the selector, axes after it stay: ``gate(z, x, axis=-2)`` of a selector ``(n,)``
    and a value ``(n, K, d)`` or ``(K, d)`` is ``(n, d)``. The selector counts from 0; truth values are 0 and 1. Out of
    range it gives NaN (an integer's lowest value), never another part.
    """

    group = "selection"

    @staticmethod
    def result(selector: ValueType, x: ValueType, *, axis: int = -1) -> ValueType:
        _check_selector(selector)
        if not x.shape:
            raise ShapeError("gate got a scalar to select from. Expected an axis of alternatives.")
        place = normal_axis(axis, len(x.shape))
        try:
            shape = broadcast_shapes(selector.shape, x.shape[:place])
        except ShapeError:
            raise ShapeError(
                f"gate got a selector of shape {selector.shape} for a value of shape {x.shape} with its alternatives "
                f"along axis {axis}. Expected a selector that broadcasts with {x.shape[:place]}, the axes before it."
            ) from None
        return ValueType((*shape, *x.shape[place + 1 :]), x.dtype, x.dynamic or selector.dynamic)

    @staticmethod
    def apply(selector: Array, x: Array, *, axis: int = -1) -> Array:
        x, selector = jnp.asarray(x), jnp.asarray(selector).astype(int)
        place = axis % x.ndim
        plates = jnp.broadcast_shapes(selector.shape, x.shape[:place])
        x = jnp.broadcast_to(x, (*plates, *x.shape[place:]))
        # A negative place would count from the end.
        opened = jnp.where(selector < 0, x.shape[len(plates)], selector)
        grid = jnp.indices(plates, sparse=True)
        return x.at[(*grid, jnp.broadcast_to(opened, plates))].get(mode="fill")


@register
class Choose(Operator):
    """One of several values, element by element: the one that the selector names, counted from 0.

    Truth values are 0 and 1, so ``choose(b, x, y)`` is y where b is true. Out of range it gives NaN.
    """

    group = "selection"

    @staticmethod
    def result(selector: ValueType, *options: ValueType) -> ValueType:
        _check_selector(selector)
        dtypes: list[DType] = [each.dtype for each in options]
        return elementwise(selector, *options)._replace(dtype=promote(*dtypes))

    @staticmethod
    def apply(selector: Array, *options: Array) -> Array:
        return Gate.apply(selector, stacked([jnp.asarray(each) for each in options]))


def stacked(options: list[Array]) -> Array:
    """Values along a new last axis, in one shape."""
    return jnp.stack(jnp.broadcast_arrays(*options), axis=-1)


def _check_selector(selector: ValueType) -> None:
    if selector.dtype == "float":
        raise DTypeError("A selector got dtype float. Expected int or bool, as of a categorical variable.")
