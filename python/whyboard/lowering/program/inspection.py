"""What an outcome says about its model: data without a density, and values made with impossible parameters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from whyboard import registry
from whyboard.errors import ParameterError, SupportError
from whyboard.lowering.network import Apply, Leaf, Term
from whyboard.lowering.program.program import Outcome, Program
from whyboard.lowering.program.tables import Tables
from whyboard.precision import double_precision


def check_density(program: Program, outcome: Outcome) -> None:
    """Refuse data without a finite density, of one noise.

    Raises:
        ParameterError: if that is so because of a parameter outside its domain; names it and what it comes from.
        SupportError: names the variable and the first such value.
    """
    if np.isfinite(outcome.energies):
        return
    for index, term in enumerate(program.nodes(outcome.densities)):
        bad = ~np.isfinite(term)
        if not bad.any():
            continue
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        place = _place(program, index, where)
        fault = _impossible(program, outcome.values, index, where)
        if fault is not None:
            raise ParameterError(
                f"The {fault.name} of {place} is {fault.got}, where there is no density. "
                f"Expected {fault.expected}. {fault.advice}"
            )
        if program.known[index][where]:
            spec = program.structure[index]
            raise SupportError(
                f"The value {program.data(index)[where]:.6g} in {'' if spec.static else f'row {where[0]} of '}"
                f"'{program.network.paths[index]}' has no finite log density under {spec.distribution}. "
                "Check the data, or choose a distribution whose support holds it."
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
            values = Tables(outcome.values.static[draw], outcome.values.dynamic[draw])
            fault = _impossible(program, values, index, where, edge=True)
            assert fault is not None
            raise ParameterError(
                f"The {fault.name} of {_place(program, index, where)} became {fault.got} in a draw. "
                f"Expected {fault.expected}. {fault.advice}"
            )


class _Fault(NamedTuple):
    """A parameter outside its domain: its name, what it was, what it should be, and what to do."""

    name: str
    got: str
    expected: str
    advice: str


def _impossible(
    program: Program, values: Tables, index: int, where: Sequence[int], *, edge: bool = False
) -> _Fault | None:
    """The first parameter of a variable that left its domain in one row; with ``edge``, its edge counts to it."""
    spec = program.structure[index]
    row = 0 if spec.static else where[0]
    domains = {each.name: each for each in spec.law.parameters}
    for name, term in spec.parameters:
        domain = domains[name]
        found = np.asarray(_value(program, term, values, row))
        inside = np.broadcast_to(domain.admits(found) if edge else domain.inside(found), found.shape)
        if not inside.all():
            # A simplex is judged as a whole, every other parameter by element.
            got = str(found.tolist()) if domain.event_ndim else f"{found[~inside][0]:.6g}"
            return _Fault(name, got, domain.expected, _advice(program, term, domain))
    return None


def _place(program: Program, index: int, where: Sequence[int]) -> str:
    path = f"'{program.network.paths[index]}'"
    return path if program.structure[index].static else f"{path} in row {where[0]}"


def _advice(program: Program, term: Term, domain: Any) -> str:
    """What to do about a parameter: a variable that is one may have another distribution, or other data."""
    causes = [f"'{program.network.paths[node]}'" for node in _leaves(term)]
    if isinstance(term, Leaf):
        (cause,) = causes
        if program.known[term.node].all():
            return f"It is {cause}: check its data."
        if domain.remedy is not None:
            return f"It is {cause}. Give {cause} a distribution of {domain.expected}, {domain.remedy}."
    origin = f"It is computed from {' and '.join(causes)}. " if causes else ""
    return (
        f"{origin}Compute it by a function with that range, as exp or sigmoid are, or give its causes other "
        "distributions."
    )


def _leaves(term: Term) -> list[int]:
    """The variables in a parameter, in the order of its formula."""
    if isinstance(term, Leaf):
        return [term.node]
    if isinstance(term, Apply):
        return list(dict.fromkeys(node for operand in term.operands for node in _leaves(operand)))
    return []


def _value(program: Program, term: Term, values: Tables, row: int) -> Any:
    """A parameter in one row."""
    if isinstance(term, Leaf):
        found = program.typed(program.node(values, term.node), term.node)
        return found if program.structure[term.node].static else found[row]
    if not isinstance(term, Apply):
        return program.network.constants[term.slot]
    settings = json.loads(term.settings)
    if term.kind == "TimeIndex":
        return program.timeline.index[row]
    if term.kind == "TimeShift":
        return _earlier(program, term, -settings["shift"], values, row)
    operands = [_value(program, each, values, row) for each in term.operands]
    with double_precision():
        return registry.operators[term.kind].evaluate(operands, settings)


def _earlier(program: Program, term: Apply, shift: int, values: Tables, row: int) -> Any:
    operand, initial = term.operands
    before = int(program.timeline.earlier(shift)[row])
    if before >= 0:
        return _value(program, operand, values, before)
    shape = np.shape(_value(program, operand, values, row))
    start = np.asarray(_value(program, initial, values, row))
    return np.broadcast_to(start, (shift, *shape))[program.timeline.index[row]]
