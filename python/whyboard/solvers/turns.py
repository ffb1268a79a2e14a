"""Turns of a `Plan`: what several variables of one kind are told, and what becomes of them, inside one program."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.lowering.potential.potential import Arguments, Latent
from whyboard.solvers.stack_reading import ByNode, Factors, front, is_all, taken
from whyboard.solvers.stacks import Numbers, Plan, Reading, Turn

Parts = tuple[dict[int, Any], ...]
"""What is carried from turn to turn, each part by stack; the last one holds the moments that factors read."""


class Move(Protocol):
    """What becomes of one variable, once it is told what factors say of it."""

    def __call__(self, latent: Latent, node: Any, message: Any, own: tuple[Any, ...], arguments: Arguments, /) -> Any:
        """Its new parts.

        Args:
            latent: the variable, or one like it.
            node: its own number; not known while a program of many is made.
            message: the gradient of the potential by its moments.
            own: its parts until now.
            arguments: as much of them as it needs.
        """
        ...


def turned(plan: Plan, turn: Turn, numbers: Numbers, parts: Parts, move: Move) -> Parts:
    """All parts after one turn."""
    if turn.in_turn:
        return _one_by_one(plan, turn, numbers, parts, move)
    if len(turn.members) == 1:
        return _alone(plan, turn, numbers, parts, move)
    return _at_once(plan, turn, numbers, parts, move)


def of_one(latent: Latent, free: Any, given: Any) -> Arguments:
    """As much of arguments as one variable needs."""
    return Arguments((), (), (), (), {latent.node: free}, {latent.node: given})


def messages(plan: Plan, own: tuple[Reading, ...], numbers: Numbers, moments: Mapping[int, Any], of: Any) -> Any:
    """What several members of a stack are told, side by side."""
    found: Any = None
    for reading in own:
        part = Factors(plan, reading.alike, numbers).messages(reading.root, np.asarray(reading.chosen), moments, of)
        found = part if found is None else jax.tree.map(jnp.add, found, part)
    return found


def put(plan: Plan, turn: Turn, parts: Parts, after: tuple[Any, ...], members: Any) -> Parts:
    """All parts with those of some members of a stack replaced."""
    count = len(plan.stacks[turn.stack].nodes)

    def replaced(old: Any, new: Any) -> Any:
        if count == 1 or (isinstance(members, np.ndarray) and is_all(members, count)):
            return jnp.asarray(new, float)
        return jnp.asarray(old).at[members].set(new)

    pairs = zip(parts, after, strict=True)
    return tuple({**part, turn.stack: jax.tree.map(replaced, part[turn.stack], new)} for part, new in pairs)


def _alone(plan: Plan, turn: Turn, numbers: Numbers, parts: Parts, move: Move) -> Parts:
    """One variable by itself."""
    stack, (member,) = plan.stacks[turn.stack], turn.members
    node = stack.nodes[member]
    *own, free, given = (ByNode(plan, part)[node] for part in (*parts, numbers.free, numbers.given))
    found: Any = None
    if turn.alone or not turn.own:
        found = plan.potential.message(node, ByNode(plan, parts[-1]), numbers.arguments, turn.alone)
    if turn.own:
        told = messages(plan, turn.own, numbers, parts[-1], front(own[-1]))
        part = jax.tree.map(lambda leaf: leaf[0], told)
        found = part if found is None else jax.tree.map(jnp.add, found, part)
    after = move(stack.latent, node, found, tuple(own), of_one(stack.latent, free, given))
    return put(plan, turn, parts, after, member)


def _at_once(plan: Plan, turn: Turn, numbers: Numbers, parts: Parts, move: Move) -> Parts:
    """Variables that read nothing of each other."""
    stack, members = plan.stacks[turn.stack], np.asarray(turn.members)
    *own, free, given = (
        jax.tree.map(lambda leaf: taken(leaf, members), part[turn.stack])
        for part in (*parts, numbers.free, numbers.given)
    )
    found = messages(plan, turn.own, numbers, parts[-1], own[-1])
    one = functools.partial(_one, stack.latent, move)
    after = jax.vmap(one)(np.asarray(stack.nodes)[members], found, tuple(own), free, given)
    return put(plan, turn, parts, after, members)


def _one_by_one(plan: Plan, turn: Turn, numbers: Numbers, parts: Parts, move: Move) -> Parts:
    """Variables that read each other: a loop, in which what they share is read from the whole stack."""
    stack, members = plan.stacks[turn.stack], jnp.asarray(turn.members)
    nodes, free, given = jnp.asarray(stack.nodes), numbers.free[turn.stack], numbers.given[turn.stack]

    def shared(own: Any, moments: dict[int, Any]) -> Array:
        moments = {**moments, turn.stack: own}
        terms = plan.potential.terms(ByNode(plan, moments), numbers.arguments, own=turn.alone)
        total = sum(terms.values(), start=jnp.zeros(()))
        for number, chosen in turn.share:
            total = total + Factors(plan, number, numbers).terms(np.asarray(chosen), moments).sum()
        return total

    def one(step: Array, parts: Parts) -> Parts:
        member, moments = members[step], parts[-1]
        *own, free_here, given_here = (
            jax.tree.map(lambda leaf: leaf[member], part)
            for part in (*(part[turn.stack] for part in parts), free, given)
        )
        slope = jax.grad(shared)(moments[turn.stack], moments)
        found = jax.tree.map(lambda leaf: leaf[member], slope)
        for reading in turn.own:
            factors = Factors(plan, reading.alike, numbers)
            chosen = jnp.asarray(np.asarray(reading.chosen))[step][None]
            part = factors.messages(reading.root, chosen, moments, front(own[-1]))
            found = jax.tree.map(lambda a, b: a + b[0], found, part)
        after = _one(stack.latent, move, nodes[member], found, tuple(own), free_here, given_here)
        return put(plan, turn, parts, after, member)

    return jax.lax.fori_loop(0, len(turn.members), one, tuple(parts))


def _one(latent: Latent, move: Move, node: Any, message: Any, own: tuple[Any, ...], free: Any, given: Any) -> Any:
    return move(latent, node, message, own, of_one(latent, free, given))
