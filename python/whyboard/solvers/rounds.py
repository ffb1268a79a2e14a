"""Updates and bounds as a `Plan` makes them: over stacks, inside one program."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.lowering.potential.potential import Arguments, Factor, Latent, Potential
from whyboard.precision import as_program
from whyboard.solvers import belief
from whyboard.solvers.belief import State, Step
from whyboard.solvers.stack_reading import ByNode, Factors
from whyboard.solvers.stacks import Numbers, Plan, Turn
from whyboard.solvers.turns import of_one, put, turned

LEAD = 10
"""Sweeps in which all settles around what starts at a value: a scale has then heard of the location it is around."""


def updated(plan: Plan, numbers: Numbers, state: State, how: Step) -> State:
    """The beliefs, by stack, after one sweep."""

    def move(latent: Latent, node: Any, message: Any, own: tuple[Any, ...], arguments: Arguments) -> Any:
        natural, moments = own
        return how.holding(node, own, belief.moved(latent, message, natural, moments, arguments, how))

    for turn in plan.turns:
        if plan.stacks[turn.stack].latent.node in plan.potential.sampled:
            state = _stepped(plan, turn, numbers, state, how)
        else:
            state = State(*turned(plan, turn, numbers, state, move))
    return state


def holding(plan: Plan, nodes: Collection[int]) -> np.ndarray:
    """Which nodes a sweep leaves as they are: those of beliefs that hold some of ``nodes``, by number."""
    latents = plan.potential.latents
    found = np.zeros(1 + max((latent.node for latent in latents), default=0), bool)
    found[[latent.node for latent in latents if not set(latent.nodes).isdisjoint(nodes)]] = True
    return found


def bounds(plan: Plan, numbers: Numbers, state: State) -> dict[tuple[int, ...], Array]:
    """The lower bound by node: for nodes side by side, their parts ``(nodes,)``."""
    found: dict[tuple[int, ...], Array] = {}

    def add(nodes: tuple[int, ...], parts: Array) -> None:
        parts = jnp.reshape(parts, (len(nodes),))
        found[nodes] = found[nodes] + parts if nodes in found else parts

    moments = ByNode(plan, state.moments)
    for node, term in plan.potential.terms(moments, numbers.arguments, own=plan.alone).items():
        add((node,), term)
    for number, each in enumerate(plan.alike):
        read = Factors(plan, number, numbers)
        add(each.nodes, read.terms(np.arange(len(each.mentions)), state.moments))
    for number, stack in enumerate(plan.stacks):
        latent = stack.latent
        entropy = functools.partial(_entropy, latent)
        if len(stack.nodes) > 1:
            own = (numbers.free[number], numbers.given[number], state.natural[number], state.moments[number])
            add(stack.nodes, jax.vmap(entropy)(*own))
            continue
        whole = {latent.node: state.natural[number]}, {latent.node: state.moments[number]}
        for node, part in belief.shares(latent, numbers.arguments, State(*whole)).items():
            add((node,), part)
    return found


@as_program(0, brief=True)
def base_measures(plan: Plan, numbers: Numbers) -> dict[tuple[int, ...], Array]:
    """By nodes side by side, what the values that are observed add to the bound whatever is believed."""
    found: dict[tuple[int, ...], Array] = {}

    def told(potential: Potential, factor: Factor, arguments: Arguments) -> Array:
        mask = jnp.asarray(arguments.observed[factor.node]) > 0
        terms = potential.log_base_measure(factor, arguments)
        return jnp.where(mask, jnp.broadcast_to(terms, mask.shape), 0.0).sum()

    for factor in plan.potential.factors:
        if factor.node in plan.alone:
            found[(factor.node,)] = told(plan.potential, factor, numbers.arguments)[None]
    for each, arguments in zip(plan.alike, numbers.factors, strict=True):
        (factor,) = each.potential.factors
        found[each.nodes] = jax.vmap(functools.partial(told, each.potential, factor))(arguments)
    return found


def by_node(terms: Mapping[tuple[int, ...], Any], count: int) -> list[dict[int, float]]:
    """The bound by node after each of so many sweeps, from a trace of `bounds`."""
    parts = {nodes: np.asarray(term) for nodes, term in terms.items()}
    found: list[dict[int, float]] = []
    for sweep in range(count):
        single: dict[int, float] = {}
        for nodes, part in parts.items():
            for place, node in enumerate(nodes):
                single[node] = single.get(node, 0.0) + float(part[sweep, place])
        found.append(single)
    return found


def _stepped(plan: Plan, turn: Turn, numbers: Numbers, state: State, how: Step) -> State:
    """Where a message depends on the belief itself, no variables are stacked."""
    node = plan.stacks[turn.stack].latent.node
    whole = State(*(dict(ByNode(plan, part)) for part in state))
    after = belief.updated(plan.potential, (node,), numbers.arguments, whole, how)
    found = how.holding(node, *((each.natural[node], each.moments[node]) for each in (whole, after)))
    return State(*put(plan, turn, state, found, 0))


def _entropy(latent: Latent, free: Any, given: Any, natural: Any, moments: Any) -> Array:
    return belief.entropy(latent, of_one(latent, free, given), State({latent.node: natural}, {latent.node: moments}))
