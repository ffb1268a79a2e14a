"""`Timeline`: which row came before which, and where the rows of the data stand in the tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from whyboard.errors import DataError
from whyboard.lowering.sizes import bucket


@dataclass(frozen=True)
class Timeline:
    """The rows of the data as series, each of which starts afresh.

    Attributes:
        series: by row, the number of its series.
        index: by row, its number within the series.
        given_rows: so many rows at the start of each series are conditioned on.
        sequential: whether tables are laid out by time, ``(steps, series)``, instead of by row.
    """

    series: np.ndarray
    index: np.ndarray
    given_rows: int = 0
    sequential: bool = False

    @property
    def n_data(self) -> int:
        """The number of rows."""
        return len(self.series)

    @cached_property
    def lengths(self) -> np.ndarray:
        """Rows by series; one series of none where there are no rows."""
        return np.bincount(self.series) if self.n_data else np.zeros(1, np.int64)

    @cached_property
    def steps(self) -> int:
        """Rows of the longest series."""
        return int(self.lengths.max(initial=0))

    @property
    def width(self) -> int:
        """Columns of a step, where rows are laid out by time."""
        return bucket(len(self.lengths))

    @cached_property
    def columns(self) -> np.ndarray:
        """By row, its column in the tables."""
        return self.index * self.width + self.series if self.sequential else np.arange(self.n_data)

    @cached_property
    def repeats(self) -> np.ndarray:
        """By column, the row whose data stand there; what is filled up repeats the last row of a series."""
        if not self.n_data:
            return np.zeros(0, np.int64)
        if not self.sequential:
            return np.minimum(np.arange(bucket(self.n_data)), self.n_data - 1)
        step, series = np.meshgrid(np.arange(bucket(self.steps)), np.arange(self.width), indexing="ij")
        series = np.minimum(series, len(self.lengths) - 1)
        step = np.minimum(step, self.lengths[series] - 1)
        return self._row(series.ravel(), step.ravel())

    @cached_property
    def real(self) -> np.ndarray:
        """By column, whether it is a row of the data and no filling."""
        found = np.zeros(len(self.repeats), dtype=bool)
        found[self.columns] = True
        return found

    @cached_property
    def first(self) -> np.ndarray:
        """By row, the first row of its series."""
        return self._row(self.series, np.zeros_like(self.index))

    def earlier(self, shift: int) -> np.ndarray:
        """By row, the row so many before in the same series; -1 where there is none."""
        before = self.index - shift
        return np.where(before >= 0, self._row(self.series, np.maximum(before, 0)), -1)

    def laid_out(self, *, sequential: bool) -> Timeline:
        """The same rows, by time or by row."""
        return Timeline(self.series, self.index, self.given_rows, sequential)

    def _row(self, series: np.ndarray, index: np.ndarray) -> np.ndarray:
        starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]])
        return self._order[starts[series] + index] if self.n_data else np.zeros(0, np.int64)

    @cached_property
    def _order(self) -> np.ndarray:
        """Rows by series, in the order of the data within each."""
        return np.argsort(self.series, kind="stable")


def timeline(n_data: int, series: Any = None, given_rows: int = 0) -> Timeline:
    """The rows of a model.

    Args:
        n_data: their number.
        series: by row, anything that tells series from each other; None for a single one.
        given_rows: rows at the start of each series that are conditioned on.

    Raises:
        DataError: if ``series`` has another number of rows.
    """
    if series is None:
        return Timeline(np.zeros(n_data, np.int64), np.arange(n_data), given_rows)
    values = np.asarray(series)
    if values.shape != (n_data,):
        raise DataError(f"series got values of shape {values.shape}. Expected ({n_data},): one for each row.")
    number = np.unique(values, return_inverse=True)[1] if n_data else np.zeros(0, np.int64)
    order = np.argsort(number, kind="stable")
    lengths = np.bincount(number) if n_data else np.zeros(1, np.int64)
    index = np.empty(n_data, np.int64)
    index[order] = np.arange(n_data) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return Timeline(number, index, given_rows)
