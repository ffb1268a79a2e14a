"""The priors of what is learned: a parameter has the distribution whose moments its formula asks for."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

import numpy as np

from whyboard import registry
from whyboard.distributions.flat import FlatDistribution
from whyboard.errors import ParameterError
from whyboard.graph.static_variable import StaticVariable
from whyboard.value_type import Shape

WIDE = 100.0
"""The standard deviation of means: wide for data of any usual unit."""


Prior = Literal["weak", "flat"]
"""Weak priors, or none at all: then the data alone decide, and ``method="EM"`` finds maximum likelihood."""


def flat(name: str, shape: Shape, support: str) -> StaticVariable:
    """Any value of a set, none more than another."""
    return StaticVariable(name, shape=shape, distribution=FlatDistribution(support=support))


def is_flat(prior: str) -> bool:
    """Whether what is learned has no prior.

    Raises:
        ParameterError: if there is no such choice.
    """
    if prior not in get_args(Prior):
        raise ParameterError(f"A harmonium got prior={prior!r}. Expected {' or '.join(map(repr, get_args(Prior)))}.")
    return prior == "flat"


def real(name: str, shape: Shape, prior: Prior = "weak") -> StaticVariable:
    """Any number, near nothing in particular."""
    if is_flat(prior):
        return flat(name, shape, "real")
    return StaticVariable(name, shape=shape, mean=0, standard_deviation=WIDE)


def positive(name: str, shape: Shape, prior: Prior = "weak") -> StaticVariable:
    """A rate or a precision: worth one observation."""
    if is_flat(prior):
        return flat(name, shape, "positive")
    return StaticVariable(name, shape=shape, distribution="GammaDistribution", concentration=1, rate=1)


def loadings(plates: Shape, observable_dim: int, latent_dim: int, prior: Prior = "weak") -> StaticVariable:
    """What each hidden factor does to each number; a factor that does nothing is pruned by its ``relevance``."""
    if is_flat(prior):
        return flat("loadings", (*plates, observable_dim, latent_dim), "real")
    relevance = positive("relevance", (latent_dim,))
    return StaticVariable("loadings", shape=(*plates, observable_dim, latent_dim), mean=0, precision=relevance)


def simplex(name: str, shape: Shape, prior: Prior = "weak") -> StaticVariable:
    """Shares of any size."""
    if is_flat(prior):
        return flat(name, shape, "simplex")
    concentration = np.ones(shape[-1])
    return StaticVariable(name, shape=shape, distribution="DirichletDistribution", concentration=concentration)


def _unit(name: str, shape: Shape, prior: Prior) -> StaticVariable:
    if is_flat(prior):
        return flat(name, shape, "unit")
    return StaticVariable(name, shape=shape, distribution="BetaDistribution", alpha=1, beta=1)


def _matrix(name: str, shape: Shape, prior: Prior) -> StaticVariable:
    if is_flat(prior):
        return flat(name, shape, "positive_definite")
    size = shape[-1]
    return StaticVariable(
        name, shape=shape, distribution="WishartDistribution", degrees_of_freedom=size + 1, inverse_scale=np.eye(size)
    )


_PRIORS: Mapping[str, Callable[[str, Shape, Prior], StaticVariable]] = {
    "NormalMoments": real,
    "PositiveMoments": positive,
    "UnitMoments": _unit,
    "SimplexMoments": simplex,
    "MatrixMoments": _matrix,
}


def learned_parameters(
    distribution: Any,
    plates: Shape,
    shape: Shape,
    constants: Mapping[str, Any],
    categories: int | None,
    prior: Prior = "weak",
) -> dict[str, StaticVariable]:
    """A prior for each parameter that a distribution can learn, made in the current scope.

    Args:
        distribution: a class or its name.
        plates: in front of every parameter, as one for each component.
        shape: of the variable.
        constants: parameters that are given and not learned.
        categories: how many a categorical variable has.
        prior: weak, or none.

    Raises:
        ParameterError: if a constant is missing or unknown, or the distribution belongs to no exponential family.
    """
    law = registry.law_named(distribution)
    chosen = law.__name__
    if law.expected_log_density is None:
        raise ParameterError(
            f"{chosen} states no expected log density, so it has no conjugate prior. "
            "Expected a distribution of an exponential family, such as NormalDistribution or PoissonDistribution."
        )
    kinds = typing.get_type_hints(law.expected_log_density)
    formula = {name: kind.__name__ for name, kind in kinds.items() if name not in ("x", "return")}
    fixed = [name for name, kind in formula.items() if kind == "float"]
    for name in constants:
        if name not in fixed:
            known = f"Expected {', '.join(fixed)}." if fixed else "It has none."
            raise ParameterError(f"{chosen} has no constant {name!r}. {known}")
    for name in fixed:
        if name not in constants:
            raise ParameterError(f"{chosen} needs {name!r}, a constant that is not learned. Give {name}=...")
    events = {parameter.name: parameter.event_ndim for parameter in law.parameters}
    axes = shape[: len(shape) - law.event_ndim]
    found: dict[str, StaticVariable] = {}
    for name, kind in formula.items():
        if kind == "float":
            continue
        if kind not in _PRIORS:
            raise ParameterError(f"The {name} of {chosen} takes {kind}, for which there is no prior here.")
        if events[name] and not law.event_ndim and categories is None:
            raise ParameterError(f"{chosen} needs categories=..., the number of its categories.")
        last = (shape[-1],) if law.event_ndim else (categories or 0,)
        found[name] = _PRIORS[kind](name, (*plates, *axes, *last * events[name]), prior)
    return found
