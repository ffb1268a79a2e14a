"""The frames and arrays of the user's notebook, as the data panel lists them and a link finds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from whyboard.errors import DataError
from whyboard.widget import display, table_file
from whyboard.widget.protocol import Source, SourceColumn, SourceReference

MAX_SOURCES = 200
MAX_COLUMNS = 500


def list_sources(names: Mapping[str, Any]) -> list[Source]:
    """Every frame, array and dictionary of columns among these variables, in order of definition."""
    found: list[Source] = []
    # A copy: another thread may be running a cell.
    for name, value in list(names.items()):
        if name.startswith("_") or name in {"In", "Out"}:
            continue
        source = describe(f"name/{name}", name, value)
        if source is not None:
            found.append(source)
    return found[-MAX_SOURCES:]


def describe(identifier: str, name: str, value: Any) -> Source | None:
    """What the panel shows of one object; None if it is no data."""
    if _is_array(value):
        return Source(
            id=identifier,
            name=name,
            type=type(value).__name__,
            shape=[int(size) for size in value.shape],
            columns=[],
        )
    columns = _columns(value)
    if not columns:
        return None
    return Source(
        id=identifier,
        name=name,
        type=_type_name(value),
        shape=[len(next(iter(columns.values()))), len(columns)],
        columns=[_describe_column(label, column) for label, column in list(columns.items())[:MAX_COLUMNS]],
    )


def resolve(reference: SourceReference) -> tuple[str, Any]:
    """Name and data of a column, an array, or (without a column) all columns of a frame as a dictionary.

    Raises:
        DataError: the object is gone, or has no such column.
    """
    kind, _, rest = reference["id"].partition("/")
    value = table_file.read(rest) if kind == "file" else display.find(reference["id"])
    name = "displayed table" if kind == "shown" else rest
    if value is None:
        raise DataError(
            f"The data of {name!r} are not in the kernel any more. "
            "Run the cell that makes them again, then drop once more."
        )
    if _is_array(value):
        return name, value
    columns = _columns(value)
    wanted = reference.get("column")
    if wanted is None:
        return name, columns
    if wanted not in columns:
        known = ", ".join(map(repr, list(columns)[:8]))
        raise DataError(f"{name!r} has no column {wanted!r}. It has {known}. Drag one of these.")
    return f"{name}.{wanted}", columns[wanted]


def _columns(value: Any) -> dict[str, Any]:
    """Columns by name as they are in their own library; empty if the value is no table."""
    if isinstance(value, Mapping):
        lengths = {_length(column) for column in value.values()}
        if len(lengths) == 1 and None not in lengths and all(isinstance(key, str) for key in value):
            return dict(value)
        return {}
    table = nw.from_native(value, pass_through=True, eager_only=True, allow_series=True)
    if isinstance(table, nw.Series):
        return {str(table.name or "value"): value}
    if isinstance(table, nw.DataFrame):
        # A repeated name cannot be dropped by name.
        if len(set(table.columns)) != len(table.columns):
            return {}
        return {str(column): table[column].to_native() for column in table.columns}
    return {}


def _length(column: Any) -> int | None:
    if isinstance(column, str | bytes | Mapping) or not isinstance(column, Sequence | np.ndarray):
        return None
    return len(column)


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.names is None


def _type_name(value: Any) -> str:
    return (
        f"{type(value).__module__.partition('.')[0]}.{type(value).__name__}" if not isinstance(value, dict) else "dict"
    )


def _describe_column(name: str, column: Any) -> SourceColumn:
    if isinstance(column, list | tuple):
        column = np.asarray([np.nan if entry is None else entry for entry in column])
    if isinstance(column, np.ndarray):
        return SourceColumn(name=name, dtype=_dtype_of_array(column), missing=_missing_in_array(column))
    series = nw.from_native(column, series_only=True)
    missing = series.null_count()
    if series.dtype.is_float():
        missing += int(series.is_nan().sum() or 0) if missing == 0 else 0
    return SourceColumn(name=name, dtype=_dtype_of_series(series), missing=int(missing))


def _dtype_of_series(series: nw.Series) -> Any:
    dtype = series.dtype
    if dtype.is_float() or dtype.is_decimal():
        return "float"
    if dtype.is_integer():
        return "int"
    if dtype == nw.Boolean:
        return "bool"
    if dtype in (nw.Categorical, nw.Enum):
        return "category"
    if dtype.is_temporal():
        return "time"
    if dtype == nw.String:
        return "text"
    present = series.drop_nulls()
    if len(present) and isinstance(present[0], str):
        return "text"
    return "other"


def _dtype_of_array(array: np.ndarray) -> Any:
    return {"f": "float", "i": "int", "u": "int", "b": "bool", "U": "text", "M": "time", "m": "time"}.get(
        array.dtype.kind, "other"
    )


def _missing_in_array(array: np.ndarray) -> int:
    return int(np.isnan(array).sum()) if array.dtype.kind == "f" else 0
