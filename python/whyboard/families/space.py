"""What an argument of a method may be: coordinates, values, rows to learn from, seeds, numbers of draws.

Each space makes arrays of what is given, or says in words what was expected.
"""

from __future__ import annotations

import contextlib
import operator
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from whyboard.errors import DataError, ParameterError, ShapeError


class Where(NamedTuple):
    """Which argument of which method it is about."""

    owner: Any
    method: str
    argument: str

    def __str__(self) -> str:
        return f"{self.method} of {self.owner!r} got {self.argument}"


class Space(ABC):
    """What an argument may be."""

    @abstractmethod
    def admit(self, where: Where, given: Any) -> Any:
        """The argument as arrays.

        Raises:
            WhyboardError: if it is something else.
        """

    def plates(self, given: Any) -> tuple[int, ...]:
        """The plates of what was admitted, which those of other arguments have to broadcast with."""
        del given
        return ()


@dataclass(frozen=True)
class Points(Space):
    """Natural parameters or means: as a template of something, with any plates in front of every leaf."""

    owner: Any
    named: str = "templates"
    """The property of it that has them."""

    def admit(self, where: Where, given: Any) -> Any:
        template = self._template(given)
        try:
            return _filled(template, given)
        except _OtherwiseError:
            raise ShapeError(f"{where}={told(given)}. Expected {told(template)}, with any plates in front.") from None

    def plates(self, given: Any) -> tuple[int, ...]:
        pairs = zip(jax.tree.leaves(given), jax.tree.leaves(self._template(given)), strict=True)
        return np.broadcast_shapes(*(np.shape(leaf)[: np.ndim(leaf) - len(like.shape)] for leaf, like in pairs))

    def _template(self, given: Any) -> Any:
        first, *others = getattr(self.owner, self.named)
        return next((each for each in others if getattr(each, "_fields", 0) == getattr(given, "_fields", 1)), first)


@dataclass(frozen=True)
class Values(Space):
    """Values of a family, with any plates in front."""

    family: Any

    def admit(self, where: Where, given: Any) -> Any:
        try:
            return _valued(self.family.value_dims, given)
        except _OtherwiseError:
            raise ShapeError(
                f"{where} of shape {told(given)}. Expected {_shapes(self.family.value_dims, '...')}: values of "
                f"{self.family!r} with any plates in front."
            ) from None

    def plates(self, given: Any) -> tuple[int, ...]:
        return plates_of(self.family.value_dims, given)


@dataclass(frozen=True)
class Within(Values):
    """Values that the family has: what depends on them has no meaning for others."""

    def admit(self, where: Where, given: Any) -> Any:
        values = super().admit(where, given)
        self.look(where, values)
        return values

    def look(self, where: Where, values: Any) -> None:
        """At the numbers, where they are known.

        Raises:
            DataError: if some are none of the family.
        """
        inside = self.family.contains(values)
        if isinstance(inside, Tracer):
            return
        outside = np.argwhere(~np.asarray(inside))
        if len(outside):
            place = tuple(int(n) for n in outside[0])
            value = jax.tree.map(lambda leaf: np.asarray(leaf)[place].tolist(), values)
            first = f", the first in row {', '.join(map(str, place))}" if place else ""
            raise DataError(
                f"{where} with {len(outside)} values that {self.family!r} does not have{first}: {value}. Leave them "
                f"out, or choose another family."
            )


@dataclass(frozen=True)
class Rows(Within):
    """Observed values to learn from, along a first plate; along more of them where rows are sequences."""

    sequences: bool = False

    def admit(self, where: Where, given: Any) -> Any:
        axis = "..., length" if self.sequences else "rows"
        expected = f"Expected {_shapes(self.family.value_dims, axis)}: values of {self.family!r} along a first axis."
        try:
            rows = _valued(self.family.value_dims, given)
            plates = plates_of(self.family.value_dims, rows)
        except (_OtherwiseError, ValueError):
            raise DataError(f"{where} of shape {told(given)}. {expected}") from None
        if 0 in plates or not (len(plates) == 1 or (plates and self.sequences)):
            raise DataError(f"{where} of shape {told(given)}. {expected}")
        self.look(where, rows)
        return rows

    def plates(self, given: Any) -> tuple[int, ...]:
        del given
        return ()

    def look(self, where: Where, values: Any) -> None:
        """Also for what is missing: nothing can be learned from it."""
        leaves = [leaf for leaf in jax.tree.leaves(values) if not isinstance(leaf, Tracer)]
        bad = sum(int((~np.isfinite(leaf)).sum()) for leaf in leaves)
        if bad:
            raise DataError(
                f"{where} with {bad} numbers that are missing or infinite. Expected finite ones; leave out these rows, "
                f"or use a graph, where missing entries are inferred."
            )
        super().look(where, values)


class Seeds(Space):
    """A seed, or a jax key."""

    def admit(self, where: Where, given: Any) -> Any:
        if isinstance(given, int | np.integer | np.ndarray | jax.Array) and not isinstance(given, bool):
            return given
        raise ParameterError(f"{where}={told(given)}. Expected a seed, which is a whole number, or a jax key.")


class Counts(Space):
    """How often something is done."""

    def admit(self, where: Where, given: Any) -> int:
        if isinstance(given, int | np.integer) and not isinstance(given, bool) and given >= 1:
            return int(given)
        raise ParameterError(f"{where}={given!r}. Expected a whole number of at least 1.")


class Shapes(Space):
    """How many draws: a tuple of whole numbers, or one."""

    def admit(self, where: Where, given: Any) -> Any:
        try:
            return tuple(map(operator.index, given if isinstance(given, tuple | list) else (given,)))
        except TypeError:
            raise ParameterError(f"{where}={given!r}. Expected whole numbers, such as (3,).") from None


class _OtherwiseError(Exception):
    """An argument is not what was expected; its space says so in words."""


def plates_of(dims: Any, values: Any) -> tuple[int, ...]:
    """The plates of values whose events have these shapes."""
    if all(isinstance(size, int) for size in dims):
        return np.shape(values)[: np.ndim(values) - len(dims)]
    return np.broadcast_shapes(*(plates_of(*pair) for pair in zip(dims, values, strict=True)))


def _filled(template: Any, given: Any) -> Any:
    """Coordinates as arrays with the structure and the event shapes of a template."""
    if isinstance(template, tuple):
        fields = getattr(template, "_fields", None)
        alike = isinstance(given, tuple | list) and getattr(given, "_fields", None) == fields
        if not alike or len(given) != len(template):
            raise _OtherwiseError
        parts = [_filled(*pair) for pair in zip(template, given, strict=True)]
        return type(given)(*parts) if fields else tuple(parts)
    return _ending_in(template.shape, given)


def _valued(dims: Any, given: Any) -> Any:
    if all(isinstance(size, int) for size in dims):
        return _ending_in(dims, given)
    if not isinstance(given, tuple | list) or len(given) != len(dims):
        raise _OtherwiseError
    return tuple(_valued(*pair) for pair in zip(dims, given, strict=True))


def _ending_in(dim: tuple[int, ...], given: Any) -> Any:
    array = _array(given)
    shape = np.shape(array)
    if len(shape) < len(dim) or shape[len(shape) - len(dim) :] != dim:
        raise _OtherwiseError
    return array


def _array(given: Any) -> Any:
    """Numbers as they are; lists, tables and whatever else holds numbers as an array."""
    if isinstance(given, jax.Array | jax.ShapeDtypeStruct | int | float | np.number | np.bool_):
        return given
    if isinstance(given, np.ndarray) and given.dtype.kind in "biuf":
        return given
    try:
        if any(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(given)):
            return jnp.asarray(given)
        found = np.asarray(given)
        return jnp.asarray(found if found.dtype.kind in "biuf" else np.asarray(given, float))
    except (TypeError, ValueError):
        raise _OtherwiseError from None


def told(given: Any) -> str:
    """Named tuples of shapes; whatever has none by its type."""
    if isinstance(given, tuple):
        names = getattr(given, "_fields", None)
        parts = [told(part) for part in given]
        if names:
            parts = [f"{name}={part}" for name, part in zip(names, parts, strict=True)]
            return f"{type(given).__name__}({', '.join(parts)})"
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    if isinstance(given, list):
        with contextlib.suppress(ValueError):
            return str(np.shape(given))
    shape, dtype = (getattr(given, name, None) for name in ("shape", "dtype"))
    if shape is None:
        return repr(given)
    return f"{shape}" if getattr(dtype, "kind", "f") in "biuf" else f"{shape} of {dtype}"


def _shapes(dims: Any, plates: str) -> str:
    if all(isinstance(size, int) for size in dims):
        return f"({', '.join([plates, *map(str, dims)])}{',' if not dims else ''})"
    return f"({', '.join(_shapes(dim, plates) for dim in dims)})"
