"""The number of rows, which all data of a model share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from whyboard.errors import DataError
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
