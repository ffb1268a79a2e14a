"""Link functions and special functions, element by element."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import jax.scipy.special as jsp
from jax import Array

from whyboard.operators.operator import Operator, register


@register
class Sigmoid(Operator):
    """1 / (1 + exp(-x)): the real line onto 0 to 1."""

    group, dtype = "special functions", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jax.nn.sigmoid(jnp.asarray(x, float))


@register
class Softplus(Operator):
    """log(1 + exp(x)): the real line onto the positive numbers."""

    group, dtype = "special functions", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.logaddexp(x, 0.0)


@register
class Relu(Operator):
    """The value where it is positive, else 0."""

    group, accepts = "special functions", ("float", "int")

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.maximum(x, 0)


@register
class Erf(Operator):
    """The error function."""

    group, dtype = "special functions", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jsp.erf(jnp.asarray(x, float))


@register
class Erfc(Operator):
    """One minus the error function, exact for large x."""

    group, dtype = "special functions", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jsp.erfc(jnp.asarray(x, float))


@register
class Gammaln(Operator):
    """The logarithm of the absolute value of the gamma function."""

    group, dtype = "special functions", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jsp.gammaln(jnp.asarray(x, float))


@register
class Digamma(Operator):
    """The derivative of gammaln."""

    group, dtype = "special functions", "float"

    @staticmethod
    def apply(x: Array) -> Array:
        return jsp.digamma(jnp.asarray(x, float))
