"""Where the moments of a parent are not those that a parameter accepts, they are converted: judged by enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import special, stats

import whyboard as wb
from whyboard.errors import NotConjugate


def solved(graph, data, **options):
    return wb.get_posterior_model(graph, data, method="VMP", progress=False, **options)


def bernoulli(name, mean, **given):
    return wb.Variable(name, dtype="int", distribution="BernoulliDistribution", mean=mean, **given)


def test_a_yes_or_no_is_a_regressor():
    data = np.array([1.0, 0.2, 2.0])
    with wb.Graph("g") as g:
        b = bernoulli("b", 0.3)
        y = wb.Variable("y", mean=0.5 + 1.5 * b, variance=0.5)
    model = solved(g, {y: data})
    one, zero = 0.3 * stats.norm(2.0, np.sqrt(0.5)).pdf(data), 0.7 * stats.norm(0.5, np.sqrt(0.5)).pdf(data)
    np.testing.assert_allclose(model.get_means(b), one / (one + zero), rtol=1e-9)
    assert model.lower_bound[-1] == pytest.approx(np.log(one + zero).sum(), abs=1e-9)


def test_a_category_is_its_number_where_a_number_is_expected():
    data, prior = np.array([1.0, 0.2, 2.0]), np.array([0.2, 0.5, 0.3])
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=prior)
        y = wb.Variable("y", mean=2.0 * z - 1.0, variance=0.5)
    model = solved(g, {y: data})
    joint = prior * stats.norm(2.0 * np.arange(3) - 1, np.sqrt(0.5)).pdf(data[:, None])
    np.testing.assert_allclose(model.belief(z).moments.counts, joint / joint.sum(-1, keepdims=True), rtol=1e-9)
    assert model.lower_bound[-1] == pytest.approx(np.log(joint.sum(-1)).sum(), abs=1e-9)


def test_weights_of_a_one_hot_category_are_a_choice():
    data = np.array([1.0, 0.2, 2.0, -3.0])
    start = np.array([0, 1, 2, 1])

    def built(mean):
        with wb.Graph("g") as g:
            z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.2, 0.5, 0.3])
            w = wb.StaticVariable("w", shape=3, variance=4)
            y = wb.Variable("y", mean=mean(w, z), variance=0.5)
        return solved(g, {y: data}, order=[w, z], initial={z: start}, max_sweeps=4, tolerance=0.0).lower_bound

    by_vector = built(lambda w, z: wb.dot(w, wb.math.one_hot(z, num_classes=3)))
    # The weights are one joint block here and three numbers there; a category couples none of them.
    np.testing.assert_allclose(by_vector, built(lambda w, z: w[z]), rtol=1e-9)


def test_a_yes_or_no_selects():
    data = np.array([1.0, 0.2, 2.0])
    with wb.Graph("g") as g:
        b = bernoulli("b", 0.3)
        y = wb.Variable("y", mean=wb.math.stack([0.0, 2.0])[b], variance=0.5)
    model = solved(g, {y: data})
    one, zero = 0.3 * stats.norm(2, np.sqrt(0.5)).pdf(data), 0.7 * stats.norm(0, np.sqrt(0.5)).pdf(data)
    np.testing.assert_allclose(model.get_means(b), one / (one + zero), rtol=1e-9)


def test_one_number_is_a_matrix_of_one_element_and_back():
    data = np.array([1.0, -2.0, 0.5])
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2, rate=3)
        y = wb.Variable(
            "y", shape=1, distribution="MultivariateNormalDistribution", precision=wb.math.reshape(tau, shape=(1, 1))
        )
    model = solved(g, {y: data[:, None]})
    assert model.get_means(tau) == pytest.approx((2 + 1.5) / (3 + (data**2).sum() / 2))
    with wb.Graph("g") as g:
        lam = wb.StaticVariable(
            "lam", shape=(1, 1), distribution="WishartDistribution", degrees_of_freedom=4, inverse_scale=[[6.0]]
        )
        y = wb.Variable("y", mean=0, precision=lam[0, 0])
    other = solved(g, {y: data})
    assert other.belief(lam).moments.first[0, 0] == pytest.approx(model.get_means(tau))
    assert other.lower_bound[-1] == pytest.approx(model.lower_bound[-1], abs=1e-9)


def test_independent_precisions_are_a_diagonal_matrix():
    data = np.random.default_rng(0).normal(size=(5, 2))

    def built(distribution, precision):
        with wb.Graph("g") as g:
            tau = wb.StaticVariable("tau", shape=2, distribution="GammaDistribution", concentration=2, rate=3)
            y = wb.Variable("y", shape=2, distribution=distribution, mean=0.5, precision=precision(tau))
        return solved(g, {y: data}).lower_bound[-1]

    by_matrix = built("MultivariateNormalDistribution", wb.math.diag)
    assert by_matrix == pytest.approx(built("NormalDistribution", lambda tau: tau), abs=1e-9)


@pytest.mark.parametrize("rest", [lambda p: 1 - p, wb.math.complement], ids=["1 - p", "complement"])
def test_the_rest_of_a_share_is_a_share(rest):
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", distribution="BetaDistribution", alpha=2, beta=3)
        y = wb.Variable("y", dtype="bool", distribution="BernoulliDistribution", mean=p)
        z = wb.Variable("z", dtype="bool", distribution="BernoulliDistribution", mean=rest(p))
    model = solved(g, {y: [1, 1, 0, np.nan], z: [1, 0, 0, 0]})
    # Beta(2, 3) and what was seen: five in favour, two against.
    evidence = special.betaln(2 + 5, 3 + 2) - special.betaln(2, 3)
    np.testing.assert_allclose(model.belief(p).phi, [2 - 1 + 5, 3 - 1 + 2])
    assert model.lower_bound[-1] == pytest.approx(evidence, abs=1e-9)


def test_the_rest_of_a_selected_share():
    data, start = [1, 1, 0, 1, 0], [0, 1, 0, 1, 1]

    def built(mean, alpha, beta):
        with wb.Graph("g") as g:
            z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.4, 0.6])
            p = wb.StaticVariable("p", shape=2, distribution="BetaDistribution", alpha=alpha, beta=beta)
            y = wb.Variable("y", dtype="bool", distribution="BernoulliDistribution", mean=mean(p, z))
        return solved(g, {y: data}, order=[p, z], initial={z: start}, max_sweeps=4, tolerance=0.0).lower_bound

    mirrored = built(lambda p, z: p[z], [3.0, 1.0], [2.0, 0.5])
    for mean in (lambda p, z: (1 - p)[z], lambda p, z: 1 - p[z]):
        np.testing.assert_allclose(built(mean, [2.0, 0.5], [3.0, 1.0]), mirrored, rtol=1e-9)


def test_numbers_and_latents_share_a_formula_with_all_states():
    """Two yes or no and a slope of theirs, by the sum over all states."""
    data = 1.3
    with wb.Graph("g") as g:
        a, b = bernoulli("a", 0.3), bernoulli("b", 0.6)
        y = wb.Variable("y", mean=2 * a * b, variance=0.5)
    model = solved(g, {y: [data]}, initial={a: [1], b: [1]}, order=[a, b])
    states = np.array(list(itertools.product([0, 1], repeat=2)))
    prior = np.where(states, [0.3, 0.6], [0.7, 0.4])
    density = stats.norm(2 * states.prod(1), np.sqrt(0.5)).logpdf(data)

    def bound(q):
        weights = np.where(states, q, 1 - q).prod(1)
        return (weights * (np.log(prior).sum(1) + density - np.log(weights))).sum()

    q = np.array([model.get_means(a)[0], model.get_means(b)[0]])
    assert model.lower_bound[-1] == pytest.approx(bound(q), abs=1e-9)
    steps = 1e-4 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    assert all(bound(q + step) < bound(q) for step in steps)


def test_two_shares_are_those_of_two_categories():
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", distribution="BetaDistribution", alpha=2, beta=3)
        shares = wb.math.stack([1 - p, p], axis=-1)
        y = wb.Variable("y", distribution="CategoricalDistribution", probabilities=shares)
    model = solved(g, {y: [1, 1, 0, 1]})
    np.testing.assert_allclose(model.belief(p).phi, [2 - 1 + 3, 3 - 1 + 1])
    assert model.lower_bound[-1] == pytest.approx(special.betaln(2 + 3, 3 + 1) - special.betaln(2, 3), abs=1e-9)


def test_a_stick_is_broken_into_shares():
    """Each piece is a product of beta variables and their rests, and what is seen counts for each of them."""
    with wb.Graph("g") as g:
        v = wb.StaticVariable("v", shape=2, distribution="BetaDistribution", alpha=1, beta=2)
        shares = wb.math.stack([v[0], (1 - v[0]) * v[1], (1 - v[0]) * (1 - v[1])])
        y = wb.Variable("y", distribution="CategoricalDistribution", probabilities=shares)
    model = solved(g, {y: [0, 0, 1, 2, 2, 2]})
    np.testing.assert_allclose(model.belief(v).phi, [[0 + 2, 0 + 1], [1 + 4, 1 + 3]])


def refused(graph, data, match):
    with pytest.raises(NotConjugate, match=match):
        solved(graph, data)


def test_a_missing_way_is_told_with_both_types_and_the_way_out():
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2, rate=3)
        y = wb.Variable("y", mean=tau, variance=1)
    refused(
        g,
        {y: [1.0]},
        r"'g/tau' in the mean of 'g/y': normal moments are expected there, and it has PositiveMoments; wb.reg",
    )


def test_several_counts_in_a_sum_have_no_joint_belief():
    with wb.Graph("g") as g:
        z = wb.Variable("z", shape=3, distribution="CategoricalDistribution", probabilities=[0.2, 0.5, 0.3])
        y = wb.Variable("y", mean=wb.math.sum(z), variance=1)
    refused(g, {y: [1.0]}, "'g/z' in the mean of 'g/y': several of its elements are added up")


def test_a_value_and_what_is_computed_from_it_do_not_multiply():
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.2, 0.5, 0.3])
        w = wb.StaticVariable("w", shape=3)
        y = wb.Variable("y", mean=z * wb.dot(w, wb.math.one_hot(z, num_classes=3)), variance=1)
    refused(g, {y: [1.0]}, "'g/z' in the mean of 'g/y': it is multiplied with what is computed from it")


def test_what_enters_two_parameters_by_way_of_an_operator_is_refused():
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", shape=2, distribution="GammaDistribution", concentration=2, rate=3)
        y = wb.Variable(
            "y", shape=2, distribution="MultivariateNormalDistribution", mean=tau, precision=wb.math.diag(tau)
        )
    refused(g, {y: [[1.0, 2.0]]}, "'g/tau' in the mean of 'g/y'")


def test_joined_precisions_with_gaps_are_those_of_their_parts():
    data = np.array([[1.0, np.nan, -2.0], [np.nan, 0.5, 1.0]])
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", distribution="GammaDistribution", concentration=2, rate=1)
        b = wb.StaticVariable("b", shape=2, distribution="GammaDistribution", concentration=1, rate=3)
        y = wb.Variable("y", shape=3, mean=0, precision=wb.math.concatenate([wb.math.reshape(a, shape=(1,)), b]))
    model = solved(g, {y: data})
    assert model.get_means(a) == pytest.approx((2 + 0.5) / (1 + 0.5))
    np.testing.assert_allclose(model.get_means(b), [(1 + 0.5) / (3 + 0.125), (1 + 1) / (3 + 2.5)])


def test_a_product_of_rates_is_a_rate_of_each():
    data = np.array([0.5, 1.5, 0.7])
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", distribution="GammaDistribution", concentration=2, rate=1)
        b = wb.StaticVariable("b", distribution="GammaDistribution", concentration=4, rate=2)
        y = wb.Variable("y", distribution="ExponentialDistribution", rate=a * b)
    model = solved(g, {y: data}, tolerance=1e-12)
    mean_a, mean_b = model.get_means(a), model.get_means(b)
    assert mean_a == pytest.approx((2 + 3) / (1 + mean_b * data.sum()), rel=1e-5)
    assert mean_b == pytest.approx((4 + 3) / (2 + mean_a * data.sum()), rel=1e-5)


def test_a_share_that_is_not_joined_to_the_rest_is_no_vector_of_shares():
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=2, distribution="BetaDistribution", alpha=1, beta=2)
        y = wb.Variable("y", distribution="CategoricalDistribution", probabilities=p)
    refused(g, {y: [0, 1]}, "'g/p' in the probabilities of 'g/y': SimplexMoments are expected there")
