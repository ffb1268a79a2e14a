"""What is believed of latent variables: natural parameters and moments, block by block, and how they are updated.

Pure functions of a potential and its arguments; `Vmp` compiles them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.families import Boltzmann, Chain, FullNormal, Normalised, NormalMoments, Point
from whyboard.families.matrix import WORTH, apply, inverse, log_determinant, once, outer, symmetric
from whyboard.families.moments import leaves
from whyboard.families.point import behind
from whyboard.lowering.potential.layout import out_of_layout
from whyboard.lowering.potential.potential import Arguments, Latent, Moments, Potential
from whyboard.solvers import chain_belief

SMALLEST_STEP = 1e-12
"""A step that is shorter is none: the belief stays."""
LOG_2PI_E = math.log(2 * math.pi) + 1


class State(NamedTuple):
    """By latent node."""

    natural: dict[int, Any]
    moments: Moments


@dataclass(frozen=True)
class Belief:
    """The belief about one variable: ``natural`` parameters and ``moments``, leaves ``(*plates, *dims)``."""

    family: Any
    natural: Any
    moments: Any

    def __repr__(self) -> str:
        """Short, however many rows there are."""
        names = ", ".join(type(self.moments)._fields)
        return f"<whyboard.Belief of {self.family!r}, plates={self.plates}: moments and natural have {names}>"

    @property
    def phi(self) -> list[np.ndarray]:
        """The natural parameters as a list of arrays."""
        return leaves(self.natural)

    @property
    def u(self) -> list[np.ndarray]:
        """The moments as a list of arrays."""
        return leaves(self.moments)

    @property
    def plates(self) -> tuple[int, ...]:
        """The shape of the independent blocks."""
        return self.family.plates(self.moments)

    @property
    def dims(self) -> tuple[tuple[int, ...], ...]:
        """The shape of each moment inside a block."""
        return self.family.dims


class Step(NamedTuple):
    """How an update is made: the fraction of the old natural parameters that stays, and the inverse temperature."""

    damping: Array | np.ndarray | float = 0.0
    inverse_temperature: Array | np.ndarray | float = 1.0
    held: Array | np.ndarray | None = None
    """By number of the node, whether it stays as it is; None if all move."""

    def holding(self, node: Any, before: Any, after: Any) -> Any:
        """What becomes of a node that was to become ``after``."""
        if self.held is None:
            return after
        held = jnp.asarray(self.held)[node]
        return jax.tree.map(lambda old, new: jnp.where(held, old, new), before, after)


def updated(potential: Potential, order: tuple[int, ...], arguments: Arguments, state: State, how: Step) -> State:
    """Each variable's belief in turn at the best one given the others, or on the way there.

    At an inverse temperature below 1, it is the best one if entropy counts more: natural parameters are nearer to 0.
    """
    natural, moments = dict(state.natural), dict(state.moments)
    for node in order:
        message = potential.message(node, moments, arguments)
        if node in potential.sampled:
            best = jax.tree.map(lambda leaf: how.inverse_temperature * leaf, message)
            natural[node], moments[node] = stepped(potential, node, arguments, State(natural, moments), (best, how))
            continue
        own = natural[node], moments[node]
        natural[node], moments[node] = moved(potential.latent(node), message, *own, arguments, how)
    return State(natural, moments)


def moved(latent: Latent, message: Any, natural: Any, moments: Any, arguments: Arguments, how: Step) -> tuple[Any, Any]:
    """Natural parameters and moments after an update in closed form."""
    best = jax.tree.map(lambda leaf: how.inverse_temperature * leaf, message)
    return settled(latent, between(natural, best, 1 - how.damping), arguments, moments)


def stepped(
    potential: Potential, node: int, arguments: Arguments, state: State, towards: tuple[Any, Step]
) -> tuple[Any, Any]:
    """The belief after a step along the natural gradient: all the way, or the half of that until the bound rises.

    The message is the natural gradient of the bound without the belief's own natural parameters, so that a step of
    length one is an update in closed form where the message does not depend on the belief.

    Source: Khan, Lin (2017), Conjugate-computation variational inference.
    """
    best, how = towards
    latent, old = potential.latent(node), state.natural[node]
    free = jnp.asarray(arguments.free[node])

    def bound(natural: Any, moments: Any) -> Any:
        beliefs = State({**state.natural, node: natural}, {**state.moments, node: moments})
        terms = potential.terms(beliefs.moments, arguments, node)
        heat = entropy(latent, arguments, beliefs)
        return how.inverse_temperature * sum(terms.values(), start=jnp.zeros(())) + heat

    # Not the moments as they are: those of what was known until now do not belong to the parameters.
    kept = settled(latent, old, arguments, state.moments[node])
    now = bound(*kept)

    def at(share: Array) -> tuple[Array, Any, Any]:
        tried = between(old, best, share)
        # Where no belief has these natural parameters, nothing may be computed: a quantile would search without end.
        # Given what is known, which may be told nothing.
        finite = jnp.isfinite(latent.family.log_partition(settled(latent, tried, arguments)[0]))
        exists = (finite | ~free.any(axis=tuple(range(finite.ndim, free.ndim)))).all()
        tried = jax.tree.map(lambda a, b: jnp.where(exists & _like(finite, a), a, b), tried, old)
        natural, moments = settled(latent, tried, arguments, state.moments[node])
        return jnp.where(exists, bound(natural, moments), -jnp.inf), natural, moments

    def rises(value: Array) -> Any:
        return jnp.isfinite(value) & ~(value < now - 1e-12 * (1 + jnp.abs(now)))

    def further(carried: tuple[Array, Array, Any, Any]) -> Any:
        share, value, *_ = carried
        return ~rises(value) & (share > SMALLEST_STEP)

    def halved(carried: tuple[Array, Array, Any, Any]) -> tuple[Array, Array, Any, Any]:
        share = carried[0] / 2
        return share, *at(share)

    first = jnp.asarray(1 - how.damping, float)
    _, value, natural, moments = jax.lax.while_loop(further, halved, (first, *at(first)))
    return jax.tree.map(lambda a, b: jnp.where(rises(value), a, b), (natural, moments), kept)


def between(old: Any, new: Any, share: Array | np.ndarray | float) -> Any:
    """Natural parameters this share of the way; all of it where none are stored, as after a start at a value."""
    return jax.tree.map(lambda a, b: jnp.where(jnp.isfinite(a), (1 - share) * a + share * b, b), old, new)


def at_value(latent: Latent, value: Array | np.ndarray, arguments: Arguments) -> Any:
    """The moments of a variable that is taken to be known."""
    free, given = arguments.free[latent.node], arguments.given[latent.node]
    free = jnp.asarray(free)
    return _statistics(latent, jax.tree.map(lambda new, old: jnp.where(_like(free, new), new, old), value, given))


def settled(latent: Latent, natural: Any, arguments: Arguments, before: Any = None) -> tuple[Any, Any]:
    """Natural parameters given the entries that are known, and the moments of all entries.

    A point that nothing tells anything about, such as the mean of a component without members, stays at the moments
    that it had ``before``.
    """
    found, moments = _settled(latent, natural, arguments)
    return found, moments if before is None else kept(latent, natural, before, moments)


def kept(latent: Latent, natural: Any, before: Any, after: Any) -> Any:
    """The moments after an update; those before it where natural parameters tell nothing."""
    if not isinstance(latent.family, Point):
        return after
    silent = latent.family.undetermined(natural)
    return jax.tree.map(lambda old, new: jnp.where(_like(silent, new), old, new), before, after)


def _settled(latent: Latent, natural: Any, arguments: Arguments) -> tuple[Any, Any]:
    free, given = jnp.asarray(arguments.free[latent.node]), jax.tree.map(jnp.asarray, arguments.given[latent.node])
    if isinstance(latent.family, Chain):
        return chain_belief.conditioned(latent.family, natural, free, given)
    if isinstance(behind(latent.family), FullNormal | Boltzmann):
        return _conditioned(latent.family, natural, free, given)
    free = free.any(axis=-1) if _vector(latent) else free
    known = _statistics(latent, given)
    mean = jax.tree.map(
        lambda inferred, fixed: jnp.where(_like(free, inferred), inferred, fixed), latent.family.to_mean(natural), known
    )
    return natural, mean


def bounds(potential: Potential, arguments: Arguments, state: State) -> dict[int, Array]:
    """The lower bound on the log evidence, node by node."""
    found = potential.terms(state.moments, arguments)
    for latent in potential.latents:
        for node, part in shares(latent, arguments, state).items():
            found[node] = found[node] + part
    return found


def shares(latent: Latent, arguments: Arguments, state: State) -> dict[int, Array]:
    """The entropy by node: of a precision and of the mean given it, or of each normal variable given later ones."""
    if latent.concatenation is not None and isinstance(latent.family, FullNormal):
        return _normal_shares(latent, arguments, state)
    whole = entropy(latent, arguments, state)
    if not latent.parts:
        return {latent.node: whole}
    location, precision = latent.parts
    family: Any = latent.family
    alone = family.precision_alone(state.natural[latent.node])
    terms = precision.family.log_partition(alone) - precision.family.inner(alone, precision.family.to_mean(alone))
    of_precision = jnp.where(jnp.asarray(arguments.free[latent.node]), terms, 0.0).sum()
    return {location.node: whole - of_precision, precision.node: of_precision}


def _normal_shares(latent: Latent, arguments: Arguments, state: State) -> dict[int, Array]:
    """By the chain rule: the root of a precision holds that of each element given all later ones."""
    assert latent.concatenation is not None
    root = once(jnp.linalg.cholesky, -2 * symmetric(state.natural[latent.node].second))
    each = LOG_2PI_E / 2 - jnp.log(jnp.diagonal(root, axis1=-2, axis2=-1))
    each = jnp.where(jnp.asarray(arguments.free[latent.node]), each, 0.0)
    sizes = latent.layout.sizes
    places = latent.concatenation.apart(np.arange(math.prod(sizes)).reshape(sizes))
    flat = out_of_layout(each, latent.layout).ravel()
    return {node: flat[place.ravel()].sum() for node, place in places.items()}


def entropy(latent: Latent, arguments: Arguments, state: State) -> Array:
    """Of the entries that are inferred, without the expected base measure, which the density leaves out too."""
    natural, moments, family = state.natural[latent.node], state.moments[latent.node], latent.family
    free = jnp.asarray(arguments.free[latent.node])
    if isinstance(family, Point):
        # It has none; the base measure of its value counts as that of data does.
        value = family.value(moments)
        inferred = free.any(axis=-1) if _vector(latent) else free
        return jnp.where(inferred, family.log_base_measure(value), 0.0).sum()
    if isinstance(family, Chain):
        whole = chain_belief.entropy(family, natural, moments, free, jnp.asarray(arguments.given[latent.node]))
        inferred = free.any(axis=tuple(range(len(latent.layout.plates), free.ndim)))
        return jnp.where(inferred, whole, 0.0).sum()
    if isinstance(family, FullNormal):
        whole = (family.dim * LOG_2PI_E - once(lambda half: log_determinant(-2 * half), natural.second)) / 2
        # Known entries stand in the natural parameters as standard normals.
        return jnp.where(free.any(axis=-1), whole - (~free).sum(axis=-1) * LOG_2PI_E / 2, 0.0).sum()
    if isinstance(family, Boltzmann):
        whole = family.log_partition(natural) - family.inner(natural, moments)
        # Known bits stand in the natural parameters as fair ones.
        return jnp.where(free.any(axis=-1), whole - (~free).sum(axis=-1) * math.log(2), 0.0).sum()
    free = free.any(axis=-1) if _vector(latent) else free
    return jnp.where(free, family.log_partition(natural) - family.inner(natural, moments), 0.0).sum()


def _conditioned(family: Normalised, natural: NormalMoments, free: Array, given: Array) -> tuple[Any, Any]:
    """A joint normal, or coupled bits, given some of the entries.

    Those get a standard normal, or a fair bit, of their own in the natural parameters.
    """
    both = outer(free, free)

    def given_some() -> NormalMoments:
        matrix = symmetric(natural.second)
        known = jnp.where(free, 0.0, given)
        first = jnp.where(free, natural.first + 2 * (matrix @ known[..., None])[..., 0], 0.0)
        second = jnp.where(both, matrix, 0.0)
        if isinstance(behind(family), FullNormal):
            second = second - 0.5 * jnp.eye(free.shape[-1]) * jnp.where(free, 0.0, 1.0)[..., None, :]
        return NormalMoments(first, second)

    # Not worth a branch where there is little to do.
    conditional = given_some() if both.size < WORTH else jax.lax.cond(free.all(), lambda: natural, given_some)
    mean, covariance = _mean_and_covariance(family, conditional)
    mean, covariance = jnp.where(free, mean, given), jnp.where(both, covariance, 0.0)
    return conditional, NormalMoments(mean, covariance + outer(mean, mean))


def _mean_and_covariance(family: Normalised, natural: NormalMoments) -> tuple[Array, Array]:
    if isinstance(family, FullNormal):
        covariance = once(lambda half: inverse(-2 * half), natural.second)
        return apply(covariance, natural.first), covariance
    mean, raw = family.to_mean(natural)
    return mean, raw - outer(mean, mean)


def _statistics(latent: Latent, value: Any) -> Any:
    """In the layout, a block is one axis; a family may have it as several."""
    if latent.parts:
        return latent.family.statistics(value)
    value = jnp.asarray(value)
    if isinstance(latent.family, Chain):
        return latent.family.statistics(value)
    dims = latent.family.value_dims
    plates = value.shape[:-1] if _vector(latent) else value.shape
    return latent.family.statistics(value.reshape((*plates, *dims)))


def _vector(latent: Latent) -> bool:
    return bool(latent.layout.block)


def _like(mask: Array, array: Array) -> Array:
    return mask.reshape(mask.shape + (1,) * (array.ndim - mask.ndim))
