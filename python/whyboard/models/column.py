"""Data as they come: anything with values, read into NumPy with a mask of what is observed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from whyboard.errors import DataError, ShapeError

Levels = tuple[str, ...]


class Column(NamedTuple):
    """Values in 64 bits and what is observed of them; ``levels`` names the categories that the values are codes of."""

    values: np.ndarray
    observed: np.ndarray
    levels: Levels | None = None
    name: str = ""


def read(raw: Any) -> Column:
    """The values of a number, a list, an array, or a column (or a whole frame) of any dataframe library.

    Raises:
        DataError: if these are no numbers, truth values or categories.
        ShapeError: if rows differ in length.
    """
    if isinstance(raw, np.ma.MaskedArray):
        inside = _array(np.asarray(raw.data))
        return inside._replace(observed=inside.observed & ~np.ma.getmaskarray(raw))
    if isinstance(raw, np.ndarray):
        return _array(raw)
    if isinstance(raw, bool | int | float | np.generic) or raw is None:
        return _array(np.asarray(raw))
    if isinstance(raw, list | tuple):
        return _list(raw)
    if isinstance(raw, str | bytes):
        raise DataError(f"Data got the text {raw!r}. Expected an array, a list or a column of numbers or categories.")
    return _foreign(raw)


def columns_of(raw: Any) -> Mapping[str, Any] | None:
    """The columns of a frame by name; None if it is no frame. A dictionary with texts as keys counts as one."""
    if isinstance(raw, Mapping):
        return raw if all(isinstance(name, str) for name in raw) else None
    frame = _narwhals(raw)
    if frame is None or not hasattr(frame, "columns"):
        return None
    return {str(name): frame[name] for name in frame.columns}


def _foreign(raw: Any) -> Column:
    xarray = sys.modules.get("xarray")
    if xarray is not None and isinstance(raw, xarray.DataArray):
        return _array(np.asarray(raw.values))._replace(name=str(raw.name or ""))
    found = _narwhals(raw)
    if found is None:
        if hasattr(raw, "__array__") or hasattr(raw, "__dlpack__"):
            return _array(np.asarray(raw))
        if isinstance(raw, range) or hasattr(raw, "__iter__"):
            return _list(list(raw))
        raise DataError(f"Data got a {type(raw).__name__}. Expected an array, a list or a column of a dataframe.")
    if hasattr(found, "columns"):
        return _frame(found)
    return _series(found)


def _narwhals(raw: Any) -> Any:
    import narwhals.stable.v2 as nw

    if isinstance(raw, nw.DataFrame | nw.Series):
        return raw
    if isinstance(raw, nw.LazyFrame):
        return raw.collect()
    try:
        found = nw.from_native(raw, allow_series=True)
    except TypeError:
        return None
    return found.collect() if isinstance(found, nw.LazyFrame) else found


def _frame(frame: Any) -> Column:
    """A frame as a matrix: one row for each row, one element for each column."""
    columns = [_series(frame[name]) for name in frame.columns]
    if not columns:
        raise DataError("Data got a frame without columns. Expected at least one.")
    for name, column in zip(frame.columns, columns, strict=True):
        if column.levels is not None:
            raise DataError(f"Column {name!r} holds categories. Expected numbers in every column of a frame.")
    return Column(np.stack([c.values for c in columns], axis=-1), np.stack([c.observed for c in columns], axis=-1))


def _series(series: Any) -> Column:
    import narwhals.stable.v2 as nw

    name = str(series.name or "")
    dtype = series.dtype
    if dtype == nw.Categorical or isinstance(dtype, nw.Enum):
        levels = series.cat.get_categories().to_list()
        return _coded(series.to_list(), tuple(str(level) for level in levels))._replace(name=name)
    if dtype == nw.String:
        return _texts(series.to_list())._replace(name=name)
    if dtype == nw.Boolean:
        null = series.is_null().to_numpy().astype(bool)
        values = series.fill_null(value=False).to_numpy() if null.any() else series.to_numpy()
        return Column(values.astype(bool), ~null, None, name)
    if dtype.is_integer():
        null = series.is_null().to_numpy().astype(bool)
        values = series.fill_null(0).to_numpy() if null.any() else series.to_numpy()
        return Column(values.astype(np.int64), ~null, None, name)
    if dtype.is_float():
        values = series.cast(nw.Float64).to_numpy().astype(np.float64)
        null = series.is_null().to_numpy().astype(bool)
        return Column(values, ~(null | np.isnan(values)), None, name)
    if dtype.is_decimal():
        return _series(series.cast(nw.Float64))
    if dtype.is_temporal():
        raise _time(f"Column {name!r}" if name else "Data")
    found = _list(series.to_list())
    return found._replace(name=name)


def _list(raw: Any) -> Column:
    handles = [item for item in raw if hasattr(type(item), "__array_ufunc__") and type(item).__array_ufunc__ is None]
    if handles:
        raise DataError(
            f"Data got {handles[0]!r} in a list. Expected numbers; a model is made with parameters, not data."
        )
    try:
        array = np.asarray(raw)
    except ValueError as error:
        if "inhomogeneous" in str(error):
            raise _ragged(raw) from None
        raise
    if array.dtype.kind in "US" and not all(isinstance(item, str) for item in raw):
        array = np.asarray(raw, dtype=object)
    return _array(array)


def _array(array: np.ndarray) -> Column:
    kind = array.dtype.kind
    if kind == "f":
        values = array.astype(np.float64)
        return Column(values, ~np.isnan(values))
    if kind in "iu":
        if kind == "u" and array.dtype.itemsize == 8 and array.size and array.max() > np.iinfo(np.int64).max:
            raise DataError(f"Data hold the integer {array.max()}. Expected integers below 2**63.")
        return Column(array.astype(np.int64), np.ones(array.shape, dtype=bool))
    if kind == "b":
        return Column(array.astype(bool), np.ones(array.shape, dtype=bool))
    if kind in "US":
        return _texts(array.astype(str).tolist()) if array.ndim == 1 else _text_array(array.astype(str).astype(object))
    if kind in "mM":
        if array.size and np.isnat(array).all():
            return Column(np.full(array.shape, np.nan), np.zeros(array.shape, dtype=bool))
        raise _time("Data")
    if kind == "O":
        return _objects(array)
    raise DataError(f"Data have dtype {array.dtype}. Expected floats, integers, truth values or categories.")


def _objects(array: np.ndarray) -> Column:
    items = array.ravel().tolist()
    observed = np.array([not _missing(item) for item in items], dtype=bool)
    present = [item for item, seen in zip(items, observed, strict=True) if seen]
    if present and all(isinstance(item, str) for item in present):
        return _text_array(array)
    for row, (item, seen) in enumerate(zip(items, observed, strict=True)):
        if seen and not isinstance(item, bool | int | float | np.number | np.bool_) and not hasattr(item, "__float__"):
            if isinstance(item, list | tuple | np.ndarray):
                raise _ragged(items)
            place = np.unravel_index(row, array.shape)[0] if array.ndim else 0
            raise DataError(
                f"Row {place} holds {item!r}, a {type(item).__name__}. Expected a number, or nothing for a gap."
            )
    kinds = {np.asarray(item).dtype.kind for item in present}
    dtype = np.bool_ if kinds == {"b"} else np.int64 if kinds and kinds <= {"i", "u", "b"} else np.float64
    values = np.zeros(len(items), dtype=dtype)
    values[observed] = [dtype(item) for item in present]
    if dtype is np.float64:
        values[~observed] = np.nan
    return Column(values.reshape(array.shape), observed.reshape(array.shape))


def _missing(item: Any) -> bool:
    if item is None:
        return True
    try:
        return bool(item != item)  # noqa: PLR0124 - NaN and NaT differ from themselves
    except TypeError:
        # pandas' NA is neither equal nor different.
        return True
    except ValueError:
        return False


def _texts(items: list[Any]) -> Column:
    levels = tuple(sorted({item for item in items if not _missing(item)}))
    return _coded(items, levels)


def _text_array(array: np.ndarray) -> Column:
    found = _texts(array.ravel().tolist())
    return found._replace(values=found.values.reshape(array.shape), observed=found.observed.reshape(array.shape))


def _coded(items: list[Any], levels: Levels) -> Column:
    codes = {level: code for code, level in enumerate(levels)}
    observed = np.array([not _missing(item) for item in items], dtype=bool)
    values = [codes[str(item)] if seen else 0 for item, seen in zip(items, observed, strict=True)]
    return Column(np.array(values, dtype=np.int64), observed, levels)


def _ragged(raw: Any) -> ShapeError:
    lengths = [len(item) if hasattr(item, "__len__") else 1 for item in raw]
    row = next((row for row, length in enumerate(lengths) if length != lengths[0]), 0)
    return ShapeError(
        f"Data are ragged: row 0 has {lengths[0]} elements and row {row} has {lengths[row]}. "
        "Expected rows of equal length."
    )


def _time(what: str) -> DataError:
    return DataError(
        f"{what} holds times. Expected numbers: subtract a start and divide by a unit, "
        "for example (t - t[0]) / np.timedelta64(1, 'D')."
    )
