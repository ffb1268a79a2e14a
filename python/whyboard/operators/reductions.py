"""Sums, extremes and norms over a value's own axes; the data axis is never one of them."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.errors import ShapeError
from whyboard.operators.axes import normal_axes, normal_axis, reduced_shape
from whyboard.operators.operator import Axis, Operator, ValueType, register
from whyboard.value_type import promote


class Reduction(Operator):
    """An operator that loses the axes it reduces, or keeps them with length 1."""

    group = "reductions"

    @staticmethod
    def result(x: ValueType, *, axis: Axis = None, keepdims: bool = False) -> ValueType:
        return x._replace(shape=reduced_shape(x.shape, axis, keepdims))


class Total(Reduction):
    """A reduction that counts: truth values give an integer."""

    @staticmethod
    def result(x: ValueType, *, axis: Axis = None, keepdims: bool = False) -> ValueType:
        return ValueType(reduced_shape(x.shape, axis, keepdims), promote(x.dtype, "int"), x.dynamic)


class Extreme(Reduction):
    """A reduction that picks an element, so there must be one."""

    @staticmethod
    def result(x: ValueType, *, axis: Axis = None, keepdims: bool = False) -> ValueType:
        if any(x.shape[each] == 0 for each in normal_axes(axis, len(x.shape))):
            raise ShapeError(f"An operand of shape {x.shape} has no elements to choose from. Expected at least one.")
        return x._replace(shape=reduced_shape(x.shape, axis, keepdims))


@register
class Sum(Total):
    """The sum of the elements, over all axes or the given ones."""

    @staticmethod
    def apply(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return jnp.sum(x, axis=axis, keepdims=keepdims)


@register
class Prod(Total):
    """The product of the elements, over all axes or the given ones."""

    @staticmethod
    def apply(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return jnp.prod(x, axis=axis, keepdims=keepdims)


@register
class Mean(Reduction):
    """The mean of the elements, over all axes or the given ones."""

    dtype = "float"

    @staticmethod
    def apply(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        # In the widest float: the mean of truth values is a narrow one otherwise.
        return jnp.mean(jnp.asarray(x, float), axis=axis, keepdims=keepdims)


@register
class Min(Extreme):
    """The smallest element, over all axes or the given ones."""

    @staticmethod
    def apply(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return jnp.min(x, axis=axis, keepdims=keepdims)


@register
class Max(Extreme):
    """The largest element, over all axes or the given ones."""

    @staticmethod
    def apply(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return jnp.max(x, axis=axis, keepdims=keepdims)


@register
class Norm(Reduction):
    """The square root of the sum of squares, over all axes or the given ones; its gradient at 0 is 0."""

    dtype = "float"

    @staticmethod
    def apply(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        squares = jnp.sum(jnp.square(jnp.asarray(x, float)), axis=axis, keepdims=keepdims)
        positive = squares > 0
        return jnp.where(positive, jnp.sqrt(jnp.where(positive, squares, 1)), 0)


@register
class Logsumexp(Reduction):
    """The logarithm of the sum of exponentials, over all axes or the given ones, without overflow."""

    dtype = "float"

    @staticmethod
    def apply(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return jax.nn.logsumexp(jnp.asarray(x, float), axis=axis, keepdims=keepdims)


@register
class Argmax(Extreme):
    """The place of the largest element along an axis, or in the flattened value."""

    dtype = "int"

    @staticmethod
    def apply(x: Array, *, axis: int | None = None, keepdims: bool = False) -> Array:
        return jnp.argmax(x, axis=axis, keepdims=keepdims)


class Accumulation(Operator):
    """An operator that keeps an axis and accumulates along it; without an axis the value is flattened first."""

    group = "reductions"

    @staticmethod
    def result(x: ValueType, *, axis: int | None = None) -> ValueType:
        shape = (math.prod(x.shape),) if axis is None else x.shape
        normal_axis(axis or 0, len(shape))
        return ValueType(shape, promote(x.dtype, "int"), x.dynamic)


@register
class Cumsum(Accumulation):
    """The running sum along an axis."""

    @staticmethod
    def apply(x: Array, *, axis: int | None = None) -> Array:
        return jnp.cumsum(x, axis=axis)


@register
class Cumprod(Accumulation):
    """The running product along an axis."""

    @staticmethod
    def apply(x: Array, *, axis: int | None = None) -> Array:
        return jnp.cumprod(x, axis=axis)


class Softened(Operator):
    """A float of the same shape, normalised along an axis."""

    group, dtype = "reductions", "float"

    @staticmethod
    def result(x: ValueType, *, axis: Axis = -1) -> ValueType:
        normal_axes(axis, len(x.shape))
        return x


@register
class Softmax(Softened):
    """Exponentials divided by their sum: real numbers to probabilities along an axis."""

    @staticmethod
    def apply(x: Array, *, axis: Axis = -1) -> Array:
        return jax.nn.softmax(jnp.asarray(x, float), axis=axis)


@register
class LogSoftmax(Softened):
    """The logarithm of softmax, without overflow."""

    @staticmethod
    def apply(x: Array, *, axis: Axis = -1) -> Array:
        return jax.nn.log_softmax(jnp.asarray(x, float), axis=axis)
