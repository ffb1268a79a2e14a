"""A frame as the data of a scope: its columns go to the variables of the same name, at any depth."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from whyboard.document.address import describe, path, subtree
from whyboard.errors import DataError, DataWarning
from whyboard.graph import Scope
from whyboard.graph.variable import AnyVariable
from whyboard.models.column import columns_of
from whyboard.models.reporting import warn


def frame_columns(scope: Scope, values: Any) -> dict[AnyVariable, Any]:
    """The columns of a frame for the variables in a scope that have their names.

    A variable directly in the scope goes before others of its name further down, as its name is read from the scope.

    Raises:
        DataError: if there is none, if a name means several variables, or if the values are no frame.
    """
    table = scope.space.table
    title = describe(table, scope.key)
    columns = columns_of(values)
    if columns is None:
        raise DataError(
            f"{title} got a {type(values).__name__}. "
            "Expected a frame, whose columns go to its variables of the same name."
        )
    named = _variables_by_name(scope)
    several = {name: named[name] for name in columns if len(named.get(name, ())) > 1}
    if several:
        found = "; ".join(
            f"{name!r} is {' and '.join(repr(path(table, each.key)) for each in variables)}"
            for name, variables in several.items()
        )
        raise DataError(
            f"A column of the frame fits several variables in {title}: {found}. "
            "Link these columns one by one, or the frame to a scope that holds one of each name."
        )
    fitting = {named[name][0]: column for name, column in columns.items() if name in named}
    if lost := _misspelt(columns, named):
        warn(f"The frame for {title} has {lost}", DataWarning)
    if not fitting:
        raise DataError(
            f"No column of the frame has the name of a variable in {title}. "
            f"The columns are {', '.join(columns)}; the variables are {', '.join(named) or 'none'}."
        )
    return fitting


def _misspelt(columns: Iterable[str], named: Iterable[str]) -> str:
    """Columns that go nowhere and are spelt like variables that get none; other columns are nobody's business."""
    empty = {name.lower(): name for name in named if name not in columns}
    near = {
        column: empty[close[0]]
        for column in columns
        if column not in named and (close := difflib.get_close_matches(column.lower(), empty, n=1, cutoff=0.75))
    }
    if not near:
        return ""
    told = "; ".join(
        f"a column {column!r} that goes nowhere, and {name!r} gets no data" for column, name in near.items()
    )
    return f"{told}. Did you mean {' and '.join(map(repr, near.values()))}? Columns go to variables of the same name."


def _variables_by_name(scope: Scope) -> dict[str, list[AnyVariable]]:
    # Keys are in the order of creation, so the messages are too.
    inside = (scope.sibling(key) for key in sorted(subtree(scope.space.table, [scope.key]) - {scope.key}))
    named: dict[str, list[AnyVariable]] = {}
    for each in inside:
        if isinstance(each, AnyVariable):
            named.setdefault(each.name, []).append(each)
    direct = {name: [child] for name, child in scope.children.items() if isinstance(child, AnyVariable)}
    return named | direct
