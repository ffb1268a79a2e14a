"""What another shape or dtype of a variable would break."""

from __future__ import annotations

from whyboard.document.address import describe
from whyboard.document.record import Key, is_operator, is_variable
from whyboard.errors import DTypeError, ShapeError
from whyboard.graph.constant import parameter_type
from whyboard.graph.parameter import distribution_of, parameter_problem
from whyboard.graph.space import Space
from whyboard.graph.types import operator_type
from whyboard.value_type import ValueType


def check_retyped(space: Space, key: Key, own: ValueType, *, parameters: bool = True) -> None:
    """Refuse a new type of a variable that its parameters, or what depends on it, do not fit.

    Raises:
        ShapeError, DTypeError: that names the first clash.
    """
    changed = {key: own}
    if parameters:
        _check_parameters(space, key, changed)
    waiting = [key]
    while waiting:
        each = waiting.pop()
        for user in sorted(space.table.users(each)):
            record = space.table.records[user]
            if is_operator(record):
                _retype(space, user, changed, waiting)
            elif is_variable(record) and user != key:
                _check_parameters(space, user, changed)


def _retype(space: Space, user: Key, changed: dict[Key, ValueType], waiting: list[Key]) -> None:
    record = space.table.records[user]
    types = [changed.get(operand) or space.type_of(operand) for operand in record["operands"]]
    try:
        found = operator_type(record, types)
    except (ShapeError, DTypeError) as error:
        raise type(error)(f"{describe(space.table, user)} would no longer fit: {error}") from None
    if found != (changed.get(user) or space.type_of(user)):
        changed[user] = found
        waiting.append(user)


def _check_parameters(space: Space, key: Key, changed: dict[Key, ValueType]) -> None:
    table = space.table
    record = table.records[key]
    law = distribution_of(record)
    own = changed.get(key) or space.type_of(key)
    for name, value in record.get("parameters", {}).items():
        if "ref" in value:
            given = changed.get(value["ref"]) or space.type_of(value["ref"])
            what = describe(table, value["ref"])
        else:
            given, what = ValueType(*parameter_type(value["value"])), "a constant"
        problem = parameter_problem(law, name, own, given, title=describe(table, key), what=what)
        if problem is not None:
            raise problem
