"""The logarithm of a number that may be zero, and what an impossible value is told by."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

LOG_ZERO = -1e30
"""The logarithm of zero: its exponential is exactly zero, and zero times it is zero, which of infinity is no number."""
IMPOSSIBLE = 0.1 * LOG_ZERO
"""A log density below this is one of something impossible: those of possible values are far above."""


def logarithm(x: ArrayLike) -> Array:
    """The logarithm, `LOG_ZERO` of zero; NaN of what is negative."""
    x = jnp.asarray(x)
    return jnp.where(x == 0, LOG_ZERO, jnp.log(jnp.where(x == 0, 1, x)))
