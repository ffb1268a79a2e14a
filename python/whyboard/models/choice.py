"""Which method takes a graph: why one cannot, and the one that ``"auto"`` stands for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from whyboard import registry
from whyboard.errors import DataError, SolverError, WhyboardError
from whyboard.graph.graph import Graph
from whyboard.lowering.terms import leaves
from whyboard.models.option import refuse_without_method
from whyboard.models.posterior import MAPFisherModel, PosteriorModel, VMPModel, model_class
from whyboard.solvers.advice import without_advice

LOCATIONS = frozenset({"mean", "mean_log", "center", "location"})


def refusal(model: PosteriorModel) -> str:
    """Why the method of a model cannot take its graph, as far as is known before anything is compiled; else empty."""
    try:
        return _refusal(model)
    except WhyboardError as error:
        return str(error)


def _refusal(model: PosteriorModel) -> str:
    """`refusal`, where data that are wrong for every method end the search.

    Raises:
        DataError: names them.
    """
    kind: Any = registry.solvers[model.method]
    try:
        kind.refuse(model.program, **model.options)
    except DataError:
        raise
    except WhyboardError as error:
        return str(error)
    return ""


def refusals(graph: Graph, data: Any = None, n_data: int | None = None) -> dict[str, str]:
    """By method, why it cannot take a graph with these data; the methods that can are absent.

    Raises:
        WhyboardError: the graph and its data are wrong for every method.
    """
    found = {method: refusal(model_class(method)(graph, data, n_data)) for method in registry.solvers}
    return {method: why for method, why in found.items() if why}


def remedies(
    graph: Graph, data: Any = None, n_data: int | None = None, *, refused: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """By refused method, the first options with which it can take the graph; absent if there are none.

    Raises:
        WhyboardError: the graph and its data are wrong for every method.
    """
    found: dict[str, dict[str, Any]] = {}
    for method in refused:
        tried = (dict(options) for options in registry.solvers[method].remedies)
        taken = (each for each in tried if not refusal(model_class(method)(graph, data, n_data, 0, each)))
        if (first := next(taken, None)) is not None:
            found[method] = first
    return found


def automatic(graph: Graph, data: Any, n_data: int | None, seed: int, options: dict[str, Any]) -> PosteriorModel:
    """The first model of these that is possible: exact by conjugacy, of normal noise, of conjugate updates, of others.

    Conjugate updates come before normal noise where the spread of something unknown is unknown too: the mode of both
    together overstates such a spread.

    Raises:
        SolverError: none is, and why.
    """
    refuse_without_method(options)
    fisher = MAPFisherModel(graph, data, n_data, seed, options)
    if _one_unknown(fisher):
        exact = VMPModel(graph, data, n_data, seed, options)
        # A mixture with weights has one more, its selector.
        if _one_unknown(exact) and not refusal(exact):
            exact.choice = "VMP was chosen: one cause is unknown and its prior is conjugate, so its belief is exact."
            return exact
    if (spread := _unknown_spread(fisher)) is not None:
        closed = VMPModel(graph, data, n_data, seed, options)
        if not refusal(closed):
            closed.choice = (
                f"VMP was chosen: all updates have a closed form, and '{spread}' is unknown and so is its spread, "
                "which the mode of both overstates."
            )
            return closed
    fisher.choice = "MAPFisher was chosen: it takes every graph whose unknown causes are continuous."
    why = _refusal(fisher)
    if not why:
        return fisher
    passing = VMPModel(graph, data, n_data, seed, options)
    other = refusal(passing)
    if not other:
        passing.choice = f"VMP was chosen: all updates have a closed form, and MAPFisher does not work here. {why}"
        return passing
    mixed = VMPModel(graph, data, n_data, seed, {**options, "mixed": True})
    if not refusal(mixed):
        mixed.choice = f"VMP with mixed=True was chosen, since nothing simpler works. {why} {without_advice(other)}"
        return mixed
    raise SolverError(f"{why} Message passing does not work either. {other}")


def _one_unknown(model: PosteriorModel) -> bool:
    """Whether a single variable is to be inferred, has a prior, and nothing else is computed from it."""
    program = model.program
    unknown = [
        spec.law
        for spec, relevant in zip(program.structure, program.relevant, strict=True)
        if spec.law.deterministic or (relevant.any() and not spec.law.undirected)
    ]
    return len(unknown) == 1 and unknown[0].proper and not unknown[0].deterministic


def _unknown_spread(model: PosteriorModel) -> str | None:
    """The path of an unknown variable whose distribution has an unknown parameter that is not its location."""
    program = model.program
    uncertain = {index for index, relevant in enumerate(program.relevant) if relevant.any()}
    for index in sorted(uncertain):
        spec = program.structure[index]
        spreads = [term for name, term in spec.parameters if name not in LOCATIONS]
        if not spec.law.undirected and any(uncertain & leaves(term) for term in spreads):
            return program.network.paths[index]
    return None
