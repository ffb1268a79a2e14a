"""The local names of generated Python: one for every scope, variable and shared operator.

A notebook binds each new child to its bare name, so a bare name stands only for the one record that has it; where two
records share a name, both are called after their scopes.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Iterable

from whyboard.document.table import Table
from whyboard.printing.python_expression import is_plain_name

_TAKEN = {"wb", "np", "base64", *dir(builtins)}


class LocalNames:
    """Names by key; each is handed out once."""

    def __init__(self, table: Table, keys: Iterable[str]) -> None:
        self._table = table
        self._names: dict[str, str] = {}
        keys = list(keys)
        counts = Counter(table.records[key]["name"] for key in keys)
        # Bare names of records are never used for anything else: a notebook may bind them.
        self._used = {*_TAKEN, *counts}
        for key in keys:
            name = table.records[key]["name"]
            plain = is_plain_name(name) and name not in _TAKEN and counts[name] == 1
            self._names[key] = name if plain else self._fresh(self._longer(key))

    def __getitem__(self, key: str) -> str:
        return self._names[key]

    def get(self, key: str) -> str | None:
        return self._names.get(key)

    def add(self, key: str, stem: str) -> str:
        """A new name for an operator or an array."""
        self._names[key] = self._fresh(stem)
        return self._names[key]

    def _longer(self, key: str) -> str:
        record = self._table.records[key]
        name = record["name"] if record["name"].isidentifier() else record["kind"].lower()
        around = self._table.records.get(record.get("scope", ""), {}).get("name", "")
        text = f"{around}_{name}" if around.isidentifier() else f"{name}_"
        return text if text.isidentifier() else "element"

    def _fresh(self, stem: str) -> str:
        name, number = stem, 2
        while name in self._used or not is_plain_name(name):
            name, number = f"{stem}_{number}", number + 1
        self._used.add(name)
        return name
