"""Message passing where BayesPy is silent or wrong: exact answers, predictions, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import whyboard as wb
from whyboard.errors import DataError, NotConjugate, SolverError
from whyboard.precision import count_compilations


def solved(graph, data, **options):
    return wb.get_posterior_model(graph, data, method="VMP", progress=False, **options)


def test_one_block_is_exact_and_its_bound_is_the_evidence():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=10)
        y = wb.Variable("y", mean=mu, variance=1)
    model = solved(g, {y: [1.0, 2.0, 3.0, 4.0]})
    assert model.get_means(mu) == pytest.approx(2.439024, abs=1e-6)
    assert model.get_variances(mu) == pytest.approx(0.243902, abs=1e-6)
    evidence = stats.multivariate_normal(np.zeros(4), np.eye(4) + 10).logpdf([1, 2, 3, 4])
    assert model.lower_bound[-1] == pytest.approx(evidence, abs=1e-9)
    assert sum(model.lower_bound_terms.values()) == pytest.approx(model.lower_bound[-1], abs=1e-12)
    assert model.remark == f"lower bound {evidence:.6g}"
    draws = model.get_samples(mu, 4000)
    assert draws.mean() == pytest.approx(2.439, abs=0.03)
    assert draws.var() == pytest.approx(0.2439, rel=0.1)


def test_a_gap_inside_a_vector_is_conditioned_on_the_rest():
    covariance = np.array([[2.0, 1.2, 0.3], [1.2, 1.5, -0.4], [0.3, -0.4, 1.0]])
    with wb.Graph("g") as g:
        x = wb.Variable(
            "x",
            shape=3,
            distribution="MultivariateNormalDistribution",
            mean=np.array([1.0, 0.0, -1.0]),
            covariance=covariance,
        )
        y = wb.Variable("y", shape=3, mean=x, variance=0.5)
    seen = np.array([[2.0, np.nan, 0.5]])
    model = solved(g, {x: seen, y: [[np.nan, 1.0, np.nan]]})
    known, precision = [0, 2], np.linalg.inv(covariance)
    pull = -precision[1, known] @ (seen[0, known] - [1.0, -1.0]) / precision[1, 1]
    variance = 1 / (precision[1, 1] + 2.0)
    mean = variance * (precision[1, 1] * pull + 2.0 * 1.0)
    assert model.get_means(x)[0] == pytest.approx([2.0, mean, 0.5], abs=1e-9)
    assert model.get_variances(x)[0] == pytest.approx([0, variance, 0], abs=1e-9)


def test_what_is_missing_is_predicted():
    random = np.random.default_rng(0)
    x = random.normal(size=40)
    seen = np.where(np.arange(40) < 30, 2 * x + 1 + 0.1 * random.normal(size=40), np.nan)
    with wb.Graph("g") as g:
        beta = wb.StaticVariable("beta", shape=2, variance=100)
        inputs = wb.Variable("x", distribution="NoDistribution")
        y = wb.Variable("y", mean=beta[0] * inputs + beta[1], variance=0.01)
    model = solved(g, {inputs: x, y: seen})
    np.testing.assert_allclose(model.get_means(y)[30:], 2 * x[30:] + 1, atol=0.15)
    np.testing.assert_allclose(model.get_standard_deviations(y)[30:], 0.1, rtol=0.4)
    assert np.all(model.get_standard_deviations(y)[:30] == 0)
    assert model.get_samples(y, 3).shape == (3, 40)


def test_the_bound_never_falls_and_a_mixture_is_found():
    random = np.random.default_rng(1)
    data = np.concatenate([random.normal(-4, 1, 40), random.normal(4, 0.5, 40)])
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.5, 0.5])
        mu = wb.StaticVariable("mu", shape=2, variance=100)
        tau = wb.StaticVariable("tau", shape=2, distribution="GammaDistribution", concentration=1, rate=1)
        y = wb.Variable("y", mean=mu[z], precision=tau[z])
    model = solved(g, {y: data})
    assert model.converged
    assert np.all(np.diff(model.lower_bound) > -1e-9)
    assert sorted(model.get_means(mu)) == pytest.approx([-4, 4], abs=0.4)
    damped = solved(g, {y: data}, damping=0.3)
    assert damped.lower_bound[-1] == pytest.approx(model.lower_bound[-1], rel=1e-6)


def test_an_order_that_forgets_a_variable_is_refused():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", variance=10)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=1, rate=1)
        y = wb.Variable("y", mean=mu, precision=tau)
    with pytest.raises(SolverError, match="leaves out 'g/tau'"):
        solved(g, {y: [1.0, 2.0]}, order=[mu])
    with pytest.raises(SolverError, match="VMP has no option 'sweeps'"):
        solved(g, {y: [1.0, 2.0]}, sweeps=3)


def exponential_of_a_normal():
    x = wb.StaticVariable("x")
    return {"mean": wb.math.exp(x)}, r"'g/x' in the mean of 'g/y': Exp stands on the way"


def gamma_as_a_mean():
    x = wb.StaticVariable("x", distribution="GammaDistribution", concentration=1, rate=1)
    return {"mean": x}, "normal moments are expected there, and it has PositiveMoments"


def normal_as_a_precision():
    x = wb.StaticVariable("x")
    return {"precision": x}, "a positive variable is expected there, such as a GammaDistribution"


def sum_of_precisions():
    x = wb.StaticVariable("x", distribution="GammaDistribution", concentration=1, rate=1)
    return {"precision": x + 1}, "a sum has no expected logarithm"


def square_of_a_normal():
    x = wb.StaticVariable("x")
    return {"mean": x * x}, "a power of a latent variable or a product with itself"


def selector_that_points_beyond():
    x = wb.StaticVariable("x")
    z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.5, 0.5])
    weights = wb.StaticVariable("w", shape=2, distribution="GammaDistribution", concentration=1, rate=1)
    return {"mean": x, "precision": weights[z + 1]}, r"\[1, 2\] of an axis of length 2 are read"


def selector_of_the_wrong_length():
    z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.5, 0.5])
    x = wb.StaticVariable("x", shape=3)
    return {"mean": x[z]}, "2 categories select from an axis of length 3"


def latent_laplace():
    x = wb.StaticVariable("x", distribution="LaplaceDistribution", mean=0, scale=1)
    return {"mean": x}, "LaplaceDistribution, which states no expected log density"


@pytest.mark.parametrize(
    "build",
    [
        exponential_of_a_normal,
        gamma_as_a_mean,
        normal_as_a_precision,
        sum_of_precisions,
        square_of_a_normal,
        selector_that_points_beyond,
        selector_of_the_wrong_length,
        latent_laplace,
    ],
)
def test_what_has_no_closed_update_is_refused_in_plain_words(build):
    with wb.Graph("g") as g:
        parameters, message = build()
        y = wb.Variable("y", **parameters)
    with pytest.raises(NotConjugate, match=message) as caught:
        solved(g, {y: [1.0, 2.0]})
    # Which takes no unknown category.
    assert ('method="MAPFisher"' in str(caught.value)) == ("z" not in g)


def test_a_vector_is_the_same_in_gradient_solvers_and_in_messages():
    random = np.random.default_rng(3)
    covariance = np.array([[2.0, 0.8], [0.8, 1.0]])
    data = random.multivariate_normal([1, -1], covariance, size=20)
    with wb.Graph("g") as g:
        mu = wb.StaticVariable(
            "mu",
            shape=2,
            distribution="MultivariateNormalDistribution",
            covariance=np.array([[3.0, -1.0], [-1.0, 2.0]]),
        )
        y = wb.Variable("y", shape=2, distribution="MultivariateNormalDistribution", mean=mu, covariance=covariance)
    messages = solved(g, {y: data})
    gradients = wb.get_posterior_model(g, {y: data}, method="MAPFisher", progress=False)
    np.testing.assert_allclose(gradients.get_means(mu), messages.get_means(mu), rtol=1e-6)
    np.testing.assert_allclose(gradients.get_variances(mu), messages.get_variances(mu), rtol=1e-6)


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_a_variance_is_as_good_as_a_precision():
    data = [1.0, 2.5, -0.3, 4.0]
    bounds = []
    for parameters in ("precision", "variance"):
        with wb.Graph("g") as g:
            mu = wb.StaticVariable("mu", variance=10)
            if parameters == "precision":
                tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2, rate=3)
            else:
                tau = wb.StaticVariable("tau", distribution="InverseGammaDistribution", concentration=2, scale=3)
            y = wb.Variable("y", mean=mu, **{parameters: tau})
        bounds.append(solved(g, {y: data}, order=[mu, tau], max_sweeps=5).lower_bound)
    np.testing.assert_allclose(*bounds, rtol=1e-10)


def test_means_and_variances_are_those_of_the_belief():
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", shape=2, distribution="GammaDistribution", concentration=2, rate=3)
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.2, 0.3, 0.5])
        p = wb.StaticVariable("p", shape=3, distribution="BetaDistribution", alpha=1, beta=1)
        x = wb.Variable("x", shape=2, mean=0, precision=tau)
        y = wb.Variable("y", dtype="bool", distribution="BernoulliDistribution", mean=p[z])
    model = solved(g, {x: [[1.0, 2.0], [0.5, -1.0]], y: [True, False]})
    concentration, rate = 2 + 1, 3 + np.array([1.25, 5.0]) / 2
    np.testing.assert_allclose(model.get_means(tau), concentration / rate, rtol=1e-9)
    np.testing.assert_allclose(model.get_variances(tau), concentration / rate**2, rtol=1e-9)
    shares = model.belief(z).moments.counts
    np.testing.assert_allclose(model.get_means(z), shares @ [0, 1, 2], rtol=1e-9)
    first = model.belief(p).natural
    alpha, beta = 1 + first.log, 1 + first.log_complement
    exact = stats.beta(alpha, beta)
    np.testing.assert_allclose(model.get_means(p), exact.mean(), rtol=1e-9)
    np.testing.assert_allclose(model.get_variances(p), exact.var(), rtol=1e-9)


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_many_variables_take_few_programs():
    with wb.Graph("g") as g:
        data = {}
        for each in range(7):
            mu = wb.StaticVariable(f"mu{each}", variance=17)
            tau = wb.StaticVariable(f"tau{each}", distribution="GammaDistribution", concentration=1, rate=1)
            data[wb.Variable(f"y{each}", mean=mu, precision=tau)] = [1.0, 2.0, 4.0]
    model = wb.get_posterior_model(g, data, method="VMP", solve=False, max_sweeps=2)
    with count_compilations() as counted:
        model.solve(progress=False)
    # The start, the sweep, what observed values add, and the making of a key.
    assert counted.compiled <= 6


def test_three_groups_are_found_from_clusters_of_the_rows():
    rng = np.random.default_rng(0)
    with wb.Graph("g") as g:
        weights = wb.StaticVariable("weights", 3, "Dirichlet", concentration=np.ones(3))
        z = wb.Variable("z", distribution="Categorical", probabilities=weights)
        mu = wb.StaticVariable("mu", 3, variance=100.0)
        tau = wb.StaticVariable("tau", 3, "Gamma", concentration=0.01, rate=0.01)
        x = wb.Variable("x", mean=mu[z], precision=tau[z])
    centres = np.repeat([-5.0, 0.0, 6.0], 60)
    model = wb.get_posterior_model(g, {x: centres + rng.normal(size=180)}, method="VMP", progress=False)
    np.testing.assert_allclose(np.sort(model.get_means(mu)), [-5, 0, 6], atol=0.5)


def normal_with_mean() -> tuple[Any, Any, Any]:
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", variance=100.0)
        y = wb.Variable("y", mean=mu)
    return g, mu, y


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"max_sweeps": 2.5}, "max_sweeps=2.5. Expected an integer"),
        ({"damping": None}, "damping=None. Expected a number"),
        ({"annealing": "slowly"}, "annealing='slowly'. Expected a list of numbers"),
        ({"order": "g/mu"}, "order='g/mu'. Expected a list of variables"),
        ({"initial": {"g/mu": [1.0, 2.0]}}, r"initial of 'g/mu' got shape \(2,\). Expected \(\)"),
    ],
)
def test_an_option_of_another_kind_is_refused(option: dict, message: str):
    g, _, y = normal_with_mean()
    with pytest.raises(SolverError, match=message):
        wb.get_posterior_model(g, {y: [1.0, 2.0]}, method="VMP", progress=False, **option)


def test_a_model_without_data_believes_its_prior():
    g, mu, _ = normal_with_mean()
    model = wb.get_posterior_model(g, n_data=2, method="VMP", progress=False)
    assert model.lower_bound[-1] == 0
    assert abs(model.get_means(mu)) < 3 * 10 / np.sqrt(200)


@pytest.mark.parametrize("code", [-1, 3])
def test_a_code_that_selects_nothing_is_refused(code: int):
    with wb.Graph("g") as g:
        shares = wb.StaticVariable("shares", 3, "Dirichlet", concentration=np.ones(3))
        word = wb.Variable("word", distribution="Categorical", probabilities=shares)
        group = wb.Variable("group", distribution="NoDistribution", dtype="int")
        wb.Variable("x", mean=wb.StaticVariable("c", 3)[group])
    known = {word: [0, 1], group: [0, 1], g.x: [1.0, 2.0]}
    for data in ({**known, word: [0, code]}, {**known, group: [0, code]}):
        with pytest.raises(DataError, match=f"got {code} in row 1, which selects one of 3"):
            wb.get_posterior_model(g, data, method="VMP", progress=False)


@pytest.mark.parametrize("method", ["VMP", "Gibbs"])
def test_a_gap_is_predicted_by_its_mean_and_variance_given_its_causes(method: str):
    g, mu, y = normal_with_mean()
    model = wb.get_posterior_model(g, {y: [1.0, 2.0, 3.0, np.nan, np.nan]}, method=method, progress=False)
    np.testing.assert_allclose(model.get_means(y), [1, 2, 3, *[model.get_means(mu)] * 2], rtol=1e-12)
    np.testing.assert_allclose(model.get_variances(y), [0, 0, 0, *[1 + model.get_variances(mu)] * 2], rtol=1e-12)
