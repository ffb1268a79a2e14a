"""One problem of a model as plain data, and what may be proposed against it."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from whyboard.document.record import Key
from whyboard.errors import WhyboardError
from whyboard.graph.parameter import parameter_spec


class Fix(TypedDict):
    """A button that carries out commands."""

    label: str
    commands: list[dict[str, Any]]


class Diagnostic(TypedDict):
    """One problem, at the record where it is made; the form in which it travels to views."""

    key: Key
    severity: Literal["error", "warning", "info"]
    code: str
    message: str
    fix: NotRequired[Fix]


def code_of(problem: WhyboardError) -> str:
    """The short name of a kind of problem."""
    return _CODES.get(type(problem).__name__, "problem")


def plain_values(law: Any, given: frozenset[str], size: int = 1) -> dict[str, Any]:
    """Plain values that would complete the parameters; empty where no single value is plain.

    ``size`` is the length of a vector's last axis.
    """
    if law.composition:
        # Which component a row belongs to is asked of data, or told by a variable: no number is plain.
        return {}
    exclusive = {name for choice in law.alternatives for option in choice for name in option}
    names = [each.name for each in law.parameters if each.default is None and each.name not in exclusive | given]
    for choice in law.alternatives:
        fitting = [option for option in choice if given & {n for o in choice for n in o} <= set(option)]
        if not fitting:
            return {}
        names += [name for name in fitting[0] if name not in given]
    found = {}
    for name in names:
        spec = parameter_spec(law, name)
        if spec.default is not None:
            continue
        value = _plain(spec, size)
        if law.event_ndim == 2 and spec.domain == "positive":
            # A matrix has a density for as many degrees of freedom as rows, not for one.
            value = float(size)
        if value is None:
            return {}
        found[name] = value
    return found


def _plain(spec: Any, size: int) -> Any:
    if not spec.event_ndim:
        return _PLAIN.get(spec.domain)
    if spec.event_ndim == 1 and spec.domain in ("positive", "simplex"):
        return [1.0 if spec.domain == "positive" else 1.0 / size] * size
    # No scale, no correlation: the identity is a covariance and a precision.
    if spec.event_ndim == 2 and spec.domain == "real":
        return [[float(row == column) for column in range(size)] for row in range(size)]
    return None


def value_text(value: Any) -> str:
    """A plain value as a label says it."""
    if not isinstance(value, list):
        return f"{value:g}"
    parts = [value_text(each) for each in (value if len(value) <= _SHOWN else [*value[:2], value[-1]])]
    if len(value) > _SHOWN:
        parts.insert(2, "...")
    return f"[{', '.join(parts)}]"


_SHOWN = 4
_PLAIN = {"real": 0.0, "positive": 1.0, "nonnegative": 1.0, "unit": 0.5, "integer": 1.0}
_CODES = {
    "ShapeError": "shape",
    "DTypeError": "dtype",
    "CycleError": "cycle",
    "ParameterError": "parameter",
    "ScopeError": "scope",
    "UnknownName": "unknown",
}
