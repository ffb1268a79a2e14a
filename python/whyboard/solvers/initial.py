"""The state from which messages are passed: what is given, and what variables are where nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from whyboard.distributions.distribution import Parameter
from whyboard.errors import SolverError
from whyboard.lowering.potential.potential import Arguments, Potential
from whyboard.lowering.potential.quadrature import joins_elements
from whyboard.lowering.program import Program
from whyboard.precision import double_precision
from whyboard.solvers.belief import State
from whyboard.solvers.bent_belief import coordinates_of
from whyboard.solvers.medians import medians
from whyboard.solvers.stacks import planned
from whyboard.solvers.starts import started

Initial = Mapping[int, np.ndarray | str]
"""By node, a value or the name of a way to start."""


def initial_state(
    program: Program, potential: Potential, arguments: Arguments, initial: Initial | str | None, seed: int
) -> State:
    """Values that are given, draws for what would else stay symmetric, priors for the rest.

    Args:
        program: for shapes and laws.
        potential: the variables.
        arguments: its numbers.
        initial: by node or for all, a value, ``"prior"`` or ``"random"``.
        seed: for draws.

    Raises:
        SolverError: if what is given is none of these, or no value of its variable.
    """
    equal = symmetric(potential)
    wanted = initial if isinstance(initial, Mapping) else {}
    default = initial if isinstance(initial, str) else None
    starts: list[str] = []
    values: dict[int, np.ndarray] = {}
    for latent in potential.latents:
        usual = "prior" if equal.isdisjoint(latent.nodes) else "random"
        given = {each: wanted.get(each, default or usual) for each in latent.nodes}
        start = next((each for node, each in given.items() if node in wanted), default or usual)
        if latent.parts and not isinstance(start, str):
            raise SolverError(
                f"initial gives a value to '{program.network.paths[latent.node]}', which has one belief with "
                "its precision. Expected 'prior' or 'random' for it."
            )
        begun = {node: _begun_at(program, potential, node, each, seed) for node, each in given.items()}
        known = {node: coordinates_of(program, latent, each) for node, each in begun.items() if each is not None}
        if known:
            # What has one belief with what starts at a value starts where its prior is.
            rest = {node: np.full(program.relevant[node].shape, np.nan) for node in latent.nodes}
            values[latent.node] = latent.stored({**rest, **known}, arguments.rows)
        starts.append("value" if known else str(start))
    with double_precision():
        middles = medians(program, potential, arguments)
        plan = planned(potential, (), arguments)
        numbers = plan.numbers(arguments)
        return plan.by_node(started(plan, tuple(starts), numbers, values, np.asarray(seed, np.int64), middles))


def symmetric(potential: Potential) -> set[int]:
    """Variables that select, and those that are multiplied with others: equals would stay equal."""
    found: set[int] = set()
    for image in potential.images:
        found |= image.bases if joins_elements(image) else set()
    for factor in potential.factors:
        found |= {choice.read.node for choice in factor.choices}
        for slot in factor.slots:
            for monomial in slot.form.monomials:
                nodes = {read.node for read in monomial.reads if read.power == 1}
                found |= nodes if len(nodes) > 1 and slot.name in ("x", "mean") else set()
    return found


def _begun_at(program: Program, potential: Potential, node: int, value: Any, seed: int) -> np.ndarray | None:
    """The value at which a variable starts, in its own shape; None if its prior tells it."""
    shape, law = program.relevant[node].shape, program.structure[node].law
    if isinstance(value, str):
        if value not in ("prior", "random"):
            raise SolverError(f"initial got {value!r}. Expected 'prior', 'random' or a value by variable.")
        # There is nothing to draw from.
        search = value == "random" and not law.proper
        return law.start(np.random.default_rng((seed, node)), shape) if search else None
    path, latent = program.network.paths[node], potential.latent(node)
    family = latent.family
    given = np.asarray(value)
    try:
        found = np.broadcast_to(given, shape)
    except ValueError:
        raise SolverError(f"initial of '{path}' got shape {given.shape}. Expected {shape}.") from None
    support = family.support if latent.coordinate is None else latent.coordinate.support
    domain = Parameter("initial", domain=support)  # type: ignore[arg-type]
    # Of vectors and matrices a family says no more than this.
    if family.value_dims == () and not domain.contains(found):
        raise SolverError(f"initial of '{path}' got {given.tolist()}. Expected {domain.expected}.")
    return found
