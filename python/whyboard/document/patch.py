"""Patches: what changed, as ``(before, after)`` by key; None stands for absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from whyboard.document.canonical import canonical
from whyboard.document.command_types import PatchData
from whyboard.document.record import Key, Record

T = TypeVar("T", bound=Mapping[str, Any])


@dataclass(frozen=True)
class Patch:
    """One change of a document, of its records and its layout. Patches invert and compose.

    ``values`` are entries that the values table gains. The table only grows, so that an inverse keeps them.
    """

    records: Mapping[Key, tuple[Record | None, Record | None]] = field(default_factory=dict)
    layout: Mapping[Key, tuple[Record | None, Record | None]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.records or self.layout)

    @property
    def inverse(self) -> Patch:
        """The patch that undoes this one."""
        return Patch(_swapped(self.records), _swapped(self.layout), self.values)

    def then(self, second: Patch) -> Patch:
        """One patch with the effect of this one, then ``second``."""
        return compose((self, second))

    def to_json(self) -> PatchData:
        """Plain data for messages."""
        return cast(
            "PatchData",
            {
                "records": {key: list(pair) for key, pair in self.records.items()},
                "layout": {key: list(pair) for key, pair in self.layout.items()},
                **({"values": dict(self.values)} if self.values else {}),
            },
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Patch:
        """The way back from `to_json`."""
        return cls(
            {key: (before, after) for key, (before, after) in data["records"].items()},
            {key: (before, after) for key, (before, after) in data["layout"].items()},
            dict(data.get("values", {})),
        )


def compose(patches: Iterable[Patch]) -> Patch:
    """One patch with the effect of all of these in turn, in time proportional to their sizes."""
    records: dict[Key, tuple[Record | None, Record | None]] = {}
    layout: dict[Key, tuple[Record | None, Record | None]] = {}
    values: dict[str, str] = {}
    for patch in patches:
        values.update(patch.values)
        for table, changes in ((records, patch.records), (layout, patch.layout)):
            for key, (before, after) in changes.items():
                table[key] = (table[key][0] if key in table else before, after)
    return Patch(difference(records), difference(layout), values)


def difference(pairs: Mapping[Key, tuple[T | None, T | None]]) -> dict[Key, tuple[T | None, T | None]]:
    """Only what really differs."""
    return {key: pair for key, pair in pairs.items() if not _same(*pair)}


def _same(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    if before is after:
        return True
    # Python holds 1 and True to be equal, the file does not.
    return before is not None and after is not None and before == after and canonical(before) == canonical(after)


def _swapped(pairs: Mapping[Key, tuple[T | None, T | None]]) -> dict[Key, tuple[T | None, T | None]]:
    return {key: (after, before) for key, (before, after) in pairs.items()}
