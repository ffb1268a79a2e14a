"""Conjugated harmoniums: the latent's prior is of the latent's family, so that everything is known exactly."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families.backward_pass import Backwards
from whyboard.families.block import add, subtract
from whyboard.families.embedding import Embedding, Identity
from whyboard.families.family import Coordinates, Family, Frame, Invertible, NoClosedForm
from whyboard.families.fit import Fit, fit, seen_through
from whyboard.families.harmonium import HarmoniumCoordinates, Likelihood, NormalisedHarmonium
from whyboard.families.inversion import Inversion, found, natural_from_mean
from whyboard.families.space import Points, Space
from whyboard.precision import compiled


class Conjugation(NamedTuple):
    r"""What the observable's log partition is as a function of the latent: $\rho' s(z) + \chi$."""

    rho: Any
    chi: Any


class Conjugated(NormalisedHarmonium, Invertible):
    r"""A harmonium with $\psi_x(\theta_x + \Theta s(z)) = \rho' s(z) + \chi$ for all $z$.

    Then the prior of the latent is of its family with natural parameters $\theta_z + \rho$, and the log partition of
    the whole is $\psi_z(\theta_z + \rho) + \chi$. The posterior may live in a sub-family of the prior's family, tied to
    it by an embedding; the prior is then $E \theta_z + \rho$.
    """

    @abstractmethod
    def conjugation(self, natural: HarmoniumCoordinates | Likelihood) -> Conjugation:
        r"""The $\rho$ and $\chi$ of a likelihood."""

    @cached_property
    def spaces(self) -> Mapping[str, Space]:
        own = {"likelihood": Points(self, "likelihoods"), "prior": Points(self.embedding.amb_man)}
        return {**super().spaces, **own}

    def response(self, likelihood: Likelihood) -> Any:
        """What `answered` needs of a likelihood."""
        return likelihood

    def answered(self, response: Any, latent: Coordinates) -> tuple[Coordinates, Coordinates]:
        r"""The means of the observable, and of its products with the latent, when the latent has these means.

        Mathematically, the gradient of $\rho' s(z) + \chi$ in $\theta_x$ and $\Theta$: linear in the means of $s(z)$.
        """

        def expected(likelihood: Likelihood) -> Array:
            rho, chi = self.conjugation(likelihood)
            return (self.latent.inner(rho, latent) + chi).sum()

        return tuple(jax.grad(expected)(response))

    def backwards(self, each: Coordinates, pairs: Coordinates) -> Backwards:
        """The states of a chain summed out from the last one on, where this is the harmonium of neighbours.

        Args:
            each: natural parameters of states, ``(states, *plates, *dims)``.
            pairs: those of steps, ``(states - 1, *plates, *dims)``.
        """

        def step(carry: tuple[Any, Array], inputs: tuple[Any, Any]) -> tuple[tuple[Any, Array], Any]:
            (message, total), (own, pair) = carry, inputs
            rho, chi = self.conjugation(Likelihood(message, pair))
            return (add(own, rho), total + chi), message

        last = jax.tree.map(lambda leaf: leaf[-1], each)
        none = jnp.zeros(self.latent.plates(last), jnp.result_type(float, *jax.tree.leaves(last)))
        before = jax.tree.map(lambda leaf: leaf[:-1], each)
        (first, total), messages = jax.lax.scan(step, (last, none), (before, pairs), reverse=True)
        return Backwards(first, total, messages, self.response(Likelihood(messages, pairs)))

    @abstractmethod
    def to_likelihood(self, mean: HarmoniumCoordinates) -> Likelihood:
        """The most likely likelihood for these means."""

    @abstractmethod
    def impute(self, key: Array, xs: Any) -> Any:
        """A rough guess of the latent value of each row, to start a fit with."""

    @cached_property
    def embedding(self) -> Embedding:
        """How the posterior's family lies in the prior's."""
        return Identity(self.latent)

    @property
    def closed(self) -> bool:
        """Whether a likelihood and a prior can be chosen apart, so that `to_natural` is a formula."""
        return isinstance(self.embedding, Identity)

    def prior(self, natural: HarmoniumCoordinates) -> Coordinates:
        """The latent's natural parameters before anything is observed."""
        return self._prior(natural)[0]

    @compiled()
    def log_partition(self, natural: HarmoniumCoordinates) -> Array:
        prior, chi = self._prior(natural)
        return self.embedding.amb_man.log_partition(prior) + chi

    def split(self, natural: HarmoniumCoordinates) -> tuple[Likelihood, Coordinates]:
        """The likelihood and the prior."""
        return Likelihood(natural.observable, natural.interaction), self.prior(natural)

    def join(self, likelihood: Likelihood, prior: Coordinates) -> HarmoniumCoordinates:
        """The natural parameters with this likelihood and this prior.

        Raises:
            NoClosedForm: if the posterior lives in a smaller family, which need not hold what is left of the prior.
        """
        if not isinstance(self.embedding, Identity):
            raise NoClosedForm(
                f"join of {self!r}: its prior is in {self.embedding.amb_man!r}, its posterior only in {self.latent!r}, "
                f"so not every prior fits every likelihood. Build natural parameters directly, or use to_natural or "
                f"fit."
            )
        latent = subtract(prior, self.conjugation(likelihood).rho)
        return HarmoniumCoordinates(likelihood.observable, likelihood.interaction, latent)

    def prior_sample(self, key: Array, natural: HarmoniumCoordinates, shape: tuple[int, ...]) -> Any:
        return self.embedding.amb_man.sample(key, self.prior(natural), shape)

    def to_natural(self, mean: HarmoniumCoordinates) -> HarmoniumCoordinates:
        """The most likely parameters for these means: by formula if `closed`, else by Newton steps.

        Raises:
            SolverError: if Newton steps do not reach the means.
        """
        return self._joined(mean) if self.closed else found(self, self._inverted(mean))

    def maximum(self, mean: HarmoniumCoordinates, near: HarmoniumCoordinates) -> HarmoniumCoordinates:
        """The same as `to_natural`, beginning at natural parameters that are near.

        Newton steps that do not reach the means are still nearer to them, so a fit goes on from there.
        """
        return self._joined(mean) if self.closed else natural_from_mean(self, mean, near).natural

    @compiled()
    def _joined(self, mean: HarmoniumCoordinates) -> HarmoniumCoordinates:
        return self.join(self.to_likelihood(mean), self.latent.to_natural(mean.latent))

    @compiled()
    def _inverted(self, mean: HarmoniumCoordinates) -> Inversion:
        return natural_from_mean(self, mean, self._apart(mean))

    @compiled()
    def em_step(self, natural: HarmoniumCoordinates, xs: Any) -> HarmoniumCoordinates:
        """One step of expectation and maximisation: the likelihood of the rows ``xs`` does not fall."""
        return self.maximum(self.expectation(natural, xs), natural)

    def fit(
        self,
        xs: Any,
        *,
        seed: int = 0,
        restarts: int = 4,
        max_steps: int = 2000,
        tolerance: float = 1e-9,
        pseudo_observations: float = 0.01,
    ) -> Fit:
        """The most likely natural parameters for rows of observed values, by expectation and maximisation.

        Args:
            xs: ``(rows, *event)``.
            seed: of the starts.
            restarts: how many starts; the best end is kept.
            max_steps: of each start.
            tolerance: stop when the mean log density of a row grows by less.
            pseudo_observations: the weight, in rows, of data with the same marginal means but no dependence between
                observable and latent. They keep components alive and variances from collapsing; 0 is maximum
                likelihood.
        """
        return fit(self, xs, seed, restarts, max_steps, tolerance, pseudo_observations)

    def guess(self, key: Array, xs: Any) -> HarmoniumCoordinates:
        """Rough means to start a fit with."""
        latent = self.latent.broadcast(self.latent.statistics(self.impute(key, xs)))
        return self.average(self.observable.broadcast(self.observable.statistics(xs)), latent)

    def unframed(self, natural: HarmoniumCoordinates, frame: Frame) -> HarmoniumCoordinates:
        """Natural parameters for values as they are, from those for observed values as seen from a frame."""
        pulled, shift = seen_through(self.observable, frame)
        taken = self.coupling.towards_latent(natural.interaction, shift)
        interaction = self.coupling.by_column(natural.interaction, pulled)
        return HarmoniumCoordinates(pulled(natural.observable), interaction, add(natural.latent, taken))

    def expected_log_base_measure(self, natural: HarmoniumCoordinates) -> Array:
        prior = self.embedding.amb_man.expected_log_base_measure(self.prior(natural))
        return prior + self._expected_observable_base_measure(natural)

    def _expected_observable_base_measure(self, natural: HarmoniumCoordinates) -> Array:
        if type(self.observable).log_base_measure is not Family.log_base_measure:
            raise NoClosedForm(f"The entropy of {self!r} has no closed form: {self.observable!r} has a base measure.")
        return self.observable.expected_log_base_measure(natural.observable)

    def _prior(self, natural: HarmoniumCoordinates) -> tuple[Coordinates, Array]:
        rho, chi = self.conjugation(natural)
        return self.embedding.translate(rho, natural.latent), chi

    def _apart(self, mean: HarmoniumCoordinates) -> HarmoniumCoordinates:
        """Natural parameters with these means for each part, and no interaction."""
        observable, latent = self.observable.to_natural(mean.observable), self.latent.to_natural(mean.latent)
        return HarmoniumCoordinates(observable, jax.tree.map(jnp.zeros_like, mean.interaction), latent)
