"""Where beliefs begin: at their priors, at draws of these, or at values."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.families import Chain, FullNormal, NormalMoments
from whyboard.families.chain import ChainCoordinates
from whyboard.families.matrix import apply
from whyboard.families.point import behind
from whyboard.lowering.potential.layout import in_layout, out_of_layout
from whyboard.lowering.potential.potential import Latent
from whyboard.precision import as_program
from whyboard.solvers.belief import State, at_value, kept, settled
from whyboard.solvers.stack_reading import ByNode, taken
from whyboard.solvers.stacks import Numbers, Plan, Turn, beginnings
from whyboard.solvers.turns import messages, of_one, put

NARROW = 1e8
"""How many times as precise as its prior a normal belief starts whose message depends on it."""
NUDGE = 0.1
"""How far such a belief starts from its prior mean, relative to a draw, where it would else stay as its equals."""


def at_values(initial: Mapping[int, np.ndarray | str] | str | None) -> set[int]:
    """The nodes that start at a value."""
    given = initial if isinstance(initial, Mapping) else {}
    return {node for node, value in given.items() if not isinstance(value, str)}


@as_program(0, 1, brief=True)
def started(
    plan: Plan,
    starts: tuple[str, ...],
    numbers: Numbers,
    values: dict[int, Array],
    seed: Array,
    medians: dict[int, Any],
) -> State:
    """The beliefs, by stack, before the first sweep, causes first, as one program.

    Args:
        plan: of what is inferred.
        starts: by latent variable, ``"prior"`` (what its parents tell), ``"random"`` (a draw of that) or ``"value"``.
        numbers: of the plan.
        values: by latent node, those that start at a value, in their layout.
        seed: for the draws.
        medians: by latent node whose prior is no formula of moments, its middle and spread; such ones are not stacked.
    """
    key = jax.random.key(seed)
    moments = {number: _at_given(plan, number, numbers) for number in range(len(plan.stacks))}
    # A density that is no formula of moments has no slope by a variance that is zero.
    around: dict[int, tuple[Any, Any]] = {}
    for node, median in medians.items():
        (number, _), latent = plan.place[node], plan.potential.latent(node)
        begin = _around(latent, _filled(values.get(node), median.middle), median.width)
        around[number] = settled(latent, begin, numbers.arguments)
    moments |= {number: found for number, (_, found) in around.items()}
    state = State({number: jax.tree.map(jnp.zeros_like, part) for number, part in moments.items()}, moments)
    for turn, start in beginnings(plan, starts):
        if turn.stack in around:
            state = State(*put(plan, turn, state, around[turn.stack], 0))
        else:
            state = _begun(plan, turn, start, numbers, state, (values, key))
    # In the type that sweeps give back, or the first sweep would be compiled for itself.
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, float), state)


def _at_given(plan: Plan, number: int, numbers: Numbers) -> Any:
    """Moments at the values that stand where nothing is inferred."""
    stack = plan.stacks[number]
    latent = stack.latent

    def one(free: Any, given: Any) -> Any:
        return at_value(latent, given, of_one(latent, free, given))

    mapped = jax.vmap(one) if len(stack.nodes) > 1 else one
    return mapped(numbers.free[number], numbers.given[number])


def _begun(
    plan: Plan, turn: Turn, start: str, numbers: Numbers, state: State, given: tuple[Mapping[int, Array], Array]
) -> State:
    """The beliefs, in which some members of a stack have begun."""
    values, key = given
    stack = plan.stacks[turn.stack]
    nodes = [stack.nodes[member] for member in turn.members]
    begin = functools.partial(_belief, stack.latent, start, narrow=stack.latent.node in plan.potential.sampled, key=key)
    if len(stack.nodes) == 1 and not turn.own:
        (node,) = nodes
        message = plan.potential.prior(node, ByNode(plan, state.moments), numbers.arguments)
        before, free, known = state.moments[turn.stack], numbers.free[turn.stack], numbers.given[turn.stack]
        return State(*put(plan, turn, state, begin(message, before, free, known, values.get(node), node), 0))
    members = np.asarray(turn.members)
    before, free, known = (
        jax.tree.map(lambda leaf: taken(leaf, members, len(stack.nodes)), part[turn.stack])
        for part in (state.moments, numbers.free, numbers.given)
    )
    if turn.own:
        message = messages(plan, turn.own, numbers, state.moments, before)
    else:
        (node,) = nodes
        found = plan.potential.prior(node, ByNode(plan, state.moments), numbers.arguments)
        message = jax.tree.map(lambda leaf: leaf[None], found)
    wanted = [values[node] for node in nodes if node in values]
    # All of a turn start alike.
    value = jnp.stack(wanted) if wanted else None
    after = jax.vmap(begin, in_axes=(0, 0, 0, 0, None if value is None else 0, 0))(
        message, before, free, known, value, np.asarray(nodes)
    )
    return State(*put(plan, turn, state, after, members))


def _belief(
    latent: Latent,
    start: str,
    message: Any,
    before: Any,
    free: Any,
    given: Any,
    value: Array | None,
    node: Any,
    *,
    narrow: bool,
    key: Array,
) -> tuple[Any, Any]:
    """Natural parameters and moments of one variable that begins.

    Args:
        latent: the variable, or one like it.
        start: how it begins.
        message: what its parents tell.
        before: moments where nothing is inferred.
        free: where something is inferred.
        given: the values elsewhere.
        value: where it begins, if that is a value.
        node: its own number, for the draws.
        narrow: whether it begins narrower than its parents tell.
        key: for the draws.
    """
    arguments = of_one(latent, free, given)
    # The moments that a prior has, also where it has no mode.
    spread = latent._replace(family=behind(latent.family))
    natural, found = settled(spread, message, arguments)
    if value is not None and (narrow or latent.concatenation is not None):
        value = _filled(value, _centre(found))
    if narrow:
        if start == "random" and isinstance(natural, NormalMoments):
            drawn = latent.family.sample(jax.random.fold_in(key, node), natural)
            value = found.first + NUDGE * (drawn - found.first)
        return settled(latent, _narrow(latent, natural, value), arguments)
    if start == "prior":
        return natural, kept(latent, natural, before, found)
    begun = _drawn(latent, natural, jax.random.fold_in(key, node)) if value is None else value
    return jax.tree.map(lambda leaf: jnp.full(leaf.shape, jnp.nan), natural), at_value(latent, begun, arguments)


def _drawn(latent: Latent, natural: Any, key: Array) -> Any:
    """A draw, in the layout of the variable."""
    drawn = behind(latent.family).sample(key, _separate(natural))
    return drawn if latent.parts else in_layout(out_of_layout(drawn, latent.layout), latent.layout)


def _around(latent: Latent, middle: Array, width: Array) -> Any:
    """Natural parameters of a normal belief around a value, narrower than this spread."""
    precision = NARROW / width**2
    second = precision[..., None] * jnp.eye(latent.family.dim) if isinstance(latent.family, FullNormal) else precision
    return NormalMoments(precision * middle, -0.5 * second)


def _filled(values: Array | None, others: Array) -> Array:
    """Values where there are any: of variables with one belief, some may start at values."""
    return others if values is None else jnp.where(jnp.isnan(values), others, values)


def _centre(moments: Any) -> Array:
    """The mean of a normal belief."""
    return moments.each.first if isinstance(moments, ChainCoordinates) else moments.first


def _narrow(latent: Latent, natural: Any, value: Array | None) -> Any:
    """A belief that is narrower than its prior, where a function is nearly linear; normal ones only."""
    if not isinstance(natural, NormalMoments) or isinstance(latent.family, Chain):
        return natural
    found = jax.tree.map(lambda leaf: NARROW * leaf, natural)
    if value is None:
        return found
    vector = isinstance(latent.family, FullNormal)
    pull = -2 * (apply(found.second, value) if vector else found.second * value)
    return NormalMoments(pull, found.second)


def _separate(natural: Any) -> Any:
    """Natural parameters to draw a start from: states of a chain one by one, since drawn dynamics may run away."""
    if not isinstance(natural, ChainCoordinates):
        return natural
    return natural._replace(pair=jax.tree.map(jnp.zeros_like, natural.pair))
