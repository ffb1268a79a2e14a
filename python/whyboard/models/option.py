"""Options of a method: whether what is given is of the kind, and in the range, that its solver states."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
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
            raise SolverError(f"{method} has no option {name!r}. {expected}{_who_takes(name, known)}")
        check_option(method, known[name], value)
    return {name: known[name] for name in options}


def refuse_without_method(options: Mapping[str, Any]) -> None:
    """Refuse options where the method is still to be chosen: it may be one that does not take them.

    Raises:
        SolverError: names the methods that take the first one.
    """
    for name in options:
        taken = _who_takes(name, ())
        raise SolverError(
            f"Option {name!r} was given without a method, so one would be chosen that may not take it."
            f"{taken or ' No method has an option of this name.'}"
        )


def _who_takes(name: str, own: Collection[str]) -> str:
    """A hint for an unknown option: one of the method's own that is spelt alike, else the methods that have it."""
    if near := difflib.get_close_matches(name, own, n=1):
        return f" Did you mean {near[0]!r}?"
    kinds: Any = registry.solvers
    every = {method: [option["name"] for option in kinds[method].options] for method in kinds}
    known = {each for names in every.values() for each in names}
    near = [name] if name in known else difflib.get_close_matches(name, known, n=1)
    takers = [f'method="{method}"' for method, names in every.items() if near and near[0] in names]
    if not takers:
        return ""
    spelt = "It" if near[0] == name else repr(near[0])
    return f" {spelt} is an option of {', '.join(takers)}."


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
