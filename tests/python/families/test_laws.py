"""What every family promises, whatever it is a family of. A new family only adds a line to `examples.py`."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np
import pytest
from examples import EXAMPLES, Example
from scipy import integrate

from whyboard import registry
from whyboard.families import CircularMoments, Family, Invertible, NoClosedForm, VonMises
from whyboard.families.moments import leaves
from whyboard.precision import double_precision

DRAWS, PLATES = 7_000, (2, 3)
"""Drawn for each of several equal plates, so that one program draws for every law."""


def those(holds: Callable[[Example], bool] = lambda _: True) -> pytest.MarkDecorator:
    """The examples for which a law holds."""
    return pytest.mark.parametrize("example", [*filter(holds, EXAMPLES)], ids=lambda example: example.name)


class Drawn(NamedTuple):
    """Equal natural parameters on all plates, ``(DRAWS, *plates, *event)`` values, and their log densities."""

    natural: Any
    values: Any
    log_density: np.ndarray


@functools.cache
def drawn(name: str) -> Drawn:
    example = next(each for each in EXAMPLES if each.name == name)
    many = jax.tree.map(lambda leaf: np.broadcast_to(leaf, (*PLATES, *np.shape(leaf))), example.natural)
    values = example.family.sample(1, many, (DRAWS,))
    return Drawn(many, values, example.family.log_density(many, values))


def error(values: Any) -> Any:
    """The standard error of the mean of draws."""
    values = np.reshape(values, (DRAWS * math.prod(PLATES), *np.shape(values)[1 + len(PLATES) :]))
    return np.std(values, axis=0) / np.sqrt(len(values))


def flat(coordinates) -> np.ndarray:
    return np.concatenate([np.ravel(np.asarray(leaf, float)) for leaf in leaves(coordinates)])


def test_every_family_is_held_to_the_laws():
    assert {type(example.family) for example in EXAMPLES} >= set(registry.families.values())


@those(lambda example: example.scipy is not None)
def test_density_is_that_of_scipy(example: Example):
    _, values, log_density = drawn(example.name)
    assert example.scipy is not None
    theirs = [np.squeeze(example.scipy(value)) for value in values[:20, 0, 0]]
    np.testing.assert_allclose(log_density[:20, 0, 0], theirs, rtol=1e-9, atol=1e-9)


@those(lambda example: example.family.value_dims == ())
def test_density_of_numbers_sums_to_one(example: Example):
    family, natural = example.family, example.natural

    def density(x: float) -> float:
        return float(np.exp(family.log_density(natural, np.asarray(x))))

    if family.support == "integer":
        states = getattr(family, "k", getattr(family, "total", 1) + 1)
        states = 150 if "Poisson" in type(family).__name__ else states
        total = np.exp(family.log_density(natural, np.arange(states))).sum()
    else:
        low, high = {"positive": (0, np.inf), "nonnegative": (0, np.inf), "unit": (0, 1)}.get(
            family.support, (-np.inf, np.inf)
        )
        low, high = (-np.pi, np.pi) if type(family).__name__ == "VonMises" else (low, high)
        total = integrate.quad(density, low, high)[0]
    assert total == pytest.approx(1, abs=1e-6)


@those()
def test_means_are_the_gradient_of_the_log_partition(example: Example):
    with double_precision():
        gradient = example.family.mean_by_gradient(example.natural)
    np.testing.assert_allclose(flat(example.family.to_mean(example.natural)), flat(gradient), rtol=1e-8, atol=1e-9)


@those()
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


@those()
def test_means_are_those_of_draws(example: Example):
    family, axes = example.family, tuple(range(1 + len(PLATES)))
    _, values, log_density = drawn(example.name)
    assert np.isfinite(log_density).all()
    with double_precision():
        draws = family.statistics(values)
    for statistic, mean in zip(leaves(draws), leaves(family.to_mean(example.natural)), strict=True):
        assert np.all(np.abs(np.mean(statistic, axis=axes) - mean) < 5 * error(statistic) + 1e-12)


@those(lambda example: isinstance(example.family, Invertible))
def test_natural_parameters_come_back_from_means(example: Example):
    family = example.family
    mean = family.to_mean(example.natural)
    natural = family.to_natural(mean)
    np.testing.assert_allclose(flat(family.to_mean(natural)), flat(mean), rtol=1e-8, atol=1e-10)
    if example.exact:
        np.testing.assert_allclose(flat(natural), flat(example.natural), rtol=1e-6, atol=1e-8)


@those()
def test_entropy_is_that_of_draws(example: Example):
    family, natural = example.family, example.natural
    try:
        entropy = family.entropy(natural)
    except NoClosedForm:
        assert "Poisson" in type(family).__name__
        return
    surprise = -drawn(example.name).log_density
    assert abs(surprise.mean() - entropy) < 5 * error(surprise) + 1e-9


@those(lambda example: isinstance(example.family, Invertible))
def test_negative_entropy_is_the_conjugate_of_the_log_partition(example: Example):
    family = example.family
    mean = family.to_mean(example.natural)
    expected = family.inner(example.natural, mean) - family.log_partition(example.natural)
    np.testing.assert_allclose(family.negative_entropy(mean), expected, rtol=1e-8, atol=1e-8)


@those()
def test_relative_entropy_is_zero_at_itself_and_positive_elsewhere(example: Example):
    family, natural = example.family, example.natural
    other = jax.tree.map(lambda leaf: np.asarray(leaf) * 1.1, natural)
    assert family.relative_entropy(natural, natural) == pytest.approx(0, abs=1e-10)
    if np.any(flat(natural)):
        divergence = family.relative_entropy(natural, other)
        many, values, log_density = drawn(example.name)
        ratio = log_density - family.log_density(jax.tree.map(lambda leaf: leaf * 1.1, many), values)
        assert divergence > 0
        assert abs(ratio.mean() - divergence) < 5 * error(ratio) + 1e-9


@those()
def test_matrix_valued_gradients_are_symmetric_even_off_the_diagonal(example: Example):
    family = example.family
    with double_precision():
        pairs = zip(leaves(family.mean_by_gradient(example.natural)), leaves(example.natural), strict=True)
        for leaf, natural in pairs:
            # An interaction is a matrix too, but of no symmetry.
            if leaf.ndim >= 2 and np.array_equal(natural, np.swapaxes(natural, -1, -2)):
                np.testing.assert_allclose(leaf, np.swapaxes(leaf, -1, -2), atol=1e-12)


@those()
def test_plates_are_many_at_once(example: Example):
    family, natural = example.family, example.natural
    many, values, log_density = drawn(example.name)
    assert family.plates(many) == PLATES
    np.testing.assert_allclose(family.log_partition(many), np.broadcast_to(family.log_partition(natural), PLATES))
    for plated, single in zip(leaves(family.to_mean(many)), leaves(family.to_mean(natural)), strict=True):
        np.testing.assert_allclose(plated, np.broadcast_to(single, plated.shape))
    assert all(leaf.shape[:3] == (DRAWS, *PLATES) for leaf in jax.tree.leaves(values))
    one = jax.tree.map(lambda leaf: leaf[0, 1, 2], values)
    np.testing.assert_allclose(family.log_density(natural, one), log_density[0, 1, 2], rtol=1e-9, atol=1e-9)


@those()
def test_the_same_seed_gives_the_same_draws(example: Example):
    many, values, _ = drawn(example.name)
    again = example.family.sample(1, many, (DRAWS,))
    for a, b in zip(jax.tree.leaves(again), jax.tree.leaves(values), strict=True):
        np.testing.assert_array_equal(a, b)


@those()
def test_answers_are_numpy_arrays_in_double_precision(example: Example):
    answer = example.family.log_partition(example.natural)
    assert isinstance(answer, np.ndarray)
    assert answer.dtype == np.float64


def states_a_mode(example: Example) -> bool:
    if type(example.family).mode is not Family.mode:
        return True
    try:
        example.family.states()
    except NoClosedForm:
        return False
    return True


@those(states_a_mode)
def test_no_draw_has_a_higher_density_than_the_mode(example: Example):
    family, natural = example.family, example.natural
    mode = family.mode(natural)
    many, values, log_density = drawn(example.name)
    if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(mode)):
        # A density that grows without bound at an edge; it has a mode for concentrations above one.
        natural, many = jax.tree.map(np.abs, (natural, many))
        mode, values = family.mode(natural), family.sample(4, many, (DRAWS,))
        log_density = family.log_density(many, values)
    best = family.log_density(natural, mode)
    assert np.all(log_density <= best + 1e-9)
    near = jax.tree.map(lambda leaf, best: 0.999 * best + 0.001 * leaf, values, mode)
    if family.support != "integer":
        assert np.all(family.log_density(many, near) <= best + 1e-12)


def test_angles_without_direction_have_the_variance_of_the_circle():
    def along(cos: jax.Array) -> jax.Array:
        return VonMises().log_partition(CircularMoments(cos, 0.0))

    with double_precision():
        np.testing.assert_allclose(jax.hessian(along)(0.0), 0.5)
        np.testing.assert_allclose(jax.hessian(along)(0.0099), jax.hessian(along)(0.0101), rtol=1e-5)
