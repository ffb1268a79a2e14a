"""The moments of something known, by moments type: what numbers become where moments are expected, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

from whyboard import registry
from whyboard.families.logarithm import LOG_ZERO, logarithm
from whyboard.families.matrix import log_determinant, outer
from whyboard.families.moments import (
    BinaryMoments,
    CircularMoments,
    CountMoments,
    FirstMoment,
    InversePositiveMoments,
    MatrixMoments,
    MultinomialMoments,
    NormalMoments,
    PositiveMoments,
    PowerMoments,
    SimplexMoments,
    UnitMoments,
)


class Known(NamedTuple):
    """What a moments type is for a value that is known."""

    statistics: Callable[[Array], Any]
    event_ndim: int


def register_moments(kind: type, statistics: Callable[[Any], Any], event_ndim: int = 0) -> type:
    """Say what moments of a type are where the value is known: numbers may then stand where such moments are expected.

    Args:
        kind: a NamedTuple of expected statistics.
        statistics: a function of a value ``(*plates, *event)`` that gives its moments, leaves ``(*plates, *dims)``.
        event_ndim: how many axes of a value belong to one of them.
    """
    registry.moments.register(kind.__name__, Known(statistics, event_ndim))
    return kind


def event_axes(kind: type) -> int:
    """How many axes of a value belong to one of this moments type; none of ``float``, a constant."""
    return 0 if kind is float else _known(kind).event_ndim


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
    return _known(kind).statistics(value)


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
    PowerMoments: lambda u: jnp.exp(u.log),
    UnitMoments: lambda u: jnp.exp(u.log),
    SimplexMoments: lambda u: jnp.exp(u.log),
    CircularMoments: lambda u: jnp.arctan2(jnp.asarray(u.sin), jnp.asarray(u.cos)),
}
"""Others begin with the value itself."""


def _known(kind: type) -> Any:
    return registry.moments[kind.__name__]


register_moments(FirstMoment, FirstMoment)
register_moments(BinaryMoments, lambda x: BinaryMoments(jnp.asarray(x, float)))
register_moments(NormalMoments, lambda x: NormalMoments(x, x**2))
register_moments(PositiveMoments, lambda x: PositiveMoments(x, logarithm(x)))
register_moments(InversePositiveMoments, lambda x: InversePositiveMoments(1 / x, jnp.log(x)))
register_moments(
    UnitMoments, lambda x: UnitMoments(logarithm(x), jnp.where(x == 1, LOG_ZERO, jnp.log1p(-jnp.where(x == 1, 0, x))))
)
register_moments(SimplexMoments, lambda x: SimplexMoments(logarithm(x)), event_ndim=1)
register_moments(MatrixMoments, lambda x: MatrixMoments(x, log_determinant(x)), event_ndim=2)
register_moments(CountMoments, CountMoments)
register_moments(MultinomialMoments, MultinomialMoments, event_ndim=1)
register_moments(CircularMoments, lambda x: CircularMoments(jnp.cos(x), jnp.sin(x)))
