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


def same_as_bayespy(build: Callable[..., Pair]) -> Callable[..., None]:
    """A test that the bound after every sweep and the final moments are those of BayesPy.

    The arguments of the builder, such as parameters of the test, are those of the test.
    """

    @functools.wraps(build)
    def test(**arguments: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pair = build(**arguments)
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


# --- static variables of the graph that is open, each with its node ---------------------------------------------------


def normal(name: str, mean: Any, variance: float, plates: tuple[int, ...] = ()) -> tuple[Any, Any]:
    """A normal variable whose elements stand alone."""
    node = nodes.GaussianARD(mean, 1 / variance, plates=plates)
    return wb.StaticVariable(name, shape=plates, mean=mean, variance=variance), node


def gamma(name: str, concentration: Any, rate: float, plates: tuple[int, ...] = ()) -> tuple[Any, Any]:
    """A gamma variable."""
    law = {"distribution": "GammaDistribution", "concentration": concentration, "rate": rate}
    return wb.StaticVariable(name, shape=plates, **law), nodes.Gamma(concentration, rate, plates=plates)


def beta(name: str, alpha: float, other: float) -> tuple[Any, Any]:
    """A share; `logarithms` are its moments."""
    law = {"distribution": "BetaDistribution", "alpha": alpha, "beta": other}
    return wb.StaticVariable(name, **law), nodes.Beta([alpha, other])


def dirichlet(name: str, concentration: Any, plates: tuple[int, ...] = ()) -> tuple[Any, Any]:
    """Shares of a whole."""
    whole = np.asarray(concentration, dtype=float)
    law = {"distribution": "DirichletDistribution", "concentration": whole}
    return wb.StaticVariable(name, shape=(*plates, *whole.shape), **law), nodes.Dirichlet(whole, plates=plates)


def categories(
    name: str, probabilities: Any, start: np.ndarray, plates: tuple[int, ...] | None = None
) -> tuple[Any, Any]:
    """Categories by row that start at these values; ``probabilities`` are numbers or a pair of `dirichlet`."""
    ours, theirs = probabilities if isinstance(probabilities, tuple) else (probabilities, probabilities)
    node = nodes.Categorical(theirs, plates=start.shape if plates is None else plates)
    node.initialize_from_value(start.reshape(node.plates))
    law = {"distribution": "CategoricalDistribution", "probabilities": ours}
    return wb.Variable(name, shape=start.shape[1:], **law), node
