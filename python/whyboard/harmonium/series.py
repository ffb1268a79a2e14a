"""`hidden_markov` and `kalman`: harmoniums whose latent remembers the row before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from whyboard.graph import math
from whyboard.graph.declaration import shape_of
from whyboard.graph.scope import Scope
from whyboard.graph.static_variable import StaticVariable
from whyboard.graph.time_index import TimeIndex
from whyboard.graph.variable import Variable
from whyboard.harmonium.builder import check_counts, new_scope, register
from whyboard.harmonium.mixture import components
from whyboard.harmonium.priors import loadings, positive, real, simplex


@register("Hidden Markov model")
def hidden_markov(
    name: str,
    observable: Any = "NormalDistribution",
    k: int = 2,
    *,
    shape: int | Iterable[int] = (),
    categories: int | None = None,
    **constants: Any,
) -> Scope:
    """A hidden Markov model: a hidden category goes from row to row, and chooses the component of each row.

    Args, errors and the scope are those of `mixture`; ``first`` in the place of ``weights`` are the shares of the
    first row, and ``transition`` those that follow each category.
    """
    check_counts(name, k=k)
    scope = new_scope(name, f"A hidden Markov model of {k} states")
    sizes = shape_of(shape, f"The observable of {name!r}")
    with scope:
        first = simplex("first", (k,))
        transition = simplex("transition", (k, k))
        latent = Variable("latent", distribution="CategoricalDistribution")
        latent.probabilities = _from_row_to_row(first, transition[latent[TimeIndex - 1]])
        components(latent, observable, k, sizes, categories, constants)
    return scope


@register("Kalman filter")
def kalman(name: str, observable_dim: int = 1, latent_dim: int = 1) -> Scope:
    """A linear state space: a hidden state moves linearly from row to row, and each row shows it with noise.

    Args:
        name: of the scope, an Entity in the current one or else a Graph.
        observable_dim: how many numbers each row shows.
        latent_dim: how many the hidden state has; they move with a variance of 1.

    Returns:
        The scope, with ``observable``, ``latent``, ``dynamics``, ``loadings`` with their ``relevance``, ``offset`` and
        ``precision``.
    """
    check_counts(name, observable_dim=observable_dim, latent_dim=latent_dim)
    scope = new_scope(name, f"A hidden state of {latent_dim} numbers that moves linearly")
    with scope:
        # Narrow enough that a start drawn from it does not grow without bound along the rows.
        dynamics = StaticVariable("dynamics", shape=(latent_dim, latent_dim), mean=0, variance=0.1)
        latent = Variable("latent", shape=latent_dim, variance=1)
        latent.mean = _from_row_to_row(np.zeros(latent_dim), math.dot(dynamics, latent[TimeIndex - 1]))
        directions = loadings((), observable_dim, latent_dim)
        offset = real("offset", (observable_dim,))
        precision = positive("precision", (observable_dim,))
        mean = math.dot(directions, latent) + offset
        Variable("observable", shape=observable_dim, mean=mean, precision=precision)
    return scope


def _from_row_to_row(first: Any, later: Any) -> Any:
    return math.where(math.equal(TimeIndex, 0), first, later)
