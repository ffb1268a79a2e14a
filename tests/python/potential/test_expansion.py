"""Moving the two sides of a product together: what it is found in, what it gains, and that it never loses."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import whyboard as wb
from whyboard.precision import double_precision
from whyboard.solvers import belief
from whyboard.solvers.expansion import expanded, expansions


def factors(relevance=True, elsewhere=False):
    with wb.Graph("g") as g:
        precision = 1.0
        if relevance:
            precision = wb.StaticVariable(
                "alpha", shape=3, distribution="GammaDistribution", concentration=1e-2, rate=1e-2
            )
        w = wb.StaticVariable("w", shape=(8, 3), mean=0, precision=precision)
        z = wb.Variable("z", shape=3, mean=0, variance=1)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=1e-2, rate=1e-2)
        mu = wb.StaticVariable("mu", shape=8, variance=10)
        wb.Variable("y", shape=8, mean=wb.dot(w, z) + mu, precision=tau)
        if elsewhere:
            wb.Variable("other", mean=z[0], variance=1)
    return g


def data(gaps=False):
    random = np.random.default_rng(2)
    found = random.normal(size=(60, 3)) @ random.normal(size=(3, 8)) + 0.1 * random.normal(size=(60, 8))
    return np.where(random.random(found.shape) < 0.2, np.nan, found) if gaps else found


def solved(g, **options):
    return wb.get_posterior_model(g, {g.y: data(options.pop("gaps", False))}, method="VMP", progress=False, **options)


@pytest.mark.parametrize("relevance", [True, False])
@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_five_times_fewer_sweeps_and_a_bound_that_never_falls(relevance):
    g = factors(relevance)
    quick = solved(g, max_sweeps=40)
    slow = solved(g, max_sweeps=200, expansion=False)
    assert np.all(np.diff(quick.lower_bound) > -1e-7)
    assert np.sum(quick.lower_bound < slow.lower_bound[-1]) * 5 <= len(slow.lower_bound)
    assert quick.lower_bound[-1] > slow.lower_bound[-1]


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_the_gain_is_that_of_the_bound_of_all_and_what_is_predicted_stays():
    g = factors()
    vmp = solved(g, max_sweeps=3, gaps=True, expansion=False).solver
    (rotation,) = expansions(vmp.potential, vmp.arguments)
    after, gain = expanded(rotation, vmp.potential, vmp.arguments, vmp.state)
    with double_precision():
        bounds = [
            sum(float(term) for term in belief.bounds(vmp.potential, vmp.arguments, state).values())
            for state in (vmp.state, after)
        ]
    assert gain > 0.1
    # What the relevances gain alone, by their update, is no gain of the change.
    assert bounds[1] - bounds[0] >= gain - 1e-9
    alpha = vmp.program.network.paths.index("g/alpha")
    with double_precision():
        refitted = belief.updated(vmp.potential, (alpha,), vmp.arguments, vmp.state, belief.Step())
        again = sum(float(term) for term in belief.bounds(vmp.potential, vmp.arguments, refitted).values())
    assert bounds[1] - again == pytest.approx(gain, abs=1e-4)
    w, z = (vmp.program.network.paths.index(path) for path in ("g/w", "g/z"))
    products = [
        np.asarray(state.moments[z].first) @ np.asarray(state.moments[w].first).T for state in (vmp.state, after)
    ]
    np.testing.assert_allclose(products[1], products[0], rtol=1e-9, atol=1e-9)
    # Natural parameters and moments are of one belief.
    natural = jax.tree.map(np.asarray, after.natural[w])
    found = vmp.potential.latent(w).family.to_mean(natural)
    np.testing.assert_allclose(found.second, after.moments[w].second, rtol=1e-8, atol=1e-10)


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_what_is_read_elsewhere_too_cannot_be_moved():
    g = factors(elsewhere=True)
    model = wb.get_posterior_model(g, {g.y: data(), g.other: np.ones(60)}, method="VMP", progress=False, max_sweeps=1)
    assert model.solver.expansions == ()
