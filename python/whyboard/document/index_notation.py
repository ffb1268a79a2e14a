"""Indexing as text and as the setting ``index`` of an `Index` record.

Each entry is an integer, a nested list of integers, a slice as text (``"1:"``), ``None`` for a new axis, ``"..."``, or
``"operand"`` for the next integer operand of the record. `js/src/document/index-notation.ts` is the twin of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from whyboard.document.syntax import Absent, Node, Number, Rest, Slice, Subscript
from whyboard.document.tokens import failure

OPERAND = "operand"


def read_index(node: Subscript, constant: Callable[[Node], Any]) -> list[Any]:
    """The entries of an index; ``constant`` gives the value of an entry, or None after adding it as an operand."""
    if sum(isinstance(entry, Rest) for entry in node.entries) > 1:
        raise failure(node.column, "an index has at most one '...'.")
    return [_entry(entry, constant) for entry in node.entries]


def written_index(entries: Iterable[Any], constant: Callable[[Any], str]) -> Iterator[str | None]:
    """The text of each entry; None where the next operand stands."""
    for entry in entries:
        if entry == OPERAND:
            yield None
        elif entry is None:
            yield "None"
        else:
            yield entry if isinstance(entry, str) else constant(entry)


def _entry(entry: Node, constant: Callable[[Node], Any]) -> Any:
    if isinstance(entry, Rest):
        return "..."
    if isinstance(entry, Absent):
        return None
    if isinstance(entry, Slice):
        text = f"{_bound(entry.start)}:{_bound(entry.stop)}"
        return f"{text}:{_bound(entry.step)}" if entry.step is not None else text
    value = constant(entry)
    if isinstance(value, bool) or (isinstance(value, list) and any(isinstance(item, bool) for item in value)):
        if isinstance(value, bool):
            raise failure(entry.column, "an index is an integer, not a single truth value.")
        return [place for place, chosen in enumerate(value) if chosen]
    return OPERAND if value is None else value


def _bound(node: Node | None) -> str:
    if node is None or isinstance(node, Absent):
        return ""
    if isinstance(node, Number) and node.dtype == "int":
        return str(int(node.value))
    raise failure(node.column, "the ends of a slice are integers.")
