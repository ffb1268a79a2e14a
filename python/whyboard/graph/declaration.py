"""What a variable is declared with: shape, dtype and parameters as a user writes them."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from whyboard.document.record import Record
from whyboard.errors import DTypeError, ParameterError, ScopeError, ShapeError, WhyboardError
from whyboard.graph.operand import Operand
from whyboard.graph.parameter import check_known, constant_parameter, parameter_problem
from whyboard.graph.scopee import Scopee, titled
from whyboard.graph.space import Space
from whyboard.graph.time_index import as_operand
from whyboard.value_type import DType, Shape, ValueType

_DTYPES: dict[str, DType] = {"f": "float", "i": "int", "u": "int", "b": "bool"}


def new_parameters(
    title: str, law: Any, own: ValueType, given: Mapping[str, Any], space: Space | None
) -> tuple[dict[str, Any], Space | None]:
    """The parameters of a variable that is about to be made, and the space it is made in.

    No loop can close at a variable that nothing uses yet.
    """
    found: dict[str, Any] = {}
    large: list[tuple[str, str]] = []
    check_known(title, given, law)
    for parameter, each in given.items():
        value = as_operand(each)
        if isinstance(value, Scopee):
            if not isinstance(value, Operand):
                raise no_value(parameter, title, value)
            problem = parameter_problem(law, parameter, own, value.value_type, title=title, what=value)
            if problem is not None:
                raise problem
            other = value.space
            space = other if space is None or space is other else space.join(other)
            found[parameter] = {"ref": value.key}
        else:
            found[parameter], stored = constant_parameter(law, parameter, own, value, title)
            if stored is not None:
                large.append(stored)
    if large:
        space = Space() if space is None else space
        for entry in large:
            space.document.store(*entry)
    return found, space


def default_of(law: Any, name: str, record: Record) -> Any:
    """What an unset parameter is taken for; None where it must be given or another way of saying it is set."""
    try:
        return law.complete(record.get("parameters", {})).get(name)
    except ParameterError:
        return None


def no_value(name: str, title: str, value: Scopee) -> WhyboardError:
    """The error for a parameter that is a scope without a value."""
    return ScopeError(
        f"The {name} of {title} got {titled(value)}, which has no value. Expected a variable or an operator."
    )


def shape_of(shape: Any, title: str) -> Shape:
    """The shape that a number or a tuple of numbers means."""
    try:
        sizes = (
            tuple(operator.index(size) for size in shape) if isinstance(shape, Iterable) else (operator.index(shape),)
        )
    except TypeError:
        sizes = (-1,)
    if any(size < 0 for size in sizes):
        raise ShapeError(f"{title} got shape {shape!r}. Expected an integer or a tuple of integers from 0 up.")
    return sizes


def dtype_of(dtype: Any) -> DType:
    """The dtype that a name, a type or a NumPy dtype means."""
    try:
        kind = np.dtype(dtype).kind
    except TypeError:
        kind = ""
    if kind not in _DTYPES or dtype is None:
        raise DTypeError(f"There is no dtype {dtype!r}. Expected 'float', 'int' or 'bool'.")
    return _DTYPES[kind]
