"""Bijections between real coordinates and the sets that values may be confined to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import logit


class Bijection(NamedTuple):
    """Between values of a set and as many real coordinates, of which it may read fewer.

    Mathematically, a vector of shares has one coordinate less than shares, and a symmetric matrix those of a triangle:
    the other coordinates are 0 on the way from a value, and change nothing on the way to one.
    """

    value: Callable[[Array], Array]
    coordinates: Callable[[Array], Array]
    reads: Callable[[tuple[int, ...]], np.ndarray]
    """By event shape, which coordinates the value depends on."""
    bounded: bool
    """Whether a coordinate that runs off brings the value to an edge of the set."""
    logarithms: Callable[[tuple[int, ...]], np.ndarray]
    """By event shape, which coordinates are logarithms of values, ratios or distances: free of units, with edges."""


def _every(event: tuple[int, ...]) -> np.ndarray:
    return np.ones(event, bool)


def _all_but_last(event: tuple[int, ...]) -> np.ndarray:
    return np.arange(event[-1]) < event[-1] - 1


def _none(event: tuple[int, ...]) -> np.ndarray:
    return np.zeros(event, bool)


def _all_but_first(event: tuple[int, ...]) -> np.ndarray:
    return np.arange(event[-1]) > 0


def _diagonal(event: tuple[int, ...]) -> np.ndarray:
    return np.eye(event[-1], dtype=bool)


def _lower(event: tuple[int, ...]) -> np.ndarray:
    return np.tri(event[-1], dtype=bool)


def _shares(z: Array) -> Array:
    return jax.nn.softmax(jnp.where(_all_but_last(z.shape), z, 0.0), axis=-1)


def _log_ratios(value: Array) -> Array:
    logs = jnp.log(value)
    return logs - logs[..., -1:]


def _rising(z: Array) -> Array:
    return jnp.concatenate([z[..., :1], z[..., :1] + jnp.cumsum(jnp.exp(z[..., 1:]), axis=-1)], axis=-1)


def _log_distances(value: Array) -> Array:
    return jnp.concatenate([value[..., :1], jnp.log(jnp.diff(value, axis=-1))], axis=-1)


def _matrix(z: Array) -> Array:
    root = jnp.where(np.eye(z.shape[-1], dtype=bool), jnp.exp(z), jnp.tril(z, -1))
    return root @ jnp.swapaxes(root, -1, -2)


def _log_root(value: Array) -> Array:
    root = jnp.linalg.cholesky(value)
    diagonal = np.eye(value.shape[-1], dtype=bool)
    return jnp.where(diagonal, jnp.log(jnp.where(diagonal, root, 1.0)), root)


BIJECTIONS: Mapping[str, Bijection] = {
    "real": Bijection(lambda z: z, lambda value: value, _every, bounded=False, logarithms=_none),
    "positive": Bijection(jnp.exp, jnp.log, _every, bounded=True, logarithms=_every),
    "unit": Bijection(jax.nn.sigmoid, logit, _every, bounded=True, logarithms=_every),
    "simplex": Bijection(_shares, _log_ratios, _all_but_last, bounded=True, logarithms=_all_but_last),
    "ordered": Bijection(_rising, _log_distances, _every, bounded=False, logarithms=_all_but_first),
    "positive_definite": Bijection(_matrix, _log_root, _lower, bounded=True, logarithms=_diagonal),
}
"""By the name of the set, as `FlatDistribution` has it."""
