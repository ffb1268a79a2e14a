"""Commands that lay a set of records into a document, whatever refers to whatever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from whyboard.document.record import Key, Record, is_link, is_operator, references


def additions(records: Mapping[Key, Record]) -> list[dict[str, Any]]:
    """Commands that add these records: scopes before contents, operands before operators, then the references.

    What is referred to outside the set must exist in the document.
    """
    commands: list[dict[str, Any]] = []
    later: list[dict[str, Any]] = []
    done: set[Key] = set()
    for start in sorted(records):
        stack = [start]
        while stack:
            key = stack[-1]
            if key in done:
                stack.pop()
                continue
            record = records[key]
            missing = [each for each in _needed(record) if each in records and each not in done]
            if missing:
                stack.extend(missing)
                continue
            done.add(key)
            stack.pop()
            parameters = record.get("parameters", {})
            fixed = {name: value for name, value in parameters.items() if "ref" not in value}
            if len(fixed) < len(parameters):
                later += [
                    {"type": "SetParameter", "key": key, "parameter": name, "value": value}
                    for name, value in parameters.items()
                    if "ref" in value
                ]
                record = {**record, "parameters": fixed}
            commands.append({"type": "AddRecord", "key": key, "record": record})
    return commands + later


def rekeyed(records: Mapping[Key, Record], keys: Mapping[Key, Key]) -> dict[Key, Record]:
    """The same records under other keys; references outside the set stay as they are."""
    return {keys[key]: rewired(record, keys) for key, record in records.items()}


def rewired(record: Record, keys: Mapping[Key, Key]) -> Record:
    """A record that refers to the new keys."""
    changed = dict(record)
    for field in ("scope", "source", "target"):
        if field in changed:
            changed[field] = keys.get(changed[field], changed[field])
    if "operands" in changed:
        changed["operands"] = [keys.get(each, each) for each in changed["operands"]]
    if changed.get("parameters"):
        changed["parameters"] = {
            name: {"ref": keys.get(value["ref"], value["ref"])} if "ref" in value else value
            for name, value in changed["parameters"].items()
        }
    return changed


def reached_operators(records: Mapping[Key, Record], keys: Iterable[Key]) -> set[Key]:
    """The operators outside of these records that they are computed from, and the operators those need."""
    inside = set(keys)
    found: set[Key] = set()
    stack = [ref for key in inside for ref in references(records[key]) if not is_link(records[key])]
    while stack:
        key = stack.pop()
        if key in inside or key in found or key not in records or not is_operator(records[key]):
            continue
        found.add(key)
        stack.extend(records[key].get("operands", ()))
    return found


def _needed(record: Record) -> Iterable[Key]:
    if "scope" in record:
        yield record["scope"]
    if is_operator(record) or is_link(record):
        yield from references(record)
