"""A model as plain text: the tree of its scopes with distributions and formulas, for outputs without pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whyboard.document.distribution_notation import typeset_distribution
from whyboard.document.names import Names
from whyboard.document.record import is_factor, is_link, is_variable
from whyboard.document.table import Table
from whyboard.printing.child_tree import branches, named_children

Counts = Mapping[str, tuple[int, int]]
"""Observed and all values, by the key of a linked variable."""

_MOST_LINES = 200


def model_text(table: Table, key: str, catalog: Mapping[str, Any], counts: Counts | None = None) -> str:
    """The tree of a scope, one line for each variable: ``y (3) ~ Normal(slope · x, 0.1)  78 of 120 observed``."""
    names = Names(table.records)
    lines: list[str] = []
    hidden = 0
    for stem, each in branches(key, lambda scope: _shown_children(table, scope)):
        if len(lines) < _MOST_LINES:
            lines.append(stem + _line(names, each, catalog, counts or {}))
        else:
            hidden += 1
    if hidden:
        lines.append(f"… and {hidden} more")
    lines += [_link(names, record) for record in _links(table, key)]
    return "\n".join(lines)


def shape_text(record: Mapping[str, Any]) -> str:
    """``(3, 2)``, or nothing for a scalar."""
    shape = record.get("shape", ())
    return f"({', '.join(str(int(size)) for size in shape)})" if shape else ""


def observed_text(count: tuple[int, int]) -> str:
    """``78 of 120 observed``."""
    return f"{count[0]:,} of {count[1]:,} observed"


def _shown_children(table: Table, scope: str) -> list[str]:
    return [
        key
        for key in named_children(table, scope)
        if table.records[key]["kind"] not in ("Inputs", "Outputs") or named_children(table, key)
    ]


def _line(names: Names, key: str, catalog: Mapping[str, Any], counts: Counts) -> str:
    record = names.records[key]
    if is_factor(record):
        return f"{record['name']} ∝ {typeset_distribution(names, key, catalog)}"
    if not is_variable(record):
        return record["name"] if record["kind"] in ("Inputs", "Outputs") else f"{record['name']}  {record['kind']}"
    sign = "from" if _is_data(record, catalog) else "~"
    parts = [record["name"], shape_text(record), sign, typeset_distribution(names, key, catalog)]
    if record.get("unit"):
        parts.append(f"[{_one_line(record['unit'])}]")
    if key in counts:
        parts.append(f" {observed_text(counts[key])}")
    return " ".join(part for part in parts if part)


def _is_data(record: Mapping[str, Any], catalog: Mapping[str, Any]) -> bool:
    return any(entry["kind"] == record["distribution"] and entry["data_only"] for entry in catalog["distributions"])


def _links(table: Table, key: str) -> list[Mapping[str, Any]]:
    inside = [each for _, each in branches(key, lambda scope: named_children(table, scope))]
    children = (child for scope in inside for child in table.children.get(scope, ()))
    return [table.records[child] for child in children if is_link(table.records[child])]


def _link(names: Names, record: Mapping[str, Any]) -> str:
    scope = record["scope"]
    return f"{names.shortest(scope, record['target'])} is {names.shortest(scope, record['source'])}"


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
