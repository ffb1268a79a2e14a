"""Chains in graphs: dense algebra for normal states, all paths for categories."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

import whyboard as wb
from whyboard.errors import NotConjugate
from whyboard.precision import count_compilations

T = 7


class Dense:
    """Normal variables as linear functions of standard normal noise, made one after the other."""

    def __init__(self):
        self.rows = []

    def new(self, variance, terms=(), constant=0.0):
        """A constant, plus weighted earlier ones, plus noise; gives its number."""
        row = {(): constant, len(self.rows): np.sqrt(variance)}
        for weight, other in terms:
            for noise, value in self.rows[other].items():
                row[noise] = row.get(noise, 0.0) + weight * value
        self.rows.append(row)
        return len(self.rows) - 1

    @property
    def joint(self):
        size = len(self.rows)
        root = np.array([[row.get(noise, 0.0) for noise in range(size)] for row in self.rows])
        return np.array([row[()] for row in self.rows]), root @ root.T

    def given(self, known):
        """The log density of known values, and mean and covariance of all variables given them."""
        mean, covariance = self.joint
        seen, values = list(known), np.array(list(known.values()))
        part = covariance[np.ix_(seen, seen)]
        gain = covariance[:, seen] @ np.linalg.inv(part)
        evidence = stats.multivariate_normal(mean[seen], part).logpdf(values)
        return evidence, mean + gain @ (values - mean[seen]), covariance - gain @ covariance[seen]


def first_row(first, later):
    return wb.where(wb.equal(wb.TimeIndex, 0), first, later)


def earlier(x, lag=1):
    return x[wb.TimeIndex - lag]


def solved(graph, data, **options):
    return wb.get_posterior_model(graph, data, method="VMP", progress=False, **options)


def with_gaps(values, *gaps):
    found = np.array(values, dtype=float)
    for gap in gaps:
        found[gap] = np.nan
    return found


A = np.array([[0.9, 0.3], [-0.4, 0.7]])
C = np.array([[1.0, 0.5], [0.2, -1.0], [0.7, 0.7]])


def state_space():
    with wb.Graph("g") as g:
        x = wb.Variable("x", shape=2)
        x.mean = first_row([1.0, -1.0], wb.dot(A, earlier(x)) + np.array([0.1, 0.0]))
        x.variance = first_row([2.0, 3.0], 0.5)
        y = wb.Variable("y", shape=3, mean=wb.dot(C, x), variance=0.3)
    return g, x, y


def dense_state_space(dense):
    states, seen = [], []
    for t in range(T):
        row = []
        for i in range(2):
            if t:
                terms = [(A[i, j], states[t - 1][j]) for j in range(2)]
                row.append(dense.new(0.5, terms, (0.1, 0.0)[i]))
            else:
                row.append(dense.new((2.0, 3.0)[i], constant=(1.0, -1.0)[i]))
        states.append(row)
        seen.append([dense.new(0.3, [(C[k, i], row[i]) for i in range(2)]) for k in range(3)])
    return np.array(states), np.array(seen)


def known(*pairs):
    """By number, the values that are there."""
    return {
        int(number): value
        for numbers, values in pairs
        for number, value in zip(np.ravel(numbers), np.ravel(values), strict=True)
        if np.isfinite(value)
    }


def test_a_state_space_with_gaps_and_parts_of_states_that_are_known_has_its_exact_evidence():
    rng = np.random.default_rng(0)
    seen = with_gaps(rng.normal(size=(T, 3)), 2, (4, 1))
    states = with_gaps(np.full((T, 2), np.nan))
    states[1, 0], states[5] = 0.7, (0.2, -0.3)
    g, x, y = state_space()
    model = solved(g, {y: seen, x: states})
    dense = Dense()
    at, observed = dense_state_space(dense)
    evidence, mean, covariance = dense.given(known((at, states), (observed, seen)))
    assert model.lower_bound[-1] == pytest.approx(evidence, abs=1e-9)
    np.testing.assert_allclose(model.get_means(x), mean[at], atol=1e-9)
    np.testing.assert_allclose(model.get_variances(x), covariance[at, at], atol=1e-9)


def test_draws_of_a_chain_are_joint():
    seen = np.random.default_rng(1).normal(size=(T, 3))
    g, x, y = state_space()
    draws = solved(g, {y: seen}).get_samples(x, 20000).reshape(20000, -1)
    dense = Dense()
    at, observed = dense_state_space(dense)
    _, mean, covariance = dense.given(known((observed, seen)))
    places = at.ravel()
    exact = covariance[np.ix_(places, places)]
    np.testing.assert_allclose(draws.mean(axis=0), mean[places], atol=0.02)
    np.testing.assert_allclose(np.cov(draws.T), exact, atol=0.007)
    # Neighbours move together by more than the tolerance.
    assert np.abs(np.diagonal(exact, offset=2)).max() > 0.03


def test_rows_after_the_last_that_is_known_are_predicted_from_it():
    seen = with_gaps(np.random.default_rng(1).normal(size=(T, 3)), slice(4, None))
    g, x, y = state_space()
    model = solved(g, {y: seen})
    dense = Dense()
    at, observed = dense_state_space(dense)
    evidence, mean, covariance = dense.given(known((observed, seen)))
    assert model.lower_bound[-1] == pytest.approx(evidence, abs=1e-9)
    draws = model.get_samples(x, 500)
    spread = np.sqrt(covariance[at, at] / 500)
    assert np.all(np.abs(draws.mean(axis=0) - mean[at]) < 5 * spread)
    np.testing.assert_allclose(draws.var(axis=0), covariance[at, at], rtol=0.35)


def test_lags_of_two_rows_are_a_chain_of_pairs_of_rows():
    seen = with_gaps(np.random.default_rng(2).normal(size=T), 3)
    with wb.Graph("g") as g:
        x = wb.Variable("x", variance=0.4)
        x.mean = 0.5 * wb.time_shift(x, -1, initial_values=2.0) - 0.3 * earlier(x, 2)
        y = wb.Variable("y", mean=x + 0.2 * earlier(x, 2), variance=0.1)
    model = solved(g, {y: seen})
    dense = Dense()
    at, observed = [], []
    for t in range(T):
        before = [(weight, at[t - lag]) for weight, lag in ((0.5, 1), (-0.3, 2)) if t >= lag]
        at.append(dense.new(0.4, before, 0.0 if t else 1.0))
        observed.append(dense.new(0.1, [(weight, at[t - lag]) for weight, lag in ((1.0, 0), (0.2, 2)) if t >= lag]))
    evidence, mean, covariance = dense.given(known((observed, seen)))
    assert model.lower_bound[-1] == pytest.approx(evidence, abs=1e-9)
    np.testing.assert_allclose(model.get_means(x), mean[at], atol=1e-9)
    draws = model.get_samples(x, 20000)
    np.testing.assert_allclose(np.cov(draws.T), covariance[np.ix_(at, at)], atol=0.02)


def test_noise_that_enters_two_rows_is_a_chain():
    seen = np.random.default_rng(3).normal(size=T)
    with wb.Graph("g") as g:
        e = wb.Variable("e", variance=0.8)
        y = wb.Variable("y", mean=e + 0.6 * earlier(e), variance=0.01)
    model = solved(g, {y: seen})
    dense = Dense()
    at, observed = [], []
    for t in range(T):
        at.append(dense.new(0.8))
        observed.append(dense.new(0.01, [(weight, at[t - lag]) for weight, lag in ((1.0, 0), (0.6, 1)) if t >= lag]))
    evidence, mean, _ = dense.given(known((observed, seen)))
    assert model.lower_bound[-1] == pytest.approx(evidence, abs=1e-9)
    np.testing.assert_allclose(model.get_means(e), mean[at], atol=1e-9)


def test_multivariate_states_with_correlated_noise():
    noise = np.array([[0.5, 0.2], [0.2, 0.4]])
    seen = np.random.default_rng(4).normal(size=(T, 2))
    with wb.Graph("g") as g:
        x = wb.Variable("x", shape=2, distribution="MultivariateNormalDistribution", covariance=noise)
        x.mean = wb.dot(A, earlier(x))
        y = wb.Variable("y", shape=2, mean=x, variance=0.3)
    model = solved(g, {y: seen})
    steps = [np.linalg.matrix_power(A, t) for t in range(T)]
    root = np.block([[steps[t - s] if t >= s else np.zeros((2, 2)) for s in range(T)] for t in range(T)])
    covariance = root @ np.kron(np.eye(T), noise) @ root.T + 0.3 * np.eye(2 * T)
    evidence = stats.multivariate_normal(np.zeros(2 * T), covariance).logpdf(seen.ravel())
    assert model.lower_bound[-1] == pytest.approx(evidence, abs=1e-9)


def test_series_are_independent_wherever_their_rows_stand():
    seen = np.random.default_rng(5).normal(size=(2 * T, 3))
    series = np.random.default_rng(6).permutation(np.repeat(["a", "b"], [T, T]))
    g, x, y = state_space()
    linker = wb.get_data_linker({y: seen})
    linker.series = list(series)
    model = solved(g, linker)
    means, draws = model.get_means(x), model.get_samples(x, 4000)
    total = 0.0
    for name in "ab":
        dense = Dense()
        at, observed = dense_state_space(dense)
        evidence, mean, covariance = dense.given(known((observed, seen[series == name])))
        total += evidence
        np.testing.assert_allclose(means[series == name], mean[at], atol=1e-9)
        some = draws[:, series == name].reshape(4000, -1)
        np.testing.assert_allclose(np.cov(some.T), covariance[np.ix_(at.ravel(), at.ravel())], atol=0.06)
    assert model.lower_bound[-1] == pytest.approx(total, abs=1e-9)


P = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.25, 0.25, 0.5]])
START = np.array([0.5, 0.3, 0.2])
MEANS = np.array([-1.0, 0.5, 2.0])


def hidden_markov():
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="CategoricalDistribution")
        p = wb.StaticVariable("p", shape=(3, 3), distribution="DiracDistribution", mean=P)
        z.probabilities = first_row(START, p[earlier(z)])
        m = wb.StaticVariable("m", shape=3, distribution="DiracDistribution", mean=MEANS)
        y = wb.Variable("y", mean=m[z], variance=0.8)
    return g, z, y


def paths(seen, fixed, start=START):
    """All paths, and their log densities with what is seen."""
    found = np.array(list(itertools.product(range(3), repeat=len(seen))))
    found = found[np.all((found == fixed) | np.isnan(fixed), axis=1)]
    log = np.log(start)[found[:, 0]] + np.log(P)[found[:, :-1], found[:, 1:]].sum(axis=1)
    densities = stats.norm(MEANS[found], np.sqrt(0.8)).logpdf(seen)
    return found, log + np.where(np.isnan(seen), 0.0, densities).sum(axis=1)


def test_a_hidden_markov_model_with_gaps_and_known_states_sums_over_all_paths():
    seen = with_gaps(np.random.default_rng(7).normal(size=6), 2)
    states = with_gaps(np.full(6, np.nan))
    states[4] = 2
    g, z, y = hidden_markov()
    model = solved(g, {y: seen, z: states})
    every, log = paths(seen, states)
    assert model.lower_bound[-1] == pytest.approx(np.logaddexp.reduce(log), abs=1e-10)
    weights = np.exp(log - np.logaddexp.reduce(log))
    marginal = np.array([[weights[every[:, t] == k].sum() for k in range(3)] for t in range(6)])
    belief = model.belief(z)
    np.testing.assert_allclose(belief.moments.each.counts, marginal, atol=1e-10)
    together = sum(weights[i] * (path[1] == 2) * (path[0] == 0) for i, path in enumerate(every))
    assert belief.u[1][0, 2, 0] == pytest.approx(together, abs=1e-10)
    draws = model.get_samples(z, 20000)
    chance = np.mean((draws[:, 0] == 0) & (draws[:, 1] == 2))
    assert chance == pytest.approx(together, abs=0.004)
    assert abs(together - marginal[0, 0] * marginal[1, 2]) > 0.01
    assert np.all(draws[:, 4] == 2)


def test_a_category_before_the_first_row_may_be_given():
    seen = np.random.default_rng(8).normal(size=5)
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="CategoricalDistribution")
        p = wb.StaticVariable("p", shape=(3, 3), distribution="DiracDistribution", mean=P)
        z.probabilities = p[wb.time_shift(z, -1, initial_values=1)]
        m = wb.StaticVariable("m", shape=3, distribution="DiracDistribution", mean=MEANS)
        y = wb.Variable("y", mean=m[z], variance=0.8)
    _, log = paths(seen, np.full(5, np.nan), P[1])
    assert solved(g, {y: seen}).lower_bound[-1] == pytest.approx(np.logaddexp.reduce(log), abs=1e-10)


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_a_state_space_model_starts_by_itself_and_its_bound_rises():
    rng = np.random.default_rng(10)
    seen = np.cumsum(rng.normal(size=(60, 2)), axis=0) @ rng.normal(size=(2, 3)) + rng.normal(size=(60, 3))
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", shape=(2, 2))
        x = wb.Variable("x", shape=2)
        x.mean = wb.dot(a, earlier(x))
        c = wb.StaticVariable("c", shape=(3, 2))
        y = wb.Variable("y", shape=3, mean=wb.dot(c, x), variance=1)
    model = solved(g, {y: seen}, max_sweeps=30)
    assert np.diff(model.lower_bound).min() > -1e-7
    explained = model.get_means(x) @ model.get_means(c).T
    assert np.var(seen - explained) < 0.05 * np.var(seen)


def test_new_numbers_compile_nothing_and_more_rows_no_more_programs():
    g, _, y = state_space()
    rng = np.random.default_rng(9)
    with count_compilations() as first:
        solved(g, {y: rng.normal(size=(11, 3))})
    with count_compilations() as again:
        solved(g, {y: with_gaps(rng.normal(size=(11, 3)), (slice(3, 5), 0))})
    with count_compilations() as longer:
        solved(g, {y: rng.normal(size=(300, 3))})
    assert again.compiled == 0
    assert longer.compiled <= first.compiled


def test_a_positive_variable_that_depends_on_its_past_is_refused_in_words():
    with wb.Graph("g") as g:
        x = wb.Variable("x", distribution="GammaDistribution", concentration=2.0)
        x.rate = wb.time_shift(x, -1, initial_values=1.0)
        y = wb.Variable("y", distribution="PoissonDistribution", mean=x)
    with pytest.raises(NotConjugate, match=r"'g/x' in the rate of 'g/x': an earlier row of it is read there"):
        solved(g, {y: np.arange(5)})


def test_categories_two_rows_apart_are_refused_in_words():
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="CategoricalDistribution")
        p = wb.StaticVariable("p", shape=(3, 3, 3), distribution="DiracDistribution", mean=np.tile(P, (3, 1, 1)))
        z.probabilities = p[earlier(z), earlier(z, 2)]
        m = wb.StaticVariable("m", shape=3, distribution="DiracDistribution", mean=MEANS)
        y = wb.Variable("y", mean=m[z], variance=0.8)
    with pytest.raises(NotConjugate, match=r"'g/z' .* is read by one factor at rows that are 2 apart"):
        solved(g, {y: np.zeros(5)})


def test_a_truth_value_that_depends_on_its_past_is_to_be_a_category():
    with wb.Graph("g") as g:
        z = wb.Variable("z", dtype="bool", distribution="BernoulliDistribution")
        z.mean = wb.where(wb.time_shift(z, -1, initial_values=False), 0.9, 0.2)
        y = wb.Variable("y", mean=wb.where(z, 1.0, 0.0))
    with pytest.raises(NotConjugate, match=r"'g/z' .* two categories"):
        solved(g, {y: np.zeros(5)})


def test_a_product_of_rows_is_refused_in_words():
    with wb.Graph("g") as g:
        x = wb.Variable("x")
        x.mean = x[wb.TimeIndex - 1] * x[wb.TimeIndex - 1]
        y = wb.Variable("y", mean=x)
    with pytest.raises(NotConjugate, match=r"'g/x' in the mean of 'g/x': .* product with itself"):
        solved(g, {y: np.zeros(5)})
