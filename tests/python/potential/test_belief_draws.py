"""Draws from beliefs: judged by moments, the same for the same seed, and one program for all seeds."""

from __future__ import annotations

import numpy as np
import pytest

from whyboard.families import Normal
from whyboard.families.moments import NormalMoments
from whyboard.precision import count_compilations, double_precision
from whyboard.solvers.belief_draws import MANY, drawn

MEAN, VARIANCE = np.array([1.0, -2.0]), np.array([0.25, 4.0])
NATURAL = NormalMoments(MEAN / VARIANCE, -0.5 / VARIANCE)


@pytest.mark.parametrize("count", [1000, MANY])
def test_draws_have_the_moments_of_the_belief(count):
    with double_precision():
        found = drawn(Normal(), NATURAL, count, 3, 7)
    assert found.shape == (count, 2)
    error = np.sqrt(VARIANCE / count)
    assert (np.abs(found.mean(axis=0) - MEAN) < 4 * error).all()
    np.testing.assert_allclose(found.var(axis=0), VARIANCE, rtol=4 * np.sqrt(2 / count))


def test_seeds_and_streams_tell_draws_apart_and_compile_nothing():
    with double_precision():
        first = drawn(Normal(), NATURAL, 1000, 3, 7)
        with count_compilations() as count:
            again, seed, stream = (drawn(Normal(), NATURAL, 1000, *pair) for pair in ((3, 7), (4, 7), (3, 8)))
    assert count.compiled == 0
    np.testing.assert_array_equal(first, again)
    for other in (seed, stream):
        assert np.abs(np.corrcoef(first[:, 0], other[:, 0])[0, 1]) < 0.15
