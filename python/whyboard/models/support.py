"""Which values a distribution allows, in words: for a message about one that it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from whyboard.distributions.distribution import Parameter
from whyboard.errors import ParameterError, ShapeError

_SETS = {
    "simplex": "shares from 0 up that sum to 1",
    "ordered": "elements that rise",
    "positive_definite": "a symmetric matrix with positive eigenvalues",
}
MOST = 1000
"""An integer above this is as good as any."""
LARGE = 1000
"""Elements, or parameters, beyond which words are not worth their time."""
STEP = 1e-7
"""Next to an edge, relative to its size."""


def allowed(law: Any, canonical: Mapping[str, Any], shape: tuple[int, ...], element: tuple[int, ...]) -> str:
    """The values of one element that have a density; empty if they are no range, or none that can be told.

    Args:
        law: the distribution.
        canonical: its parameters; NaN where they are unknown.
        shape: of one value of the variable.
        element: where in it.
    """
    if law.event_ndim:
        return _SETS.get(law.support, "")
    if max(int(np.prod(shape)), *(np.size(value) for value in canonical.values()), 1) > LARGE:
        return ""

    def inside(probe: np.ndarray) -> np.ndarray:
        values = np.broadcast_to(probe.reshape(-1, *(1,) * len(shape)), (len(probe), *shape))
        verdict = np.asarray(law.in_support(values, **canonical))
        return np.broadcast_to(verdict, values.shape)[(slice(None), *element)]

    return _numbers(inside, canonical) if "float" in law.dtypes else _integers(inside)


def whatever(law: Any, given: Mapping[str, Any], unknown: Sequence[Parameter], values: np.ndarray) -> np.ndarray | None:
    """Where events are in the support, whatever these vectors and matrices are; None if that depends on them.

    Args:
        law: the distribution.
        given: all parameters.
        unknown: those that are computed from others.
        values: of the variable.
    """
    size = values.shape[-1]
    shapes = {each.name: (size,) * each.event_ndim for each in unknown}
    some = {name: np.eye(size) if len(shape) > 1 else np.full(shape, 1 / size) for name, shape in shapes.items()}
    none = {name: np.full(shape, np.nan) for name, shape in shapes.items()}
    try:
        one, other = (np.asarray(law.in_support(values, **law.canonical(**{**given, **each}))) for each in (some, none))
    except (ParameterError, ShapeError):
        return None
    return one if (one == other).all() else None


def _integers(inside: Callable[[np.ndarray], np.ndarray]) -> str:
    probe = np.arange(-MOST, MOST + 2)
    found = probe[inside(probe)]
    if not len(found) or found[-1] - found[0] >= len(found) or found[0] == probe[0]:
        return ""
    return f"integers from {found[0]} up" if found[-1] == probe[-1] else f"integers {found[0]} to {found[-1]}"


def _numbers(inside: Callable[[np.ndarray], np.ndarray], canonical: Mapping[str, Any]) -> str:
    """A range ends at 0, at 1 or at a parameter."""
    stated = [np.ravel(np.asarray(value, float)) for value in canonical.values()]
    edges = np.unique(np.concatenate([[0.0, 1.0], *stated]))
    edges = edges[np.isfinite(edges)]
    step = STEP * (1 + np.abs(edges))
    below, at, above = inside(edges - step), inside(edges), inside(edges + step)
    begins, ends = np.flatnonzero(above & ~below), np.flatnonzero(below & ~above)
    if len(begins) > 1 or len(ends) > 1:
        return ""
    parts = [f"{'from' if at[each] else 'above'} {edges[each]:g}" for each in begins]
    if not len(ends):
        parts += ["up"] if len(begins) and at[begins[0]] else []
    parts += [f"{'to' if at[each] else 'below'} {edges[each]:g}" for each in ends]
    return f"numbers {' '.join(parts)}" if parts else ""
