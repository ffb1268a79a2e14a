"""Options of a method: whether what is given is of the kind that its solver states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from whyboard.errors import SolverError


def check_option(method: str, option: Mapping[str, Any], value: Any) -> None:
    """Refuse a value that is not of the type of an option; its default is always allowed.

    Raises:
        SolverError: names the option, what was expected and what it got.
    """
    kind = _KINDS.get(option["type"])
    if kind is None or (value is None and option["default"] is None):
        return
    holds, expected = kind
    if not holds(value):
        raise SolverError(f"{method} got {option['name']}={value!r}. Expected {expected}.")


def _integer(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool | np.bool_)


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_) and bool(np.isfinite(float(value)))


def _numbers(value: Any) -> bool:
    return isinstance(value, list | tuple | np.ndarray) and all(_number(each) for each in np.asarray(value).tolist())


_KINDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "int": (_integer, "an integer"),
    "float": (_number, "a number"),
    "bool": (lambda value: isinstance(value, bool | np.bool_), "True or False"),
    "list": (_numbers, "a list of numbers"),
    "variables": (lambda value: isinstance(value, list | tuple | set | frozenset), "a list of variables"),
    "groups": (
        lambda value: isinstance(value, list | tuple) and all(isinstance(group, list | tuple) for group in value),
        "groups of variables, such as [(g.mu, g.tau)]",
    ),
}
