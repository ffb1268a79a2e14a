"""`bind`: data and masks laid out beside a network as one `Program`."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from whyboard.distributions.bijection import BIJECTIONS
from whyboard.lowering.data import Data, Known, place
from whyboard.lowering.network import Network
from whyboard.lowering.program.lags import unrolled
from whyboard.lowering.program.program import Program
from whyboard.lowering.program.readings import readings
from whyboard.lowering.program.relevance import relevant_entries
from whyboard.lowering.program.stack import Layout, stack
from whyboard.lowering.program.tables import Clock, Observed, Schedules, Tables, table_of
from whyboard.lowering.timeline import Timeline, timeline
from whyboard.precision import FEW, double_precision

BATCH_ELEMENTS = 1 << 17
MAX_BATCH = 16


def bind(
    network: Network,
    data: Data,
    n_data: int,
    do: Data | None = None,
    *,
    series: Any = None,
    given_rows: int = 0,
) -> Program:
    """A network with data.

    Args:
        network: from `flatten`.
        data: by key, values and a mask of what is observed; dynamic ones are ``(n_data, *shape)``.
        n_data: the number of rows.
        do: the same for values that are set: they count for their effects and say nothing about their causes.
        series: by row, what tells independent series from each other; None if all rows are one.
        given_rows: rows at the start of each series that are conditioned on, not modelled.

    Raises:
        DataError: if a variable without a distribution is not filled completely, or data stand on a deterministic one.
    """
    return _bound(network, place(network, data, n_data, do), timeline(n_data, series, given_rows))


def rebind(program: Program, known: Known) -> Program:
    """The same network and rows with other knowledge."""
    return _bound(program.network, known, program.timeline, program.layout)


def _bound(network: Network, known: Known, rows: Timeline, layout: Layout | None = None) -> Program:
    """A network with data that are already placed; a layout of the same network may serve again."""
    if layout is None or layout.unrolled.lags:
        # Whether rows must be computed one after the other depends on what is known.
        whole = [index for index, taken in enumerate(known.taken) if taken.all()]
        layout = stack(unrolled(network, whole))
    rows = rows.laid_out(sequential=layout.unrolled.sequential and rows.n_data > 0)
    counted = [
        part if spec.static else part & _modelled(rows, part)
        for spec, part in zip(network.structure, known.counted, strict=True)
    ]
    known = known._replace(counted=counted)
    relevant = relevant_entries(network, known, rows)
    data = table_of(network, layout, known.values, rows, np.float64)
    masks = [table_of(network, layout, parts, rows, np.bool_) for parts in (known.taken, known.counted, relevant)]
    taken, counts, active = masks
    # Filled-up columns are as regular as the data, and count for nothing.
    for table in (counts, active):
        table.dynamic[:, ~rows.real] = False
    clock = _timed(layout, rows, data.dynamic, taken.dynamic)
    with double_precision():
        stages = (jax.device_put(each) for each in (layout.static, layout.dynamic, layout.lags, clock))
        schedules = Schedules(*stages)
        observed = Observed(*(jax.device_put(Tables(*each)) for each in (data, taken, counts)))
    elements = layout.static_rows + layout.dynamic_rows * len(rows.repeats)
    batch = 1 << max(0, min(MAX_BATCH, BATCH_ELEMENTS // max(1, elements)).bit_length() - 1)
    return Program(
        network,
        layout,
        readings(layout.plan, brief=batch * elements <= FEW),
        schedules,
        observed,
        active,
        _prior(network, layout, active),
        rows,
        known,
        tuple(known.taken),
        tuple(relevant),
        batch,
    )


def _prior(network: Network, layout: Layout, active: Tables) -> Tables:
    found = Tables(*(part.copy() for part in active))
    for index, spec in enumerate(network.structure):
        if not spec.law.proper:
            event = spec.shape[len(spec.shape) - spec.law.event_ndim :]
            read = np.broadcast_to(BIJECTIONS[spec.law.support].reads(event), spec.shape).ravel()
            first = int(layout.offsets[index])
            found[0 if spec.static else 1][first : first + len(read)][read] = False
    return found


def _modelled(rows: Timeline, part: np.ndarray) -> np.ndarray:
    return (rows.index >= rows.given_rows).reshape(-1, *[1] * (part.ndim - 1))


def _timed(layout: Layout, rows: Timeline, data: np.ndarray, taken: np.ndarray) -> Clock | None:
    """What is known of inner variables, put into the tables, and the numbers of the rows."""
    inner = layout.unrolled
    if inner.index is not None:
        place = layout.offsets[inner.index]
        data[place], taken[place] = rows.index[rows.repeats], True
    if not inner.lags:
        return None
    index = rows.index[rows.repeats]
    if rows.sequential:
        lengths = np.concatenate([rows.lengths, np.repeat(rows.lengths[-1:], rows.width - len(rows.lengths))])
        return Clock(index, lengths - 1, np.asarray(rows.steps))
    for lag in inner.lags:
        if lag.source is None:
            continue
        before = rows.earlier(lag.shift)[rows.repeats]
        target = layout.offsets[lag.node] + np.arange(lag.places.size)
        source = layout.offsets[lag.source] + lag.places.ravel()
        place = before if lag.initial is not None else np.where(before >= 0, before, rows.first[rows.repeats])
        data[target] = np.where(place >= 0, data[source][:, np.maximum(place, 0)], 0.0)
        taken[target] = place >= 0
    return Clock(index, np.zeros(1, np.int64), None)
