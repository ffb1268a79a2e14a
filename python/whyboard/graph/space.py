"""The space that handles live in: a document, and what is remembered about it.

Two spaces become one when an edit joins them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from whyboard import catalog
from whyboard.document.document import Document
from whyboard.document.key import fresh_key
from whyboard.document.patch import Patch
from whyboard.document.record import Key, Record, is_link
from whyboard.document.table import Table
from whyboard.graph.transfer import additions
from whyboard.graph.types import type_of
from whyboard.value_type import ValueType

if TYPE_CHECKING:
    from whyboard.graph.scopee import Scopee
    from whyboard.graph.session import Session

ORIGIN = "python"
_TYPE_FIELDS = ("shape", "dtype", "operands", "settings", "value")


class Space:
    """One document with the handles, value types and sessions that belong to it."""

    __slots__ = ("__weakref__", "document", "followers", "handles", "links", "sessions", "successor", "types")

    def __init__(self, document: Document | None = None) -> None:
        self.document = Document(catalog.build()) if document is None else document
        self.successor: Space | None = None
        self.followers: list[Callable[[], None]] = []
        self.handles: WeakValueDictionary[Key, Scopee] = WeakValueDictionary()
        self.types: dict[Key, ValueType] = {}
        self.sessions: dict[Key, Session] = {}
        self.links = {key for key, record in self.table.records.items() if is_link(record)}
        _spaces[id(self.document)] = self
        self.document.observe(self._forget)

    @property
    def home(self) -> Space:
        """Where the records are now: this space, or the one it was joined to."""
        space = self
        while space.successor is not None:
            space = space.successor
        if space is not self:
            self.successor = space
        return space

    @property
    def table(self) -> Table:
        return self.document.table

    def execute(self, commands: Sequence[Mapping[str, Any]]) -> None:
        """Carry out an edit of a user's Python; edits of one notebook cell are one step of the history."""
        document = self.document
        document.catalog = catalog.build()
        document.execute(commands, ORIGIN, step=_cell())

    def add(self, record: Record) -> Key:
        """Add one record under a fresh key."""
        key = fresh_key()
        self.execute([{"type": "AddRecord", "key": key, "record": record}])
        return key

    def type_of(self, key: Key) -> ValueType:
        """The value type of a variable or an operator."""
        found = self.types.get(key)
        return found if found is not None else type_of(self.table.records, key, self.types)

    def join(self, other: Space) -> Space:
        """One space with the records of both; handles of either go on working."""
        kept, moved = (self, other) if _weight(self) >= _weight(other) else (other, self)
        table = moved.table
        for digest, text in moved.document.values.items():
            kept.document.store(digest, text)
        kept.document.advance(moved.document.revision)
        commands = additions(table.records)
        if table.layout:
            commands.append({"type": "MoveNodes", "positions": dict(table.layout)})
        if commands:
            kept.execute(commands)
        kept.types.update(moved.types)
        kept.sessions.update(moved.sessions)
        for key, each in moved.handles.items():
            kept.handles[key] = each
        moved.successor = kept
        followers, moved.followers = moved.followers, []
        kept.followers += followers
        for each in followers:
            each()
        return kept

    def follow(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` whenever the records have moved to another document; the result ends that."""
        self.followers.append(callback)

        def stop() -> None:
            followers = self.home.followers
            if callback in followers:
                followers.remove(callback)

        return stop

    def _forget(self, patch: Patch, _origin: object) -> None:
        """Drop the remembered types when a record changes in what types depend on."""
        for key, (before, after) in patch.records.items():
            if is_link(after or before or {"kind": ""}):
                (self.links.discard if after is None else self.links.add)(key)
            if after is None:
                self.types.pop(key, None)
            elif before is not None and any(before.get(field) != after.get(field) for field in _TYPE_FIELDS):
                self.types.clear()
                return


def space_of(document: Document) -> Space:
    """The space of a document, wherever its handles were made."""
    space = _spaces.get(id(document))
    return Space(document) if space is None else space.home


def spaces_with(key: Key) -> list[Space]:
    """The living spaces that hold a record."""
    return [space for space in _spaces.values() if space.successor is None and key in space.table.records]


_spaces: WeakValueDictionary[int, Space] = WeakValueDictionary()
"""By the identity of the document, which observes for its space and so keeps it as long as it lives itself."""


def _weight(space: Space) -> tuple[int, int]:
    # A document that a view shows stays where it is.
    return space.document.observed, len(space.table.records)


def _cell() -> str | None:
    """The execution of the notebook cell that is running; None outside IPython."""
    module = sys.modules.get("IPython.core.interactiveshell")
    if module is None:
        return None
    shell = module.InteractiveShell._instance  # noqa: SLF001 - `instance()` would start one
    return None if shell is None else f"cell {shell.execution_count}"
