"""Which fields a record of each family has, and what may stand in them."""

from __future__ import annotations

import keyword
import sys
import unicodedata
from collections.abc import Callable, Mapping

from whyboard.document.canonical import shown
from whyboard.document.constants import MAXIMUM_DEPTH, is_shape
from whyboard.document.kinds import Family
from whyboard.errors import DocumentError, NameClash

REQUIRED: Mapping[Family, tuple[str, ...]] = {
    "scope": ("name",),
    "variable": ("name", "shape", "dtype", "distribution"),
    "factor": ("name",),
    "operator": ("operands",),
    "const": ("value", "dtype"),
    "link": ("scope", "source", "target"),
}
OPTIONAL: Mapping[Family, tuple[str, ...]] = {
    "scope": ("scope", "description", "unit", "labels"),
    "variable": ("scope", "description", "unit", "labels", "parameters", "settings"),
    "factor": ("scope", "description", "parameters"),
    "operator": ("scope", "settings"),
    "const": ("scope",),
    "link": (),
}
EDITABLE: Mapping[Family, tuple[str, ...]] = {
    "scope": ("description", "unit", "labels"),
    "variable": ("description", "unit", "labels", "shape", "dtype", "distribution", "settings"),
    "factor": ("description",),
    "operator": ("operands", "settings"),
    "const": ("value", "dtype"),
    "link": (),
}
_LARGEST = int(sys.float_info.max)
_ALLOWED = {family: frozenset((*REQUIRED[family], *OPTIONAL[family], "kind")) for family in REQUIRED}


def check_fields(record: Mapping[str, object], family: Family) -> None:
    """Refuse missing fields, unknown ones, and values of the wrong sort. Names are looked at by `check_name`."""
    kind = record["kind"]
    for name in REQUIRED[family]:
        if name not in record:
            raise DocumentError(f"A record of kind '{kind}' needs the field '{name}'. Add it and try again.")
    allowed = _ALLOWED[family]
    for name, value in record.items():
        if name not in allowed:
            known = ", ".join((*REQUIRED[family], *OPTIONAL[family]))
            raise DocumentError(f"A record of kind '{kind}' has no field '{name}'. It has {known}.")
        check_field(name, value, f"a record of kind '{kind}'")


def check_field(name: str, value: object, where: str) -> None:
    """Refuse a value of the wrong sort."""
    rule = _RULES.get(name)
    if rule is not None and not rule[0](value):
        raise DocumentError(f"The field '{name}' of {where} must be {rule[1]}, got {shown(value)}.")


def check_name(name: object) -> None:
    """Refuse what Python could not write as an attribute."""
    if not isinstance(name, str) or not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
        raise NameClash(
            f"{shown(name)} cannot be a name. A name starts with a letter or '_' "
            "and goes on with letters, digits and '_', for example 'x_1'."
        )
    if keyword.iskeyword(name):
        raise NameClash(f"'{name}' cannot be a name: it is a word of Python. Take '{name}_', for example.")


def check_position(key: str, position: object) -> None:
    """Refuse what is no place in a frame."""
    if not (isinstance(position, Mapping) and set(position) == {"x", "y"} and all(map(_is_finite, position.values()))):
        raise DocumentError(f'The position of \'{key}\' must be {{"x": number, "y": number}}, got {shown(position)}.')


def is_plain(value: object, depth: int = 0) -> bool:
    """JSON data with finite numbers, not too deep."""
    if depth > MAXIMUM_DEPTH:
        return False
    if isinstance(value, Mapping):
        return all(isinstance(name, str) and is_plain(item, depth + 1) for name, item in value.items())
    if isinstance(value, list):
        return all(is_plain(item, depth + 1) for item in value)
    if isinstance(value, float):
        return value - value == 0
    return value is None or isinstance(value, (str, bool)) or (isinstance(value, int) and abs(value) <= _LARGEST)


def is_keys(value: object) -> bool:
    """A list of texts."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_finite(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value - value == 0


_RULES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "scope": (lambda value: isinstance(value, str), "a key"),
    "description": (lambda value: isinstance(value, str), "text"),
    "unit": (lambda value: isinstance(value, str), "text"),
    "labels": (lambda value: isinstance(value, (list, Mapping)) and is_plain(value), "a list or a table of plain data"),
    "shape": (is_shape, "a list of sizes, for example [3]"),
    "dtype": (lambda value: isinstance(value, str) and value in ("float", "int", "bool"), "float, int or bool"),
    "distribution": (lambda value: isinstance(value, str), "the name of a distribution"),
    "parameters": (lambda value: isinstance(value, Mapping) and is_plain(value), "a table of parameters"),
    "settings": (lambda value: isinstance(value, Mapping) and is_plain(value), "a table of plain data"),
    "operands": (is_keys, "a list of keys"),
    "source": (lambda value: isinstance(value, str), "a key"),
    "target": (lambda value: isinstance(value, str), "a key"),
}
