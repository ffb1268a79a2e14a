"""Canonical text: the same bytes for the same data, here and in TypeScript."""

from __future__ import annotations

import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

_FIRST = {"kind": 0, "name": 1, "scope": 2}
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXACT = 2**53


def canonical(value: object) -> str:
    """JSON with sorted fields and numbers as ECMAScript prints them.

    Raises:
        TypeError: for anything that is not plain data, and for numbers that are not finite.
    """
    match value:
        case str():
            return _string(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case Mapping():
            return _object(sorted(value.items(), key=_by_name))
        case list() | tuple():
            return f"[{', '.join([canonical(item) for item in value])}]"
    raise TypeError(f"{type(value).__name__} is no plain data")


def canonical_record(record: Mapping[str, Any]) -> str:
    """The same, with ``kind, name, scope`` in front: the text of one record."""
    return _object(sorted(record.items(), key=_by_rank))


def number_text(number: float) -> str:
    """A number as ECMAScript prints it: ``1``, ``0.1``, ``1e+21``, ``1e-7``."""
    if isinstance(number, int) and abs(number) <= _EXACT:
        return str(int(number))
    try:
        value = float(number)
    except OverflowError:
        raise TypeError("a number beyond all floats") from None
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - the standard test for NaN
        raise TypeError(f"{value} is no JSON number")
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    mantissa, _, exponent_text = repr(value).partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # The number is 0.digits times ten to the power of point.
    point = int(exponent_text or 0) + len(whole) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return ("-" if value < 0 else "") + _place(digits, point)


def shown(value: object) -> str:
    """A value in an error message, shortened."""
    try:
        text = canonical(value)
    except TypeError:
        text = type(value).__name__
    return text if len(text) <= 60 else f"{text[:57]}..."


def by_name(name: str) -> str:
    """The sort key of names: UTF-16 code units, as JavaScript compares them."""
    return name if name.isascii() else _code_units(name)


def _place(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = point - 1
    sign = "+" if exponent > 0 else "-"
    return f"{digits[0]}{'.' + digits[1:] if count > 1 else ''}e{sign}{abs(exponent)}"


def _string(text: str) -> str:
    quoted = encode_basestring(text)
    if text.isascii():
        return quoted
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _object(items: list[tuple[str, Any]]) -> str:
    return f"{{{', '.join([f'{_string(name)}: {canonical(item)}' for name, item in items])}}}"


def _code_units(name: str) -> str:
    # One character per UTF-16 code unit, so that comparing characters compares code units.
    units = name.encode("utf-16-be", "surrogatepass")
    return "".join(chr(units[i] << 8 | units[i + 1]) for i in range(0, len(units), 2))


def _by_name(item: tuple[str, Any]) -> str:
    name = item[0]
    return name if name.isascii() else _code_units(name)


def _by_rank(item: tuple[str, Any]) -> tuple[int, str]:
    return _FIRST.get(item[0], 3), _by_name(item)
