"""Moving the states of a linear state space model together with loadings, dynamics and inputs."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import whyboard as wb
from whyboard.precision import double_precision
from whyboard.solvers import belief
from whyboard.solvers.expansion import expanded, expansions, moved

ROWS, COLUMNS, STATES = 80, 6, 3
bounds = jax.jit(belief.bounds, static_argnums=0)
# So many sweeps are compared.
pytestmark = pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")


def vague(name, shape=()):
    return wb.StaticVariable(name, shape, "GammaDistribution", concentration=1e-3, rate=1e-3)


def state_space():
    """Dynamics with inputs, relevances of all columns, one state more than there are."""
    with wb.Graph("g") as g:
        alpha, gamma, tau = vague("alpha", STATES), vague("gamma", STATES), vague("tau")
        u = wb.Variable("u", shape=2)
        a = wb.StaticVariable("a", (STATES, STATES), mean=0, precision=alpha)
        b = wb.StaticVariable("b", (STATES, 2), mean=0, precision=1)
        c = wb.StaticVariable("c", (COLUMNS, STATES), mean=0, precision=gamma)
        x = wb.Variable("x", STATES)
        first = wb.equal(wb.TimeIndex, 0)
        x.mean = wb.where(first, np.zeros(STATES), wb.dot(a, x[wb.TimeIndex - 1]) + wb.dot(b, u))
        x.precision = wb.where(first, 1e-3, 1.0)
        y = wb.Variable("y", COLUMNS, mean=wb.dot(c, x), precision=tau)
    return g, u, x, y


def data():
    random = np.random.default_rng(3)
    inputs = random.normal(size=(ROWS, 2))
    turn = 0.95 * np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    states = np.zeros((ROWS, 2))
    for row in range(1, ROWS):
        states[row] = turn @ states[row - 1] + inputs[row] + random.normal(size=2)
    seen = states @ random.normal(size=(2, COLUMNS)) + 0.3 * random.normal(size=(ROWS, COLUMNS))
    seen[20, 1] = np.nan
    # Nothing tells of the last states but the ones before them.
    seen[-4:] = np.nan
    return inputs, seen


def solved(max_sweeps, known=None, **options):
    g, u, x, y = state_space()
    inputs, seen = data()
    found = {u: inputs, y: seen} | ({} if known is None else {x: known})
    return wb.get_posterior_model(g, found, method="VMP", progress=False, max_sweeps=max_sweeps, **options)


def test_a_state_space_model_takes_a_fifth_of_the_sweeps_and_its_bound_never_falls():
    quick, slow = solved(40), solved(200, expansion=False)
    assert np.all(np.diff(quick.lower_bound) > -1e-7)
    assert np.sum(quick.lower_bound < slow.lower_bound[-1]) * 5 <= len(slow.lower_bound)
    assert quick.lower_bound[-1] > slow.lower_bound[-1]
    the_gain_is_that_of_the_bound_of_all_and_products_stay(slow.solver)


def the_gain_is_that_of_the_bound_of_all_and_products_stay(vmp):
    paths = vmp.program.network.paths
    a, b, c, x, alpha, gamma = (paths.index(f"g/{name}") for name in ("a", "b", "c", "x", "alpha", "gamma"))
    (rotation,) = expansions(vmp.potential, vmp.arguments)
    assert set(rotation.nodes) == {c, x}
    assert set(rotation.refitted) == {a, b, alpha, gamma}
    after, gain = expanded(rotation, vmp.potential, vmp.arguments, vmp.state)
    with double_precision():
        # Refitting what stands above gains alone, too.
        refitted = moved(rotation, vmp.potential, vmp.arguments, vmp.state, rotation.identity)
        totals = [
            sum(float(each) for each in bounds(vmp.potential, vmp.arguments, s).values()) for s in (refitted, after)
        ]
    assert gain > 1
    assert totals[1] - totals[0] == pytest.approx(gain, abs=1e-6)
    products = [
        np.asarray(state.moments[x].each.first) @ np.asarray(state.moments[c].first).T for state in (vmp.state, after)
    ]
    np.testing.assert_allclose(products[1], products[0], rtol=1e-8, atol=1e-8)


def test_states_of_which_some_are_known_stay():
    known = np.full((ROWS, STATES), np.nan)
    known[5] = 1.0
    assert solved(1, known).solver.expansions == ()
