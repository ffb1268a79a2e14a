"""The loops over a schedule: one `switch` over the kinds a step, operands gathered before it, results written after it.

Every loop carries tables that are written in place and nothing else; the number of steps is an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from whyboard.lowering import block
from whyboard.lowering.block import Entries, Operands
from whyboard.lowering.kind import Kind
from whyboard.lowering.stack import Plan, Schedule, Stage


class Tables(NamedTuple):
    """A number for every element: ``(rows of the static table, 1)`` and ``(rows of the dynamic table, n_data)``."""

    static: Any
    dynamic: Any


class Schedules(NamedTuple):
    """Of both stages."""

    static: Schedule
    dynamic: Schedule


class Observed(NamedTuple):
    """Where values come from data, and which of them have a density that counts."""

    data: Tables
    taken: Tables
    counted: Tables


def forward(plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, key: Array) -> tuple[Tables, Tables]:
    """Values of all elements for this noise, and the log densities of the counted ones.

    Entries without a continuous map from noise are drawn with ``key``.
    """
    first, second = jax.random.split(key)
    static = _forward(plan.static, schedules.static, _entries(observed, noise, 0), jnp.zeros(0), first)
    outer = static[0][:, 0]
    dynamic = _forward(plan.dynamic, schedules.dynamic, _entries(observed, noise, 1), outer, second)
    return Tables(static[0], dynamic[0]), Tables(static[1], dynamic[1])


def draw(
    plan: Plan,
    schedules: Schedules,
    observed: Observed,
    inferred: Tables,
    mode: Tables,
    noise: Tables,
    change: Tables,
    key: Array,
) -> Tables:
    """Values around those at the mode: inferred entries change as stated, all others follow from noise and causes."""
    first, second = jax.random.split(key)

    def stage(number: int, outer: Array, key: Array) -> Array:
        entries = _entries(observed, noise, number)
        centre = (mode[number], mode.static[:, 0] if number else outer)
        plans, schedule = (plan.static, plan.dynamic)[number], schedules[number]
        return _draw(plans, schedule, entries, outer, key, centre, (inferred[number], change[number]))

    static = stage(0, jnp.zeros(0), first)
    return Tables(static, stage(1, static[:, 0], second))


def push(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, tangent: Tables
) -> Tables:
    """The change of all values for a change of the noise, at these values."""
    none = jnp.zeros(0)
    static = _push(
        plan.static, schedules.static, _entries(observed, noise, 0), (values.static, none), tangent.static, none
    )
    dynamic = _push(
        plan.dynamic,
        schedules.dynamic,
        _entries(observed, noise, 1),
        (values.dynamic, values.static[:, 0]),
        tangent.dynamic,
        static[:, 0],
    )
    return Tables(static, dynamic)


def pull_density(plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables) -> Tables:
    """The slope of the counted log densities in the noise."""
    return _pull(plan, schedules, observed, noise, values, _density_pull)


def pull_metric(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, change: Tables
) -> Tables:
    """The Fisher information of the counted entries times a change of the values, pulled back to the noise."""
    return _pull(plan, schedules, observed, noise, values, _metric_pull, change)


def pull_root(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, key: Array
) -> Tables:
    """A draw with the Fisher metric of the data as covariance, in the noise."""
    return _pull(plan, schedules, observed, noise, values, _root_pull, key)


Pull = Callable[..., Any]
"""Of a kind, operands, constants, entries, extra operands and weight: slopes in operands and noise."""


def _density_pull(kind: Kind, operands: Operands, constants: Array, entries: Entries, _: Any, weight: Array) -> Any:
    return block.pull_density(kind, operands, constants, entries, weight)


def _metric_pull(
    kind: Kind, operands: Operands, constants: Array, entries: Entries, extra: Operands, weight: Array
) -> Any:
    return block.pull_metric(kind, operands, constants, entries, extra, weight)


def _root_pull(kind: Kind, operands: Operands, constants: Array, entries: Entries, extra: Array, weight: Array) -> Any:
    return block.pull_root(kind, operands, constants, entries, extra, weight)


def _entries(observed: Observed, noise: Tables, stage: int) -> Entries:
    return Entries(noise[stage], observed.data[stage], observed.taken[stage], observed.counted[stage])


def _forward(stage: Stage, schedule: Schedule, entries: Entries, outer: Array, key: Array) -> tuple[Array, Array]:
    table = jnp.zeros(entries.noise.shape)
    if not stage.kinds:
        return table, table

    def branch(number: int, operands: Operands, constants: Array, entries: Entries, key: Array) -> Any:
        cut = _cut(stage, number, operands, constants, entries)
        value, density = block.forward(stage.kinds[number], *cut, key)
        return _padded(value, stage.width), _padded(density, stage.width)

    branches = [partial(branch, number) for number in range(len(stage.kinds))]

    def step(index: Any, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        values, densities = carry
        operands, constants, here, offset = _read(stage, schedule, index, values, outer, entries)
        value, density = lax.switch(
            schedule.kind[index], branches, operands, constants, here, jax.random.fold_in(key, index)
        )
        # What a block writes beyond its live lanes is overwritten by the next one: offsets only grow.
        return _write(values, value, offset), _write(densities, density, offset)

    return lax.fori_loop(0, schedule.steps, step, (table, table))


def _draw(
    stage: Stage,
    schedule: Schedule,
    entries: Entries,
    outer: Array,
    key: Array,
    centre: tuple[Array, Array],
    belief: tuple[Array, Array],
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
        here: tuple[Array, Array],
        key: Array,
    ) -> Array:
        kind = stage.kinds[number]
        cut = _cut(stage, number, operands, constants, entries)
        inferred, change = (_cut_rows(stage, number, each) for each in here)
        value, _ = block.forward(kind, *cut, key)
        moved = block.moved(kind, _cut_operands(stage, number, still), *cut[1:], change)
        return _padded(jnp.where(inferred, moved, value), stage.width)

    branches = [partial(branch, number) for number in range(len(stage.kinds))]

    def step(index: Any, values: Array) -> Array:
        operands, constants, entries_here, offset = _read(stage, schedule, index, values, outer, entries)
        still = _gather(stage, schedule, index, *centre)
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
        return _write(values, value, offset)

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
        cut = _cut(stage, number, operands, constants, entries)
        tangents = _cut_operands(stage, number, moved)
        kind = stage.kinds[number]
        change = block.push(kind, *cut, tangents, _cut_rows(stage, number, noise))
        return _padded(change, stage.width)

    branches = [partial(branch, number) for number in range(len(stage.kinds))]

    def step(index: Any, carry: Array) -> Array:
        operands, constants, here, offset = _read(stage, schedule, index, *values, entries)
        moved = _gather(stage, schedule, index, carry, outer_tangent)
        noise = lax.dynamic_slice_in_dim(tangent, offset, stage.width)
        change = lax.switch(schedule.kind[index], branches, operands, constants, here, moved, noise)
        return _write(carry, change, offset)

    return lax.fori_loop(0, schedule.steps, step, table)


def _pull(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, pull: Pull, extra: Any = None
) -> Tables:
    none = jnp.zeros(0)
    changes = extra if isinstance(extra, Tables) else None
    keys = (None, None) if isinstance(extra, Tables) or extra is None else jax.random.split(extra)
    dynamic, outer = _pull_stage(
        plan.dynamic,
        schedules.dynamic,
        _entries(observed, noise, 1),
        (values.dynamic, values.static[:, 0]),
        None if changes is None else (changes.dynamic, changes.static[:, 0]),
        keys[1],
        jnp.zeros(noise.dynamic.shape),
        pull,
    )
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
        cut = _cut(stage, number, operands, constants, entries)
        if isinstance(extra, Operands):
            extra = _cut_operands(stage, number, extra)
        moved, noise = pull(stage.kinds[number], *cut, extra, _cut_rows(stage, number, weight))
        return (
            _padded(moved.own, stage.own_width),
            _padded(moved.outer, stage.outer_width),
            _padded(noise, stage.width),
        )

    branches = [partial(branch, number) for number in range(len(stage.kinds))]

    def step(count: Any, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        weights, outer, slope = carry
        index = schedule.steps - 1 - count
        operands, constants, here, offset = _read(stage, schedule, index, *values, entries)
        live = (jnp.arange(stage.width) < schedule.live[index])[:, None]
        here = here._replace(counted=here.counted & live)
        weight = jnp.where(live, lax.dynamic_slice_in_dim(weights, offset, stage.width), 0.0)
        extra = None
        if changes is not None:
            extra = _gather(stage, schedule, index, *changes)
        elif key is not None:
            extra = jax.random.fold_in(key, index)
        own, static, noise = lax.switch(schedule.kind[index], branches, operands, constants, here, extra, weight)
        weights = weights.at[_own_rows(stage, schedule, index)].add(own)
        outer = outer.at[_outer_rows(stage, schedule, index)].add(static)
        before = lax.dynamic_slice_in_dim(slope, offset, stage.width)
        return weights, outer, _write(slope, jnp.where(live, noise, before), offset)

    _, outer, slope = lax.fori_loop(0, schedule.steps, step, (weights, outer, slope))
    return slope, outer


def _read(stage: Stage, schedule: Schedule, index: Any, values: Array, outer: Array, entries: Entries) -> Any:
    offset = schedule.offset[index]
    constants = lax.dynamic_slice_in_dim(schedule.constants, schedule.constant_start[index], stage.constant_width)
    here = Entries(*(lax.dynamic_slice_in_dim(table, offset, stage.width) for table in entries))
    return _gather(stage, schedule, index, values, outer), constants, here, offset


def _gather(stage: Stage, schedule: Schedule, index: Any, values: Array, outer: Array) -> Operands:
    return Operands(values[_own_rows(stage, schedule, index)], outer[_outer_rows(stage, schedule, index)])


def _own_rows(stage: Stage, schedule: Schedule, index: Any) -> Array:
    return lax.dynamic_slice_in_dim(schedule.own, schedule.own_start[index], stage.own_width)


def _outer_rows(stage: Stage, schedule: Schedule, index: Any) -> Array:
    return lax.dynamic_slice_in_dim(schedule.outer, schedule.outer_start[index], stage.outer_width)


def _write(table: Array, rows: Array, offset: Any) -> Array:
    return lax.dynamic_update_slice_in_dim(table, rows, offset, 0)


def _cut(
    stage: Stage, number: int, operands: Operands, constants: Array, entries: Entries
) -> tuple[Operands, Array, Entries]:
    """The part of a block's fixed widths that this kind uses, by lane."""
    lanes, kind = stage.lanes[number], stage.kinds[number]
    width = kind.constant_width
    numbers = constants[: lanes * width].reshape(lanes, width)
    rows = Entries(*(_cut_rows(stage, number, table) for table in entries))
    return _cut_operands(stage, number, operands), numbers, rows


def _cut_rows(stage: Stage, number: int, table: Array) -> Array:
    lanes, size = stage.lanes[number], stage.kinds[number].size
    return table[: lanes * size].reshape(lanes, size, *table.shape[1:])


def _cut_operands(stage: Stage, number: int, operands: Operands) -> Operands:
    lanes, kind = stage.lanes[number], stage.kinds[number]
    own, outer = kind.width(own=True), kind.width(own=False)
    return Operands(
        operands.own[: lanes * own].reshape(lanes, own, *operands.own.shape[1:]),
        operands.outer[: lanes * outer].reshape(lanes, outer),
    )


def _padded(block_: Array, width: int) -> Array:
    """Lanes and elements in one axis, filled with zeros to the width of a block."""
    flat = block_.reshape(block_.shape[0] * block_.shape[1], *block_.shape[2:])
    return jnp.pad(flat, ((0, width - flat.shape[0]),) + ((0, 0),) * (flat.ndim - 1))
