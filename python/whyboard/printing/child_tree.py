"""The scopes and variables inside a scope, as a tree of names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from whyboard.document.record import is_link, is_operator
from whyboard.document.table import Table


def child_tree(table: Table, key: str) -> str:
    """The child tree of a scope.

    >>> from whyboard.document.table import Table
    >>> entity = {"kind": "Entity", "name": "e"}
    >>> print(child_tree(Table({"a": entity, "b": {"kind": "Variable", "name": "v", "scope": "a"}}), "a"))
    e
    └─v
    """
    return "\n".join(
        stem + table.records[each]["name"] for stem, each in branches(key, lambda scope: named_children(table, scope))
    )


def named_children(table: Table, scope: str) -> list[str]:
    """Scopes and variables that stand directly in a scope, in order of creation."""
    children = table.children.get(scope, ())
    return [key for key in children if not is_operator(table.records[key]) and not is_link(table.records[key])]


def branches(root: str, children: Callable[[str], Iterable[str]]) -> Iterator[tuple[str, str]]:
    """The nodes of a tree from the top, each with the lines that stand before it. Depth is no recursion."""
    stack = [("", "", root)]
    while stack:
        stem, below, key = stack.pop()
        yield stem, key
        inside = list(children(key))
        for place in reversed(range(len(inside))):
            last = place == len(inside) - 1
            stack.append((below + ("└─" if last else "├─"), below + ("  " if last else "│ "), inside[place]))
