"""The loops over a schedule: one `switch` over the kinds a step, operands gathered before it, results written after it.

Every loop carries tables that are written in place and nothing else; the number of steps is an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from whyboard.lowering.program import block, lanes
from whyboard.lowering.program.block import Entries, Operands
from whyboard.lowering.program.kind import Kind
from whyboard.lowering.program.stack import Plan, Schedule, Stage
from whyboard.lowering.program.tables import Observed, Schedules, Tables
from whyboard.lowering.program.time_loop import backwards, forwards


def forward(plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, key: Array) -> tuple[Tables, Tables]:
    """Values of all elements for this noise, and the log densities of the counted ones.

    Entries without a continuous map from noise are drawn with ``key``.
    """
    first, second = jax.random.split(key)
    static = _forward(plan.static, schedules.static, _entries(observed, noise, 0), jnp.zeros(0), first)
    outer = static[0][:, 0]

    def step(time: Any, lagged: Lagged, *columns: Array) -> tuple[Array, Array]:
        entries = _filled(Entries(*columns), lagged)
        return _forward(plan.dynamic, schedules.dynamic, entries, outer, _key_at(second, time, lagged))

    dynamic = forwards(schedules, outer, _entries(observed, noise, 1), 2, step)
    return Tables(static[0], dynamic[0]), Tables(static[1], dynamic[1])


def draw(
    plan: Plan,
    schedules: Schedules,
    observed: Observed,
    inferred: Tables,
    mode: tuple[Tables, Tables],
    noise: Tables,
    change: Tables,
    key: Array,
) -> Tables:
    """Values around the noise and values at the ``mode``: inferred entries change as stated, all others follow."""
    at_mode, values = mode
    first, second = jax.random.split(key)

    none = jnp.zeros(0)
    entries = _entries(observed, noise, 0)
    belief = (at_mode.static, inferred.static, change.static)
    static = _draw(plan.static, schedules.static, entries, none, first, (values.static, none), belief)
    outer = static[:, 0]

    def step(time: Any, lagged: Lagged, *columns: Array) -> tuple[Array]:
        *here, at, still, inferred, change = columns
        entries = _filled(Entries(*here), lagged)
        centre = (at, values.static[:, 0])
        key = _key_at(second, time, lagged)
        return (_draw(plan.dynamic, schedules.dynamic, entries, outer, key, centre, (still, inferred, change)),)

    tables = (*_entries(observed, noise, 1), values.dynamic, at_mode.dynamic, inferred.dynamic, change.dynamic)
    (dynamic,) = forwards(schedules, outer, tables, 1, step)
    return Tables(static, dynamic)


def push(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, tangent: Tables
) -> Tables:
    """The change of all values for a change of the noise, at these values."""
    none = jnp.zeros(0)
    static = _push(
        plan.static, schedules.static, _entries(observed, noise, 0), (values.static, none), tangent.static, none
    )
    outer = static[:, 0]

    def step(_: Any, lagged: Lagged, *columns: Array) -> tuple[Array]:
        *here, at, moved = columns
        moved = moved if lagged is None else moved.at[lagged[0]].set(lagged[1])
        centre = (at, values.static[:, 0])
        return (_push(plan.dynamic, schedules.dynamic, Entries(*here), centre, moved, outer),)

    tables = (*_entries(observed, noise, 1), values.dynamic, tangent.dynamic)
    (dynamic,) = forwards(schedules, outer, tables, 1, step)
    return Tables(static, dynamic)


def pull_density(plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables) -> Tables:
    """The slope of the counted log densities in the noise."""
    return _pull(plan, schedules, observed, noise, values, _density_pull)


def pull_metric(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, change: Tables
) -> Tables:
    """The Fisher information of the counted entries times a change of the values, pulled back to the noise."""
    return _pull(plan, schedules, observed, noise, values, block.pull_metric, change)


def pull_root(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, key: Array
) -> Tables:
    """A draw with the Fisher metric of the data as covariance, in the noise."""
    return _pull(plan, schedules, observed, noise, values, block.pull_root, key)


Pull = Callable[..., Any]
"""Of a kind, operands, constants, entries, extra operands and weight: slopes in operands and noise."""


def _density_pull(kind: Kind, operands: Operands, constants: Array, entries: Entries, _: Any, weight: Array) -> Any:
    return block.pull_density(kind, operands, constants, entries, weight)


Lagged = tuple[Array, Array] | None
"""The rows of lags and what fills them."""


def _key_at(key: Array, time: Any, lagged: Lagged) -> Array:
    return key if lagged is None else jax.random.fold_in(key, time)


def _filled(entries: Entries, lagged: Lagged) -> Entries:
    return entries if lagged is None else entries._replace(noise=entries.noise.at[lagged[0]].set(lagged[1]))


def _entries(observed: Observed, noise: Tables, stage: int) -> Entries:
    return Entries(noise[stage], observed.data[stage], observed.taken[stage], observed.counted[stage])


def _forward(stage: Stage, schedule: Schedule, entries: Entries, outer: Array, key: Array) -> tuple[Array, Array]:
    table = jnp.zeros(entries.noise.shape)
    if not stage.kinds:
        return table, table

    def branch(number: int, operands: Operands, constants: Array, entries: Entries, key: Array) -> Any:
        cut = lanes.cut(stage, number, operands, constants, entries)
        value, density = block.forward(stage.kinds[number], *cut, key)
        return lanes.padded(value, stage.width), lanes.padded(density, stage.width)

    branches = [partial(branch, number) for number in range(len(stage.kinds))]

    def step(index: Any, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        values, densities = carry
        operands, constants, here, offset = lanes.read(stage, schedule, index, values, outer, entries)
        value, density = lax.switch(
            schedule.kind[index], branches, operands, constants, here, jax.random.fold_in(key, index)
        )
        # What a block writes beyond its live lanes is overwritten by the next one: offsets only grow.
        return lanes.write(values, value, offset), lanes.write(densities, density, offset)

    return lax.fori_loop(0, schedule.steps, step, (table, table))


def _draw(
    stage: Stage,
    schedule: Schedule,
    entries: Entries,
    outer: Array,
    key: Array,
    centre: tuple[Array, Array],
    belief: tuple[Array, ...],
) -> Array:
    table = jnp.zeros(entries.noise.shape)
    if not stage.kinds:
        return table

    def branch(
        number: int,
        operands: Operands,
        still: Operands,
        constants: Array,
        entries: Entries,
        here: tuple[Array, ...],
        key: Array,
    ) -> Array:
        kind = stage.kinds[number]
        cut = lanes.cut(stage, number, operands, constants, entries)
        noise, inferred, change = (lanes.cut_rows(stage, number, each) for each in here)
        own = cut[2]

        def value() -> Array:
            return block.forward(kind, *cut, key)[0]

        def moved() -> Array:
            # The noise at the mode is that of all draws, so what is computed from it is computed once.
            entries = own._replace(noise=noise)
            return block.moved(kind, lanes.cut_operands(stage, number, still), cut[1], entries, change)

        if not kind.distribution.searched:
            return lanes.padded(jnp.where(inferred, moved(), value()), stage.width)
        # No values of what is known as a whole, nor changes of what has none.
        free = lax.cond((~(inferred | own.taken)).any(), value, lambda: own.data)
        whole = lax.cond(inferred.any(), lambda: jnp.where(inferred, moved(), free), lambda: free)
        return lanes.padded(whole, stage.width)

    branches = [partial(branch, number) for number in range(len(stage.kinds))]

    def step(index: Any, values: Array) -> Array:
        operands, constants, entries_here, offset = lanes.read(stage, schedule, index, values, outer, entries)
        still = lanes.gather(stage, schedule, index, *centre)
        here = tuple(lax.dynamic_slice_in_dim(each, offset, stage.width) for each in belief)
        value = lax.switch(
            schedule.kind[index],
            branches,
            operands,
            still,
            constants,
            entries_here,
            here,
            jax.random.fold_in(key, index),
        )
        return lanes.write(values, value, offset)

    return lax.fori_loop(0, schedule.steps, step, table)


def _push(
    stage: Stage,
    schedule: Schedule,
    entries: Entries,
    values: tuple[Array, Array],
    tangent: Array,
    outer_tangent: Array,
) -> Array:
    table = jnp.zeros(entries.noise.shape)
    if not stage.kinds:
        return table

    def branch(
        number: int, operands: Operands, constants: Array, entries: Entries, moved: Operands, noise: Array
    ) -> Array:
        cut = lanes.cut(stage, number, operands, constants, entries)
        tangents = lanes.cut_operands(stage, number, moved)
        kind = stage.kinds[number]
        change = block.push(kind, *cut, tangents, lanes.cut_rows(stage, number, noise))
        return lanes.padded(change, stage.width)

    branches = [partial(branch, number) for number in range(len(stage.kinds))]

    def step(index: Any, carry: Array) -> Array:
        operands, constants, here, offset = lanes.read(stage, schedule, index, *values, entries)
        moved = lanes.gather(stage, schedule, index, carry, outer_tangent)
        noise = lax.dynamic_slice_in_dim(tangent, offset, stage.width)
        change = lax.switch(schedule.kind[index], branches, operands, constants, here, moved, noise)
        return lanes.write(carry, change, offset)

    return lax.fori_loop(0, schedule.steps, step, table)


def _pull(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, pull: Pull, extra: Any = None
) -> Tables:
    none = jnp.zeros(0)
    changes = extra if isinstance(extra, Tables) else None
    keys = (None, None) if isinstance(extra, Tables) or extra is None else jax.random.split(extra)

    def step(time: Any, weights: Array, *columns: Array) -> tuple[Array, Array]:
        return _pull_stage(
            plan.dynamic,
            schedules.dynamic,
            Entries(*columns[:4]),
            (columns[4], values.static[:, 0]),
            None if changes is None else (columns[5], changes.static[:, 0]),
            None if keys[1] is None else jax.random.fold_in(keys[1], time),
            weights,
            pull,
        )

    tables = (*_entries(observed, noise, 1), values.dynamic, *(() if changes is None else (changes.dynamic,)))
    weights = jnp.zeros(noise.dynamic.shape)
    dynamic, outer = backwards(schedules, weights, jnp.zeros(values.static.shape[0]), tables, step)
    static, _ = _pull_stage(
        plan.static,
        schedules.static,
        _entries(observed, noise, 0),
        (values.static, none),
        None if changes is None else (changes.static, none),
        keys[0],
        outer[:, None],
        pull,
    )
    return Tables(static, dynamic)


def _pull_stage(
    stage: Stage,
    schedule: Schedule,
    entries: Entries,
    values: tuple[Array, Array],
    changes: tuple[Array, Array] | None,
    key: Array | None,
    weights: Array,
    pull: Pull,
) -> tuple[Array, Array]:
    """Backwards: what hangs on the values of a block, to the block's noise and operands."""
    slope = jnp.zeros(entries.noise.shape)
    outer = jnp.zeros(values[1].shape)
    if not stage.kinds:
        return slope, outer

    def branch(number: int, operands: Operands, constants: Array, entries: Entries, extra: Any, weight: Array) -> Any:
        cut = lanes.cut(stage, number, operands, constants, entries)
        if isinstance(extra, Operands):
            extra = lanes.cut_operands(stage, number, extra)
        moved, noise = pull(stage.kinds[number], *cut, extra, lanes.cut_rows(stage, number, weight))
        return (
            lanes.padded(moved.own, stage.own_width),
            lanes.padded(moved.outer, stage.outer_width),
            lanes.padded(noise, stage.width),
        )

    branches = [partial(branch, number) for number in range(len(stage.kinds))]

    def step(count: Any, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        weights, outer, slope = carry
        index = schedule.steps - 1 - count
        operands, constants, here, offset = lanes.read(stage, schedule, index, *values, entries)
        live = (jnp.arange(stage.width) < schedule.live[index])[:, None]
        here = here._replace(counted=here.counted & live)
        weight = jnp.where(live, lax.dynamic_slice_in_dim(weights, offset, stage.width), 0.0)
        extra = None
        if changes is not None:
            extra = lanes.gather(stage, schedule, index, *changes)
        elif key is not None:
            extra = jax.random.fold_in(key, index)
        own, static, noise = lax.switch(schedule.kind[index], branches, operands, constants, here, extra, weight)
        weights = weights.at[lanes.own_rows(stage, schedule, index)].add(own)
        outer = outer.at[lanes.outer_rows(stage, schedule, index)].add(static)
        before = lax.dynamic_slice_in_dim(slope, offset, stage.width)
        return weights, outer, lanes.write(slope, jnp.where(live, noise, before), offset)

    _, outer, slope = lax.fori_loop(0, schedule.steps, step, (weights, outer, slope))
    return slope, outer
