"""Several normal variables with one belief: with known noise it is the posterior, and the bound is the evidence."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import stats

import whyboard as wb
from whyboard.errors import NotConjugate, SolverError
from whyboard.precision import count_compilations

OPTIONS = {"method": "VMP", "progress": False}


class Linear(NamedTuple):
    """A graph, its data and block, and the same as ``y = A w + noise`` with elements of the block in order."""

    graph: Any
    data: dict[Any, Any]
    block: tuple[Any, ...]
    matrix: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray
    outputs: np.ndarray
    noise: float = 0.09


def dense(case):
    """Mean and covariance of the posterior, and the log evidence."""
    seen = ~np.isnan(case.outputs)
    matrix, outputs = case.matrix[seen], case.outputs[seen]
    spread = matrix @ case.covariance @ matrix.T + case.noise * np.eye(len(outputs))
    gain = np.linalg.solve(spread, matrix @ case.covariance).T
    mean = case.mean + gain @ (outputs - matrix @ case.mean)
    evidence = stats.multivariate_normal(matrix @ case.mean, spread).logpdf(outputs)
    return mean, case.covariance - gain @ matrix @ case.covariance, evidence


def flat(answers, lead=0):
    """Answers of several variables side by side."""
    return np.concatenate([np.reshape(each, (*np.shape(each)[:lead], -1)) for each in answers], axis=-1)


def noisy(values):
    outputs = values + 0.3 * np.random.default_rng(9).normal(size=np.shape(values))
    outputs[5] = np.nan
    return outputs


def line():
    """Intercept and slope."""
    x = np.random.default_rng(0).normal(2, 1, 20)
    y = noisy(1 + 0.5 * x)
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", mean=0.2, variance=4)
        b = wb.StaticVariable("b", mean=-0.1, variance=2)
        inputs = wb.Variable("x", distribution="NoDistribution")
        wb.Variable("y", mean=a + b * inputs, variance=0.09)
    matrix = np.stack([np.ones(20), x], axis=1)
    return Linear(g, {g.x: x, g.y: y}, (g.a, g.b), matrix, np.array([0.2, -0.1]), np.diag([4.0, 2.0]), y)


def plane():
    """A number and a vector with a covariance of its own."""
    x = np.random.default_rng(1).normal(1, 1, (15, 2))
    y = noisy(x @ [1.0, -1.0] - 2)
    spread = np.array([[2.0, 0.5], [0.5, 1.0]])
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", mean=0.2, variance=4)
        b = wb.StaticVariable(
            "b", shape=2, distribution="MultivariateNormalDistribution", mean=[0.0, 1.0], covariance=spread
        )
        inputs = wb.Variable("x", shape=2, distribution="NoDistribution")
        wb.Variable("y", mean=a + wb.einsum("i,i->", inputs, b), variance=0.09)
    covariance = np.zeros((3, 3))
    covariance[0, 0], covariance[1:, 1:] = 4, spread
    matrix = np.concatenate([np.ones((15, 1)), x], axis=1)
    return Linear(g, {g.x: x, g.y: y}, (g.b, g.a), matrix, np.array([0.2, 0.0, 1.0]), covariance, y)


def groups():
    """An intercept and two slopes for each group."""
    random = np.random.default_rng(2)
    group, x = np.arange(24) % 3, random.normal(size=(24, 2))
    y = noisy(group + x[:, 0] - group * x[:, 1])
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", shape=3, mean=0.2, variance=4)
        b = wb.StaticVariable("b", shape=(3, 2), mean=-0.1, variance=2)
        which = wb.Variable("which", dtype="int", distribution="NoDistribution")
        inputs = wb.Variable("x", shape=2, distribution="NoDistribution")
        wb.Variable("y", mean=a[which] + wb.einsum("i,i->", b[which], inputs), variance=0.09)
    matrix = np.zeros((24, 9))
    matrix[np.arange(24), group] = 1
    for axis in range(2):
        matrix[np.arange(24), 3 + 2 * group + axis] = x[:, axis]
    mean, variance = np.repeat([0.2, -0.1], [3, 6]), np.repeat([4.0, 2.0], [3, 6])
    return Linear(g, {g.which: group, g.x: x, g.y: y}, (g.a, g.b), matrix, mean, np.diag(variance), y)


def hierarchy():
    """A mean, and what is drawn around it."""
    group = np.arange(16) % 3
    y = noisy(group - 1.0)
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0.2, variance=4)
        a = wb.StaticVariable("a", shape=3, mean=mu, variance=0.5)
        which = wb.Variable("which", dtype="int", distribution="NoDistribution")
        wb.Variable("y", mean=a[which], variance=0.09)
    matrix = np.concatenate([np.zeros((16, 1)), np.eye(3)[group]], axis=1)
    covariance = 4 + np.diag([0.0, 0.5, 0.5, 0.5])
    return Linear(g, {g.which: group, g.y: y}, (g.mu, g.a), matrix, np.full(4, 0.2), covariance, y)


def trend():
    """A level that a slope moves: one chain of both."""
    y = noisy(np.cumsum(np.linspace(0, 1, 8)))
    with wb.Graph("g") as g:
        slope, level = wb.Variable("slope"), wb.Variable("level")
        slope.mean, slope.variance = wb.time_shift(slope, -1, 0.0), 0.3
        level.mean, level.variance = wb.time_shift(level, -1, 0.0) + wb.time_shift(slope, -1, 0.0), 0.5
        # The slope is seen too: the last one would else be only predicted.
        wb.Variable("y", mean=level + 0.5 * slope, variance=0.09)
    steps = [np.linalg.matrix_power([[1, 0], [1, 1]], k) for k in range(8)]
    moves = np.block([[steps[i - j] if j <= i else np.zeros((2, 2)) for j in range(8)] for i in range(8)])
    # By rows first, as means are compared: all slopes, then all levels.
    moves = moves.reshape(8, 2, -1).swapaxes(0, 1).reshape(16, -1)
    covariance = moves @ np.diag([0.3, 0.5] * 8) @ moves.T
    matrix = np.concatenate([0.5 * np.eye(8), np.eye(8)], axis=1)
    return Linear(g, {g.y: y}, (g.slope, g.level), matrix, np.zeros(16), covariance, y)


CASES = {build.__name__: build for build in (line, plane, groups, hierarchy, trend)}


@pytest.fixture(scope="module", params=list(CASES))
def solved(request):
    case = CASES[request.param]()
    return case, wb.get_posterior_model(case.graph, case.data, blocks=[case.block], **OPTIONS)


def in_order(case):
    return sorted(case.block, key=lambda each: each.key)


def test_the_first_sweep_finds_the_posterior_and_the_evidence(solved):
    case, model = solved
    mean, covariance, evidence = dense(case)
    np.testing.assert_allclose(model.lower_bound, evidence, rtol=1e-9)
    assert sum(model.lower_bound_terms.values()) == pytest.approx(evidence, rel=1e-9)
    np.testing.assert_allclose(flat(model.get_means(in_order(case))), mean, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(flat(model.get_variances(in_order(case))), np.diag(covariance), rtol=1e-8)
    (first, *others) = (model.belief(each) for each in case.block)
    assert all(np.array_equal(a, b) for other in others for a, b in zip(first.u, other.u, strict=True))


def test_draws_of_all_belong_together(solved):
    case, model = solved
    mean, covariance, _ = dense(case)
    root = np.linalg.cholesky(covariance)
    whitened = np.linalg.solve(root, (flat(model.get_samples(in_order(case), 1000), 1) - mean).T)
    assert stats.kstest(whitened.ravel(), stats.norm.cdf).pvalue > 1e-3
    assert np.abs(np.corrcoef(whitened) - np.eye(len(mean))).max() < 0.15


def test_the_posterior_graph_draws_all_from_one_normal_variable():
    case = groups()
    mean, covariance, _ = dense(case)
    after = wb.get_posterior_model(case.graph, case.data, blocks=[case.block], **OPTIONS).get_posterior_graph()
    inputs = {after[each.name]: given for each, given in case.data.items() if each.name != "y"}
    draws = flat(wb.get_generative_model(after, inputs).get_samples((after.a, after.b), 1000), 1)
    whitened = np.linalg.solve(np.linalg.cholesky(covariance), (draws - mean).T)
    assert stats.kstest(whitened.ravel(), stats.norm.cdf).pvalue > 1e-3
    assert np.abs(np.corrcoef(whitened) - np.eye(len(mean))).max() < 0.15


def test_members_are_observed_and_unobserved_without_compiling():
    case = line()
    model = wb.get_posterior_model(case.graph, case.data, blocks=[case.block], **OPTIONS)
    mean, _, evidence = dense(case)
    a, b = case.block
    model.observe(a, 0.7)
    rest = case._replace(
        matrix=case.matrix[:, 1:], mean=case.mean[1:], covariance=np.array([[2.0]]), outputs=case.outputs - 0.7
    )
    (slope,), _, given = dense(rest)
    assert model.lower_bound[-1] == pytest.approx(given + stats.norm(0.2, 2).logpdf(0.7), rel=1e-9)
    assert model.get_means(b) == pytest.approx(slope, rel=1e-9)
    with count_compilations() as count:
        model.unobserve(a)
        assert model.lower_bound[-1] == pytest.approx(evidence, rel=1e-9)
        np.testing.assert_allclose(model.get_means(case.block), mean, rtol=1e-9)
        model.observe(b, 0.5)
        model.unobserve(b)
    assert count.compiled == 0


def test_an_element_that_is_known_stays_known():
    case = plane()
    g = case.graph
    model = wb.get_posterior_model(g, {**case.data, g.b: [np.nan, 1.5]}, blocks=[case.block], **OPTIONS)
    free = [0, 1]
    spread = case.covariance
    gain = spread[free, 2] / spread[2, 2]
    mean = case.mean[free] + gain * (1.5 - case.mean[2])
    covariance = spread[np.ix_(free, free)] - np.outer(gain, spread[2, free])
    outputs = case.outputs - 1.5 * case.matrix[:, 2]
    expected, _, evidence = dense(
        case._replace(matrix=case.matrix[:, free], mean=mean, covariance=covariance, outputs=outputs)
    )
    known = stats.norm(case.mean[2], np.sqrt(spread[2, 2])).logpdf(1.5)
    assert model.lower_bound[-1] == pytest.approx(evidence + known, rel=1e-9)
    np.testing.assert_allclose(flat(model.get_means((g.a, g.b))), [*expected, 1.5], rtol=1e-9)


def test_apart_the_bound_stays_below_the_evidence():
    case = line()
    _, _, evidence = dense(case)
    assert wb.get_posterior_model(case.graph, case.data, **OPTIONS).lower_bound[-1] < evidence - 0.5


def test_starts_and_orders_may_name_any_member():
    case = line()
    _, _, evidence = dense(case)
    a, b = case.block
    for initial, order in (({a: 3.0}, [a]), ({a: -1.0, b: 2.0}, [b]), ({b: "random"}, [b, a])):
        model = wb.get_posterior_model(
            case.graph, case.data, blocks=[case.block], initial=initial, order=order, **OPTIONS
        )
        np.testing.assert_allclose(model.lower_bound, evidence, rtol=1e-9)


def test_gibbs_draws_a_block_at_once_so_that_draws_are_independent():
    case = line()
    mean, covariance, _ = dense(case)
    options = {"method": "Gibbs", "chains": 2, "n_samples": 500, "warmup": 1, "progress": False}
    model = wb.get_posterior_model(case.graph, case.data, blocks=[case.block], **options)
    whitened = np.linalg.solve(np.linalg.cholesky(covariance), np.array(model.get_samples(case.block, 1000)))
    whitened -= np.linalg.solve(np.linalg.cholesky(covariance), mean)[:, None]
    assert stats.kstest(whitened.ravel(), stats.norm.cdf).pvalue > 1e-3
    assert all(each.effective_sample_size > 600 for each in model.diagnostics.values())
    assert set(model.diagnostics) == {"g/a", "g/b"}


def factors(outputs):
    """Two numbers by row that load on four columns."""
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2, rate=1)
        u, v = wb.Variable("u"), wb.Variable("v", mean=1.0)
        wb.Variable("y", shape=4, mean=u * np.array([1.0, 1, 0, 2]) + v * np.array([1.0, 0.8, 1, 0]), precision=tau)
    return g, {g.y: outputs}


def test_numbers_by_row_are_joined_row_by_row():
    """Where rows have gaps each has a covariance of its own; the noise is shared and apart."""
    random = np.random.default_rng(3)
    outputs = random.normal(size=(12, 4))
    outputs[2], outputs[4, 1:3] = np.nan, np.nan
    g, data = factors(outputs)
    model = wb.get_posterior_model(g, data, blocks=[(g.u, g.v)], **OPTIONS)
    assert np.all(np.diff(model.lower_bound) > -1e-10)
    loadings, tau = np.array([[1.0, 1, 0, 2], [1.0, 0.8, 1, 0]]).T, model.get_means(g.tau)
    for row, (u, v) in enumerate(zip(*model.get_means((g.u, g.v)), strict=True)):
        seen = ~np.isnan(outputs[row])
        precision = np.eye(2) + tau * loadings[seen].T @ loadings[seen]
        expected = np.linalg.solve(precision, [0, 1] + tau * loadings[seen].T @ outputs[row, seen])
        np.testing.assert_allclose([u, v], expected, rtol=1e-6, atol=1e-9)


def test_em_with_joined_numbers_by_row_climbs_the_likelihood_itself():
    outputs = np.random.default_rng(3).normal(size=(12, 4))
    g, data = factors(outputs)
    model = wb.get_posterior_model(g, data, method="EM", blocks=[(g.u, g.v)], restarts=1, progress=False)
    loadings, tau = np.array([[1.0, 1, 0, 2], [1.0, 0.8, 1, 0]]).T, model.get_means(g.tau)
    rows = stats.multivariate_normal(loadings @ [0, 1], np.eye(4) / tau + loadings @ loadings.T).logpdf(outputs)
    assert model.lower_bound[-1] == pytest.approx(rows.sum() + stats.gamma(2).logpdf(tau), rel=1e-9)


def test_em_finds_the_mode_of_a_block_of_points_at_once():
    case = line()
    mean, _, _ = dense(case)
    model = wb.get_posterior_model(case.graph, case.data, method="EM", blocks=[case.block], restarts=1, progress=False)
    np.testing.assert_allclose(model.get_means(case.block), mean, rtol=1e-9)
    assert not model.get_variances(case.block[0])


def test_lines_of_a_mixture_have_one_block_a_component():
    random = np.random.default_rng(4)
    kinds, x = np.arange(30) % 2, random.normal(2, 1, 30)
    y = np.where(kinds, 1 + 2 * x, -1 - x) + 0.3 * random.normal(size=30)
    with wb.Graph("g") as g:
        a, b = wb.StaticVariable("a", shape=2, variance=4), wb.StaticVariable("b", shape=2, variance=4)
        inputs = wb.Variable("x", distribution="NoDistribution")
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.5, 0.5])
        wb.Variable("y", mean=a[z] + b[z] * inputs, variance=0.09)
    data = {g.x: x, g.y: y}
    model = wb.get_posterior_model(g, data, blocks=[(g.a, g.b)], initial={g.z: kinds}, order=[g.a, g.z], **OPTIONS)
    assert model.belief(g.a).plates == (2,)
    assert model.belief(g.a).dims == ((2,), (2, 2))
    assert np.all(np.diff(model.lower_bound) > -1e-9)
    lines = [np.polyfit(x[kinds == kind], y[kinds == kind], 1)[::-1] for kind in (0, 1)]
    np.testing.assert_allclose(np.transpose(model.get_means((g.a, g.b))), lines, atol=0.05)


def refused(build, data, message, error=SolverError, method="VMP"):
    with wb.Graph("g") as g:
        blocks = build()
    given = {g[name]: each for name, each in data.items()}
    with pytest.raises(error, match=message):
        wb.get_posterior_model(g, given, method=method, blocks=blocks, progress=False)


def test_what_has_rows_is_not_joined_with_what_has_none():
    def build():
        a, b = wb.StaticVariable("a"), wb.Variable("b")
        wb.Variable("y", mean=a + b)
        return [(a, b)]

    refused(build, {"y": np.ones(3)}, "'g/b', which has rows, and 'g/a', which has none")


def test_members_that_are_observed_or_named_twice_or_read_by_nothing_are_refused():
    def build(again=False, read=True):
        a, b = wb.StaticVariable("a"), wb.StaticVariable("b")
        wb.Variable("y", mean=a + b if read else a)
        return [(a, b), (b,)] if again else [(a, b)]

    data = {"y": np.ones(3)}
    refused(build, {**data, "a": 1.0}, "'g/a', but it is observed")
    refused(lambda: build(again=True), data, "'g/b' twice")
    refused(lambda: build(read=False), data, "'g/b', but nothing that is observed depends on it")


def test_members_whose_product_is_taken_are_refused():
    def build():
        a, b = wb.StaticVariable("a"), wb.StaticVariable("b")
        wb.Variable("y", mean=a * b)
        return [(a, b)]

    refused(build, {"y": np.ones(3)}, "'g/a' and 'g/b' in the mean of 'g/y'", NotConjugate)


def test_members_with_and_without_a_prior_are_refused():
    def build():
        a, b = wb.StaticVariable("a", distribution="FlatDistribution"), wb.StaticVariable("b")
        wb.Variable("y", mean=a + b)
        return [(a, b)]

    refused(build, {"y": np.ones(3)}, "'g/a' has no prior.*take it out of the block", NotConjugate)


def test_members_of_different_kinds_are_refused():
    def build():
        a = wb.StaticVariable("a", mean=1.0)
        k = wb.StaticVariable("k", distribution="GammaDistribution", concentration=2, rate=1)
        b = wb.StaticVariable("b", mean=1.0)
        wb.Variable("y", mean=a + b, precision=k)
        return [(a, b, k)]

    refused(build, {"y": np.ones(3)}, "normal variables, or a normal variable and the gamma", NotConjugate)


def test_learning_goes_on_from_the_posterior_graph_as_if_all_had_come_at_once():
    """There the members are computed from one variable, and have means of their own."""
    case = line()
    mean, _, evidence = dense(case)
    first, rest = ({each: given[part] for each, given in case.data.items()} for part in (slice(10), slice(10, None)))
    model = wb.get_posterior_model(case.graph, first, blocks=[case.block], **OPTIONS)
    after = model.get_posterior_graph()
    found = wb.get_posterior_model(after, {after[each.name]: given for each, given in rest.items()}, **OPTIONS)
    assert model.lower_bound[-1] + found.lower_bound[-1] == pytest.approx(evidence, rel=1e-9)
    np.testing.assert_allclose(found.get_means((after.a, after.b)), mean, rtol=1e-9)
