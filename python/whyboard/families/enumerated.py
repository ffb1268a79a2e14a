"""Harmoniums made exact by going through all states of the latent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import logsumexp

from whyboard.errors import ParameterError
from whyboard.families.family import NoClosedForm, register
from whyboard.families.harmonium import HarmoniumCoordinates, HarmoniumFamily, NormalisedHarmonium


@register
@dataclass(frozen=True)
class Enumerated(NormalisedHarmonium):
    r"""A harmonium with a finite latent: $\psi = \log \sum_z \exp(\theta_z' s(z) + \psi_x(\theta_x + \Theta s(z)))$.

    Raises:
        ParameterError: if the latent has infinitely many states, or too many.
    """

    harmonium: HarmoniumFamily

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            self.harmonium.latent.states()
        except NoClosedForm as problem:
            raise ParameterError(
                f"Enumerated got a harmonium whose latent is {self.harmonium.latent!r}. Expected one with finitely "
                f"many states, such as Categorical or Replicated(Bernoulli(), n); use gibbs() of the harmonium itself."
            ) from problem

    @property
    def observable(self) -> Any:
        return self.harmonium.observable

    @property
    def interaction(self) -> Any:
        return self.harmonium.interaction

    @property
    def latent(self) -> Any:
        return self.harmonium.latent

    def log_partition(self, natural: HarmoniumCoordinates) -> Array:
        return logsumexp(self._log_weights(natural), axis=-1)

    def prior_sample(self, key: Array, natural: HarmoniumCoordinates, shape: tuple[int, ...]) -> Any:
        weights = self._log_weights(natural)
        index = jax.random.categorical(key, weights, shape=(*shape, *weights.shape[:-1]))
        return jax.tree.map(lambda leaf: jnp.asarray(leaf)[index], self.latent.states())

    def expected_log_base_measure(self, natural: HarmoniumCoordinates) -> Array:
        weights, states = jax.nn.softmax(self._log_weights(natural), axis=-1), self.latent.states()
        given = self.likelihood(self.with_last_plate(natural), states)
        own = self.observable.expected_log_base_measure(given) + self.latent.log_base_measure(states)
        return (weights * own).sum(-1)

    def _log_weights(self, natural: HarmoniumCoordinates) -> Array:
        """Of each state of the latent, with the observable summed or integrated out."""
        states = self.latent.states()
        wide = self.with_last_plate(natural)
        own = self.latent.log_weight(wide.latent, states)
        return own + self.observable.log_partition(self.likelihood(wide, states))
