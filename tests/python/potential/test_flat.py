"""What has no prior: maximum likelihood in EM and VMP, the likelihood's own draws in Gibbs, refusals elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.mixture import GaussianMixture

import whyboard as wb
from whyboard.errors import NotConjugate, ParameterError, SolverError

DATA = np.array([1.0, 2.0, 3.0, 5.5, 2.5])


def scaled(parameter="standard_deviation"):
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", distribution="FlatDistribution")
        scale = wb.StaticVariable("scale", distribution=wb.FlatDistribution(support="positive"))
        y = wb.Variable("y", mean=mu, **{parameter: scale})
    return g, mu, scale, y


@pytest.mark.parametrize(("parameter", "power"), [("standard_deviation", 1), ("variance", 2), ("precision", -2)])
def test_em_and_vmp_find_the_maximum_likelihood_whatever_the_scale_is_called(parameter, power):
    g, mu, scale, y = scaled(parameter)
    for method in ("EM", "VMP"):
        model = wb.get_posterior_model(g, {y: DATA}, method=method, progress=False)
        assert model.get_means(mu) == pytest.approx(DATA.mean(), abs=1e-6)
        assert model.get_means(scale) == pytest.approx(DATA.std() ** power, rel=1e-6)
        assert model.get_standard_deviations(scale) == 0
        likelihood = stats.norm(DATA.mean(), DATA.std()).logpdf(DATA).sum()
        assert model.lower_bound[-1] == pytest.approx(likelihood, abs=1e-6)


def test_a_mixture_without_priors_is_that_of_scikit_learn_and_survives_an_empty_component():
    random = np.random.default_rng(0)
    data = np.concatenate([random.normal(-3, 1, 60), random.normal(2, 0.5, 80)])

    def mixture(k):
        with wb.Graph("g") as g:
            share = wb.StaticVariable("share", shape=k, distribution=wb.FlatDistribution(support="simplex"))
            mu = wb.StaticVariable("mu", shape=k, distribution="FlatDistribution")
            scale = wb.StaticVariable("scale", shape=k, distribution=wb.FlatDistribution(support="positive"))
            z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=share)
            y = wb.Variable("y", mean=mu[z], standard_deviation=scale[z])
        return g, share, mu, scale, z, y

    g, share, _, scale, z, y = mixture(2)
    model = wb.get_posterior_model(g, {y: data}, method="EM", progress=False)
    theirs = GaussianMixture(2, tol=1e-12, max_iter=10_000, reg_covar=0, random_state=0).fit(data[:, None])
    assert model.lower_bound[-1] == pytest.approx(theirs.score(data[:, None]) * 140, abs=1e-6)
    np.testing.assert_allclose(np.sort(model.get_means(scale)), np.sort(theirs.precisions_.ravel() ** -0.5), rtol=1e-6)
    g, share, _, _, z, y = mixture(3)
    # Nothing is in the third component, at first and so for ever.
    start = {z: (data > 0).astype(int)}
    model = wb.get_posterior_model(g, {y: data}, method="EM", progress=False, initial=start, restarts=1)
    assert model.lower_bound[-1] == pytest.approx(theirs.score(data[:, None]) * 140, abs=1e-6)
    assert np.min(model.get_means(share)) == 0
    with pytest.raises(SolverError, match="grows without bound as 'g/scale' runs off"):
        wb.get_posterior_model(g, {y: [1.0, 1.0, 1.0, 5.0]}, method="EM", progress=False, restarts=2)


def test_gibbs_draws_from_the_likelihood_alone():
    g, mu, scale, y = scaled("precision")
    model = wb.get_posterior_model(g, {y: DATA}, method="Gibbs", progress=False, n_samples=2000)
    # Flat in the mean and in the precision t: t^(n/2) exp(-t S / 2), the mean integrated out.
    size, scatter = len(DATA), ((DATA - DATA.mean()) ** 2).sum()
    exact = stats.gamma((size - 1) / 2 + 1, scale=2 / scatter)
    draws, error = model.get_chains(scale), model.diagnostics["g/scale"].standard_error
    assert abs(draws.mean() - exact.mean()) < 4 * error
    assert draws.std() == pytest.approx(exact.std(), rel=0.1)
    assert abs(model.get_chains(mu).mean() - DATA.mean()) < 4 * model.diagnostics["g/mu"].standard_error


def test_what_needs_a_prior_says_so():
    g, mu, scale, y = scaled()
    with pytest.raises(ParameterError, match="'g/mu' has FlatDistribution, which has no density to draw from"):
        wb.get_generative_model(g, n_data=3)
    given = wb.get_generative_model(g, {mu: 1.0, scale: 2.0}, n_data=3)
    assert given.get_samples(y, 2).shape == (2, 3)
    with g:
        other = wb.Variable("other", mean=0.0, variance=scale)
    with pytest.raises(NotConjugate, match="to the power -2 by 'g/y'"):
        wb.get_posterior_model(g, {y: DATA, other: DATA}, method="EM", progress=False)
    with pytest.raises(ParameterError, match="Expected one of 'real', 'positive'"):
        wb.FlatDistribution(support="round")


def test_vectors_and_matrices_without_priors():
    random = np.random.default_rng(4)
    data = random.multivariate_normal([1.0, -2.0], [[2.0, 0.6], [0.6, 1.0]], size=50)
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", shape=2, distribution="FlatDistribution")
        precision = wb.StaticVariable(
            "precision", shape=(2, 2), distribution=wb.FlatDistribution(support="positive_definite")
        )
        y = wb.Variable("y", shape=2, distribution="MultivariateNormalDistribution", mean=mu, precision=precision)
    model = wb.get_posterior_model(g, {y: data}, method="EM", progress=False, restarts=1)
    np.testing.assert_allclose(model.get_means(mu), data.mean(0), atol=1e-8)
    np.testing.assert_allclose(np.linalg.inv(model.get_means(precision)), np.cov(data.T, bias=True), atol=1e-8)
