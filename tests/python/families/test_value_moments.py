"""The mean and variance of a value are those that SciPy, or integration over a normal's precision, gives."""

from __future__ import annotations

import numpy as np
import pytest
from examples import normal_wishart
from scipy import integrate, stats

from whyboard import families as f
from whyboard.families import moments as m

SCALE = np.array([[0.6, -0.2], [-0.2, 1.1]])
COVARIANCE = np.array([[2.0, 0.7], [0.7, 0.5]])
PRECISION = np.linalg.inv(COVARIANCE)
SHARES = np.array([0.2, 0.5, 0.3])


def test_of_gamma():
    found = f.Gamma().value_moments(m.PositiveMoments(-2.0, 2.5))
    np.testing.assert_allclose(found, stats.gamma(3.5, scale=0.5).stats("mv"), rtol=1e-12)


@pytest.mark.parametrize("concentration", [0.8, 1.5, 4.0])
def test_of_inverse_gamma_also_with_a_heavy_tail(concentration):
    found = f.InverseGamma().value_moments(m.InversePositiveMoments(-3.0, -concentration - 1))
    np.testing.assert_allclose(found, stats.invgamma(concentration, scale=3).stats("mv"), rtol=1e-12)


def test_of_beta_and_dirichlet():
    found = f.Beta().value_moments(m.UnitMoments(1.5, -0.3))
    np.testing.assert_allclose(found, stats.beta(2.5, 0.7).stats("mv"), rtol=1e-12)
    exact = stats.dirichlet([0.5, 2.0, 3.0])
    found = f.Dirichlet(3).value_moments(m.SimplexMoments(np.array([-0.5, 1.0, 2.0])))
    np.testing.assert_allclose(found, (exact.mean(), exact.var()), rtol=1e-12)


def test_of_wishart():
    exact = stats.wishart(5.5, SCALE)
    found = f.Wishart(2).value_moments(m.MatrixMoments(-np.linalg.inv(SCALE) / 2, (5.5 - 3) / 2))
    np.testing.assert_allclose(found.mean, exact.mean(), rtol=1e-12)
    np.testing.assert_allclose(found.variance, exact.var(), rtol=1e-12)


def test_of_normal_vectors():
    found = f.Normal(2).value_moments(m.NormalMoments(PRECISION @ [1.0, -2.0], -PRECISION / 2))
    np.testing.assert_allclose(found.mean, [1, -2], rtol=1e-12)
    np.testing.assert_allclose(found.variance, np.diag(COVARIANCE), rtol=1e-12)
    found = f.Normal(2, "isotropic").value_moments(m.NormalMoments(np.array([2.0, 4.0]), -1.0))
    np.testing.assert_allclose(found, ([1, 2], [0.5, 0.5]), rtol=1e-12)


def test_of_counts():
    exact = stats.rv_discrete(values=(np.arange(3), SHARES))
    found = f.Categorical(3).value_moments(m.CountMoments(np.log(SHARES) + 0.7))
    np.testing.assert_allclose(found, (exact.mean(), exact.var()), rtol=1e-12)
    found = f.Multinomial(4, 3).value_moments(m.CountMoments(np.log(SHARES)))
    np.testing.assert_allclose(found.mean, 4 * SHARES, rtol=1e-12)
    np.testing.assert_allclose(found.variance, np.diag(stats.multinomial(4, SHARES).cov()), rtol=1e-12)
    found = f.Poisson().value_moments(m.FirstMoment(np.log(2.5)))
    np.testing.assert_allclose(found, (2.5, 2.5), rtol=1e-12)


def test_of_a_number_and_its_precision():
    mean, strength, concentration, rate = 0.7, 1.5, 3.0, 2.0
    natural = m.NormalGammaMoments(strength * mean, -strength / 2, -rate - strength * mean**2 / 2, concentration - 0.5)
    found = f.NormalGamma().value_moments(natural)
    prior = stats.gamma(concentration, scale=1 / rate)
    variance = integrate.quad(lambda t: prior.pdf(t) / (strength * t), 0, np.inf)[0]
    np.testing.assert_allclose(found.mean, (mean, prior.mean()), rtol=1e-9)
    np.testing.assert_allclose(found.variance, (variance, prior.var()), rtol=1e-7)


def test_of_a_vector_and_its_precision():
    family, natural = f.NormalWishart(2), normal_wishart()
    found = family.value_moments(natural)
    # 7 degrees of freedom: the vector has a Student distribution with 6.
    exact = stats.multivariate_t([0.5, -1.0], np.array([[2.0, 0.3], [0.3, 1.0]]) / (1.5 * 6), df=6)
    np.testing.assert_allclose(found.mean[0], exact.loc, rtol=1e-12)
    np.testing.assert_allclose(found.variance[0], np.diag(exact.shape) * 6 / 4, rtol=1e-12)
