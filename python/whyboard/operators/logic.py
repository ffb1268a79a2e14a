"""Logic of truth values; numbers count as true where they are not 0."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from whyboard.operators.operator import Operator, register


@register
class LogicalAnd(Operator):
    """Whether both values are true."""

    group, dtype = "logic", "bool"
    commutative = True

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.logical_and(x, y)


@register
class LogicalOr(Operator):
    """Whether at least one of two values is true."""

    group, dtype = "logic", "bool"
    commutative = True

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.logical_or(x, y)


@register
class LogicalNot(Operator):
    """Whether the value is false."""

    group, dtype = "logic", "bool"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.logical_not(x)
