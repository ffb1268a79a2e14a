"""Operators that move elements about: reshape, transpose, join, repeat. The data axis is never touched."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from whyboard.errors import ShapeError
from whyboard.operators.axes import inserted_axes, normal_axes, normal_axis
from whyboard.operators.operator import Axis, Operator, Shape, ValueType, elementwise, register
from whyboard.value_type import broadcasts_to


@register
class Reshape(Operator):
    """The same elements in another shape; one length may be -1 and follows from the others."""

    group = "shape"
    begins: ClassVar[Mapping[str, Any]] = {"shape": (-1,)}

    @staticmethod
    def result(x: ValueType, *, shape: Shape) -> ValueType:
        lengths = (shape,) if isinstance(shape, int) else tuple(shape)
        size = math.prod(x.shape)
        known = math.prod(length for length in lengths if length != -1)
        if lengths.count(-1) == 1 and known and size % known == 0:
            lengths = tuple(size // known if length == -1 else length for length in lengths)
        if min(lengths, default=0) < 0 or math.prod(lengths) != size:
            raise ShapeError(f"Shape {x.shape} has {size} elements. Expected a shape of as many, got {shape}.")
        return x._replace(shape=lengths)

    @staticmethod
    def apply(x: Array, *, shape: Shape) -> Array:
        return jnp.reshape(x, shape)


@register
class Ravel(Operator):
    """All elements in one axis."""

    group = "shape"

    @staticmethod
    def result(x: ValueType) -> ValueType:
        return x._replace(shape=(math.prod(x.shape),))

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.ravel(x)


@register
class Transpose(Operator):
    """The axes in reverse, or in the given order."""

    group = "shape"

    @staticmethod
    def result(x: ValueType, *, axes: Axis = None) -> ValueType:
        if axes is None:
            return x._replace(shape=x.shape[::-1])
        order = normal_axes(axes, len(x.shape))
        if len(order) != len(x.shape):
            raise ShapeError(f"transpose got axes {axes} for shape {x.shape}. Expected each of its axes once.")
        return x._replace(shape=tuple(x.shape[place] for place in order))

    @staticmethod
    def apply(x: Array, *, axes: Axis = None) -> Array:
        return jnp.transpose(x, (axes,) if isinstance(axes, int) else axes)


@register
class Squeeze(Operator):
    """The value without axes of length 1, all or the given ones."""

    group = "shape"

    @staticmethod
    def result(x: ValueType, *, axis: Axis = None) -> ValueType:
        if axis is None:
            return x._replace(shape=tuple(length for length in x.shape if length != 1))
        axes = normal_axes(axis, len(x.shape))
        long = [place for place in axes if x.shape[place] != 1]
        if long:
            raise ShapeError(f"squeeze got axis {long[0]} of shape {x.shape}. Expected an axis of length 1.")
        return x._replace(shape=tuple(length for place, length in enumerate(x.shape) if place not in axes))

    @staticmethod
    def apply(x: Array, *, axis: Axis = None) -> Array:
        return jnp.squeeze(x, axis)


@register
class ExpandDims(Operator):
    """The value with new axes of length 1 at the given places of the result."""

    group = "shape"
    begins: ClassVar[Mapping[str, Any]] = {"axis": 0}

    @staticmethod
    def result(x: ValueType, *, axis: Axis) -> ValueType:
        places = inserted_axes(axis, len(x.shape))
        if len(set(places)) < len(places):
            raise ShapeError(f"expand_dims got axes {axis}, which name one place twice. Expected each place once.")
        lengths = iter(x.shape)
        total = len(x.shape) + len(places)
        return x._replace(shape=tuple(1 if place in places else next(lengths) for place in range(total)))

    @staticmethod
    def apply(x: Array, *, axis: Axis) -> Array:
        return jnp.expand_dims(x, axis if axis is not None else ())


@register
class BroadcastTo(Operator):
    """The value repeated to a shape, as arithmetic would."""

    group = "shape"
    begins: ClassVar[Mapping[str, Any]] = {"shape": (2,)}

    @staticmethod
    def result(x: ValueType, *, shape: Shape) -> ValueType:
        lengths = (shape,) if isinstance(shape, int) else tuple(shape)
        if not broadcasts_to(x.shape, lengths):
            raise ShapeError(f"Shape {x.shape} does not broadcast to {lengths}. Expected lengths that are equal or 1.")
        return x._replace(shape=lengths)

    @staticmethod
    def apply(x: Array, *, shape: Shape) -> Array:
        return jnp.broadcast_to(x, shape)


@register
class Concatenate(Operator):
    """Values joined along an axis they have."""

    group = "shape"

    @staticmethod
    def result(*operands: ValueType, axis: int | None = 0) -> ValueType:
        shapes = [(math.prod(each.shape),) if axis is None else each.shape for each in operands]
        if () in shapes:
            raise ShapeError("concatenate got a scalar. Expected values with an axis; stack() joins scalars.")
        place = normal_axis(axis or 0, len(shapes[0]))
        rest = {(*shape[:place], None, *shape[place + 1 :]) for shape in shapes}
        if len(rest) > 1:
            listed = ", ".join(map(str, shapes))
            raise ShapeError(f"concatenate got shapes {listed}. Expected equal lengths but along axis {axis}.")
        joined = (*shapes[0][:place], sum(shape[place] for shape in shapes), *shapes[0][place + 1 :])
        return elementwise(*(each._replace(shape=()) for each in operands))._replace(shape=joined)

    @staticmethod
    def apply(*operands: Array, axis: int | None = 0) -> Array:
        return jnp.concatenate([jnp.asarray(each) for each in operands], axis)


@register
class Stack(Operator):
    """Values of one shape joined along a new axis."""

    group = "shape"

    @staticmethod
    def result(*operands: ValueType, axis: int = 0) -> ValueType:
        shapes = {each.shape for each in operands}
        if len(shapes) > 1:
            raise ShapeError(f"stack got shapes {', '.join(map(str, shapes))}. Expected equal shapes.")
        shape = operands[0].shape
        (place,) = inserted_axes(axis, len(shape))
        return elementwise(*operands)._replace(shape=(*shape[:place], len(operands), *shape[place:]))

    @staticmethod
    def apply(*operands: Array, axis: int = 0) -> Array:
        return jnp.stack([jnp.asarray(each) for each in operands], axis)


@register
class Tile(Operator):
    """The whole value repeated, so many times along each axis."""

    group = "shape"
    begins: ClassVar[Mapping[str, Any]] = {"reps": (2,)}

    @staticmethod
    def result(x: ValueType, *, reps: Shape) -> ValueType:
        times = (reps,) if isinstance(reps, int) else tuple(reps)
        ndim = max(len(times), len(x.shape))
        times = (1,) * (ndim - len(times)) + times
        lengths = (1,) * (ndim - len(x.shape)) + x.shape
        return x._replace(shape=tuple(time * length for time, length in zip(times, lengths, strict=True)))

    @staticmethod
    def apply(x: Array, *, reps: Shape) -> Array:
        return jnp.tile(x, reps)


@register
class Repeat(Operator):
    """Each element repeated so many times along an axis; without an axis the value is flattened first."""

    group = "shape"
    begins: ClassVar[Mapping[str, Any]] = {"repeats": 2}

    @staticmethod
    def result(x: ValueType, *, repeats: int, axis: int | None = None) -> ValueType:
        shape = (math.prod(x.shape),) if axis is None else x.shape
        place = normal_axis(axis or 0, len(shape))
        return x._replace(shape=(*shape[:place], shape[place] * repeats, *shape[place + 1 :]))

    @staticmethod
    def apply(x: Array, *, repeats: int, axis: int | None = None) -> Array:
        return jnp.repeat(x, repeats, axis)


@register
class Flip(Operator):
    """The elements in reverse along all axes or the given ones."""

    group = "shape"

    @staticmethod
    def result(x: ValueType, *, axis: Axis = None) -> ValueType:
        normal_axes(axis, len(x.shape))
        return x

    @staticmethod
    def apply(x: Array, *, axis: Axis = None) -> Array:
        return jnp.flip(x, axis)


@register
class Roll(Operator):
    """The elements shifted along an axis; what leaves at one end comes back at the other."""

    group = "shape"
    begins: ClassVar[Mapping[str, Any]] = {"shift": 1}

    @staticmethod
    def result(x: ValueType, *, shift: int, axis: int | None = None) -> ValueType:
        del shift
        normal_axes(axis, len(x.shape))
        return x

    @staticmethod
    def apply(x: Array, *, shift: int, axis: int | None = None) -> Array:
        return jnp.roll(x, shift, axis)
