"""The inverse incomplete beta function in the logit of its value, which no library we use provides with derivatives."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.custom_derivatives import SymbolicZero
from jax.nn import log_sigmoid
from jax.scipy.special import betainc, betaln, digamma, log_ndtr, polygamma

MAX_STEPS = 100
"""Far more than needed: the logarithm of a tail is concave in the logit, so Newton comes from below and stays there."""
_SERIES = -40.0
"""Below this logit the first term of the series of $I_x(a, b)$, $x^a / (a B(a, b))$, is exact in 64 bits."""
_NEAR_ONE = 12.0
_NODES, _REACH = 140, 3.6
"""Of the double exponential rule."""


# Traced once for all programs that read it, as the gamma quantile is.
@jax.custom_jvp
@jax.jit
def logit_beta_quantile(z: Array, alpha: Array, beta: Array) -> Array:
    r"""The logit of the beta variable that stands at the same quantile as ``z`` in a standard normal.

    Mathematically, the $y$ with $I_{\sigma(y)}(a, b) = \Phi(z)$. First derivatives are exact, by the implicit function
    theorem.
    """
    z, alpha, beta = jnp.broadcast_arrays(z, alpha, beta)
    upper = z > 0
    # The nearer tail, where probabilities keep their digits: that of 1 - x is the other one.
    first, second = jnp.where(upper, beta, alpha), jnp.where(upper, alpha, beta)
    found = _lower_tail(log_ndtr(-jnp.abs(z)), first, second)
    return jnp.where(upper, -found, found)


def _lower_tail(target: Array, first: Array, second: Array) -> Array:
    """Where the lower tail has this log probability, at most that of a half."""
    low = _below(target, first, second)
    high = jnp.maximum(low, -_below(jnp.log1p(-jnp.exp(target)), second, first))
    # Room for rounding: where a bound is the solution itself, Newton must be able to stay there.
    low, high = low - 1e-3, high + 1e-3

    def unfinished(state: tuple[Array, ...]) -> Array:
        step, _, _, _, done = state
        return (step < MAX_STEPS) & ~jnp.all(done)

    def improve(state: tuple[Array, ...]) -> tuple[Array, ...]:
        step, y, low, high, done = state
        log_tail = _log_tail(y, first, second)
        too_high = log_tail > target
        low, high = jnp.where(too_high, low, y), jnp.where(too_high, y, high)
        newton = y - (log_tail - target) * jnp.exp(log_tail - _log_density(y, first, second))
        inside = (newton >= low) & (newton <= high)
        following = jnp.where(inside, newton, (low + high) / 2)
        # Newton converges quadratically: after a step this small the error is below rounding.
        arrived = jnp.abs(newton - y) <= jnp.finfo(y.dtype).eps ** 0.65 * (1 + jnp.abs(y))
        moved = jnp.where(arrived, newton, following)
        return step + 1, jnp.where(done, y, moved), low, high, done | arrived

    start = (jnp.zeros((), int), low, low, high, jnp.zeros(low.shape, bool))
    return jax.lax.while_loop(unfinished, improve, start)[1]


def _log_tail(y: Array, first: Array, second: Array) -> Array:
    series = first * y - jnp.log(first) - betaln(first, second)
    # Near 1 the value has no digits left, and its distance from 1 has all.
    near_one = y > _NEAR_ONE
    one, other = jnp.where(near_one, second, first), jnp.where(near_one, first, second)
    found = betainc(one, other, jax.nn.sigmoid(jnp.where(near_one, -y, y)))
    return jnp.where(y < _SERIES, series, jnp.where(near_one, jnp.log1p(-found), jnp.log(found)))


def _below(target: Array, first: Array, second: Array) -> Array:
    """A logit at or below that of a tail: where x is at most a half, its probability is at most 2 x^a / (a B(a, b))."""
    return jnp.minimum((target + jnp.log(first) + betaln(first, second) - math.log(2)) / first, -math.log(2)) - 1e-9


def _log_density(y: Array, first: Array, second: Array) -> Array:
    """Of the logit."""
    return first * log_sigmoid(y) + second * log_sigmoid(-y) - betaln(first, second)


def _derivative(primals: tuple[Array, ...], tangents: tuple[Any, ...]) -> tuple[Array, Array]:
    z, alpha, beta = jnp.broadcast_arrays(*primals)
    y = logit_beta_quantile(z, alpha, beta)
    by_z, *by_counts = tangents
    change = jnp.zeros(y.shape)
    if not isinstance(by_z, SymbolicZero):
        change = change + _by_z(y, z, alpha, beta) * by_z
    # What is constant is no part of the program: the slopes by the counts are integrals.
    if not all(isinstance(tangent, SymbolicZero) for tangent in by_counts):
        for slope, tangent in zip(_by_counts(y, alpha, beta), by_counts, strict=True):
            change = change if isinstance(tangent, SymbolicZero) else change + slope * tangent
    return y, change


logit_beta_quantile.defjvp(_derivative, symbolic_zeros=True)


@jax.jit
def _by_z(y: Array, z: Array, alpha: Array, beta: Array) -> Array:
    return jnp.exp(-(z**2) / 2 - 0.5 * math.log(2 * math.pi) - _log_density(y, alpha, beta))


@jax.jit
def _by_counts(y: Array, alpha: Array, beta: Array) -> tuple[Array, Array]:
    # The tail that does not hold the mode: it falls from its end on, and scores of both tails add up to 0.
    upper = y > jnp.log(alpha / beta)
    first, second = jnp.where(upper, beta, alpha), jnp.where(upper, alpha, beta)
    by_first, by_second = _by_parameters(jnp.where(upper, -y, y), first, second)
    return jnp.where(upper, -by_second, by_first), jnp.where(upper, -by_first, by_second)


def _by_parameters(y: Array, first: Array, second: Array) -> tuple[Array, Array]:
    r"""The slopes of the quantile, minus the tail's own slope over the density at its end.

    The tail is an integral over all logits below, and its slope that of the scores $\log x - E \log x$ and
    $\log (1 - x) - E \log (1 - x)$: a double exponential rule finds it, whatever the width of the tail.
    """
    grid = np.linspace(-_REACH, _REACH, _NODES)
    nodes, weights = np.exp(math.pi / 2 * np.sinh(grid)), math.pi / 2 * np.cosh(grid) * (grid[1] - grid[0])
    width = jnp.sqrt(polygamma(1, first) + polygamma(1, second))[..., None]
    y, first, second = y[..., None], first[..., None], second[..., None]
    step = width * nodes
    at = y - step
    ratio = jnp.exp(_log_density(at, first, second) - _log_density(y, first, second)) * step * weights
    total = digamma(first + second)
    by_first = ratio * (log_sigmoid(at) - digamma(first) + total)
    by_second = ratio * (log_sigmoid(-at) - digamma(second) + total)
    return -by_first.sum(axis=-1), -by_second.sum(axis=-1)
