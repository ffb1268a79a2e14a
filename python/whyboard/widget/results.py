"""What a solve says about each variable, small enough to travel: summaries and histograms. Draws stay in the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from whyboard.widget.protocol import Summary

BINS = 48
ELEMENTS = 8
_INTERVAL = (5.0, 95.0)
_WIDEST = 8.0
"""A prior is drawn over at most this many widths of the posterior, so that a sharp posterior keeps its shape."""


@dataclass(frozen=True)
class Draws:
    """Draws of one variable.

    Args:
        posterior: ``(draws, *shape)``, or ``(draws, rows, *shape)`` if ``dynamic``.
        prior: the same axes with another number of draws or rows; None if it cannot be drawn.
        dynamic: whether the second axis are the rows.
    """

    posterior: np.ndarray
    prior: np.ndarray | None
    dynamic: bool


def summarise(draws: Mapping[str, Draws], row: int | None = None) -> tuple[dict[str, Summary], bytes]:
    """Summaries by key, and the histograms as float32 of shape ``(variables, 2, BINS)``, prior then posterior.

    Args:
        draws: by key.
        row: only this row of the dynamic variables; all rows pooled if None.
    """
    summaries: dict[str, Summary] = {}
    densities = np.zeros((len(draws), 2, BINS), dtype=np.float32)
    for index, (key, each) in enumerate(draws.items()):
        posterior = _rows(each.posterior, row) if each.dynamic else each.posterior
        flat = _finite(posterior)
        start, end = _range(flat, None if each.prior is None else _finite(each.prior))
        if each.prior is not None:
            densities[index, 0] = _histogram(_finite(each.prior), start, end)
        densities[index, 1] = _histogram(flat, start, end)
        low, high = np.percentile(flat, _INTERVAL) if flat.size else (None, None)
        summary = Summary(
            mean=_number(flat.mean() if flat.size else None),
            deviation=_number(flat.std() if flat.size else None),
            low=_number(low),
            high=_number(high),
            start=start,
            end=end,
            density=index,
        )
        if posterior.ndim > (2 if each.dynamic else 1):
            axes = (0, 1) if each.dynamic else (0,)
            with np.errstate(invalid="ignore"):
                means = np.asarray(posterior, dtype=float).mean(axis=axes).ravel()[:ELEMENTS]
            if np.isfinite(means).all():
                summary["elements"] = [float(mean) for mean in means]
        summaries[key] = summary
    return summaries, densities.tobytes()


def _rows(values: np.ndarray, row: int | None) -> np.ndarray:
    return values if row is None else values[:, row : row + 1]


def _finite(values: np.ndarray) -> np.ndarray:
    flat = np.asarray(values, dtype=float).ravel()
    return flat[np.isfinite(flat)]


def _range(posterior: np.ndarray, prior: np.ndarray | None) -> tuple[float, float]:
    """From where to where the histogram goes: the posterior in full, the prior as far as it leaves room."""
    if not posterior.size:
        return 0.0, 1.0
    low, high = np.percentile(posterior, (0.2, 99.8))
    if prior is not None and prior.size:
        below, above = np.percentile(prior, (2.0, 98.0))
        room = (_WIDEST - 1) / 2 * (high - low) if high > low else np.inf
        low, high = min(low, max(below, low - room)), max(high, min(above, high + room))
    if high <= low:
        pad = 0.5 * max(abs(low), 1.0)
        return float(low - pad), float(high + pad)
    pad = 0.02 * (high - low)
    return float(low - pad), float(high + pad)


def _histogram(values: np.ndarray, start: float, end: float) -> np.ndarray:
    counts, _ = np.histogram(values, bins=BINS, range=(start, end))
    total = counts.sum()
    return (counts / total if total else counts).astype(np.float32)


def _number(value: object) -> float | None:
    number = float(value) if isinstance(value, float | np.floating) else None
    return number if number is not None and np.isfinite(number) else None
