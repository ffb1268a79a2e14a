"""Sequences driven by a hidden state: hidden Markov models and Kalman filters, by one set of lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.argument import Checked
from whyboard.families.block import add, subtract
from whyboard.families.chain import Chain, ChainCoordinates
from whyboard.families.conjugated import Conjugated
from whyboard.families.family import Coordinates, Frame, Shape, as_key
from whyboard.families.fit import Fit, fit, flat
from whyboard.families.harmonium import HarmoniumCoordinates, Likelihood
from whyboard.families.product import Product
from whyboard.families.space import Counts, Points, Rows, Seeds, Shapes, Space, Values
from whyboard.precision import compiled


class ProcessCoordinates(NamedTuple):
    """Natural parameters of the first state, and likelihoods of observation and next state given a state."""

    initial: Any
    emission: Likelihood
    transition: Likelihood


class ProcessMeans(NamedTuple):
    """Mean statistics of the first state, of observation and state, and of next state and state."""

    initial: Any
    emission: HarmoniumCoordinates
    transition: HarmoniumCoordinates


@dataclass(frozen=True)
class LatentProcess(Checked):
    r"""A hidden Markov chain of states, each with an observation.

    Both harmoniums have the state as their latent. Mathematically, observations shift the natural parameters of a
    `Chain`, so that filters, smoothers, densities and learning are those of harmoniums: mixtures give hidden Markov
    models, linear Gaussians give Kalman filters.

    Args:
        emission: a conjugated harmonium over ``(observation, state)``.
        transition: a conjugated harmonium over ``(next state, state)``.

    Raises:
        ParameterError: if the families of states differ.
    """

    emission: Conjugated
    transition: Conjugated

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.emission.latent != self.transition.latent:
            raise ParameterError(
                f"LatentProcess got an emission from {self.emission.latent!r} and a transition from "
                f"{self.transition.latent!r}. Expected one family of states."
            )
        for name, harmonium in (("emission", self.emission), ("transition", self.transition)):
            if harmonium.closed:
                continue
            raise ParameterError(
                f"LatentProcess got the {name} {harmonium!r}, whose likelihood cannot be learned by itself. "
                f"Expected one with a closed to_natural: a Mixture whose components differ in everything, or a "
                f"LinearGaussian."
            )
        _ = Chain(self.transition, 2)

    @property
    def observable(self) -> Any:
        return self.emission.observable

    @property
    def templates(self) -> tuple[Any, ...]:
        """What natural parameters look like, with shapes in place of numbers."""
        return (ProcessCoordinates(self.state.template, *self.emission.likelihoods, *self.transition.likelihoods),)

    @property
    def means(self) -> tuple[Any, ...]:
        """What means look like, with shapes in place of numbers."""
        return (ProcessMeans(self.state.template, self.emission.template, self.transition.template),)

    @cached_property
    def spaces(self) -> Mapping[str, Space]:
        coordinates = {"natural": Points(self), "mean": Points(self, "means"), "belief": Points(self.state)}
        both = Values(Product((self.observable, self.state)))
        data = {"x": Values(self.observable), "xs": Rows(self.observable, sequences=True), "value": both}
        counts = dict.fromkeys(("n", "restarts", "max_steps"), Counts())
        return {**coordinates, **data, **counts, **dict.fromkeys(("key", "seed"), Seeds()), "shape": Shapes()}

    @property
    def state(self) -> Any:
        return self.emission.latent

    def chain(self, n: int) -> Chain:
        """The family of ``n`` states in a row."""
        return Chain(self.transition, n)

    def update(self, natural: ProcessCoordinates, belief: Coordinates, x: Any) -> Coordinates:
        """A belief about a state after an observation of it."""
        shift = self.emission.coupling.towards_latent(natural.emission.interaction, self.observable.statistics(x))
        return subtract(add(belief, shift), self.emission.conjugation(natural.emission).rho)

    def predict(self, natural: ProcessCoordinates, belief: Coordinates) -> Coordinates:
        """A belief about the next state from one about a state."""
        theta, weights = natural.transition
        joint = subtract(belief, self.transition.conjugation(natural.transition).rho)
        # The state is summed out, not the next one: the same harmonium with its sides exchanged.
        turned = Likelihood(joint, self.transition.coupling.transposed(weights))
        return add(theta, self.transition.conjugation(turned).rho)

    @compiled()
    def filter(self, natural: ProcessCoordinates, xs: Any) -> Coordinates:
        """``(n, ...)``: the belief about each state from the observations up to it, of one sequence."""
        natural = jax.tree.map(jnp.asarray, natural)

        def step(belief: Coordinates, x: Any) -> tuple[Coordinates, Coordinates]:
            updated = self.update(natural, belief, x)
            return self.predict(natural, updated), updated

        start = self.state.broadcast(jax.tree.map(lambda leaf: jnp.asarray(leaf, float), natural.initial))
        return jax.lax.scan(step, start, jax.tree.map(jnp.asarray, xs))[1]

    def posterior(self, natural: ProcessCoordinates, xs: Any) -> ChainCoordinates:
        """The natural parameters of the chain of states given observations ``(*plates, n, ...)``."""
        shift = self.emission.coupling.towards_latent(natural.emission.interaction, self.observable.statistics(xs))
        rho = self.emission.conjugation(natural.emission).rho
        return self._chain(natural, self._length(xs), self.state.broadcast(subtract(shift, rho)))

    @compiled()
    def smooth(self, natural: ProcessCoordinates, xs: Any) -> ChainCoordinates:
        """The moments of all states, and of neighbours together, given all observations."""
        return self.chain(self._length(xs)).to_mean(self.posterior(natural, xs))

    @compiled()
    def log_observable_density(self, natural: ProcessCoordinates, xs: Any) -> Array:
        """``(*plates,)``: of whole sequences, with the states summed or integrated out."""
        n = self._length(xs)
        return self.chain(n).log_partition(self.posterior(natural, xs)) + self._constants(natural, xs)

    @compiled()
    def log_density(self, natural: ProcessCoordinates, value: tuple[Any, Any]) -> Array:
        """``(*plates,)``: of observations and states together."""
        xs, zs = value
        chain = self.chain(self._length(xs))
        return chain.log_weight(self.posterior(natural, xs), zs) + self._constants(natural, xs)

    @compiled("n", "shape")
    def sample(self, key: Array | int, natural: ProcessCoordinates, n: int, shape: Shape = ()) -> tuple[Any, Any]:
        """Sequences of ``n`` observations and states, ``(*shape, n, ...)``."""
        chain_key, key = jax.random.split(as_key(key))
        natural = jax.tree.map(lambda leaf: jnp.asarray(leaf, float), natural)
        states = self.chain(n).sample(chain_key, self._chain(natural, n), shape)
        return self.observable.sample(key, self.emission.likelihood(natural.emission, states)), states

    def expectation(self, natural: ProcessCoordinates, xs: Any) -> ProcessMeans:
        """The mean statistics of one sequence or of rows of sequences, with the states as smoothed."""
        return self._average(xs, self.smooth(natural, xs))

    def to_natural(self, mean: ProcessMeans) -> ProcessCoordinates:
        """The most likely natural parameters for these means."""
        return ProcessCoordinates(
            self.state.to_natural(mean.initial),
            self.emission.to_likelihood(mean.emission),
            self.transition.to_likelihood(mean.transition),
        )

    @compiled()
    def em_step(self, natural: ProcessCoordinates, xs: Any) -> ProcessCoordinates:
        """One step of expectation and maximisation: the likelihood of the sequences ``xs`` does not fall."""
        return self.to_natural(self.expectation(natural, xs))

    def fit(
        self,
        xs: Any,
        *,
        seed: int = 0,
        restarts: int = 4,
        max_steps: int = 1000,
        tolerance: float = 1e-9,
        pseudo_observations: float = 0.01,
    ) -> Fit:
        """The most likely natural parameters for one sequence ``(n, ...)`` or rows of sequences ``(rows, n, ...)``.

        The arguments are those of `Conjugated.fit`; densities are those of a single observation.
        """
        return fit(self, xs, seed, restarts, max_steps, tolerance, pseudo_observations)

    def guess(self, key: Array, xs: Any) -> ProcessMeans:
        """Rough means to start a fit with: states guessed from each observation by itself."""
        plates = self.observable.plates_of_value(xs)
        rows = flat(self.observable, xs)
        states = jax.tree.map(lambda leaf: leaf.reshape(*plates, *leaf.shape[1:]), self.emission.impute(key, rows))
        return self._average(xs, self.chain(plates[-1]).statistics(states))

    def decoupled(self, mean: ProcessMeans) -> ProcessMeans:
        """The same means of each part, independent of each other."""
        emission, transition = self.emission.decoupled(mean.emission), self.transition.decoupled(mean.transition)
        # The first state like any: a few sequences alone say too little of how it varies.
        return ProcessMeans(mean.emission.latent, emission, transition)

    def maximum(self, mean: ProcessMeans, near: ProcessCoordinates) -> ProcessCoordinates:
        """The same as `to_natural`."""
        del near
        return self.to_natural(mean)

    def expected_log_density(self, natural: ProcessCoordinates, mean: ProcessMeans) -> Array:
        """Of one observation, one step and one first state whose statistics are these means."""
        first = self.state.inner(natural.initial, mean.initial) - self.state.log_partition(natural.initial)
        seen = _expected_conditional(self.emission, natural.emission, mean.emission)
        return first + seen + _expected_conditional(self.transition, natural.transition, mean.transition)

    def unframed(self, natural: ProcessCoordinates, frame: Frame) -> ProcessCoordinates:
        """Natural parameters for observations as they are, from those for observations as seen from a frame."""
        whole = HarmoniumCoordinates(*natural.emission, self.state.zeros())
        observable, interaction, _ = self.emission.unframed(whole, frame)
        return natural._replace(emission=Likelihood(observable, interaction))

    def _length(self, xs: Any) -> int:
        return self.observable.plates_of_value(xs)[-1]

    def _chain(self, natural: ProcessCoordinates, n: int, evidence: Coordinates | None = None) -> ChainCoordinates:
        """The chain of states: where each comes from, less what its next step adds to it, plus what is known of it."""
        theta, weights = natural.transition
        rho = self.transition.conjugation(natural.transition).rho
        first, last = np.arange(n) == 0, np.arange(n) == n - 1

        def each(initial: Array, later: Array, spent: Array, dim: Shape) -> Array:
            is_first, is_last = (side.reshape(n, *(1,) * len(dim)) for side in (first, last))
            return jnp.where(is_first, initial, later) - jnp.where(is_last, 0, spent)

        parts = zip(*map(jax.tree.leaves, (natural.initial, theta, rho)), self.state.dims, strict=True)
        whole = jax.tree.unflatten(jax.tree.structure(theta), [each(*part) for part in parts])
        pairs = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (n - 1, *jnp.shape(leaf))), weights)
        return ChainCoordinates(whole if evidence is None else add(whole, evidence), pairs)

    def _constants(self, natural: ProcessCoordinates, xs: Any) -> Array:
        """What a sequence adds to its log density that no state takes part in."""
        own = self.observable.log_weight(natural.emission.observable, xs)
        own = own - self.emission.conjugation(natural.emission).chi
        steps = (self._length(xs) - 1) * self.transition.conjugation(natural.transition).chi
        return own.sum(-1) - steps - self.state.log_partition(natural.initial)

    def _average(self, xs: Any, states: ChainCoordinates) -> ProcessMeans:
        observable = self.observable.broadcast(self.observable.statistics(xs))
        each, n = self.state.broadcast(states.each), self._length(xs)
        before, after = (_rows(each, self.state.dims, part) for part in (slice(0, n - 1), slice(1, n)))
        everything = slice(None)
        emission = self.emission.average(
            _rows(observable, self.observable.dims, everything), _rows(each, self.state.dims, everything)
        )
        pairs = _rows(states.pair, self.transition.coupling.dims, everything)
        steps = jax.tree.map(lambda leaf: leaf.mean(axis=0), HarmoniumCoordinates(after, pairs, before))
        initial = jax.tree.map(lambda leaf: leaf.mean(axis=0), _rows(each, self.state.dims, slice(0, 1)))
        return ProcessMeans(initial, emission, steps)


def _rows(coordinates: Coordinates, dims: tuple[Shape, ...], part: slice) -> Coordinates:
    """Part of the last plate, with all plates as one."""
    leaves, build = jax.tree.flatten(coordinates)
    cut = [
        leaf[(..., part, *(slice(None),) * len(dim))].reshape(-1, *dim) for leaf, dim in zip(leaves, dims, strict=True)
    ]
    return build.unflatten(cut)


def _expected_conditional(harmonium: Conjugated, likelihood: Likelihood, mean: HarmoniumCoordinates) -> Array:
    rho, chi = harmonium.conjugation(likelihood)
    return harmonium.inner(HarmoniumCoordinates(*likelihood, jax.tree.map(jnp.negative, rho)), mean) - chi
