"""`Backwards`: the states of a chain summed out one after the other, from the last one on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families.block import add
from whyboard.families.harmonium import Likelihood
from whyboard.families.logarithm import LOG_ZERO
from whyboard.families.moments import CountMoments

if TYPE_CHECKING:
    from whyboard.families.conjugated import Conjugated


class Backwards(NamedTuple):
    """What is left of a chain; the axis of steps comes first."""

    first: Any
    """The natural parameters of the first state with all later ones summed out."""
    total: Array
    """What summing them out gave."""
    messages: Any
    """The natural parameters of each later state with those behind it summed out."""
    responses: Any
    """What each later state is expected to be, given the one before it."""


def by_conjugation(link: Conjugated, each: Any, pairs: Any) -> Backwards:
    """For any family of states.

    Args:
        link: the harmonium of neighbouring states.
        each: natural parameters of states, ``(states, *plates, *dims)``.
        pairs: those of steps, ``(states - 1, *plates, *dims)``.
    """

    def step(carry: tuple[Any, Array], inputs: tuple[Any, Any]) -> tuple[tuple[Any, Array], Any]:
        (message, total), (own, pair) = carry, inputs
        rho, chi = link.conjugation(Likelihood(message, pair))
        return (add(own, rho), total + chi), message

    last = jax.tree.map(lambda leaf: leaf[-1], each)
    none = jnp.zeros(link.latent.plates(last), jnp.result_type(float, *jax.tree.leaves(last)))
    before = jax.tree.map(lambda leaf: leaf[:-1], each)
    (first, total), messages = jax.lax.scan(step, (last, none), (before, pairs), reverse=True)
    return Backwards(first, total, messages, link.response(Likelihood(messages, pairs)))


def of_categories(link: Conjugated, each: CountMoments, pairs: Any) -> Backwards:
    """For categories: the same by products of probabilities, which are scaled to sum to one at each step.

    Where a state is so unlikely behind a step that its probability is no number, logarithms are added instead.
    """
    (pair,), build = jax.tree.flatten(pairs)
    counts, pair = _finite(each.counts), _finite(pair)
    # What is taken out is put back as a sum, so it has no slope.
    highest = jax.lax.stop_gradient(pair.max(-2))
    own = counts.at[:-1].add(highest)
    scale = jax.lax.stop_gradient(own.max(-1))
    evidence, steps = jnp.exp(own - scale[..., None]), jnp.exp(pair - highest[..., None, :])

    def step(after: Array, inputs: tuple[Array, Array]) -> tuple[Array, tuple[Array, Array]]:
        transition, here = inputs
        behind = (transition * after[..., :, None]).sum(-2)
        weighted = behind * here
        size = weighted.sum(-1, keepdims=True)
        return weighted / size, (behind, size[..., 0])

    size = evidence[-1].sum(-1)
    last = evidence[-1] / size[..., None]
    _, (behind, sizes) = jax.lax.scan(step, last, (steps, evidence[:-1]), reverse=True)
    limits = jnp.finfo(behind.dtype)
    regular = (behind > limits.tiny / limits.eps**2).all()

    def scaled() -> Backwards:
        whole = jnp.concatenate([sizes, size[None]])
        messages = own.at[:-1].add(jnp.log(behind))
        weights = jnp.concatenate([behind * evidence[:-1] / sizes[..., None], last[None]])[1:]
        responses = steps * weights[..., :, None] / behind[..., None, :]
        total = (scale + jnp.log(whole))[1:].sum(0)
        return Backwards(CountMoments(messages[0]), total, CountMoments(messages[1:]), CountMoments(responses))

    return jax.lax.cond(regular, scaled, lambda: by_conjugation(link, CountMoments(counts), build.unflatten([pair])))


def _finite(logits: Any) -> Array:
    """Without infinities: what is impossible in a product of zero and infinity is no number."""
    logits = jnp.asarray(logits)
    return jnp.where(logits == -jnp.inf, LOG_ZERO, logits)
