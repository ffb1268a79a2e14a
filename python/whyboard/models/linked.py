"""One link from a variable to data, and how it is found again in another document."""

from __future__ import annotations

from typing import NamedTuple

from whyboard.document.address import ancestors, describe
from whyboard.document.record import Key, Record
from whyboard.document.table import Table
from whyboard.graph import Scope
from whyboard.graph.variable import AnyVariable
from whyboard.models.column import Column
from whyboard.models.fitting import Fitted, fit
from whyboard.models.lookup import search, split_path


class Linked(NamedTuple):
    """One link: the data as read, and how they fit the record that they were last looked at with."""

    variable: AnyVariable | None
    names: tuple[str, ...]
    column: Column
    source: str
    record: Record | None = None
    fitted: Fitted | None = None


def refitted(link: Linked) -> Linked:
    """The link with values that fit the variable as it stands now."""
    variable = link.variable
    if variable is None or is_deleted(variable):
        return link
    record = variable.record
    if record is link.record:
        return link
    title = describe(variable.space.table, variable.key)
    fitted = fit(link.column, record, title=title, source=link.source, values=variable.document.values)
    return link._replace(record=record, fitted=fitted)


def find_record(table: Table, root: Key | None, link: Linked) -> Key | None:
    """The record of a link in a document: the very one, or the one of the same path in a copy."""
    variable = link.variable
    if variable is not None and variable.key in table.records:
        key = variable.key
        return key if root is None or root in (key, *ancestors(table, key)) else None
    names = link.names if variable is None or is_deleted(variable) else split_path(variable.path)
    if root is None:
        for start in table.children.get(None, ()):
            key = search(table, start, names)
            if key is not None:
                return key
        return None
    return search(table, root, names)


def row_count(link: Linked) -> int | None:
    """The rows of data of a dynamic variable; None for a static one."""
    if link.variable is None or is_deleted(link.variable) or link.variable.record["kind"] != "Variable":
        return None
    return len(link.column.values)


def stands_in(link: Linked, scope: Scope) -> bool:
    """Whether the variable is the scope, or inside of it."""
    variable = link.variable
    return variable is not None and scope.key in (variable.key, *ancestors(variable.space.table, variable.key))


def is_deleted(variable: AnyVariable) -> bool:
    """Whether the variable is gone; undo may bring it back."""
    return variable.key not in variable.space.table.records


def path_of(link: Linked) -> str:
    """The path of the variable as it is now, or as it was."""
    return link.variable.path if link.variable is not None and not is_deleted(link.variable) else "/".join(link.names)


def called(link: Linked) -> str:
    """How messages call the variable."""
    variable = link.variable
    return (
        repr(path_of(link))
        if variable is None or is_deleted(variable)
        else describe(variable.space.table, variable.key)
    )
