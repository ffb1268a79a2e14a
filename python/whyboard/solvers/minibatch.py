"""Stochastic message passing: beliefs about static variables take steps along natural gradients of batches of rows.

Source: Hoffman, Blei, Wang, Paisley (2013), Stochastic variational inference.
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import SolverError
from whyboard.lowering.network import Apply
from whyboard.lowering.potential.potential import Arguments, Latent, Potential
from whyboard.lowering.program import Program
from whyboard.precision import as_program
from whyboard.solvers import belief
from whyboard.solvers.belief import State, Step

LOCAL_SWEEPS = 100
"""At most so many updates of what belongs to the rows of a batch, before static variables take a step."""


class Schedule(NamedTuple):
    """How rows are taken: ``size`` at a time, with steps of ``(t + delay) ** -forgetting``."""

    size: int
    delay: float
    forgetting: float

    def rates(self, first: int, count: int) -> np.ndarray:
        """The sizes of ``count`` steps, the first of which is number ``first`` (from 0)."""
        return (np.arange(first, first + count) + 1.0 + self.delay) ** -self.forgetting

    def batches(self, rows: int, random: np.random.Generator | None) -> np.ndarray:
        """``(steps, size)``: every row once, in random order or as they stand.

        The last batch is filled up: a random one with rows of the first, or few rows would stand for all of them, else
        with the number ``rows``, which is none of them.
        """
        order = np.arange(rows) if random is None else random.permutation(rows)
        steps = -(-rows // self.size)
        missing = steps * self.size - rows
        filling = np.full(missing, rows) if random is None else order[:missing]
        return np.append(order, filling).reshape(steps, self.size)


def checked(program: Program, potential: Potential, size: int, delay: float, forgetting: float) -> Schedule:
    """A schedule for a program.

    Raises:
        SolverError: if there are fewer rows, or they depend on each other.
    """
    if size > program.n_data:
        raise SolverError(
            f"batch_size got {size!r}. Expected an integer from 1 to the {program.n_data} rows of the data."
        )
    for node, spec in enumerate(program.structure):
        single = [part for latent in potential.latents for part in latent.parts or (latent,)]
        layouts = [part.layout for part in single if node in part.nodes]
        coupled = any(0 in layout.block or layout.span for layout in layouts)
        if not spec.static and (coupled or any(_of_time(term) for _, term in spec.parameters)):
            raise SolverError(
                f"batch_size got {size}, but rows of '{program.network.paths[node]}' depend on each other or on their "
                "number, so they cannot be taken in batches. Leave batch_size out."
            )
    return Schedule(int(size), float(delay), float(forgetting))


def _of_time(term: Any) -> bool:
    return isinstance(term, Apply) and (term.kind.startswith("Time") or any(map(_of_time, term.operands)))


class Pass(NamedTuple):
    """Beliefs after a pass, and by node the terms of the bound after each step: of static variables, of its rows."""

    state: State
    static: dict[int, Array]
    rows: dict[int, Array]


@as_program(0, 1)
def begun(potential: Potential, order: tuple[int, ...], arguments: Arguments, state: State, rows: Array) -> State:
    """Static variables as the starts of these rows tell them, or what belongs to rows would forget where it started."""
    batch = _Batch(potential, order, arguments, rows)
    found = batch.stepped(batch.of(state), jnp.ones(()), jnp.ones(()))
    pairs = zip(state, found, strict=True)
    return State(*({**whole, **{node: some[node] for node in batch.shared}} for whole, some in pairs))


@as_program(0, 1)
def epoch(
    potential: Potential,
    order: tuple[int, ...],
    arguments: Arguments,
    state: State,
    batches: Array,
    rates: Array,
    numbers: tuple[Array, Array],
) -> Pass:
    """One pass over the data.

    Args:
        potential: of all rows.
        order: of the updates; what belongs to rows comes first.
        arguments: of the potential.
        state: beliefs about all rows and static variables.
        batches: ``(steps, size)``, from `Schedule.batches`.
        rates: ``(steps,)``; with 0, static variables stay, and only what belongs to rows is updated.
        numbers: the change of moments at which a batch's own beliefs are done, and the inverse temperature.
    """
    limit, temperature = numbers

    def step(state: State, inputs: tuple[Array, Array]) -> tuple[State, tuple[Any, Any]]:
        rows, rate = inputs
        batch = _Batch(potential, order, arguments, rows)
        found = batch.stepped(batch.settled(batch.of(state), limit, temperature), rate, temperature)
        terms = belief.bounds(batch.potential, batch.arguments, found)
        static = {node: term for node, term in terms.items() if potential.structure[node].static}
        dynamic = {node: term for node, term in terms.items() if not potential.structure[node].static}
        return batch.put_back(state, found), (static, dynamic)

    state, (static, dynamic) = jax.lax.scan(step, state, (batches, rates))
    return Pass(state, static, dynamic)


def _of_rows(latent: Latent, count: int) -> Latent:
    """The variables with so many rows."""
    layout = latent.layout._replace(sizes=(count, *latent.layout.sizes[1:]))
    return latent._replace(layout=layout, parts=tuple(_of_rows(part, count) for part in latent.parts))


class _Batch:
    """Some rows of the arguments; a row that is none counts for nothing."""

    def __init__(self, potential: Potential, order: tuple[int, ...], arguments: Arguments, rows: Array) -> None:
        self.static = [spec.static for spec in potential.structure]
        self.local = tuple(node for node in order if not self.static[node])
        self.shared = tuple(node for node in order if self.static[node])
        self.rows = rows
        self.total = next(
            (np.shape(value)[0] for value, static in zip(arguments.values, self.static, strict=True) if not static), 0
        )
        latents = tuple(each if self.static[each.node] else _of_rows(each, rows.shape[0]) for each in potential.latents)
        self.potential = dataclasses.replace(potential, latents=latents)
        self.arguments = self._arguments(arguments)

    def of(self, state: State) -> State:
        """The beliefs about these rows, and static variables."""
        return State(*({node: self._taken(tree, node) for node, tree in parts.items()} for parts in state))

    def put_back(self, state: State, found: State) -> State:
        """All beliefs, with those about these rows."""

        def put(node: int, whole: Any, some: Any) -> Any:
            if self.static[node]:
                return some
            return jax.tree.map(lambda a, b: a.at[self.rows].set(b, mode="drop"), whole, some)

        pairs = zip(state, found, strict=True)
        return State(*({node: put(node, whole[node], some[node]) for node in whole} for whole, some in pairs))

    def settled(self, state: State, limit: Array, temperature: Array) -> State:
        """What belongs to the rows, updated until its moments stay."""
        if not self.local:
            return state

        def going_on(carry: tuple[State, Array, Array]) -> Array:
            _, change, count = carry
            return (change > limit) & (count < LOCAL_SWEEPS)

        def update(carry: tuple[State, Array, Array]) -> tuple[State, Array, Array]:
            before, _, count = carry
            after = belief.updated(self.potential, self.local, self.arguments, before, Step(0.0, temperature))
            pairs = zip(
                *(jax.tree.leaves([each.moments[node] for node in self.local]) for each in (before, after)), strict=True
            )
            change = jnp.max(jnp.stack([jnp.max(jnp.abs(a - b) / (1 + jnp.abs(b))) for a, b in pairs]))
            return after, change, count + 1

        found, _, _ = jax.lax.while_loop(going_on, update, (state, jnp.asarray(jnp.inf), jnp.asarray(0)))
        return found

    def stepped(self, state: State, rate: Array, temperature: Array) -> State:
        """A step of the static variables, as if all rows were like these."""
        scale = self.total / (self.rows < self.total).sum()
        pairs = zip(self.static, self.arguments.weights, strict=True)
        weighted = self.arguments._replace(weights=tuple(w if static else scale * w for static, w in pairs))
        return belief.updated(self.potential, self.shared, weighted, state, Step(1 - rate, temperature))

    def _arguments(self, arguments: Arguments) -> Arguments:
        def counted(array: Array, node: int) -> Array:
            found = self._taken(array, node)
            mask = self.rows < self.total
            if self.static[node]:
                return found
            return jnp.where(mask.reshape((-1,) + (1,) * (found.ndim - 1)), found, jnp.zeros((), found.dtype))

        return arguments._replace(
            values=tuple(self._taken(each, node) for node, each in enumerate(arguments.values)),
            weights=tuple(counted(each, node) for node, each in enumerate(arguments.weights)),
            observed=tuple(counted(each, node) for node, each in enumerate(arguments.observed)),
            free={node: counted(each, node) for node, each in arguments.free.items()},
            given={node: self._taken(each, node) for node, each in arguments.given.items()},
        )

    def _taken(self, tree: Any, node: int) -> Any:
        if self.static[node]:
            return tree
        return jax.tree.map(lambda leaf: jnp.take(jnp.asarray(leaf), self.rows, axis=0, mode="clip"), tree)
