"""Angles: von Mises."""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import i0e, i1e

from whyboard.families.family import Invertible, Shape, as_key, register
from whyboard.families.moments import CircularMoments

NEWTON_STEPS = 12
SERIES = 1e-4
"""Below this square of the concentration three terms of the series of the log Bessel function are exact."""
TRIES = 64
"""Proposals for each draw; each is taken with a chance of at least 0.65."""


@register
@dataclass(frozen=True)
class VonMises(Invertible):
    r"""Angles around a direction; natural parameters $\kappa (\cos\mu, \sin\mu)$, zero for no direction at all."""

    def statistics(self, value: Array) -> CircularMoments:
        return CircularMoments(jnp.cos(value), jnp.sin(value))

    def log_partition(self, natural: CircularMoments) -> Array:
        square = _square(natural)
        small = square < SERIES
        concentration = jnp.sqrt(jnp.where(small, 1, square))
        # In the square, which is smooth at the origin as the length is not: the curvature there is one half.
        series = square / 4 - square**2 / 64 + square**3 / 576
        return math.log(2 * math.pi) + jnp.where(small, series, jnp.log(i0e(concentration)) + concentration)

    def to_mean(self, natural: CircularMoments) -> CircularMoments:
        concentration = _length(natural)
        small = concentration < 1e-4
        safe = jnp.where(small, 1, concentration)
        # The mean length over the concentration, which tends to one half where there is none.
        ratio = jnp.where(small, 0.5 - concentration**2 / 16, i1e(safe) / i0e(safe) / safe)
        return CircularMoments(ratio * natural.cos, ratio * natural.sin)

    def to_natural(self, mean: CircularMoments) -> CircularMoments:
        length = _length(mean)
        small = length < 1e-6
        r = jnp.where(small, 0.5, length)
        concentration = r * (2 - r**2) / (1 - r**2)
        for _ in range(NEWTON_STEPS):
            ratio = i1e(concentration) / i0e(concentration)
            concentration = concentration - (ratio - r) / (1 - ratio / concentration - ratio**2)
        scale = jnp.where(small, 2, concentration / r)
        return CircularMoments(scale * mean.cos, scale * mean.sin)

    def sample(self, key: Array | int, natural: CircularMoments, shape: Shape = ()) -> Array:
        """By rejection from a wrapped Cauchy distribution.

        Source: Best and Fisher (1979), Efficient simulation of the von Mises distribution.
        """
        concentration = jnp.broadcast_to(_length(natural), (*shape, *self.plates(natural)))
        kappa = jnp.maximum(concentration, 1e-4)
        tau = 1 + jnp.sqrt(1 + 4 * kappa**2)
        rho = (tau - jnp.sqrt(2 * tau)) / (2 * kappa)
        r = (1 + rho**2) / (2 * rho)

        def attempt(state: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
            key, angle, done, tries = state
            key, *keys = jax.random.split(key, 4)
            turn, test, side = (jax.random.uniform(k, kappa.shape, kappa.dtype) for k in keys)
            z = jnp.cos(math.pi * turn)
            f = (1 + r * z) / (r + z)
            c = kappa * (r - f)
            accept = (c * (2 - c) > test) | (jnp.log(c / test) + 1 - c >= 0)
            proposed = jnp.where(side > 0.5, 1, -1) * jnp.arccos(jnp.clip(f, -1, 1))
            return key, jnp.where(accept & ~done, proposed, angle), done | accept, tries + 1

        start = (as_key(key), jnp.zeros_like(kappa), jnp.zeros(kappa.shape, bool), jnp.zeros((), int))
        key, angle, _, _ = jax.lax.while_loop(lambda s: ~s[2].all() & (s[3] < TRIES), attempt, start)
        uniform = jax.random.uniform(key, kappa.shape, kappa.dtype, -math.pi, math.pi)
        direction = jnp.arctan2(jnp.asarray(natural.sin), jnp.asarray(natural.cos))
        angle = jnp.where(concentration < 1e-4, uniform, angle) + direction
        return jnp.mod(angle + math.pi, 2 * math.pi) - math.pi

    def mode(self, natural: CircularMoments) -> Array:
        return jnp.arctan2(jnp.asarray(natural.sin), jnp.asarray(natural.cos))


def _length(vector: CircularMoments) -> Array:
    """The Euclidean length, with the gradient zero at the origin instead of NaN."""
    square = _square(vector)
    positive = square > 0
    return jnp.where(positive, jnp.sqrt(jnp.where(positive, square, 1)), 0)


def _square(vector: CircularMoments) -> Array:
    return jnp.asarray(vector.cos) ** 2 + jnp.asarray(vector.sin) ** 2
