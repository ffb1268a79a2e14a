"""Moments of one type from those of another: the shortest path, and what every converter promises."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import whyboard as wb
from whyboard import families as f
from whyboard import registry
from whyboard.families.moments import leaves
from whyboard.precision import double_precision


class Celsius(NamedTuple):
    degrees: Any


class Kelvin(NamedTuple):
    degrees: Any


class Rankine(NamedTuple):
    degrees: Any


@pytest.fixture
def temperatures():
    before = list(registry.converters)
    wb.register_converter(Celsius, Kelvin, lambda x: Kelvin(x.degrees + 273.15))
    wb.register_converter(Kelvin, Rankine, lambda x: Rankine(x.degrees * 1.8))
    yield
    for name in [name for name in registry.converters if name not in before]:
        registry.converters.unregister(name)


@pytest.mark.usefixtures("temperatures")
def test_converters_are_chained():
    assert wb.convert(Celsius(0.0), Rankine).degrees == pytest.approx(491.67)


@pytest.mark.usefixtures("temperatures")
def test_the_shortest_path_is_taken():
    wb.register_converter(Celsius, Rankine, lambda x: Rankine(x.degrees * 0 - 1.0))
    assert wb.convert(Celsius(0.0), Rankine) == Rankine(-1.0)


def test_moments_of_the_type_that_is_wanted_stay_as_they_are():
    moments = f.PositiveMoments(1.0, -0.5)
    assert wb.convert(moments, f.PositiveMoments) is moments


@pytest.mark.usefixtures("temperatures")
def test_without_a_path_the_error_names_both_types_and_the_way_out():
    with pytest.raises(f.NoConverter, match=r"Celsius do not follow from Kelvin; wb.register_converter\("):
        wb.convert(Kelvin(1.0), Celsius)


def test_numbers_become_constants_with_the_right_moments():
    positive = wb.convert(2.0, f.PositiveMoments)
    np.testing.assert_allclose([positive.first, positive.log], [2.0, np.log(2.0)])
    matrix = wb.convert(np.diag([2.0, 3.0]), f.MatrixMoments)
    assert matrix.log_det == pytest.approx(np.log(6.0))
    np.testing.assert_allclose(wb.convert([0.2, 0.8], f.SimplexMoments).log, np.log([0.2, 0.8]))
    assert wb.convert(3.0, f.NormalMoments).second == pytest.approx(9.0)


VALUES = {
    "BinaryMoments -> NormalMoments": ([0, 1], lambda x: x),
    "BinaryMoments -> CountMoments": ([0, 1], lambda x: np.eye(2)[x]),
    "CountMoments -> NormalMoments": (np.eye(3), lambda x: x.argmax(-1)),
    "CountMoments -> BinaryMoments": (np.eye(2), lambda x: x[..., 1]),
    "NormalMoments -> FirstMoment": ([0.3, -2.0], lambda x: x),
    "PositiveMoments -> FirstMoment": ([0.3, 2.0], lambda x: x),
    "UnitMoments -> SimplexMoments": ([0.3, 0.9], lambda x: np.stack([1 - x, x], -1)),
    "SimplexMoments -> UnitMoments": ([[0.3, 0.7], [0.6, 0.4]], lambda x: x[..., 1]),
    "MatrixMoments -> PositiveMoments": ([[[2.0]], [[0.3]]], lambda x: x[..., 0, 0]),
    "PositiveMoments -> MatrixMoments": ([0.3, 2.0], lambda x: x[..., None, None]),
}


def test_every_converter_is_held_to_its_laws():
    assert set(registry.converters) == VALUES.keys()


@pytest.mark.parametrize("name", VALUES)
def test_a_converter_takes_the_moments_of_a_value_to_those_of_the_same_value_and_is_affine(name):
    step: Any = registry.converters[name]
    values, same = np.asarray(VALUES[name][0]), VALUES[name][1]
    with double_precision():
        moments = wb.convert(values.astype(float), step.source)
        found, expected = step.map(moments), wb.convert(np.asarray(same(values), float), step.target)
        assert type(found) is step.target
        for ours, theirs in zip(leaves(found), leaves(expected), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-12)
        mean = jax.tree.map(lambda leaf: jnp.mean(leaf, 0), moments)
        for ours, theirs in zip(leaves(step.map(mean)), leaves(found), strict=True):
            np.testing.assert_allclose(ours, np.mean(theirs, 0), rtol=1e-6, atol=1e-12)


def test_what_has_no_counterpart_is_refused():
    with pytest.raises(f.NoConverter, match="only one category of two is a yes or no, and there are 3"):
        wb.convert(f.CountMoments(np.full(3, 1 / 3)), f.BinaryMoments)
    with pytest.raises(f.NoConverter, match=r"only a matrix of one element is a positive number, and it is \(2, 2\)"):
        wb.convert(f.MatrixMoments(np.eye(2), 0.0), f.PositiveMoments)
