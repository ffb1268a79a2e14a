"""Absolute values, roots, exponentials, logarithms and rounding, element by element."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from whyboard.operators.operator import Operator, ValueType, register
from whyboard.value_type import promote


@register
class Abs(Operator):
    """The value without its sign."""

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.abs(x)


@register
class Sqrt(Operator):
    """The square root."""

    dtype = "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.sqrt(x)


@register
class Square(Operator):
    """The value times itself."""

    @staticmethod
    def result(x: ValueType) -> ValueType:
        return x._replace(dtype=promote(x.dtype, "int"))

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.square(x)


@register
class Exp(Operator):
    """e to the power of the value."""

    dtype = "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.exp(x)


@register
class Expm1(Operator):
    """exp(x) - 1, exact for small x."""

    dtype = "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.expm1(x)


@register
class Log(Operator):
    """The natural logarithm."""

    dtype = "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.log(x)


@register
class Log1p(Operator):
    """log(1 + x), exact for small x."""

    dtype = "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.log1p(x)


@register
class Sign(Operator):
    """-1, 0 or 1 by the sign of the value."""

    accepts = ("float", "int")

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.sign(x)


@register
class Floor(Operator):
    """The largest whole number that is not above the value."""

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.floor(x)


@register
class Ceil(Operator):
    """The smallest whole number that is not below the value."""

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.ceil(x)


@register
class Minimum(Operator):
    """The smaller of two values, element by element."""

    commutative = True

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.minimum(x, y)


@register
class Maximum(Operator):
    """The larger of two values, element by element."""

    commutative = True

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.maximum(x, y)


@register
class Round(Operator):
    """The nearest number with so many decimals; halves go to the even neighbour."""

    @staticmethod
    def apply(x: Array, *, decimals: int = 0) -> Array:
        return jnp.round(x, decimals)
