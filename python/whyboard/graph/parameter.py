"""Parameters of variables: from what a user gives to what a record holds, with the checks of meaning."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.document.record import Key, Record
from whyboard.errors import CycleError, DTypeError, ParameterError, ScopeError, ShapeError, UnknownName, WhyboardError
from whyboard.graph.constant import constant, parameter_type, read_constant
from whyboard.graph.scopee import Scopee, titled
from whyboard.graph.synonym import meant
from whyboard.value_type import DType, Shape, ValueType, broadcasts_to, can_cast

Described = Scopee | str
"""A handle, or the text that messages have for a value."""


def distribution_of(record: Mapping[str, Any]) -> Any:
    """The class of a variable's distribution, with its settings."""
    return registry.law_of(record["distribution"], record.get("settings"))


def parameter_spec(distribution: Any, name: str) -> Any:
    """What a distribution says of a parameter; None if it has none of that name."""
    return next((each for each in distribution.parameters if each.name == name), None)


def parameter_problem(
    distribution: Any, name: str, own: ValueType, given: ValueType, *, title: str, what: Described
) -> WhyboardError | None:
    """Why a value of a type cannot be a parameter of a variable of type ``own``; None if it can.

    ``title`` is how messages call the variable, ``what`` how they call the value.
    """
    expected = distribution.parameter_shape(name, own.shape)
    if given.shape and not broadcasts_to(given.shape, expected):
        wanted = shape_text(expected)
        return ShapeError(
            f"The {name} of {title} with shape {own.shape} got {_called(what)} of shape {given.shape}. "
            f"Expected a shape that broadcasts to {wanted}; change the shape of one, or index or sum the other."
        )
    widest = distribution.parameter_dtype(name, own.dtype)
    if not can_cast(given.dtype, widest):
        return DTypeError(
            f"The {name} of {title} with dtype {own.dtype} got {_called(what)} of dtype {given.dtype}. "
            f"Expected {widest}."
        )
    if given.dynamic and not own.dynamic:
        return ScopeError(
            f"The {name} of {title} got {_called(what)}, which has a value for each row of data. "
            f"A StaticVariable has one value for all rows; make it a Variable, or give it static parameters."
        )
    return None


def constant_problem(
    distribution: Any, name: str, value: Any, values: Mapping[str, str], title: str
) -> WhyboardError | None:
    """Why the numbers of a constant parameter lie outside its domain; None if they do not."""
    spec = parameter_spec(distribution, name)
    if spec is None:
        return None
    numbers = read_constant(value, values)
    if spec.contains(np.asarray(numbers)):
        return None
    return ParameterError(f"The {name} of {title} got {_excerpt(value)}. Expected {spec.expected}.")


def constant_parameter(
    distribution: Any, name: str, own: ValueType, given: Any, title: str
) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """The record of a parameter that is a number or an array, and the entry of the values table it needs.

    Raises:
        ShapeError, DTypeError, ParameterError: if it does not fit.
    """
    number = constant(given, f"The {name} of {title}")
    if type(number.value) is float or type(number.value) is int:
        shape, dtype = (), "int" if float(number.value).is_integer() else "float"
        array: Any = number.value
    else:
        array = read_constant(number.value, dict([number.stored]) if number.stored else {})
        shape = number.shape
        dtype = parameter_type(number.value)[1] if number.stored is None else number.dtype
    problem = parameter_problem(distribution, name, own, ValueType(shape, dtype), title=title, what="a constant")
    if problem is not None:
        raise problem
    spec = parameter_spec(distribution, name)
    if spec is not None and not spec.contains(np.asarray(array)):
        raise ParameterError(f"The {name} of {title} got {_excerpt(given)}. Expected {spec.expected}.")
    return {"value": number.value}, number.stored


def check_known(record_title: str, names: Collection[str], distribution: Any) -> None:
    """Refuse parameters that the distribution does not have; all of them at once, so that they are mended at once.

    Raises:
        UnknownName: says what each may be called here.
    """
    unknown = [name for name in names if parameter_spec(distribution, name) is None]
    if not unknown:
        return
    import difflib

    known = [each.name for each in distribution.parameters]
    near = {name: meant(name, known) or difflib.get_close_matches(name, known, n=3) for name in unknown}
    setting = next((name for name in unknown if name in {each.name for each in distribution.settings}), None)
    if setting is not None:
        hint = f"It is a setting: write distribution={distribution.__name__}({setting}=...)."
    elif all(near.values()):
        hint = f"Did you mean {' and '.join(' or '.join(map(repr, each)) for each in near.values())}?"
    else:
        hint = f"{distribution.__name__} has {', '.join(known)}." if known else f"{distribution.__name__} has none."
    raise UnknownName(f"{record_title} has no parameter {' and no '.join(map(repr, unknown))}. {hint}")


def check_variable(kind: str, name: str, distribution: Any, shape: Shape, dtype: DType) -> None:
    """Do shape and dtype go with the distribution?"""
    title = f"{kind} {name!r}"
    if dtype not in distribution.dtypes:
        raise DTypeError(
            f"{title} got dtype {dtype}. {distribution.__name__} is {' or '.join(distribution.dtypes)}; "
            "choose another distribution or dtype."
        )
    if len(shape) < distribution.event_ndim:
        raise ShapeError(f"{title} got shape {shape}. {distribution.__name__} needs {_AXES[distribution.event_ndim]}.")


_AXES = {
    1: "at least one axis, that of the elements of one value, such as shape=(3,)",
    2: "at least two axes, those of one matrix, such as shape=(3, 3)",
}


def cycle_error(path: list[str], title: str, name: str) -> CycleError:
    """The error that names a loop."""
    return CycleError(f"The {name} of {title} would depend on itself: {' -> '.join(path)}. Leave one of these out.")


def shape_text(shape: tuple[int | None, ...]) -> str:
    """A shape in a message, with ``any`` for an axis of any length."""
    inside = ", ".join("any" if size is None else str(size) for size in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"


def is_set(record: Record, name: str) -> bool:
    """Whether a parameter has been given."""
    return name in record.get("parameters", {})


def referred(record: Record) -> dict[str, Key]:
    """Parameters that are variables or operators."""
    return {name: value["ref"] for name, value in record.get("parameters", {}).items() if "ref" in value}


def _called(what: Described) -> str:
    return what if isinstance(what, str) else titled(what)


def _excerpt(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
