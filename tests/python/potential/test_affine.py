"""Sums of log densities over plates, and work that equal plates share, are those of the plain formulas."""

from __future__ import annotations

import jax
import numpy as np

from whyboard.distributions.multivariate_normal import MultivariateNormalDistribution
from whyboard.families import MatrixMoments, NormalMoments
from whyboard.families.matrix import inverse, once
from whyboard.lowering.potential.affine import weighted_sum
from whyboard.precision import double_precision

RANDOM = np.random.default_rng(0)
ROWS, COMPONENTS, DIM = 6, 3, 2
DENSITY = MultivariateNormalDistribution.expected_log_density


def definite(*plates: int) -> np.ndarray:
    root = RANDOM.normal(size=(*plates, DIM, DIM))
    return root @ np.swapaxes(root, -1, -2) + np.eye(DIM)


def mixture() -> tuple[NormalMoments, dict[str, object]]:
    """Rows along the second plate; components, along the first, share their parameters among rows."""
    x = RANDOM.normal(size=(1, ROWS, DIM))
    mean, spread = RANDOM.normal(size=(COMPONENTS, 1, DIM)), definite(COMPONENTS, 1)
    second = spread + mean[..., :, None] * mean[..., None, :]
    precision = MatrixMoments(definite(COMPONENTS, 1), RANDOM.normal(size=(COMPONENTS, 1)))
    return NormalMoments(x, x[..., :, None] * x[..., None, :]), {
        "mean": NormalMoments(mean, second),
        "precision": precision,
    }


def test_a_mixture_is_the_sum_of_its_rows_and_components():
    x, parameters = mixture()
    mask, shares = np.array([[1.0, 1, 0, 1, 0, 1]]), RANDOM.random((COMPONENTS, ROWS))
    with double_precision():
        expected = (mask * shares * DENSITY(x, **parameters)).sum()
        found = weighted_sum(DENSITY, x, parameters, [mask, shares], mask > 0)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_what_does_not_count_may_be_anything():
    x, parameters = mixture()
    mask = np.array([[1.0, 1, 0, 1, 1, 1]])
    rows = np.where(mask > 0, 0.0, np.nan)[..., None]
    parameters["mean"] = NormalMoments(np.zeros((1, 1, DIM)) + rows, np.zeros((1, 1, DIM, DIM)) + rows[..., None])
    with double_precision():
        found = weighted_sum(DENSITY, x, parameters, [mask], mask > 0)
    terms = np.asarray(DENSITY(x, **parameters))
    np.testing.assert_allclose(found, terms[:, mask[0] > 0].sum(), rtol=1e-6)


def test_equal_matrices_are_inverted_once_and_others_one_by_one():
    equal = np.broadcast_to(definite(), (4, DIM, DIM))
    with double_precision():
        several = jax.jit(lambda matrices: once(inverse, matrices))
        for matrices in (equal, definite(4)):
            np.testing.assert_allclose(several(matrices), np.linalg.inv(matrices), rtol=1e-10)
