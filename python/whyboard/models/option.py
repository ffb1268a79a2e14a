"""Options of a method: whether what is given is of the kind, and in the range, that its solver states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.errors import SolverError


def check_options(method: str, options: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Refuse options that a method does not have, and values that it does not take.

    Returns:
        What the solver states of each given option.

    Raises:
        SolverError: names the option, what was expected and what it got.
    """
    # A simulation is no solver of the registry, and takes no options.
    stated: Any = registry.solvers[method].options if method in registry.solvers else ()
    known = {option["name"]: option for option in stated}
    for name, value in options.items():
        if name not in known:
            expected = f"Expected {', '.join(known)}." if known else "It takes none."
            raise SolverError(f"{method} has no option {name!r}. {expected}")
        check_option(method, known[name], value)
    return {name: known[name] for name in options}


def check_option(method: str, option: Mapping[str, Any], value: Any) -> None:
    """Refuse a value that is not of the type of an option or out of its range; its default is always allowed.

    Raises:
        SolverError: names the option, what was expected and what it got.
    """
    kind = _KINDS.get(option["type"])
    if kind is None or (value is None and option["default"] is None):
        return
    holds, expected = kind
    bounds = [(words, inside, option[name]) for name, words, inside in _BOUNDS if name in option]
    if not holds(value) or not all(inside(value, bound) for _, inside, bound in bounds):
        spelt = " and ".join(words.format(bound) for words, _, bound in bounds)
        raise SolverError(f"{method} got {option['name']}={value!r}. Expected {expected}{spelt and ' '}{spelt}.")


def _integer(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool | np.bool_)


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_) and bool(np.isfinite(float(value)))


def _numbers(value: Any) -> bool:
    return isinstance(value, list | tuple | np.ndarray) and all(_number(each) for each in np.asarray(value).tolist())


_BOUNDS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("minimum", "from {} up", lambda value, bound: value >= bound),
    ("above", "above {}", lambda value, bound: value > bound),
    ("maximum", "up to {}", lambda value, bound: value <= bound),
    ("below", "below {}", lambda value, bound: value < bound),
)
"""What an option may state about its numbers, in words and as a condition."""

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
