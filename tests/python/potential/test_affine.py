"""Sums of log densities over plates, and work that equal plates share, are those of the plain formulas."""

from __future__ import annotations

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from whyboard.distributions.multivariate_normal import MultivariateNormalDistribution
from whyboard.distributions.normal import NormalDistribution
from whyboard.families import MatrixMoments, NormalMoments, PositiveMoments
from whyboard.families.known import known_moments
from whyboard.families.matrix import inverse, once
from whyboard.lowering.potential import affine
from whyboard.lowering.potential.affine import weighted_sum
from whyboard.lowering.potential.contraction import Products
from whyboard.lowering.potential.dependence import dependence
from whyboard.lowering.potential.multiaffine import Plates
from whyboard.precision import double_precision

RANDOM = np.random.default_rng(0)
ROWS, COMPONENTS, DIM = 6, 3, 2
PLATES = Plates((1, 2), (COMPONENTS, ROWS))
COLUMNS, FACTORS = 4, 2
PLATES_OF_DATA = Plates((1, 2), (ROWS, COLUMNS))
NORMAL = NormalDistribution.expected_log_density
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
        found = weighted_sum(DENSITY, x, parameters, PLATES, mask, [shares])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_what_does_not_count_may_be_anything():
    x, parameters = mixture()
    mask = np.array([[1.0, 1, 0, 1, 1, 1]])
    rows = np.where(mask > 0, 0.0, np.nan)[..., None]
    parameters["mean"] = NormalMoments(np.zeros((1, 1, DIM)) + rows, np.zeros((1, 1, DIM, DIM)) + rows[..., None])
    with double_precision():
        found = weighted_sum(DENSITY, x, parameters, PLATES, mask)
    terms = np.asarray(DENSITY(x, **parameters))
    np.testing.assert_allclose(found, terms[:, mask[0] > 0].sum(), rtol=1e-6)


def components(mask: np.ndarray) -> Callable[..., jax.Array]:
    """The expected log density of rows times columns, of which some count."""
    y = RANDOM.normal(size=(ROWS, COLUMNS))
    spread = [definite(ROWS), definite(COLUMNS)]

    def density(first: jax.Array, second: jax.Array, precision: jax.Array, *, whole: bool) -> jax.Array:
        means = [(first, [1, 3]), (second, [2, 3])]
        squares = [
            (each[:, :, None] * each[:, None, :] + more, [axis, 3, 4])
            for (each, (axis, _)), more in zip(means, spread, strict=True)
        ]
        mean = NormalMoments(Products([means], (1, 2)), Products([squares], (1, 2)))
        given = PositiveMoments(precision[None, None], jnp.log(precision)[None, None])
        x = known_moments(NormalMoments, jnp.asarray(y), 0)
        if not whole:
            return weighted_sum(NORMAL, x, {"mean": mean, "precision": given}, PLATES_OF_DATA, jnp.asarray(mask))
        mean = NormalMoments(*(part.summed() for part in mean))
        return (mask * NORMAL(x, mean=mean, precision=given)).sum()

    return density


@pytest.mark.parametrize("case", ["all count", "all count twice", "gaps", "nothing"])
def test_products_that_are_summed_first_give_the_plain_sum_and_its_derivatives(
    case: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(affine, "HEAVY", 0)
    gaps = (RANDOM.random((ROWS, COLUMNS)) < 0.7).astype(float)
    mask = {"gaps": gaps, "nothing": 0 * gaps}.get(case, np.full_like(gaps, 2.0 if "twice" in case else 1.0))
    numbers = RANDOM.normal(size=(ROWS, FACTORS)), RANDOM.normal(size=(COLUMNS, FACTORS)), np.float64(0.7)
    with double_precision():
        density = components(mask)
        found, expected = (
            jax.jit(jax.value_and_grad(functools.partial(density, whole=whole), argnums=(0, 1, 2)))(*numbers)
            for whole in (False, True)
        )
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12), found, expected)


def test_a_coefficient_depends_on_what_it_is_computed_from():
    def slope(x: jax.Array, mean: jax.Array, precision: jax.Array) -> jax.Array:
        return jax.grad(lambda at: (-0.5 * precision * (x**2 - 2 * x * at + at**2)).sum())(mean)

    one = [jnp.zeros(1)] * 3
    assert dependence(slope, one) == {0, 1, 2}
    assert dependence(slope, one, {1}) == {0, 2}
    assert dependence(slope, one, {2}) is None
    assert dependence(lambda x, mean, precision: jnp.ones(1), one) == frozenset()


def test_equal_matrices_are_inverted_once_and_others_one_by_one():
    equal = np.broadcast_to(definite(), (4, DIM, DIM))
    with double_precision():
        several = jax.jit(lambda matrices: once(inverse, matrices))
        for matrices in (equal, definite(4)):
            np.testing.assert_allclose(several(matrices), np.linalg.inv(matrices), rtol=1e-10)
