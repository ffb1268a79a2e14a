"""What the methods of families are given: lists become arrays, and shapes are checked before anything is computed.

The name of a parameter says what it is (`natural`, `mean`, `value`, `xs`, ...), and a class says by `spaces` what these
names stand for, so that no method checks anything itself. Shapes are known while tracing, so programs are told as well.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from whyboard.errors import ParameterError, ShapeError
from whyboard.families.space import Space, Where, told
from whyboard.precision import InDoublePrecision

_RUNGS = {
    "Conjugated": "a conjugated harmonium, such as Mixture(Normal(2), 3)",
    "HarmoniumFamily": "a harmonium, such as Mixture(Normal(2), 3)",
    "Embedding": "an embedding, such as Identity(Normal(2))",
}


class Checked(InDoublePrecision):
    """A class whose public methods are given what its `spaces` admit; a frozen dataclass whose fields are checked."""

    @functools.cached_property
    def spaces(self) -> Mapping[str, Space]:
        """What the parameters of methods are, by name."""
        return {}

    def __init_subclass__(cls) -> None:
        for name, member in list(vars(cls).items()):
            if isinstance(member, types.FunctionType) and not name.startswith("_"):
                setattr(cls, name, _checked(member))
        super().__init_subclass__()

    def __post_init__(self) -> None:
        """Sizes are whole numbers, and members are families.

        Raises:
            ParameterError: if they are not.
        """
        for name, (hint, optional) in _hints(type(self)).items():
            value = getattr(self, name)
            if value is None and optional:
                continue
            if hint is int:
                object.__setattr__(self, name, _size(self, name, value))
            elif not isinstance(value, hint):
                rung = _RUNGS.get(hint.__name__, "a family, such as Normal(2)")
                shown = getattr(value, "__name__", repr(value))
                raise ParameterError(f"{type(self).__name__} got {name}={shown}. Expected {rung}.")


def _checked(method: Callable[..., Any]) -> Callable[..., Any]:
    _, *names = inspect.signature(method).parameters

    @functools.wraps(method)
    def call(itself: Any, *arguments: Any, **keywords: Any) -> Any:
        spaces, admitted = itself.spaces, []

        def admit(name: str, given: Any) -> Any:
            if name not in spaces:
                return given
            where = Where(itself, method.__name__, name)
            given = spaces[name].admit(where, given)
            admitted.append((where, spaces[name], given))
            return given

        positional = [admit(*pair) for pair in zip(names, arguments, strict=False)]
        keywords = {name: admit(name, given) for name, given in keywords.items()}
        _meet(admitted)
        # What is too many is left for Python to complain about.
        return method(itself, *positional, *arguments[len(positional) :], **keywords)

    return call


def _meet(admitted: list[tuple[Where, Space, Any]]) -> None:
    plates: tuple[int, ...] = ()
    for where, space, given in admitted:
        try:
            plates = np.broadcast_shapes(plates, space.plates(given))
        except ValueError:
            raise ShapeError(
                f"{where} of shape {told(given)}, whose plates do not broadcast with each other or with the plates "
                f"{plates} of the arguments before it."
            ) from None


@functools.cache
def _hints(kind: Any) -> dict[str, tuple[Any, bool]]:
    """The fields that are checked, sizes and families, and whether they may be absent."""
    found: dict[str, tuple[Any, bool]] = {}
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        hint = hints[field.name]
        alternatives = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        for each in alternatives:
            if isinstance(each, type) and (each is int or issubclass(each, Checked)):
                found[field.name] = (each, types.NoneType in alternatives)
    return found


def _size(owner: Any, name: str, value: Any) -> int:
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= 1:
        return int(value)
    raise ParameterError(f"{type(owner).__name__} got {name}={value!r}. Expected a whole number of at least 1.")
