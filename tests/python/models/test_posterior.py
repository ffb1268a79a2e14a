"""Models judged from outside: closed forms, least squares, exact conditioning, quadrature."""

import threading

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import whyboard as wb
from whyboard import errors


def posterior(graph, data=None, **options):
    return wb.get_posterior_model(graph, data, progress=False, **options)


def test_a_normal_mean_with_a_normal_prior():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=10)
        y = wb.Variable("y", mean=mu, variance=1)
    model = posterior(g, {y: [1, 2, 3, 4]})
    assert model.get_means(mu) == pytest.approx(2.439024, abs=1e-6)
    assert model.get_variances(mu) == pytest.approx(0.243902, abs=1e-6)
    draws = model.get_samples(mu, 4000)
    assert draws.shape == (4000,)
    assert draws.mean() == pytest.approx(2.439, abs=0.03)
    assert draws.var() == pytest.approx(0.2439, rel=0.1)


def test_information_flows_both_ways():
    with wb.Graph("g") as g:
        x = wb.Variable("x")
        y = wb.Variable("y", mean=x + 1, variance=1)
    forwards = posterior(g, {x: [0, 1, 2, 3]})
    np.testing.assert_allclose(forwards.get_means(y), [1, 2, 3, 4], atol=1e-9)
    np.testing.assert_allclose(forwards.get_standard_deviations(y), 1, atol=1e-9)
    backwards = posterior(g, {y: [1, 2, 3, 4]})
    np.testing.assert_allclose(backwards.get_means(x), [0, 0.5, 1, 1.5], atol=1e-9)
    np.testing.assert_allclose(backwards.get_standard_deviations(x), 0.70711, atol=1e-5)


def test_seeing_an_effect_informs_its_cause():
    with wb.Graph("g") as g:
        a = wb.Variable("a")
        b = wb.Variable("b", mean=0.7 * a, variance=0.51)
    assert posterior(g, {b: [2.0]}).get_means(a)[0] == pytest.approx(1.4, abs=1e-9)


def test_a_linear_regression_is_the_exact_posterior():
    random = np.random.default_rng(0)
    design = random.normal(size=(30, 3)) + 2
    y = design @ [1.0, -2.0, 0.5] + 3 + 0.7 * random.normal(size=30)
    with wb.Graph("g") as g:
        slope = wb.StaticVariable("slope", shape=3, mean=0, variance=25)
        intercept = wb.StaticVariable("intercept", mean=1, variance=100)
        x = wb.Variable("x", shape=3)
        out = wb.Variable("y", mean=wb.dot(x, slope) + intercept, variance=0.49)
    model = posterior(g, {x: design, out: y})
    full = np.column_stack([design, np.ones(30)])
    prior = np.diag([1 / 25] * 3 + [1 / 100])
    covariance = np.linalg.inv(full.T @ full / 0.49 + prior)
    mean = covariance @ (full.T @ y / 0.49 + prior @ [0, 0, 0, 1])
    np.testing.assert_allclose([*model.get_means(slope), model.get_means(intercept)], mean, rtol=1e-8)
    deviations = [*model.get_standard_deviations(slope), model.get_standard_deviations(intercept)]
    np.testing.assert_allclose(deviations, np.sqrt(np.diag(covariance)), rtol=1e-8)
    # The posterior graph keeps the correlations, so that it predicts as the exact posterior does.
    learned = model.get_posterior_graph()
    new = random.normal(size=(7, 3)) - 1
    predicted = wb.get_generative_model(learned, {learned.x: new})
    rows = np.column_stack([new, np.ones(7)])
    np.testing.assert_allclose(predicted.get_means(learned.y), rows @ mean, rtol=1e-8)
    expected = np.sqrt(np.einsum("ni,ij,nj->n", rows, covariance, rows) + 0.49)
    np.testing.assert_allclose(predicted.get_standard_deviations("g/y"), expected, rtol=1e-8)


def test_gaps_are_imputed_as_exact_conditioning_does():
    random = np.random.default_rng(1)
    weights = np.array([[0, 0, 0, 0], [0.8, 0, 0, 0], [0, -0.5, 0, 0], [0.3, 0.4, 0.6, 0]])
    noise = np.array([1, 0.5, 2, 0.25])
    inverse = np.linalg.inv(np.eye(4) - weights)
    offset = inverse @ [1.0, 0, -1, 0]
    joint = inverse @ np.diag(noise) @ inverse.T
    data = random.multivariate_normal(offset, joint, size=12)
    data[random.random(data.shape) < 0.4] = np.nan
    with wb.Graph("g") as g:
        a = wb.Variable("a", mean=1, variance=noise[0])
        b = wb.Variable("b", mean=0.8 * a, variance=noise[1])
        c = wb.Variable("c", mean=-0.5 * b - 1, variance=noise[2])
        wb.Variable("d", mean=0.3 * a + 0.4 * b + 0.6 * c, variance=noise[3])
    model = posterior(g, {g[name]: data[:, i] for i, name in enumerate("abcd")})
    means = np.stack([model.get_means(g[name]) for name in "abcd"], axis=1)
    variances = np.stack([model.get_variances(g[name]) for name in "abcd"], axis=1)
    for row, values in enumerate(data):
        gap = np.isnan(values)
        gain = joint[np.ix_(gap, ~gap)] @ np.linalg.inv(joint[np.ix_(~gap, ~gap)])
        np.testing.assert_allclose(means[row, gap], offset[gap] + gain @ (values - offset)[~gap], atol=1e-8)
        left = joint[np.ix_(gap, gap)] - gain @ joint[np.ix_(~gap, gap)]
        np.testing.assert_allclose(variances[row, gap], np.diag(left), atol=1e-8)
        np.testing.assert_allclose(means[row, ~gap], values[~gap])
        np.testing.assert_allclose(variances[row, ~gap], 0, atol=1e-12)


def test_a_vector_with_gaps_is_inferred_entry_by_entry():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", shape=2, mean=0, variance=4)
        y = wb.Variable("y", shape=2, mean=mu, variance=1)
    model = posterior(g, {y: [[1.0, np.nan], [2.0, 5.0], [np.nan, np.nan]]})
    np.testing.assert_allclose(model.get_means(mu), [3 / 2.25, 5 / 1.25], rtol=1e-9)
    np.testing.assert_allclose(model.get_means(y), [[1, 4], [2, 5], [4 / 3, 4]], rtol=1e-9)
    expected = [[0, 1 + 1 / 1.25], [0, 0], [1 + 1 / 2.25, 1 + 1 / 1.25]]
    np.testing.assert_allclose(model.get_variances(y), expected, atol=1e-9)


def test_a_group_index_gives_every_group_its_own_intercept():
    random = np.random.default_rng(2)
    groups = random.integers(0, 4, 60)
    y = np.array([1.0, -1, 3, 0])[groups] + random.normal(size=60)
    with wb.Graph("g") as g:
        center = wb.StaticVariable("center", mean=0, variance=4)
        alpha = wb.StaticVariable("alpha", shape=4, mean=center, variance=2)
        group = wb.Variable("group", distribution="Categorical", probabilities=[0.25] * 4)
        wb.Variable("y", mean=alpha[group], variance=1)
    model = posterior(g, {group: groups, g.y: y})
    # Unknowns: center, then alpha; one row of `sees` for each normal term of the joint density.
    sees = np.zeros((65, 5))
    sees[0, 0] = 1 / 2
    sees[np.arange(1, 5), np.arange(1, 5)] = 2**-0.5
    sees[1:5, 0] = -(2**-0.5)
    sees[np.arange(5, 65), 1 + groups] = 1
    precision = sees.T @ sees
    expected = np.linalg.solve(precision, sees.T @ [*[0] * 5, *y])
    np.testing.assert_allclose(model.get_means(alpha), expected[1:], rtol=1e-8)
    assert model.get_means(center) == pytest.approx(expected[0], rel=1e-8)
    np.testing.assert_allclose(model.get_variances(alpha), np.diag(np.linalg.inv(precision))[1:], rtol=1e-8)


LATENTS = {
    "LogNormal": ({"mean_log": 0.3, "variance_log": 0.5}, stats.lognorm(0.5**0.5, scale=np.exp(0.3))),
    "Gamma": ({"concentration": 2.5, "rate": 1.5}, stats.gamma(2.5, scale=1 / 1.5)),
    "Exponential": ({"mean": 2}, stats.expon(scale=2)),
    "HalfNormal": ({"scale": 2}, stats.halfnorm(scale=2)),
    "Uniform": ({"low": 0.2, "high": 6}, stats.uniform(0.2, 5.8)),
}


@pytest.mark.parametrize("name", LATENTS)
def test_a_positive_rate_agrees_with_quadrature(name):
    parameters, prior = LATENTS[name]
    counts = np.random.default_rng(3).poisson(1.7, size=40)
    with wb.Graph("g") as g:
        rate = wb.StaticVariable("rate", distribution=name, **parameters)
        wb.Variable("n", distribution="Poisson", mean=rate)
    model = posterior(g, {g.n: counts})

    def density(x):
        return np.exp(prior.logpdf(x) + counts.sum() * np.log(x / 1.7) - 40 * (x - 1.7))

    moments = [integrate.quad(lambda x, p=p: density(x) * x**p, 0.3, 5)[0] for p in range(3)]
    mean = moments[1] / moments[0]
    deviation = np.sqrt(moments[2] / moments[0] - mean**2)
    assert model.get_means(rate) == pytest.approx(mean, abs=0.1 * deviation)
    assert model.get_standard_deviations(rate) == pytest.approx(deviation, rel=0.05)
    # The mode is that of the whitened noise, found here from the quantiles of scipy.
    best = optimize.minimize_scalar(
        lambda z: z**2 / 2 - np.sum(stats.poisson(prior.ppf(stats.norm.cdf(z))).logpmf(counts)),
        bounds=(-4, 4),
        method="bounded",
        options={"xatol": 1e-10},
    )
    mode = prior.ppf(stats.norm.cdf(best.x))
    assert posterior(g, {g.n: counts}, method="MAP").get_means(rate) == pytest.approx(mode, rel=1e-5)


def test_a_logistic_regression_has_the_mode_of_scipy():
    random = np.random.default_rng(4)
    design = random.normal(size=(80, 2))
    y = (random.random(80) < 1 / (1 + np.exp(-design @ [1.5, -1] - 0.3))).astype(int)
    with wb.Graph("g") as g:
        w = wb.StaticVariable("w", shape=3, mean=0, variance=4)
        x = wb.Variable("x", shape=2)
        wb.Variable("y", distribution="Bernoulli", logit=wb.dot(x, w[:2]) + w[2])
    model = posterior(g, {x: design, g.y: y})

    def loss(w):
        logit = design @ w[:2] + w[2]
        return np.sum(w**2) / 8 - np.sum(y * logit - np.logaddexp(0, logit))

    best = optimize.minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-9})
    np.testing.assert_allclose(model.get_means(w), best.x, atol=1e-5)
    shares = 1 / (1 + np.exp(-design @ best.x[:2] - best.x[2]))
    full = np.column_stack([design, np.ones(80)])
    covariance = np.linalg.inv(full.T @ (full * (shares * (1 - shares))[:, None]) + np.eye(3) / 4)
    np.testing.assert_allclose(model.get_variances(w), np.diag(covariance), rtol=1e-5)


def noisy():
    with wb.Graph("g") as g:
        slope = wb.StaticVariable("slope", mean=0, variance=100)
        noise = wb.StaticVariable("noise", distribution="LogNormal", mean_log=0, variance_log=1)
        with wb.Entity("e"):
            x = wb.Variable("x")
            wb.Variable("y", mean=slope * x, standard_deviation=noise)
        wb.Variable("n", distribution="Poisson", log_mean=0.2 * g.e.y)
    return g


def test_answers_come_in_the_nesting_they_were_asked_in():
    g = noisy()
    model = posterior(g, {g.e.x: np.arange(5.0), g.e.y: [0, 2, np.nan, 6, 8]})
    found = model.get_samples([g.slope, ("g/e/x", {"k": g.e}), g.n], 4)
    assert isinstance(found, list)
    assert isinstance(found[1], tuple)
    assert found[0].shape == (4,)
    assert found[1][0].shape == (4, 5)
    assert set(found[1][1]["k"]) == {"x", "y"}
    assert found[1][1]["k"]["y"].shape == (4, 5)
    assert found[2].shape == (4, 5)
    assert found[2].dtype == np.int64
    np.testing.assert_array_equal(found[1][0], np.tile(np.arange(5.0), (4, 1)))
    assert model.get_example(g.e.y).shape == (5,)
    assert model.get_quantiles(g.slope, [0.1, 0.9]).shape == (2,)
    with pytest.raises(errors.UnknownName):
        model.get_means("g/e/q")


def test_the_same_seed_gives_the_same_answer():
    g = noisy()
    data = {g.e.x: np.arange(5.0), g.e.y: [0, 2, np.nan, 6, 8]}
    one, two, three = (posterior(g, data, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.get_samples(g.n, 20), two.get_samples(g.n, 20))
    np.testing.assert_array_equal(one.get_means(g.n), two.get_means(g.n))
    assert (one.get_samples(g.e.y, 2)[:, 2] != three.get_samples(g.e.y, 2)[:, 2]).all()


def test_what_follows_from_a_gap_is_predicted_with_its_noise():
    g = noisy()
    model = posterior(g, {g.e.x: np.ones(3), g.e.y: [2.0, 2.1, np.nan]})
    y_draws, n_draws = model.get_samples([g.e.y, g.n], 6000)
    assert n_draws[:, 0].mean() == pytest.approx(np.exp(0.4), rel=0.05)
    assert n_draws[:, 0].var() == pytest.approx(np.exp(0.4), rel=0.1)
    assert y_draws[:, 2].var() > 0.9 * model.get_means(g.noise) ** 2
    assert model.get_means(g.n)[2] == pytest.approx(n_draws[:, 2].mean(), rel=0.1)


@pytest.mark.parametrize("rows", [7, 1, 0])
def test_a_model_of_a_hundred_rows_predicts_any_number_of_rows(rows):
    g = noisy()
    random = np.random.default_rng(0)
    x = random.normal(size=100)
    learned = posterior(g, {g.e.x: x, g.e.y: 2 * x + 0.1 * random.normal(size=100)}).get_posterior_graph()
    for get in (wb.get_generative_model, posterior):
        predicted = get(learned, {learned.e.x: np.full(rows, 3.0)})
        assert predicted.get_means(learned.e.y).shape == (rows,)
        np.testing.assert_allclose(predicted.get_means(learned.e.y), np.full(rows, 6.0), atol=0.2)
        assert predicted.get_samples(learned.n, 3).shape == (3, rows)


def test_a_posterior_graph_goes_on_learning():
    """Two halves, one after the other, tell what both together tell."""
    random = np.random.default_rng(5)
    x, y = random.normal(size=20) + 3, random.normal(size=20)
    with wb.Graph("g") as g:
        w = wb.StaticVariable("w", shape=2, mean=0, variance=9)
        wb.Variable("y", mean=w[0] + w[1] * wb.Variable("x"), variance=1)
    both = posterior(g, {g.x: x, g.y: y})
    half = posterior(g, {g.x: x[:10], g.y: y[:10]}).get_posterior_graph()
    again = posterior(half, {half.x: x[10:], half.y: y[10:]})
    np.testing.assert_allclose(again.get_means(half.w), both.get_means(w), rtol=1e-7)
    np.testing.assert_allclose(again.get_variances("g/w"), both.get_variances(w), rtol=1e-7)


def test_a_model_works_on_a_snapshot():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=10)
        y = wb.Variable("y", mean=mu, variance=1)
    model = posterior(g, {y: [1, 2, 3, 4]}, solve=False)
    mu.mean = 1000
    model.solve(progress=False)
    assert model.get_means(mu) == pytest.approx(2.439024, abs=1e-6)
    learned = model.get_posterior_graph()
    assert wb.get_generative_model(learned, n_data=1).get_means(learned.mu) == pytest.approx(2.439024, abs=1e-6)


def test_a_simulation_has_the_moments_of_its_arrows():
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", mean=1, variance=4)
        x = wb.Variable("x", mean=2 * a, variance=9)
        wb.Variable("n", distribution="Poisson", mean=3)
    model = wb.get_generative_model(g, n_data=3)
    np.testing.assert_allclose(model.get_means([a, x][1]), [2, 2, 2], rtol=1e-9)
    np.testing.assert_allclose(model.get_variances(x), [25, 25, 25], rtol=1e-9)
    np.testing.assert_allclose(model.get_means(g.n), [3, 3, 3], rtol=0.05)
    draws_a, draws_x = model.get_samples([a, x], 5000)
    assert np.cov(draws_a, draws_x[:, 0])[0, 1] == pytest.approx(8, rel=0.1)
    given = wb.get_generative_model(g, {x: [100.0]})
    assert given.get_means(a) == pytest.approx(1, abs=1e-9)


def test_a_chain_of_three_hundred_is_smoothed_exactly():
    with wb.Graph("g") as g:
        before = wb.Variable("x0")
        for i in range(1, 300):
            before = wb.Variable(f"x{i}", mean=0.9 * before, variance=0.19)
    model = posterior(g, {g.x0: [1.0, 2.0], g.x299: [-1.0, 0.5]})
    # A stationary chain of variance 1: the covariance of two members is 0.9 to the power of their distance.
    for i in (1, 10, 150, 298):
        cross = np.array([0.9**i, 0.9 ** (299 - i)])
        gain = np.linalg.solve([[1, 0.9**299], [0.9**299, 1]], cross)
        np.testing.assert_allclose(model.get_means(g[f"x{i}"]), [gain @ [1, -1], gain @ [2, 0.5]], atol=1e-8)
        np.testing.assert_allclose(model.get_variances(g[f"x{i}"]), 1 - gain @ cross, rtol=1e-7)


def test_a_graph_of_a_thousand_variables_is_solved():
    random = np.random.default_rng(6)
    parents = [(0, 0), *(random.integers(0, i, 2) for i in range(1, 1000))]
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=1)
        made = [wb.Variable("v0", mean=mu, variance=1)]
        for i in range(1, 1000):
            one, two = parents[i]
            made.append(wb.Variable(f"v{i}", mean=0.5 * made[one] + 0.3 * made[two], variance=1))
    data = random.normal(size=(1000, 8))
    model = posterior(g, dict(zip(made[1:], data[1:], strict=True)))
    assert model.converged
    # mu and the eight values of v0 are unknown; every child of v0 sees it through its weight.
    known = data.copy()
    known[0] = 0
    weights = np.array([0.5 * (one == 0) + 0.3 * (two == 0) for one, two in parents])
    seen = known - np.array([0.5 * known[one] + 0.3 * known[two] for one, two in parents])
    precision = np.diag([9, *[1 + np.sum(weights[1:] ** 2)] * 8])
    precision[0, 1:] = precision[1:, 0] = -1
    expected = np.linalg.solve(precision, [0, *(weights[1:] @ seen[1:])])
    np.testing.assert_allclose([model.get_means(mu), *model.get_means(made[0])], expected, atol=1e-8)
    np.testing.assert_allclose(model.get_variances(made[0]), np.diag(np.linalg.inv(precision))[1:], rtol=1e-8)


def test_what_cannot_be_inferred_is_refused_in_words():
    with wb.Graph("g") as g:
        k = wb.Variable("k", distribution="Poisson", mean=3)
        y = wb.Variable("y", mean=k, variance=1)
        low = wb.StaticVariable("low")
        u = wb.Variable("u", distribution="Uniform", low=low, high=10)
        d = wb.Variable("d", distribution="Dirac", mean=y)
        e = wb.Variable("e", distribution="Exponential", rate=1)
    with pytest.raises(errors.SolverError, match=r"'g/k' is discrete"):
        posterior(g, {y: [1.0]})
    with pytest.raises(errors.SolverError, match=r"'g/u' is observed and its UniformDistribution"):
        posterior(g, {u: [1.0]})
    with pytest.raises(errors.DataError, match=r"'g/d' is deterministic"):
        posterior(g, {d: [1.0]})
    with pytest.raises(errors.WhyboardError, match=r"'?g/e'?"):
        posterior(g, {e: [-1.0]})
    with pytest.raises(errors.DataError, match="finite"):
        posterior(g, {y: [np.inf]})


def test_a_value_outside_of_a_support_that_depends_on_others_is_named():
    with wb.Graph("g") as g:
        x = wb.Variable("x")
        u = wb.Variable("u", distribution="Uniform", low=x, high=x + 1)
    with pytest.raises(errors.SupportError, match=r"row 1 of 'g/u'"):
        posterior(g, {x: [0.0, 0.0], u: [0.5, 2.0]})


def test_an_unbounded_likelihood_is_refused():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu")
        scale = wb.StaticVariable("scale", distribution="HalfNormal", scale=1)
        y = wb.Variable("y", mean=mu, standard_deviation=scale)
    with pytest.raises(errors.SolverError, match="'g/scale' runs off"):
        posterior(g, {y: [1.0, 1.0, 1.0]})


def test_a_stopped_solve_goes_on_where_it_was():
    g = noisy()
    random = np.random.default_rng(7)
    data = {g.e.x: random.normal(size=30), g.e.y: random.normal(size=30)}
    whole = posterior(g, data)
    model = posterior(g, data, solve=False)
    stop = threading.Event()
    seen = []

    def watch(progress):
        seen.append(progress)
        if len(seen) == 2:
            stop.set()

    model.solve(progress=watch, stop=stop)
    assert not model.converged
    assert [each.step for each in seen] == [1, 2]
    assert np.isfinite(model.get_means(g.slope))
    model.solve(progress=False)
    assert model.converged
    assert model.get_means(g.slope) == pytest.approx(whole.get_means(g.slope), rel=1e-5)


def test_an_interrupted_solve_keeps_the_best_state():
    g = noisy()
    model = posterior(g, {g.e.x: np.arange(5.0), g.e.y: np.arange(5.0) ** 2}, solve=False)

    def interrupt(progress):
        if progress.step == 3:
            raise KeyboardInterrupt

    model.solve(progress=interrupt)
    assert not model.converged
    assert np.isfinite(model.get_means(g.slope))


def test_no_data_at_all_give_the_prior():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=3, variance=4)
        wb.Variable("y", mean=mu, variance=1)
    for data in ({}, {g.y: []}):
        model = posterior(g, data)
        assert model.get_means(mu) == pytest.approx(3)
        assert model.get_variances(mu) == pytest.approx(4)


def test_what_groups_share_does_not_blur_what_each_group_has_shown():
    """Group means under a shared mean and spread, judged by quadrature over both."""
    random = np.random.default_rng(1)
    group, noise = np.repeat(np.arange(3), 130), 0.5
    observations = random.normal(size=3)[group] + noise * random.normal(size=group.size)
    with wb.Graph("g") as g:
        origin = wb.Variable("origin", distribution="NoDistribution", dtype="int")
        centre = wb.StaticVariable("centre")
        spread = wb.StaticVariable("spread", distribution="HalfNormal", scale=1)
        alpha = wb.StaticVariable("alpha", shape=3, mean=centre, standard_deviation=spread)
        y = wb.Variable("y", mean=alpha[origin], standard_deviation=noise)
    model = posterior(g, {origin: group, y: observations})

    seen = np.array([observations[group == each].mean() for each in range(3)])
    error = noise**2 / 130
    spreads, centres = np.meshgrid(np.linspace(1e-3, 5, 1500), np.linspace(-4, 4, 401), indexing="ij")
    log_weight = -(spreads**2 + centres**2) / 2
    for each in seen:
        log_weight += stats.norm.logpdf(each, centres, np.sqrt(spreads**2 + error))
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    inside = 1 / (1 / error + 1 / spreads**2)
    means = np.array([(weight * inside * (each / error + centres / spreads**2)).sum() for each in seen])
    squares = [(weight * (inside + (inside * (each / error + centres / spreads**2)) ** 2)).sum() for each in seen]
    sds = np.sqrt(squares - means**2)

    assert np.abs(model.get_means(alpha) - means).max() < 0.2 * sds.min()
    np.testing.assert_allclose(model.get_standard_deviations(alpha), sds, rtol=0.02)
    draws = model.get_samples(alpha, 1000)
    np.testing.assert_allclose(draws.mean(axis=0), means, atol=0.3 * sds.min())
    np.testing.assert_allclose(draws.std(axis=0), sds, rtol=0.1)
    assert (model.get_samples(spread, 1000) > 0).all()


def test_the_method_is_chosen_by_what_is_unknown():
    with wb.Graph("g") as g:
        rate = wb.StaticVariable("rate", distribution="Gamma", concentration=2, rate=1)
        n = wb.Variable("n", distribution="Poisson", mean=rate)
    exact = posterior(g, {n: [1, 2, 3]})
    assert exact.method == "VMP"
    assert "exact" in exact.choice
    assert exact.get_variances(rate) == pytest.approx(8 / 16)
    with wb.Graph("groups") as groups:
        between = wb.StaticVariable("between", distribution="Gamma", concentration=1, rate=1)
        level = wb.StaticVariable("level", shape=3, precision=between)
        score = wb.Variable("score", shape=3, mean=level)
    hierarchy = posterior(groups, {score: [[1.0, 2.0, 4.0]]}, solve=False)
    assert hierarchy.method == "VMP"
    assert "'groups/level' is unknown and so is its spread" in hierarchy.choice
    assert "exact" in posterior(groups, {score: [[1.0, 2.0, 4.0]], between: 1.0}, solve=False).choice
    with wb.Graph("h") as h:
        means = wb.StaticVariable("means", shape=(2,), variance=100)
        z = wb.Variable("z", distribution="Categorical", probabilities=[0.5, 0.5])
        y = wb.Variable("y", mean=means[z])
        spread = wb.StaticVariable("spread", distribution="HalfNormal", scale=1)
        w = wb.Variable("w", mean=means[z], standard_deviation=spread)
        v = wb.Variable("v", mean=wb.choose(z + 1, [0.0, 1.0]))
    assert posterior(h, {w: [0.0, 1.0, 9.0]}, solve=False).options["mixed"]
    with pytest.raises(
        errors.SolverError, match=r"'h/z' is discrete.*does not work either.*\[1, 2\] of an axis of length 2"
    ):
        posterior(h, {v: [1.0]}, solve=False)
    unknown = posterior(h, {y: [0.0, 1.0, 9.0, 10.0]}, solve=False)
    assert unknown.method == "VMP"
    assert "'h/z' is discrete" in unknown.choice
    assert posterior(h, {z: [0, 1], means: [0.0, 5.0]}, solve=False).method == "MAPFisher"
