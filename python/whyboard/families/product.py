"""Families of several independent variables: products, and replicas of one family."""

from __future__ import annotations

import functools
import math
import operator
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.family import (
    Coordinates,
    Family,
    Frame,
    Invertible,
    NoClosedForm,
    Normalised,
    Shape,
    ValueMoments,
    as_key,
    invertible,
    is_shape,
    register,
)

MOST_STATES = 2**20


@register
@dataclass(frozen=True)
class Product(Invertible):
    """Independent variables of these families; values and coordinates are tuples of the parts'."""

    parts: tuple[Any, ...]

    def __post_init__(self) -> None:
        parts = tuple(self.parts) if isinstance(self.parts, tuple | list) else (self.parts,)
        object.__setattr__(self, "parts", parts)
        if not parts or not all(isinstance(part, Family) for part in parts):
            raise ParameterError(f"Product got parts={parts!r}. Expected families, such as (Normal(2), Poisson()).")

    @property
    def value_dims(self) -> tuple[Any, ...]:
        return tuple(part.value_dims for part in self.parts)

    def contains(self, value: tuple[Any, ...]) -> Array:
        inside = [part.contains(x) for part, x in zip(self.parts, value, strict=True)]
        return functools.reduce(operator.and_, inside)

    def statistics(self, value: tuple[Any, ...]) -> Coordinates:
        return tuple(part.statistics(x) for part, x in zip(self.parts, value, strict=True))

    def log_base_measure(self, value: tuple[Any, ...]) -> Array:
        return _sum(part.log_base_measure(x) for part, x in zip(self.parts, value, strict=True))

    def states(self) -> tuple[Any, ...]:
        each = [part.states() for part in self.parts]
        counts = [jax.tree.leaves(states)[0].shape[0] for states in each]
        _check_count(self, math.prod(counts))
        index = np.indices(counts).reshape(len(counts), -1)
        return tuple(jax.tree.map(lambda leaf, i=i: leaf[i], states) for states, i in zip(each, index, strict=True))

    def features(self, value: tuple[Any, ...]) -> Array:
        return jnp.concatenate([part.features(x) for part, x in zip(self.parts, value, strict=True)], axis=-1)

    def expected_log_base_measure(self, natural: Coordinates) -> Array:
        return _sum(part.expected_log_base_measure(n) for part, n in zip(self.parts, natural, strict=True))

    def log_partition(self, natural: Coordinates) -> Array:
        return _sum(part.log_partition(n) for part, n in zip(self.parts, natural, strict=True))

    def to_mean(self, natural: Coordinates) -> Coordinates:
        return tuple(part.to_mean(n) for part, n in zip(self.parts, natural, strict=True))

    def to_natural(self, mean: Coordinates) -> Coordinates:
        return tuple(part.to_natural(m) for part, m in zip(self.parts, mean, strict=True))

    def value_moments(self, natural: Coordinates) -> ValueMoments:
        found = [part.value_moments(n) for part, n in zip(self.parts, natural, strict=True)]
        return ValueMoments(tuple(each.mean for each in found), tuple(each.variance for each in found))

    def sample(self, key: Array | int, natural: Coordinates, shape: Shape = ()) -> tuple[Any, ...]:
        keys = jax.random.split(as_key(key), len(self.parts))
        return tuple(part.sample(k, n, shape) for part, k, n in zip(self.parts, keys, natural, strict=True))

    def mode(self, natural: Coordinates) -> tuple[Any, ...]:
        return tuple(part.mode(n) for part, n in zip(self.parts, natural, strict=True))


@register
@dataclass(frozen=True)
class Replicated(Invertible):
    """``n`` independent variables of one family, with parameters of their own along a first event axis."""

    family: Normalised
    n: int

    @property
    def value_dims(self) -> Any:
        return jax.tree.map(lambda dim: (self.n, *dim), self.family.value_dims, is_leaf=is_shape)

    def contains(self, value: Any) -> Array:
        return self.family.contains(value).all(-1)

    def statistics(self, value: Any) -> Coordinates:
        return self.family.statistics(value)

    def log_base_measure(self, value: Any) -> Array:
        return jnp.asarray(self.family.log_base_measure(value)).sum(-1)

    def states(self) -> Any:
        each = self.family.states()
        count = jax.tree.leaves(each)[0].shape[0]
        _check_count(self, count**self.n)
        index = np.indices([count] * self.n).reshape(self.n, -1).T
        return jax.tree.map(lambda leaf: leaf[index], each)

    def features(self, value: Any) -> Array:
        each = self.family.features(value)
        return each.reshape(*each.shape[:-2], -1)

    def frame(self, value: Any) -> Frame | None:
        return self.family.frame(value)

    def seen_from(self, moments: Coordinates, frame: Frame) -> Coordinates:
        return self.family.seen_from(moments, frame)

    def expected_log_base_measure(self, natural: Coordinates) -> Array:
        return jnp.asarray(self.family.expected_log_base_measure(natural)).sum(-1)

    def log_partition(self, natural: Coordinates) -> Array:
        return jnp.asarray(self.family.log_partition(natural)).sum(-1)

    def to_mean(self, natural: Coordinates) -> Coordinates:
        return self.family.to_mean(natural)

    def to_natural(self, mean: Coordinates) -> Coordinates:
        return invertible(self.family).to_natural(mean)

    def value_moments(self, natural: Coordinates) -> ValueMoments:
        return self.family.value_moments(natural)

    def sample(self, key: Array | int, natural: Coordinates, shape: Shape = ()) -> Any:
        return self.family.sample(key, natural, shape)

    def mode(self, natural: Coordinates) -> Any:
        return self.family.mode(natural)


def _check_count(family: Product | Replicated, count: int) -> None:
    if count > MOST_STATES:
        raise NoClosedForm(f"{family!r} has {count} values, too many to list. Expected at most {MOST_STATES}.")


def _sum(terms: Any) -> Array:
    return sum(terms, start=jnp.zeros(()))
