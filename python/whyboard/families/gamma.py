"""Positive numbers: gamma, inverse gamma, exponential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import digamma, gammaln, polygamma

from whyboard.families.family import Invertible, Shape, ValueMoments, as_key, register
from whyboard.families.moments import FirstMoment, InversePositiveMoments, PositiveMoments

NEWTON_STEPS = 8


@register
@dataclass(frozen=True)
class Gamma(Invertible):
    r"""Positive numbers; natural parameters $(-b, a - 1)$ of concentration $a$ and rate $b$."""

    support: ClassVar[str] = "positive"

    def statistics(self, value: Array) -> PositiveMoments:
        return PositiveMoments(jnp.asarray(value), jnp.log(value))

    def log_partition(self, natural: PositiveMoments) -> Array:
        concentration = 1 + jnp.asarray(natural.log)
        return gammaln(concentration) - concentration * jnp.log(-jnp.asarray(natural.first))

    def to_mean(self, natural: PositiveMoments) -> PositiveMoments:
        concentration, rate = 1 + jnp.asarray(natural.log), -jnp.asarray(natural.first)
        return PositiveMoments(concentration / rate, digamma(concentration) - jnp.log(rate))

    def to_natural(self, mean: PositiveMoments) -> PositiveMoments:
        first = jnp.asarray(mean.first)
        concentration = concentration_from_gap(jnp.log(first) - mean.log)
        return PositiveMoments(-concentration / first, concentration - 1)

    def sample(self, key: Array | int, natural: PositiveMoments, shape: Shape = ()) -> Array:
        rate = -jnp.asarray(natural.first)
        concentration = jnp.broadcast_to(1 + jnp.asarray(natural.log), (*shape, *self.plates(natural)))
        return jax.random.gamma(as_key(key), concentration) / rate

    def mode(self, natural: PositiveMoments) -> Array:
        """Zero at a concentration of one; below, there is none."""
        log, rate = jnp.asarray(natural.log), -jnp.asarray(natural.first)
        return jnp.where((log >= 0) & (rate > 0), log / rate, jnp.nan)


@register
@dataclass(frozen=True)
class InverseGamma(Invertible):
    r"""One over a gamma variable; natural parameters $(-b, -a - 1)$ of concentration $a$ and scale $b$."""

    support: ClassVar[str] = "positive"

    def statistics(self, value: Array) -> InversePositiveMoments:
        return InversePositiveMoments(1 / jnp.asarray(value), jnp.log(value))

    def log_partition(self, natural: InversePositiveMoments) -> Array:
        return Gamma().log_partition(_inverted(natural))

    def to_mean(self, natural: InversePositiveMoments) -> InversePositiveMoments:
        mean = Gamma().to_mean(_inverted(natural))
        return InversePositiveMoments(mean.first, -mean.log)

    def to_natural(self, mean: InversePositiveMoments) -> InversePositiveMoments:
        natural = Gamma().to_natural(PositiveMoments(mean.inverse, -jnp.asarray(mean.log)))
        return InversePositiveMoments(natural.first, -natural.log - 2)

    def value_moments(self, natural: InversePositiveMoments) -> ValueMoments:
        """Infinite where the tail is too heavy: the mean up to a concentration of 1, the variance up to 2."""
        concentration, scale = -jnp.asarray(natural.log) - 1, -jnp.asarray(natural.inverse)
        mean = jnp.where(concentration > 1, scale / (concentration - 1), jnp.inf)
        variance = jnp.where(concentration > 2, mean**2 / (concentration - 2), jnp.inf)
        return ValueMoments(mean, variance)

    def sample(self, key: Array | int, natural: InversePositiveMoments, shape: Shape = ()) -> Array:
        return 1 / Gamma().sample(key, _inverted(natural), shape)

    def mode(self, natural: InversePositiveMoments) -> Array:
        scale, power = -jnp.asarray(natural.inverse), -jnp.asarray(natural.log)
        return jnp.where((scale > 0) & (power > 0), scale / power, jnp.nan)


@register
@dataclass(frozen=True)
class Exponential(Invertible):
    """Waiting times; the natural parameter is minus the rate."""

    support: ClassVar[str] = "nonnegative"

    def statistics(self, value: Array) -> FirstMoment:
        return FirstMoment(jnp.asarray(value))

    def log_partition(self, natural: FirstMoment) -> Array:
        return -jnp.log(-jnp.asarray(natural.first))

    def to_natural(self, mean: FirstMoment) -> FirstMoment:
        return FirstMoment(-1 / jnp.asarray(mean.first))

    def sample(self, key: Array | int, natural: FirstMoment, shape: Shape = ()) -> Array:
        rate = -jnp.asarray(natural.first)
        return jax.random.exponential(as_key(key), (*shape, *rate.shape), rate.dtype) / rate

    def mode(self, natural: FirstMoment) -> Array:
        """Zero, since the density falls everywhere."""
        first = jnp.asarray(natural.first, float)
        return jnp.where(first < 0, 0.0, jnp.nan)


def concentration_from_gap(gap: Array) -> Array:
    """The ``a`` with ``log a - digamma(a) == gap``, by Newton steps for ``log a`` from a close start.

    Source: Minka (2002), Estimating a gamma distribution.
    """
    gap = jnp.asarray(gap)
    concentration = (3 - gap + jnp.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(NEWTON_STEPS):
        error = jnp.log(concentration) - digamma(concentration) - gap
        concentration = concentration * jnp.exp(-error / (1 - concentration * polygamma(1, concentration)))
    return concentration


def _inverted(natural: InversePositiveMoments) -> PositiveMoments:
    """Natural parameters of 1 / x as a gamma variable."""
    return PositiveMoments(natural.inverse, -jnp.asarray(natural.log) - 2)
