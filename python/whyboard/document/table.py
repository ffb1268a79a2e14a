"""The tables of a document and the indexes over them, kept up to date record by record."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping

from whyboard.document.patch import Patch, difference
from whyboard.document.record import Key, Record, references

NONE: frozenset[Key] = frozenset()


class Table:
    """Records and layout with children by scope, keys by name and users by reference.

    Reading is free; change it only through `put` and `place`, which cost the same however large the table is.
    """

    def __init__(
        self,
        records: Mapping[Key, Record] | None = None,
        layout: Mapping[Key, Record] | None = None,
        values: Mapping[str, str] | None = None,
    ) -> None:
        self.records: dict[Key, Record] = {}
        self.layout: dict[Key, Record] = dict(layout or {})
        self.children: dict[Key | None, list[Key]] = {}
        """Everything in a scope, operators and links too, in order of creation; roots under None."""
        self.names: dict[tuple[Key, str], Key] = {}
        """Roots are not in it: their names need not be unique."""
        self.values: dict[str, str] = dict(values or {})
        """Large constants: base64 by content hash. Replaced, never changed, so that a snapshot can hold it."""
        self._users: dict[Key, set[Key]] = {}
        self._gained: dict[str, str] = {}
        self._changed: tuple[dict, dict] | None = None
        for key in sorted(records or {}):
            self.put(key, (records or {})[key])

    def users(self, key: Key) -> set[Key] | frozenset[Key]:
        """Who refers to this key by an operand, a parameter or a link."""
        return self._users.get(key, NONE)

    def put(self, key: Key, record: Record | None) -> None:
        """Add, replace or (with None) remove a record."""
        before = self.records.get(key)
        if before is record:
            return
        if self._changed is not None:
            changed = self._changed[0]
            changed[key] = (changed[key][0] if key in changed else before, record)
        if record is None:
            del self.records[key]
        else:
            self.records[key] = record
        self._index(key, before, record)

    def place(self, key: Key, position: Record | None) -> None:
        """Set or (with None) remove the position of a node."""
        before = self.layout.get(key)
        if before is position:
            return
        if self._changed is not None:
            changed = self._changed[1]
            changed[key] = (changed[key][0] if key in changed else before, position)
        if position is None:
            self.layout.pop(key, None)
        else:
            self.layout[key] = position

    def store(self, entries: Mapping[str, str]) -> None:
        """Add to the values table; the next patch hands on what is new."""
        new = {digest: text for digest, text in entries.items() if digest not in self.values}
        if new:
            self.values = {**self.values, **new}
            self._gained |= new

    def apply(self, patch: Patch) -> None:
        """Bring the table to the state after a patch."""
        self.values = {**self.values, **patch.values} if patch.values else self.values
        for key, (_, after) in patch.records.items():
            self.put(key, after)
        for key, (_, after) in patch.layout.items():
            self.place(key, after)

    def record_changes(self) -> None:
        """From here on, remember what changes."""
        self._changed = ({}, {})

    def take_changes(self) -> Patch:
        """What changed since `record_changes`, with the values that were stored before or meanwhile."""
        patch = self._changes()
        if not patch or not self._gained:
            return patch
        values, self._gained = self._gained, {}
        return Patch(patch.records, patch.layout, values)

    def take_back(self) -> None:
        """Make undone what changed since `record_changes`. Stored values stay: the next patch brings them."""
        self.apply(self._changes().inverse)

    def added_keys(self) -> list[Key]:
        """The records that are new since `record_changes`."""
        changed = self._changed[0] if self._changed else {}
        return [key for key, (before, after) in changed.items() if before is None and after is not None]

    def _changes(self) -> Patch:
        records, layout = self._changed or ({}, {})
        self._changed = None
        return Patch(difference(records), difference(layout))

    def _index(self, key: Key, before: Record | None, after: Record | None) -> None:
        if before is None or after is None or before.get("scope") != after.get("scope"):
            if before is not None:
                self._leave(before.get("scope"), key)
            if after is not None:
                insort(self.children.setdefault(after.get("scope"), []), key)
        self._rename(key, _address(before), _address(after))
        old = set(references(before)) if before is not None else NONE
        new = set(references(after)) if after is not None else NONE
        for used in old - new:
            users = self._users[used]
            users.discard(key)
            if not users:
                del self._users[used]
        for used in new - old:
            self._users.setdefault(used, set()).add(key)

    def _leave(self, scope: Key | None, key: Key) -> None:
        siblings = self.children[scope]
        del siblings[bisect_left(siblings, key)]
        if not siblings:
            del self.children[scope]

    def _rename(self, key: Key, old: tuple[Key, str] | None, new: tuple[Key, str] | None) -> None:
        if old == new:
            return
        # Another record may have taken the name already within the same patch.
        if old is not None and self.names.get(old) == key:
            del self.names[old]
        if new is not None:
            self.names[new] = key


def _address(record: Record | None) -> tuple[Key, str] | None:
    if record is None:
        return None
    scope, name = record.get("scope"), record.get("name")
    return None if scope is None or name is None else (scope, name)
