"""Updates and bounds as a `Plan` makes them: over stacks, inside one program."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.lowering.potential.potential import Arguments, Factor, Latent, Potential
from whyboard.precision import as_program
from whyboard.solvers import belief
from whyboard.solvers.belief import State, Step
from whyboard.solvers.stacks import Numbers, Plan, Reading, Turn

Chosen = np.ndarray | Array
"""Which factors of one formula: numbers, of any shape."""


def updated(plan: Plan, numbers: Numbers, state: State, how: Step) -> State:
    """The beliefs, by stack, after one sweep."""
    for turn in plan.turns:
        stack = plan.stacks[turn.stack]
        if stack.latent.node in plan.potential.sampled:
            state = _stepped(plan, turn, numbers, state, how)
        elif turn.in_turn:
            state = _one_by_one(plan, turn, numbers, state, how)
        elif len(turn.members) == 1:
            state = _alone(plan, turn, numbers, state, how)
        else:
            state = _at_once(plan, turn, numbers, state, how)
    return state


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
        read = _Factors(plan, number, numbers)
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


# --- turns -----------------------------------------------------------------------------------------------------------


def _alone(plan: Plan, turn: Turn, numbers: Numbers, state: State, how: Step) -> State:
    """One update."""
    stack, (member,) = plan.stacks[turn.stack], turn.members
    node = stack.nodes[member]
    natural, moments, free, given = (ByNode(plan, part)[node] for part in (*state, numbers.free, numbers.given))
    found: Any = None
    if turn.alone or not turn.own:
        found = plan.potential.message(node, ByNode(plan, state.moments), numbers.arguments, turn.alone)
    if turn.own:
        told = messages(plan, turn.own, numbers, state.moments, _front(moments))
        part = jax.tree.map(lambda leaf: leaf[0], told)
        found = part if found is None else jax.tree.map(jnp.add, found, part)
    after = _moved(stack.latent, how, found, natural, moments, free, given)
    return put(plan, turn, state, after, member)


def _at_once(plan: Plan, turn: Turn, numbers: Numbers, state: State, how: Step) -> State:
    """Updates that read nothing of each other."""
    members = np.asarray(turn.members)
    natural, moments, free, given = (
        jax.tree.map(lambda leaf: taken(leaf, members), part[turn.stack])
        for part in (*state, numbers.free, numbers.given)
    )
    found = messages(plan, turn.own, numbers, state.moments, moments)
    move = functools.partial(_moved, plan.stacks[turn.stack].latent, how)
    after = jax.vmap(move)(found, natural, moments, free, given)
    return put(plan, turn, state, after, members)


def _one_by_one(plan: Plan, turn: Turn, numbers: Numbers, state: State, how: Step) -> State:
    """Updates that read each other: a loop, in which what they share is read from the whole stack."""
    members = jnp.asarray(turn.members)
    free, given = numbers.free[turn.stack], numbers.given[turn.stack]

    def shared(own: Any, moments: dict[int, Any]) -> Array:
        moments = {**moments, turn.stack: own}
        terms = plan.potential.terms(ByNode(plan, moments), numbers.arguments, own=turn.alone)
        total = sum(terms.values(), start=jnp.zeros(()))
        for number, chosen in turn.share:
            total = total + _Factors(plan, number, numbers).terms(np.asarray(chosen), moments).sum()
        return total

    def one(step: Array, state: State) -> State:
        member = members[step]
        natural, moments, free_here, given_here = (
            jax.tree.map(lambda leaf: leaf[member], part)
            for part in (state.natural[turn.stack], state.moments[turn.stack], free, given)
        )
        slope = jax.grad(shared)(state.moments[turn.stack], state.moments)
        found = jax.tree.map(lambda leaf: leaf[member], slope)
        for reading in turn.own:
            factors = _Factors(plan, reading.alike, numbers)
            chosen = jnp.asarray(np.asarray(reading.chosen))[step][None]
            part = factors.messages(reading.root, chosen, state.moments, _front(moments))
            found = jax.tree.map(lambda a, b: a + b[0], found, part)
        after = _moved(plan.stacks[turn.stack].latent, how, found, natural, moments, free_here, given_here)
        return put(plan, turn, state, after, member)

    return jax.lax.fori_loop(0, len(turn.members), one, state)


def _stepped(plan: Plan, turn: Turn, numbers: Numbers, state: State, how: Step) -> State:
    """Where a message depends on the belief itself, no variables are stacked."""
    node = plan.stacks[turn.stack].latent.node
    whole = State(*(dict(ByNode(plan, part)) for part in state))
    after = belief.updated(plan.potential, (node,), numbers.arguments, whole, how)
    return put(plan, turn, state, (after.natural[node], after.moments[node]), 0)


def _moved(
    latent: Latent, how: Step, message: Any, natural: Any, moments: Any, free: Any, given: Any
) -> tuple[Any, Any]:
    """One belief after its update, as natural parameters and moments."""
    return belief.moved(latent, message, natural, moments, of_one(latent, free, given), how)


def _entropy(latent: Latent, free: Any, given: Any, natural: Any, moments: Any) -> Array:
    return belief.entropy(latent, of_one(latent, free, given), State({latent.node: natural}, {latent.node: moments}))


def of_one(latent: Latent, free: Any, given: Any) -> Arguments:
    """As much of arguments as one variable needs."""
    return Arguments((), (), (), (), {latent.node: free}, {latent.node: given})


def messages(plan: Plan, own: tuple[Reading, ...], numbers: Numbers, moments: dict[int, Any], of: Any) -> Any:
    """What several members of a stack are told, side by side."""
    found: Any = None
    for reading in own:
        part = _Factors(plan, reading.alike, numbers).messages(reading.root, np.asarray(reading.chosen), moments, of)
        found = part if found is None else jax.tree.map(jnp.add, found, part)
    return found


def put(plan: Plan, turn: Turn, state: State, after: tuple[Any, Any], members: Any) -> State:
    """The beliefs with those of some members of a stack replaced."""
    count = len(plan.stacks[turn.stack].nodes)

    def replaced(old: Any, new: Any) -> Any:
        if count == 1 or (isinstance(members, np.ndarray) and _is_all(members, count)):
            return jnp.asarray(new, float)
        return jnp.asarray(old).at[members].set(new)

    return State(
        *(
            {**part, turn.stack: jax.tree.map(replaced, part[turn.stack], new)}
            for part, new in zip(state, after, strict=True)
        )
    )


# --- reading stacks --------------------------------------------------------------------------------------------------


class ByNode(Mapping[int, Any]):
    """What is stored by stack, by latent node; taken out when it is asked for."""

    def __init__(self, plan: Plan, parts: Mapping[int, Any]) -> None:
        self._plan = plan
        self._parts = parts

    def __getitem__(self, node: int) -> Any:
        number, at = self._plan.place[node]
        if len(self._plan.stacks[number].nodes) == 1:
            return self._parts[number]
        return jax.tree.map(lambda leaf: jax.lax.index_in_dim(leaf, at, keepdims=False), self._parts[number])

    def __iter__(self) -> Iterator[int]:
        return iter(self._plan.place)

    def __len__(self) -> int:
        return len(self._plan.place)


class _Factors:
    """Factors with one formula, which is computed for many at once."""

    def __init__(self, plan: Plan, number: int, numbers: Numbers) -> None:
        self.plan = plan
        self.alike = plan.alike[number]
        self.arguments = numbers.factors[number]
        self.rows = numbers.arguments.rows
        self.places = {
            latent.node: np.array([plan.place[mention.nodes[latent.node]] for mention in self.alike.mentions])
            for latent in self.alike.potential.latents
        }

    def terms(self, chosen: np.ndarray, moments: Mapping[int, Any]) -> Array:
        """The expected log densities of some of them, ``(chosen,)``."""
        same, each = self._moments(chosen, moments)
        arguments = jax.tree.map(lambda leaf: taken(leaf, chosen), self.arguments)
        return jax.vmap(lambda given, own: self._term({**same, **own}, given))(arguments, each)

    def messages(self, root: int, chosen: Chosen, moments: Mapping[int, Any], of: Any) -> Any:
        """What factors ``(members, factors)`` tell number ``root`` of theirs, whose moments are ``of``, by member."""
        same, each = self._moments(chosen, moments, root)
        arguments = jax.tree.map(lambda leaf: taken(leaf, chosen), self.arguments)

        def message(of: Any, arguments: Arguments, each: dict[int, Any]) -> Any:
            def total(of: Any) -> Array:
                terms = jax.vmap(lambda given, own: self._term({**same, **own, root: of}, given))(arguments, each)
                return terms.sum()

            return jax.grad(total)(of)

        return jax.vmap(message)(of, arguments, each)

    def _term(self, moments: dict[int, Any], arguments: Arguments) -> Array:
        return self.alike.potential.terms(moments, arguments._replace(rows=self.rows))[0]

    def _moments(
        self, chosen: Chosen, moments: Mapping[int, Any], root: int | None = None
    ) -> tuple[dict[int, Any], dict[int, Any]]:
        """By number in the formula: moments that all of them read, and those that each reads."""
        same: dict[int, Any] = {}
        each: dict[int, Any] = {}
        for number, places in self.places.items():
            if number == root:
                continue
            stack, members = int(places[0, 0]), places[:, 1]
            if len(self.plan.stacks[stack].nodes) == 1:
                same[number] = moments[stack]
                continue
            here = members[chosen] if isinstance(chosen, np.ndarray) else jnp.asarray(members)[chosen]
            if isinstance(here, np.ndarray) and (here == here.flat[0]).all():
                same[number] = jax.tree.map(lambda leaf, at=int(here.flat[0]): leaf[at], moments[stack])
            else:
                each[number] = jax.tree.map(lambda leaf, here=here: taken(leaf, here), moments[stack])
        return same, each


def _front(tree: Any) -> Any:
    return jax.tree.map(lambda leaf: jnp.asarray(leaf)[None], tree)


def _is_all(members: np.ndarray, count: int) -> bool:
    return members.size == count and bool((members.ravel() == np.arange(count)).all())


def taken(leaf: Any, members: Chosen, count: int = 0) -> Any:
    """Some entries of the first axis, in the shape of ``members``; where there is but one, there is no such axis."""
    leaf = jnp.asarray(leaf)[None] if count == 1 else jnp.asarray(leaf)
    if isinstance(members, np.ndarray) and _is_all(members, leaf.shape[0]):
        return leaf.reshape((*members.shape, *leaf.shape[1:]))
    return leaf[members]
