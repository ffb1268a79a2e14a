"""Categories and how often they occur: categorical, multinomial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import gammaln, logsumexp

from whyboard.families.family import Invertible, Shape, ValueMoments, as_key, register
from whyboard.families.moments import CountMoments


@register
@dataclass(frozen=True)
class Categorical(Invertible):
    """One of ``k`` categories, counted from 0; natural parameters are logits, whose common offset does not matter."""

    k: int
    support: ClassVar[str] = "integer"

    def statistics(self, value: Array) -> CountMoments:
        return CountMoments(jax.nn.one_hot(jnp.asarray(value, int), self.k, dtype=float))

    def states(self) -> np.ndarray:
        return np.arange(self.k)

    def log_partition(self, natural: CountMoments) -> Array:
        return logsumexp(jnp.asarray(natural.counts), axis=-1)

    def to_mean(self, natural: CountMoments) -> CountMoments:
        return CountMoments(jax.nn.softmax(jnp.asarray(natural.counts), axis=-1))

    def to_natural(self, mean: CountMoments) -> CountMoments:
        return CountMoments(jnp.log(mean.counts))

    def value_moments(self, natural: CountMoments) -> ValueMoments:
        """Of the number of the category."""
        shares, codes = self.to_mean(natural).counts, jnp.arange(self.k)
        mean = shares @ codes
        return ValueMoments(mean, (shares * (codes - mean[..., None]) ** 2).sum(-1))

    def sample(self, key: Array | int, natural: CountMoments, shape: Shape = ()) -> Array:
        logits = jnp.asarray(natural.counts)
        return jax.random.categorical(as_key(key), logits, shape=(*shape, *logits.shape[:-1]))


@register
@dataclass(frozen=True)
class Multinomial(Invertible):
    """How often each of ``k`` categories occurs in ``total`` draws; natural parameters are logits."""

    total: int
    k: int
    support: ClassVar[str] = "integer"

    @property
    def value_dims(self) -> Shape:
        return (self.k,)

    def statistics(self, value: Array) -> CountMoments:
        return CountMoments(jnp.asarray(value, float))

    def contains(self, value: Array) -> Array:
        value = jnp.asarray(value)
        return ((value >= 0) & (value == jnp.floor(value))).all(-1) & (value.sum(-1) == self.total)

    def log_base_measure(self, value: Array) -> Array:
        return gammaln(self.total + 1.0) - gammaln(jnp.asarray(value) + 1.0).sum(-1)

    def log_partition(self, natural: CountMoments) -> Array:
        return self.total * logsumexp(jnp.asarray(natural.counts), axis=-1)

    def to_mean(self, natural: CountMoments) -> CountMoments:
        return CountMoments(self.total * jax.nn.softmax(jnp.asarray(natural.counts), axis=-1))

    def to_natural(self, mean: CountMoments) -> CountMoments:
        return CountMoments(jnp.log(jnp.asarray(mean.counts) / self.total))

    def value_moments(self, natural: CountMoments) -> ValueMoments:
        mean = self.to_mean(natural).counts
        return ValueMoments(mean, mean * (1 - mean / self.total))

    def expected_log_base_measure(self, natural: CountMoments) -> Array:
        """Each count is binomial, so the expectation is a finite sum."""
        log_p = jax.nn.log_softmax(jnp.asarray(natural.counts), axis=-1)[..., None]
        count = jnp.arange(self.total + 1.0)
        ways = gammaln(self.total + 1.0) - gammaln(count + 1) - gammaln(self.total - count + 1)
        miss = jnp.log1p(-jnp.minimum(jnp.exp(log_p), 1))
        log_mass = ways + count * log_p + jnp.where(self.total == count, 0, (self.total - count) * miss)
        expected = (jnp.exp(log_mass) * gammaln(count + 1)).sum(-1)
        return gammaln(self.total + 1.0) - expected.sum(-1)

    def sample(self, key: Array | int, natural: CountMoments, shape: Shape = ()) -> Array:
        logits = jnp.asarray(natural.counts)
        draws = jax.random.categorical(as_key(key), logits, shape=(self.total, *shape, *logits.shape[:-1]))
        return jax.nn.one_hot(draws, self.k, dtype=int).sum(0)
