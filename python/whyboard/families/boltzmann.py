"""Binary vectors whose entries attract or repel each other: Boltzmann machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import logsumexp

from whyboard.errors import ParameterError
from whyboard.families.bernoulli import Bernoulli
from whyboard.families.family import Invertible, Shape, ValueMoments, as_key, register
from whyboard.families.inversion import found, natural_from_mean
from whyboard.families.matrix import outer, symmetric
from whyboard.families.moments import NormalMoments
from whyboard.families.product import Replicated

LARGEST = 20


def DiagonalBoltzmann(n: int) -> Replicated:  # noqa: N802
    """``n`` independent bits: a Boltzmann machine without couplings, and a sub-family of the one with them."""
    return Replicated(Bernoulli(), n)


@register
@dataclass(frozen=True)
class Boltzmann(Invertible):
    r"""``n`` bits with any couplings, summed over all $2^n$ states.

    Mathematically, $\log p(x) = \eta' x + x' H x - \psi$. The diagonal of $H$ counts like $\eta$, since $x^2 = x$.

    Raises:
        ParameterError: if ``n`` is above 20; its sum has too many terms.
    """

    n: int
    support: ClassVar[str] = "integer"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n > LARGEST:
            raise ParameterError(
                f"Boltzmann(n={self.n}) has 2^{self.n} states, too many to sum over. Expected n <= {LARGEST}; use "
                f"ChordalBoltzmann with a sparse set of edges, or gibbs() of a Harmonium."
            )

    @property
    def value_dims(self) -> Shape:
        return (self.n,)

    def contains(self, value: Array) -> Array:
        return DiagonalBoltzmann(self.n).contains(value)

    def statistics(self, value: Array) -> NormalMoments:
        value = jnp.asarray(value, float)
        return NormalMoments(value, outer(value, value))

    def log_partition(self, natural: NormalMoments) -> Array:
        return logsumexp(self._energies(natural), axis=-1)

    def to_mean(self, natural: NormalMoments) -> NormalMoments:
        weights = jax.nn.softmax(self._energies(natural), axis=-1)
        states = jnp.asarray(self.states(), float)
        return NormalMoments(weights @ states, jnp.einsum("...s,si,sj->...ij", weights, states, states))

    def value_moments(self, natural: NormalMoments) -> ValueMoments:
        first = self.to_mean(natural).first
        return ValueMoments(first, first * (1 - first))

    def to_natural(self, mean: NormalMoments) -> NormalMoments:
        """By Newton steps from the machine without couplings.

        Raises:
            SolverError: if no machine has these means.
        """
        first = jnp.asarray(mean.first)
        start = NormalMoments(jnp.log(first) - jnp.log1p(-first), jnp.zeros(jnp.shape(mean.second)))
        return found(self, natural_from_mean(self, mean, start))

    def sample(self, key: Array | int, natural: NormalMoments, shape: Shape = ()) -> Array:
        energies = self._energies(natural)
        index = jax.random.categorical(as_key(key), energies, shape=(*shape, *energies.shape[:-1]))
        return jnp.asarray(self.states())[index].astype(int)

    def states(self) -> np.ndarray:
        return np.arange(2**self.n)[:, None] >> np.arange(self.n) & 1

    def _energies(self, natural: NormalMoments) -> Array:
        states = jnp.asarray(self.states(), float)
        pairs = jnp.einsum("si,...ij,sj->...s", states, symmetric(natural.second), states)
        return jnp.asarray(natural.first) @ states.T + pairs
