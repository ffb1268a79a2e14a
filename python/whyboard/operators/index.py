"""Indexing as numpy does it, by constants and by integer operators (``alpha[group]``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import EllipsisType
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import DTypeError, ParameterError, ShapeError
from whyboard.operators.operator import Operator, Shape, register
from whyboard.value_type import ValueType

OPERAND = "operand"
"""The part of a stored index that stands for the next integer operand."""


@register
class Index(Operator):
    """Elements, slices or rows of a value, picked by constants or by an integer value; truth values are 0 and 1.

    A dynamic index out of range gives NaN (an integer's lowest value), never another element.
    """

    group = "selection"

    @staticmethod
    def result(x: ValueType, *indices: ValueType, index: Sequence[Any] = ()) -> ValueType:
        for each in indices:
            if each.dtype == "float":
                raise DTypeError("An index got an operand of dtype float. Expected int or bool.")
        shape = _indexed_shape(x.shape, tuple(index), tuple(each.shape for each in indices))
        return ValueType(shape, x.dtype, x.dynamic or any(each.dynamic for each in indices))

    @staticmethod
    def apply(x: Array, *indices: Array, index: Sequence[Any] = ()) -> Array:
        x = jnp.asarray(x)
        key = numpy_key(index, [jnp.asarray(each).astype(int) for each in indices])
        return x.at[key].get(mode="fill") if indices else x[key]

    @staticmethod
    def from_key(key: Any) -> tuple[list[Any], dict[str, Any]]:
        """The dynamic parts of a Python ``[]`` key, and the settings that hold the rest as plain data.

        Raises:
            DTypeError: if a constant part is neither integers, truth values, a slice, ``None`` nor ``...``.
        """
        dynamic: list[Any] = []
        parts: list[Any] = []
        for part in key if isinstance(key, tuple) else (key,):
            if part is None or isinstance(part, str):
                parts.append(part if part is None else _checked_text(part))
            elif isinstance(part, EllipsisType):
                parts.append("...")
            elif isinstance(part, slice):
                parts.append(_slice_text(part))
            elif isinstance(part, list | tuple | range | np.ndarray | np.generic | int):
                parts.extend(_constant_parts(np.asarray(part)))
            elif isinstance(part, float):
                raise DTypeError(f"An index got {part}. Expected an integer.")
            else:
                dynamic.append(part)
                parts.append(OPERAND)
        return dynamic, {"index": parts}

    @staticmethod
    def source(settings: dict[str, Any], texts: Iterable[str]) -> str:
        """The text between the brackets; ``texts`` are the sources of the dynamic parts."""
        remaining = iter(texts)
        parts = []
        for part in settings.get("index", ()):
            if part is None:
                parts.append("None")
            elif part == OPERAND:
                parts.append(next(remaining))
            else:
                parts.append(part if isinstance(part, str) else repr(_listed(part)))
        return ", ".join(parts) if parts else "()"


def numpy_key(index: Sequence[Any], dynamic: Sequence[Any]) -> tuple[Any, ...]:
    """The key that numpy takes, with the dynamic indices in their places."""
    remaining = iter(dynamic)
    key: list[Any] = []
    for part in index:
        if part == OPERAND:
            key.append(next(remaining, None))
        elif part == "...":
            key.append(...)
        elif isinstance(part, str):
            key.append(_slice(part))
        elif isinstance(part, list | tuple):
            key.append(np.asarray(part, dtype=np.int64))
        else:
            key.append(part)
    return tuple(key)


@lru_cache(maxsize=4096)
def _indexed_shape(shape: Shape, index: tuple[Any, ...], dynamic: tuple[Shape, ...]) -> Shape:
    if index.count(OPERAND) != len(dynamic):
        raise ParameterError(f"An index got {len(dynamic)} dynamic operands. Expected {index.count(OPERAND)}.")
    taken = sum(part is not None and part != "..." for part in index)
    if taken > len(shape):
        raise ShapeError(f"An index with {taken} parts got an operand of shape {shape}. Expected at most {len(shape)}.")
    template = np.broadcast_to(np.zeros((), dtype=np.bool_), shape)
    try:
        return template[numpy_key(index, [np.zeros(each, dtype=np.int64) for each in dynamic])].shape
    except (IndexError, ValueError) as error:
        raise ShapeError(
            f"The index [{Index.source({'index': index}, ['...'] * len(dynamic))}] does not fit shape {shape}: {error}."
        ) from None


def _constant_parts(array: np.ndarray) -> list[Any]:
    if array.dtype.kind == "b":
        if array.ndim == 0:
            raise DTypeError(
                "An index got a single truth value. Expected an integer, or as many truth values as elements."
            )
        return [axis.tolist() for axis in np.nonzero(array)]
    if array.size == 0:
        array = array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise DTypeError(f"An index got constants of dtype {array.dtype}. Expected integers.")
    return [array.tolist()]


def _slice_text(part: slice) -> str:
    def bound(value: Any) -> str:
        if value is None:
            return ""
        try:
            return str(value.__index__())
        except AttributeError:
            raise DTypeError(f"A slice got the bound {value!r}. Expected a constant integer or nothing.") from None

    text = f"{bound(part.start)}:{bound(part.stop)}"
    return text if part.step is None else f"{text}:{bound(part.step)}"


def _slice(text: str) -> slice:
    return slice(*(int(bound) if bound.strip() else None for bound in _checked_text(text).split(":")))


def _checked_text(text: str) -> str:
    bounds = text.split(":")
    valid = all(bound.strip().lstrip("-").isdigit() or not bound.strip() for bound in bounds)
    if text in (OPERAND, "...") or (valid and len(bounds) in (2, 3)):
        return text
    raise DTypeError(f"An index got the text {text!r}. Expected an integer, a slice such as '1:', or an int variable.")


def _listed(part: Any) -> Any:
    return [_listed(item) for item in part] if isinstance(part, list | tuple) else part
