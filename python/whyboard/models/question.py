"""The question of a session: what is observed or set beside the linked data, on one row that is added to them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from whyboard.document.address import describe
from whyboard.document.record import Key
from whyboard.graph.graph import Graph
from whyboard.lowering.data import Data
from whyboard.models.column import read
from whyboard.models.fitting import fit

Part = tuple[np.ndarray, np.ndarray]
"""Values, and where they are known."""


class Question(NamedTuple):
    """The data of a model together with what is asked."""

    data: Data
    do: Data
    n_data: int | None
    series: np.ndarray | None
    row: int | None
    """The row that is asked about; None if that is all of them, or static variables."""


def question(graph: Graph, data: Data, n_data: int | None, series: np.ndarray | None, *, linked: bool) -> Question:
    """Data, and what the session of a graph asks.

    Evidence and do-values of dynamic variables stand in one row behind the linked data, which stay as they are; where
    no rows are linked they hold for each. Those of static variables hold for the whole model.

    Args:
        graph: the Graph.
        data: what is linked, by key.
        n_data: the number of rows; None if nothing says it.
        series: by row, the number of its series; the added row goes on with the last.
        linked: whether the rows are those of linked data.

    Raises:
        DataError: if a value does not fit its variable.
    """
    row: int | None = None
    session, records = graph.session, graph.document.table.records
    asked = [
        (kind, key, fitted(graph, key, value))
        for kind, table in (("observe", session.evidence), ("do", session.do_values))
        for key, value in table.items()
        if key in records
    ]
    dynamic = {key for _, key, _ in asked if records[key]["kind"] == "Variable"}
    if not dynamic:
        linked = False
    elif n_data is None:
        n_data, row = 1, 0
    elif linked:
        row, n_data = n_data, n_data + 1
        series = series if series is None else np.append(series, series[-1:])
    found: dict[str, dict[Key, Part]] = {"do": {}, "observe": dict(data)}
    if linked:
        rows = {key: part for key, part in data.items() if records[key]["kind"] == "Variable"}
        found["observe"].update({key: _longer(part) for key, part in rows.items()})
    for kind, key, said in asked:
        part = _in_rows(said, n_data or 0, last=linked) if key in dynamic else said
        found[kind][key] = _over(found[kind].get(key, part), part)
    return Question(found["observe"], found["do"], n_data, series, row)


def fitted(graph: Graph, key: Key, value: Any) -> Part:
    """What a variable is said to be, and which elements that tells of: ``(1, *shape)`` if it is dynamic.

    Args:
        graph: the Graph.
        key: of the variable.
        value: ``shape``, one number for all elements, or the name of a category.

    Raises:
        DataError: says why it does not fit.
    """
    table = graph.document.table
    record = table.records[key]
    named = isinstance(value, str)
    column = read([value] if named else value)
    shape = tuple(record["shape"])
    values, observed = (part[0] if named else part for part in (column.values, column.observed))
    if np.ndim(values) == 0:
        values, observed = np.broadcast_to(values, shape), np.broadcast_to(observed, shape)
    if record["kind"] == "Variable":
        values, observed = values[None], observed[None]
    column = column._replace(values=values, observed=observed)
    made = fit(column, record, title=describe(table, key), source="", values=graph.document.values)
    return made.values, made.observed


def _longer(part: Part) -> Part:
    values, observed = part
    gap = np.zeros((1, *np.shape(values)[1:]), bool)
    return np.concatenate([values, gap.astype(values.dtype)]), np.concatenate([observed, gap])


def _in_rows(part: Part, rows: int, *, last: bool) -> Part:
    """One row in all of them, or told of only in the last."""
    values, observed = (np.repeat(each, rows, axis=0) for each in part)
    if last:
        observed[:-1] = False
    return values, observed


def _over(below: Part, part: Part) -> Part:
    values, observed = part
    return np.where(observed, values, below[0]), observed | below[1]
