"""Where a record stands and how messages call it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from whyboard.document.record import Key, Record
from whyboard.document.table import Table


def ancestors(table: Table, key: Key) -> Iterator[Key]:
    """The scopes around a record, innermost first."""
    records = table.records
    record = records.get(key)
    while record is not None:
        scope = record.get("scope")
        if scope is None:
            return
        yield scope
        record = records.get(scope)


def path(table: Table, key: Key) -> str:
    """``g/e/x``; an operator stands with its kind."""
    return "/".join(_label(table, each) for each in reversed([key, *ancestors(table, key)]))


def subtree(table: Table, keys: Iterable[Key]) -> set[Key]:
    """Everything in these scopes at any depth, and themselves."""
    found: set[Key] = set()
    stack = list(keys)
    while stack:
        key = stack.pop()
        if key not in found:
            found.add(key)
            stack.extend(table.children.get(key, ()))
    return found


def outermost(table: Table, keys: Iterable[Key]) -> list[Key]:
    """These keys without those that stand in another of them."""
    wanted = dict.fromkeys(keys)
    return [key for key in wanted if not any(scope in wanted for scope in ancestors(table, key))]


def describe(table: Table, key: Key) -> str:
    """``Variable 'g/e/x'``, ``Add in 'g'``: how messages call a record."""
    record = table.records.get(key)
    return f"record '{key}'" if record is None else title(table, record)


def title(table: Table, record: Record) -> str:
    """The same for a record that may not be in the table yet."""
    scope = record.get("scope")
    place = path(table, scope) if scope in table.records else ""
    name = record.get("name")
    if name is not None:
        return f"{record['kind']} '{place}/{name}'" if place else f"{record['kind']} '{name}'"
    return f"{record['kind']} in '{place}'" if place else record["kind"]


def fresh_name(table: Table, scope: Key, wanted: str) -> str:
    """A name that is free in a scope: the wanted one, or the same with the next free number."""
    if (scope, wanted) not in table.names:
        return wanted
    stem = wanted
    while stem and "0" <= stem[-1] <= "9" and len(wanted) - len(stem) < 9:
        stem = stem[:-1]
    digits = wanted[len(stem) :]
    number = int(digits) + 1 if digits else 2
    while (scope, f"{stem}{number}") in table.names:
        number += 1
    return f"{stem}{number}"


def _label(table: Table, key: Key) -> str:
    record = table.records.get(key)
    return key if record is None else record.get("name") or record["kind"]
