"""Undirected terms in solvers: against enumeration and linear algebra."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

import whyboard as wb
from whyboard.errors import NotConjugate, SolverError

COUPLINGS = np.array([[0.0, 1.2, -0.7, 0.0], [1.2, 0.0, 0.4, -1.5], [-0.7, 0.4, 0.0, 0.9], [0.0, -1.5, 0.9, 0.0]])
FIELDS = np.array([0.3, -0.8, 0.1, 0.5])
STATES = np.array(list(itertools.product([0, 1], repeat=4)))
ENERGIES = STATES @ FIELDS + np.einsum("si,ij,sj->s", STATES, COUPLINGS, STATES) / 2


def machine() -> wb.Graph:
    with wb.Graph("g") as g:
        x = wb.Variable("x", shape=4, distribution="Bernoulli", logit=FIELDS)
        wb.factor("couplings", 0.5 * wb.math.einsum("i,ij,j->", x, COUPLINGS, x))
    return g


@pytest.mark.parametrize("known", [{}, {0: 1, 3: 0}])
def test_coupled_bits_are_one_block_and_exact(known: dict[int, int]) -> None:
    g = machine()
    data = np.ma.masked_array(np.zeros((1, 4), int), mask=True)
    for place, bit in known.items():
        data[0, place] = bit
    model = wb.get_posterior_model(g, {g.x: data}, method="VMP")
    weights = np.exp(ENERGIES) * np.all([STATES[:, place] == bit for place, bit in known.items()], axis=0)
    assert_allclose(model.get_means(g.x)[0], weights @ STATES / weights.sum(), atol=1e-12)
    assert_allclose(model.lower_bound[-1], np.log(weights.sum()) - np.log1p(np.exp(FIELDS)).sum(), atol=1e-12)
    assert model.lower_bound_terms.keys() == {"g/x", "g/couplings"}


def test_hidden_bits_of_a_restricted_machine_are_exact_given_the_visible_ones() -> None:
    weights, rows = COUPLINGS[:, :2], np.array([[1, 0, 1, 1], [0, 1, 0, 0]])
    with wb.Graph("g") as g:
        visible = wb.Variable("visible", shape=4, distribution="Bernoulli", logit=FIELDS)
        hidden = wb.Variable("hidden", shape=2, distribution="Bernoulli", logit=[0.2, -0.4])
        wb.factor("interaction", wb.math.einsum("i,ij,j->", visible, weights, hidden))
    model = wb.get_posterior_model(g, {visible: rows}, method="VMP")
    assert_allclose(model.get_means(hidden), 1 / (1 + np.exp(-([0.2, -0.4] + rows @ weights))), atol=1e-12)


def test_a_table_couples_two_categories() -> None:
    table = np.array([[0.0, 1.0, -2.0], [0.5, 0.0, 2.0]])
    with wb.Graph("g") as g:
        a = wb.Variable("a", distribution="Categorical", probabilities=[0.4, 0.6])
        b = wb.Variable("b", distribution="Categorical", probabilities=[0.2, 0.3, 0.5])
        wb.factor("table", wb.math.constant(table)[a, b])
    belief = wb.get_posterior_model(g, {b: [0, 2]}, method="VMP").belief(a)
    weights = np.array([0.4, 0.6]) * np.exp(table[:, [0, 2]]).T
    assert_allclose(belief.moments.counts, weights / weights.sum(axis=1, keepdims=True), atol=1e-12)


def chain(strength: float) -> wb.Graph:
    with wb.Graph("g") as g:
        x = wb.Variable("x", shape=3)
        s = wb.StaticVariable("s", mean=1)
        wb.factor("springs", -0.5 * strength * (x[1:] - x[:-1]) ** 2)
        wb.factor("anchor", -2.0 * (x[0] - s) ** 2)
    return g


def precision(strength: float, rows: int) -> np.ndarray:
    """Of s and then the rows of x."""
    difference = np.array([[-1.0, 1, 0], [0, -1, 1]])
    row = np.eye(3) + strength * difference.T @ difference + 4 * np.diag([1.0, 0, 0])
    found = np.eye(1 + 3 * rows)
    found[0, 0] += 4 * rows
    for i in range(rows):
        here = slice(1 + 3 * i, 4 + 3 * i)
        found[here, here] = row
        found[0, 1 + 3 * i] = found[1 + 3 * i, 0] = -4
    return found


@pytest.mark.parametrize("method", ["MAPFisher", "MAP"])
def test_normals_under_quadratic_factors_have_the_exact_posterior(method: str) -> None:
    g = chain(3.0)
    model = wb.get_posterior_model(g, n_data=2, method=method)
    covariance = np.linalg.inv(precision(3.0, 2))
    assert_allclose(np.append(model.get_means(g.s), model.get_means(g.x)), covariance[:, 0], atol=1e-6)
    if method == "MAPFisher":
        variances = np.append(model.get_variances(g.s), model.get_variances(g.x))
        assert_allclose(variances, np.diag(covariance), atol=1e-8)


def test_message_passing_finds_the_same_mean() -> None:
    with wb.Graph("g") as g:
        x = wb.Variable("x", shape=3)
        wb.factor("springs", 3 * wb.math.sum(x[1:] * x[:-1]) - 5 * wb.math.sum(x * x) + x[0])
    model = wb.get_posterior_model(g, n_data=1, method="VMP")
    whole = 11 * np.eye(3) - 3 * (np.eye(3, k=1) + np.eye(3, k=-1))
    covariance = np.linalg.inv(whole)
    assert_allclose(model.get_means(g.x)[0], covariance[:, 0], atol=1e-12)
    assert_allclose(model.get_variances(g.x)[0], np.diag(covariance), atol=1e-12)


def test_a_factor_counts_in_the_log_probability() -> None:
    g = machine()
    model = wb.get_posterior_model(g, {g.x: [[1, 1, 0, 1]]}, method="VMP")
    wanted = ENERGIES[13] - np.log1p(np.exp(FIELDS)).sum()
    assert_allclose(model.log_probability({g.x: [[1, 1, 0, 1]]}), wanted, atol=1e-12)
    assert_allclose(model.lower_bound[-1:], [wanted][: len(model.lower_bound)], atol=1e-12)


def test_a_simulation_refuses_a_factor_in_words() -> None:
    with pytest.raises(SolverError, match="Factor 'g/couplings' has no direction"):
        wb.get_generative_model(machine())


def test_a_factor_that_pushes_too_hard_is_refused_in_words() -> None:
    with wb.Graph("g") as g:
        x, y = wb.Variable("x"), wb.Variable("y")
        wb.factor("apart", 3 * x * y)
    model = wb.get_posterior_model(g, method="MAPFisher", n_data=1)
    with pytest.raises(SolverError, match=r"no maximum"):
        model.get_variances(x)


@pytest.mark.parametrize(
    ("distribution", "term", "match"),
    [
        ("Poisson", lambda x: x[0] * x[1], "FirstMoment do not tell|no joint family"),
        ("Beta", lambda x: x[0], "UnitMoments do not tell the mean of its value"),
        ("Normal", lambda x: wb.math.exp(x[0]), "Exp stands on the way"),
    ],
)
def test_what_has_no_closed_update_is_refused_in_words(distribution: str, term, match: str) -> None:
    parameters = {"Poisson": {"mean": 1}, "Beta": {"alpha": 1, "beta": 1}, "Normal": {}}[distribution]
    with wb.Graph("g") as g:
        x = wb.Variable("x", shape=2, distribution=distribution, **parameters)
        wb.factor("f", term(x))
    with pytest.raises(NotConjugate, match=match) as error:
        wb.get_posterior_model(g, n_data=1, method="VMP")
    assert "'g/x'" in str(error.value)


def test_what_was_learned_through_a_factor_counts_once() -> None:
    with wb.Graph("g") as g:
        s, t = wb.StaticVariable("s"), wb.StaticVariable("t", mean=1)
        wb.factor("near", -2.0 * (s - t) ** 2)
        y = wb.Variable("y", mean=s)
        z = wb.Variable("z", mean=t)
        wb.factor("rows", -0.5 * (y - z) ** 2)
    model = wb.get_posterior_model(g, {y: [1.0, 2.0], z: [0.5, 1.0]}, method="MAPFisher")
    learned = model.get_posterior_graph()
    assert [name for name, child in learned.children.items() if isinstance(child, wb.Factor)] == ["rows"]
    learned.rows.delete()
    again = wb.get_generative_model(learned, n_data=1)
    assert_allclose(again.get_means([learned.s, learned.t]), model.get_means([s, t]), atol=1e-6)
