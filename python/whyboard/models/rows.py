"""The number of rows, which all data of a model share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from whyboard.errors import DataError
from whyboard.models.column import read
from whyboard.models.linked import Linked, called, row_count


def checked_count(n_data: Any, links: Iterable[Linked] = ()) -> int:
    """A number of rows as a user gave it.

    Raises:
        DataError: if it is none, or not that of the links.
    """
    if isinstance(n_data, bool) or not isinstance(n_data, int | np.integer) or n_data < 0:
        raise DataError(f"n_data got {n_data!r}. Expected the number of rows, an integer from 0 up.")
    for each in links:
        rows = row_count(each)
        if rows is not None and rows != n_data:
            raise DataError(
                f"n_data got {n_data}, but {called(each)} has {rows} rows of data. "
                "Link other data, or leave n_data out."
            )
    return int(n_data)


def check_rows(made: Linked, others: Mapping[str, Linked], n_data: int | None) -> None:
    """Refuse a link that has another number of rows than the other ones, or than was said.

    Raises:
        DataError: names both.
    """
    rows = row_count(made)
    if rows is None:
        return
    for each in others.values():
        theirs = row_count(each)
        if theirs is not None and theirs != rows:
            raise DataError(
                f"{called(made)} got {rows} rows of data, but {called(each)} has {theirs}. "
                "Expected the same number of rows."
            )
    if n_data is not None and n_data != rows:
        raise DataError(f"{called(made)} got {rows} rows of data, but n_data is {n_data}. Leave n_data out.")


def same_rows(first: tuple[str, int] | None, title: str, rows: int) -> tuple[str, int]:
    """The first variable with rows and their number, after looking at one more.

    Raises:
        DataError: if they differ.
    """
    if first is None:
        return title, rows
    if rows != first[1]:
        raise DataError(
            f"{title} got {rows} rows of data, but {first[0]} has {first[1]}. Expected the same number of rows."
        )
    return first


def checked_series(values: Any, n_data: int | None = None) -> np.ndarray:
    """By row, the number of its series, from a column of numbers or names.

    Raises:
        DataError: if the column has gaps, more than one axis, or another number of rows.
    """
    column = read(values)
    if column.values.ndim != 1:
        raise DataError(f"series got values of shape {column.values.shape}. Expected one value for each row.")
    if not column.observed.all():
        row = int(np.argmin(column.observed))
        raise DataError(f"series has a gap in row {row}. Expected a number or a name in every row.")
    _check_series(column.values, n_data)
    return np.unique(column.values, return_inverse=True)[1]


def agreed_rows(first: tuple[str, int] | None, wanted: int | None, series: np.ndarray | None) -> int | None:
    """The number of rows of a model; None if nothing says it.

    Args:
        first: what the first variable with data is called, and its rows.
        wanted: the number that was asked for.
        series: by row, the number of its series.

    Raises:
        DataError: if these disagree.
    """
    if first is not None and wanted is not None and first[1] != wanted:
        raise DataError(f"{first[0]} has {first[1]} rows of data, but n_data is {wanted}. Leave n_data out.")
    rows = wanted if first is None else first[1]
    if series is None:
        return rows
    _check_series(series, rows)
    return len(series)


def _check_series(series: np.ndarray, n_data: int | None) -> None:
    """Refuse a column of series that does not go with the data.

    Raises:
        DataError: says both numbers of rows.
    """
    if n_data is not None and len(series) != n_data:
        raise DataError(f"series has {len(series)} rows, but the data have {n_data}. Expected one value for each row.")


def checked_given_rows(count: Any) -> int:
    """A number of rows to condition on, as a user gave it.

    Raises:
        DataError: if it is none.
    """
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 0:
        raise DataError(f"given_rows got {count!r}. Expected a number of rows, an integer from 0 up.")
    return int(count)
