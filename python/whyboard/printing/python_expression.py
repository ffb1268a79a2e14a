"""Operators and constants as Python source.

Whatever comes from a file is checked here before it becomes source: a number is a number, a setting is one that the
catalog knows, a text is written by ``repr``. What cannot be written is refused, never pasted.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from whyboard.document.notation import Notation, operators_by_kind, write

Record = Mapping[str, Any]

_SLICE = re.compile(r"-?[0-9]*:-?[0-9]*(:-?[0-9]*)?\Z")
_NO_LIMIT = 10**9


class NotPythonError(ValueError):
    """Something in a record has no form in Python source."""


def python_notation(
    records: Mapping[str, Record],
    catalog: Record,
    name: Callable[[str], str | None],
    array: Callable[[Record], str],
) -> Notation:
    """How expressions are written in generated code; ``array`` gives the text of a stored array."""

    def constant(record: Record, wrapped: bool) -> str:
        value = record["value"]
        if isinstance(value, Mapping):
            return f"wb.constant({array(value)})"
        text = literal(value, record["dtype"])
        return f"wb.constant({text})" if wrapped else text

    return Notation(
        records=records,
        operators=operators_by_kind(catalog),
        name=name,
        constant=constant,
        prefix="wb.",
        time="wb.TimeIndex",
        limit=_NO_LIMIT,
        settings=setting_source,
    )


def expression(notation: Notation, key: str) -> str:
    """The source of one operator. The caller has checked the operators below it with `check_operator`."""
    record = notation.records[key]
    if record["kind"] == "Const" and notation.name(key) is None:
        return notation.constant(record, True)  # noqa: FBT003
    return write(notation, key)


def check_operator(notation: Notation, record: Record) -> None:
    """Refuse an operator that the catalog does not know, or whose settings are not what they should be.

    Raises:
        NotPythonError: with the reason.
    """
    kind = record["kind"]
    if kind == "Const":
        if not isinstance(record["value"], Mapping):
            literal(record["value"], record["dtype"])
        return
    entry = notation.operators.get(kind)
    if entry is None:
        raise NotPythonError(f"the operator {kind!r} is not known here")
    known = {setting["name"] for setting in entry["settings"]}
    for name, value in record.get("settings", {}).items():
        if name not in known:
            raise NotPythonError(f"{kind!r} has no setting {name!r}")
        setting_source(value)
    if kind == "Index":
        for part in record.get("settings", {}).get("index", []):
            if isinstance(part, str) and part not in ("...", "operand") and not _SLICE.match(part):
                raise NotPythonError(f"{part!r} is no index")
            if not isinstance(part, str) and part is not None:
                literal(part, "int")


def literal(value: Any, dtype: str = "") -> str:
    """A number or a nested list of numbers; a whole float keeps its decimal point.

    Raises:
        NotPythonError: for anything else.
    """
    if isinstance(value, list):
        return f"[{', '.join(literal(item, dtype) for item in value)}]"
    if isinstance(value, bool):
        return repr(value)
    if value == "inf":
        return 'float("inf")'
    if value == "-inf":
        return 'float("-inf")'
    if isinstance(value, int | float) and math.isfinite(value):
        if dtype == "bool":
            return repr(bool(value))
        if dtype == "float":
            return repr(float(value))
        return repr(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)
    raise NotPythonError(f"{value!r} is no number")


def setting_source(value: Any) -> str:
    """Plain data as Python source: lists as tuples, texts by ``repr``.

    Raises:
        NotPythonError: for anything that is no plain data.
    """
    if value is None:
        return "None"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        items = ", ".join(setting_source(item) for item in value)
        return f"({items},)" if len(value) == 1 else f"({items})"
    return literal(value)


def distribution_source(name: str, record: Record, entries: Mapping[str, Record]) -> str:
    """A distribution with the settings of a record; one of the settings may be a distribution again.

    Raises:
        NotPythonError: for a distribution or a setting that is not known, and anything that is no plain data.
    """
    entry = entries.get(name)
    if entry is None or not is_plain_name(name):
        raise NotPythonError(f"the distribution {name!r} is not known here")
    types = {setting["name"]: setting["type"] for setting in entry["settings"]}
    inside: list[str] = []
    for setting, value in record.get("settings", {}).items():
        if setting not in types:
            raise NotPythonError(f"{name!r} has no setting {setting!r}")
        if types[setting] != "distribution":
            inside.append(f"{setting}={setting_source(value)}")
        elif isinstance(value, Mapping):
            inside.append(f"{setting}={distribution_source(value['distribution'], value, entries)}")
        else:
            inside.append(f"{setting}={distribution_source(value, {}, entries)}")
    return f"wb.{name}({', '.join(inside)})" if inside else f"wb.{name}"


def data_source(value: Any) -> str:
    """Plain data as it stands, for descriptions, units and labels.

    Raises:
        NotPythonError: for anything that is no plain data.
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{quoted(str(name))}: {data_source(item)}' for name, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(data_source, value))}]"
    return setting_source(value)


def is_plain_name(text: object) -> bool:
    """May this text stand in source as a name?"""
    return isinstance(text, str) and text.isidentifier() and not keyword.iskeyword(text)


def quoted(text: str) -> str:
    """A text as source, in double quotes where nothing in it needs care."""
    plain = text.isprintable() and not set(text) & {'"', "\\"}
    return f'"{text}"' if plain else repr(text)
