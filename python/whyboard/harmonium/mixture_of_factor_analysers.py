"""`mixture_of_factor_analysers`: several directions of common change, one chosen by a hidden category."""

from __future__ import annotations

from whyboard.graph import math
from whyboard.graph.scope import Scope
from whyboard.graph.variable import Variable
from whyboard.harmonium.builder import check_counts, new_scope, register
from whyboard.harmonium.priors import loadings, positive, real, simplex


@register("Mixture of factor analysers")
def mixture_of_factor_analysers(name: str, observable_dim: int = 3, latent_dim: int = 1, k: int = 2) -> Scope:
    """A mixture of factor analysers: each component has its own centre and its own loadings of the hidden factors.

    Args:
        name: of the scope, an Entity in the current one or else a Graph.
        observable_dim: how many numbers.
        latent_dim: how many factors.
        k: how many components.

    Returns:
        The scope, with ``observable``, ``latent``, ``component``, ``weights``, ``loadings`` with their ``relevance``,
        ``offset`` and ``precision``.
    """
    check_counts(name, observable_dim=observable_dim, latent_dim=latent_dim, k=k)
    scope = new_scope(name, f"A mixture of {k} factor analysers")
    with scope:
        weights = simplex("weights", (k,))
        component = Variable("component", distribution="CategoricalDistribution", probabilities=weights)
        directions = loadings((k,), observable_dim, latent_dim)
        offset = real("offset", (k, observable_dim))
        precision = positive("precision", (observable_dim,))
        latent = Variable("latent", shape=latent_dim, mean=0, variance=1)
        mean = math.dot(directions[component], latent) + offset[component]
        Variable("observable", shape=observable_dim, mean=mean, precision=precision)
    return scope
