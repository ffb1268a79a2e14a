"""The document: the one mutable object of the core. Cells and diagrams change it through the same door."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from whyboard.document.commands import run
from whyboard.document.file import data_of
from whyboard.document.history import History
from whyboard.document.kinds import kinds_of
from whyboard.document.label import edit_label
from whyboard.document.patch import Patch
from whyboard.document.record import VERSION, DocumentData, Key, Record
from whyboard.document.table import Table
from whyboard.errors import DocumentError

Observer = Callable[[Patch, "str | None"], object]


@dataclass(frozen=True)
class Snapshot:
    """A document as it was at one revision. Nothing in it ever changes."""

    revision: int
    records: Mapping[Key, Record]
    layout: Mapping[Key, Record]
    values: Mapping[str, str]

    @cached_property
    def table(self) -> Table:
        """The records with indexes, made when first asked for."""
        return Table(self.records, self.layout)


class Document:
    """Records, their layout and their history. Safe to use from several threads: it has one lock.

    Args:
        catalog: the kinds that may be added; it may be replaced when something is registered.
        data: what a model file holds, checked (`file.parse`, `file.checked`).
    """

    def __init__(self, catalog: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> None:
        self.lock = threading.RLock()
        self.revision = 0
        self._catalog = catalog
        self._kinds = kinds_of(catalog)
        self._version: int = VERSION if data is None else data["version"]
        self._table = Table() if data is None else Table(data["records"], data["layout"], data.get("values"))
        self._history = History()
        self._observers: dict[int, Observer] = {}
        self._protected: Counter[Key] = Counter()
        self._transaction: tuple[str, str] | None = None
        self._snapshot: Snapshot | None = None

    @property
    def catalog(self) -> Mapping[str, Any]:
        """What edits are checked against."""
        return self._catalog

    @catalog.setter
    def catalog(self, catalog: Mapping[str, Any]) -> None:
        if catalog is not self._catalog:
            with self.lock:
                self._kinds = kinds_of(catalog)
                self._catalog = catalog

    @property
    def table(self) -> Table:
        """Records, layout and indexes as they are now. For reading only."""
        return self._table

    @property
    def records(self) -> Mapping[Key, Record]:
        """The records as they are now."""
        return self._table.records

    @property
    def layout(self) -> Mapping[Key, Record]:
        """The positions as they are now."""
        return self._table.layout

    @property
    def values(self) -> Mapping[str, str]:
        """Large constants: base64 by content hash."""
        return self._table.values

    @property
    def readonly(self) -> bool:
        """Whether the document comes from a newer version of the format, whose rules are not known here."""
        return self._version > VERSION

    @property
    def observed(self) -> int:
        """How many observers follow this document."""
        return len(self._observers)

    @property
    def undo_label(self) -> str | None:
        """What undo would take back; None if there is nothing."""
        with self.lock:
            return self._history.undo_label(self._protected)

    @property
    def redo_label(self) -> str | None:
        """What redo would do again; None if there is nothing."""
        return self._history.redo_label

    def execute(
        self,
        commands: Sequence[Mapping[str, Any]],
        origin: str | None = None,
        label: str | None = None,
        step: str | None = None,
    ) -> Patch:
        """Carry out an edit: all of its commands or none.

        Args:
            commands: see `whyboard.document.command_types`. Their records belong to the document from here on.
            origin: who did it; handed on to observers.
            label: what undo will be called; made from the commands if absent.
            step: neighbouring edits with the same token are one step of the history.

        Raises:
            WhyboardError: that says which rule is broken. The document is as it was.
        """
        with self.lock:
            self._refuse_readonly()
            patch = run(self._table, commands, self._kinds)
            if patch:
                if self._transaction is not None:
                    label, step = self._transaction
                if label is None:
                    label = edit_label(self._table, commands, patch)
                self._history.push(patch, label, step)
                self._changed(patch, origin)
            return patch

    def undo(self, origin: str | None = None) -> Patch:
        """Take the latest step back; an empty patch if there is none."""
        with self.lock:
            self._refuse_readonly()
            if self.undo_label is None or self._transaction is not None:
                return Patch()
            return self._apply(self._history.undo(), origin)

    def redo(self, origin: str | None = None) -> Patch:
        """Do the latest undone step again; an empty patch if there is none."""
        with self.lock:
            self._refuse_readonly()
            if self.redo_label is None or self._transaction is not None:
                return Patch()
            return self._apply(self._history.redo(), origin)

    def apply(self, patch: Patch, origin: str | None = None) -> Patch:
        """Follow a change that was made and checked elsewhere: this document mirrors one that a view owns.

        Raises:
            DocumentError: if the patch does not start from what stands here.
        """
        with self.lock:
            for table, changes in ((self._table.records, patch.records), (self._table.layout, patch.layout)):
                for key, (before, _) in changes.items():
                    if table.get(key) != before:
                        raise DocumentError(f"The change of {key!r} starts from something else than stands here.")
            return self._apply(patch, origin)

    @contextmanager
    def transaction(self, label: str) -> Iterator[None]:
        """Make everything inside one step of the history; an exception takes all of it back.

        Other threads wait until it is over. A transaction inside another one belongs to it.
        """
        with self.lock:
            if self._transaction is not None:
                yield
                return
            token = uuid4().hex
            self._transaction = (label, token)
            try:
                yield
            except BaseException:
                patch = self._history.withdraw(token)
                if patch:
                    self._apply(patch, None)
                raise
            finally:
                self._transaction = None

    def observe(self, callback: Observer) -> Callable[[], None]:
        """Call ``callback(patch, origin)`` after every change, in order; the result stops it."""
        with self.lock:
            number = max(self._observers, default=0) + 1
            self._observers[number] = callback

        def stop() -> None:
            with self.lock:
                self._observers.pop(number, None)

        return stop

    def protect(self, key: Key) -> Callable[[], None]:
        """Keep undo from taking away this record, which a view shows; the result lifts the protection."""
        with self.lock:
            self._protected[key] += 1

        def lift() -> None:
            with self.lock:
                self._protected[key] -= 1
                self._protected += Counter()

        return lift

    def store(self, digest: str, text: str) -> None:
        """Add a large constant to the values table (`constants.store` makes hash and text)."""
        with self.lock:
            self._table.store({digest: text})
            self._snapshot = None

    def advance(self, revision: int) -> None:
        """Count on from a later revision, so that a view that comes from another document never sees an earlier one."""
        with self.lock:
            self.revision = max(self.revision, revision)
            self._snapshot = None

    def snapshot(self) -> Snapshot:
        """The document as it is now, never to change; the same object until the next change."""
        with self.lock:
            if self._snapshot is None:
                table = self._table
                self._snapshot = Snapshot(
                    self.revision,
                    MappingProxyType(dict(table.records)),
                    MappingProxyType(dict(table.layout)),
                    MappingProxyType(table.values),
                )
            return self._snapshot

    def to_data(self) -> DocumentData:
        """Everything in it as plain data, for messages."""
        with self.lock:
            return data_of(self._table.records, self._table.layout, self._table.values, version=self._version)

    def _refuse_readonly(self) -> None:
        if self.readonly:
            raise DocumentError(
                f"This model was written by a newer whyboard (format {self._version}, this one knows {VERSION}) "
                "and is open for reading only. Update whyboard to edit it."
            )

    def _apply(self, patch: Patch, origin: str | None) -> Patch:
        self._table.apply(patch)
        self._changed(patch, origin)
        return patch

    def _changed(self, patch: Patch, origin: str | None) -> None:
        self.revision += 1
        self._snapshot = None
        for observer in list(self._observers.values()):
            observer(patch, origin)
