"""Data links as views see them: where data come from, and which rows are missing."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from whyboard.errors import WhyboardError
from whyboard.widget.protocol import LinkState, SourceReference
from whyboard.widget.sources import resolve

SLICES = 48


def link(handle: Any, key: str, reference: SourceReference | None) -> None:
    """Link what a view dropped onto a variable or scope; None unlinks.

    Raises:
        DataError: the data are gone or do not fit.
    """
    target = handle.sibling(key)
    linker = handle.session.linker
    if reference is None:
        linker.unlink(target)
        return
    name, data = resolve(reference)
    linker.link(target, data, name)


def link_states(handle: Any) -> dict[str, LinkState]:
    """Every linked variable of the model by key."""
    states: dict[str, LinkState] = {}
    for key, (_, observed) in observed_values(handle).items():
        linker = handle.session.linker
        mask = np.asarray(observed, dtype=bool)
        states[key] = LinkState(
            source=linker.sources.get(key, ""), observed=int(mask.sum()), total=int(mask.size), strip=strip(mask)
        )
    return states


def observed_counts(handle: Any) -> dict[str, tuple[int, int]]:
    """Observed and all values of every linked variable, by key."""
    return {key: (state["observed"], state["total"]) for key, state in link_states(handle).items()}


def observed_values(handle: Any) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """Values and masks by key. Data that no longer fit their variable are left to the diagnostics."""
    try:
        session = handle.session
        return session.linker.resolved(session.graph)[0]
    except WhyboardError:
        return {}


def strip(mask: np.ndarray) -> list[float]:
    """The observed fraction of up to 48 equal slices of the rows.

    Args:
        mask: ``(rows, *shape)``, true where a value is known.
    """
    if mask.ndim == 0:
        return [float(mask)]
    if not len(mask):
        return []
    edges = np.linspace(0, len(mask), min(SLICES, len(mask)) + 1).astype(int)
    return [float(mask[start:end].mean()) for start, end in itertools.pairwise(edges)]
