"""Histograms of draws, and from where to where they go: an axis on which what was learned can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

BINS = 48
_BODY = (0.5, 99.5)
"""Percentiles between which an axis goes: a few far draws would make a hairline of all others."""
_WIDEST = 3.0
"""A prior is drawn over at most this many widths of the posterior, so that a sharp posterior keeps its shape."""
_MARGIN = 0.04


class Axis(NamedTuple):
    """From where to where, in how many bins; whole numbers stand in the middle of theirs."""

    start: float
    end: float
    bins: int

    def histogram(self, values: np.ndarray) -> np.ndarray:
        """The share of all values in each bin, ``(BINS,)`` float32; what is wider than the axis is flat and low."""
        counts, _ = np.histogram(values, bins=self.bins, range=(self.start, self.end))
        heights = np.zeros(BINS, dtype=np.float32)
        heights[: self.bins] = counts / max(values.size, 1)
        return heights


def axis_of(posteriors: Sequence[np.ndarray], priors: Sequence[np.ndarray], *, whole: bool = False) -> Axis:
    """The axis that all elements of a variable share.

    It shows every posterior in full and priors as far as they leave room. Of elements that are far wider than the
    others (a component of a mixture without data) it shows the middle, as it does of priors.

    Args:
        posteriors: finite draws, by element.
        priors: the same of the prior; empty if there is none.
        whole: whether values are whole numbers, so that each is a bin, or as many side by side as are needed.
    """
    drawn = [values for values in posteriors if values.size]
    if not drawn:
        return Axis(0.0, 1.0, BINS)
    ranges = np.array([np.percentile(values, (_BODY[0], 50.0, _BODY[1])) for values in drawn])
    lows, middles, highs = ranges.T
    # The lower median: of two elements the narrower one counts.
    width = float(np.sort(highs - lows)[(len(drawn) - 1) // 2])
    reach = max(_WIDEST / 2 * width, float(np.ptp(middles)))
    if width > 0:
        lows, highs = np.maximum(lows, middles - reach), np.minimum(highs, middles + reach)
    low, high = float(lows.min()), float(highs.max())
    known = [values for values in priors if values.size]
    if known:
        below, above = np.percentile(np.concatenate(known), (2.0, 98.0))
        room = max(0.0, (_WIDEST * width - (high - low)) / 2) if high > low else np.inf
        low, high = min(low, max(float(below), low - room)), max(high, min(float(above), high + room))
    if whole:
        return _of_whole_numbers(round(low), round(high))
    pad = _MARGIN * (high - low) if high > low else 0.5 * max(abs(low), 1.0)
    return Axis(low - pad, high + pad, BINS)


def _of_whole_numbers(low: int, high: int) -> Axis:
    width = -(-(high - low + 1) // BINS)
    bins = -(-(high - low + 1) // width)
    return Axis(low - 0.5, low - 0.5 + bins * width, bins)
