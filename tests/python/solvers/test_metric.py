"""The factored and the iterated metric agree with each other and with the dense matrix."""

import numpy as np
import pytest

import whyboard as wb
from whyboard.lowering.flatten import flatten
from whyboard.lowering.program import bind
from whyboard.lowering.program.tables import Tables
from whyboard.solvers.gaussian import Gaussian
from whyboard.solvers.metric import EXACT, Arrow, Iterative, metric_at


@pytest.fixture(scope="module")
def fitted():
    random = np.random.default_rng(0)
    with wb.Graph("g") as g:
        s = wb.StaticVariable("s", shape=3, mean=0, variance=2)
        x = wb.Variable("x", mean=s[0], variance=1)
        y = wb.Variable("y", mean=s[1] * x + s[2], variance=0.5)
        z = wb.Variable("z", mean=wb.tanh(y) + x, variance=0.2)
        wb.Variable("after", mean=z * 2, variance=1)
    data = {variable.key: random.normal(size=6) for variable in (x, y, z)}
    masks = {key: random.random(6) < 0.6 for key in data}
    masks[z.key][:] = True
    network = flatten(g.document.snapshot().records, g.key)
    program = bind(network, {key: (data[key], masks[key]) for key in data}, 6)
    noise = Tables(*(0.3 * random.normal(size=part.shape) * part for part in program.active))
    return program, noise, program.at(noise).values


def dense(program, noise, values):
    """Column by column from changes of one entry each."""
    places = [(stage, *index) for stage in (0, 1) for index in np.argwhere(program.active[stage])]
    units = []
    for stage, *index in places:
        unit = program.zeros()
        unit[stage][tuple(index)] = 1
        units.append(unit)
    columns = [part for found in program.metric(noise, values, units) for part in zip(*found, strict=True)]
    matrix = np.array([[column[stage][tuple(index)] for stage, *index in places] for column in columns])
    return matrix.T + np.eye(len(places)), places


def entries(tables, places):
    return np.array([tables[stage][tuple(index)] for stage, *index in places])


def test_both_solve_the_dense_system(fitted):
    program, noise, values = fitted
    matrix, places = dense(program, noise, values)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-10)
    right = program.noise(np.random.default_rng(1))
    right = Tables(*(np.where(a, part, 0) for a, part in zip(program.active, right, strict=True)))
    expected = np.linalg.solve(matrix, entries(right, places))
    arrow = metric_at(program, noise, values)
    assert isinstance(arrow, Arrow)
    np.testing.assert_allclose(entries(arrow.solve(right), places), expected, rtol=1e-9)
    iterative = Iterative(program, noise, values, EXACT)
    np.testing.assert_allclose(entries(iterative.solve(right), places), expected, rtol=1e-6)


def test_directions_and_draws_have_the_inverse_as_covariance(fitted):
    program, noise, values = fitted
    matrix, places = dense(program, noise, values)
    covariance = np.linalg.inv(matrix)
    arrow = metric_at(program, noise, values)
    spread = np.array([entries(each, places) for each in arrow.directions()])
    # A direction within rows stands for one direction in each row, so only squares add up.
    np.testing.assert_allclose((spread**2).sum(0), np.diag(covariance), rtol=1e-9)
    for metric, count in ((arrow, 20_000), (Iterative(program, noise, values, EXACT), 3000)):
        draws = np.array([entries(each, places) for each in metric.draws(count, np.random.default_rng(2))])
        scale = np.sqrt(np.diag(covariance))
        error = np.abs(np.cov(draws.T) - covariance) / scale / scale[:, None]
        assert error.max() < 5 / np.sqrt(count)


def test_moments_of_a_simulation_are_those_of_its_draws(fitted):
    program, _, _ = fitted
    belief = Gaussian(program, program.zeros(), None)
    moments = belief.moments(0)
    draws = belief.samples(6000, 1)
    for mean, variance, drawn in zip(moments.mean, moments.variance, draws.values(), strict=True):
        error = 5 * np.sqrt(drawn.var(axis=0) / len(drawn)) + 1e-9
        assert (np.abs(mean - drawn.mean(axis=0)) < 1.5 * error).all()
        np.testing.assert_allclose(variance, drawn.var(axis=0), rtol=0.25, atol=1e-9)
