"""`Expansion`: changes of several beliefs at once that leave the data as likely and raise the bound.

Variables that only enter by a product are tied to each other: one update at a time moves them slowly. A group that acts
on all of them and leaves their product as it is moves them together. What their priors read (relevances, and dynamics
where one side is a chain) is fitted to where they went, so a change is judged at its best.

Source: Luttinen, Ilin (2010), Transformations in variational Bayesian factor analysis to speed up learning; Luttinen
(2013), Fast variational Bayesian linear state-space model.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy import optimize

from whyboard.families import Chain, FullNormal, NormalMoments
from whyboard.families.chain import ChainCoordinates
from whyboard.families.matrix import outer
from whyboard.lowering.potential.layout import Layout
from whyboard.lowering.potential.multilinear import ROW, Letter, Monomial, letters_of
from whyboard.lowering.potential.potential import Arguments, Factor, Latent, Potential
from whyboard.precision import as_program, double_precision
from whyboard.solvers import belief
from whyboard.solvers.belief import State

STEPS = 30
"""At most so many steps of the search for the best change."""


class Expansion(ABC):
    """A group that acts on beliefs. Frozen, so that it is a part of what is compiled."""

    refitted: tuple[int, ...]
    """Latent nodes that are updated to their best after a change, before it is judged."""

    @property
    @abstractmethod
    def nodes(self) -> tuple[int, ...]:
        """The latent nodes that it moves."""

    @property
    @abstractmethod
    def identity(self) -> np.ndarray:
        """The parameters of no change."""

    @abstractmethod
    def guess(self, state: State, arguments: Arguments) -> Array:
        """Parameters that may be better than none."""

    @abstractmethod
    def moved(self, state: State, parameters: Array, arguments: Arguments) -> State:
        """The beliefs after a change."""

    @abstractmethod
    def gain(self, parameters: Array, arguments: Arguments) -> Array:
        """What the change adds to the entropy of the beliefs that it moves."""


@dataclass(frozen=True)
class Rotation(Expansion):
    r"""A latent space is turned, sheared and scaled: $x \to R x$ and $w \to R^{-T} w$ leave $w' x$ as it is.

    ``left`` and ``right`` are two joint normal blocks, or chains of them, with the axis of the space in each. The
    dynamics of a chain $x_t = A x_{t-1}$ follow as $R A R^{-1}$: nearly, as their best fit to the states that moved.
    """

    left: tuple[Latent, int]
    right: tuple[Latent, int]
    size: int
    refitted: tuple[int, ...] = ()

    @property
    def nodes(self) -> tuple[int, ...]:
        return self.left[0].node, self.right[0].node

    @property
    def identity(self) -> np.ndarray:
        return np.eye(self.size)

    def guess(self, state: State, arguments: Arguments) -> Array:
        """One side with unit second moments, the other with diagonal ones: best where its scales are free."""
        (left, left_count), (right, _) = (
            self._second(state, arguments, latent, axis) for latent, axis in (self.left, self.right)
        )
        values, vectors = jnp.linalg.eigh(left / left_count)
        root = (vectors * jnp.sqrt(values)) @ vectors.T
        whiten = (vectors / jnp.sqrt(values)) @ vectors.T
        _, turn = jnp.linalg.eigh(root @ right @ root)
        return turn.T @ whiten

    def moved(self, state: State, parameters: Array, arguments: Arguments) -> State:
        natural, moments = dict(state.natural), dict(state.moments)
        inverse = jnp.linalg.inv(parameters)
        for (latent, axis), here, there in ((self.left, parameters, inverse.T), (self.right, inverse.T, parameters)):
            inferred = jnp.asarray(arguments.free[latent.node])
            natural[latent.node] = _acted(natural[latent.node], latent, axis, there, inferred)
            moments[latent.node] = _acted(moments[latent.node], latent, axis, here, inferred)
        return State(natural, moments)

    def gain(self, parameters: Array, arguments: Arguments) -> Array:
        _, volume = jnp.linalg.slogdet(parameters)
        left, right = (jnp.asarray(arguments.free[latent.node]).sum() for latent, _ in (self.left, self.right))
        return volume * (left - right) / self.size

    def _second(self, state: State, arguments: Arguments, latent: Latent, axis: int) -> tuple[Array, Array]:
        """Second moments along the axis, added up over blocks and other axes, and how many there are."""
        layout, place = latent.layout, latent.layout.block.index(axis)
        second = _each(state.moments[latent.node]).second
        free = jnp.asarray(arguments.free[latent.node]).any(-1)
        total = jnp.where(free[..., None, None], second, 0.0).reshape(-1, second.shape[-1], second.shape[-1]).sum(0)
        shape = _event(layout)
        place += len(shape) - len(layout.block)
        table = jnp.moveaxis(total.reshape((*shape, *shape)), (place, len(shape) + place), (0, 1))
        rest = second.shape[-1] // self.size
        table = table.reshape(self.size, self.size, rest, rest)
        return jnp.trace(table, axis1=2, axis2=3), free.sum() * rest


def expansions(potential: Potential, arguments: Arguments) -> tuple[Expansion, ...]:
    """All that leave the factors of this potential as they are."""
    found: list[Expansion] = []
    taken: set[int] = set()
    latents = [each for each in potential.latents if _is_whole(each, arguments)]
    for index, left in enumerate(latents):
        for right in latents[index + 1 :]:
            if {left.node, right.node} & taken:
                continue
            axes = _shared_axes(potential, left, right)
            if axes is not None:
                # The side with more blocks has the better guess.
                pair = sorted(zip((left, right), axes, strict=True), key=lambda each: -np.prod(each[0].layout.sizes))
                size = left.layout.sizes[axes[0]]
                found.append(Rotation(pair[0], pair[1], size, _above(potential, {left.node, right.node})))
                taken |= {left.node, right.node}
    return tuple(found)


def expanded(expansion: Expansion, potential: Potential, arguments: Arguments, state: State) -> tuple[State, float]:
    """Beliefs after the best change that is found, and what the bound gains by it: never less than nothing."""
    identity = expansion.identity
    with double_precision():
        frame = np.asarray(_guess(expansion, arguments, state))

        def loss(flat: np.ndarray, frame: np.ndarray) -> tuple[float, np.ndarray]:
            # In the frame of a first change, in which a step of one size fits all directions.
            value, slope = _slope(expansion, potential, arguments, state, flat.reshape(identity.shape), frame)
            return (-float(value) if np.isfinite(value) else np.inf), -np.asarray(slope).ravel()

        start, _ = loss(identity.ravel(), identity)
        guessed, _ = loss(identity.ravel(), frame)
        if not guessed < start:
            frame = identity
        search: Any = optimize.minimize(
            loss, identity.ravel(), (frame,), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}
        )
        if not search.fun < start:
            return state, 0.0
        best = search.x.reshape(identity.shape) @ frame
        return moved(expansion, potential, arguments, state, best), start - float(search.fun)


@as_program(0, 1)
def moved(expansion: Expansion, potential: Potential, arguments: Arguments, state: State, parameters: Array) -> State:
    """Beliefs after a change, and after what stands above them is updated."""
    return _refitted(expansion, potential, arguments, expansion.moved(state, parameters, arguments))


@as_program(0)
def _guess(expansion: Expansion, arguments: Arguments, state: State) -> Array:
    return expansion.guess(state, arguments)


@as_program(0, 1)
def _slope(
    expansion: Expansion, potential: Potential, arguments: Arguments, state: State, parameters: Array, frame: Array
) -> tuple[Array, Array]:
    def bound(parameters: Array) -> Array:
        return _bound(expansion, potential, arguments, state, parameters @ frame)

    return jax.value_and_grad(bound)(parameters)


def _bound(expansion: Expansion, potential: Potential, arguments: Arguments, state: State, parameters: Array) -> Array:
    """The part of the bound that a change touches."""
    after = _refitted(expansion, potential, arguments, expansion.moved(state, parameters, arguments))
    total = expansion.gain(parameters, arguments)
    own = frozenset((*expansion.nodes, *expansion.refitted))
    for term in potential.terms(after.moments, arguments, own=own).values():
        total = total + term
    for node in expansion.refitted:
        total = total + belief.entropy(potential.latent(node), arguments, after)
    return total


def _refitted(expansion: Expansion, potential: Potential, arguments: Arguments, state: State) -> State:
    return belief.updated(potential, expansion.refitted, arguments, state, belief.Step())


# --- what can be moved -----------------------------------------------------------------------------------------------


def _acted(coordinates: Any, latent: Latent, axis: int, matrix: Array, inferred: Array) -> Any:
    """A matrix on one axis of what is inferred of blocks: once on first coordinates, on both sides of second ones."""
    layout = latent.layout
    shape, place = _event(layout), layout.block.index(axis) + len(_event(layout)) - len(layout.block)
    before, after = math.prod(shape[:place]), math.prod(shape[place + 1 :])
    whole = jnp.kron(jnp.kron(jnp.eye(before), matrix), jnp.eye(after)) if before * after > 1 else matrix
    each = _each(coordinates)
    first = jnp.where(inferred, each.first @ whole.T, each.first)
    second = jnp.where(outer(inferred, inferred), whole @ each.second @ whole.T, each.second)
    each = NormalMoments(first, second)
    if not isinstance(coordinates, ChainCoordinates):
        return each
    (pair,) = coordinates.pair
    both = outer(inferred[..., 1:, :], inferred[..., :-1, :])
    return ChainCoordinates(each, (jnp.where(both, whole @ pair @ whole.T, pair),))


def _each(coordinates: Any) -> NormalMoments:
    """Those of single states, of a chain."""
    return coordinates.each if isinstance(coordinates, ChainCoordinates) else coordinates


def _event(layout: Layout) -> tuple[int, ...]:
    """The lengths inside a block; a state of a chain may hold several rows."""
    return (layout.span, *layout.block_shape) if layout.span else layout.block_shape


def _is_whole(latent: Latent, arguments: Arguments) -> bool:
    """Whether it has joint normal blocks, of which none is known and none is inferred in part."""
    family = latent.family.link.latent if isinstance(latent.family, Chain) else latent.family
    if not isinstance(family, FullNormal) or not latent.layout.block or np.any(arguments.observed[latent.node]):
        return False
    free = np.asarray(arguments.free[latent.node])
    # The last state of a chain may have places for more rows than there are.
    rows = free.reshape((*free.shape[:-1], -1, math.prod(latent.layout.block_shape)))
    return bool((rows.all(axis=-1) == rows.any(axis=-1)).all())


def _shared_axes(potential: Potential, left: Latent, right: Latent) -> tuple[int, int] | None:
    """The axes by which two variables are multiplied wherever either is read, except for their own priors."""
    found: set[tuple[int, int]] = set()
    pair = {left.node, right.node}
    for factor in potential.factors:
        if factor.node in pair:
            if factor.reads & pair != {factor.node}:
                return None
        elif factor.reads & pair:
            axes = _contracted(factor, left, right)
            if axes is None:
                return None
            found.add(axes)
    return found.pop() if len(found) == 1 else None


def _contracted(factor: Factor, left: Latent, right: Latent) -> tuple[int, int] | None:
    pair = {left.node, right.node}
    if any(choice.read.node in pair for choice in factor.choices):
        return None
    found: set[tuple[int, int]] = set()
    for slot in factor.slots:
        kept = {*slot.form.axes, ROW, *(choice.letter for choice in factor.choices)}
        for monomial in slot.form.monomials:
            reads = {read.node for read in monomial.reads} & pair
            axes = _summed(monomial, left, right, kept) if reads and slot.kind is NormalMoments else None
            if reads and (axes is None or slot.name == "x"):
                return None
            if axes is not None:
                found.add(axes)
    return found.pop() if len(found) == 1 else None


def _summed(monomial: Monomial, left: Latent, right: Latent, kept: set[Any]) -> tuple[int, int] | None:
    """The axes of the letter that both are summed over, and nothing else has."""
    reads = [[read for read in monomial.reads if read.node == latent.node] for latent in (left, right)]
    if any(len(each) != 1 for each in reads):
        return None
    (one,), (other,) = reads
    for axis, place in enumerate(one.places):
        if not isinstance(place, Letter) or place.letter in kept or axis not in left.layout.block:
            continue
        times = sum(letter == place.letter for factor in monomial.factors for letter in letters_of(factor))
        partner = [index for index, each in enumerate(other.places) if each == place]
        if times == 2 and len(partner) == 1 and partner[0] in right.layout.block:
            return axis, partner[0]
    return None


def _above(potential: Potential, nodes: set[int]) -> tuple[int, ...]:
    """What their priors read and nothing else does, and what only the priors of these read: dynamics, relevances."""
    found: list[int] = []
    # A joint belief is refitted as a whole or not at all, and a chain is too much work.
    latents = {each.node for each in potential.latents if not each.parts and not each.layout.span} - nodes
    while True:
        own = nodes | set(found)
        read = {node for factor in potential.factors if factor.node in own for node in factor.reads} & latents - own
        only = [
            node
            for node in sorted(read)
            if all(factor.node in own | {node} for factor in potential.factors if node in factor.reads)
        ]
        if not only:
            return tuple(found)
        found += only
