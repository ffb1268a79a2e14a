"""`Coordinate`: a number on the whole real line for a variable that lies between edges, of which a belief is normal.

What reads the variable reads the image of that number; only the density of the variable itself knows of the change of
volume.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.lowering.network import Apply, Term
from whyboard.precision import double_precision
from whyboard.registry import law_of

KIND = "Coordinate"
"""What a coordinate is called as an operator in trees; it is none that a user can write."""
REAL = (-math.inf, math.inf)


class Bounds(NamedTuple):
    """Where values lie; there is always a lower bound."""

    low: Any
    high: Any

    @property
    def _bounded(self) -> bool:
        return not (isinstance(self.high, float) and self.high == math.inf)

    def value(self, coordinate: Any) -> Array:
        """The value at a coordinate."""
        coordinate = jnp.asarray(coordinate)
        if not self._bounded:
            return self.low + jnp.exp(coordinate)
        width = self.high - self.low
        # Measured from the nearer bound, so that rounding leads beyond neither.
        below = self.low + width * jax.nn.sigmoid(coordinate)
        return jnp.where(coordinate < 0, below, self.high - width * jax.nn.sigmoid(-coordinate))

    def coordinate(self, value: Any) -> Array:
        """The way back."""
        above = jnp.log(value - self.low)
        return above - jnp.log(self.high - value) if self._bounded else above

    def log_slope(self, coordinate: Any) -> Array:
        """The logarithm of the derivative of the value."""
        coordinate = jnp.asarray(coordinate)
        if not self._bounded:
            return coordinate
        return jnp.log(self.high - self.low) + jax.nn.log_sigmoid(coordinate) + jax.nn.log_sigmoid(-coordinate)


class Coordinate(NamedTuple):
    """The logarithm of the distance from the lower edge; with an upper edge, of the ratio of both distances.

    ``edges`` are numbers, or canonical parameters of the distribution, which follow from the ``terms`` that are given.
    """

    edges: tuple[float | str, float | str]
    distribution: str = ""
    settings: str = ""
    terms: tuple[tuple[str, Term], ...] = ()

    @property
    def positive(self) -> bool:
        """Whether it is a plain logarithm, so that a normal belief about it is a log-normal one."""
        return self.edges == (0.0, math.inf)

    @property
    def support(self) -> str:
        """Where values lie, in the words of `Parameter.domain`."""
        return {(0.0, math.inf): "positive", (0.0, 1.0): "unit"}.get(self.edges, "real")  # type: ignore[call-overload]

    def bounds(self, given: Sequence[Any] = ()) -> Bounds:
        """The edges as numbers.

        Args:
            given: the values of ``terms``.
        """
        if not self.terms:
            return Bounds(*self.edges)
        names = [name for name, _ in self.terms]
        found = law_of(self.distribution, self.settings).canonical(**dict(zip(names, given, strict=True)))
        return Bounds(*(found[edge] if isinstance(edge, str) else edge for edge in self.edges))

    def over(self, own: Term, given: Sequence[Term]) -> Apply:
        """The tree of the value, over one for the coordinate and those of ``terms``."""
        names = [name for name, _ in self.terms]
        return Apply(KIND, json.dumps([self.edges, self.distribution, self.settings, names]), (own, *given))


@functools.cache
def stated(settings: str) -> Coordinate:
    """The coordinate that a tree states, without what its terms were."""
    edges, distribution, law_settings, names = json.loads(settings)
    return Coordinate(tuple(edges), distribution, law_settings, tuple((name, Apply("", "", ())) for name in names))


def coordinate_of(distribution: str, settings: str, parameters: Mapping[str, Term]) -> Coordinate | None:
    """The coordinate of a variable with this distribution; ``None`` where it needs none, or none is known."""
    law = law_of(distribution, settings)
    edges = _edges(law)
    if edges[0] == -math.inf:
        return None
    stated = any(isinstance(edge, str) for edge in edges)
    return Coordinate(edges, distribution, settings, tuple(parameters.items())) if stated else Coordinate(edges)


def is_real(law: Any) -> bool:
    """Whether a distribution is one of single numbers, with a density on the whole real line."""
    return _is_continuous(law) and _has_density(law, -1e6, -1.0, 0.0, 1.0, 1e6)


def _is_continuous(law: Any) -> bool:
    return not law.event_ndim and law.dtypes == ("float",) and not law.deterministic and not law.data_only


def _edges(law: Any) -> tuple[float | str, float | str]:
    if not _is_continuous(law) or is_real(law) or law.edges != REAL:
        return law.edges if _is_continuous(law) else REAL
    if _has_density(law, 1e-6, 0.5, 1.0, 1e6) and not _has_density(law, -1.0):
        return (0.0, math.inf)
    inside = _has_density(law, 1e-3, 0.5, 0.999) and not (_has_density(law, -1e-3) or _has_density(law, 1.001))
    return (0.0, 1.0) if inside else REAL


def _has_density(law: Any, *values: float) -> bool:
    unit = dict.fromkeys(law.canonical_names, 1.0)
    with double_precision():
        return all(bool(law.in_support(np.asarray(value), **unit)) for value in values)
