"""What a name means in a scope, and the shortest name of a record as seen from a scope.

A name is looked up in the scope and then outwards; the names of roots are seen from everywhere. A dotted name goes
downwards from there. `js/src/document/names.ts` is the twin of this file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from whyboard.document.canonical import by_name
from whyboard.document.tokens import quote

_NEAR = 3
_RESERVED = ("True", "False", "None", "inf")


class Names:
    """The names of one state of the records; made for one formula or one drawing and then dropped."""

    def __init__(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        self.records = records
        self._children: dict[str | None, dict[str, str]] = {}
        for key, record in records.items():
            if "name" in record:
                self._children.setdefault(record.get("scope"), {}).setdefault(record["name"], key)

    def children(self, scope: str | None) -> Mapping[str, str]:
        """Named children of a scope, or the roots."""
        return self._children.get(scope, {})

    def lookup(self, scope: str | None, name: str) -> str | None:
        """The key that a bare name means in a scope."""
        for place in self._outwards(scope):
            key = self.children(place).get(name)
            if key is not None:
                return key
        return None

    def path(self, key: str) -> list[str]:
        """Keys from the root down to this one."""
        found: list[str] = []
        at: str | None = key
        while at is not None and at in self.records and len(found) <= len(self.records):
            found.append(at)
            at = self.records[at].get("scope")
        return found[::-1]

    def shortest(self, scope: str | None, key: str) -> str:
        """The shortest name that means this record in that scope; with a leading dot, from the root, if need be."""
        path = self.path(key)
        names = [self.records[each]["name"] for each in path]
        for start in reversed(range(len(path))):
            alone = start == len(path) - 1 and names[start] in _RESERVED
            if not alone and self.lookup(scope, names[start]) == path[start]:
                return ".".join(names[start:])
        return "." + ".".join(names)

    def label(self, key: str) -> str:
        """The path of a record as messages show it."""
        return "/".join(self.records[each].get("name", each) for each in self.path(key))

    def suggestions(self, scope: str | None, name: str) -> list[str]:
        """Names that may have been meant: the same name elsewhere, then visible names that are spelt alike."""
        root = self.path(scope)[:1] if scope is not None else None
        elsewhere = sorted(
            (
                self.shortest(scope, key)
                for key, record in self.records.items()
                if record.get("name") == name and root in (None, self.path(key)[:1])
            ),
            key=by_name,
        )
        visible = {each for place in self._outwards(scope) for each in self.children(place)}
        return (elsewhere + near(name, visible))[:_NEAR]

    def _outwards(self, scope: str | None) -> Iterable[str | None]:
        at = scope
        while at is not None and at in self.records:
            yield at
            at = self.records[at].get("scope")
        yield None


def near(name: str, candidates: Iterable[str]) -> list[str]:
    """Candidates that are spelt like a name, the nearest first."""
    limit = max(1, len(name) // 3)
    scored = sorted((_distance(name.lower(), each.lower(), limit), by_name(each), each) for each in candidates)
    return [each for distance, _, each in scored if distance <= limit][:_NEAR]


def did_you_mean(names: list[str]) -> str:
    """The end of a message about an unknown name."""
    if not names:
        return ""
    return f" Did you mean {' or '.join(quote(name) for name in names)}?"


def _distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words, or anything above the limit."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        above, row_before = row, before
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, row_before[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]
