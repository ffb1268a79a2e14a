"""Stochastic message passing: beliefs about static variables take steps along natural gradients of batches of rows.

Source: Hoffman, Blei, Wang, Paisley (2013), Stochastic variational inference.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
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
from whyboard.solvers.belief import State, Step
from whyboard.solvers.rounds import bounds, updated
from whyboard.solvers.stacks import Alike, Numbers, Plan

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


def batched(potential: Potential, size: int) -> Potential:
    """The potential of so many rows."""

    def of_rows(latent: Latent) -> Latent:
        layout = latent.layout._replace(sizes=(size, *latent.layout.sizes[1:]))
        return latent._replace(layout=layout, parts=tuple(map(of_rows, latent.parts)))

    latents = (each if potential.structure[each.node].static else of_rows(each) for each in potential.latents)
    return dataclasses.replace(potential, latents=tuple(latents))


class Pass(NamedTuple):
    """Beliefs after a pass, and by nodes side by side the terms of the bound after each step, ``(steps, nodes)``."""

    state: State
    terms: dict[tuple[int, ...], Array]


@as_program(0)
def begun(plan: Plan, numbers: Numbers, state: State, rows: Array) -> State:
    """Static variables as the starts of these rows tell them, or what belongs to rows would forget where it started."""
    batch = _Batch(plan, numbers, rows)
    found = batch.stepped(batch.of(state), jnp.ones(()), jnp.ones(()))
    pairs = zip(state, found, strict=True)
    return State(*({**whole, **{each: some[each] for each in batch.shared}} for whole, some in pairs))


@as_program(0)
def epoch(
    plan: Plan, numbers: Numbers, state: State, batches: Array, rates: Array, given: tuple[Array | float, Array | float]
) -> Pass:
    """One pass over the data.

    Args:
        plan: of the potential of one batch; what belongs to rows is updated first.
        numbers: of the plan, with all rows.
        state: beliefs about all rows and static variables, by stack.
        batches: ``(steps, size)``, from `Schedule.batches`.
        rates: ``(steps,)``; with 0, static variables stay, and only what belongs to rows is updated.
        given: the change of moments at which a batch's own beliefs are done, and the inverse temperature.
    """

    def step(state: State, inputs: tuple[Array, Array]) -> tuple[State, Any]:
        return stepped(plan, numbers, state, *inputs, given)

    return Pass(*jax.lax.scan(step, state, (batches, rates)))


def stepped(
    plan: Plan,
    numbers: Numbers,
    state: State,
    rows: Array,
    rate: Array | float,
    given: tuple[Array | float, Array | float],
) -> tuple[State, dict[tuple[int, ...], Array]]:
    """One batch of a pass, see `epoch`: the beliefs after it, and the terms of its bound."""
    limit, temperature = given
    batch = _Batch(plan, numbers, rows)
    found = batch.stepped(batch.settled(batch.of(state), limit, temperature), rate, temperature)
    return batch.put_back(state, found), bounds(plan, batch.numbers, found)


class _Batch:
    """Some rows of the numbers; a row that is none counts for nothing."""

    def __init__(self, plan: Plan, numbers: Numbers, rows: Array) -> None:
        self.plan, self.rows = plan, rows
        self.static = [spec.static for spec in plan.potential.structure]
        # What is read in stacks alone is not read by node.
        self.kept = [static or node not in plan.mentioned for node, static in enumerate(self.static)]
        values = zip(numbers.arguments.values, self.static, strict=True)
        self.total = next((np.shape(value)[0] for value, static in values if not static), 0)
        self.local, self.shared = (
            [number for number, stack in enumerate(plan.stacks) if self.static[stack.latent.node] is static]
            for static in (False, True)
        )
        self.numbers = self._numbers(numbers)

    def of(self, state: State) -> State:
        """The beliefs about these rows, and static variables."""
        return State(
            *({number: self._taken(tree, *self._rows(number)) for number, tree in part.items()} for part in state)
        )

    def put_back(self, state: State, found: State) -> State:
        """All beliefs, with those about these rows."""

        def put(number: int, whole: Any, some: Any) -> Any:
            static, axis = self._rows(number)
            if static:
                return some
            at = (slice(None),) * axis + (self.rows,)
            return jax.tree.map(lambda a, b: a.at[at].set(b, mode="drop"), whole, some)

        pairs = zip(state, found, strict=True)
        return State(*({number: put(number, whole[number], some[number]) for number in whole} for whole, some in pairs))

    def settled(self, state: State, limit: Array | float, temperature: Array | float) -> State:
        """What belongs to the rows, updated until its moments stay."""
        if not self.local:
            return state

        def going_on(carry: tuple[State, Array, Array]) -> Array:
            _, change, count = carry
            return (change > limit) & (count < LOCAL_SWEEPS)

        def update(carry: tuple[State, Array, Array]) -> tuple[State, Array, Array]:
            before, _, count = carry
            after = updated(self._only(self.local), self.numbers, before, Step(0.0, temperature))
            pairs = zip(
                *(jax.tree.leaves([each.moments[number] for number in self.local]) for each in (before, after)),
                strict=True,
            )
            change = jnp.max(jnp.stack([jnp.max(jnp.abs(a - b) / (1 + jnp.abs(b))) for a, b in pairs]))
            return after, change, count + 1

        found, _, _ = jax.lax.while_loop(going_on, update, (state, jnp.asarray(jnp.inf), jnp.asarray(0)))
        return found

    def stepped(self, state: State, rate: Array | float, temperature: Array | float) -> State:
        """A step of the static variables, as if all rows were like these."""
        scale = self.total / (self.rows < self.total).sum()

        def scaled(arguments: Arguments, static: Sequence[bool]) -> Arguments:
            pairs = zip(static, arguments.weights, strict=True)
            return arguments._replace(weights=tuple(w if alone or w is None else scale * w for alone, w in pairs))

        alike = zip(self.plan.alike, self.numbers.factors, strict=True)
        numbers = self.numbers._replace(
            arguments=scaled(self.numbers.arguments, self.kept),
            factors=tuple(scaled(arguments, _static(each)) for each, arguments in alike),
        )
        return updated(self._only(self.shared), numbers, state, Step(1 - rate, temperature))

    def _only(self, stacks: Sequence[int]) -> Plan:
        """The turns of some stacks."""
        return dataclasses.replace(self.plan, turns=tuple(turn for turn in self.plan.turns if turn.stack in stacks))

    def _numbers(self, numbers: Numbers) -> Numbers:
        def of_rows(arguments: Arguments, static: Sequence[bool], axis: int) -> Arguments:
            """By node of a potential, or of several that are alike."""
            taken, *counted = (
                tuple(of(each, alone, axis) for each, alone in zip(part, static, strict=True))
                for of, part in (
                    (self._taken, arguments.values),
                    (self._counted, arguments.weights),
                    (self._counted, arguments.observed),
                )
            )
            return arguments._replace(values=taken, weights=counted[0], observed=counted[1])

        alike = zip(self.plan.alike, numbers.factors, strict=True)
        whole = of_rows(numbers.arguments, self.kept, 0)
        single = [stack.latent.node for stack in self.plan.stacks if len(stack.nodes) == 1]
        return Numbers(
            whole._replace(
                free={node: self._counted(whole.free[node], self.static[node], 0) for node in single},
                given={node: self._taken(whole.given[node], self.static[node], 0) for node in single},
            ),
            tuple(of_rows(arguments, _static(each), 1) for each, arguments in alike),
            {number: self._counted(each, *self._rows(number)) for number, each in numbers.free.items()},
            {number: self._taken(each, *self._rows(number)) for number, each in numbers.given.items()},
        )

    def _rows(self, number: int) -> tuple[bool, int]:
        """Whether a stack has no rows, and at which axis of its arrays they are."""
        stack = self.plan.stacks[number]
        return self.static[stack.latent.node], int(len(stack.nodes) > 1)

    def _taken(self, tree: Any, static: bool, axis: int) -> Any:
        if static:
            return tree
        return jax.tree.map(lambda leaf: jnp.take(jnp.asarray(leaf), self.rows, axis=axis, mode="clip"), tree)

    def _counted(self, array: Any, static: bool, axis: int) -> Any:
        """Without what rows that are none would count."""
        if static or array is None:
            return array
        found = self._taken(array, static, axis)
        mask = self.rows < self.total
        return jnp.where(mask.reshape((-1,) + (1,) * (found.ndim - axis - 1)), found, jnp.zeros((), found.dtype))


def _static(alike: Alike) -> list[bool]:
    return [spec.static for spec in alike.potential.structure]
