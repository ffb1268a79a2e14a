"""What an edit is called in the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whyboard.document.patch import Patch
from whyboard.document.table import Table


def edit_label(table: Table, commands: Sequence[Mapping[str, Any]], patch: Patch) -> str:
    """A few words for the first command that shows: ``Add 'x'``, ``Set mean of 'y'``."""
    visible = [each for each in commands if "name" in each.get("record", "name")] or list(commands)
    command = visible[0]
    match command["type"]:
        case "AddRecord":
            return f"Add {_called(table, patch, command['key'])}"
        case "DeleteRecords":
            return f"Delete {_all(table, patch, command['keys'])}"
        case "Rename":
            return f"Rename to '{command['name']}'"
        case "SetField":
            return f"Set {command['field']} of {_called(table, patch, command['key'])}"
        case "SetParameter":
            return f"Set {command['parameter']} of {_called(table, patch, command['key'])}"
        case "Reparent":
            return f"Move {_all(table, patch, command['keys'])}"
        case "Paste":
            return f"Paste {_all(table, patch, list(command['records']))}"
        case _:
            return f"Place {_all(table, patch, list(command['positions']))}"


def _all(table: Table, patch: Patch, keys: Sequence[str]) -> str:
    return _called(table, patch, keys[0]) if len(keys) == 1 else f"{len(keys)} elements"


def _called(table: Table, patch: Patch, key: str) -> str:
    record = table.records.get(key) or patch.records.get(key, (None,))[0] or {}
    return f"'{record['name']}'" if "name" in record else record.get("kind", "a record")
