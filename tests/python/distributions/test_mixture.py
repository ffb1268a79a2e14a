"""Mixtures with weights, judged by scipy and quadrature; and what is refused in words."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from jax.test_util import check_grads
from scipy.integrate import quad

import whyboard as wb
from whyboard import catalog, registry
from whyboard.document.composition import distribution_entry
from whyboard.errors import DTypeError, ParameterError, ShapeError

MEAN, SD, WEIGHTS = np.array([-1.0, 2.0]), np.array([1.0, 0.5]), np.array([0.3, 0.7])
PARTS = [scipy.stats.norm(m, s) for m, s in zip(MEAN, SD, strict=True)]
NORMALS = {"mean": MEAN, "standard_deviation": SD, "weights": WEIGHTS}


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def over_parts(function):
    return sum(w * function(part) for w, part in zip(WEIGHTS, PARTS, strict=True))


def test_density_quantiles_and_moments_are_those_of_scipy():
    law = wb.MixtureDistribution
    given = law.canonical(**{name: jnp.asarray(value) for name, value in NORMALS.items()})
    x = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(law.log_density(x, **given), np.log(over_parts(lambda part: part.pdf(x))), rtol=1e-12)
    z = np.array([-9.0, -2.0, 0.0, 0.5, 3.0, 9.0])
    value = np.asarray(law.whiten(z, **given))
    np.testing.assert_allclose(over_parts(lambda part: part.cdf(value))[:3], scipy.stats.norm.cdf(z)[:3], rtol=1e-9)
    np.testing.assert_allclose(over_parts(lambda part: part.sf(value))[3:], scipy.stats.norm.sf(z)[3:], rtol=1e-9)
    mean = WEIGHTS @ MEAN
    np.testing.assert_allclose(law.mean(**given), mean)
    np.testing.assert_allclose(law.variance(**given), WEIGHTS @ (SD**2 + MEAN**2) - mean**2)


def test_the_map_from_noise_has_the_slope_of_finite_differences():
    law = wb.MixtureDistribution

    def value(z, mean, weights):
        return law.whiten(z, **law.canonical(mean=mean, standard_deviation=jnp.asarray(SD), weights=weights))

    point = (jnp.asarray([-2.0, 0.1, 1.5]), jnp.asarray(MEAN), jnp.asarray(WEIGHTS))
    check_grads(value, point, order=1, rtol=1e-5, atol=1e-6)


def test_fisher_information_is_the_mean_square_slope():
    law = wb.MixtureDistribution
    given = law.canonical(**{name: jnp.asarray(value) for name, value in NORMALS.items()})
    tangents = {name: jnp.zeros_like(value) for name, value in given.items()} | {"mean": jnp.array([1.0, 0.0])}
    (root,) = law.fisher_root(given, tangents)

    def square(x):
        return (WEIGHTS[0] * PARTS[0].pdf(x) * (x - MEAN[0])) ** 2 / over_parts(lambda part: part.pdf(x))

    np.testing.assert_allclose((root**2).sum(), quad(square, -12, 12)[0], rtol=0.01)


def test_draws_are_of_the_components_in_their_shares():
    with wb.Graph("g") as g:
        wb.StaticVariable(
            "x",
            shape=(400, 2),
            distribution=wb.MixtureDistribution(component="Gamma", event_ndim=1),
            concentration=[[100.0, 200.0], [900.0, 100.0]],
            rate=10.0,
            weights=[0.25, 0.75],
        )
    draws = wb.get_generative_model(g).get_samples("g/x", 20).reshape(-1, 2)
    first = draws[:, 0] < 50
    np.testing.assert_allclose(first.mean(), 0.25, atol=0.02)
    np.testing.assert_allclose(draws[first].mean(axis=0), [10, 20], rtol=0.01)
    np.testing.assert_allclose(draws[~first].mean(axis=0), [90, 10], rtol=0.01)


def test_a_vector_density_sums_over_components_once():
    law = wb.MixtureDistribution(component=wb.PoissonDistribution, event_ndim=1)
    rates, value = np.array([[1.0, 2.0, 3.0], [4.0, 1.0, 0.5]]), np.array([[0, 2, 1], [3, 1, 0]])
    given = law.canonical(mean=jnp.asarray(rates), weights=jnp.asarray(WEIGHTS))
    parts = scipy.stats.poisson(rates).logpmf(value[:, None]).sum(-1)
    np.testing.assert_allclose(law.log_density(value, **given), np.log(np.exp(parts) @ WEIGHTS))


def test_gradient_solvers_see_the_marginal_density():
    rng = np.random.default_rng(0)
    data = np.where(rng.random(200) < 0.3, rng.normal(-1, 1, 200), rng.normal(2, 0.5, 200))
    with wb.Graph("g") as g:
        m = wb.StaticVariable("m", mean=1.5, variance=4)
        y = wb.Variable(
            "y",
            distribution=wb.MixtureDistribution,
            mean=wb.math.stack([-1.0, m]),
            standard_deviation=SD,
            weights=WEIGHTS,
        )
    model = wb.get_posterior_model(g, {y: data}, method="MAPFisher", progress=False)
    grid = np.linspace(1.5, 2.5, 2001)
    density = scipy.stats.norm(1.5, 2).logpdf(grid) + np.log(
        WEIGHTS[0] * PARTS[0].pdf(data)[:, None] + WEIGHTS[1] * scipy.stats.norm(grid, SD[1]).pdf(data[:, None])
    ).sum(0)
    share = np.exp(density - density.max())
    mean = grid @ share / share.sum()
    deviation = np.sqrt((grid - mean) ** 2 @ share / share.sum())
    np.testing.assert_allclose(model.get_means(m), mean, atol=0.1 * deviation)
    np.testing.assert_allclose(model.get_standard_deviations(m), deviation, rtol=0.1)


def test_message_passing_gives_weights_a_selector_of_their_own():
    rng = np.random.default_rng(1)
    data = np.concatenate([rng.normal(-3, 1, 20), rng.normal(3, 0.5, 15)])

    def solved(explicit):
        with wb.Graph("g") as g:
            p = wb.StaticVariable("p", shape=2, distribution="Dirichlet", concentration=[1.0, 1.0])
            mu = wb.StaticVariable("mu", shape=2, mean=[-1, 1], variance=100)
            if explicit:
                z = wb.Variable("z", distribution="Categorical", probabilities=p)
                y = wb.Variable("y", mean=mu[z], variance=1.0)
            else:
                y = wb.Variable("y", distribution=wb.MixtureDistribution, mean=mu, weights=p)
        return wb.get_posterior_model(g, {y: data}, method="VMP", progress=False)

    own, explicit = solved(explicit=False), solved(explicit=True)
    np.testing.assert_allclose(own.lower_bound[-1], explicit.lower_bound[-1], rtol=1e-9)
    np.testing.assert_allclose(own.get_means("g/mu"), explicit.get_means("g/mu"), rtol=1e-6)
    np.testing.assert_allclose(own.get_means("g/p"), explicit.get_means("g/p"), rtol=1e-6)


def test_the_bound_is_the_evidence_where_only_the_selector_is_unknown():
    data = np.array([-1.5, 0.3, 2.2])
    with wb.Graph("g") as g:
        y = wb.Variable("y", distribution=wb.MixtureDistribution, **NORMALS)
    model = wb.get_posterior_model(g, {y: data}, method="VMP", progress=False)
    expected = np.log(over_parts(lambda part: part.pdf(data))).sum()
    np.testing.assert_allclose(model.lower_bound[-1], expected, rtol=1e-10)
    np.testing.assert_allclose(model.log_probability({y: data}), expected, rtol=1e-10)


def test_the_catalog_composes_what_the_class_has():
    known = catalog.build()
    for component in [each["kind"] for each in known["distributions"] if not each["data_only"]]:
        if component == "DiracDistribution":
            continue
        for settings in ({}, {"event_ndim": 1, "selectors": 2}):
            law = wb.MixtureDistribution(component=component, **settings)
            entry = distribution_entry(known, "MixtureDistribution", law.given_settings)
            assert entry is not None
            assert [each["name"] for each in entry["parameters"]] == [each.name for each in law.parameters]
            assert entry["alternatives"] == [[list(way) for way in choice] for choice in law.alternatives]
            assert entry["dtypes"] == list(law.dtypes)


def test_what_cannot_be_mixed_is_refused():
    with pytest.raises(ParameterError, match=r"DiracDistribution\. Expected one with a density"):
        wb.MixtureDistribution(component="Dirac")
    with wb.Graph("g"):
        x = wb.Variable("x")
        with pytest.raises(DTypeError, match=r"selector .* Expected int"):
            wb.Variable("y", distribution=wb.MixtureDistribution, mean=[0.0, 1.0], selector=x)
        with pytest.raises(ParameterError, match=r"weights .* sum to 1"):
            wb.Variable("y", distribution=wb.MixtureDistribution, mean=[0.0, 1.0], weights=[0.5, 0.6])


def test_a_wrong_number_of_components_names_both():
    with wb.Graph("g") as g:
        wb.Variable("y", distribution=wb.MixtureDistribution, mean=[0.0, 1.0, 2.0], weights=[0.5, 0.5])
    with pytest.raises(ShapeError, match=r"'g/y': The mean has 3 components and the weights has 2"):
        wb.get_generative_model(g, n_data=2)
    with wb.Graph("h") as h:
        z = wb.Variable("z", distribution="Categorical", probabilities=[0.5, 0.5])
        wb.Variable("y", distribution=wb.MixtureDistribution, mean=[0.0, 1.0, 2.0], selector=z)
    with pytest.raises(ShapeError, match=r"selector 'h/z' has 2 categories and the mean has 3 components"):
        wb.get_generative_model(h, n_data=2)


def test_every_distribution_with_a_density_can_be_a_component():
    for name in registry.distributions:
        law = registry.distributions[name]
        if not (law.data_only or law.deterministic):
            assert wb.MixtureDistribution(component=law).component is law


def test_several_selectors_are_written_and_read_as_a_tuple():
    with wb.Graph("g"):
        a, b = (wb.Variable(name, distribution="Categorical", probabilities=[0.5, 0.5]) for name in "ab")
        y = wb.Variable("y", distribution=wb.MixtureDistribution, mean=np.zeros((2, 2)), selector=(a, b))
        x = wb.Variable("x", distribution=wb.MixtureDistribution)
        x.selector = (b, a)
    assert y.selector == (a, b)
    assert x.selector == (b, a)


def test_a_selector_that_names_no_component_is_refused():
    with wb.Graph("g") as g:
        wb.Variable("y", distribution=wb.MixtureDistribution, mean=[0.0, 1.0], selector=2)
    with pytest.raises(ParameterError, match=r"'g/y': The selector got 2, and the mean has 2 components"):
        wb.get_generative_model(g, n_data=2)


def test_the_mode_tells_components_apart_that_begin_as_equals():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", 2, variance=100.0)
        x = wb.Variable("x", distribution=wb.MixtureDistribution(), mean=mu, variance=1.0, weights=[0.5, 0.5])
    data = np.concatenate([np.linspace(-6, -4, 30), np.linspace(5, 7, 30)])
    model = wb.get_posterior_model(g, {x: data}, method="MAP", progress=False)
    # Each group shrinks towards 0 by its prior precision, 1/100 beside 30 rows.
    np.testing.assert_allclose(np.sort(model.get_means(mu)), [-5 * 30 / 30.01, 6 * 30 / 30.01], rtol=1e-6)
