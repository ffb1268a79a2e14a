"""The operators and variables that an operator is computed from, as a tree."""

from __future__ import annotations

import itertools

from whyboard.document.table import Table
from whyboard.printing.child_tree import branches

_MOST_LINES = 10_000


def operand_tree(table: Table, key: str) -> str:
    """The operand tree of an operator; it ends at variables and constants.

    An operator that is used twice is shown twice; a tree of more than 10,000 lines is cut.
    """
    records = table.records

    def operands(each: str) -> list[str]:
        return list(records[each].get("operands", ())) if each in records else []

    nodes = itertools.islice(branches(key, operands), _MOST_LINES + 1)
    lines = [stem + title(table, each) for stem, each in nodes]
    if len(lines) > _MOST_LINES:
        lines[-1] = "…"
    return "\n".join(lines)


def title(table: Table, key: str) -> str:
    """``<whyboard.Mul 'Mul'>``: an operator has no name, so its class stands there twice."""
    record = table.records.get(key)
    return f"<whyboard.{record['kind']} {record.get('name', record['kind'])!r}>" if record else "<missing>"
