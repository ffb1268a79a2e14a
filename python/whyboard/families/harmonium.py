"""Harmoniums: two families joined by an interaction of their statistics."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.flatten_util import ravel_pytree

from whyboard.errors import ParameterError
from whyboard.families.bernoulli import Bernoulli
from whyboard.families.block import add, subtract
from whyboard.families.family import Coordinates, Family, Normalised, Sampleable, as_key
from whyboard.families.interaction import Interaction, Pair
from whyboard.families.product import Product, Replicated
from whyboard.families.space import Counts, Rows, Seeds, Space, Values, Within
from whyboard.precision import compiled


class HarmoniumCoordinates(NamedTuple):
    """What concerns the observable, both, and the latent: natural parameters or means, one field for each."""

    observable: Any
    interaction: Any
    latent: Any


class Likelihood(NamedTuple):
    """The part of a harmonium's natural parameters that says how the observable depends on the latent."""

    observable: Any
    interaction: Any


class HarmoniumFamily(Family):
    r"""Pairs ``(x, z)`` of an observable and a latent value.

    Mathematically, $\log p(x, z) = \theta_x' s(x) + \theta_z' s(z) + s(x)' \Theta s(z) - \psi$. Given one of the two,
    the other is of its own family: all that is done with harmoniums comes from this.

    Source: Welling, Rosen-Zvi and Hinton (2004), Exponential family harmoniums with an application to information
    retrieval.
    """

    observable: Any
    interaction: Any
    latent: Any

    @cached_property
    def coupling(self) -> Interaction:
        r"""The space that $\Theta$ lies in."""
        return Interaction(self.observable, self.latent, tuple(Pair(*pair) for pair in self.interaction))

    @property
    def value_dims(self) -> Any:
        return self.observable.value_dims, self.latent.value_dims

    @property
    def templates(self) -> tuple[Any, ...]:
        return self.template, *self.likelihoods

    @property
    def likelihoods(self) -> tuple[Likelihood]:
        """What likelihoods look like, with shapes in place of numbers."""
        return (Likelihood(*self.template[:2]),)

    @cached_property
    def spaces(self) -> Mapping[str, Space]:
        own = {"x": Values(self.observable), "xs": Rows(self.observable), "z": Within(self.latent)}
        counts = dict.fromkeys(("steps", "restarts", "max_steps"), Counts())
        return {**super().spaces, **own, **counts, "seed": Seeds()}

    def contains(self, value: tuple[Any, Any]) -> Array:
        return self._parts.contains(value)

    def statistics(self, value: tuple[Any, Any]) -> HarmoniumCoordinates:
        observable, latent = self._parts.statistics(value)
        return HarmoniumCoordinates(observable, self.coupling.outer(observable, latent), latent)

    def log_base_measure(self, value: tuple[Any, Any]) -> Array:
        return self._parts.log_base_measure(value)

    def states(self) -> tuple[Any, Any]:
        return self._parts.states()

    def decoupled(self, mean: HarmoniumCoordinates) -> HarmoniumCoordinates:
        """The means of the same parts, independent of each other, all the way down."""
        latent = self.latent.decoupled(mean.latent) if isinstance(self.latent, HarmoniumFamily) else mean.latent
        return HarmoniumCoordinates(mean.observable, self.coupling.outer(mean.observable, latent), latent)

    def likelihood(self, natural: HarmoniumCoordinates | Likelihood, z: Any) -> Coordinates:
        """The observable's natural parameters, given latent values."""
        shift = self.coupling.towards_observable(natural.interaction, self.latent.statistics(z))
        return self.observable.broadcast(add(natural.observable, shift))

    def posterior(self, natural: HarmoniumCoordinates, x: Any) -> Coordinates:
        """The latent's natural parameters, given observed values."""
        return self.latent.broadcast(self._posterior(natural, x))

    def log_observable_weight(self, natural: HarmoniumCoordinates, x: Any) -> Array:
        """The same of observed values, with the latent summed or integrated out."""
        own = self.observable.log_weight(natural.observable, x)
        return own + self.latent.log_partition(self._posterior(natural, x))

    @compiled("steps")
    def gibbs(self, key: Array | int, natural: HarmoniumCoordinates, value: tuple[Any, Any], steps: int = 1) -> Any:
        """The pairs after so many sweeps: latents given observables, then observables given latents."""

        def sweep(pair: tuple[Any, Any], key: Array) -> tuple[tuple[Any, Any], None]:
            latent_key, observable_key = jax.random.split(key)
            z = self.latent.sample(latent_key, self.posterior(natural, pair[0]))
            return (self.observable.sample(observable_key, self.likelihood(natural, z)), z), None

        value = jax.tree.map(jnp.asarray, value)
        first = jax.eval_shape(lambda pair, k: sweep(pair, k)[0], value, as_key(key))
        value = jax.tree.map(lambda leaf, like: leaf.astype(like.dtype), value, first)
        return jax.lax.scan(sweep, value, jax.random.split(as_key(key), steps))[0]

    @compiled("steps")
    def contrastive_divergence(
        self, key: Array | int, natural: HarmoniumCoordinates, xs: Any, steps: int = 1
    ) -> HarmoniumCoordinates:
        """Roughly the gradient of the mean log density of rows: their moments minus those ``steps`` sweeps later.

        Source: Hinton (2002), Training products of experts by minimizing contrastive divergence.
        """
        start_key, key = jax.random.split(as_key(key))
        z = self.latent.sample(start_key, self.posterior(natural, xs))
        later, _ = self.gibbs(key, natural, (xs, z), steps)
        return subtract(self.expectation(natural, xs), self.expectation(natural, later))

    @compiled()
    def expectation(self, natural: HarmoniumCoordinates, xs: Any) -> HarmoniumCoordinates:
        """The mean statistics of rows of observed values, with the latent as these natural parameters expect it."""
        observable = self.observable.broadcast(self.observable.statistics(xs))
        latent = self.latent.broadcast(self.latent.to_mean(self._posterior(natural, xs)))
        return self.average(observable, latent)

    def average(self, observable: Coordinates, latent: Coordinates) -> HarmoniumCoordinates:
        """The mean over rows of statistics of both parts."""
        means = jax.tree.map(lambda leaf: jnp.asarray(leaf).mean(axis=0), (observable, latent))
        return HarmoniumCoordinates(means[0], self.coupling.average(observable, latent), means[1])

    def ravel(self, coordinates: HarmoniumCoordinates) -> tuple[Array, Callable[[Array], HarmoniumCoordinates]]:
        """All numbers in one vector, and the way back: for optimisers."""
        return ravel_pytree(coordinates)

    def _posterior(self, natural: HarmoniumCoordinates, x: Any) -> Coordinates:
        """With plates only where values differ: what all rows share, such as a covariance, is worked out once."""
        return add(natural.latent, self.coupling.towards_latent(natural.interaction, self.observable.statistics(x)))

    @cached_property
    def _parts(self) -> Product:
        return Product((self.observable, self.latent))


class NormalisedHarmonium(HarmoniumFamily, Normalised):
    """A harmonium whose log partition is known, and so the density of the observable alone."""

    @compiled()
    def log_observable_density(self, natural: HarmoniumCoordinates, x: Any) -> Array:
        """``(*plates,)``, with the latent summed or integrated out."""
        return self.log_observable_weight(natural, x) - self.log_partition(natural)

    @abstractmethod
    def prior_sample(self, key: Array, natural: HarmoniumCoordinates, shape: tuple[int, ...]) -> Any:
        """Draws of the latent alone."""

    @compiled("shape")
    def sample(self, key: Array | int, natural: HarmoniumCoordinates, shape: tuple[int, ...] = ()) -> tuple[Any, Any]:
        """Ancestral: the latent, then the observable given it."""
        latent_key, observable_key = jax.random.split(as_key(key))
        z = self.prior_sample(latent_key, natural, shape)
        return self.observable.sample(observable_key, self.likelihood(natural, z)), z


@dataclass(frozen=True)
class Harmonium(HarmoniumFamily):
    """Any two families and the pairs of their blocks that interact, for example ``[("first", "first")]``.

    Nothing more is known of it: it is explored by `gibbs` and learned by `contrastive_divergence`. Where the latent has
    few states, `Enumerated` makes it exact.
    """

    observable: Sampleable
    interaction: tuple[Pair, ...]
    latent: Normalised

    def __post_init__(self) -> None:
        super().__post_init__()
        pairs = self.interaction
        if not isinstance(pairs, tuple | list) or not all(isinstance(p, tuple | list) and len(p) == 2 for p in pairs):
            raise ParameterError(
                f"Harmonium got interaction={pairs!r}. Expected pairs of blocks, such as [('first', 'first')]."
            )
        object.__setattr__(self, "interaction", tuple(Pair(*pair) for pair in pairs))
        _ = self.coupling


def RestrictedBoltzmann(visible: int, hidden: int) -> Harmonium:  # noqa: N802
    """Bits on both sides, each side independent given the other."""
    return Harmonium(Replicated(Bernoulli(), visible), (Pair("first", "first"),), Replicated(Bernoulli(), hidden))
