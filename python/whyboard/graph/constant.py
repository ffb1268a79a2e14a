"""Numbers, lists and arrays as they stand in a record."""

from __future__ import annotations

import base64
import math
import sys
from typing import Any, NamedTuple

import numpy as np

from whyboard.document.constants import constant_shape, store
from whyboard.document.record import STORED_FROM
from whyboard.errors import DTypeError, ParameterError, ShapeError
from whyboard.value_type import DType, Shape

_KINDS: dict[str, DType] = {"f": "float", "i": "int", "u": "int", "b": "bool"}
_NUMPY = {"float": np.dtype("<f8"), "int": np.dtype("<i8"), "bool": np.dtype("bool")}
_PLAIN: dict[type, DType] = {float: "float", int: "int", bool: "bool"}
_EXACT = 2**53


class Constant(NamedTuple):
    """A constant as plain data; ``stored`` is the entry of the values table that a large one needs."""

    value: Any
    dtype: DType
    shape: Shape
    stored: tuple[str, str] | None = None


def constant(value: Any, where: str = "A constant") -> Constant:
    """The plain data of a number, a (nested) list, or anything NumPy can read.

    Raises:
        ParameterError: for NaN and for what is no number.
        ShapeError: for a ragged list.
        DTypeError: for an array of texts, times or complex numbers.
    """
    kind = type(value)
    if kind is float:
        if math.isfinite(value):
            return Constant(value, "float", ())
        return Constant(_infinite(value, where), "float", ())
    dtype = _PLAIN.get(kind)
    if dtype is not None:
        if dtype == "int" and abs(value) > _EXACT:
            raise ParameterError(f"{where} got the integer {value}. Expected one that a float can hold, up to 2**53.")
        return Constant(value, dtype, ())
    array = _array(value, where)
    if array.ndim == 0:
        return constant(array.item(), where)
    dtype = _KINDS[array.dtype.kind]
    if dtype == "int" and array.size and max(int(array.max()), -int(array.min())) > _EXACT:
        raise ParameterError(f"{where} has an integer beyond 2**53. Expected integers that a float can hold.")
    if dtype == "float" and np.isnan(array).any():
        raise _not_a_number(where)
    if array.size > STORED_FROM:
        digest, text = store(np.ascontiguousarray(array, dtype=_NUMPY[dtype]).tobytes())
        data = {"values": digest, "shape": list(array.shape), "dtype": "bool" if dtype == "bool" else f"{dtype}64"}
        return Constant(data, dtype, array.shape, (digest, text))
    listed = array.tolist() if dtype != "float" or np.isfinite(array).all() else _listed(array.tolist())
    return Constant(listed, dtype, array.shape)


def read_constant(value: Any, values: Any) -> Any:
    """A number, or a NumPy array, from what stands in a record; ``values`` is the values table of the document."""
    if isinstance(value, dict):
        dtype = np.dtype(value["dtype"]).newbyteorder("<")
        array = np.frombuffer(base64.b64decode(values[value["values"]]), dtype=dtype)
        return array.reshape([int(size) for size in value["shape"]]).astype(dtype.newbyteorder("="))
    if isinstance(value, list):
        array = np.asarray(value)
        return array.astype(float) if array.dtype.kind in "OU" or array.size == 0 else array
    return float(value) if isinstance(value, str) else value


def parameter_type(value: Any) -> tuple[Shape, DType]:
    """Shape and dtype of a constant parameter in a record; whole numbers count as integers, as in JSON."""
    if isinstance(value, dict):
        stored = str(value["dtype"])
        return tuple(int(size) for size in value["shape"]), _KINDS.get(np.dtype(stored).kind, "float")
    if isinstance(value, list):
        array = read_constant(value, {})
        whole = array.dtype.kind in "bi" or bool(np.all(np.floor(array) == array))
        return constant_shape(value), "bool" if array.dtype.kind == "b" else "int" if whole else "float"
    if isinstance(value, bool):
        return (), "bool"
    return (), "int" if not isinstance(value, str) and float(value).is_integer() else "float"


def _array(value: Any, where: str) -> np.ndarray:
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ParameterError(
            f"{where} has masked entries. Expected numbers only; data with gaps are linked, not written."
        )
    if sys.getsizeof(value, 0) == 0 or isinstance(value, (str, bytes, dict, set)) or value is None:
        raise _no_number(value, where)
    try:
        array = np.asarray(value)
    except ValueError as error:
        if "inhomogeneous" in str(error):
            raise ShapeError(f"{where} is ragged. Expected rows of equal length.") from None
        raise
    if array.dtype.kind == "O":
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            raise _no_number(value, where) from None
    if array.dtype.kind not in _KINDS:
        raise DTypeError(f"{where} has dtype {array.dtype}. Expected floats, integers or truth values.")
    return array


def _listed(value: Any) -> Any:
    if isinstance(value, list):
        return [_listed(item) for item in value]
    return value if math.isfinite(value) else "inf" if value > 0 else "-inf"


def _infinite(value: float, where: str) -> str:
    if math.isnan(value):
        raise _not_a_number(where)
    return "inf" if value > 0 else "-inf"


def _not_a_number(where: str) -> ParameterError:
    return ParameterError(
        f"{where} is NaN. Expected numbers only; data with gaps are linked, not written into a model."
    )


def _no_number(value: Any, where: str) -> ParameterError:
    text = repr(value)
    excerpt = text if len(text) <= 60 else f"{text[:57]}..."
    hint = " Join handles with stack() or concatenate()." if isinstance(value, list | tuple) else ""
    return ParameterError(
        f"{where} got {excerpt}. Expected a number, a list, an array, a variable or an operator.{hint}"
    )
