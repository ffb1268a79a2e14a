"""Circular and hyperbolic functions."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from whyboard.operators.operator import Operator, register


@register
class Sin(Operator):
    """The sine of an angle in radians."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.sin(x)


@register
class Cos(Operator):
    """The cosine of an angle in radians."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.cos(x)


@register
class Tan(Operator):
    """The tangent of an angle in radians."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.tan(x)


@register
class Arcsin(Operator):
    """The angle in radians whose sine is the value."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.arcsin(x)


@register
class Arccos(Operator):
    """The angle in radians whose cosine is the value."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.arccos(x)


@register
class Arctan(Operator):
    """The angle in radians whose tangent is the value."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.arctan(x)


@register
class Arctan2(Operator):
    """The angle in radians of the point (x, y); y comes first."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(y: Array, x: Array) -> Array:
        return jnp.arctan2(y, x)


@register
class Sinh(Operator):
    """The hyperbolic sine."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.sinh(x)


@register
class Cosh(Operator):
    """The hyperbolic cosine."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.cosh(x)


@register
class Tanh(Operator):
    """The hyperbolic tangent."""

    group, dtype = "trigonometric", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.tanh(x)
