"""The inverse incomplete gamma function in log space, which no library we use provides with derivatives."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from jax.custom_derivatives import SymbolicZero
from jax.scipy.special import digamma, gammainc, gammaincc, gammaln, log_ndtr

MAX_STEPS = 100
"""Far more than needed: Newton takes about 6 steps, and where it leaves the bracket a bisection halves it."""


# Traced once for all programs that read it: most of the time before they are compiled went into this.
@jax.custom_jvp
@jax.jit
def log_gamma_quantile(z: Array, concentration: Array) -> Array:
    r"""The logarithm of the unit-rate gamma variable that stands at the same quantile as ``z`` in a standard normal.

    Mathematically, the $u$ with $P(a, e^u) = \Phi(z)$. In log space it is finite for concentrations so small that the
    value itself underflows. First derivatives are exact, by the implicit function theorem.
    """
    z, concentration = jnp.broadcast_arrays(z, concentration)
    upper = z > 0
    target = log_ndtr(-jnp.abs(z))
    low, high = _bracket(z, concentration)
    start = jnp.where(
        concentration > 1, jnp.clip(_wilson_hilferty(z, concentration), low, high), jnp.where(upper, high, low)
    )

    def unfinished(state: tuple[Array, ...]) -> Array:
        step, _, _, _, done = state
        return (step < MAX_STEPS) & ~jnp.all(done)

    def improve(state: tuple[Array, ...]) -> tuple[Array, ...]:
        step, u, low, high, done = state
        x = jnp.exp(u)
        # The tail that is small keeps its relative precision.
        log_lower = jnp.where(
            u < _SERIES, concentration * u - gammaln(concentration + 1), jnp.log(gammainc(concentration, x))
        )
        log_tail = jnp.where(upper, jnp.log(gammaincc(concentration, x)), log_lower)
        too_high = (log_tail > target) ^ upper
        low, high = jnp.where(too_high, low, u), jnp.where(too_high, u, high)
        slope = jnp.exp(_log_density(u, concentration) - log_tail) * jnp.where(upper, -1, 1)
        newton = u - (log_tail - target) / slope
        inside = (newton >= low) & (newton <= high)
        following = jnp.where(inside, newton, (low + high) / 2)
        # Newton converges quadratically: after a step this small the error is below rounding.
        arrived = jnp.abs(newton - u) <= jnp.finfo(u.dtype).eps ** 0.65 * (1 + jnp.abs(u))
        moved = jnp.where(arrived, newton, following)
        return step + 1, jnp.where(done, u, moved), low, high, done | arrived

    return jax.lax.while_loop(
        unfinished, improve, (jnp.zeros((), int), start, low, high, jnp.zeros(start.shape, bool))
    )[1]


def _derivative(primals: tuple[Array, Array], tangents: tuple[Any, Any]) -> tuple[Array, Array]:
    z, concentration = jnp.broadcast_arrays(*primals)
    u = log_gamma_quantile(z, concentration)
    change = jnp.zeros(u.shape)
    # What is constant is no part of the program: the slope by the concentration is the longer one by far.
    for slope, tangent in zip((_by_z, _by_concentration), tangents, strict=True):
        if not isinstance(tangent, SymbolicZero):
            change = change + slope(u, z, concentration) * tangent
    return u, change


log_gamma_quantile.defjvp(_derivative, symbolic_zeros=True)


@jax.jit
def _by_z(u: Array, z: Array, concentration: Array) -> Array:
    return jnp.exp(-(z**2) / 2 - 0.5 * math.log(2 * math.pi) - _log_density(u, concentration))


@jax.jit
def _by_concentration(u: Array, _: Array, concentration: Array) -> Array:
    x = jnp.exp(u)
    series = u < _SERIES
    safe = jnp.where(series, 1.0, x)
    return jnp.where(
        series,
        digamma(concentration + 1) / concentration - u / concentration,
        # jax adds the dtype itself, which its annotations do not say.
        jax.lax.random_gamma_grad(concentration, safe) / safe,  # pyright: ignore[reportCallIssue]
    )


_SERIES = -40.0
"""Below this log value the first term of the series of $P(a, x)$, $x^a / \\Gamma(a + 1)$, is exact in 64 bits."""


def _log_density(u: Array, concentration: Array) -> Array:
    return concentration * u - jnp.exp(u) - gammaln(concentration)


def _bracket(z: Array, concentration: Array) -> tuple[Array, Array]:
    """Bounds that hold for every concentration: P(a, x) <= x^a / Gamma(a + 1), and the sub-gamma tail bound."""
    low = (log_ndtr(z) + gammaln(concentration + 1)) / concentration
    exponent = -log_ndtr(-z)
    high = jnp.log(concentration + jnp.sqrt(2 * concentration * exponent) + exponent)
    # Room for rounding: where a bound is the solution itself, Newton must be able to stay there.
    return low - 1e-3, jnp.maximum(low, high) + 1e-3


def _wilson_hilferty(z: Array, concentration: Array) -> Array:
    root = 1 - 1 / (9 * concentration) + z / (3 * jnp.sqrt(concentration))
    return jnp.log(concentration) + 3 * jnp.log(jnp.maximum(root, 1e-3))
