"""Sums, products and powers, with Python's own symbols and precedence."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from whyboard.families.moments import UnitMoments
from whyboard.operators.operator import Operator, register

SUM, PRODUCT, UNARY, POWER = 9, 10, 11, 12
"""Python's precedence levels, counted from ``or`` (1) to calls and indexing (13)."""


@register
class Add(Operator):
    """The sum of two values."""

    group, symbol, precedence, commutative = "arithmetic", "+", SUM, True

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.add(x, y)


@register
class Subtract(Operator):
    """The first value minus the second."""

    group, symbol, precedence = "arithmetic", "-", SUM
    accepts = ("float", "int")

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.subtract(x, y)


@register
class Complement(Operator):
    """One minus the value: of a share the rest, of a yes or no the opposite."""

    group = "arithmetic"
    accepts = ("float", "int")

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.subtract(1, x)

    @staticmethod
    def moments(x: UnitMoments) -> UnitMoments:
        return UnitMoments(x.log_complement, x.log)

    @staticmethod
    def backward(message: UnitMoments, x: UnitMoments) -> tuple[UnitMoments]:
        del x
        return (UnitMoments(message.log_complement, message.log),)


@register
class Mul(Operator):
    """The product of two values, element by element."""

    function = "multiply"
    group, symbol, precedence, commutative = "arithmetic", "*", PRODUCT, True

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.multiply(x, y)


@register
class Divide(Operator):
    """The first value divided by the second, always a float."""

    group, symbol, precedence, dtype = "arithmetic", "/", PRODUCT, "float"

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.divide(x, y)


@register
class Power(Operator):
    """The first value to the power of the second.

    An integer to a negative integer power is truncated to an integer; make one of them a float for the fraction.
    """

    group, symbol, precedence = "arithmetic", "**", POWER
    accepts = ("float", "int")

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        x, y = jnp.asarray(x), jnp.asarray(y)
        if jnp.issubdtype(x.dtype, jnp.integer) and jnp.issubdtype(y.dtype, jnp.integer):
            fraction = jnp.where(jnp.abs(x) == 1, x ** (y & 1), 0)
            return jnp.where(y < 0, fraction, x ** jnp.maximum(y, 0))
        return jnp.power(x, y)


@register
class Negative(Operator):
    """The value with the opposite sign."""

    group, symbol, precedence = "arithmetic", "-", UNARY
    accepts = ("float", "int")

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.negative(x)
