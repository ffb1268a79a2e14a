"""Summaries and histograms that a solve sends to the view."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from whyboard.solvers.convergence import diagnose
from whyboard.widget.histogram import BINS
from whyboard.widget.results import ELEMENTS, HISTOGRAMS, Draws, disagreements, summarise

RANDOM = np.random.default_rng(0)


def histograms(buffer):
    return np.frombuffer(buffer, dtype=np.float32).reshape(-1, 2, BINS)


def one(posterior, prior=None, *, dynamic=False, row=None, **what):
    """The summary of a variable alone, and its histograms."""
    summaries, buffer = summarise({"x": Draws(np.asarray(posterior), prior, dynamic=dynamic, **what)}, row)
    return summaries["x"], histograms(buffer)


def means(summary):
    return [element["mean"] for element in summary["elements"]]


def test_mean_deviation_and_interval_are_those_of_the_distribution():
    normal = stats.norm(3.0, 0.5)
    (element,) = one(normal.rvs(size=(20_000,), random_state=1))[0]["elements"]
    assert element["mean"] == pytest.approx(3.0, abs=0.02)
    assert element["deviation"] == pytest.approx(0.5, abs=0.02)
    assert [element["low"], element["high"]] == pytest.approx(normal.ppf([0.05, 0.95]), abs=0.03)


def test_the_interval_of_the_prior_is_told_too():
    prior = stats.norm(-1.0, 2.0)
    (element,) = one(RANDOM.normal(size=200), prior.rvs(size=(20_000,), random_state=1))[0]["elements"]
    assert [element["prior_low"], element["prior_high"]] == pytest.approx(prior.ppf([0.05, 0.95]), abs=0.1)
    (alone,) = one(RANDOM.normal(size=200))[0]["elements"]
    assert alone["prior_low"] is None


def test_histogram_follows_the_density_and_holds_nearly_all_draws():
    summary, (histogram,) = one(stats.norm.rvs(size=(50_000,), random_state=1))
    edges = np.linspace(summary["start"], summary["end"], BINS + 1)
    assert histogram[1].sum() == pytest.approx(0.99, abs=0.01)
    np.testing.assert_allclose(histogram[1], np.diff(stats.norm.cdf(edges)), atol=0.006)


@pytest.mark.parametrize("wide", [1.0, 10.0, 1e6])
def test_a_posterior_takes_a_third_of_the_axis_at_least_however_wide_the_prior(wide):
    posterior, prior = RANDOM.normal(3, 0.01, 4000), RANDOM.normal(0, wide, 4000)
    summary, _ = one(posterior, prior)
    assert np.ptp(np.percentile(posterior, [0.5, 99.5])) / (summary["end"] - summary["start"]) > 0.3


def test_a_prior_that_is_little_wider_is_drawn_in_full():
    summary, _ = one(RANDOM.normal(0, 1, 4000), RANDOM.normal(0, 1.5, 4000))
    assert summary["start"] < -2.9
    assert summary["end"] > 2.9


def test_rows_are_pooled_unless_one_is_asked_for():
    draws = RANDOM.normal(0, 0.1, (2000, 3)) + np.array([0.0, 10.0, 20.0])
    assert means(one(draws, dynamic=True)[0]) == pytest.approx([10], abs=0.1)
    assert means(one(draws, dynamic=True, row=2)[0]) == pytest.approx([20], abs=0.1)


def test_elements_are_summarised_one_by_one_on_an_axis_that_shows_all():
    at = np.array([-3.0, 4.0])
    summary, elements = one(RANDOM.normal(0, 0.1, (2000, 2)) + at, RANDOM.normal(0, 100, (2000, 2)))
    assert summary["shape"] == [2]
    assert means(summary) == pytest.approx(at, abs=0.02)
    centres = np.linspace(summary["start"], summary["end"], 2 * BINS + 1)[1::2]
    assert elements[:, 1] @ centres == pytest.approx(at, abs=0.1)
    assert summary["end"] - summary["start"] < 10


def test_one_row_of_vectors_keeps_its_elements():
    draws = RANDOM.normal(0, 0.1, (500, 3, 2)) + np.arange(6.0).reshape(3, 2)
    assert means(one(draws, dynamic=True, row=1)[0]) == pytest.approx([2, 3], abs=0.05)
    assert means(one(draws, dynamic=True)[0]) == pytest.approx([2, 3], abs=0.2)


def test_an_element_that_the_data_leave_open_does_not_hide_the_others():
    draws = np.stack([RANDOM.normal(-3, 0.1, 2000), RANDOM.normal(3, 0.1, 2000), RANDOM.normal(0, 100, 2000)], axis=1)
    summary, _ = one(draws)
    assert summary["start"] < -3.2
    assert summary["end"] > 3.2
    assert summary["end"] - summary["start"] < 25


def test_many_elements_travel_without_histograms_and_very_many_in_part():
    many, none = one(RANDOM.normal(size=(50, HISTOGRAMS + 1)))
    assert "density" not in many
    assert not len(none)
    some, _ = one(RANDOM.normal(size=(5, 100, 30)))
    assert (some["shape"], len(some["elements"])) == ([100, 30], ELEMENTS)


def test_categories_are_summarised_by_their_probabilities():
    draws = RANDOM.choice(3, p=[0.2, 0.5, 0.3], size=(4000, 2))
    summary, none = one(draws, np.zeros((10, 2)), dynamic=True, form="categories", categories=3, whole=True)
    assert (summary["shape"], summary["start"], summary["end"]) == ([3], 0, 1)
    assert means(summary) == pytest.approx([0.2, 0.5, 0.3], abs=0.02)
    assert [element["prior"] for element in summary["elements"]] == [1, 0, 0]
    assert summary["elements"][0]["low"] is None
    assert not len(none)
    pairs = one(draws, form="categories", categories=3, whole=True)[0]
    assert pairs["shape"] == [2, 3]
    assert means(pairs)[3:] == pytest.approx([0.2, 0.5, 0.3], abs=0.03)


def test_a_truth_value_is_how_probable_it_is_and_shares_have_intervals():
    (truth,) = one(RANDOM.random(4000) < 0.3, form="parts", whole=True)[0]["elements"]
    assert truth["mean"] == pytest.approx(0.3, abs=0.03)
    assert truth["low"] is None
    shares = one(RANDOM.dirichlet([8, 2], 4000), form="parts")[0]
    assert means(shares) == pytest.approx([0.8, 0.2], abs=0.01)
    low, high = stats.beta(8, 2).ppf([0.05, 0.95])
    assert [shares["elements"][0][end] for end in ("low", "high")] == pytest.approx([low, high], abs=0.02)


@pytest.mark.parametrize("rate", [3.0, 400.0])
def test_whole_numbers_have_bins_of_whole_numbers(rate):
    draws = RANDOM.poisson(rate, 20_000)
    summary, (histogram,) = one(draws, whole=True)
    width = (summary["end"] - summary["start"]) / summary["bins"]
    assert (summary["start"] % 1, width % 1) == (0.5, 0)
    edges = summary["start"] + width * np.arange(summary["bins"] + 1)
    expected = np.diff(stats.poisson(rate).cdf(edges))
    np.testing.assert_allclose(histogram[1, : summary["bins"]], expected, atol=0.02)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_never_travels_as_a_number(bad):
    some, none = one([1.0, bad, 2.0])[0], one([bad, bad])[0]
    shares = one([[bad]], form="categories", categories=2)[0]
    assert means(some) == [1.5]
    assert means(none) == [None]
    assert means(shares) == [None, None]
    json.dumps([some, none, shares], allow_nan=False)


def test_a_variable_that_is_known_exactly_has_a_histogram_around_its_value():
    summary, (histogram,) = one(np.full(100, 7.0))
    assert summary["start"] < 7 < summary["end"]
    assert histogram[1].max() == pytest.approx(1.0)


def test_a_variable_about_which_chains_disagree_is_warned_of():
    apart = RANDOM.normal(size=(4, 200, 2)) + np.array([0.0, 9.0])[[0, 1, 0, 1], None, None] * np.array([0.0, 1.0])
    draws = Draws(apart.reshape(-1, 2), None, dynamic=False, accuracy=diagnose(apart))
    summaries, _ = summarise({"x": draws})
    fine, mixed = summaries["x"]["elements"]
    assert fine["r_hat"] < 1.05
    assert mixed["r_hat"] > 1.5
    (warning,) = disagreements(summaries)
    assert (warning["key"], warning["severity"]) == ("x", "warning")
    assert f"R-hat {mixed['r_hat']:.2f}" in warning["message"]
    assert disagreements(summarise({"x": Draws(apart[:, :, 0].ravel(), None, dynamic=False)})[0]) == []
