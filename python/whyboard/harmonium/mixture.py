"""`mixture`: a category behind an observable of any exponential family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from whyboard.graph.declaration import shape_of
from whyboard.graph.scope import Scope
from whyboard.graph.variable import Variable
from whyboard.harmonium.builder import check_counts, new_scope, register
from whyboard.harmonium.priors import Prior, learned_parameters, simplex
from whyboard.value_type import Shape


@register("Mixture model")
def mixture(
    name: str,
    observable: Any = "NormalDistribution",
    k: int = 2,
    *,
    shape: int | Iterable[int] = (),
    categories: int | None = None,
    prior: Prior = "weak",
    **constants: Any,
) -> Scope:
    """A mixture: a hidden category chooses among components of any exponential family.

    Args:
        name: of the scope, an Entity in the current one or else a Graph.
        observable: the distribution of the components, a class or its name.
        k: how many components.
        shape: of the observable; ``MultivariateNormalDistribution`` has a full covariance for each component.
        categories: how many a categorical observable has.
        prior: ``"weak"`` ones, or ``"flat"``: none, so that ``method="EM"`` finds the maximum of the likelihood.
        constants: parameters of the distribution that are not learned, such as the ``concentration`` of a gamma.

    Returns:
        The scope, with ``observable``, ``latent``, ``weights`` and one static variable for each parameter, whose first
        axis is that of the components.

    Raises:
        ParameterError: if the distribution belongs to no exponential family, or a constant is missing, or ``k`` is no
            number of components.
    """
    check_counts(name, k=k)
    scope = new_scope(name, f"A mixture of {k} components")
    sizes = shape_of(shape, f"The observable of {name!r}")
    with scope:
        weights = simplex("weights", (k,), prior)
        latent = Variable("latent", distribution="CategoricalDistribution", probabilities=weights)
        components(latent, observable, k, sizes, categories, constants, prior)
    return scope


def components(
    latent: Variable,
    observable: Any,
    k: int,
    shape: Shape,
    categories: int | None,
    constants: Mapping[str, Any],
    prior: Prior = "weak",
) -> None:
    """The observable in the current scope, with learned parameters that a category chooses.

    Args and errors are those of `mixture`.
    """
    learned = learned_parameters(observable, (k,), shape, constants, categories, prior)
    chosen = {parameter: values[latent] for parameter, values in learned.items()}
    Variable("observable", shape=shape, distribution=observable, **chosen, **constants)


@register("Poisson mixture")
def poisson_mixture(name: str, k: int = 2, *, shape: int | Iterable[int] = ()) -> Scope:
    """A mixture of Poisson counts: a hidden category chooses the rates.

    Args and errors are those of `mixture`.
    """
    return mixture(name, "PoissonDistribution", k, shape=shape)
