"""A solve of a session as the diagram needs it: draws of every variable, of the posterior and of the prior."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from whyboard import registry
from whyboard.document.record import Record, is_variable
from whyboard.errors import WhyboardError
from whyboard.models.choice import refusals, remedies
from whyboard.models.factories import get_generative_model, get_posterior_model
from whyboard.models.option import check_options
from whyboard.solvers.solver import Progress
from whyboard.widget.results import Draws

_NUMBERS = 20_000_000
"""About as many drawn numbers are kept: large models get fewer draws."""
_MOST, _LEAST = 1000, 40
_SWEEPS = 240
"""So many points of a bound are drawn: a line has no more pixels."""
_PRIOR_ROWS = 16
"""Rows of the prior are alike but for their parents; a few of them give its shape."""
_SHARED_ROWS = 256
"""Up to so many rows the prior has those of the data, so that a gradient solver has compiled its program already."""


class Drawn(NamedTuple):
    """Draws by key. ``row``: the question row, if evidence asks about one. ``without_prior``: why there is no prior.

    ``method``: the one that was used. ``remark``: what it says of its answer.
    ``unfinished``: how far from its end it stopped, and what helps. ``bound``: what it climbed, by sweep.
    """

    draws: dict[str, Draws]
    method: str
    n_rows: int
    row: int | None
    converged: bool
    without_prior: str = ""
    remark: str = ""
    unfinished: str = ""
    bound: Sequence[tuple[int, float]] = ()


def draw(
    session: Any,
    method: str,
    options: Mapping[str, Any],
    report: Callable[[Any], None],
    stop: threading.Event,
) -> Drawn:
    """Solve and draw.

    Args:
        session: of the graph.
        method: a solver's name.
        options: ``seed``, and those of the method.
        report: called with the progress.
        stop: set to stop early.

    Raises:
        WhyboardError: the model, its data or its evidence cannot be solved this way.
    """
    own = {name: value for name, value in options.items() if name != "seed"}
    check_options(method, own)
    seed = int(options.get("seed", 0))
    graph = session.graph
    if method == "Forward":
        model: Any = get_generative_model(graph, seed=seed)
        session.model = model
    else:
        model = get_posterior_model(graph, method=method, seed=seed, progress=report, stop=stop, **own)
    report(Progress("drawing from the posterior", 0, None))
    posterior_draws = model.get_draws(_count(graph, model.n_data))
    report(Progress("drawing from the prior", 0, None))
    prior, without_prior = _prior_draws(graph, model.n_data, seed + 1)
    draws: dict[str, Draws] = {}
    for key, record in list(graph.document.snapshot().records.items()):
        node = model.node_of(key)
        if is_variable(record) and node is not None:
            drawn = _draws(record, model.categories_of(node), np.asarray(posterior_draws[node]), prior(key))
            draws[key] = replace(drawn, accuracy=model.solver.accuracy(node))
    return Drawn(
        draws=draws,
        method=model.method,
        n_rows=model.n_data,
        row=model.question_row,
        converged=model.converged,
        without_prior=without_prior,
        remark=model.remark,
        unfinished=model.solver.unfinished(),
        bound=thinned(model.solver.climbed()),
    )


def thinned(bound: Sequence[float]) -> list[tuple[int, float]]:
    """The number of a sweep and the bound after it, for at most `_SWEEPS` sweeps evenly apart and the last one."""
    if not len(bound):
        return []
    places = np.unique(np.linspace(0, len(bound) - 1, min(len(bound), _SWEEPS)).round().astype(int))
    return [(int(place) + 1, float(bound[place])) for place in places if np.isfinite(bound[place])]


def _draws(record: Record, categories: int | None, posterior: np.ndarray, prior: np.ndarray | None) -> Draws:
    """Draws with what their values are: as the distribution says, and of data alone as their labels do."""
    law = registry.law_of(record["distribution"], record.get("settings"))
    truth = record["dtype"] == "bool" or (categories is not None and "bool" in law.dtypes)
    labels = record.get("labels")
    if law.data_only and record["dtype"] == "int" and isinstance(labels, list):
        categories = len(labels) or None
    return Draws(
        posterior,
        prior,
        dynamic=record["kind"] == "Variable",
        form="parts" if truth or law.support == "simplex" else "numbers" if categories is None else "categories",
        categories=0 if truth else categories or 0,
        whole=record["dtype"] != "float",
    )


class Refused(NamedTuple):
    """By method, why it cannot take the model with its data, and options with which it can."""

    why: dict[str, str]
    remedies: dict[str, dict[str, Any]]


def refused(handle: Any) -> Refused:
    """The methods that cannot take the model; none while the data themselves are wrong."""
    try:
        graph = handle.session.graph
        why = refusals(graph)
        return Refused(why, remedies(graph, None, refused=why))
    except WhyboardError:
        return Refused({}, {})


def alternatives(handle: Any, method: str) -> str:
    """Which methods take a model that this one cannot take, as a sentence; empty if it can, or if none does."""
    found = refused(handle).why
    if method not in found:
        return ""
    labels = [registry.solvers[one].label for one in sorted(registry.solvers) if one not in found]
    if not labels:
        return ""
    named = " or ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))
    return f"Choose {named} instead."


def _prior_draws(graph: Any, rows: int, seed: int) -> tuple[Callable[[str], np.ndarray | None], str]:
    """The prior by key, or why it has no draws: it allows what data rule out, has factors or is no distribution."""
    rows = rows if rows <= _SHARED_ROWS else _PRIOR_ROWS
    try:
        prior = get_generative_model(graph, {}, n_data=rows, seed=seed)
        drawn = prior.get_draws(_count(graph, prior.n_data))
    except WhyboardError as error:
        # What could be done instead is no matter of the posterior, which is there.
        why, _, _ = str(error).partition(". ")
        return lambda _key: None, f"{why.rstrip('.')}."

    def of(key: str) -> np.ndarray | None:
        node = prior.node_of(key)
        if node is None or node not in drawn:
            return None
        found = np.asarray(drawn[node])
        return found if prior.program.structure[node].static else found[:, :_PRIOR_ROWS]

    return of, ""


def _count(graph: Any, rows: int) -> int:
    """How many draws a model of this size gets."""
    size = 0
    for record in graph.document.snapshot().records.values():
        if is_variable(record):
            size += int(np.prod(record["shape"], dtype=int)) * (rows if record["kind"] == "Variable" else 1)
    return int(np.clip(_NUMBERS // max(size, 1), _LEAST, _MOST))
