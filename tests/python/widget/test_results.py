"""Summaries and histograms that a solve sends to the view."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from whyboard.widget.results import BINS, Draws, summarise

RANDOM = np.random.default_rng(0)


def histograms(buffer, count):
    return np.frombuffer(buffer, dtype=np.float32).reshape(count, 2, BINS)


def test_mean_deviation_and_interval_are_those_of_the_distribution():
    normal = stats.norm(3.0, 0.5)
    draws = normal.rvs(size=(20_000,), random_state=1)
    (summary,) = summarise({"x": Draws(draws, None, dynamic=False)})[0].values()
    assert summary["mean"] == pytest.approx(3.0, abs=0.02)
    assert summary["deviation"] == pytest.approx(0.5, abs=0.02)
    assert [summary["low"], summary["high"]] == pytest.approx(normal.ppf([0.05, 0.95]), abs=0.03)


def test_histogram_follows_the_density_and_sums_to_one():
    draws = stats.norm.rvs(size=(50_000,), random_state=1)
    summaries, buffer = summarise({"x": Draws(draws, None, dynamic=False)})
    histogram = histograms(buffer, 1)[0, 1]
    edges = np.linspace(summaries["x"]["start"], summaries["x"]["end"], BINS + 1)
    assert histogram.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(histogram, np.diff(stats.norm.cdf(edges)), atol=0.006)


def test_a_sharp_posterior_keeps_its_shape_before_a_wide_prior():
    posterior, prior = RANDOM.normal(0, 0.01, 4000), RANDOM.normal(0, 10, 4000)
    buffer = summarise({"x": Draws(posterior, prior, dynamic=False)})[1]
    assert (histograms(buffer, 1)[0, 1] > 0).sum() > 4


def test_rows_are_pooled_unless_one_is_asked_for():
    draws = RANDOM.normal(0, 0.1, (2000, 3)) + np.array([0.0, 10.0, 20.0])
    each = {"x": Draws(draws, None, dynamic=True)}
    assert summarise(each)[0]["x"]["mean"] == pytest.approx(10, abs=0.1)
    assert summarise(each, row=2)[0]["x"]["mean"] == pytest.approx(20, abs=0.1)


def test_vectors_give_the_mean_of_their_elements():
    draws = RANDOM.normal(0, 0.1, (2000, 20)) + np.arange(20)
    summary = summarise({"x": Draws(draws, None, dynamic=False)})[0]["x"]
    assert summary["elements"] == pytest.approx(range(8), abs=0.05)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_never_travels_as_a_number(bad):
    some = summarise({"x": Draws(np.array([1.0, bad, 2.0]), None, dynamic=False)})[0]
    none = summarise({"x": Draws(np.array([bad, bad]), None, dynamic=False)})[0]
    assert some["x"]["mean"] == 1.5
    assert none["x"]["mean"] is None
    json.dumps([some, none], allow_nan=False)


def test_a_variable_that_is_known_exactly_has_a_histogram_around_its_value():
    summaries, buffer = summarise({"x": Draws(np.full(100, 7.0), None, dynamic=False)})
    assert summaries["x"]["start"] < 7 < summaries["x"]["end"]
    assert histograms(buffer, 1)[0, 1].max() == pytest.approx(1.0)
