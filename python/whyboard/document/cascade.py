"""What goes, or moves, along with something else: contents, dependants and operators that nothing else uses."""

from __future__ import annotations

from collections.abc import Iterable

from whyboard.document.record import Key, Record, is_link, is_operator, references
from whyboard.document.table import Table


def doomed(table: Table, keys: Iterable[Key]) -> set[Key]:
    """These records, what they contain, the operators and links that used any of it, and operators only they used."""
    found: set[Key] = set()
    stack = list(keys)
    while stack:
        key = stack.pop()
        if key in found:
            continue
        found.add(key)
        stack.extend(table.children.get(key, ()))
        for user in table.users(key):
            record = table.records[user]
            if is_operator(record) or is_link(record):
                stack.append(user)
    return found | only_used_by(table, found)


def only_used_by(table: Table, keys: set[Key]) -> set[Key]:
    """The operators, outside of these records, that nothing but these records and each other use."""
    found: set[Key] = set()
    stack = [used for key in keys for used in references(table.records[key])]
    while stack:
        key = stack.pop()
        record = table.records.get(key)
        if record is None or key in keys or key in found or not is_operator(record):
            continue
        if all(user in keys or user in found for user in table.users(key)):
            found.add(key)
            stack.extend(record.get("operands", ()))
    return found


def delete(table: Table, keys: set[Key]) -> None:
    """Remove records and their layout; parameters of others that referred to them become unset."""
    order = sorted(keys)
    for key in order:
        for user in sorted(table.users(key)):
            if user not in keys:
                table.put(user, without_references(table.records[user], keys))
    for key in order:
        table.put(key, None)
        table.place(key, None)


def release(table: Table, before: Record) -> None:
    """Remove the operators that only the previous state of a record used."""
    stack = list(references(before))
    while stack:
        key = stack.pop()
        record = table.records.get(key)
        if record is not None and is_operator(record) and not table.users(key):
            table.put(key, None)
            table.place(key, None)
            stack.extend(record.get("operands", ()))


def without_references(record: Record, keys: set[Key]) -> Record:
    """The record with every parameter unset that refers to one of these keys."""
    kept = {name: value for name, value in record["parameters"].items() if value.get("ref") not in keys}
    return {**record, "parameters": kept}
