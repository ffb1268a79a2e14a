"""Numbers as operators, and the operator that changes nothing."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import DTypeError, ShapeError
from whyboard.operators.operator import Operator, register
from whyboard.value_type import DType, ValueType

_KINDS: dict[str, DType] = {"f": "float", "i": "int", "u": "int", "b": "bool"}
_NUMPY = {"float": np.float64, "int": np.int64, "bool": np.bool_}


@register
class Const(Operator):
    """A number or an array of numbers.

    Its record has the fields ``value`` and ``dtype`` instead of settings.
    """

    function = "constant"
    group = "constant"

    @staticmethod
    def result(*, value: Any = 0.0, dtype: DType | None = None) -> ValueType:
        kind = type(value)
        if kind is float:
            return ValueType((), dtype or "float")
        if kind is int or kind is bool:
            return ValueType((), dtype or ("int" if kind is int else "bool"))
        array = constant_array(value, dtype)
        return ValueType(array.shape, _KINDS[array.dtype.kind])

    @staticmethod
    def apply(*, value: Any = 0.0, dtype: DType | None = None) -> Array:
        return jnp.asarray(constant_array(value, dtype))

    @classmethod
    def evaluate(cls, values: Any, settings: Any = None) -> Any:
        del values
        return cls.apply(**(settings or {}))


@register
class Identity(Operator):
    """The value itself."""

    group = "constant"

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.asarray(x)


def constant_array(value: Any, dtype: DType | None = None) -> np.ndarray:
    """The NumPy array of a number, a nested list (with ``"inf"`` and ``"-inf"``) or an array, in 64 bits.

    Raises:
        ShapeError: if a nested list is ragged.
        DTypeError: if the entries are not numbers, or are wider than ``dtype``.
    """
    try:
        array = np.asarray(value)
        if array.dtype.kind in "OU":
            array = array.astype(np.float64)
    except (ValueError, TypeError) as error:
        if "inhomogeneous" in str(error):
            raise ShapeError(f"The constant {_excerpt(value)} is ragged. Expected rows of equal length.") from None
        raise DTypeError(f"The constant {_excerpt(value)} is not a number or an array of numbers.") from None
    if array.dtype.kind not in _KINDS:
        raise DTypeError(f"The constant {_excerpt(value)} has dtype {array.dtype}. Expected float, int or bool.")
    if array.size == 0 and dtype is None and not isinstance(value, np.ndarray):
        array = array.astype(np.float64)
    wanted = dtype or _KINDS[array.dtype.kind]
    converted = array.astype(_NUMPY[wanted])
    if dtype is not None and not np.array_equal(converted, array, equal_nan=array.dtype.kind == "f"):
        raise DTypeError(f"The constant {_excerpt(value)} does not fit dtype {dtype}. Expected {dtype} numbers.")
    return converted


def _excerpt(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
