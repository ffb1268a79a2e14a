"""Positive numbers of which a known power is a gamma variable: scales of normal noise, among others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax.numpy as jnp
from jax import Array
from jax.scipy.special import gammaln

from whyboard.families.family import Invertible, Shape, ValueMoments, register
from whyboard.families.gamma import Gamma
from whyboard.families.moments import PositiveMoments, PowerMoments


@register
@dataclass(frozen=True)
class PowerGamma(Invertible):
    r"""Positive numbers $x$ whose power $x^p$ has a gamma distribution; natural parameters $(-b, p a - 1)$.

    Mathematically, $p(x) \propto x^{p a - 1} \exp(-b x^p)$. With $p = -2$ it is conjugate to the standard deviation of
    normal noise.
    """

    power: float
    support: ClassVar[str] = "positive"

    def statistics(self, value: Array) -> PowerMoments:
        return PowerMoments(jnp.asarray(value, float) ** self.power, jnp.log(value))

    def log_partition(self, natural: PowerMoments) -> Array:
        return Gamma().log_partition(self._gamma(natural)) - jnp.log(abs(self.power))

    def to_mean(self, natural: PowerMoments) -> PowerMoments:
        first, log = Gamma().to_mean(self._gamma(natural))
        return PowerMoments(first, log / self.power)

    def to_natural(self, mean: PowerMoments) -> PowerMoments:
        natural = Gamma().to_natural(PositiveMoments(mean.power, self.power * jnp.asarray(mean.log)))
        return PowerMoments(natural.first, self.power * (1 + natural.log) - 1)

    def value_moments(self, natural: PowerMoments) -> ValueMoments:
        """Infinite where the tail is too heavy."""
        gamma = self._gamma(natural)
        concentration, rate = 1 + gamma.log, -gamma.first

        def moment(order: int) -> Array:
            shifted = concentration + order / self.power
            known = gammaln(jnp.where(shifted > 0, shifted, 1.0)) - gammaln(concentration)
            return jnp.where(shifted > 0, jnp.exp(known - order / self.power * jnp.log(rate)), jnp.inf)

        mean, square = moment(1), moment(2)
        return ValueMoments(mean, jnp.where(jnp.isfinite(square), square - mean**2, jnp.inf))

    def sample(self, key: Array | int, natural: PowerMoments, shape: Shape = ()) -> Array:
        return Gamma().sample(key, self._gamma(natural), shape) ** (1 / self.power)

    def mode(self, natural: PowerMoments) -> Array:
        weight, rate = jnp.asarray(natural.log, float) / self.power, -jnp.asarray(natural.power)
        return jnp.where((weight >= 0) & (rate > 0), (weight / rate) ** (1 / self.power), jnp.nan)

    def _gamma(self, natural: PowerMoments) -> PositiveMoments:
        """Natural parameters of the power as a gamma variable."""
        concentration = (1 + jnp.asarray(natural.log)) / self.power
        return PositiveMoments(jnp.asarray(natural.power), concentration - 1)
