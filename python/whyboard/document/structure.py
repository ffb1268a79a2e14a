"""The rules of a model file that hold for every kind, also for kinds that this installation does not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from whyboard.document.canonical import shown
from whyboard.document.checks import check_rings
from whyboard.document.constants import check_constant, is_content
from whyboard.document.fields import REQUIRED, check_field, check_name, check_position, is_plain
from whyboard.document.key import is_key
from whyboard.document.kinds import Family
from whyboard.document.record import FORMAT, VERSION, Record, is_link, is_operator, is_variable, stored_hashes
from whyboard.document.table import Table
from whyboard.errors import WhyboardError

Path = tuple["str | int", ...]
_FAMILIES: Mapping[str, Family] = {
    "Graph": "scope", "Entity": "scope", "Inputs": "scope", "Outputs": "scope",
    "Variable": "variable", "StaticVariable": "variable", "Factor": "factor", "Const": "const", "Link": "link",
}  # fmt: skip
_SECTIONS = ("format", "version", "records", "layout", "values")


class Fault(Exception):
    """A rule that is broken at a path of the data."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


def check_envelope(data: Any) -> None:
    """Is this a model file at all? Asked before migrations.

    Raises:
        Fault: with the path and the words.
    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise Fault((), f'this is no model: it must be a table with "format": "{FORMAT}".')
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Fault(("version",), f"the version must be a number from 1 to {VERSION}, got {shown(version)}.")
    for name in ("records", "layout", "values"):
        if not isinstance(data.get(name, {}), Mapping):
            raise Fault((name,), f"'{name}' must be a table, got {shown(data[name])}.")
    if "records" not in data:
        raise Fault((), "the field 'records' is missing. It was cut off; take an earlier copy.")


def check_structure(data: Mapping[str, Any]) -> None:
    """Refuse data that commands, views or solvers could stumble over.

    Raises:
        Fault: with the path and the words.
    """
    if data["version"] <= VERSION:
        for name in data:
            if name not in _SECTIONS:
                raise Fault((name,), f"a model has no field '{name}'. It has {', '.join(_SECTIONS)}.")
    records = data["records"]
    for key, record in records.items():
        _at(("records", key), _check_alone, key, record)
    for key, record in records.items():
        _check_references(records, key, record)
    _check_scopes(records)
    table = Table(records)
    _check_names(table)
    _at(("records",), check_rings, table, records)
    for key, position in data.get("layout", {}).items():
        _at(("layout", key), check_position, key, position)
        if key not in records:
            raise Fault(("layout", key), f"there is no record '{key}' to stand here. Remove the line.")
    _check_values(data)


def _at(path: Path, check: Callable[..., object], *arguments: object) -> None:
    try:
        check(*arguments)
    except WhyboardError as error:
        raise Fault(path, str(error)) from None


def _check_alone(key: str, record: Any) -> None:
    path = ("records", key)
    if not is_key(key):
        raise Fault(path, f"{shown(key)} cannot be a key. A key is made of 1 to 64 letters and digits.")
    if not isinstance(record, Mapping) or not isinstance(record.get("kind"), str):
        raise Fault(path, f"a record must be a table with a field 'kind', got {shown(record)}.")
    kind = record["kind"]
    family = _FAMILIES.get(kind) or ("variable" if "distribution" in record else None)
    for name in REQUIRED[family] if family else ():
        if name not in record:
            raise Fault(path, f"a record of kind '{kind}' needs the field '{name}'.")
    for name, value in record.items():
        _at((*path, name), check_field, name, value, f"a record of kind '{kind}'")
        if not is_plain(value):
            raise Fault((*path, name), "this is nested too deep, or holds a number that is not finite.")
    if "name" in record:
        _at((*path, "name"), check_name, record["name"])
    if family == "const":
        _at((*path, "value"), check_constant, record["value"], "The value of a Const")
    for name, parameter in record.get("parameters", {}).items():
        _check_parameter((*path, "parameters", name), name, parameter)


def _check_parameter(place: Path, name: str, parameter: Any) -> None:
    if isinstance(parameter, Mapping) and len(parameter) == 1:
        if isinstance(parameter.get("ref"), str):
            return
        if "value" in parameter:
            _at(place, check_constant, parameter["value"], f"Parameter '{name}'")
            return
    raise Fault(place, f'a parameter must be {{"value": ...}} or {{"ref": key}}, got {shown(parameter)}.')


def _check_references(records: Mapping[str, Record], key: str, record: Record) -> None:
    path = ("records", key)
    scope = record.get("scope")
    if scope is not None and (scope not in records or is_operator(records[scope]) or is_link(records[scope])):
        raise Fault(
            (*path, "scope"), f"there is no scope '{scope}'. It is missing from the file; take an earlier copy."
        )
    used = [(("operands", index), operand) for index, operand in enumerate(record.get("operands", ()))]
    used += [
        (("parameters", name), each["ref"]) for name, each in record.get("parameters", {}).items() if "ref" in each
    ]
    for place, ref in used:
        if ref not in records or not (is_variable(records[ref]) or is_operator(records[ref])):
            raise Fault((*path, *place), f"'{ref}' is no variable or operator of this file.")
    if record["kind"] == "Link":
        for end in ("source", "target"):
            if record[end] not in records:
                raise Fault((*path, end), f"there is no record '{record[end]}' in this file.")


def _check_scopes(records: Mapping[str, Record]) -> None:
    sound: set[str] = set()
    for start in records:
        inside: set[str] = set()
        key: str | None = start
        while key is not None and key not in sound:
            if key in inside:
                raise Fault(("records", key, "scope"), "this scope contains itself.")
            inside.add(key)
            key = records[key].get("scope")
        sound |= inside


def _check_names(table: Table) -> None:
    for key, record in table.records.items():
        scope, name = record.get("scope"), record.get("name")
        if scope is not None and name is not None and table.names[scope, name] != key:
            raise Fault(
                ("records", table.names[scope, name], "name"), f"'{name}' stands twice in the same scope. Rename one."
            )


def _check_values(data: Mapping[str, Any]) -> None:
    values = data.get("values", {})
    for digest, text in values.items():
        if not is_content(digest, text):
            raise Fault(
                ("values", digest), "these values were damaged: they do not match their name. Take an earlier copy."
            )
    for key, record in data["records"].items():
        for digest in stored_hashes(record):
            if digest not in values:
                raise Fault(("records", key), f"the values '{digest}' are missing from the file. Take an earlier copy.")
