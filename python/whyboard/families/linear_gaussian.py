"""Normal observables whose mean is linear in the latent: factor analysis, principal components, bits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.bernoulli import Bernoulli
from whyboard.families.boltzmann import Boltzmann
from whyboard.families.conjugated import Conjugated, Conjugation
from whyboard.families.embedding import Embedding, inclusion
from whyboard.families.family import NoClosedForm, register
from whyboard.families.harmonium import HarmoniumCoordinates, Likelihood
from whyboard.families.interaction import Pair
from whyboard.families.matrix import apply, outer, symmetric
from whyboard.families.moments import NormalMoments
from whyboard.families.normal import LOG_2PI, FullNormal, Normal, ScaledNormal
from whyboard.families.product import Replicated

Form = Literal["full", "diagonal", "isotropic"]


def LinearGaussian(  # noqa: N802
    observable_dim: int, latent_dim: int, noise: Form = "full", posterior: Form = "full"
) -> LinearHarmonium:
    """Factor analysis with diagonal noise, probabilistic principal components with isotropic noise.

    ``posterior`` restricts what the covariance of the latent given data may be; its prior is always full.
    """
    return LinearHarmonium(Normal(observable_dim, noise), Normal(latent_dim, posterior))


def GaussianBoltzmann(observable_dim: int, bits: int, noise: Form = "full") -> LinearHarmonium:  # noqa: N802
    """A normal observable whose mean is a sum over the bits of a Boltzmann machine."""
    return LinearHarmonium(Normal(observable_dim, noise), Boltzmann(bits))


class Regression(NamedTuple):
    """The observable as ``offset + loadings @ z`` and noise of this covariance."""

    offset: Any
    loadings: Any
    covariance: Any


@register
@dataclass(frozen=True)
class LinearHarmonium(Conjugated):
    r"""A normal observable and a latent with first and second moments: normal, or bits.

    Mathematically, $\psi_x(\theta_x + \Theta z)$ is quadratic in $z$ with $\rho = (\Theta' m, \Theta' \Sigma \Theta /
    2)$ and $\chi = \psi_x(\theta_x)$, where $m$ and $\Sigma$ are mean and covariance at $\theta_x$.

    Raises:
        ParameterError: if a side is of another kind.
    """

    observable: Any
    latent: Any

    def __post_init__(self) -> None:
        if not isinstance(self.observable, FullNormal | ScaledNormal) or not self.observable.value_dims:
            raise ParameterError(
                f"LinearHarmonium got observable={self.observable!r}. Expected vectors with a free covariance: "
                f"Normal(dim, 'full' | 'diagonal' | 'isotropic')."
            )
        _ = self.embedding

    @property
    def interaction(self) -> tuple[Pair, ...]:
        return (Pair("first", "first"),)

    @cached_property
    def embedding(self) -> Embedding:
        match self.latent:
            case FullNormal(dim=dim) | ScaledNormal(dim=int(dim)):
                return inclusion(self.latent, FullNormal(dim))
            case Boltzmann(n=n) | Replicated(family=Bernoulli(), n=n):
                return inclusion(self.latent, Boltzmann(n))
            case _:
                raise ParameterError(
                    f"LinearHarmonium got latent={self.latent!r}. Expected Normal(dim, ...) with a free covariance, "
                    f"Boltzmann(n) or DiagonalBoltzmann(n): a linear mean makes the prior quadratic."
                )

    def conjugation(self, natural: HarmoniumCoordinates | Likelihood) -> Conjugation:
        theta, (weights,) = natural.observable, natural.interaction
        turned = jnp.swapaxes(jnp.asarray(weights), -1, -2)
        if isinstance(self.observable, FullNormal):
            return _conjugation_of_roots(self.observable, theta, turned)
        mean = self.observable.to_mean(theta).first
        # The mean is linear in the first natural parameter: the mean at a column of weights is covariance times column.
        columns = self.observable.to_mean(NormalMoments(turned, self.observable.with_last_plate(theta).second)).first
        rho = NormalMoments(apply(turned, mean), columns @ jnp.swapaxes(turned, -1, -2) / 2)
        return Conjugation(rho, self.observable.log_partition(theta))

    def response(self, likelihood: Likelihood) -> Any:
        return self.regression(likelihood) if self._is_full else likelihood

    def answered(self, response: Any, latent: NormalMoments) -> tuple[Any, Any]:
        if not self._is_full:
            return super().answered(response, latent)
        offset, loadings, covariance = response
        turned = jnp.swapaxes(loadings, -1, -2)
        moved = apply(loadings, latent.first)
        crossed = outer(offset, latent.first) + loadings @ latent.second
        both = outer(moved, offset)
        second = covariance + loadings @ latent.second @ turned + outer(offset, offset)
        second = second + both + jnp.swapaxes(both, -1, -2)
        return NormalMoments(offset + moved, second), (crossed,)

    def to_likelihood(self, mean: HarmoniumCoordinates) -> Likelihood:
        """Least squares: the regression of the observable on the latent."""
        x, z, crossed = mean.observable, mean.latent, jnp.asarray(mean.interaction[0])
        second = jnp.asarray(z.second)
        if isinstance(self.latent, Boltzmann):
            second = jnp.where(jnp.eye(self.latent.n, dtype=bool), jnp.asarray(z.first)[..., None], second)
        joint = crossed - outer(x.first, z.first)
        loadings = jnp.swapaxes(jnp.linalg.solve(second - outer(z.first, z.first), jnp.swapaxes(joint, -1, -2)), -1, -2)
        offset = jnp.asarray(x.first) - apply(loadings, z.first)
        # The second moment of what the latent explains; the rest is noise around the offset.
        explained = crossed @ jnp.swapaxes(loadings, -1, -2)
        explained = explained + jnp.swapaxes(explained, -1, -2) - loadings @ second @ jnp.swapaxes(loadings, -1, -2)
        explained = self._form.project(NormalMoments(x.first, explained)).second
        theta = self.observable.to_natural(NormalMoments(offset, x.second - explained))
        precision = -2 * self._form.embed(theta).second
        return Likelihood(theta, (precision @ loadings,))

    def regression(self, natural: HarmoniumCoordinates | Likelihood) -> Regression:
        """The likelihood in the coordinates that people read."""
        full = self._form.embed(natural.observable)
        covariance = jnp.linalg.inv(-2 * jnp.asarray(full.second))
        loadings = covariance @ jnp.asarray(natural.interaction[0])
        return Regression(apply(covariance, full.first), loadings, covariance)

    def from_regression(self, regression: Regression, prior: NormalMoments) -> HarmoniumCoordinates:
        """The natural parameters with this regression and these natural parameters of the latent's prior."""
        offset, loadings, covariance = map(jnp.asarray, regression)
        # Through the mean parameters, so that a restricted form of noise takes what it can hold.
        second = self._form.project(NormalMoments(offset, covariance + outer(offset, offset))).second
        theta = self.observable.to_natural(NormalMoments(offset, second))
        weights = -2 * jnp.asarray(self._form.embed(theta).second) @ loadings
        return self.join(Likelihood(theta, (weights,)), prior)

    def whitened(self, natural: HarmoniumCoordinates) -> HarmoniumCoordinates:
        """The same density of the observable, with a standard normal prior of the latent.

        Raises:
            NoClosedForm: if the latent is not normal, or its posterior is restricted: it cannot be turned and scaled.
        """
        if not isinstance(self.latent, FullNormal):
            raise NoClosedForm(
                f"whitened of {self!r}: {self.latent!r} cannot be turned and scaled. Expected a latent Normal(dim)."
            )
        offset, loadings, covariance = self.regression(natural)
        mean, second = self.latent.to_mean(self.prior(natural))
        root = jnp.linalg.cholesky(second - outer(mean, mean))
        size = mean.shape[-1]
        standard = NormalMoments(jnp.zeros(size), -jnp.eye(size) / 2)
        moved = Regression(offset + apply(loadings, mean), loadings @ root, covariance)
        return self.from_regression(moved, standard)

    def impute(self, key: Array, xs: Array) -> Array:
        """Principal components, turned at random so that starts differ; bits are their signs."""
        xs = jnp.asarray(xs, float)
        centred = xs - xs.mean(axis=0)
        size = self.latent.value_dims[0]
        turn_key, noise_key = jax.random.split(key)
        _, directions = jnp.linalg.eigh(centred.T @ centred)
        scores = centred @ directions[:, ::-1][:, :size]
        missing = size - scores.shape[1]
        scores = jnp.concatenate([scores, jax.random.normal(noise_key, (xs.shape[0], missing))], axis=1)
        scale = scores.std(axis=0)
        turn, _ = jnp.linalg.qr(jax.random.normal(turn_key, (size, size)))
        scores = scores / jnp.where(scale > 0, scale, 1) @ turn
        return scores if isinstance(self.latent, FullNormal | ScaledNormal) else (scores > 0).astype(int)

    @property
    def _is_full(self) -> bool:
        return isinstance(self.observable, FullNormal) and isinstance(self.latent, FullNormal)

    @cached_property
    def _form(self) -> Embedding:
        return inclusion(self.observable, FullNormal(self.observable.value_dims[0]))


def _conjugation_of_roots(family: FullNormal, theta: NormalMoments, turned: Array) -> Conjugation:
    """With one Cholesky root for everything: chains take this step at every state."""
    root = jnp.linalg.cholesky(-2 * symmetric(theta.second))
    row = jnp.asarray(theta.first)[..., None, :]
    plates = jnp.broadcast_shapes(root.shape[:-2], turned.shape[:-2], row.shape[:-2])
    root, turned, row = (jnp.broadcast_to(part, (*plates, *part.shape[-2:])) for part in (root, turned, row))
    columns = jnp.swapaxes(jnp.concatenate([turned, row], axis=-2), -1, -2)
    halves = jax.scipy.linalg.solve_triangular(root, columns, lower=True)
    weights, first = halves[..., :-1], halves[..., -1]
    rho = NormalMoments(apply(jnp.swapaxes(weights, -1, -2), first), jnp.swapaxes(weights, -1, -2) @ weights / 2)
    chi = (first**2).sum(-1) / 2 - jnp.log(jnp.diagonal(root, axis1=-2, axis2=-1)).sum(-1) + family.dim * LOG_2PI / 2
    return Conjugation(rho, chi)
