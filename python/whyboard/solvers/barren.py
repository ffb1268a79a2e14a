"""What is believed of entries that nothing observed depends on: what their parents tell, after the fit."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from whyboard.families import Point
from whyboard.lowering.data import Known
from whyboard.lowering.potential.potential import Arguments, Latent, Moments, Potential
from whyboard.precision import as_program, double_precision
from whyboard.solvers.belief import State, settled


def completed(potential: Potential, arguments: Arguments, evidence: Known, state: State) -> State:
    """The beliefs in which what took no part has its prior, given the beliefs about its parents.

    Chains, joint beliefs and points stay as they are.

    Args:
        potential: what was inferred.
        arguments: its numbers.
        evidence: what is known.
        state: after the fit.
    """
    natural, moments = dict(state.natural), dict(state.moments)
    for latent in potential.latents:
        barren = _barren(latent, arguments, evidence)
        if latent.node in moments and barren.any():
            own = natural[latent.node], moments[latent.node]
            with double_precision():
                told = _told(potential, latent.node, arguments, moments)
            natural[latent.node], moments[latent.node] = jax.tree.map(
                lambda new, old, here=barren: np.where(
                    here.reshape(here.shape + (1,) * (np.ndim(old) - here.ndim)), new, old
                ),
                told,
                own,
            )
    return State(natural, moments)


def _barren(latent: Latent, arguments: Arguments, evidence: Known) -> np.ndarray:
    """The plates of which nothing is known or inferred."""
    if latent.parts or latent.layout.span or isinstance(latent.family, Point):
        return np.zeros((), bool)
    taken = latent.stored({node: evidence.taken[node] for node in latent.nodes}, arguments.rows)
    taking = np.asarray(arguments.free[latent.node]) | taken
    return ~(taking.any(axis=-1) if latent.layout.block else taking)


@as_program(0, 1, brief=True)
def _told(potential: Potential, node: int, arguments: Arguments, moments: Moments) -> tuple[Any, Any]:
    """What the parents alone tell, of all entries."""
    latent = potential.latent(node)
    weights = tuple(
        jnp.ones_like(weight) if own in latent.nodes else weight for own, weight in enumerate(arguments.weights)
    )
    free = {**arguments.free, node: jnp.ones_like(arguments.free[node])}
    everywhere = arguments._replace(weights=weights, free=free)
    return settled(latent, potential.prior(node, moments, everywhere), everywhere)
