"""Yes or no, and how often: Bernoulli, binomial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import gammaln

from whyboard.families.family import Invertible, Shape, as_key, register
from whyboard.families.moments import FirstMoment


@register
@dataclass(frozen=True)
class Binomial(Invertible):
    """How many of ``total`` independent trials succeed; the natural parameter is the logit."""

    total: int
    support: ClassVar[str] = "integer"

    def statistics(self, value: Array) -> FirstMoment:
        return FirstMoment(jnp.asarray(value, float))

    def states(self) -> np.ndarray:
        return np.arange(self.total + 1)

    def log_base_measure(self, value: Array) -> Array:
        value = jnp.asarray(value, float)
        return gammaln(self.total + 1.0) - gammaln(value + 1) - gammaln(self.total - value + 1)

    def log_partition(self, natural: FirstMoment) -> Array:
        return self.total * jax.nn.softplus(jnp.asarray(natural.first, float))

    def to_mean(self, natural: FirstMoment) -> FirstMoment:
        return FirstMoment(self.total * jax.nn.sigmoid(jnp.asarray(natural.first, float)))

    def to_natural(self, mean: FirstMoment) -> FirstMoment:
        first = jnp.asarray(mean.first)
        return FirstMoment(jnp.log(first) - jnp.log(self.total - first))

    def expected_log_base_measure(self, natural: FirstMoment) -> Array:
        logit = jnp.asarray(natural.first, float)
        counts = jnp.arange(self.total + 1.0)
        ways = self.log_base_measure(counts)
        log_mass = ways + counts * logit[..., None] - self.log_partition(natural)[..., None]
        return (jnp.exp(log_mass) * ways).sum(-1)

    def sample(self, key: Array | int, natural: FirstMoment, shape: Shape = ()) -> Array:
        success = jax.nn.sigmoid(jnp.asarray(natural.first, float))
        return jax.random.binomial(as_key(key), self.total, success, (*shape, *success.shape)).astype(int)


@register
@dataclass(frozen=True)
class Bernoulli(Invertible):
    """Yes (1) or no (0); the natural parameter is the logit."""

    support: ClassVar[str] = "integer"

    def statistics(self, value: Array) -> FirstMoment:
        return FirstMoment(jnp.asarray(value, float))

    def states(self) -> np.ndarray:
        return np.arange(2)

    def log_partition(self, natural: FirstMoment) -> Array:
        return jax.nn.softplus(jnp.asarray(natural.first, float))

    def to_mean(self, natural: FirstMoment) -> FirstMoment:
        return FirstMoment(jax.nn.sigmoid(jnp.asarray(natural.first, float)))

    def to_natural(self, mean: FirstMoment) -> FirstMoment:
        first = jnp.asarray(mean.first)
        return FirstMoment(jnp.log(first) - jnp.log1p(-first))

    def sample(self, key: Array | int, natural: FirstMoment, shape: Shape = ()) -> Array:
        success = jax.nn.sigmoid(jnp.asarray(natural.first, float))
        return jax.random.bernoulli(as_key(key), success, (*shape, *success.shape)).astype(int)
