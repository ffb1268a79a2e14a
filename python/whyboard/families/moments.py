"""The moments types: expected statistics as named tuples, in which natural parameters are written too.

Natural parameters and moments of a family share one type, so that they pair up field by field. Leaves have the shape
``(*plates, *dims)``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array


class FirstMoment(NamedTuple):
    """<x>: what counts, Bernoulli variables and vectors of known covariance tell of themselves."""

    first: Any


class BinaryMoments(FirstMoment):
    """<x> of what is 0 or 1: it is its own square, so that its mean tells everything."""


class NormalMoments(NamedTuple):
    """<x> and the second moments: <x x'>, or only its diagonal, or only its trace."""

    first: Any
    second: Any


class PositiveMoments(NamedTuple):
    """<x> and <log x>."""

    first: Any
    log: Any


class PowerMoments(NamedTuple):
    """<x^p> with a known power, and <log x>."""

    power: Any
    log: Any


class InversePositiveMoments(NamedTuple):
    """<1 / x> and <log x>."""

    inverse: Any
    log: Any


class MatrixMoments(NamedTuple):
    """<X> and <log det X> of a positive definite matrix."""

    first: Any
    log_det: Any


class UnitMoments(NamedTuple):
    """<log x> and <log(1 - x)> of a number between 0 and 1."""

    log: Any
    log_complement: Any


class SimplexMoments(NamedTuple):
    """<log x> of shares that sum to one."""

    log: Any


class CountMoments(NamedTuple):
    """The expected counts, or probabilities, of ``k`` categories: over-complete, since they sum to a constant."""

    counts: Any


class MultinomialMoments(CountMoments):
    """The expected counts of several draws, which tell nothing of the squares of the counts."""


class CircularMoments(NamedTuple):
    """<cos x> and <sin x> of an angle."""

    cos: Any
    sin: Any


class NormalGammaMoments(NamedTuple):
    """<t x>, <t x^2>, <t> and <log t> of a number and the precision it was drawn with."""

    weighted_first: Any
    weighted_second: Any
    precision: Any
    log_precision: Any


class NormalWishartMoments(NamedTuple):
    """<L x>, <x' L x>, <L> and <log det L> of a vector and the precision matrix it was drawn with."""

    weighted_first: Any
    weighted_second: Any
    precision: Any
    log_det: Any


class DispersedMoments(NamedTuple):
    """<x> and <log x!> of a count."""

    first: Any
    log_factorial: Any


def inner(natural: Any, moments: Any, dims: Any) -> Array:
    """The sum of products over all fields and event axes; plates stay.

    Args:
        natural: natural parameters.
        moments: moments of the same type, with plates that broadcast.
        dims: the event shape of each leaf, in the order of the leaves.
    """
    total = jnp.zeros(())
    for a, b, dim in zip(leaves(natural), leaves(moments), dims, strict=True):
        product = jnp.asarray(a) * jnp.asarray(b)
        total = total + product.sum(axis=tuple(range(product.ndim - len(dim), product.ndim)))
    return total


def leaves(tree: Any) -> list[Any]:
    """The arrays of nested named tuples, in order (an array is a leaf, ``None`` is not)."""
    if tree is None:
        return []
    if isinstance(tree, tuple):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]
