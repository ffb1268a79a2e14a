"""Nodes of one's own: what they state is checked, what they do not state is derived, and bad input is told in words."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special, stats

import whyboard as wb
from whyboard import registry
from whyboard.errors import DataError, NotConjugate, ParameterError, ShapeError, SolverError, WhyboardError
from whyboard.families import (
    Bernoulli,
    Beta,
    Dirichlet,
    Gamma,
    NormalMoments,
    Poisson,
    PositiveMoments,
    UnitMoments,
    Wishart,
)

STATED = {
    "Complement": ((np.array([0.3, 0.9]),), {}),
    "OneHot": ((np.array([2, 0]),), {"num_classes": 3}),
    "Diag": ((np.array([0.3, 2.0]),), {}),
}


@pytest.mark.parametrize("name", STATED)
def test_stated_moments_are_affine_and_those_of_the_result_and_backward_is_their_derivative(name):
    values, settings = STATED[name]
    wb.check(registry.operators[name], *values, **settings)


def test_every_operator_that_states_moments_is_held_to_this():
    assert {name for name in registry.operators if registry.operators[name].moments is not None} == STATED.keys()


class Bent(wb.Operator):
    @staticmethod
    def apply(x):
        return x**2

    @staticmethod
    def moments(x: PositiveMoments) -> PositiveMoments:
        return PositiveMoments(x.first**2, 2 * x.log)


class Backwards(wb.Operator):
    @staticmethod
    def apply(x):
        return 1 - x

    @staticmethod
    def moments(x: UnitMoments) -> UnitMoments:
        return UnitMoments(x.log_complement, x.log)

    @staticmethod
    def backward(message, x):
        return (message,)


@pytest.mark.parametrize(
    ("kind", "match"),
    [
        (Bent, "Bent.moments gives .* as first. Expected something affine in operand 1"),
        (Backwards, "Backwards.backward gives .* as log. Expected the derivative along operand 1"),
        (registry.operators["Exp"], "states no moments"),
    ],
)
def test_moments_that_are_not_affine_or_go_back_wrongly_are_refused(kind, match):
    with pytest.raises(ParameterError, match=match):
        wb.check(kind, 0.3)


@pytest.fixture
def stages():
    @wb.register_distribution
    class StagesDistribution(wb.Distribution):
        parameters = (wb.Parameter("rate", domain="positive"),)

        @staticmethod
        def expected_log_density(x: PositiveMoments, rate: PositiveMoments):
            return 2 * rate.log + x.log - rate.first * x.first

        @staticmethod
        def family(event, parameters):
            return Gamma()

    yield StagesDistribution
    registry.distributions.unregister("StagesDistribution")


def test_what_a_distribution_does_not_state_follows_from_its_formula(stages):
    expected: Any = stats.gamma(2, scale=1 / 3.0)
    x = np.array([0.1, 0.7, 2.0])
    np.testing.assert_allclose(stages.log_density(x, rate=3.0), expected.logpdf(x), rtol=1e-5)
    assert stages.log_density(-1.0, rate=3.0) == -np.inf
    assert stages.mean(rate=3.0) == pytest.approx(expected.mean(), rel=1e-5)
    assert stages.variance(rate=3.0) == pytest.approx(expected.var(), rel=1e-5)
    draws = np.asarray(stages.sample(jax.random.key(0), (4000,), rate=jnp.asarray(3.0)))
    assert stats.kstest(draws, expected.cdf).pvalue > 1e-3
    assert not stages.in_support(-1.0, rate=3.0)


@pytest.mark.parametrize("method", ["EM", "VMP"])
def test_data_outside_the_support_of_the_family_are_refused_before_the_rate_is_known(stages, method):
    with wb.Graph("waiting") as graph:
        rate = wb.StaticVariable("rate", distribution="GammaDistribution", concentration=1, rate=1)
        time = wb.Variable("time", distribution="StagesDistribution", rate=rate)
    with pytest.raises(DataError, match=r"'waiting/time' got -2.0 in row 1. StagesDistribution gives this no density"):
        wb.get_posterior_model(graph, {time: [1.0, -2.0, 0.5]}, method=method, progress=False)


@pytest.mark.parametrize(
    ("family", "inside", "outside"),
    [
        (Bernoulli(), 1.0, 2.0),
        (Poisson(), 7.0, -2.0),
        (Beta(), 0.3, 1.2),
        (Dirichlet(2), [0.3, 0.7], [0.6, 0.7]),
        (Wishart(2), [[1.0, -0.5], [-0.5, 1.0]], [[1.0, 2.0], [2.0, 1.0]]),
    ],
)
def test_a_support_that_is_not_stated_is_that_of_the_family(stages, family, inside, outside):
    stated = {"event_ndim": np.ndim(inside), "family": staticmethod(lambda event, parameters: family)}
    own: Any = type("Own", (stages,), stated)
    assert own.in_support(np.asarray([inside, outside]), rate=np.nan).tolist() == [True, False]


def formula_of(stages, formula):
    formula.__annotations__.update(x=PositiveMoments, rate=PositiveMoments)
    return type("Changed", (stages,), {"expected_log_density": staticmethod(formula)})


def test_a_formula_that_is_not_affine_is_told_so_and_not_of_its_density(stages):
    bent = formula_of(stages, lambda x, rate: 2 * rate.log + x.log - rate.first * x.first**2 / 2)
    with pytest.raises(ParameterError, match=r"Changed.expected_log_density is not affine in x\.first: its slope"):
        wb.check(bent, 0.7, rate=2.0)


def test_a_model_with_a_formula_that_is_not_affine_is_refused(stages):
    stages.expected_log_density = formula_of(
        stages, lambda x, rate: 2 * rate.log + x.log - rate.first**2 * x.first
    ).expected_log_density
    with wb.Graph("g") as g:
        rate = wb.StaticVariable("rate", distribution="GammaDistribution", concentration=1, rate=1)
        y = wb.Variable("y", distribution="StagesDistribution", rate=rate)
    refused(g, {y: [1.0, 2.0]}, ParameterError, r"'g/y', Stages.*is not affine in rate\.first")


def test_what_is_no_class_of_nodes_is_not_checked():
    with pytest.raises(ParameterError, match=r"check got 3\. Expected a class"):
        wb.check(3)


def test_a_forgotten_constant_is_told_with_the_density_that_lacks_it(stages):
    shifted = formula_of(stages, lambda x, rate: 2 * rate.log + x.log - rate.first * x.first + 0.5)
    match = r"log density of the family, Gamma\(\).*difference here is -0\.5.*constant.*base measure.*family"
    with pytest.raises(ParameterError, match=match):
        wb.check(shifted, 0.7, rate=2.0)


def refused(graph, data, error, match, **options):
    with pytest.raises(error, match=match) as caught:
        wb.get_posterior_model(graph, data, method="VMP", progress=False, **options)
    assert isinstance(caught.value, WhyboardError)


def test_a_count_above_its_total_is_refused():
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", distribution="BetaDistribution", alpha=1, beta=1)
        y = wb.Variable("y", distribution="BinomialDistribution", total_count=3, mean=p)
    refused(g, {y: [1, 4]}, DataError, "'g/y' got 4 in row 1. BinomialDistribution gives this no density")


def test_a_count_above_the_total_of_its_row_is_refused():
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", distribution="BetaDistribution", alpha=1, beta=1)
        n = wb.Variable("n", dtype="int", distribution="NoDistribution")
        y = wb.Variable("y", distribution="BinomialDistribution", total_count=n, mean=p)
    refused(g, {n: [3, 3], y: [1, 4]}, DataError, "'g/y' got 4 in row 1, .* 'g/n'")


@pytest.mark.parametrize("by_row", [True, False])
def test_counts_that_do_not_add_up_to_their_total_are_refused(by_row):
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=3, distribution="DirichletDistribution", concentration=[1.0, 1.0, 1.0])
        n = wb.Variable("n", dtype="int", distribution="NoDistribution")
        total = n if by_row else 4
        y = wb.Variable("y", shape=3, distribution="MultinomialDistribution", total_count=total, probabilities=p)
    refused(g, {n: [4, 4], y: [[1, 3, 0], [1, 1, 1]]}, DataError, "'g/y' got .* in row 1")


def test_shares_that_do_not_sum_to_one_are_refused():
    with wb.Graph("g") as g:
        y = wb.Variable("y", shape=2, distribution="DirichletDistribution", concentration=[1.0, 1.0])
    refused(g, {y: [[0.4, 0.9]]}, DataError, "'g/y' got .* in row 0.* DirichletDistribution gives this no density")


def test_a_matrix_that_is_not_positive_definite_is_refused():
    with wb.Graph("g") as g:
        y = wb.Variable(
            "y", shape=(2, 2), distribution="WishartDistribution", degrees_of_freedom=3, inverse_scale=np.eye(2)
        )
    refused(g, {y: [[[1.0, 2.0], [2.0, 1.0]]]}, DataError, "'g/y' got .* WishartDistribution gives this no density")


def test_plates_that_do_not_broadcast_are_refused():
    with wb.Graph("g"):
        mu = wb.StaticVariable("mu", shape=3)
        with pytest.raises(ShapeError, match=r"\(3,\).*\(2,\)|\(2,\).*\(3,\)"):
            wb.Variable("y", shape=2, mean=mu)


def test_a_negative_total_is_refused():
    with wb.Graph("g") as g:
        wb.Variable("y", distribution="BinomialDistribution", total_count=-3, mean=0.5)
    with pytest.raises(ParameterError, match=r"BinomialDistribution got total_count=-3\. Expected whole numbers"):
        wb.get_generative_model(g, n_data=2)


def test_a_belief_about_counts_needs_one_total():
    with wb.Graph("g") as g:
        n = wb.Variable("n", dtype="int", distribution="NoDistribution")
        y = wb.Variable("y", distribution="BinomialDistribution", total_count=n, mean=0.5)
        wb.factor("z", 0.1 * y)
    refused(g, {n: [3, 4], y: [1, None]}, NotConjugate, "'g/y'.*one number as its total_count")


def test_a_variable_left_out_of_the_order_is_named():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu")
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=1, rate=1)
        y = wb.Variable("y", mean=mu, precision=tau)
    refused(g, {y: [1.0]}, SolverError, "g/tau", order=[mu])


@pytest.mark.parametrize(
    ("distribution", "value", "parameters"),
    [
        ("Dirichlet", [0.2, 0.5, 0.3], {"concentration": np.array([[1.0, 2, 3], [3, 2, 1]])}),
        ("Gamma", 1.7, {"concentration": np.array([2.0, 5]), "rate": np.array([1.0, 3])}),
        ("Beta", 0.3, {"alpha": np.array([2.0, 5]), "beta": np.array([1.0, 3])}),
        ("Wishart", [[2.0, 0.5], [0.5, 1]], {"degrees_of_freedom": np.array([4.0, 6]), "inverse_scale": np.eye(2)}),
    ],
)
def test_a_category_selects_any_parameter_of_a_known_mixture(distribution, value, parameters):
    law = getattr(wb, f"{distribution}Distribution")
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution=wb.CategoricalDistribution, probabilities=[0.3, 0.7])
        shape = np.shape(value)
        x = wb.Variable("x", shape=shape, distribution=wb.MixtureDistribution(component=law), selector=z, **parameters)
    model = wb.get_posterior_model(g, {x: [value]}, method="VMP", progress=False)
    frozen = {
        "Dirichlet": lambda k: stats.dirichlet(parameters["concentration"][k]),
        "Gamma": lambda k: stats.gamma([2.0, 5][k], scale=1 / [1.0, 3][k]),
        "Beta": lambda k: stats.beta([2.0, 5][k], [1.0, 3][k]),
        "Wishart": lambda k: stats.wishart([4, 6][k], np.eye(2)),
    }[distribution]
    joint = np.log([0.3, 0.7]) + [float(frozen(k).logpdf(np.array(value))) for k in range(2)]
    assert_allclose(model.lower_bound[-1], np.logaddexp(*joint), rtol=1e-10)
    assert_allclose(model.belief(z).moments.counts[0], np.exp(joint - np.logaddexp(*joint)), rtol=1e-10)


def test_what_a_category_selects_is_no_part_of_the_base_measure():
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution=wb.CategoricalDistribution, probabilities=[0.3, 0.7])
        binomials = wb.MixtureDistribution(component=wb.BinomialDistribution)
        x = wb.Variable("x", distribution=binomials, selector=z, total_count=[6, 7], mean=0.3)
    refused(g, {x: [1, 4]}, NotConjugate, "'g/z' in the total_count of 'g/x'.*part of the base measure")


@pytest.mark.parametrize(
    ("mean", "means"),
    [
        (lambda z: wb.where(wb.equal(z, 0), -3.0, 3.0), [-3, 3, 3]),
        (lambda z: wb.where(z >= 1, -3.0, 3.0), [3, -3, -3]),
        (lambda z: wb.choose(1 - wb.minimum(z, 1), [-1.0, 4.0]), [4, -1, -1]),
    ],
)
def test_a_function_of_a_category_selects(mean, means):
    shares, data = np.array([0.2, 0.3, 0.5]), np.array([1.0, 2.0, -2.5])
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="Categorical", probabilities=shares)
        y = wb.Variable("y", mean=mean(z))
    model = wb.get_posterior_model(g, {y: data}, method="VMP", progress=False)
    joint = np.log(shares) + stats.norm.logpdf(data[:, None], np.array(means, float))
    evidence = special.logsumexp(joint, axis=1)
    assert_allclose(model.lower_bound[-1], evidence.sum(), rtol=1e-12)
    assert_allclose(model.belief(z).moments.counts, np.exp(joint - evidence[:, None]), rtol=1e-9)


def test_a_function_of_a_category_that_points_beyond_the_choices_is_refused():
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="Categorical", probabilities=[0.5, 0.5])
        y = wb.Variable("y", mean=wb.choose(z + 1, [-1.0, 4.0]))
    refused(g, {y: [1.0]}, NotConjugate, r"'g/z' in the mean of 'g/y'.*\[1, 2\] of an axis of length 2")


@pytest.mark.parametrize("method", ["EM", "VMP"])
def test_an_unknown_parameter_that_must_be_a_constant_is_named_with_methods_that_work(method):
    with wb.Graph("shape") as graph:
        unknown = wb.StaticVariable("c", distribution=wb.FlatDistribution(support="positive"))
        value = wb.Variable("y", distribution="GammaDistribution", concentration=unknown, rate=1)
    match = r"'shape/c' in the concentration of 'shape/y': it must be a constant there, .*MAPFisher.*mixed=True"
    with pytest.raises(NotConjugate, match=match):
        wb.get_posterior_model(graph, {value: [1.0, 2.0, 0.5]}, method=method, progress=False)


@pytest.fixture
def scaled():
    @wb.register_operator
    class Scaled(wb.Operator):
        @staticmethod
        def apply(x, by):
            return x * by

        @staticmethod
        def moments(x: NormalMoments, by: float) -> NormalMoments:
            return NormalMoments(by * x.first, by**2 * x.second)

    yield wb.math.scaled
    registry.operators.unregister("Scaled")


def test_an_operand_of_stated_moments_may_be_a_constant(scaled):
    with wb.Graph("scale") as graph:
        x = wb.StaticVariable("x", distribution="NormalDistribution", mean=0, precision=1)
        y = wb.Variable("y", distribution="NormalDistribution", mean=scaled(x, 2.0), precision=1)
    model = wb.get_posterior_model(graph, {y: [1.0, 2.0, 0.5]}, method="VMP", progress=False)
    assert model.get_means(x) == pytest.approx(2 * 3.5 / (1 + 3 * 2**2))
