"""Models whose rows depend on earlier rows, judged by dense linear algebra and plain loops."""

import numpy as np
import pytest
from scipy import optimize, stats

import whyboard as wb
from whyboard.errors import DataError, DTypeError, SolverError
from whyboard.precision import count_compilations

RANDOM = np.random.default_rng(7)


def autoregression(initial=0.0):
    with wb.Graph("g") as g:
        phi = wb.StaticVariable("phi")
        y = wb.Variable("y", variance=1.0)
        y.mean = phi * wb.TimeShift(y, -1, initial)
    return g


def ridge(parts):
    """Posterior mean and variance of the slope of rows on earlier rows, with a standard normal prior."""
    precision = 1.0 + sum(float(lag @ lag) for lag, _ in parts)
    return sum(float(lag @ here) for lag, here in parts) / precision, 1.0 / precision


def test_a_simulation_runs_along_time_and_starts_afresh_in_every_series():
    g = autoregression()
    linker = wb.DataLinker({g.phi: 0.8})
    linker.series = list("abacbabcc")
    model = wb.get_generative_model(g, linker)
    step = np.array([0, 0, 1, 0, 1, 2, 2, 1, 2])
    expected = (1 - 0.64 ** (step + 1)) / 0.36
    np.testing.assert_allclose(model.get_variances(g.y), expected, rtol=1e-9)
    draws = model.get_samples(g.y, 4000)
    np.testing.assert_allclose(draws.var(axis=0), expected, rtol=0.15)
    assert np.corrcoef(draws[:, 0], draws[:, 2])[0, 1] == pytest.approx(0.8 / np.sqrt(1.64), abs=0.05)
    assert np.corrcoef(draws[:, 0], draws[:, 1])[0, 1] == pytest.approx(0.0, abs=0.05)


def test_states_with_gaps_in_their_data_have_the_dense_normal_as_posterior():
    n = 8
    with wb.Graph("g") as g:
        x = wb.Variable("x", variance=0.5)
        x.mean = 0.9 * x[wb.TimeIndex - 1] - 0.3 * x[wb.TimeIndex - 2] + 0.1 * wb.TimeIndex
        wb.Variable("y", mean=x + x[wb.TimeIndex - 1], variance=0.3)
    data = RANDOM.normal(size=n)
    data[[2, 3, n - 1]] = np.nan
    model = wb.get_posterior_model(g, {g.y: data}, method="MAPFisher", progress=False)
    back, two = np.eye(n, k=-1), np.eye(n, k=-2)
    inverse = np.linalg.inv(np.eye(n) - 0.9 * back + 0.3 * two)
    mean, covariance = inverse @ (0.1 * np.arange(n)), 0.5 * inverse @ inverse.T
    seen = ~np.isnan(data)
    design = (np.eye(n) + back)[seen]
    gain = covariance @ design.T @ np.linalg.inv(design @ covariance @ design.T + 0.3 * np.eye(seen.sum()))
    np.testing.assert_allclose(model.get_means(g.x), mean + gain @ (data[seen] - design @ mean), atol=1e-10)
    np.testing.assert_allclose(model.get_variances(g.x), np.diag(covariance - gain @ design @ covariance), atol=1e-10)


def test_known_rows_are_read_at_once_in_series_of_their_own_and_given_ones_only_have_effects():
    g = autoregression(initial=0.5)
    data, series = RANDOM.normal(size=9), np.array(list("abacbabcc"))
    linker = wb.get_data_linker({g.y: data})
    linker.series = series
    for given in (0, 1):
        linker.given_rows = given
        model = wb.get_posterior_model(g, linker, method="MAPFisher", progress=False)
        assert not model.program.timeline.sequential
        parts = [(np.concatenate([[0.5], v[:-1]])[given:], v[given:]) for v in (data[series == s] for s in "abc")]
        expected = ridge(parts)
        np.testing.assert_allclose((model.get_means(g.phi), model.get_variances(g.phi)), expected, rtol=1e-7)
    with count_compilations() as count:
        wb.get_posterior_model(g, {g.y: RANDOM.normal(size=9)}, method="MAP", progress=False)
    assert count.compiled == 0


def test_a_gap_in_what_is_lagged_is_filled_from_both_sides():
    with wb.Graph("g") as g:
        y = wb.Variable("y", variance=1.0)
        y.mean = 0.8 * y[wb.TimeIndex - 1]
    model = wb.get_posterior_model(g, {g.y: [1.0, np.nan, 2.0, np.nan]}, method="MAPFisher", progress=False)
    precision = 1 + 0.64
    np.testing.assert_allclose(model.get_means(g.y), [1.0, 0.8 * (1.0 + 2.0) / precision, 2.0, 1.6], atol=1e-10)
    np.testing.assert_allclose(model.get_variances(g.y), [0.0, 1 / precision, 0.0, 1.0], atol=1e-10)


def test_densities_follow_loops_through_deterministic_variables():
    n = 12
    with wb.Graph("g") as g:
        phi, theta = wb.StaticVariable("phi"), wb.StaticVariable("theta")
        y = wb.Variable("y")
        mean = wb.Variable("mean", distribution=wb.DiracDistribution)
        residual = wb.Variable("residual", distribution=wb.DiracDistribution, mean=y - mean)
        scale = wb.Variable("scale", distribution=wb.DiracDistribution)
        mean.mean = phi * y[wb.TimeIndex - 1] + theta * residual[wb.TimeIndex - 1]
        scale.mean = 0.2 + 0.3 * wb.square(residual[wb.TimeIndex - 1]) + 0.4 * wb.TimeShift(scale, -1, 1.0)
        y.mean, y.variance = mean, scale
    data = RANDOM.normal(size=n)
    expected = stats.norm.logpdf(0.5) + stats.norm.logpdf(0.3)
    before, error, variance = 0.0, 0.0, 1.0
    for value in data:
        variance = 0.2 + 0.3 * error**2 + 0.4 * variance
        at = 0.5 * before + 0.3 * error
        before, error = value, value - at
        expected += stats.norm.logpdf(value, at, np.sqrt(variance))
    model = wb.ForwardModel(g, n_data=n)
    assert model.log_probability({g.phi: 0.5, g.theta: 0.3, g.y: data}) == pytest.approx(expected, rel=1e-12)


def test_vectors_and_shifts_through_several_variables_follow_the_plain_loop():
    n, matrix = 6, np.array([[0.5, 0.2], [-0.3, 0.4]])
    with wb.Graph("g") as g:
        x = wb.Variable("x", shape=(2,), distribution=wb.DiracDistribution)
        z = wb.Variable("z", distribution=wb.DiracDistribution, mean=x[0] - 1.0)
        lagged = wb.TimeShift(z * 2.0, -2, initial_values=[5.0, 6.0])
        x.mean = matrix @ wb.TimeShift(x, -1, initial_values=[1.0, 2.0]) + lagged
        first = wb.Variable("first", distribution=wb.DiracDistribution)
        first.mean = wb.where(wb.equal(wb.TimeIndex, 0), 100.0, z)
    found = wb.get_generative_model(g, n_data=n).get_example({"x": g.x, "z": g.z, "first": g.first})
    states, zs, before = [], [], np.array([1.0, 2.0])
    for t in range(n):
        before = matrix @ before + (2.0 * zs[t - 2] if t >= 2 else (5.0, 6.0)[t])
        states.append(before)
        zs.append(before[0] - 1.0)
    np.testing.assert_allclose(found["x"], states, rtol=1e-12)
    np.testing.assert_allclose(found["first"], [100.0, *zs[1:]], rtol=1e-12)


def test_what_a_gradient_cannot_infer_in_time_is_refused_in_plain_words():
    with wb.Graph("g") as g:
        s = wb.Variable("s", distribution=wb.BernoulliDistribution)
        s.mean = 0.1 + 0.8 * wb.TimeShift(s, -1, initial_values=False)
        wb.Variable("y", mean=s, variance=1.0)
    with pytest.raises(SolverError, match=r"'g/s' is discrete .*not observed everywhere"):
        wb.get_posterior_model(g, {g.y: [0.1, 0.9]}, method="MAP", progress=False)
    with wb.Graph("h") as h:
        k = wb.Variable("k", distribution=wb.PoissonDistribution)
        k.mean = 1.0 + wb.TimeShift(k, -1, initial_values=0.5)
    with pytest.raises(DTypeError, match=r"'h/k' shifts values of dtype int and starts from 0.5"):
        wb.get_generative_model(h, n_data=3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda linker: setattr(linker, "series", [1, 2]), "series has 2 rows, but the data have 3"),
        (lambda linker: setattr(linker, "series", [1.0, np.nan, 2.0]), "series has a gap in row 1"),
        (lambda linker: setattr(linker, "given_rows", -1), "given_rows got -1"),
    ],
)
def test_series_and_given_rows_are_checked_where_they_are_set(change, message):
    g = autoregression()
    linker = wb.get_data_linker({g.y: [1.0, 2.0, 3.0]})
    with pytest.raises(DataError, match=message):
        change(linker)


def test_formulas_of_what_is_known_are_shifted_without_waiting_for_earlier_rows():
    with wb.Graph("g") as g:
        phi, mu = wb.StaticVariable("phi"), wb.StaticVariable("mu", mean=1.0, variance=4.0)
        y = wb.Variable("y", variance=1.0)
        d = wb.Variable("d", distribution=wb.DiracDistribution, mean=wb.log(y + 10.0) - mu)
        y.mean = mu + phi * wb.TimeShift(d, -1, initial_values=mu) + wb.TimeShift(y * phi, -2, [0.5, 0.25])
    data = RANDOM.normal(size=9)

    def density(phi, mu):
        one = np.concatenate([[mu], np.log(data[:-1] + 10.0) - mu])
        two = np.concatenate([[0.5, 0.25], phi * data[:-2]])
        likelihood = stats.norm.logpdf(data, mu + phi * one + two).sum()
        return likelihood + stats.norm.logpdf(phi) + stats.norm.logpdf(mu, 1.0, 2.0)

    model = wb.get_posterior_model(g, {g.y: data}, method="MAP", progress=False)
    assert not model.program.timeline.sequential
    found = model.log_probability({g.phi: 0.3, g.mu: 0.7, g.y: data})
    assert found == pytest.approx(density(0.3, 0.7), rel=1e-12)
    mode = optimize.minimize(lambda at: -density(*at), [0.0, 1.0], tol=1e-12).x
    np.testing.assert_allclose((model.get_means(g.phi), model.get_means(g.mu)), mode, atol=1e-6)
