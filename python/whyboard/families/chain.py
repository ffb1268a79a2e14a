"""Markov chains as one block family: the log partition is a recursion, and its gradient is the smoother."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.backward_pass import Backwards
from whyboard.families.conjugated import Conjugated
from whyboard.families.embedding import Identity
from whyboard.families.family import Coordinates, Invertible, Shape, ValueMoments, as_key, is_shape, register
from whyboard.families.harmonium import HarmoniumCoordinates, Likelihood
from whyboard.families.product import Replicated
from whyboard.precision import compiled


class ChainCoordinates(NamedTuple):
    """What concerns each state, along a first event axis of length ``n``, and each step, along one of ``n - 1``."""

    each: Any
    pair: Any


@register
@dataclass(frozen=True)
class Chain(Invertible):
    r"""``n`` states of one family in a row, neighbours interacting.

    Mathematically, summing the last state out leaves a chain that is shorter by one, because
    $\psi(\theta_{t+1} + \Theta_t s(z_t)) = \rho' s(z_t) + \chi$: what a conjugated harmonium says of itself.
    Categorical states give hidden Markov models, normal ones Kalman smoothers; dynamics may differ at every step.

    Args:
        link: a conjugated harmonium over ``(next state, state)``, of one family both.
        n: how many states.

    Raises:
        ParameterError: if the two sides of the link differ.
    """

    link: Conjugated
    n: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.link.observable != self.link.latent or not isinstance(self.link.embedding, Identity):
            raise ParameterError(
                f"Chain got a link from {self.link.latent!r} to {self.link.observable!r}. Expected one family for a "
                f"state and the next, such as Mixture(Categorical(k), k) or LinearGaussian(dim, dim)."
            )

    @property
    def value_dims(self) -> Any:
        return jax.tree.map(lambda dim: (self.n, *dim), self.link.latent.value_dims, is_leaf=is_shape)

    def statistics(self, value: Any) -> ChainCoordinates:
        each = self._states_first(self.link.latent.statistics(value))
        pair = self.link.coupling.outer(_after(each), _before(each))
        return ChainCoordinates(self._states_last(each), self._pairs_last(pair))

    def contains(self, value: Any) -> Array:
        return self.link.latent.contains(value).all(-1)

    def log_base_measure(self, value: Any) -> Array:
        return Replicated(self.link.latent, self.n).log_base_measure(value)

    def expected_log_base_measure(self, natural: ChainCoordinates) -> Array:
        # Families that can be a state of a conjugated chain, normal and categorical ones, have none.
        return self.link.latent.expected_log_base_measure(natural.each).sum(-1)

    @compiled()
    def log_partition(self, natural: ChainCoordinates) -> Array:
        backwards = self._backwards(natural)
        return self.link.latent.log_partition(backwards.first) + backwards.total

    @compiled()
    def to_mean(self, natural: ChainCoordinates) -> ChainCoordinates:
        """The smoother: backwards what later states say, forwards the means of each state and the one before it."""
        backwards = self._backwards(natural)

        def step(mean: Any, response: Any) -> tuple[Any, Any]:
            following, _ = self.link.answered(response, mean)
            return following, following

        start = self.link.latent.broadcast(self.link.latent.to_mean(backwards.first))
        _, rest = jax.lax.scan(step, start, backwards.responses)
        each = jax.tree.map(lambda one, others: jnp.concatenate([one[None], others]), start, rest)
        _, pairs = self.link.answered(backwards.responses, _before(each))
        return ChainCoordinates(self._states_last(each), self._pairs_last(pairs))

    @compiled()
    def to_natural(self, mean: ChainCoordinates) -> ChainCoordinates:
        """A state belongs to the joint distribution of each step next to it; what is counted twice is taken off."""
        each, pair = self._states_first(mean.each), self._pairs_first(mean.pair)
        single = self._states_first(self.link.latent.to_natural(mean.each))
        both = HarmoniumCoordinates(_after(each), pair, _before(each))
        later, pair, earlier = self.link.broadcast(self.link.to_natural(both))
        steps = np.minimum(np.arange(self.n), 1) + np.minimum(np.arange(self.n)[::-1], 1)
        natural = jax.tree.map(
            lambda a, b, own: _pad(a, 1, 0) + _pad(b, 0, 1) - (steps - 1).reshape(-1, *(1,) * (own.ndim - 1)) * own,
            *(later, earlier, single),
        )
        return ChainCoordinates(self._states_last(natural), self._pairs_last(pair))

    def value_moments(self, natural: ChainCoordinates) -> ValueMoments:
        """Of each state by itself."""
        state = self.link.latent
        return state.value_moments(state.to_natural(self.to_mean(natural).each))

    @compiled("shape")
    def sample(self, key: Array | int, natural: ChainCoordinates, shape: Shape = ()) -> Any:
        """From the first state on, each given the one before it and all that was summed out behind it."""
        backwards = self._backwards(natural)
        keys = jax.random.split(as_key(key), self.n)
        start = self.link.latent.sample(keys[0], backwards.first, shape)

        def step(state: Any, inputs: tuple[Any, Any, Array]) -> tuple[Any, Any]:
            message, pair, key = inputs
            following = self.link.observable.sample(key, self.link.likelihood(Likelihood(message, pair), state))
            return following, following

        pairs = self._pairs_first(self.broadcast(natural).pair)
        _, rest = jax.lax.scan(step, start, (backwards.messages, pairs, keys[1:]))
        whole = jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), start, rest)
        shapes = jax.tree.leaves(self.link.latent.value_dims, is_leaf=is_shape)
        leaves, build = jax.tree.flatten(whole)
        return build.unflatten([_to_last(leaf, dim) for leaf, dim in zip(leaves, shapes, strict=True)])

    def _backwards(self, natural: ChainCoordinates) -> Backwards:
        natural = self.broadcast(jax.tree.map(lambda leaf: jnp.asarray(leaf, float), natural))
        return self.link.backwards(self._states_first(natural.each), self._pairs_first(natural.pair))

    def _states_first(self, states: Coordinates) -> Coordinates:
        """With the axis of states first, as loops want it."""
        return _map(_to_first, states, self.link.latent.dims)

    def _states_last(self, states: Coordinates) -> Coordinates:
        return _map(_to_last, states, self.link.latent.dims)

    def _pairs_first(self, pairs: Coordinates) -> Coordinates:
        return _map(_to_first, pairs, self.link.coupling.dims)

    def _pairs_last(self, pairs: Coordinates) -> Coordinates:
        return _map(_to_last, pairs, self.link.coupling.dims)


def _map(move: Callable[[Array, Shape], Array], coordinates: Coordinates, dims: tuple[Shape, ...]) -> Coordinates:
    leaves, build = jax.tree.flatten(coordinates)
    return build.unflatten([move(jnp.asarray(leaf), dim) for leaf, dim in zip(leaves, dims, strict=True)])


def _to_first(leaf: Array, dim: Shape) -> Array:
    return jnp.moveaxis(leaf, leaf.ndim - len(dim) - 1, 0)


def _to_last(leaf: Array, dim: Shape) -> Array:
    return jnp.moveaxis(leaf, 0, leaf.ndim - len(dim) - 1)


def _before(each: Coordinates) -> Coordinates:
    return jax.tree.map(lambda leaf: leaf[:-1], each)


def _after(each: Coordinates) -> Coordinates:
    return jax.tree.map(lambda leaf: leaf[1:], each)


def _pad(leaf: Array, before: int, after: int) -> Array:
    return jnp.pad(leaf, [(before, after)] + [(0, 0)] * (leaf.ndim - 1))
