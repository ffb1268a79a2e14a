"""Clusters of points, to start mixtures with."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

SWEEPS = 30


def k_means(key: Array, points: Array, k: int) -> Array:
    """``(rows,)``: the cluster of each row of ``(rows, n)``; columns count by their own scale.

    Source: Arthur and Vassilvitskii (2007), k-means++: the advantages of careful seeding.
    """
    points = jnp.asarray(points, float)
    spread = points.std(axis=0)
    points = (points - points.mean(axis=0)) / jnp.where(spread > 0, spread, 1)

    def seed(state: tuple[Array, Array, Array], key: Array) -> tuple[tuple[Array, Array, Array], None]:
        centres, nearest, count = state
        far = jnp.where(nearest.max() > 0, nearest, 1)
        centre = points[jax.random.categorical(key, jnp.log(far))]
        return (centres.at[count].set(centre), jnp.minimum(nearest, ((points - centre) ** 2).sum(-1)), count + 1), None

    def sweep(centres: Array, _: None) -> tuple[Array, None]:
        member = jax.nn.one_hot(_nearest(points, centres), k, dtype=points.dtype)
        size = member.sum(0)[:, None]
        # An empty cluster stays where it is.
        return jnp.where(size > 0, member.T @ points / jnp.where(size > 0, size, 1), centres), None

    first, *rest = jax.random.split(key, k)
    centre = points[jax.random.randint(first, (), 0, points.shape[0])]
    state = (jnp.zeros((k, points.shape[1])).at[0].set(centre), ((points - centre) ** 2).sum(-1), jnp.ones((), int))
    if rest:
        state, _ = jax.lax.scan(seed, state, jnp.stack(rest))
    centres, _ = jax.lax.scan(sweep, state[0], None, length=SWEEPS)
    return _nearest(points, centres)


def _nearest(points: Array, centres: Array) -> Array:
    # Without the squares of the points, which are the same for all centres.
    return jnp.argmin((centres**2).sum(-1) - 2 * points @ centres.T, axis=-1)
