"""What was learned, as a graph: static variables of a copy carry their posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from whyboard.distributions.bijection import BIJECTIONS
from whyboard.graph import math
from whyboard.graph.copying import cut_out, instantiate
from whyboard.graph.graph import Graph
from whyboard.graph.static_variable import StaticVariable
from whyboard.precision import double_precision
from whyboard.solvers.solver import Multiple

if TYPE_CHECKING:
    from whyboard.models.model import Model

INDEPENDENT = 1e-9
"""Correlations below this are rounding."""


class Learned(NamedTuple):
    """A static variable in coordinates in which its posterior is normal.

    ``link`` is ``"identity"``, ``"log"`` or ``"logit"`` (between ``low`` and ``high``), or the name of a set of vectors
    (see `BIJECTIONS`); ``changes`` are independent directions of one standard deviation, ``(directions, size)``.
    """

    node: int
    key: str
    link: str
    center: np.ndarray
    changes: np.ndarray
    low: np.ndarray
    high: np.ndarray


def posterior_graph(model: Model, name: str | None) -> Graph:
    """See `PosteriorModel.get_posterior_graph`."""
    solver, program = model.solver, model.program
    nodes = [
        index
        for index, spec in enumerate(program.structure)
        if spec.static
        and program.relevant[index].any()
        and not _is_function(spec.law)
        and index not in program.network.hidden
    ]
    belief = solver.static_belief()
    learned = [
        _learned(model, index, belief.mode[index], belief.changes[index], belief.bounds[index])
        for index in nodes
        if index not in belief.exact
    ]
    table = model.snapshot.table
    extract = cut_out(table, model.snapshot.values, model.root)
    made = instantiate(extract, name or table.records[model.root]["name"], strict=False, origin=None)
    assert isinstance(made, Graph)
    _drop_static_factors(made, model)
    for index, spec in enumerate(program.structure):
        if spec.static and program.known[index].all() and not _is_function(spec.law):
            _fix(_twin(made, model, program.network.keys[index]), belief.mode[index], spec.dtype)
    for index, (distribution, parameters) in belief.exact.items():
        if index in program.network.hidden:
            continue
        twin = _twin(made, model, program.network.keys[index])
        _clear(twin, distribution)
        for parameter, value in parameters.items():
            if isinstance(value, Multiple):
                factor = value.factor.tolist()
                setattr(twin, parameter, factor * _twin(made, model, program.network.keys[value.node]))
            else:
                setattr(twin, parameter, value.tolist())
    for each in (each for each in learned if not each.changes.any()):
        # Known without any doubt, as a mode is.
        spec = program.structure[each.node]
        _fix(_twin(made, model, each.key), belief.mode[each.node], spec.dtype)
    for group in _connected([each for each in learned if each.changes.any()]):
        twins = [_twin(made, model, each.key) for each in group]
        if len(group) == 1 and group[0].link in ("identity", "log") and _is_diagonal(group[0]):
            node = group[0].node
            _set_alone(twins[0], group[0], model.moments.mean[node], model.moments.variance[node])
        else:
            _set_together(made, twins, group)
    return made


def _drop_static_factors(made: Graph, model: Model) -> None:
    """What a factor says of static variables is in what was learned of them."""
    program = model.program
    for key, spec in zip(program.network.keys, program.structure, strict=True):
        if spec.law.undirected and spec.static:
            _twin(made, model, key).delete()


def _is_function(law: Any) -> bool:
    return law.deterministic or law.data_only or law.undirected


def _learned(
    model: Model, index: int, mode: np.ndarray, changes: np.ndarray, bounds: tuple[np.ndarray, np.ndarray]
) -> Learned:
    low, high = bounds
    value, flat = mode.ravel(), changes.reshape(len(changes), mode.size)
    key = model.program.network.keys[index]
    law = model.program.structure[index].law
    if law.event_ndim and law.support != "real":
        coordinates = BIJECTIONS[law.support].coordinates
        with double_precision():
            center, slope = jax.linearize(coordinates, jnp.asarray(mode))
            moved = np.asarray(jax.vmap(slope)(jnp.asarray(changes)))
        return Learned(index, key, law.support, np.ravel(center), moved.reshape(flat.shape), low, high)
    if np.isfinite(low).all() and np.isfinite(high).all():
        share = (value - low) / (high - low)
        slope = 1 / ((high - low) * share * (1 - share))
        return Learned(index, key, "logit", np.log(share / (1 - share)), flat * slope, low, high)
    if (low == 0).all():
        return Learned(index, key, "log", np.log(value), flat / value, low, high)
    return Learned(index, key, "identity", value, flat, low, high)


def _connected(learned: list[Learned]) -> list[list[Learned]]:
    """Groups of variables that vary together."""
    norms = [np.maximum(np.linalg.norm(each.changes, axis=0), np.finfo(float).tiny) for each in learned]
    groups: list[list[int]] = []
    for place, each in enumerate(learned):
        touching = [
            group
            for group in groups
            if any(
                np.abs((each.changes / norms[place]).T @ (learned[other].changes / norms[other])).max(initial=0.0)
                > INDEPENDENT
                for other in group
            )
        ]
        groups = [group for group in groups if group not in touching]
        groups.append(sorted([place, *(other for group in touching for other in group)]))
    return [[learned[place] for place in group] for group in sorted(groups)]


def _is_diagonal(each: Learned) -> bool:
    covariance = each.changes.T @ each.changes
    scales = np.sqrt(np.maximum(np.diag(covariance), np.finfo(float).tiny))
    off = covariance / scales / scales[:, None] - np.eye(len(scales))
    return bool(np.diag(covariance).all()) and np.abs(off).max(initial=0.0) <= INDEPENDENT


def _twin(made: Graph, model: Model, key: str) -> Any:
    records = model.snapshot.table.records
    names: list[str] = []
    while key != model.root:
        names.append(records[key]["name"])
        key = records[key]["scope"]
    twin: Any = made
    for each in reversed(names):
        twin = twin[each]
    return twin


def _clear(variable: Any, distribution: str) -> None:
    for name in list(variable.record.get("parameters", {})):
        setattr(variable, name, None)
    variable.distribution = distribution


def _fix(variable: Any, value: np.ndarray, dtype: str) -> None:
    _clear(variable, "DiracDistribution")
    variable.mean = value.astype({"float": np.float64, "int": np.int64, "bool": np.bool_}[dtype]).tolist()


def _set_alone(variable: Any, each: Learned, mean: np.ndarray, variance: np.ndarray) -> None:
    """Exact for variables that were normal or log-normal; others get the family of their support with their moments."""
    center, width = each.center, np.linalg.norm(each.changes, axis=0)
    before = variable.record["distribution"]
    if each.link == "log" and before != "LogNormalDistribution":
        width = np.sqrt(np.log1p(variance.ravel() / mean.ravel() ** 2))
        center = np.log(mean.ravel()) - width**2 / 2
    elif each.link == "identity" and before != "NormalDistribution":
        center, width = mean, np.sqrt(variance)
    center, width = center.reshape(variable.shape).tolist(), width.reshape(variable.shape).tolist()
    if each.link == "log":
        _clear(variable, "LogNormalDistribution")
        variable.mean_log = center
        variable.standard_deviation_log = width
    else:
        _clear(variable, "NormalDistribution")
        variable.mean = center
        variable.standard_deviation = width


def _set_together(made: Graph, variables: list[Any], group: list[Learned]) -> None:
    changes = np.concatenate([each.changes for each in group], axis=1)
    # The triangular factor of a QR decomposition needs no covariance, so that it also stands sharp directions.
    triangle: np.ndarray = np.linalg.qr(changes, mode="r")  # type: ignore[assignment]
    factor = triangle.T
    with made:
        names = {*made.children}
        title = next(
            title for title in ("posterior", *(f"posterior_{n}" for n in range(1, 10_000))) if title not in names
        )
        driver = StaticVariable(
            title, shape=(factor.shape[1],), description="What was learned, in whitened coordinates"
        )
    start = 0
    for variable, each in zip(variables, group, strict=True):
        rows = factor[start : start + len(each.center)]
        start += len(each.center)
        _clear(variable, "DiracDistribution")
        with variable.scope:
            variable.mean = _expression(variable.shape, each, rows, driver)


def _expression(shape: tuple[int, ...], each: Learned, rows: np.ndarray, driver: Any) -> Any:
    if shape == ():
        found = math.dot(rows[0], driver) + float(each.center[0])
    else:
        found = math.reshape(math.matmul(rows, driver), shape) + each.center.reshape(shape)
    if each.link == "log":
        return math.exp(found)
    if each.link == "simplex":
        return math.softmax(found)
    if each.link == "ordered":
        first = np.arange(shape[-1]) == 0
        return math.cumsum(math.where(first, found, math.exp(found)), axis=-1)
    if each.link == "positive_definite":
        diagonal, below = np.eye(shape[-1], dtype=bool), np.tri(shape[-1], k=-1)
        root = math.where(diagonal, math.exp(found * diagonal), found * below)
        return math.matmul(root, math.transpose(root, (*range(len(shape) - 2), len(shape) - 1, len(shape) - 2)))
    if each.link == "logit":
        low, width = each.low.reshape(shape), (each.high - each.low).reshape(shape)
        return math.sigmoid(found) * width + low
    return found
