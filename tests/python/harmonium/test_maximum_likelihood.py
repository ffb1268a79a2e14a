"""Harmoniums as graphs without priors: the same likelihoods and parameters as the families, from the same start."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import whyboard as wb
from whyboard import families, harmonium
from whyboard.errors import ParameterError

RANDOM = np.random.default_rng(0)
CODES = np.arange(80) % 2
COUNTS = RANDOM.poisson(np.where(CODES, 2.0, 6.0))


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_a_mixture_climbs_step_by_step_as_the_family_does():
    g = harmonium.mixture("g", "Poisson", prior="flat")
    model = wb.get_posterior_model(
        g, {g.observable: COUNTS}, method="EM", initial={g.latent: CODES}, restarts=1, max_steps=40, progress=False
    )
    family = families.Mixture(families.Poisson(), 2)
    guess = family.latent.broadcast(family.latent.statistics(CODES))
    natural = family.to_natural(
        family.average(family.observable.broadcast(family.observable.statistics(COUNTS)), guess)
    )
    trace = []
    for _ in range(len(model.lower_bound)):
        trace.append(float(np.sum(family.log_observable_density(natural, COUNTS))))
        best, natural = natural, family.em_step(natural, COUNTS)
    assert_allclose(model.lower_bound, trace, atol=1e-6)
    rates = family.observable.to_mean(family.components(best))
    assert_allclose(model.get_means(g.mean), np.ravel(rates[0]), rtol=1e-6)
    assert_allclose(model.get_means(g.weights), np.ravel(family.latent.to_mean(family.prior(best)).counts), rtol=1e-6)


def test_factor_analysis_reaches_the_likelihood_and_the_covariance_of_the_family():
    data = RANDOM.normal(size=(100, 1)) @ [[2.0, -1.5, 1.0, 0.7]] + 0.5 * RANDOM.normal(size=(100, 4)) + 1
    family = families.LinearGaussian(4, 1, noise="diagonal")
    fitted = family.fit(data, restarts=1, tolerance=1e-14, pseudo_observations=0.0)
    offset, directions, noise = family.regression(family.whitened(fitted.natural))
    g = harmonium.factor_analysis("g", 4, 1, prior="flat")
    start = {g.loadings: np.asarray(directions) * 0.9}
    model = wb.get_posterior_model(
        g, {g.observable: data}, method="EM", initial=start, restarts=1, tolerance=1e-13, progress=False
    )
    assert model.lower_bound[-1] == pytest.approx(100 * fitted.log_density, abs=1e-6)
    loadings, precision = model.get_means(g.loadings), model.get_means(g.precision)
    theirs = np.asarray(directions) @ np.asarray(directions).T + np.asarray(noise)
    assert_allclose(loadings @ loadings.T + np.diag(1 / precision), theirs, atol=1e-4)
    assert_allclose(model.get_means(g.offset), np.ravel(offset), atol=1e-4)


@pytest.mark.parametrize(
    ("build", "given", "name"),
    [
        (harmonium.mixture, {"k": 0}, "k=0"),
        (harmonium.factor_analysis, {"latent_dim": 0}, "latent_dim=0"),
        (harmonium.probabilistic_pca, {"observable_dim": -1}, "observable_dim=-1"),
        (harmonium.mixture_of_factor_analysers, {"k": 1.5}, "k=1.5"),
        (harmonium.hidden_markov, {"k": 0}, "k=0"),
        (harmonium.kalman, {"latent_dim": 0}, "latent_dim=0"),
        (harmonium.boltzmann, {"n": 0}, "n=0"),
        (harmonium.restricted_boltzmann, {"hidden": 0}, "hidden=0"),
    ],
)
def test_parts_that_are_none_are_refused_by_name(build, given, name):
    with pytest.raises(ParameterError, match=rf"'g' got {name}\. Expected an integer from 1 up"):
        build("g", **given)
    with pytest.raises(ParameterError, match=r"got prior='none'. Expected 'weak' or 'flat'"):
        harmonium.mixture("g", prior="none")
