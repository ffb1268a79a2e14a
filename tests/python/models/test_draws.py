"""Draws of one model belong together, in whatever portions they are asked for."""

import numpy as np
import pytest

import whyboard as wb
from whyboard.errors import SolverError

X = np.linspace(2.0, 4.0, 12)
Y = 1.0 + 0.5 * X + np.random.default_rng(0).normal(size=12)
DESIGN = np.stack([np.ones(12), X], axis=1)
COVARIANCE = np.linalg.inv(DESIGN[:-1].T @ DESIGN[:-1] + np.eye(2) / 100)
EXACT = COVARIANCE[0, 1] / np.sqrt(COVARIANCE[0, 0] * COVARIANCE[1, 1])


@pytest.fixture(scope="module")
def g():
    with wb.Graph("g") as graph:
        a = wb.StaticVariable("a", variance=100)
        s = wb.StaticVariable("s", variance=100)
        x = wb.Variable("x", distribution="NoDistribution")
        wb.Variable("y", mean=a + s * x, variance=1)
    return graph


@pytest.fixture(scope="module", params=["VMP", "EM", "Gibbs", "MAPFisher", "MAP"])
def model(request, g):
    blocks = [(g.a, g.s)]
    options = {
        "VMP": {"blocks": blocks},
        "EM": {"blocks": blocks, "points": []},
        "Gibbs": {"blocks": blocks, "n_samples": 500},
    }
    return wb.get_posterior_model(
        g, {g.x: X, g.y: [*Y[:-1], None]}, request.param, progress=False, **options.get(request.param, {})
    )


def test_draws_that_are_asked_for_one_after_the_other_are_those_of_one_question(g, model):
    a, s, y = (model.get_samples(each, 20) for each in (g.a, g.s, g.y))
    together = model.get_samples({"y": g.y, "s": g.s, "a": g.a}, 20)
    np.testing.assert_array_equal(together["a"], a)
    np.testing.assert_array_equal(together["s"], s)
    np.testing.assert_array_equal(together["y"], y)


def test_their_correlation_is_that_of_the_posterior(g, model):
    a, s, gap = (model.get_samples(each, 200) for each in (g.a, g.s, g.y))
    if model.method == "MAP":
        assert np.ptp(a) == np.ptp(s) == 0
        return
    assert np.corrcoef(a, s)[0, 1] == pytest.approx(EXACT, abs=0.03)
    # A prediction belongs to the line of its own world: what is left is the noise alone.
    left = gap[:, -1] - a - s * X[-1]
    assert left.var() == pytest.approx(1, abs=0.3)
    assert abs(np.corrcoef(left, s)[0, 1]) < 0.2


def test_another_seed_gives_other_draws_and_the_same_one_the_same(g, model):
    if model.method != "MAP":
        assert not np.array_equal(model.get_samples(g.a, 9), model.get_samples(g.a, 9, seed=1))
        assert model.get_example(g.a) != model.get_example(g.a)
    np.testing.assert_array_equal(model.get_samples(g.a, 9, seed=1), model.get_samples(g.a, 9, seed=1))
    with pytest.raises(SolverError, match=r"seed got -1\. Expected an integer from 0 up"):
        model.get_samples(g.a, 9, seed=-1)


def test_a_simulation_gives_causes_and_effects_of_the_same_worlds(g):
    forward = wb.get_generative_model(g, {g.x: X})
    a, s = forward.get_samples(g.a, 20), forward.get_samples(g.s, 20)
    left = forward.get_samples(g.y, 20) - a[:, None] - s[:, None] * X
    assert left.std() == pytest.approx(1, abs=0.15)
