"""A model and its twin in BayesPy: `same_as_bayespy` makes a test of a function that builds both.

A new comparison is a function in the `test_bayespy_*.py` of its theme.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import whyboard as wb

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from bayespy import nodes
    from bayespy.inference import VB

__all__ = ["Pair", "logarithms", "nodes", "random", "same_as_bayespy"]
SWEEPS = 6


class Pair(NamedTuple):
    """``latents`` pairs a variable with its node in the order of updates; ``observed`` are further nodes.

    A node that writes its moments in another way comes with the function that gives them in ours;
    what is not compared is NaN there.
    ``initial`` are values at which variables start; nodes start at the same.
    """

    graph: Any
    data: dict[Any, Any]
    latents: list[tuple[Any, ...]]
    observed: list[Any]
    initial: Any = {}  # noqa: RUF012


def same_as_bayespy(build: Callable[[], Pair]) -> Callable[[], None]:
    """A test that the bound after every sweep and the final moments are those of BayesPy."""

    @functools.wraps(build)
    def test() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pair = build()
            latents = [node for _, node, *_ in pair.latents]
            engine = VB(*pair.observed, *latents)
            for _ in range(SWEEPS):
                engine.update(*latents, verbose=False)
        assert_same(pair, engine.L[:SWEEPS])

    return test


def assert_same(pair: Pair, bounds: np.ndarray) -> None:
    """Our bounds are these, our moments those of the nodes."""
    model = wb.get_posterior_model(
        pair.graph,
        pair.data,
        method="VMP",
        order=[variable for variable, *_ in pair.latents],
        initial=pair.initial,
        max_sweeps=len(bounds),
        tolerance=0.0,
        progress=False,
    )
    # A model whose bound stays exactly the same has converged, whatever the tolerance.
    bound = np.pad(model.lower_bound, (0, len(bounds) - len(model.lower_bound)), "edge")
    np.testing.assert_allclose(bound, bounds, rtol=1e-9, atol=1e-8)
    for variable, node, *way in pair.latents:
        moments = way[0](node.u) if way else node.u
        for ours, theirs in zip(model.belief(variable).u, moments, strict=True):
            same = (
                np.reshape(theirs, ours.shape) if np.size(theirs) == ours.size else np.broadcast_to(theirs, ours.shape)
            )
            compared = ~np.isnan(same)
            np.testing.assert_allclose(ours[compared], same[compared], rtol=1e-6, atol=1e-6)


def random() -> np.random.Generator:
    """The same for every case."""
    return np.random.default_rng(7)


def logarithms(u: Any) -> list[np.ndarray]:
    """The moments of a beta node: of a share and of the rest."""
    return list(np.moveaxis(u[0], -1, 0))
