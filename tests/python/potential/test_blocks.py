"""Variables that have one belief: conjugate ones are exact, with the evidence as the bound."""

from __future__ import annotations

import numpy as np
import pytest
from bayespy_twin import VB, nodes
from scipy import special, stats

import whyboard as wb
from whyboard.errors import NotConjugate, SolverError


def regression(inputs, outputs, strength=0.4, concentration=2.0, rate=3.0):
    """Of several coefficients that share the precision of the noise: posterior and evidence, by Murphy (2007)."""
    count, dim = inputs.shape
    start = np.full(dim, 0.5)
    precision = strength * np.eye(dim) + inputs.T @ inputs
    mean = np.linalg.solve(precision, strength * start + inputs.T @ outputs)
    square = outputs @ outputs + strength * start @ start - mean @ precision @ mean
    after, scale = concentration + count / 2, rate + square / 2
    evidence = (
        special.gammaln(after)
        - special.gammaln(concentration)
        + concentration * np.log(rate)
        - after * np.log(scale)
        + (dim * np.log(strength) - np.linalg.slogdet(precision)[1] - count * np.log(2 * np.pi)) / 2
    )
    return mean, precision, after, scale, evidence


@pytest.fixture(scope="module")
def number():
    outputs = np.random.default_rng(0).normal(2, 0.7, 30)
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2, rate=3)
        mu = wb.StaticVariable("mu", mean=0.5, precision=0.4 * tau)
        wb.Variable("y", mean=mu, precision=tau)
    return g, outputs, wb.get_posterior_model(g, {g.y: outputs}, method="VMP", blocks=[(g.mu, g.tau)], progress=False)


def test_a_normal_gamma_belief_is_exact_and_its_bound_is_the_evidence(number):
    g, outputs, model = number
    (mean,), ((strength,),), after, scale, evidence = regression(np.ones((30, 1)), outputs)
    np.testing.assert_allclose(model.lower_bound, evidence, rtol=1e-12)
    assert sum(model.lower_bound_terms.values()) == pytest.approx(evidence, rel=1e-12)
    assert model.get_means(g.mu) == pytest.approx(mean, rel=1e-12)
    assert model.get_means(g.tau) == pytest.approx(after / scale, rel=1e-12)
    assert model.get_variances(g.mu) == pytest.approx(scale / (after - 1) / strength, rel=1e-12)
    assert model.get_variances(g.tau) == pytest.approx(after / scale**2, rel=1e-12)


def test_both_variables_have_the_one_belief(number):
    g, outputs, model = number
    (mean,), ((strength,),), after, scale, _ = regression(np.ones((30, 1)), outputs)
    belief = model.belief(g.tau)
    assert belief.family == model.belief(g.mu).family == wb.families.NormalGamma()
    expected = (strength * mean, -strength / 2, -scale - strength * mean**2 / 2, after - 0.5)
    np.testing.assert_allclose(belief.phi, expected, rtol=1e-12)


def test_a_normal_gamma_belief_is_that_of_bayespy(number):
    g, outputs, model = number
    both = nodes.GaussianGamma(np.array(0.5), np.array(0.4), 2, 3, ndim=0)
    node = nodes.GaussianARD(both, 1, plates=(30,))
    node.observe(outputs)
    inference = VB(both, node)
    inference.update(verbose=False)
    assert model.lower_bound[0] == pytest.approx(inference.L[0], rel=1e-10)
    np.testing.assert_allclose(model.belief(g.mu).u, both.u, rtol=1e-8)


def test_draws_of_both_belong_together(number):
    g, outputs, model = number
    (mean,), ((strength,),), after, scale, _ = regression(np.ones((30, 1)), outputs)
    mu, tau = model.get_samples((g.mu, g.tau), 4000)
    assert stats.kstest(tau, stats.gamma(after, scale=1 / scale).cdf).pvalue > 1e-3
    assert stats.kstest((mu - mean) * np.sqrt(strength * tau), stats.norm.cdf).pvalue > 1e-3


@pytest.fixture(scope="module")
def fitted():
    random = np.random.default_rng(1)
    inputs = np.array([2.0, 0.0]) + random.normal(size=(25, 2))
    outputs = inputs @ [1.0, -2.0] + 0.5 * random.normal(size=25)
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2, rate=3)
        beta = wb.StaticVariable("beta", shape=2, mean=0.5, variance=1 / (0.4 * tau))
        x = wb.Variable("x", shape=2, distribution="NoDistribution")
        wb.Variable("y", mean=wb.einsum("i,i->", x, beta), precision=tau)
    data = {g.x: inputs, g.y: outputs}
    return g, data, wb.get_posterior_model(g, data, method="VMP", blocks=[(g.tau, g.beta)], progress=False)


def test_coefficients_that_share_a_precision_are_exact_and_have_the_evidence_as_bound(fitted):
    g, data, model = fitted
    mean, precision, after, scale, evidence = regression(data[g.x], data[g.y])
    np.testing.assert_allclose(model.lower_bound, evidence, rtol=1e-10)
    np.testing.assert_allclose(model.get_means(g.beta), mean, rtol=1e-10)
    inverse = np.diag(np.linalg.inv(precision))
    np.testing.assert_allclose(model.get_variances(g.beta), scale / (after - 1) * inverse, rtol=1e-10)


def test_components_of_a_mixture_have_a_belief_each():
    """Given what belongs where, each component is a problem of its own; the bound is the sum of their evidences."""
    random = np.random.default_rng(2)
    kinds = np.repeat([0, 1, 2], [8, 12, 5])
    outputs = np.array([-4.0, 0.0, 5.0])[kinds] + random.normal(size=25) * np.array([0.3, 1.0, 2.0])[kinds]
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", shape=3, distribution="GammaDistribution", concentration=2, rate=3)
        mu = wb.StaticVariable("mu", shape=3, mean=0.5, precision=0.4 * tau)
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.2, 0.3, 0.5])
        wb.Variable("y", mean=mu[z], precision=tau[z])
    options = {"method": "VMP", "blocks": [(g.mu, g.tau)], "progress": False}
    model = wb.get_posterior_model(g, {g.y: outputs, g.z: kinds}, **options)
    parts = [regression(np.ones(((kinds == k).sum(), 1)), outputs[kinds == k]) for k in range(3)]
    given = np.log([0.2, 0.3, 0.5])[kinds].sum()
    assert model.lower_bound[-1] == pytest.approx(given + sum(part[-1] for part in parts), rel=1e-10)
    np.testing.assert_allclose(model.get_means(g.mu), [part[0][0] for part in parts], rtol=1e-10)
    np.testing.assert_allclose(model.get_means(g.tau), [part[2] / part[3] for part in parts], rtol=1e-10)
    hidden = wb.get_posterior_model(g, {g.y: outputs}, initial={g.z: kinds}, order=[g.tau, g.z], **options)
    assert np.all(np.diff(hidden.lower_bound) > -1e-9)
    apart = wb.get_posterior_model(
        g, {g.y: outputs}, method="VMP", initial={g.z: kinds}, order=[g.mu, g.tau, g.z], progress=False
    )
    assert hidden.lower_bound[-1] > apart.lower_bound[-1] + 0.01


def refused(build, data, message, error=NotConjugate):
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", shape=2, distribution="GammaDistribution", concentration=2, rate=3)
        blocks = build(tau)
    with pytest.raises(error, match=message):
        wb.get_posterior_model(
            g, {g[name]: each for name, each in data.items()}, method="VMP", blocks=blocks, progress=False
        )


def test_a_normal_variable_that_is_read_without_its_precision_is_refused():
    def build(tau):
        mu = wb.StaticVariable("mu", shape=2, precision=tau)
        wb.Variable("y", shape=2, mean=mu, precision=1)
        return [(mu, tau)]

    refused(build, {"y": np.ones((3, 2))}, "'g/mu' in the .*'g/y'.*proportional to 'g/tau'")


def test_a_prior_that_does_not_know_the_precision_is_refused():
    def build(tau):
        mu = wb.StaticVariable("mu", shape=2)
        wb.Variable("y", shape=2, mean=mu, precision=tau)
        return [(mu, tau)]

    refused(build, {"y": np.ones((3, 2))}, "'g/mu' in the .*'g/mu'.*proportional to 'g/tau'")


def test_elements_with_the_precisions_of_others_are_refused():
    def build(tau):
        mu = wb.StaticVariable("mu", shape=2, precision=tau)
        wb.Variable("y", mean=mu[0], precision=tau[1])
        return [(mu, tau)]

    refused(build, {"y": np.ones(3)}, "'g/tau' at another place")


def test_what_is_observed_or_unconnected_or_named_twice_is_refused():
    def build(tau):
        mu = wb.StaticVariable("mu", shape=2, precision=tau)
        wb.Variable("y", shape=2, mean=mu, precision=tau)
        return [(mu, tau)]

    refused(build, {"y": np.ones((3, 2)), "mu": [0.0, 1.0]}, "'g/mu', but it is observed", SolverError)
    refused(lambda tau: build(tau) * 2, {"y": np.ones((3, 2))}, "'g/mu' twice", SolverError)
    refused(lambda tau: build(tau)[0], {"y": np.ones((3, 2))}, "groups of variables", SolverError)


def wishart_normalizer(degrees, inverse_scale):
    """The logarithm of the integral of ``|L|^((n - d - 1) / 2) exp(-tr(S L) / 2)``."""
    dim = len(inverse_scale)
    volume = degrees * (dim * np.log(2) - np.linalg.slogdet(inverse_scale)[1]) / 2
    return volume + special.multigammaln(degrees / 2, dim)


def vector_evidence(outputs, strength, degrees, inverse_scale):
    """Of vectors with unknown mean, around 0 before, and precision: posterior and evidence, by Murphy (2007)."""
    count, dim = outputs.shape
    mean = outputs.sum(axis=0) / (strength + count)
    after = inverse_scale + outputs.T @ outputs - (strength + count) * np.outer(mean, mean)
    evidence = wishart_normalizer(degrees + count, after) - wishart_normalizer(degrees, inverse_scale)
    evidence += dim * np.log(strength / (strength + count)) / 2 - count * dim * np.log(2 * np.pi) / 2
    return mean, degrees + count, after, evidence


def test_vectors_of_a_mixture_have_normal_wishart_beliefs_and_the_evidence_as_bound():
    random = np.random.default_rng(3)
    kinds = np.repeat([0, 1], [9, 14])
    outputs = random.normal(size=(23, 2)) @ [[1.0, 0.6], [0.0, 0.5]] + np.array([[-3.0, 1.0], [4.0, 0.0]])[kinds]
    scale = np.array([[1.5, 0.3], [0.3, 0.8]])
    with wb.Graph("g") as g:
        matrix = wb.StaticVariable(
            "matrix", shape=(2, 2, 2), distribution="WishartDistribution", degrees_of_freedom=4, inverse_scale=scale
        )
        vector = "MultivariateNormalDistribution"
        mu = wb.StaticVariable("mu", shape=(2, 2), distribution=vector, mean=[0.0, 0.0], precision=0.3 * matrix)
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.5, 0.5])
        wb.Variable("y", shape=2, distribution=vector, mean=mu[z], precision=matrix[z])
    data = {g.y: outputs, g.z: kinds}
    model = wb.get_posterior_model(g, data, method="VMP", blocks=[(g.mu, g.matrix)], progress=False)
    parts = [vector_evidence(outputs[kinds == k], 0.3, 4, scale) for k in range(2)]
    bound = 23 * np.log(0.5) + sum(part[-1] for part in parts)
    np.testing.assert_allclose(model.lower_bound, bound, rtol=1e-10)
    assert model.belief(g.matrix).family == wb.families.NormalWishart(2)
    np.testing.assert_allclose(model.get_means(g.mu), [part[0] for part in parts], rtol=1e-10)
    expected = [degrees * np.linalg.inv(after) for _, degrees, after, _ in parts]
    np.testing.assert_allclose(model.get_means(g.matrix), expected, rtol=1e-10)
    for place, (_, degrees, after, _) in enumerate(parts):
        count = (kinds == place).sum()
        spread = np.diag(after) / (degrees - 3) / (0.3 + count)
        np.testing.assert_allclose(model.get_variances(g.mu)[place], spread, rtol=1e-10)
    mu, matrix = model.get_samples((g.mu, g.matrix), 2000)
    root = np.linalg.cholesky(matrix)
    whitened = np.einsum("sbji,sbj->sbi", root, mu - [part[0] for part in parts])
    scaled = whitened * np.sqrt([[9.3], [14.3]])
    assert stats.kstest(scaled.ravel(), stats.norm.cdf).pvalue > 1e-3


def test_the_posterior_graph_keeps_the_precision_of_the_mean_so_that_more_data_are_as_if_all_had_come_at_once(number):
    _, outputs, model = number
    after = model.get_posterior_graph()
    more = np.random.default_rng(4).normal(1, 2, 7)
    options = {"method": "VMP", "progress": False}
    found = wb.get_posterior_model(after, {after.y: more}, blocks=[(after.mu, after.tau)], **options)
    (mean,), _, concentration, scale, evidence = regression(np.ones((37, 1)), np.append(outputs, more))
    assert found.lower_bound[-1] + model.lower_bound[-1] == pytest.approx(evidence, rel=1e-9)
    assert found.get_means(after.mu) == pytest.approx(mean, rel=1e-9)
    assert found.get_means(after.tau) == pytest.approx(concentration / scale, rel=1e-9)


def test_the_posterior_graph_keeps_the_covariance_of_coefficients_in_units_of_the_noise(fitted):
    g, data, model = fitted
    _, precision, concentration, scale, _ = regression(data[g.x], data[g.y])
    after = model.get_posterior_graph()
    assert after.tau.distribution is wb.GammaDistribution
    assert after.beta.distribution is wb.MultivariateNormalDistribution
    tau, beta = wb.get_generative_model(after, {after.x: [[0.0, 0.0]]}).get_samples((after.tau, after.beta), 4000)
    centred = (beta - model.get_means(g.beta)) * np.sqrt(tau)[:, None]
    np.testing.assert_allclose(np.cov(centred.T), np.linalg.inv(precision), atol=0.1 * np.linalg.inv(precision).max())
    assert stats.kstest(tau, stats.gamma(concentration, scale=1 / scale).cdf).pvalue > 1e-3


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_batches_average_to_a_joint_belief_too(number):
    g, outputs, model = number
    options = {"method": "VMP", "progress": False, "blocks": [(g.mu, g.tau)]}
    found = wb.get_posterior_model(g, {g.y: outputs}, batch_size=10, delay=0, forgetting=1, max_sweeps=1, **options)
    np.testing.assert_allclose(found.belief(g.mu).phi, model.belief(g.mu).phi, rtol=1e-9)


def test_data_come_and_go_and_what_is_refused_changes_nothing(number):
    g, outputs, _ = number
    model = wb.get_posterior_model(g, {g.y: outputs}, method="VMP", blocks=[(g.mu, g.tau)], progress=False)
    model.observe(g.y, np.where(np.arange(30) < 10, np.nan, outputs))
    *_, fewer = regression(np.ones((20, 1)), outputs[10:])
    assert model.lower_bound[-1] == pytest.approx(fewer, rel=1e-12)
    with pytest.raises(SolverError, match="'g/mu', but it is observed"):
        model.observe(g.mu, 1.0)
    assert model.get_variances(g.mu) > 0
    model.observe(g.y, outputs)
    *_, evidence = regression(np.ones((30, 1)), outputs)
    assert model.lower_bound[-1] == pytest.approx(evidence, rel=1e-12)
