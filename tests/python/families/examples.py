"""Each family with natural parameters to hold it to the laws at, and how SciPy writes the same distribution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from whyboard import families as f
from whyboard.families import moments as m


class Example(NamedTuple):
    """``scipy`` is the log density of one value, where SciPy has it; ``exact`` that natural parameters are unique."""

    name: str
    family: Any
    natural: Any
    scipy: Callable[[Any], float] | None = None
    exact: bool = True


def normal_wishart() -> Any:
    mean, strength = np.array([0.5, -1.0]), 1.5
    inverse_scale = np.array([[2.0, 0.3], [0.3, 1.0]])
    first = -inverse_scale / 2 - strength * np.outer(mean, mean) / 2
    return m.NormalWishartMoments(strength * mean, -strength / 2, first, (7.0 - 2) / 2)


PRECISION = np.array([[2.0, 0.4, 0.0], [0.4, 1.0, -0.3], [0.0, -0.3, 1.5]])
MEAN = np.array([0.3, -0.7, 1.1])
COUPLING = np.array([[0.0, 0.5, -0.4], [0.5, 0.0, 0.8], [-0.4, 0.8, 0.0]])
INVERSE_GAMMA = stats.invgamma(4.5, scale=2)
VON_MISES = stats.vonmises(1.7, np.arctan2(-0.8, 1.5))

EXAMPLES = [
    Example("normal", f.Normal(), m.NormalMoments(0.6, -0.4), stats.norm(0.75, np.sqrt(1.25)).logpdf),
    Example(
        "full normal",
        f.Normal(3),
        m.NormalMoments(PRECISION @ MEAN, -PRECISION / 2),
        stats.multivariate_normal(MEAN, np.linalg.inv(PRECISION)).logpdf,
    ),
    Example(
        "diagonal normal",
        f.Normal(2, "diagonal"),
        m.NormalMoments(np.array([1.0, -2.0]), np.array([-0.5, -2.0])),
        stats.multivariate_normal([1.0, -0.5], np.diag([1.0, 0.25])).logpdf,
    ),
    Example(
        "isotropic normal",
        f.Normal(2, "isotropic"),
        m.NormalMoments(np.array([1.0, -2.0]), -0.25),
        stats.multivariate_normal([2.0, -4.0], 2 * np.eye(2)).logpdf,
    ),
    Example(
        "unit normal",
        f.Normal(2, "unit"),
        m.FirstMoment(np.array([1.0, -2.0])),
        stats.multivariate_normal([1.0, -2.0], np.eye(2)).logpdf,
    ),
    Example("gamma", f.Gamma(), m.PositiveMoments(-2.0, 1.5), stats.gamma(2.5, scale=0.5).logpdf),
    Example("inverse gamma", f.InverseGamma(), m.InversePositiveMoments(-2.0, -5.5), INVERSE_GAMMA.logpdf),
    Example("exponential", f.Exponential(), m.FirstMoment(-3.0), stats.expon(scale=1 / 3).logpdf),
    Example(
        "wishart",
        f.Wishart(2),
        m.MatrixMoments(-np.array([[2.0, 0.3], [0.3, 1.0]]) / 2, (6.0 - 3) / 2),
        stats.wishart(6, np.linalg.inv(np.array([[2.0, 0.3], [0.3, 1.0]]))).logpdf,
    ),
    Example("beta", f.Beta(), m.UnitMoments(1.5, -0.3), stats.beta(2.5, 0.7).logpdf),
    Example(
        "dirichlet",
        f.Dirichlet(3),
        m.SimplexMoments(np.array([1.0, 0.5, -0.4])),
        lambda x: stats.dirichlet([2.0, 1.5, 0.6]).logpdf(x),
    ),
    Example("bernoulli", f.Bernoulli(), m.FirstMoment(0.8), stats.bernoulli(1 / (1 + np.exp(-0.8))).logpmf),
    Example("binomial", f.Binomial(5), m.FirstMoment(-0.4), stats.binom(5, 1 / (1 + np.exp(0.4))).logpmf),
    Example("categorical", f.Categorical(3), m.CountMoments(np.array([0.5, -0.2, 1.0])), exact=False),
    Example(
        "multinomial",
        f.Multinomial(4, 3),
        m.CountMoments(np.log([0.2, 0.3, 0.5])),
        lambda x: stats.multinomial(4, [0.2, 0.3, 0.5]).logpmf(x),
    ),
    Example("poisson", f.Poisson(), m.FirstMoment(0.9), stats.poisson(np.exp(0.9)).logpmf),
    Example("conway-maxwell-poisson", f.ConwayMaxwellPoisson(), m.DispersedMoments(1.2, -1.3)),
    Example("von mises", f.VonMises(), m.CircularMoments(1.5, -0.8), VON_MISES.logpdf),
    Example("no direction", f.VonMises(), m.CircularMoments(0.0, 0.0), stats.uniform(-np.pi, 2 * np.pi).logpdf),
    Example("normal-gamma", f.NormalGamma(), m.NormalGammaMoments(0.6, -0.6, -2.15, 2.5)),
    Example("normal-wishart", f.NormalWishart(2), normal_wishart()),
    Example("boltzmann", f.Boltzmann(3), m.NormalMoments(np.array([0.2, -0.5, 0.1]), COUPLING), exact=False),
    Example(
        "product",
        f.Product((f.Normal(), f.Bernoulli())),
        (m.NormalMoments(0.6, -0.4), m.FirstMoment(0.3)),
    ),
    Example("replicated", f.Replicated(f.Gamma(), 3), m.PositiveMoments(-np.ones(3), np.array([0.5, 1.0, 2.0]))),
]
