"""The stacking pass: variables to kinds, rows of two value tables and a schedule of blocks.

A table holds the elements of all static, or all dynamic, variables, in the order in which they are computed; a block
is a few neighbours of one kind and level. Compiled code knows the `Plan`; the `Schedule` is one of its arguments,
so compile time follows the number of kinds, and another variable of a known kind mostly compiles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np

from whyboard.errors import ShapeError, WhyboardError
from whyboard.lowering.expression import Canonicaliser, Leaf
from whyboard.lowering.network import Network
from whyboard.lowering.program.instance import Instance, instance
from whyboard.lowering.program.kind import Kind
from whyboard.lowering.program.lags import Unrolled
from whyboard.lowering.sizes import bucket
from whyboard.value_type import broadcasts_to

MAX_LANES = 64


class Stage(NamedTuple):
    """One loop: all static variables, or all dynamic ones. Widths are in elements of a block."""

    kinds: tuple[Kind, ...]
    lanes: tuple[int, ...]
    width: int
    own_width: int
    outer_width: int
    constant_width: int


class Plan(NamedTuple):
    """What compiled code depends on, besides the shapes of its arguments."""

    static: Stage
    dynamic: Stage


class Schedule(NamedTuple):
    """The blocks of a stage, by step: starts into the flat vectors of indices and constants, and into the table."""

    steps: np.ndarray
    kind: np.ndarray
    offset: np.ndarray
    live: np.ndarray
    own_start: np.ndarray
    outer_start: np.ndarray
    constant_start: np.ndarray
    own: np.ndarray
    outer: np.ndarray
    constants: np.ndarray


class Lags(NamedTuple):
    """What is filled in before a row runs, by element: rows of the tables. Filling is out of range of the table.

    ``initial`` is the row of the first initial value, ``stride`` the distance to the next one.
    """

    target: np.ndarray
    source: np.ndarray
    shift: np.ndarray
    initial: np.ndarray
    stride: np.ndarray


@dataclass(frozen=True)
class Layout:
    """Where everything is: by node, inner ones too, the first row of its elements in the table of its stage."""

    unrolled: Unrolled
    plan: Plan
    static: Schedule
    dynamic: Schedule
    lags: Lags | None
    offsets: np.ndarray
    static_rows: int
    dynamic_rows: int


def stack(unrolled: Unrolled) -> Layout:
    """Plan and schedule of a network whose lags are variables.

    Raises:
        ShapeError, DTypeError: if an operand does not fit, naming the variable that uses it.
    """
    network = unrolled.network
    instances = _instances(unrolled)
    offsets = np.zeros(len(instances), np.int64)
    stages: list[tuple[Stage, Schedule, int]] = []
    for dynamic in (False, True):
        nodes = [index for index, each in enumerate(instances) if each.kind.dynamic == dynamic]
        stages.append(_stage(network, instances, nodes, offsets))
    (static, static_schedule, static_rows), (moving, schedule, rows) = stages
    lags = _lags(unrolled, offsets, rows) if unrolled.lags else None
    return Layout(unrolled, Plan(static, moving), static_schedule, schedule, lags, offsets, static_rows, rows)


def _lags(unrolled: Unrolled, offsets: np.ndarray, rows: int) -> Lags:
    columns: list[np.ndarray] = []
    for lag in unrolled.lags:
        size = lag.places.size
        element = np.arange(size)
        columns.append(
            np.stack([
                offsets[lag.node] + element,
                element * 0 if lag.source is None else offsets[lag.source] + lag.places.ravel(),
                np.full(size, lag.shift),
                element * 0 if lag.initial is None else offsets[lag.initial] + element,
                np.full(size, 0 if lag.initial is None else size),
            ])
        )  # fmt: skip
    found = np.concatenate(columns, axis=1)
    table = np.zeros((5, bucket(found.shape[1])), np.int32)
    table[0] = rows
    table[:, : found.shape[1]] = found
    return Lags(*table)


def _instances(unrolled: Unrolled) -> list[Instance]:
    network = unrolled.network
    canonicaliser = Canonicaliser(network.structure, network.constants)
    found: list[Instance] = []
    for index, spec in enumerate(network.structure):
        law = unrolled.law(index)
        try:
            parameters = [(name, canonicaliser.parameter(term)) for name, term in spec.parameters]
        except WhyboardError as error:
            raise type(error)(f"Variable '{network.paths[index]}': {error}") from None
        for name, expression in parameters:
            wanted = law.parameter_shape(name, spec.shape)
            if not broadcasts_to(expression.type.shape, wanted):
                raise ShapeError(
                    f"'{network.paths[index]}.{name}' has shape {expression.type.shape}. "
                    f"Expected one that broadcasts to {wanted}, for a variable of shape {spec.shape}."
                )
        found.append(instance(law, spec.shape, spec.dtype, not spec.static, parameters))
    return found


def _stage(
    network: Network, instances: list[Instance], nodes: list[int], offsets: np.ndarray
) -> tuple[Stage, Schedule, int]:
    levels: dict[int, int] = {}
    # Inner variables come last, and those without parents, which the others may read, first.
    for node in sorted(nodes, key=lambda node: bool(network.parents[node])):
        levels[node] = 1 + max((levels[parent] for parent in network.parents[node] if parent in levels), default=-1)
    kinds = sorted({instances[node].kind for node in nodes}, key=Kind.text)
    number = {kind: place for place, kind in enumerate(kinds)}
    groups: dict[tuple[int, int], list[int]] = {}
    for node in nodes:
        groups.setdefault((levels[node], number[instances[node].kind]), []).append(node)
    stage = _widths(kinds, groups, instances)
    rows = 1
    for place in sorted(groups):
        for node in groups[place]:
            offsets[node] = rows
            rows += instances[node].lanes * instances[node].kind.size
    blocks = _Blocks(stage, offsets)
    for place in sorted(groups):
        blocks.add(place[1], [(node, instances[node]) for node in groups[place]])
    return stage, blocks.schedule(), bucket(rows + stage.width)


def _widths(kinds: list[Kind], groups: dict[tuple[int, int], list[int]], instances: list[Instance]) -> Stage:
    """Lanes of a block: about the mean group of the kind: chains waste little and wide levels take few steps."""
    populations: list[list[int]] = [[] for _ in kinds]
    for (_, kind), members in groups.items():
        populations[kind].append(sum(instances[node].lanes for node in members))
    lanes = tuple(min(MAX_LANES, _power(round(sum(each) / len(each)))) for each in populations)
    pairs = list(zip(kinds, lanes, strict=True))
    return Stage(
        tuple(kinds),
        lanes,
        max((n * kind.size for kind, n in pairs), default=0),
        max((n * kind.width(own=True) for kind, n in pairs), default=0),
        max((n * kind.width(own=False) for kind, n in pairs), default=0),
        max((n * kind.constant_width for kind, n in pairs), default=0),
    )


def _power(count: int) -> int:
    return 1 << max(0, count - 1).bit_length()


class _Blocks:
    """Cuts groups into blocks; a lane without a variable repeats the operands of the last one and is not live."""

    def __init__(self, stage: Stage, offsets: np.ndarray) -> None:
        self.stage = stage
        self.offsets = offsets
        self.steps: list[tuple[int, ...]] = []
        self.own: list[np.ndarray] = []
        self.outer: list[np.ndarray] = []
        self.constants: list[np.ndarray] = []
        self.starts = [0, 0, 0]

    def add(self, number: int, members: list[tuple[int, Instance]]) -> None:
        kind = self.stage.kinds[number]
        width = self.stage.lanes[number]
        own = np.concatenate([self._indices(each, own=True) for _, each in members])
        outer = np.concatenate([self._indices(each, own=False) for _, each in members])
        constants = np.concatenate([_numbers(each) for _, each in members])
        first = int(self.offsets[members[0][0]])
        for start in range(0, len(own), width):
            live = min(width, len(own) - start)
            lanes = np.minimum(np.arange(start, start + width), start + live - 1)
            self.steps.append((number, first + start * kind.size, live * kind.size, *self.starts))
            for place, (parts, table) in enumerate(((self.own, own), (self.outer, outer), (self.constants, constants))):
                part = table[lanes].ravel()
                parts.append(part)
                self.starts[place] += part.size

    def schedule(self) -> Schedule:
        count = len(self.steps)
        table = np.zeros((6, bucket(max(1, count))), np.int32)
        if count:
            table[:, :count] = np.transpose(self.steps)
        stage = self.stage
        kind, offset, live, own_start, outer_start, constant_start = table
        return Schedule(
            np.asarray(count, np.int32),
            kind,
            offset,
            live,
            own_start,
            outer_start,
            constant_start,
            _joined(self.own, stage.own_width, np.int32),
            _joined(self.outer, stage.outer_width, np.int32),
            _joined(self.constants, stage.constant_width, np.float64),
        )

    def _indices(self, each: Instance, *, own: bool) -> np.ndarray:
        """Rows of the tables that the slots read, ``(lanes, width)``; padding reads row 0, which is 0."""
        columns: list[np.ndarray] = []
        for slot, filled in zip(each.kind.slots, each.slots, strict=True):
            if slot.own != own:
                continue
            leaves = filled if isinstance(filled, tuple) else (filled,)
            columns.extend(self._places(each, leaf, prod(slot.shape)) for leaf in leaves)
        return np.concatenate(columns, axis=1) if columns else np.zeros((each.lanes, 0), np.int64)

    def _places(self, each: Instance, leaf: Leaf | None, size: int) -> np.ndarray:
        if leaf is None:
            return np.zeros((each.lanes, size), np.int64)
        rows = self.offsets[leaf.node] + leaf.places
        if each.kind.shape != each.shape:
            return np.broadcast_to(rows, each.shape).reshape(-1, 1)
        return rows.reshape(1, -1)


def _numbers(each: Instance) -> np.ndarray:
    return np.concatenate(each.constants, axis=1) if each.constants else np.zeros((each.lanes, 0))


def _joined(parts: list[np.ndarray], width: int, dtype: type) -> np.ndarray:
    """One vector with room for a whole block after the last start."""
    total = sum(part.size for part in parts)
    joined = np.zeros(bucket(total + width), dtype)
    if parts:
        joined[:total] = np.concatenate(parts)
    return joined
