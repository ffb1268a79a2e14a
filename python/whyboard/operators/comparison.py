"""Comparisons of two values, element by element."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from whyboard.operators.operator import Operator, register

COMPARISON = 4
"""Python's precedence level of comparisons; ``==`` and ``!=`` compare handles, so equality is written as a call."""


@register
class Less(Operator):
    """Whether the first value is below the second."""

    group, dtype = "comparison", "bool"
    symbol, precedence = "<", COMPARISON

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.less(x, y)


@register
class LessEqual(Operator):
    """Whether the first value is at most the second."""

    group, dtype = "comparison", "bool"
    symbol, precedence = "<=", COMPARISON

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.less_equal(x, y)


@register
class Greater(Operator):
    """Whether the first value is above the second."""

    group, dtype = "comparison", "bool"
    symbol, precedence = ">", COMPARISON

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.greater(x, y)


@register
class GreaterEqual(Operator):
    """Whether the first value is at least the second."""

    group, dtype = "comparison", "bool"
    symbol, precedence = ">=", COMPARISON

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.greater_equal(x, y)


@register
class Equal(Operator):
    """Whether two values are equal."""

    group, dtype = "comparison", "bool"
    commutative = True

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.equal(x, y)


@register
class NotEqual(Operator):
    """Whether two values differ."""

    group, dtype = "comparison", "bool"
    commutative = True

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.not_equal(x, y)
