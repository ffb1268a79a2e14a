"""What an outcome says about its model: data without a density, and values made with impossible parameters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.errors import ParameterError, SupportError
from whyboard.lowering.network import Apply, Leaf, Term
from whyboard.lowering.precision import double_precision
from whyboard.lowering.program import Outcome, Program


def check_density(program: Program, outcome: Outcome) -> None:
    """Refuse data without a finite density, of one noise.

    Raises:
        SupportError: names the variable and the first such value.
    """
    if np.isfinite(outcome.energies):
        return
    for index, term in enumerate(program.nodes(outcome.densities)):
        bad = ~np.isfinite(term) & program.known[index]
        if bad.any():
            where = tuple(int(i) for i in np.argwhere(bad)[0])
            spec = program.structure[index]
            row = "" if spec.static else f"row {where[0]} of "
            raise SupportError(
                f"The value {program.data(index)[where]:.6g} in {row}'{program.network.paths[index]}' has no finite "
                f"log density under {spec.distribution}. Check the data, or choose a distribution whose support "
                "holds it."
            )


def check_parameters(program: Program, outcome: Outcome) -> None:
    """Refuse values that were drawn with parameters outside their domains, of several noises.

    Raises:
        ParameterError: names the first such variable, the row, the parameter and what it was.
    """
    for index, term in enumerate(program.nodes(outcome.densities)):
        bad = np.isnan(term) & ~program.known[index]
        if bad.any():
            draw, *where = (int(i) for i in np.argwhere(bad)[0])
            raise _impossible(program, outcome, index, draw, where)


def _impossible(program: Program, outcome: Outcome, index: int, draw: int, where: list[int]) -> ParameterError:
    spec = program.structure[index]
    row = None if spec.static else where[0]

    def leaf(node: int) -> np.ndarray:
        values = program.typed(program.node(outcome.values, node)[draw], node)
        return values if program.structure[node].static else values[row]

    domains = {each.name: each for each in registry.distributions[spec.distribution].parameters}
    place = f"'{program.network.paths[index]}'" + ("" if row is None else f" in row {row}")
    for name, term in spec.parameters:
        values = np.asarray(_value(program, term, leaf))
        inside = np.broadcast_to(domains[name].admits(values), values.shape)
        if not inside.all():
            # A simplex is judged as a whole, every other parameter by element.
            got = values.tolist() if domains[name].event_ndim else f"{values[~inside][0]:.6g}"
            return ParameterError(
                f"The {name} of {place} became {got} in a draw. Expected {domains[name].expected}. "
                "Compute it by a function with that range, as exp or sigmoid are, or give its causes other "
                "distributions."
            )
    raise AssertionError(place)


def _value(program: Program, term: Term, leaf: Callable[[int], np.ndarray]) -> Any:
    """A parameter in one row."""
    if isinstance(term, Leaf):
        return leaf(term.node)
    if isinstance(term, Apply):
        operands = [_value(program, each, leaf) for each in term.operands]
        with double_precision():
            return registry.operators[term.kind].evaluate(operands, json.loads(term.settings))
    return program.network.constants[term.slot]
