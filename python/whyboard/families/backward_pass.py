"""`Backwards`: the states of a chain summed out one after the other, from the last one on, and how for categories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families.logarithm import LOG_ZERO
from whyboard.families.moments import CountMoments


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


def of_categories(each: CountMoments, pairs: Any, by_logarithms: Callable[[CountMoments, Any], Backwards]) -> Backwards:
    """For categories, by products of probabilities, which are scaled to sum to one at each step.

    Args:
        each: natural parameters of states, ``(states, *plates, categories)``.
        pairs: those of steps, ``(states - 1, *plates, categories, categories)``.
        by_logarithms: the same for any states; for where one is so unlikely behind a step that its probability is no
            number.
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

    return jax.lax.cond(regular, scaled, lambda: by_logarithms(CountMoments(counts), build.unflatten([pair])))


def _finite(logits: Any) -> Array:
    """Without infinities: what is impossible in a product of zero and infinity is no number."""
    logits = jnp.asarray(logits)
    return jnp.where(logits == -jnp.inf, LOG_ZERO, logits)
