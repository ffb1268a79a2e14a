"""`Point`: the belief that a variable has one value, the mode of a family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families.family import Coordinates, Normalised, Shape, Value
from whyboard.families.known import known_value
from whyboard.families.logarithm import LOG_ZERO
from whyboard.families.moments import leaves


@dataclass(frozen=True)
class Point(Normalised):
    r"""The limit of a family that knows its value: maximisation in place of expectation.

    Mathematically, $\psi(\eta) = \max_v \langle \eta, s(v) \rangle$, whose gradient is the statistic of the maximiser,
    so that the entropy $\psi - \langle \eta, s \rangle$ is zero. Natural parameters need not be those of a
    distribution: without a prior, this is maximum likelihood.
    """

    family: Any

    @property
    def support(self) -> str:  # type: ignore[override]
        """That of the family."""
        return self.family.support

    @property
    def value_dims(self) -> Any:
        return self.family.value_dims

    def contains(self, value: Value) -> Array:
        return self.family.contains(value)

    def statistics(self, value: Value) -> Coordinates:
        return self.family.statistics(value)

    def log_base_measure(self, value: Value) -> Array:
        return self.family.log_base_measure(value)

    def states(self) -> Value:
        return self.family.states()

    def mode(self, natural: Coordinates) -> Value:
        return self.family.mode(natural)

    def log_partition(self, natural: Coordinates) -> Array:
        return self.inner(natural, self.to_mean(natural))

    def to_mean(self, natural: Coordinates) -> Coordinates:
        found = self.family.statistics(self.family.mode(natural))
        # A share of zero that nothing counts must add nothing, and zero times infinity is no number.
        return jax.tree.map(lambda leaf: jnp.where(leaf == -jnp.inf, LOG_ZERO, leaf), found)

    def sample(self, key: Array | int, natural: Coordinates, shape: Shape = ()) -> Value:
        """The mode, as often as asked for."""
        del key
        return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (*shape, *jnp.shape(leaf))), self.mode(natural))

    def value(self, moments: Coordinates) -> Value:
        """The value that has these statistics."""
        return known_value(moments, self.family.value_dims)

    def undetermined(self, natural: Coordinates) -> Array:
        """``(*plates,)``: where natural parameters are zero, so that every value is as good."""
        silent = jnp.ones(self.plates(natural), bool)
        for leaf, dim in zip(leaves(natural), self.dims, strict=True):
            events = tuple(range(jnp.ndim(leaf) - len(dim), jnp.ndim(leaf)))
            silent = silent & (jnp.asarray(leaf) == 0).all(events)
        return silent


def behind(family: Any) -> Any:
    """The family whose mode a point is; any other family itself."""
    return family.family if isinstance(family, Point) else family
