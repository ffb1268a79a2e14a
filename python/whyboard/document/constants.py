"""Constants in records: numbers, nested lists of numbers, and large arrays in the values table."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Mapping

from whyboard.document.canonical import shown
from whyboard.document.record import STORED_FROM
from whyboard.errors import ParameterError, ShapeError

MAXIMUM_DEPTH = 32
_HASH = re.compile(r"[0-9a-f]{32}\Z")


def check_constant(value: object, where: str) -> None:
    """Refuse what cannot stand as a constant in a record.

    Raises:
        ParameterError: if it is not made of finite numbers, ``"inf"`` and ``"-inf"``, or is too large to stand inline.
        ShapeError: if the rows of a nested list differ in length.
    """
    if isinstance(value, list):
        shape = _shape(value, where, 0)
        count = math.prod(shape)
        if count > STORED_FROM:
            raise ParameterError(
                f"{where} has {count} elements. More than {STORED_FROM} belong in the values table of the document."
            )
    elif isinstance(value, Mapping):
        if not _is_stored(value):
            raise _no_constant(value, where)
    else:
        _check_number(value, where)


def constant_shape(value: object) -> tuple[int, ...]:
    """The shape of a constant that has been checked."""
    if isinstance(value, Mapping):
        return tuple(value["shape"])
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else None
    return tuple(shape)


def store(data: bytes) -> tuple[str, str]:
    """The content hash and the base64 text of an entry of the values table."""
    return content_hash(data), base64.b64encode(data).decode("ascii")


def content_hash(data: bytes) -> str:
    """32 hexadecimal digits that name these bytes."""
    return hashlib.sha256(data).hexdigest()[:32]


def is_content(digest: str, text: object) -> bool:
    """Whether an entry of the values table is base64 of the bytes that its hash names."""
    try:
        return isinstance(text, str) and content_hash(base64.b64decode(text, validate=True)) == digest
    except (binascii.Error, ValueError):
        return False


def _shape(value: list, where: str, depth: int) -> tuple[int, ...]:
    if depth >= MAXIMUM_DEPTH:
        raise ShapeError(f"{where} is nested more than {MAXIMUM_DEPTH} deep. Give an array of fewer axes.")
    nested = [item for item in value if isinstance(item, list)]
    if not nested:
        for item in value:
            _check_number(item, where)
        return (len(value),)
    shapes = {_shape(item, where, depth + 1) for item in nested}
    if len(shapes) > 1 or len(nested) < len(value):
        raise ShapeError(f"{where} is ragged. Give every row the same length.")
    return (len(value), *shapes.pop())


def _check_number(value: object, where: str) -> None:
    if isinstance(value, str):
        if value in ("inf", "-inf"):
            return
    elif isinstance(value, bool) or (isinstance(value, (int, float)) and _finite(value)):
        return
    raise _no_constant(value, where)


def _no_constant(value: object, where: str) -> ParameterError:
    return ParameterError(
        f'{where} must be a finite number, "inf", "-inf" or a nested list of these, got {shown(value)}.'
    )


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _is_stored(value: Mapping) -> bool:
    return (
        set(value) == {"values", "shape", "dtype"}
        and isinstance(value["values"], str)
        and _HASH.match(value["values"]) is not None
        and is_shape(value["shape"])
        and isinstance(value["dtype"], str)
    )


def is_shape(value: object) -> bool:
    """A list of non-negative integers."""
    return isinstance(value, list) and all(
        isinstance(size, (int, float)) and not isinstance(size, bool) and 0 <= size <= 2**31 and int(size) == size
        for size in value
    )
