"""Converters: moments of one type from those of another, along the shortest path of what is registered.

They are what makes a variable a parent where another type is expected; messages go back through their derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from whyboard import registry
from whyboard.errors import WhyboardError
from whyboard.families.known import event_axes, known_moments
from whyboard.families.moments import (
    BinaryMoments,
    CountMoments,
    FirstMoment,
    MatrixMoments,
    NormalMoments,
    PositiveMoments,
    SimplexMoments,
    UnitMoments,
)


class NoConverter(WhyboardError, TypeError):
    """Moments of one type do not follow from those of another, or not for values of this shape."""


class Converter(NamedTuple):
    """One step: ``map`` is affine and takes leaves ``(*plates, *dims)``; event axes may become plates, and back."""

    source: type
    target: type
    map: Callable[[Any], Any]


class Path(NamedTuple):
    """Converters one after the other; a function of moments."""

    steps: tuple[Converter, ...]

    def __call__(self, moments: Any) -> Any:
        for step in self.steps:
            moments = step.map(moments)
        return moments


def register_converter(source: type, target: type, map: Callable[[Any], Any]) -> None:  # noqa: A002
    """Let variables with moments of one type stand where another one is expected.

    Args:
        source: a moments type.
        target: a moments type.
        map: a function of the moments, affine in them; leaves are ``(*plates, *dims)`` on both sides. What it returns
            belongs to the same values, or to values that have axes of length one more or less. It raises `NoConverter`
            for shapes that it has nothing for.
    """
    step = Converter(source, target, map)
    registry.converters.register(f"{source.__name__} -> {target.__name__}", step)


def path(source: type, target: type) -> Path | None:
    """The shortest way from one moments type to another; empty if they are the same, ``None`` if there is none."""
    steps: list[Any] = registry.converters.values()
    found: dict[type, tuple[Converter, ...]] = {source: ()}
    front = [source]
    while front and target not in found:
        reached = [(each, step) for each in front for step in steps if step.source is each]
        front = []
        for each, step in reached:
            if step.target not in found:
                found[step.target] = (*found[each], step)
                front.append(step.target)
    return Path(found[target]) if target in found else None


def convert(moments: Any, target: type) -> Any:
    """Moments in another type; a number or an array is a value that is known.

    Args:
        moments: of any registered type, or an array ``(*plates, *event)``.
        target: the moments type that is wanted.

    Raises:
        NoConverter: names both types and says how to add a way.
    """
    if isinstance(moments, float | int | list | np.ndarray | jnp.ndarray):
        return known_moments(target, jnp.asarray(moments), event_axes(target))
    way = path(type(moments), target)
    if way is None:
        raise NoConverter(
            f"{target.__name__} do not follow from {type(moments).__name__}; {way_out(type(moments), target)}."
        )
    return way(moments)


def no_way(source: type, target: type) -> str:
    """What is missing between two types, and how to add it."""
    return f"{target.__name__} are expected there, and it has {source.__name__}; {way_out(source, target)}"


def way_out(source: type, target: type) -> str:
    """How to let one type stand where the other is expected."""
    return f"wb.register_converter({source.__name__}, {target.__name__}, map) adds a way"


# --- what is a number, too -----------------------------------------------------------------------------------------

register_converter(BinaryMoments, NormalMoments, lambda x: NormalMoments(x.first, x.first))
register_converter(NormalMoments, FirstMoment, lambda x: FirstMoment(x.first))
register_converter(PositiveMoments, FirstMoment, lambda x: FirstMoment(x.first))


def _category_number(x: CountMoments) -> NormalMoments:
    """Categories are numbered from 0."""
    number = jnp.arange(x.counts.shape[-1], dtype=float)
    return NormalMoments(x.counts @ number, x.counts @ number**2)


register_converter(CountMoments, NormalMoments, _category_number)


# --- two of something ----------------------------------------------------------------------------------------------


def _binary_category(x: BinaryMoments) -> CountMoments:
    return CountMoments(jnp.stack([1 - jnp.asarray(x.first), jnp.asarray(x.first)], axis=-1))


def _category_binary(x: CountMoments) -> BinaryMoments:
    _require_two(x.counts, "category")
    return BinaryMoments(x.counts[..., 1])


def _unit_simplex(x: UnitMoments) -> SimplexMoments:
    """The share of what is not, then the share itself, as a Bernoulli variable is 0 or 1."""
    return SimplexMoments(jnp.stack([jnp.asarray(x.log_complement), jnp.asarray(x.log)], axis=-1))


def _simplex_unit(x: SimplexMoments) -> UnitMoments:
    _require_two(x.log, "share")
    return UnitMoments(x.log[..., 1], x.log[..., 0])


def _require_two(array: Any, noun: str) -> None:
    if array.shape[-1] != 2:
        raise NoConverter(f"only one {noun} of two is a yes or no, and there are {array.shape[-1]}")


register_converter(BinaryMoments, CountMoments, _binary_category)
register_converter(CountMoments, BinaryMoments, _category_binary)
register_converter(UnitMoments, SimplexMoments, _unit_simplex)
register_converter(SimplexMoments, UnitMoments, _simplex_unit)


# --- matrices of one element ---------------------------------------------------------------------------------------


def _matrix_number(x: MatrixMoments) -> PositiveMoments:
    if x.first.shape[-2:] != (1, 1):
        raise NoConverter(f"only a matrix of one element is a positive number, and it is {x.first.shape[-2:]}")
    return PositiveMoments(x.first[..., 0, 0], x.log_det)


def _number_matrix(x: PositiveMoments) -> MatrixMoments:
    return MatrixMoments(jnp.asarray(x.first)[..., None, None], x.log)


register_converter(MatrixMoments, PositiveMoments, _matrix_number)
register_converter(PositiveMoments, MatrixMoments, _number_matrix)
