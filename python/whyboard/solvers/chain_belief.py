"""The belief about a chain when some of its entries are known: rows with data, parts of a state, rows nobody asks for.

Known entries are taken out of the couplings. In the natural parameters they stand as variables of their own, standard
normal or uniform, so that recursions over all states need not know which they are.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families import Chain, CountMoments, NormalMoments
from whyboard.families.chain import ChainCoordinates
from whyboard.families.matrix import outer
from whyboard.families.normal import LOG_2PI


def conditioned(family: Chain, natural: ChainCoordinates, free: Array, given: Array) -> tuple[Any, Any]:
    """The natural parameters given the entries that are not free, and the moments of all entries.

    Args:
        family: of the chain.
        natural: of all entries.
        free: ``(*plates, states, ...)``, where the values are inferred.
        given: the values elsewhere.
    """
    if isinstance(natural.each, NormalMoments):
        return _normal(family, natural, free, given)
    return _categorical(family, natural, free, given)


def entropy(family: Chain, natural: ChainCoordinates, moments: ChainCoordinates, free: Array, given: Array) -> Array:
    """``(*plates,)``, of the free entries, at natural parameters and moments from `conditioned`."""
    taken = jnp.where(free, 0.0, 1.0)
    whole = family.log_partition(natural) - family.inner(natural, moments)
    if isinstance(natural.each, NormalMoments):
        # The inner product has a known entry's square in place of its share of the standard normal's.
        return whole - (taken * (jnp.where(free, 0.0, given) ** 2 + LOG_2PI) / 2).sum((-1, -2))
    return whole - taken.sum(-1) * math.log(natural.each.counts.shape[-1])


def _normal(family: Chain, natural: ChainCoordinates, free: Array, given: Array) -> tuple[Any, Any]:
    (pair,) = natural.pair
    known = jnp.where(free, 0.0, given)
    within, between = outer(free, free), outer(free[..., 1:, :], free[..., :-1, :])
    matrix = (natural.each.second + jnp.swapaxes(natural.each.second, -1, -2)) / 2
    first = natural.each.first + 2 * _times(matrix, known)
    first = first.at[..., 1:, :].add(_times(pair, known[..., :-1, :]))
    first = first.at[..., :-1, :].add(_times(jnp.swapaxes(pair, -1, -2), known[..., 1:, :]))
    alone = -0.5 * jnp.eye(free.shape[-1]) * jnp.where(free, 0.0, 1.0)[..., None, :]
    each = NormalMoments(jnp.where(free, first, 0.0), jnp.where(within, matrix, 0.0) + alone)
    conditional = ChainCoordinates(each, (jnp.where(between, pair, 0.0),))
    (raw, second), (crossed,) = family.to_mean(conditional)
    mean = jnp.where(free, raw, given)
    spread = jnp.where(within, second - outer(raw, raw), 0.0)
    shared = jnp.where(between, crossed - outer(raw[..., 1:, :], raw[..., :-1, :]), 0.0)
    moments = NormalMoments(mean, spread + outer(mean, mean))
    return conditional, ChainCoordinates(moments, (shared + outer(mean[..., 1:, :], mean[..., :-1, :]),))


def _categorical(family: Chain, natural: ChainCoordinates, free: Array, given: Array) -> tuple[Any, Any]:
    (pair,), build = jax.tree.flatten(natural.pair)
    counts = jnp.asarray(natural.each.counts)
    known = jnp.where(free[..., None], 0.0, jax.nn.one_hot(given, counts.shape[-1], dtype=float))
    counts = counts.at[..., 1:, :].add(_times(pair, known[..., :-1, :]))
    counts = counts.at[..., :-1, :].add(_times(jnp.swapaxes(pair, -1, -2), known[..., 1:, :]))
    both = (free[..., 1:] & free[..., :-1])[..., None, None]
    counts = CountMoments(jnp.where(free[..., None], counts, 0.0))
    conditional = ChainCoordinates(counts, build.unflatten([jnp.where(both, pair, 0.0)]))
    mean = family.to_mean(conditional)
    each = jnp.where(free[..., None], mean.each.counts, known)
    joint = jnp.where(both, jax.tree.leaves(mean.pair)[0], outer(each[..., 1:, :], each[..., :-1, :]))
    return conditional, ChainCoordinates(CountMoments(each), build.unflatten([joint]))


def _times(matrix: Array, vector: Array) -> Array:
    return (matrix @ vector[..., None])[..., 0]
