"""The dynamic stage over time: lags are filled before their rows run, and slopes flow back to earlier rows.

Without lags, or where all that they read is known, all rows run at once; else one step after the other, all series side
by side. Compiled code depends on neither the number of steps nor on that of lags, but for the sizes of arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from whyboard.lowering.program.stack import Lags
from whyboard.lowering.program.tables import Clock, Schedules

Forward = Callable[..., tuple[Array, ...]]
"""Of the number of a step, what fills in the lags (None: nothing does) and the columns of the tables: new columns."""
Backward = Callable[..., tuple[Array, Array]]
"""Of the number of a step, what hangs on its values and the columns of the tables: slopes of rows and static values."""


def forwards(schedules: Schedules, outer: Array, tables: tuple[Array, ...], results: int, step: Forward) -> Any:
    """Run a step for all rows, or for one after the other; the first result is what lags read.

    Args:
        schedules: with the lags.
        outer: the static values, ``(rows of the static table,)``; initial values are among them.
        tables: ``(rows, columns)``, cut into the columns of a step.
        results: how many tables a step makes.
        step: see `Forward`.
    """
    lags, clock = schedules.lags, schedules.clock
    if lags is None or clock is None:
        return step(0, None, *tables)
    if clock.steps is None:
        return step(0, (lags.target, _initial(lags, clock.index, outer)), *tables)
    grids = tuple(_by_step(each, clock) for each in tables)

    def one(time: Any, found: tuple[Array, ...]) -> tuple[Array, ...]:
        made = step(time, (lags.target, _lagged(lags, clock, time, found[0], outer)), *_at(grids, time))
        return tuple(lax.dynamic_update_index_in_dim(f, m, time, 1) for f, m in zip(found, made, strict=True))

    empty = tuple(jnp.zeros(grids[0].shape) for _ in range(results))
    found = lax.fori_loop(0, clock.steps, one, empty)
    return tuple(each.reshape(tables[0].shape) for each in found)


def backwards(
    schedules: Schedules, weights: Array, outer: Array, tables: tuple[Array, ...], step: Backward
) -> tuple[Array, Array]:
    """The slopes of all rows, last ones first, and those of static values.

    Args:
        schedules: with the lags.
        weights: what hangs on the values to begin with.
        outer: zeros like the static values.
        tables: as for `forwards`.
        step: see `Backward`.
    """
    lags, clock = schedules.lags, schedules.clock
    if lags is None or clock is None:
        return step(0, weights, *tables)
    if clock.steps is None:
        slope, found = step(0, weights, *tables)
        flow = jnp.where(clock.index < lags.shift[:, None], _read(slope, lags), 0.0)
        return slope.at[lags.target].set(0.0), found.at[_initial_rows(lags, clock.index)].add(flow)
    grids = tuple(_by_step(each, clock) for each in tables)
    steps = clock.steps

    def one(count: Any, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        weights, slopes, found = carry
        time = steps - 1 - count
        slope, static = step(time, lax.dynamic_index_in_dim(weights, time, 1, keepdims=False), *_at(grids, time))
        flow = _read(slope, lags)
        now = jnp.minimum(time, clock.last)
        before = now - lags.shift[:, None]
        place = (lags.source[:, None], jnp.maximum(before, 0), jnp.arange(len(clock.last)))
        weights = weights.at[place].add(jnp.where(before >= 0, flow, 0.0))
        found = (found + static).at[_initial_rows(lags, now)].add(jnp.where(before < 0, flow, 0.0))
        slope = slope.at[lags.target].set(0.0)
        return weights, lax.dynamic_update_index_in_dim(slopes, slope, time, 1), found

    grid = _by_step(weights, clock)
    _, slopes, found = lax.fori_loop(0, steps, one, (grid, jnp.zeros(grid.shape), outer))
    return slopes.reshape(weights.shape), found


def _lagged(lags: Lags, clock: Clock, time: Any, table: Array, outer: Array) -> Array:
    """The values of the lags in one step, ``(lags, series)``; beyond the end of a series those of its last row."""
    now = jnp.minimum(time, clock.last)
    before = now - lags.shift[:, None]
    found = table[lags.source[:, None], jnp.maximum(before, 0), jnp.arange(len(clock.last))]
    return jnp.where(before >= 0, found, _initial(lags, now, outer))


def _initial(lags: Lags, now: Array, outer: Array) -> Array:
    return outer[_initial_rows(lags, now)]


def _initial_rows(lags: Lags, now: Array) -> Array:
    """By lag and column, the row of its initial value in the static table."""
    initial, stride, shift = (jnp.asarray(each)[:, None] for each in (lags.initial, lags.stride, lags.shift))
    return initial + stride * jnp.clip(now, 0, jnp.maximum(shift - 1, 0))


def _read(slope: Array, lags: Lags) -> Array:
    return slope.at[lags.target].get(mode="fill", fill_value=0.0)


def _by_step(table: Array, clock: Clock) -> Array:
    """Columns as ``(steps, series)``."""
    return table.reshape(len(table), -1, len(clock.last))


def _at(grids: tuple[Array, ...], time: Any) -> tuple[Array, ...]:
    return tuple(lax.dynamic_index_in_dim(each, time, 1, keepdims=False) for each in grids)
