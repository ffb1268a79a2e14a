"""Sub-families inside fuller ones: naturals are embedded, means projected, and points of the fuller one translated."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.argument import Checked
from whyboard.families.bernoulli import Bernoulli
from whyboard.families.block import add
from whyboard.families.boltzmann import Boltzmann
from whyboard.families.chordal import ChordalBoltzmann
from whyboard.families.family import Coordinates
from whyboard.families.moments import FirstMoment, NormalMoments
from whyboard.families.normal import FullNormal, ScaledNormal
from whyboard.families.product import Replicated
from whyboard.families.space import Points, Space


class Embedding(Checked, ABC):
    r"""A linear map $E$ of the natural parameters of one family into those of another whose statistics hold its own.

    Mathematically, $s_{sub} = E' s_{amb}$, so that $\langle E \eta, m \rangle = \langle \eta, E' m \rangle$: embedding
    is safe on natural parameters, projecting on means.
    """

    sub_man: Any
    """The smaller family."""
    amb_man: Any
    """The one around it."""

    @cached_property
    def spaces(self) -> Mapping[str, Space]:
        small, full = Points(self.sub_man), Points(self.amb_man)
        return {"natural": small, "change": small, "mean": full, "point": full}

    @abstractmethod
    def embed(self, natural: Coordinates) -> Coordinates:
        """Natural parameters of the smaller one as those of the fuller one: the same distribution."""

    @abstractmethod
    def project(self, mean: Coordinates) -> Coordinates:
        """Means of the fuller one as those of the smaller one: the distribution nearest to it."""

    def translate(self, point: Coordinates, change: Coordinates) -> Coordinates:
        """A point of the fuller one, moved by natural parameters of the smaller one."""
        return add(point, self.embed(change))


@dataclass(frozen=True)
class Identity(Embedding):
    """A family in itself."""

    family: Any

    @property
    def sub_man(self) -> Any:
        return self.family

    @property
    def amb_man(self) -> Any:
        return self.family

    def embed(self, natural: Coordinates) -> Coordinates:
        return natural

    def project(self, mean: Coordinates) -> Coordinates:
        return mean


@dataclass(frozen=True)
class NormalEmbedding(Embedding):
    """Vectors with independent entries among those with any covariance."""

    sub_man: ScaledNormal
    amb_man: FullNormal

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sub_man.dim != self.amb_man.dim:
            raise _mismatch(self, "vectors of the same length")

    def embed(self, natural: NormalMoments) -> NormalMoments:
        return NormalMoments(natural.first, _diagonal_matrix(natural.second, self.amb_man.dim, self.sub_man.isotropic))

    def project(self, mean: NormalMoments) -> NormalMoments:
        squares = jnp.diagonal(jnp.asarray(mean.second), axis1=-2, axis2=-1)
        return NormalMoments(mean.first, squares.sum(-1) if self.sub_man.isotropic else squares)


@dataclass(frozen=True)
class BoltzmannEmbedding(Embedding):
    """Independent bits among Boltzmann machines."""

    sub_man: Replicated
    amb_man: Boltzmann

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sub_man != Replicated(Bernoulli(), self.amb_man.n):
            raise _mismatch(self, "as many independent bits as the machine has")

    def embed(self, natural: FirstMoment) -> NormalMoments:
        return NormalMoments(natural.first, jnp.zeros((self.amb_man.n, self.amb_man.n)))

    def project(self, mean: NormalMoments) -> FirstMoment:
        return FirstMoment(mean.first)


@dataclass(frozen=True)
class ChordalEmbedding(Embedding):
    """Bits with few couplings among those with any."""

    sub_man: ChordalBoltzmann
    amb_man: Boltzmann

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sub_man.n != self.amb_man.n:
            raise _mismatch(self, "as many bits on both sides")

    def embed(self, natural: NormalMoments) -> NormalMoments:
        first, second = (jnp.asarray(part, float) for part in natural)
        couplings = jnp.zeros((*second.shape[:-1], self.amb_man.n, self.amb_man.n))
        i, j = self._ends
        # A coupling stands on both sides of the diagonal of the full machine.
        return NormalMoments(first, couplings.at[..., i, j].add(second / 2).at[..., j, i].add(second / 2))

    def project(self, mean: NormalMoments) -> NormalMoments:
        second = jnp.asarray(mean.second)
        i, j = self._ends
        return NormalMoments(mean.first, (second[..., i, j] + second[..., j, i]) / 2)

    @property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        edges = np.array(self.sub_man.edges, int).reshape(-1, 2)
        return edges[:, 0], edges[:, 1]


def inclusion(sub: Any, amb: Any) -> Embedding:
    """How one family lies in another.

    Raises:
        ParameterError: if it does not.
    """
    if sub == amb:
        return Identity(amb)
    match sub, amb:
        case ScaledNormal(), FullNormal():
            return NormalEmbedding(sub, amb)
        case Replicated(family=Bernoulli()), Boltzmann():
            return BoltzmannEmbedding(sub, amb)
        case ChordalBoltzmann(), Boltzmann():
            return ChordalEmbedding(sub, amb)
        case _:
            raise ParameterError(
                f"No embedding of {sub!r} in {amb!r} is known. Expected the same family twice, a diagonal or isotropic "
                f"normal in a full one, or a sparser Boltzmann machine in one with all couplings; state your own "
                f"Embedding otherwise."
            )


def _diagonal_matrix(entries: Any, dim: int, isotropic: bool) -> Array:
    entries = jnp.asarray(entries)
    return (entries[..., None, None] if isotropic else entries[..., None]) * jnp.eye(dim)


def _mismatch(embedding: Embedding, expected: str) -> ParameterError:
    return ParameterError(
        f"{type(embedding).__name__} got {embedding.sub_man!r} in {embedding.amb_man!r}. Expected {expected}."
    )
