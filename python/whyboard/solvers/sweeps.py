"""Several sweeps of message passing in one call: what a solver waits for is a handful of calls, not each sweep."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.families.moments import leaves
from whyboard.precision import as_program
from whyboard.solvers.belief import State, Step
from whyboard.solvers.rounds import bounds, updated
from whyboard.solvers.stacks import Numbers, Plan

MOST = 64
"""In one call, so that the trace has a shape."""
SECONDS = 0.15
"""How long a call should take: progress is told and Stop is heard between two calls."""


class Stopping(NamedTuple):
    """When nothing changes any more: neither the bound nor any moment by more than this, relative to its size.

    ``before`` is the last bound (NaN before the first sweep), ``constant`` what belongs to the bound but not to its
    terms.
    """

    tolerance: Array | float
    before: Array | float
    constant: Array | float


class Run(NamedTuple):
    """Where sweeps ended; of the trace, the first ``count`` entries are those of sweeps that were made."""

    state: State
    count: Any
    settled: Any
    """Whether the last of them changed nothing."""
    terms: dict[tuple[int, ...], Any]
    """By nodes side by side, ``(MOST, nodes)``: the bound after each sweep."""


@as_program(0)
def sweeps(
    plan: Plan,
    numbers: Numbers,
    state: State,
    steps: Step,
    wanted: Array,
    stopping: Stopping,
) -> Run:
    """Update each variable in turn, ``wanted`` times or until nothing changes or the bound is not finite.

    Args:
        plan: what is inferred, and in which order.
        numbers: of the plan.
        state: where to begin, by stack.
        steps: how each sweep is made, ``(MOST,)`` each, and what all of them leave as it is: that has no bound yet.
        wanted: at most ``MOST``.
        stopping: when to stop before that; never in the first sweep of all, nor while the temperature changes.
    """

    def sweep(carried: tuple[Run, Array]) -> tuple[Run, Array]:
        run, before = carried
        damping, temperature = (jnp.asarray(part)[run.count] for part in (steps.damping, steps.inverse_temperature))
        how = Step(damping, temperature, steps.held)
        after = updated(plan, numbers, run.state, how)
        terms = bounds(plan, numbers, after)
        bound = sum((term.sum() for term in terms.values()), start=jnp.asarray(stopping.constant))
        still = jnp.abs(bound - before) <= stopping.tolerance * (1 + jnp.abs(bound))
        still = still & (how.inverse_temperature == 1) & _alike(plan, run.state, after, jnp.sqrt(stopping.tolerance))
        trace = {node: run.terms[node].at[run.count].set(term) for node, term in terms.items()}
        return Run(after, run.count + 1, still, trace), bound

    def unfinished(carried: tuple[Run, Array]) -> Array:
        run, bound = carried
        counts = jnp.isfinite(bound) | (False if steps.held is None else jnp.any(jnp.asarray(steps.held)))
        return (run.count < wanted) & ~run.settled & ((run.count == 0) | counts)

    empty = {nodes: jnp.zeros((MOST, len(nodes))) for nodes in plan.told}
    begin = Run(state, jnp.zeros((), int), jnp.zeros((), bool), empty), jnp.asarray(stopping.before, float)
    return jax.lax.while_loop(unfinished, sweep, begin)[0]


def _alike(plan: Plan, old: State, new: State, limit: Array) -> Array:
    """Whether no array of moments changed by more, relative to its largest number."""
    near: list[Array] = []
    for number, stack in enumerate(plan.stacks):
        for a, b in zip(leaves(old.moments[number]), leaves(new.moments[number]), strict=True):
            inside = tuple(range(len(stack.nodes) > 1, jnp.ndim(a)))
            change, size = (jnp.max(jnp.abs(part), axis=inside, initial=0.0) for part in (a - b, b))
            near.append(jnp.all(change <= limit * (1 + size)))
    return jnp.all(jnp.array(near))


def pace(seconds: float, made: int) -> int:
    """How many sweeps the next call should make, if ``made`` took so long."""
    return int(np.clip(SECONDS * made / max(seconds, 1e-6), 1, MOST))
