"""Families of several independent variables: products, and replicas of one family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families.family import Coordinates, Invertible, Shape, as_key, is_shape, register


@register
@dataclass(frozen=True)
class Product(Invertible):
    """Independent variables of these families; values and coordinates are tuples of the parts'."""

    parts: tuple[Any, ...]

    @property
    def value_dims(self) -> tuple[Any, ...]:
        return tuple(part.value_dims for part in self.parts)

    def statistics(self, value: tuple[Any, ...]) -> Coordinates:
        return tuple(part.statistics(x) for part, x in zip(self.parts, value, strict=True))

    def log_base_measure(self, value: tuple[Any, ...]) -> Array:
        return _sum(part.log_base_measure(x) for part, x in zip(self.parts, value, strict=True))

    def expected_log_base_measure(self, natural: Coordinates) -> Array:
        return _sum(part.expected_log_base_measure(n) for part, n in zip(self.parts, natural, strict=True))

    def log_partition(self, natural: Coordinates) -> Array:
        return _sum(part.log_partition(n) for part, n in zip(self.parts, natural, strict=True))

    def to_mean(self, natural: Coordinates) -> Coordinates:
        return tuple(part.to_mean(n) for part, n in zip(self.parts, natural, strict=True))

    def to_natural(self, mean: Coordinates) -> Coordinates:
        return tuple(part.to_natural(m) for part, m in zip(self.parts, mean, strict=True))

    def sample(self, key: Array | int, natural: Coordinates, shape: Shape = ()) -> tuple[Any, ...]:
        keys = jax.random.split(as_key(key), len(self.parts))
        return tuple(part.sample(k, n, shape) for part, k, n in zip(self.parts, keys, natural, strict=True))


@register
@dataclass(frozen=True)
class Replicated(Invertible):
    """``n`` independent variables of one family, with parameters of their own along a first event axis."""

    family: Any
    n: int

    @property
    def value_dims(self) -> Any:
        return jax.tree.map(lambda dim: (self.n, *dim), self.family.value_dims, is_leaf=is_shape)

    def statistics(self, value: Any) -> Coordinates:
        return self.family.statistics(value)

    def log_base_measure(self, value: Any) -> Array:
        return jnp.asarray(self.family.log_base_measure(value)).sum(-1)

    def expected_log_base_measure(self, natural: Coordinates) -> Array:
        return jnp.asarray(self.family.expected_log_base_measure(natural)).sum(-1)

    def log_partition(self, natural: Coordinates) -> Array:
        return jnp.asarray(self.family.log_partition(natural)).sum(-1)

    def to_mean(self, natural: Coordinates) -> Coordinates:
        return self.family.to_mean(natural)

    def to_natural(self, mean: Coordinates) -> Coordinates:
        return self.family.to_natural(mean)

    def sample(self, key: Array | int, natural: Coordinates, shape: Shape = ()) -> Any:
        return self.family.sample(key, natural, shape)


def _sum(terms: Any) -> Array:
    return sum(terms, start=jnp.zeros(()))
