"""How message passing walks: batches of rows, annealing, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import whyboard as wb
from whyboard.errors import DataError, SolverError
from whyboard.precision import count_compilations

DATA = np.random.default_rng(5).normal(3, 1, size=12)


def one_mean():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=10)
        wb.Variable("y", mean=mu, variance=1)
    return g


def solved(graph, data, **options):
    return wb.get_posterior_model(graph, data, method="VMP", progress=False, **options)


def evidence(count):
    return stats.multivariate_normal(np.zeros(count), np.eye(count) + 10).logpdf(DATA[:count])


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_steps_of_one_over_their_number_average_the_batches_to_the_exact_posterior():
    g = one_mean()
    model = solved(g, {g.y: DATA}, batch_size=4, delay=0, forgetting=1, max_sweeps=3)
    precision = 0.1 + len(DATA)
    assert model.get_means(g.mu) == pytest.approx(DATA.sum() / precision, rel=1e-12)
    assert model.get_variances(g.mu) == pytest.approx(1 / precision, rel=1e-12)
    assert len(model.lower_bound) == 3
    assert model.lower_bound[-1] == pytest.approx(evidence(12), abs=1e-10)


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_the_last_bound_is_exact_where_batches_do_not_divide_the_rows():
    g = one_mean()
    model = solved(g, {g.y: DATA[:7]}, batch_size=3, max_sweeps=2)
    mean, variance = float(model.get_means(g.mu)), float(model.get_variances(g.mu))
    exact_mean, exact_variance = DATA[:7].sum() / 7.1, 1 / 7.1
    gap = (variance + (mean - exact_mean) ** 2) / exact_variance - 1 - np.log(variance / exact_variance)
    assert gap > 1e-8
    assert model.lower_bound[-1] == pytest.approx(evidence(7) - gap / 2, abs=1e-10)


def mixture():
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=2, distribution="DirichletDistribution", concentration=np.ones(2))
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=p)
        mu = wb.StaticVariable("mu", shape=2, variance=100)
        tau = wb.StaticVariable("tau", shape=2, distribution="GammaDistribution", concentration=1, rate=1)
        wb.Variable("y", mean=mu[z], precision=tau[z])
    return g


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_batches_find_the_optimum_of_all_rows_and_the_beliefs_about_each():
    random = np.random.default_rng(1)
    truth = random.random(90) < 0.3
    data = np.where(truth, random.normal(-4, 1, 90), random.normal(4, 0.5, 90))
    g = mixture()
    full = solved(g, {g.y: data})
    whole = solved(g, {g.y: data}, batch_size=90, delay=0, forgetting=0, max_sweeps=200)
    assert whole.lower_bound[-1] == pytest.approx(full.lower_bound[-1], abs=1e-4)
    some = solved(g, {g.y: data}, batch_size=20, max_sweeps=60)
    assert some.lower_bound[-1] == pytest.approx(full.lower_bound[-1], abs=0.5)
    np.testing.assert_allclose(sorted(some.get_means(g.mu)), sorted(full.get_means(g.mu)), atol=0.1)
    np.testing.assert_array_equal(
        some.belief(g.z).moments.counts[:, np.argmax(some.get_means(g.mu))] > 0.5,
        full.belief(g.z).moments.counts[:, np.argmax(full.get_means(g.mu))] > 0.5,
    )


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_a_cold_sweep_scales_natural_parameters_and_a_warm_one_forgets_it():
    g = one_mean()
    cold = solved(g, {g.y: DATA}, annealing=[0.25], max_sweeps=1).belief(g.mu).natural
    assert cold.first == pytest.approx(0.25 * DATA.sum(), rel=1e-12)
    assert cold.second == pytest.approx(-0.25 * (0.1 + 12) / 2, rel=1e-12)
    model = solved(g, {g.y: DATA}, annealing=[0.25, 0.5])
    assert model.converged
    assert len(model.lower_bound) >= 4
    assert model.lower_bound[0] < model.lower_bound[1] < model.lower_bound[-1]
    assert model.lower_bound[-1] == pytest.approx(evidence(12), abs=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 13}, "batch_size got 13. Expected an integer from 1 to the 12 rows"),
        ({"batch_size": 0}, "batch_size=0. Expected an integer from 1 up"),
        ({"batch_size": 4, "forgetting": 2.0}, "forgetting=2.0. Expected a number from 0 up and up to 1"),
        ({"annealing": [-0.5, 1]}, r"annealing got \[-0.5, 1\]. Expected inverse temperatures above 0"),
        ({"damping": 1.0}, "damping=1.0. Expected a number from 0 up and below 1"),
        ({"initial": "prior knowledge"}, "Expected 'prior', 'random' or a value by variable"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(options, message):
    g = one_mean()
    with pytest.raises(SolverError, match=message):
        solved(g, {g.y: DATA}, **options)


def pair():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=10)
        x = wb.Variable("x", mean=mu, variance=1)
        wb.Variable("y", mean=x, variance=0.5)
    return g


def test_what_comes_and_goes_is_as_if_it_had_been_so_from_the_start_and_compiles_once():
    g = pair()
    model = solved(g, {g.x: DATA, g.y: DATA + 1})
    exact = solved(pair(), {"x": DATA, "y": DATA + 1}).get_means("mu")
    model.unobserve(g.x)
    without = solved(pair(), {"y": DATA + 1})
    assert model.get_means(g.mu) == pytest.approx(float(without.get_means("mu")), rel=1e-6)
    np.testing.assert_allclose(model.get_means(g.x), without.get_means("x"), rtol=1e-6)
    assert model.lower_bound[-1] == pytest.approx(without.lower_bound[-1], abs=1e-6)
    gaps = np.where(np.arange(12) < 6, DATA, np.nan)
    with count_compilations() as counted:
        model.observe(g.x, DATA)
        assert model.get_means(g.mu) == pytest.approx(float(exact), rel=1e-6)
        with pytest.raises(SolverError, match="'g/x' has no belief: it is observed"):
            model.belief(g.x)
        model.observe(g.x, gaps)
        half = model.lower_bound[-1]
        model.unobserve(g.x)
    assert counted.compiled == 0
    assert model.lower_bound[-1] == pytest.approx(without.lower_bound[-1], abs=1e-6)
    assert half == pytest.approx(solved(pair(), {"x": gaps, "y": DATA + 1}).lower_bound[-1], abs=1e-6)


def test_a_variable_without_effects_that_are_observed_is_predicted_again():
    g = pair()
    model = solved(g, {g.x: DATA, g.y: DATA + 1})
    model.unobserve(g.y).unobserve(g.x)
    assert model.get_means(g.mu) == pytest.approx(0)
    assert model.get_variances(g.mu) == pytest.approx(10)
    assert model.get_samples(g.x, 400).std() == pytest.approx(np.sqrt(11), rel=0.15)
    with pytest.raises(DataError, match="5"):
        model.observe(g.y, DATA[:5])
