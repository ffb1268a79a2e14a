"""Gibbs sampling against quadrature, enumeration and dense algebra; chains against what is known of them."""

from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest
from numpyro import diagnostics
from scipy import stats

import whyboard as wb
from whyboard.errors import NotConjugate, SolverError
from whyboard.precision import count_compilations
from whyboard.solvers.convergence import diagnose


def solved(graph, data, **options):
    return wb.get_posterior_model(graph, data, method="Gibbs", progress=False, **options)


def close(model, x, exact, what=None):
    """Whether the mean of the draws is within four of its own standard errors."""
    draws = model.get_chains(x)
    found = diagnose(draws if what is None else what(draws))
    mean = (draws if what is None else what(draws)).mean(axis=(0, 1))
    return np.all(np.abs(mean - exact) < 4 * found.standard_error + 1e-12)


def scale_model():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=100)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2, rate=3)
        y = wb.Variable("y", mean=mu, precision=tau)
    return g, mu, tau, y


def test_a_mean_and_a_precision_agree_with_quadrature():
    g, mu, tau, y = scale_model()
    data = np.array([1.0, 2.0, 3.0, 5.5])
    model = solved(g, {y: data})
    grid_mu, grid_tau = np.meshgrid(np.linspace(-4, 10, 800), np.linspace(1e-4, 6, 800), indexing="ij")
    joint = stats.norm.logpdf(grid_mu, 0, 10) + stats.gamma.logpdf(grid_tau, 2, scale=1 / 3)
    joint += stats.norm.logpdf(data[:, None, None], grid_mu, grid_tau**-0.5).sum(0)
    weight = np.exp(joint - joint.max())
    weight /= weight.sum()
    assert model.converged
    assert close(model, mu, (weight * grid_mu).sum())
    assert close(model, tau, (weight * grid_tau).sum())
    # Squares and a product: the posterior is no product of independent beliefs.
    assert close(model, mu, (weight * grid_mu**2).sum(), np.square)
    product = model.get_chains(mu) * model.get_chains(tau)
    assert abs(product.mean() - (weight * grid_mu * grid_tau).sum()) < 4 * diagnose(product).standard_error
    (row, other) = model.summary()
    assert row["r_hat"] < 1.01
    assert other["effective_sample_size"] > 1000
    graph = model.get_posterior_graph()
    prior = wb.get_generative_model(graph)
    assert prior.get_means(graph.mu) == pytest.approx(model.get_means(mu), abs=0.3)


def test_a_discrete_graph_agrees_with_its_enumeration():
    random = np.random.default_rng(3)
    first, table, sound = random.dirichlet(np.ones(3)), random.dirichlet(np.ones(2), 3), random.dirichlet(np.ones(4), 2)
    with wb.Graph("g") as g:
        a = wb.Variable("a", distribution="CategoricalDistribution", probabilities=first)
        b = wb.Variable("b", distribution="CategoricalDistribution", probabilities=wb.math.take(table, a, axis=0))
        c = wb.Variable("c", distribution="CategoricalDistribution", probabilities=wb.math.take(sound, b, axis=0))
    model = solved(g, {c: [0, 3]}, warmup=100, n_samples=2000)
    for row, seen in enumerate([0, 3]):
        joint = np.array([[first[i] * table[i, j] * sound[j, seen] for j in range(2)] for i in range(3)])
        joint /= joint.sum()
        both = model.get_chains(a)[..., row] * 10 + model.get_chains(b)[..., row]
        for i, j in itertools.product(range(3), range(2)):
            hits = (both == i * 10 + j).astype(float)
            assert abs(hits.mean() - joint[i, j]) < 4 * diagnose(hits).standard_error + 1e-3
    assert model.get_samples(a, 5).dtype.kind == "i"


def test_joint_normal_blocks_are_drawn_jointly_and_gaps_are_drawn_too():
    random = np.random.default_rng(0)
    x = random.normal(size=(12, 2))
    seen = x @ [1.0, -2.0] + 0.5 + random.normal(size=12)
    seen[3] = np.nan
    with wb.Graph("g") as g:
        beta = wb.StaticVariable("beta", shape=2, variance=4)
        offset = wb.StaticVariable("offset", variance=9)
        inputs = wb.Variable("x", shape=2, distribution="NoDistribution")
        y = wb.Variable("y", mean=wb.math.dot(inputs, beta) + offset, variance=1)
        twice = wb.Variable("twice", distribution="DiracDistribution", mean=2 * y)
    model = solved(g, {inputs: x, y: seen})
    design = np.column_stack([x, np.ones(12)])[~np.isnan(seen)]
    covariance = np.linalg.inv(design.T @ design + np.diag([1 / 4, 1 / 4, 1 / 9]))
    mean = covariance @ design.T @ seen[~np.isnan(seen)]
    assert close(model, beta, mean[:2])
    assert close(model, offset, mean[2])
    draws = model.get_chains(beta).reshape(-1, 2)
    np.testing.assert_allclose(np.cov(draws.T), covariance[:2, :2], atol=0.1 * covariance[0, 0])
    gap = np.append(x[3], 1)
    assert model.get_means(y)[3] == pytest.approx(gap @ mean, abs=0.3)
    assert model.get_standard_deviations(y)[3] == pytest.approx(np.sqrt(1 + gap @ covariance @ gap), rel=0.25)
    assert model.get_means(y)[0] == pytest.approx(seen[0], abs=1e-12)
    together = model.get_samples([y, twice], 20)
    np.testing.assert_allclose(2 * together[0][:, 3], together[1][:, 3], atol=1e-9)


def test_a_mixture_agrees_with_the_enumeration_of_all_assignments():
    data = np.array([-1.5, -0.7, 0.4, 1.0, 1.8])
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", shape=2, variance=4)
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.3, 0.7])
        y = wb.Variable("y", mean=mu[z], variance=0.5)
    # Long enough for the chains to change sides.
    model = solved(g, {y: data}, n_samples=4000)
    total, means, first = 0.0, np.zeros(2), np.zeros(5)
    for labels in itertools.product(range(2), repeat=5):
        chosen = np.array(labels)
        weight = np.prod(np.where(chosen == 0, 0.3, 0.7))
        posterior = np.zeros(2)
        for side in range(2):
            own = data[chosen == side]
            covariance = 0.5 * np.eye(len(own)) + 4
            if len(own):
                weight *= stats.multivariate_normal(np.zeros(len(own)), covariance).pdf(own)
                posterior[side] = own.sum() / 0.5 / (len(own) / 0.5 + 1 / 4)
        total += weight
        means += weight * posterior
        first += weight * (chosen == 1)
    assert close(model, mu, means / total)
    assert close(model, z, first / total)


def test_sampling_stops_goes_on_and_repeats_itself():
    g, mu, _, y = scale_model()
    whole = solved(g, {y: [1.0, 2.0]}, n_samples=120, warmup=60, thin=2, chains=2)
    stop, steps = threading.Event(), []

    def watch(state):
        steps.append((state.phase, state.step, state.total))
        if state.step >= 110:
            stop.set()

    model = wb.get_posterior_model(
        g, {y: [1.0, 2.0]}, method="Gibbs", solve=False, n_samples=120, warmup=60, thin=2, chains=2
    )
    model.solve(watch, stop)
    assert not model.converged
    assert model.get_chains(mu).shape == (2, 50)
    model.solve(progress=False)
    assert model.converged
    np.testing.assert_array_equal(model.get_chains(mu), whole.get_chains(mu))
    assert steps == [("warming up", 50, 180), ("warming up", 60, 180), ("drawing", 110, 180)]
    with count_compilations() as count:
        other = solved(g, {y: [7.0, 9.0]}, n_samples=70, warmup=10, chains=2)
        other.get_samples(mu, 10)
    assert count.compiled == 0
    assert other.get_means(mu) > whole.get_means(mu) + 1


def test_diagnostics_know_independent_slow_and_quarrelling_chains():
    random = np.random.default_rng(1)
    noise = random.normal(size=(4, 2000))
    slow = np.zeros((4, 2000))
    for step in range(1, 2000):
        slow[:, step] = 0.9 * slow[:, step - 1] + noise[:, step]
    apart = noise + np.array([0, 0, 0, 3.0])[:, None]
    still = np.ones((4, 2000))
    found = diagnose(np.stack([noise, slow, apart, still], axis=-1))
    assert found.r_hat[0] < 1.005
    assert found.r_hat[2] > 1.3
    assert found.r_hat[3] == 1
    assert found.effective_sample_size[0] == pytest.approx(8000, rel=0.15)
    assert found.effective_sample_size[1] == pytest.approx(8000 * (1 - 0.9) / (1 + 0.9), rel=0.25)
    assert found.standard_error[3] == 0
    split = slow.reshape(8, 1000)
    np.testing.assert_allclose(
        found.effective_sample_size[1], diagnostics.effective_sample_size(split[..., None])[0], rtol=0.05
    )


def test_what_cannot_be_sampled_is_refused_in_words():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", variance=1)
        y = wb.Variable("y", mean=wb.math.exp(mu), variance=1)
    with pytest.raises(NotConjugate, match="g/mu"):
        solved(g, {y: [1.0, 2.0]})
    g, mu, _, y = scale_model()
    with pytest.raises(SolverError, match=r"n_samples=0\. Expected an integer from 1 up"):
        solved(g, {y: [1.0]}, n_samples=0)
    model = solved(g, {y: [1.0, 2.0]}, n_samples=120, warmup=60, chains=2)
    with pytest.raises(SolverError, match="'g/y' has no chain"):
        model.get_chains(y)


def test_chains_that_disagree_are_named(monkeypatch):
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", variance=10)
        y = wb.Variable("y", mean=mu, variance=1)
    model = wb.get_posterior_model(g, {y: [1.0]}, method="Gibbs", chains=2, n_samples=200, progress=False)
    for apart, remark in ((0.0, ""), (3.0, "but its chains disagree about 'g/mu' (R-hat")):
        draws = np.random.default_rng(0).normal(size=(2, 200)) + apart * np.arange(2)[:, None]
        monkeypatch.setattr(type(model.solver), "diagnostics", lambda _, node, draws=draws: diagnose(draws))
        assert model.remark.startswith(remark)
        assert bool(model.remark) == bool(remark)


def test_variables_of_one_kind_are_drawn_side_by_side_and_each_from_its_own_conditional():
    data = {"a": [0.5, 1.5, 2.5], "b": [-4.0, -3.0, np.nan], "c": [7.0, 9.0, 8.0]}
    with wb.Graph("g") as g:
        seen = [wb.Variable(name, mean=wb.StaticVariable(f"mu_{name}", variance=4), variance=2) for name in data]
    model = solved(g, dict(zip(seen, data.values(), strict=True)), warmup=0, n_samples=500)
    chains = []
    for name, values in data.items():
        variance = 1 / (1 / 4 + np.isfinite(values).sum() / 2)
        chains.append(model.get_chains(g[f"mu_{name}"]))
        assert close(model, g[f"mu_{name}"], variance * np.nansum(values) / 2)
        assert chains[-1].var() == pytest.approx(variance, rel=0.15)
    # Beliefs that know nothing of each other are not drawn from the same numbers.
    assert np.abs(np.corrcoef([each.ravel() for each in chains]) - np.eye(3)).max() < 0.1


def test_weights_of_one_sum_are_drawn_one_after_the_other_as_dense_algebra_has_them():
    random = np.random.default_rng(5)
    columns = random.normal(size=(30, 4))
    values = columns @ [1.0, -2.0, 0.5, 3.0] + random.normal(size=30)
    data, total = {}, 0.0
    with wb.Graph("g") as g:
        for i in range(4):
            x = wb.Variable(f"x{i}")
            data[x] = columns[:, i]
            total = total + wb.StaticVariable(f"w{i}", variance=1 + i) * x
        data[wb.Variable("y", mean=total, variance=1)] = values
    model = solved(g, data, warmup=50)
    precision = columns.T @ columns + np.diag(1 / (1.0 + np.arange(4)))
    mean = np.linalg.solve(precision, columns.T @ values)
    assert all(close(model, g[f"w{i}"], mean[i]) for i in range(4))
    draws = np.stack([model.get_chains(g[f"w{i}"]).ravel() for i in range(4)])
    exact = np.linalg.inv(precision)
    np.testing.assert_allclose(np.cov(draws), exact, atol=0.15 * exact.max())
