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

# Natural parameters of harmoniums are put together from what people read: components, regressions, weights.


def standard(dim: int) -> Any:
    return m.NormalMoments(np.zeros(dim), -np.eye(dim) / 2)


def normals(means: Any, scales: Any) -> Any:
    """Normal vectors along a plate, with these means and these multiples of one covariance."""
    means, scales = np.asarray(means, float), np.asarray(scales, float)
    shape = np.array([[1.0, 0.3], [0.3, 0.8]])[: means.shape[1], : means.shape[1]]
    precision = np.linalg.inv(scales[:, None, None] * shape)
    return m.NormalMoments(np.einsum("kij,kj->ki", precision, means), -precision / 2)


THREE = m.CountMoments(np.array([0.5, 0.3, 0.2]))
TWO = m.CountMoments(np.array([0.6, 0.4]))
MIXTURE = f.Mixture(f.Normal(2), 3)
MIXED = MIXTURE.from_components(normals([[0, 1], [1.5, -1], [-1, -1]], [1, 0.5, 2]), THREE)
FACTORS = f.LinearGaussian(3, 2, "diagonal")
LOADINGS = np.array([[1.0, 0.2], [-0.5, 0.8], [0.3, 0.4]])
REGRESSION = f.Regression(np.array([0.1, -0.4, 0.6]), LOADINGS, np.diag([0.5, 0.8, 0.3]))
FACTORED = FACTORS.from_regression(REGRESSION, standard(2))
BITS = f.GaussianBoltzmann(2, 2, "isotropic")
BITTEN = BITS.from_regression(
    f.Regression(np.zeros(2), np.array([[1.0, -0.5], [0.4, 1.2]]), 0.6 * np.eye(2)),
    m.NormalMoments(np.array([0.3, -0.2]), np.array([[0.0, 0.4], [0.4, 0.0]])),
)
HIERARCHY = f.Hierarchical(FACTORS, MIXTURE)
HIERARCHICAL = HIERARCHY.join(FACTORS.split(FACTORED)[0], MIXED)
RESTRICTED = f.LinearGaussian(3, 2, "diagonal", posterior="diagonal")
RESTRICTED_MIXTURE = f.Mixture(f.Normal(2, "diagonal"), 2, "first")
SHIFTS = (m.CountMoments(np.array([[0.4, -0.3], [0.2, 0.9]])).counts,)
RESTRICTED_HIERARCHY = f.Hierarchical(RESTRICTED, RESTRICTED_MIXTURE, f.Mixture(f.Normal(2), 2, "first"))
RESTRICTED_UPPER = f.HarmoniumCoordinates(
    m.NormalMoments(np.array([0.2, -0.1]), np.array([-4.0, -5.0])), SHIFTS, m.CountMoments(np.array([0.3, -0.4]))
)
ANALYSERS = f.MixtureOfHarmoniums(f.LinearGaussian(2, 1, "diagonal"), 3)
ANALYSED = ANALYSERS.from_components(
    f.LinearGaussian(2, 1, "diagonal").from_regression(
        f.Regression(
            np.array([[0.0, 1.0], [2.0, -1.0], [-1.0, -1.0]]),
            np.array([[[1.0], [0.3]], [[-0.5], [0.5]], [[0.2], [1.0]]]),
            np.array([np.diag([0.5, 0.8]), np.diag([0.3, 0.3]), np.diag([1.0, 0.4])]),
        ),
        standard(1),
    ),
    THREE,
)
MACHINE = f.Enumerated(f.RestrictedBoltzmann(3, 2))
MACHINE_NATURAL = f.HarmoniumCoordinates(
    m.FirstMoment(np.array([0.2, -0.4, 0.1])),
    (np.array([[0.5, -1.0], [0.3, 0.8], [-0.6, 0.4]]),),
    m.FirstMoment(np.array([0.3, -0.2])),
)
CATEGORIES = f.Chain(f.Mixture(f.Categorical(2), 2), 3)
CATEGORIES_NATURAL = f.ChainCoordinates(
    m.CountMoments(np.array([[0.2, -0.1], [0.0, 0.5], [-0.3, 0.3]])),
    (m.CountMoments(np.array([[[0.8, -0.2], [0.1, 0.4]], [[0.3, 0.6], [-0.5, 0.9]]])),),
)
WALK = f.Chain(f.LinearGaussian(2, 2), 3)
WALK_NATURAL = f.ChainCoordinates(
    m.NormalMoments(np.array([[0.2, -0.1], [0.0, 0.5], [-0.3, 0.3]]), -np.array([[[1.0, 0.2], [0.2, 1.5]]] * 3)),
    (np.array([[[0.8, -0.2], [0.1, 0.4]], [[0.3, 0.6], [-0.5, 0.5]]]),),
)

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
    Example(
        "power gamma", f.PowerGamma(-2.0), m.PowerMoments(-1.5, -9.0), stats.gengamma(4.0, -2, scale=1.5**0.5).logpdf
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
        "chordal boltzmann",
        f.ChordalBoltzmann(4, ((0, 1), (1, 2), (0, 2), (2, 3))),
        m.NormalMoments(np.array([0.2, -0.5, 0.1, 0.4]), np.array([0.5, -0.8, 0.3, 1.0])),
    ),
    Example(
        "product",
        f.Product((f.Normal(), f.Bernoulli())),
        (m.NormalMoments(0.6, -0.4), m.FirstMoment(0.3)),
    ),
    Example("replicated", f.Replicated(f.Gamma(), 3), m.PositiveMoments(-np.ones(3), np.array([0.5, 1.0, 2.0]))),
    Example("independent bits", f.DiagonalBoltzmann(3), m.FirstMoment(np.array([0.2, -0.5, 1.0]))),
    Example("mixture", MIXTURE, MIXED, exact=False),
    Example(
        "mixture of one covariance",
        f.Mixture(f.Normal(2), 3, "first"),
        f.HarmoniumCoordinates(
            m.NormalMoments(np.array([0.5, -0.2]), -np.array([[1.0, 0.2], [0.2, 0.7]])),
            (np.array([[0.3, -1.0, 0.7], [1.2, 0.4, -0.9]]),),
            m.CountMoments(np.array([0.1, 0.4, -0.3])),
        ),
        exact=False,
    ),
    Example("factor analysis", FACTORS, FACTORED),
    Example(
        "factor analysis with a diagonal posterior",
        RESTRICTED,
        FACTORED._replace(latent=m.NormalMoments(np.array([0.3, -0.2]), np.array([-4.0, -3.0]))),
    ),
    Example("normal over bits", BITS, BITTEN, exact=False),
    Example("hierarchy", HIERARCHY, HIERARCHICAL, exact=False),
    Example(
        "hierarchy with a diagonal posterior",
        RESTRICTED_HIERARCHY,
        FACTORED._replace(latent=RESTRICTED_UPPER),
        exact=False,
    ),
    Example("mixture of factor analysers", ANALYSERS, ANALYSED, exact=False),
    Example("restricted boltzmann machine", MACHINE, MACHINE_NATURAL),
    Example("chain of categories", CATEGORIES, CATEGORIES_NATURAL, exact=False),
    Example("chain of normals", WALK, WALK_NATURAL),
]
