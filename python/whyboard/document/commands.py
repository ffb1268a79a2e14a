"""The eight commands: `run` checks them against table and catalog, carries them out and gives one patch.

The same checks with the same messages are in `js/src/document/commands.ts`; `tests/conformance` holds them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from whyboard.document.address import ancestors, describe, outermost, subtree
from whyboard.document.canonical import shown
from whyboard.document.cascade import delete, doomed, only_used_by, release
from whyboard.document.checks import (
    check_exclusive,
    check_free,
    check_operands,
    check_parameter,
    check_place,
    check_record,
    check_rings,
    check_settings,
    check_shape,
    distribution_rules,
)
from whyboard.document.constants import check_constant
from whyboard.document.fields import EDITABLE, REQUIRED, check_field, check_name, check_position, is_keys
from whyboard.document.key import is_key
from whyboard.document.kinds import Kinds
from whyboard.document.paste import paste
from whyboard.document.patch import Patch
from whyboard.document.record import Key, Record
from whyboard.document.table import Table
from whyboard.errors import DocumentError, ScopeError, UnknownName


def run(table: Table, commands: Sequence[Mapping[str, Any]], kinds: Kinds) -> Patch:
    """Carry out an edit: all of its commands or, if one is refused, none.

    Raises:
        WhyboardError: that says which rule is broken; the table is as it was.
    """
    table.record_changes()
    try:
        for command in commands:
            _HANDLERS[_checked(command)](table, command, kinds)
        _check_builtins(table, kinds)
    except BaseException:
        table.take_back()
        raise
    return table.take_changes()


def _checked(command: object) -> str:
    kind = command.get("type") if isinstance(command, Mapping) else None
    if not isinstance(command, Mapping) or not isinstance(kind, str) or kind not in _FIELDS:
        raise DocumentError(f"There is no command {shown(kind)}. The commands are {', '.join(_FIELDS)}.")
    for name, (test, sort) in _FIELDS[kind].items():
        if name not in command or not test(command[name]):
            got = shown(command[name]) if name in command else "nothing"
            raise DocumentError(f"{kind} needs the field '{name}': {sort}, got {got}.")
    for name, (test, sort) in _OPTIONAL.get(kind, {}).items():
        if name in command and not test(command[name]):
            raise DocumentError(f"{kind} may have the field '{name}': {sort}, got {shown(command[name])}.")
    return kind


def _existing(table: Table, key: Key) -> Record:
    record = table.records.get(key)
    if record is None:
        raise UnknownName(f"There is no record '{key}' in this document. It may have been deleted meanwhile.")
    return record


def _add(table: Table, command: Mapping[str, Any], kinds: Kinds) -> None:
    key, record = command["key"], command["record"]
    if key in table.records:
        raise DocumentError(
            f"The key '{key}' is taken by {describe(table, key)}. Make a fresh key for every new record."
        )
    if not is_key(key):
        raise DocumentError(f"{shown(key)} cannot be a key. A key is made of 1 to 64 letters and digits.")
    check_record(table, key, record, check_shape(record, kinds), kinds)
    table.put(key, record)


def _delete(table: Table, command: Mapping[str, Any], kinds: Kinds) -> None:
    for key in command["keys"]:
        _existing(table, key)
    found = doomed(table, command["keys"])
    for key in command["keys"]:
        record = table.records[key]
        if _is_builtin(table, record, kinds) and record["scope"] not in found:
            raise ScopeError(
                f"{describe(table, key)} is built in and cannot be deleted alone. "
                f"Delete {describe(table, record['scope'])}."
            )
    delete(table, found)


def _rename(table: Table, command: Mapping[str, Any], kinds: Kinds) -> None:
    key, name = command["key"], command["name"]
    record = _existing(table, key)
    if kinds.family(record["kind"]) not in ("scope", "variable", "factor"):
        raise DocumentError(f"{describe(table, key)} has no name that could be changed.")
    if _is_builtin(table, record, kinds):
        raise ScopeError(f"{describe(table, key)} is built in and keeps its name.")
    check_name(name)
    if "scope" in record:
        check_free(table, record["scope"], name, key)
    table.put(key, {**record, "name": name})


def _set_field(table: Table, command: Mapping[str, Any], kinds: Kinds) -> None:
    key, field, value = command["key"], command["field"], command["value"]
    record = _existing(table, key)
    family = kinds.family(record["kind"])
    if field not in EDITABLE[family]:
        can = f"It has {', '.join(EDITABLE[family])}." if EDITABLE[family] else "It has none."
        raise DocumentError(f"{describe(table, key)} has no field '{field}' that could be set. {can}")
    if value is None:
        if field in REQUIRED[family]:
            raise DocumentError(f"The field '{field}' of {describe(table, key)} cannot be removed. Set another value.")
        rest = {name: item for name, item in record.items() if name != field}
        table.put(key, _with_known_parameters(rest, kinds) if (family, field) == ("variable", "settings") else rest)
        release(table, record)
        return
    changed = _with_field(record, _stated(record, field, value, describe(table, key)), field, (table, key, kinds))
    table.put(key, changed)
    if field == "operands":
        check_rings(table, [key])
    release(table, record)


def _with_field(record: Record, changed: Record, field: str, place: tuple[Table, Key, Kinds]) -> Record:
    """The changed record, checked, with the parameters that go with it."""
    table, key, kinds = place
    if field == "value":
        check_constant(changed["value"], f"The value of {describe(table, key)}")
    elif field == "operands":
        check_operands(table, changed, kinds)
    elif "distribution" in record and field in ("distribution", "settings"):
        if changed.get("settings") is not record.get("settings"):
            check_settings(table, changed, distribution_rules(changed, kinds).settings)
        return _with_known_parameters(changed, kinds)
    elif field == "settings":
        check_settings(table, changed, (each["name"] for each in kinds.operators[record["kind"]]["settings"]))
    return changed


def _stated(record: Record, field: str, value: Any, where: str) -> Record:
    """The record with a field set. A distribution may come with settings, so that the parameters are those of both."""
    if field == "distribution" and isinstance(value, Mapping) and set(value) == {"distribution", "settings"}:
        check_field("settings", value["settings"], where)
        check_field(field, value["distribution"], where)
        return {**record, "distribution": value["distribution"], "settings": value["settings"]}
    check_field(field, value, where)
    return {**record, field: value}


def _with_known_parameters(record: Record, kinds: Kinds) -> Record:
    rules = distribution_rules(record, kinds)
    parameters = record.get("parameters", {})
    kept: dict[str, Any] = {}
    for name in rules.names:
        if name in parameters and rules.conflict((*kept, name)) is None:
            kept[name] = parameters[name]
    changed = {**record, "parameters": kept}
    settings = {name: value for name, value in record.get("settings", {}).items() if name in rules.settings}
    if settings:
        changed["settings"] = settings
    else:
        changed.pop("settings", None)
    return changed


def _set_parameter(table: Table, command: Mapping[str, Any], kinds: Kinds) -> None:
    key, name, value = command["key"], command["parameter"], command["value"]
    record = _existing(table, key)
    if kinds.family(record["kind"]) not in ("variable", "factor"):
        raise DocumentError(f"{describe(table, key)} has no parameters. Set them on a variable.")
    parameters = {other: item for other, item in record.get("parameters", {}).items() if other != name}
    if value is None:
        if len(parameters) == len(record.get("parameters", {})):
            rules = distribution_rules(record, kinds)
            check_parameter(table, record, name, {"value": 0}, rules)
        changed = {**record, "parameters": parameters}
    else:
        rules = distribution_rules(record, kinds)
        check_parameter(table, record, name, value, rules)
        changed = {**record, "parameters": {**parameters, name: value}}
        check_exclusive(table, changed, rules)
    table.put(key, changed)
    release(table, record)


def _reparent(table: Table, command: Mapping[str, Any], kinds: Kinds) -> None:
    scope = command["scope"]
    for key in command["keys"]:
        _existing(table, key)
    if scope is not None:
        _existing(table, scope)
    moved = [key for key in outermost(table, command["keys"]) if table.records[key].get("scope") != scope]
    above = {scope, *ancestors(table, scope)} if scope is not None else set[Key]()
    for key in moved:
        record = table.records[key]
        family = kinds.family(record["kind"])
        if scope is not None and key in above:
            raise ScopeError(
                f"{describe(table, key)} cannot move into {describe(table, scope)}, which is itself or inside of it."
            )
        if _is_builtin(table, record, kinds):
            raise ScopeError(f"{describe(table, key)} is built in and cannot be moved.")
        if scope is None and family == "link":
            raise ScopeError(f"{describe(table, key)} cannot stand alone; a Link stands in a Graph.")
        changed = _in_scope(record, scope)
        check_place(table, key, changed, family, kinds)
    inside = subtree(table, moved)
    for key in only_used_by(table, inside) if moved else ():
        table.put(key, _in_scope(table.records[key], scope))
    for key in moved:
        record = table.records[key]
        if scope is not None and "name" in record:
            # Two that move together may have the same name.
            check_free(table, scope, record["name"], key)
        table.put(key, _in_scope(record, scope))
        table.place(key, None)


def _in_scope(record: Record, scope: Key | None) -> Record:
    if scope is None:
        return {name: value for name, value in record.items() if name != "scope"}
    return {**record, "scope": scope}


def _move(table: Table, command: Mapping[str, Any], kinds: Kinds) -> None:  # noqa: ARG001 - one signature for all
    for key, position in command["positions"].items():
        _existing(table, key)
        if position is not None:
            check_position(key, position)
        table.place(key, position)


def _check_builtins(table: Table, kinds: Kinds) -> None:
    for key in table.added_keys():
        record = table.records[key]
        for _, name in kinds.builtins.get(record["kind"], ()):
            if (key, name) not in table.names:
                names = " and ".join(f"'{each}'" for _, each in kinds.builtins[record["kind"]])
                raise ScopeError(
                    f"{describe(table, key)} needs its built-in children {names}. Add them in the same edit."
                )


def _is_builtin(table: Table, record: Record, kinds: Kinds) -> bool:
    parent = table.records.get(record.get("scope", ""))
    return parent is not None and (record["kind"], record.get("name")) in kinds.builtins.get(parent["kind"], ())


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(name, str) for name in value)


def _is_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(part, str) for pair in value.items() for part in pair)


_Rules = Mapping[str, Mapping[str, tuple[Callable[[object], bool], str]]]
_FIELDS: _Rules = {
    "AddRecord": {"key": (_is_text, "a key"), "record": (_is_table, "a record")},
    "DeleteRecords": {"keys": (is_keys, "a list of keys")},
    "Rename": {"key": (_is_text, "a key"), "name": (_is_text, "text")},
    "SetField": {
        "key": (_is_text, "a key"),
        "field": (_is_text, "the name of a field"),
        "value": (lambda _: True, "a value"),
    },
    "SetParameter": {
        "key": (_is_text, "a key"),
        "parameter": (_is_text, "the name of a parameter"),
        "value": (lambda _: True, "a value"),
    },
    "Reparent": {
        "keys": (is_keys, "a list of keys"),
        "scope": (lambda value: value is None or isinstance(value, str), "a key or null"),
    },
    "Paste": {
        "scope": (_is_text, "a key"),
        "records": (_is_table, "a table of records"),
        "layout": (_is_table, "a table of positions"),
    },
    "MoveNodes": {"positions": (_is_table, "a table of positions")},
}
_OPTIONAL: _Rules = {"Paste": {"values": (_is_texts, "a table of texts")}}
_HANDLERS: Mapping[str, Callable[[Table, Mapping[str, Any], Kinds], None]] = {
    "AddRecord": _add,
    "DeleteRecords": _delete,
    "Rename": _rename,
    "SetField": _set_field,
    "SetParameter": _set_parameter,
    "Reparent": _reparent,
    "Paste": paste,
    "MoveNodes": _move,
}
