"""A block's lanes: what a step reads from the tables, the part of it that a kind uses, and the way back."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from whyboard.lowering.program.block import Entries, Operands
from whyboard.lowering.program.stack import Schedule, Stage


def read(stage: Stage, schedule: Schedule, index: Any, values: Array, outer: Array, entries: Entries) -> Any:
    """Operands, constants and entries of a step, and where it writes."""
    offset = schedule.offset[index]
    constants = lax.dynamic_slice_in_dim(schedule.constants, schedule.constant_start[index], stage.constant_width)
    here = Entries(*(lax.dynamic_slice_in_dim(table, offset, stage.width) for table in entries))
    return gather(stage, schedule, index, values, outer), constants, here, offset


def gather(stage: Stage, schedule: Schedule, index: Any, values: Array, outer: Array) -> Operands:
    """The operands of a step."""
    return Operands(values[own_rows(stage, schedule, index)], outer[outer_rows(stage, schedule, index)])


def own_rows(stage: Stage, schedule: Schedule, index: Any) -> Array:
    """Where the operands of a step stand in the table of its stage."""
    return lax.dynamic_slice_in_dim(schedule.own, schedule.own_start[index], stage.own_width)


def outer_rows(stage: Stage, schedule: Schedule, index: Any) -> Array:
    """Where its static operands stand, for a dynamic stage."""
    return lax.dynamic_slice_in_dim(schedule.outer, schedule.outer_start[index], stage.outer_width)


def write(table: Array, rows: Array, offset: Any) -> Array:
    """The table with these rows from an offset on."""
    return lax.dynamic_update_slice_in_dim(table, rows, offset, 0)


def cut(
    stage: Stage, number: int, operands: Operands, constants: Array, entries: Entries
) -> tuple[Operands, Array, Entries]:
    """The part of a block's fixed widths that this kind uses, by lane."""
    lanes, kind = stage.lanes[number], stage.kinds[number]
    width = kind.constant_width
    numbers = constants[: lanes * width].reshape(lanes, width)
    rows = Entries(*(cut_rows(stage, number, table) for table in entries))
    return cut_operands(stage, number, operands), numbers, rows


def cut_rows(stage: Stage, number: int, table: Array) -> Array:
    """The same of rows that a block writes."""
    lanes, size = stage.lanes[number], stage.kinds[number].size
    return table[: lanes * size].reshape(lanes, size, *table.shape[1:])


def cut_operands(stage: Stage, number: int, operands: Operands) -> Operands:
    """The same of operands."""
    lanes, kind = stage.lanes[number], stage.kinds[number]
    own, outer = kind.width(own=True), kind.width(own=False)
    return Operands(
        operands.own[: lanes * own].reshape(lanes, own, *operands.own.shape[1:]),
        operands.outer[: lanes * outer].reshape(lanes, outer),
    )


def padded(block: Array, width: int) -> Array:
    """Lanes and elements in one axis, filled with zeros to the width of a block."""
    flat = block.reshape(block.shape[0] * block.shape[1], *block.shape[2:])
    return jnp.pad(flat, ((0, width - flat.shape[0]),) + ((0, 0),) * (flat.ndim - 1))
