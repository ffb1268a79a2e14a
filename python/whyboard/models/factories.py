"""`get_generative_model` and `get_posterior_model`: solved models in one call."""

from __future__ import annotations

import threading
from typing import Any

from whyboard.graph.graph import Graph
from whyboard.models.choice import automatic
from whyboard.models.posterior import ForwardModel, PosteriorModel, model_class
from whyboard.models.reporting import ProgressCallback


def get_generative_model(graph: Graph, data: Any = None, n_data: int | None = None, seed: int = 0) -> ForwardModel:
    """A model that simulates along the arrows.

    Args:
        graph: the Graph.
        data: known values; those of the graph's session if None.
        n_data: the number of rows, where no data say it.
        seed: the same seed gives the same draws.
    """
    model = ForwardModel(graph, data, n_data, seed)
    model.solve()
    return model


def get_posterior_model(
    graph: Graph,
    data: Any = None,
    method: str = "auto",
    solve: bool = True,
    *,
    n_data: int | None = None,
    seed: int = 0,
    progress: ProgressCallback | bool | None = None,
    stop: threading.Event | None = None,
    **options: Any,
) -> PosteriorModel:
    """A model that has learned from the data, solved unless ``solve`` is False.

    Args:
        graph: the Graph.
        data: a dictionary of data, a `DataLinker`, or None for the data of the graph's session.
        method: a solver's name; ``"auto"`` is the first that works of ``"VMP"`` if it is exact, or if the spread of
            something unknown is unknown too, ``"MAPFisher"`` and ``"VMP"``; ``model.choice`` says why.
        solve: whether to solve it now.
        n_data: the number of rows, where no data say it.
        seed: the same seed gives the same answers.
        progress: a callback, or False to be silent.
        stop: set it from another thread to stop early.
        options: of the method, as its solver lists them.

    Warns:
        ConvergenceWarning: it ended before it converged, or its draws disagree; ``model.unfinished`` says so too.
    """
    if method == "auto":
        model = automatic(graph, data, n_data, seed, options)
    else:
        model = model_class(method)(graph, data, n_data, seed, options)
    if solve:
        model.solve(progress, stop)
    graph.session.model = model
    return model
