"""What every family promises, whatever it is a family of. A new family only adds a line to `examples.py`."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from examples import EXAMPLES, Example
from scipy import integrate

from whyboard import registry
from whyboard.families import Invertible, NoClosedForm
from whyboard.families.moments import leaves
from whyboard.precision import double_precision

by_name = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
DRAWS = 40_000


def flat(coordinates) -> np.ndarray:
    return np.concatenate([np.ravel(np.asarray(leaf, float)) for leaf in leaves(coordinates)])


def test_every_family_is_held_to_the_laws():
    assert {type(example.family) for example in EXAMPLES} >= set(registry.families.values())


@by_name
def test_density_is_that_of_scipy(example: Example):
    if example.scipy is None:
        pytest.skip("SciPy does not have it")
    values = example.family.sample(0, example.natural, (20,))
    ours = example.family.log_density(example.natural, values)
    theirs = [example.scipy(value) for value in values]
    np.testing.assert_allclose(ours, np.reshape(theirs, ours.shape), rtol=1e-9, atol=1e-9)


@by_name
def test_density_of_numbers_sums_to_one(example: Example):
    family, natural = example.family, example.natural
    if family.value_dims != ():
        pytest.skip("a value is no number")

    def density(x: float) -> float:
        return float(np.exp(family.log_density(natural, np.asarray(x))))

    if family.support == "integer":
        states = getattr(family, "k", getattr(family, "total", 1) + 1)
        states = 150 if "Poisson" in type(family).__name__ else states
        total = np.exp(family.log_density(natural, np.arange(states))).sum()
    else:
        low, high = {"positive": (0, np.inf), "unit": (0, 1)}.get(family.support, (-np.inf, np.inf))
        low, high = (-np.pi, np.pi) if type(family).__name__ == "VonMises" else (low, high)
        total = integrate.quad(density, low, high)[0]
    assert total == pytest.approx(1, abs=1e-6)


@by_name
def test_means_are_the_gradient_of_the_log_partition(example: Example):
    with double_precision():
        gradient = example.family.mean_by_gradient(example.natural)
    np.testing.assert_allclose(flat(example.family.to_mean(example.natural)), flat(gradient), rtol=1e-8, atol=1e-9)


@by_name
def test_means_are_finite_differences_of_the_log_partition(example: Example):
    family, natural = example.family, jax.tree.map(lambda leaf: np.asarray(leaf, float), example.natural)
    parts, build = jax.tree.flatten(natural)
    mean, step = flat(family.to_mean(natural)), 1e-5
    found = []
    for position, part in enumerate(parts):
        for index in np.ndindex(part.shape):
            sides = []
            for sign in (1, -1):
                moved = [leaf.copy() for leaf in parts]
                moved[position][index] += sign * step
                sides.append(family.log_partition(build.unflatten(moved)))
            found.append((sides[0] - sides[1]) / (2 * step))
    np.testing.assert_allclose(found, mean, rtol=1e-6, atol=1e-6)


@by_name
def test_means_are_those_of_draws(example: Example):
    family, natural = example.family, example.natural
    with double_precision():
        draws = family.statistics(family.sample(1, natural, (DRAWS,)))
    for drawn, mean in zip(leaves(draws), leaves(family.to_mean(natural)), strict=True):
        error = np.std(drawn, axis=0) / np.sqrt(DRAWS)
        assert np.all(np.abs(np.mean(drawn, axis=0) - mean) < 5 * error + 1e-12)


@by_name
def test_natural_parameters_come_back_from_means(example: Example):
    family = example.family
    if not isinstance(family, Invertible):
        pytest.skip("not invertible")
    mean = family.to_mean(example.natural)
    natural = family.to_natural(mean)
    np.testing.assert_allclose(flat(family.to_mean(natural)), flat(mean), rtol=1e-8, atol=1e-10)
    if example.exact:
        np.testing.assert_allclose(flat(natural), flat(example.natural), rtol=1e-6, atol=1e-8)


@by_name
def test_entropy_is_that_of_draws(example: Example):
    family, natural = example.family, example.natural
    try:
        entropy = family.entropy(natural)
    except NoClosedForm:
        assert "Poisson" in type(family).__name__
        return
    surprise = -family.log_density(natural, family.sample(2, natural, (DRAWS,)))
    assert abs(surprise.mean() - entropy) < 5 * surprise.std() / np.sqrt(DRAWS) + 1e-9


@by_name
def test_negative_entropy_is_the_conjugate_of_the_log_partition(example: Example):
    family = example.family
    if not isinstance(family, Invertible):
        pytest.skip("not invertible")
    mean = family.to_mean(example.natural)
    expected = family.inner(example.natural, mean) - family.log_partition(example.natural)
    np.testing.assert_allclose(family.negative_entropy(mean), expected, rtol=1e-8, atol=1e-8)


@by_name
def test_relative_entropy_is_zero_at_itself_and_positive_elsewhere(example: Example):
    family, natural = example.family, example.natural
    other = jax.tree.map(lambda leaf: np.asarray(leaf) * 1.1, natural)
    assert family.relative_entropy(natural, natural) == pytest.approx(0, abs=1e-10)
    if np.any(flat(natural)):
        divergence = family.relative_entropy(natural, other)
        values = family.sample(3, natural, (DRAWS,))
        ratio = family.log_density(natural, values) - family.log_density(other, values)
        assert divergence > 0
        assert abs(ratio.mean() - divergence) < 5 * ratio.std() / np.sqrt(DRAWS) + 1e-9


@by_name
def test_matrix_valued_gradients_are_symmetric_even_off_the_diagonal(example: Example):
    family = example.family
    with double_precision():
        pairs = zip(leaves(family.mean_by_gradient(example.natural)), leaves(example.natural), strict=True)
        for leaf, natural in pairs:
            # An interaction is a matrix too, but of no symmetry.
            if leaf.ndim >= 2 and np.array_equal(natural, np.swapaxes(natural, -1, -2)):
                np.testing.assert_allclose(leaf, np.swapaxes(leaf, -1, -2), atol=1e-12)


@by_name
def test_plates_are_many_at_once(example: Example):
    family, natural = example.family, example.natural
    many = jax.tree.map(lambda leaf: np.broadcast_to(leaf, (2, 3, *np.shape(leaf))), natural)
    assert family.plates(many) == (2, 3)
    np.testing.assert_allclose(family.log_partition(many), np.broadcast_to(family.log_partition(natural), (2, 3)))
    for plated, single in zip(leaves(family.to_mean(many)), leaves(family.to_mean(natural)), strict=True):
        np.testing.assert_allclose(plated, np.broadcast_to(single, plated.shape))
    values = family.sample(4, many, (5,))
    first = jax.tree.leaves(values)[0]
    assert first.shape[:3] == (5, 2, 3)
    assert family.log_density(many, values).shape == (5, 2, 3)


@by_name
def test_the_same_seed_gives_the_same_draws(example: Example):
    family, natural = example.family, example.natural
    first, second = (jax.tree.leaves(family.sample(7, natural, (3,))) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


@by_name
def test_answers_are_numpy_arrays_in_double_precision(example: Example):
    answer = example.family.log_partition(example.natural)
    assert isinstance(answer, np.ndarray)
    assert answer.dtype == np.float64


@by_name
def test_no_draw_has_a_higher_density_than_the_mode(example: Example):
    family, natural = example.family, example.natural
    try:
        mode = family.mode(natural)
    except NoClosedForm:
        pytest.skip("no mode is stated")
    if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(mode)):
        # A density that grows without bound at an edge; it has a mode for concentrations above one.
        natural = jax.tree.map(np.abs, natural)
        mode = family.mode(natural)
    values = family.sample(4, natural, (2000,))
    assert np.all(family.log_density(natural, values) <= family.log_density(natural, mode) + 1e-9)
    near = jax.tree.map(lambda leaf, best: 0.999 * best + 0.001 * leaf, values, mode)
    if family.support != "integer":
        assert np.all(family.log_density(natural, near) <= family.log_density(natural, mode) + 1e-12)
