"""The moments of something known, by moments type: what numbers become where moments are expected, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array

from whyboard.families.matrix import log_determinant, outer
from whyboard.families.moments import (
    CircularMoments,
    CountMoments,
    FirstMoment,
    InversePositiveMoments,
    MatrixMoments,
    NormalMoments,
    PositiveMoments,
    SimplexMoments,
    UnitMoments,
)


def known_moments(kind: type, value: Array, events: int) -> Any:
    """The moments of a value.

    Args:
        kind: a moments type.
        value: ``(*plates, *event)``.
        events: the number of event axes.
    """
    value = jnp.asarray(value)
    if kind is NormalMoments:
        return NormalMoments(value, outer(value, value) if events else value**2)
    return _STATISTICS[kind](value)


def known_value(moments: Any, dims: Any) -> Array:
    """The value that has these moments, the statistics of one value each.

    Args:
        moments: of a type that values can be told from.
        dims: the shape of a value: a count of categories is one category, or a vector.
    """
    if isinstance(moments, CountMoments):
        return jnp.asarray(moments.counts) if dims else jnp.argmax(jnp.asarray(moments.counts), axis=-1)
    return _VALUES.get(type(moments), lambda u: jnp.asarray(u.first))(moments)


_VALUES: dict[type, Callable[[Any], Array]] = {
    InversePositiveMoments: lambda u: 1 / jnp.asarray(u.inverse),
    UnitMoments: lambda u: jnp.exp(u.log),
    SimplexMoments: lambda u: jnp.exp(u.log),
    CircularMoments: lambda u: jnp.arctan2(jnp.asarray(u.sin), jnp.asarray(u.cos)),
}
"""Others begin with the value itself."""

_STATISTICS: dict[type, Callable[[Array], Any]] = {
    FirstMoment: FirstMoment,
    PositiveMoments: lambda x: PositiveMoments(x, jnp.log(x)),
    InversePositiveMoments: lambda x: InversePositiveMoments(1 / x, jnp.log(x)),
    UnitMoments: lambda x: UnitMoments(jnp.log(x), jnp.log1p(-x)),
    SimplexMoments: lambda x: SimplexMoments(jnp.log(x)),
    MatrixMoments: lambda x: MatrixMoments(x, log_determinant(x)),
    CountMoments: CountMoments,
}
