"""Boltzmann machines on chordal graphs are Boltzmann machines, at a cost that does not grow with their states."""

import numpy as np
import pytest

from whyboard import families as f
from whyboard.errors import ParameterError
from whyboard.families.moments import NormalMoments

EDGES = ((0, 3), (3, 1), (0, 1), (1, 4), (2, 4))


def test_a_chordal_machine_is_the_full_one_with_other_couplings_zero():
    rng = np.random.default_rng(3)
    natural = NormalMoments(rng.normal(size=(2, 5)), rng.normal(size=(2, 5)))
    couplings = np.zeros((2, 5, 5))
    for place, (i, j) in enumerate(EDGES):
        couplings[:, i, j] = couplings[:, j, i] = natural.second[:, place] / 2
    chordal, full = f.ChordalBoltzmann(5, EDGES), f.Boltzmann(5)
    twin = NormalMoments(natural.first, couplings)
    np.testing.assert_allclose(chordal.log_partition(natural), full.log_partition(twin), rtol=1e-12)
    mean, expected = chordal.to_mean(natural), full.to_mean(twin)
    np.testing.assert_allclose(mean.first, expected.first, atol=1e-12)
    pairs = [expected.second[:, i, j] for i, j in EDGES]
    np.testing.assert_allclose(mean.second, np.stack(pairs, -1), atol=1e-12)


def test_two_hundred_bits_in_a_row_follow_the_transfer_matrix():
    n, field, coupling = 200, 0.3, -0.7
    chain = f.ChordalBoltzmann(n, tuple((i, i + 1) for i in range(n - 1)))
    step = np.exp(np.array([[0.0, field], [0.0, field + coupling]]))
    expected = np.log(np.array([1.0, np.exp(field)]) @ np.linalg.matrix_power(step, n - 1) @ np.ones(2))
    found = chain.log_partition(NormalMoments(np.full(n, field), np.full(n - 1, coupling)))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("n", "edges", "message"),
    [
        (4, ((0, 1), (1, 2), (2, 3), (3, 0)), "shortcut"),
        (3, ((0, 1), (1, 0)), "at most once"),
        (3, ((0, 3),), "from 0 to 2"),
    ],
)
def test_a_graph_that_cannot_be_summed_is_refused(n: int, edges: tuple, message: str):
    with pytest.raises(ParameterError, match=message):
        f.ChordalBoltzmann(n, edges)
