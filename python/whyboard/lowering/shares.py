"""Shares that are computed from several variables: whether they sum to one, whatever these are.

A density of categories divides by that sum, so nothing else would notice that it is not one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.errors import ParameterError, WhyboardError
from whyboard.lowering.network import Apply, Leaf, Network, Term
from whyboard.precision import double_precision

CLOSE = 1e-6


def check_shares(network: Network, values: Mapping[int, np.ndarray]) -> None:
    """Refuse shares that need not sum to one, such as ``stack([p, q])`` of two free probabilities.

    They are computed once, at values that the variables behind them may have.

    Args:
        network: the graph.
        values: by node, one value of what is known.

    Raises:
        ParameterError: names the variable, what its shares come from and what they sum to.
    """
    for node, spec in enumerate(network.structure):
        for parameter in spec.law.parameters:
            term = dict(spec.parameters).get(parameter.name)
            if term is not None and parameter.domain == "simplex" and _is_computed(network, term):
                _check(network, values, (node, parameter.name), term)


def _is_computed(network: Network, term: Term) -> bool:
    return isinstance(term, Apply) or (isinstance(term, Leaf) and network.structure[term.node].law.deterministic)


def _check(network: Network, values: Mapping[int, np.ndarray], place: tuple[int, str], term: Term) -> None:
    example = _Example(network, values)
    try:
        with double_precision():
            total = np.asarray(example.value(term), float).sum(axis=-1)
    except (_UnknownRange, WhyboardError):
        return
    wrong = np.abs(total - 1) > CLOSE
    if not wrong.any() or not example.drawn:
        return
    node, name = place
    causes = " and ".join(f"'{network.paths[each]}'" for each in example.drawn)
    raise ParameterError(
        f"The {name} of '{network.paths[node]}' are computed from {causes} and need not sum to 1: at values that these "
        f"may have, they sum to {total[wrong].ravel()[0]:.3g}. Expected shares that do. Give all of them one "
        "DirichletDistribution, take softmax() of real numbers, or write one as what the others leave, as in "
        "stack([p, 1 - p])."
    )


class _UnknownRange(Exception):
    """No value of a variable is known to have a density."""


class _Example:
    """One value of each variable that is asked for, ``drawn`` if it is not known."""

    def __init__(self, network: Network, values: Mapping[int, np.ndarray]) -> None:
        self.network = network
        self.drawn: list[int] = []
        self._values = dict(values)
        self._random = np.random.default_rng(0)

    def value(self, term: Term) -> Any:
        """A parameter in one row; of an earlier row, what any row may be."""
        if isinstance(term, Leaf):
            if term.node not in self._values:
                self._values[term.node] = self._draw(term.node)
            return self._values[term.node]
        if not isinstance(term, Apply):
            return self.network.constants[term.slot]
        if term.kind == "TimeIndex":
            return 1
        if term.kind == "TimeShift":
            return self.value(term.operands[0])
        operator: Any = registry.operators[term.kind]
        return operator.evaluate([self.value(each) for each in term.operands], json.loads(term.settings))

    def _draw(self, node: int) -> np.ndarray:
        spec = self.network.structure[node]
        law: Any = spec.law
        if law.deterministic:
            return np.broadcast_to(self.value(dict(spec.parameters)["mean"]), spec.shape)
        if "float" not in law.dtypes:
            return np.zeros(spec.shape, int)
        self.drawn.append(node)
        normal = self._random.standard_normal(spec.shape)
        if law.event_ndim:
            # Other laws of vectors may be those of shares and not say so.
            if law.support != "simplex":
                raise _UnknownRange
            weights = np.exp(normal)
            return weights / weights.sum(axis=-1, keepdims=True)
        # Of a variable whose range depends on parameters, nothing is said.
        unit = dict.fromkeys(law.canonical_names, 1.0)
        for draws in (normal, np.exp(normal), self._random.uniform(size=spec.shape)):
            if np.asarray(law.in_support(draws, **unit)).all():
                return draws
        raise _UnknownRange
