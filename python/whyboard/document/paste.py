"""The Paste command: records from elsewhere, under keys that their sender made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whyboard.document.address import describe, fresh_name
from whyboard.document.canonical import shown
from whyboard.document.cascade import without_references
from whyboard.document.checks import check_record, check_rings, check_shape
from whyboard.document.constants import is_content
from whyboard.document.fields import check_position
from whyboard.document.key import is_key
from whyboard.document.kinds import Family, Kinds
from whyboard.document.record import Key, Record, is_link, is_operator, references, stored_hashes
from whyboard.document.table import Table
from whyboard.errors import DocumentError, ParameterError, ScopeError, UnknownName


def paste(table: Table, command: Mapping[str, Any], kinds: Kinds) -> None:
    """Put a set of records into a scope; what they refer to outside the set stays if it still exists."""
    scope = command["scope"]
    if scope not in table.records:
        raise UnknownName(f"There is no record '{scope}' in this document. It may have been deleted meanwhile.")
    records, families = _sound(table, command["records"], kinds)
    for key in sorted(records):
        record = records[key]
        if record.get("scope") not in records:
            name = {"name": fresh_name(table, scope, record["name"])} if "name" in record else {}
            record = {**record, **name, "scope": scope}
        table.put(key, record)
    _check_scopes(table, records)
    for key in sorted(records):
        check_record(table, key, table.records[key], families[key], kinds)
    check_rings(table, sorted(records))
    _store_values(table, records, command.get("values", {}))
    for key, position in sorted(command["layout"].items()):
        if key in records:
            check_position(key, position)
            table.place(key, position)


def _store_values(table: Table, records: Mapping[Key, Record], values: Mapping[str, str]) -> None:
    for key in sorted(records):
        for digest in stored_hashes(records[key]):
            if digest in table.values:
                continue
            where = f"The values '{digest}' of {describe(table, key)}"
            if digest not in values:
                raise ParameterError(f"{where} are missing from what was pasted. Copy it again.")
            if not is_content(digest, values[digest]):
                raise ParameterError(f"{where} were damaged: they do not match their name. Copy it again.")
            table.store({digest: values[digest]})


def _sound(table: Table, pasted: Mapping[Key, Any], kinds: Kinds) -> tuple[dict[Key, Record], dict[Key, Family]]:
    records: dict[Key, Record] = {}
    families: dict[Key, Family] = {}
    for key, record in sorted(pasted.items()):
        if key in table.records:
            raise DocumentError(
                f"The key '{key}' is taken by {describe(table, key)}. Make a fresh key for every new record."
            )
        if not is_key(key):
            raise DocumentError(f"{shown(key)} cannot be a key. A key is made of 1 to 64 letters and digits.")
        families[key] = check_shape(record, kinds)
        records[key] = record
    missing = {
        ref
        for record in records.values()
        for ref in references(record)
        if ref not in records and ref not in table.records
    }
    if missing:
        _drop(records, missing)
    return records, families


def _drop(records: dict[Key, Record], missing: set[Key]) -> None:
    """Take out the operators and links that cannot be without a missing record, and unset parameters."""
    users: dict[Key, list[Key]] = {}
    for key, record in records.items():
        for ref in references(record):
            users.setdefault(ref, []).append(key)
    gone = set(missing)
    stack = list(missing)
    while stack:
        for user in users.get(stack.pop(), ()):
            if user not in gone and (is_operator(records[user]) or is_link(records[user])):
                gone.add(user)
                stack.append(user)
    for key in [key for key in records if key in gone]:
        del records[key]
    for key, record in records.items():
        if "parameters" in record and any(ref in gone for ref in references(record)):
            records[key] = without_references(record, gone)


def _check_scopes(table: Table, records: Mapping[Key, Record]) -> None:
    sound: set[Key] = set()
    for start in sorted(records):
        walk: list[Key] = []
        inside: set[Key] = set()
        key: Key | None = start
        while key is not None and key in records and key not in sound:
            if key in inside:
                raise ScopeError(f"The pasted records '{key}' and '{walk[-1]}' contain each other. Copy them again.")
            inside.add(key)
            walk.append(key)
            key = table.records[key].get("scope")
        sound |= inside
