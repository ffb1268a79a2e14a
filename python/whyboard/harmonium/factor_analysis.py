"""`factor_analysis` and `probabilistic_pca`: a few hidden factors behind many numbers."""

from __future__ import annotations

from whyboard.graph import math
from whyboard.graph.scope import Scope
from whyboard.graph.variable import Variable
from whyboard.harmonium.builder import check_counts, new_scope, register
from whyboard.harmonium.priors import Prior, loadings, positive, real
from whyboard.value_type import Shape


@register("Factor analysis")
def factor_analysis(name: str, observable_dim: int = 3, latent_dim: int = 1, prior: Prior = "weak") -> Scope:
    """Factor analysis: hidden factors explain what many numbers have in common, each has a noise of its own.

    Args:
        name: of the scope, an Entity in the current one or else a Graph.
        observable_dim: how many numbers.
        latent_dim: how many factors.
        prior: ``"weak"`` ones, or ``"flat"``: none, so that ``method="EM"`` finds the maximum of the likelihood.

    Returns:
        The scope, with ``observable``, ``latent``, ``loadings`` with their ``relevance``, ``offset`` and ``precision``.
    """
    description = f"Factor analysis with {_count(latent_dim, 'factor')}"
    return _linear(name, observable_dim, latent_dim, (observable_dim,), description, prior)


@register("Probabilistic PCA")
def probabilistic_pca(name: str, observable_dim: int = 3, latent_dim: int = 1, prior: Prior = "weak") -> Scope:
    """Probabilistic principal components: as factor analysis, with one noise for all numbers.

    Args and the scope are those of `factor_analysis`.
    """
    description = f"Probabilistic PCA with {_count(latent_dim, 'component')}"
    return _linear(name, observable_dim, latent_dim, (), description, prior)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _linear(name: str, observable_dim: int, latent_dim: int, noise: Shape, description: str, prior: Prior) -> Scope:
    check_counts(name, observable_dim=observable_dim, latent_dim=latent_dim)
    scope = new_scope(name, description)
    with scope:
        directions = loadings((), observable_dim, latent_dim, prior)
        offset = real("offset", (observable_dim,), prior)
        precision = positive("precision", noise, prior)
        latent = Variable("latent", shape=latent_dim, mean=0, variance=1)
        mean = math.dot(directions, latent) + offset
        Variable("observable", shape=observable_dim, mean=mean, precision=precision)
    return scope
