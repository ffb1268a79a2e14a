"""A solver that ends before it converged says so, once, at the line that asked for it."""

import threading
import warnings

import numpy as np
import pytest

import whyboard as wb
from whyboard.errors import ConvergenceWarning
from whyboard.solvers import mode

DATA = np.random.default_rng(0).normal(3, 1, size=40)


@pytest.fixture(scope="module")
def g():
    with wb.Graph("g") as graph:
        mu = wb.StaticVariable("mu", variance=10)
        tau = wb.StaticVariable("tau", distribution="Gamma", concentration=1, rate=1)
        wb.Variable("y", mean=mu, precision=tau)
    return graph


def solved(g, method="VMP", **options):
    return wb.get_posterior_model(g, {g.y: DATA}, method, **{"progress": False, **options})


def test_sweeps_that_are_used_up_are_said_once_with_the_change_and_the_next_step(g):
    with pytest.warns(ConvergenceWarning) as caught:
        model = solved(g, max_sweeps=2)
    (only,) = caught
    assert only.filename == __file__
    assert isinstance(model, wb.VMPModel)
    change = model.lower_bound[1] - model.lower_bound[0]
    assert str(only.message) == model.unfinished
    assert model.unfinished == (
        "VMP of Graph 'g' stopped after 2 sweeps (max_sweeps) before it converged: the last one raised the lower bound "
        f"by {change:.2g}. Give a larger max_sweeps, or tolerance=0 if you want exactly so many."
    )


@pytest.mark.filterwarnings("error")
def test_what_converged_or_was_stopped_or_asked_for_so_many_sweeps_does_not_warn(g):
    assert solved(g).unfinished == ""
    assert solved(g, max_sweeps=2, tolerance=0).unfinished == ""
    assert solved(g, max_sweeps=0).unfinished == ""
    stop = threading.Event()
    stop.set()
    stopped = solved(g, stop=stop)
    assert not stopped.converged
    assert stopped.unfinished == ""


def test_a_callback_hears_of_progress_and_asks_itself(g):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = solved(g, max_sweeps=2, progress=lambda _: None)
    assert "max_sweeps" in model.unfinished


def test_batches_say_how_many_passes_they_compare(g):
    with pytest.warns(ConvergenceWarning, match=r"after 3 sweeps.* compares 20 passes .* takes more than 40\. Give a"):
        solved(g, max_sweeps=3, batch_size=10)
    with pytest.warns(ConvergenceWarning, match=r"after 41 sweeps.* last 20 passes is \S+ above that of as many"):
        solved(g, max_sweeps=41, batch_size=10, tolerance=1e-15, forgetting=1.0, delay=100.0)


def test_the_mode_says_how_many_steps_it_took(g, monkeypatch):
    monkeypatch.setattr(mode, "MAX_STEPS", 2)
    with pytest.warns(ConvergenceWarning, match="MAP of Graph 'g' stopped after 2 steps .* raised the log density by"):
        model = solved(g, "MAP")
    monkeypatch.undo()
    assert model.solve(progress=False).unfinished == ""


def test_chains_that_disagree_are_said():
    """Only the product is known, so each chain has signs of its own."""
    with wb.Graph("g") as g:
        a, b = (wb.StaticVariable(name, variance=4) for name in "ab")
        y = wb.Variable("y", mean=a * b, variance=0.01)
    said = r"Gibbs of Graph 'g' is at its end, but its chains disagree about 'g/[ab]' \(R-hat"
    with pytest.warns(ConvergenceWarning, match=said):
        model = wb.get_posterior_model(g, {y: [4.0] * 12}, "Gibbs", progress=False, n_samples=100, warmup=20, chains=6)
    assert model.converged
    assert "R-hat" in model.remark
