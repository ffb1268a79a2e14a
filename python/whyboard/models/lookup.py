"""Variables and scopes by their paths in a graph."""

from __future__ import annotations

import difflib

from whyboard.document.address import describe, path, subtree
from whyboard.document.record import Key, is_variable
from whyboard.document.table import Table
from whyboard.errors import UnknownName


def search(table: Table, root: Key, names: tuple[str, ...]) -> Key | None:
    """A variable or scope by path, with or without the names from the root down to the graph."""
    own = table.records[root].get("name")
    tails = [names[place + 1 :] for place, name in enumerate(names) if name == own]
    for tail in (*tails, names, names[1:]) if names else ():
        key: Key | None = root
        for name in tail:
            key = None if key is None else table.names.get((key, name))
        if key is not None and (tail or own == names[-1]):
            return key
    return None


def split_path(text: str) -> tuple[str, ...]:
    """The names of ``"g/e/x"``, or of ``"g.e.x"``."""
    return tuple(part for part in text.replace(".", "/").split("/") if part)


def unknown_variable(table: Table, root: Key | None, names: tuple[str, ...]) -> UnknownName:
    """The error for a path that leads to nothing in the graph."""
    name = "/".join(names)
    keys = table.records if root is None else subtree(table, [root])
    paths = [path(table, key) for key in keys if is_variable(table.records[key])]
    last = {each.rsplit("/", 1)[-1]: each for each in paths}
    near = difflib.get_close_matches(name, paths, n=2)
    near += [
        last[each] for each in difflib.get_close_matches(name.rsplit("/", 1)[-1], last, n=2) if last[each] not in near
    ]
    where = "the document" if root is None else describe(table, root)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return UnknownName(f"There is no variable {name!r} in {where}.{hint}")
