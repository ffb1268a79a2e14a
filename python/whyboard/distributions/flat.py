"""No prior at all: every value of a set is as good as any other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.distributions.bijection import BIJECTIONS
from whyboard.distributions.distribution import Distribution, register
from whyboard.families.dirichlet import Beta, Dirichlet
from whyboard.families.family import Family
from whyboard.families.moments import MatrixMoments, NormalMoments, PowerMoments, SimplexMoments, UnitMoments
from whyboard.families.normal import ScaledNormal
from whyboard.families.point import Point
from whyboard.families.power_gamma import PowerGamma
from whyboard.families.wishart import Wishart
from whyboard.operators.operator import Setting

SUM_TOLERANCE = 1e-9


def _formula(kind: type, events: int) -> Callable[..., Array]:
    """Zero for each event, as a function of moments of this type."""

    def expected_log_density(x: Any) -> Array:
        last = jnp.asarray(x[-1])
        return jnp.zeros(last.shape[: last.ndim - events])

    expected_log_density.__annotations__ = {"x": kind, "return": Array}
    return expected_log_density


def _family_on(support: str) -> Callable[..., Family]:
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del parameters
        return Point(_FAMILIES[support](event))

    return family


def _increasing(value: Array) -> Array:
    return (value[..., 1:] > value[..., :-1]).all(-1)


def _positive_definite(value: Array) -> Array:
    return (jnp.linalg.eigvalsh(value) > 0).all(-1)


_FORMULAS = {
    "real": _formula(NormalMoments, 0),
    "positive": _formula(PowerMoments, 0),
    "unit": _formula(UnitMoments, 0),
    "simplex": _formula(SimplexMoments, 1),
    "positive_definite": _formula(MatrixMoments, 0),
}
_FAMILIES: dict[str, Callable[[tuple[int, ...]], Family]] = {
    "real": lambda _: ScaledNormal(),
    "positive": lambda _: PowerGamma(1.0),
    "unit": lambda _: Beta(),
    "simplex": lambda event: Dirichlet(*event),
    "positive_definite": lambda event: Wishart(event[0]),
}
_EVENTS = {"simplex": 1, "ordered": 1, "positive_definite": 2}
_EDGES = {"positive": (0.0, math.inf), "unit": (0.0, 1.0), "simplex": (0.0, 1.0)}
_INSIDE: dict[str, Callable[[Array], Array]] = {
    "real": jnp.isfinite,
    "positive": lambda x: x > 0,
    "unit": lambda x: (x > 0) & (x < 1),
    "simplex": lambda x: (x >= 0).all(-1) & (jnp.abs(x.sum(-1) - 1) < SUM_TOLERANCE),
    "ordered": _increasing,
    "positive_definite": _positive_definite,
}


@register
class FlatDistribution(Distribution):
    """No prior: every value of the support is as good as any other, so that the data alone decide.

    It has no density to draw from. EM, VMP and MAP estimate a point by maximum likelihood, MAPFisher with the inverse
    Fisher information around it; Gibbs draws from the conditional distributions that the likelihood alone gives.
    """

    synonyms = ("Improper",)

    settings = (Setting("support", "str", "real", choices=tuple(BIJECTIONS)),)
    label = "Flat"
    proper = False

    @classmethod
    def specialised(cls, **settings: Any) -> Mapping[str, Any]:
        support = settings["support"]
        formula = _FORMULAS.get(support)
        return {
            "support": support,
            "event_ndim": _EVENTS.get(support, 0),
            "family": staticmethod(_family_on(support)),
            "edges": _EDGES.get(support, (-math.inf, math.inf)),
            "expected_log_density": staticmethod(formula) if formula else None,
        }

    @classmethod
    def log_density(cls, value: Array) -> Array:
        return jnp.zeros(jnp.shape(value)[: jnp.ndim(value) - cls.event_ndim])

    @classmethod
    def whiten(cls, z: Array) -> Array:
        """From real coordinates, of which none is more probable than another."""
        return BIJECTIONS[cls.support].value(jnp.asarray(z, float))

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...]) -> Array:
        """No value at all; simulations refuse the variable before."""
        del key
        return jnp.full(shape, jnp.nan)

    @classmethod
    def start(cls, random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """Values to begin a search at, of variables that must not begin as equals: around 0, or 1, or evenly spread."""
        if cls.support == "simplex":
            return random.dirichlet(np.ones(shape[-1]), shape[:-1])
        if cls.support == "unit":
            return random.uniform(0.1, 0.9, shape)
        if cls.support == "positive_definite":
            return np.broadcast_to(np.eye(shape[-1]), shape)
        drawn = random.normal(size=shape)
        if cls.support == "ordered":
            return np.sort(drawn, axis=-1)
        return np.exp(drawn) if cls.support == "positive" else drawn

    @staticmethod
    def mean() -> Array:
        return jnp.asarray(jnp.nan)

    @staticmethod
    def variance() -> Array:
        return jnp.asarray(jnp.nan)

    @classmethod
    def in_support(cls, value: Array) -> Array:
        return jnp.asarray(_INSIDE[cls.support](jnp.asarray(value)))
