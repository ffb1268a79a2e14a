"""The moments of something known, by moments type: what numbers are turned into where moments are expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array

from whyboard.families.matrix import log_determinant, outer
from whyboard.families.moments import (
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


_STATISTICS: dict[type, Callable[[Array], Any]] = {
    FirstMoment: FirstMoment,
    PositiveMoments: lambda x: PositiveMoments(x, jnp.log(x)),
    InversePositiveMoments: lambda x: InversePositiveMoments(1 / x, jnp.log(x)),
    UnitMoments: lambda x: UnitMoments(jnp.log(x), jnp.log1p(-x)),
    SimplexMoments: lambda x: SimplexMoments(jnp.log(x)),
    MatrixMoments: lambda x: MatrixMoments(x, log_determinant(x)),
    CountMoments: CountMoments,
}
