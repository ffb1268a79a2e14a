"""Value types of records: shapes and dtypes by the rules that operators and distributions declare."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from whyboard import registry
from whyboard.document.constants import constant_shape
from whyboard.document.record import Key, Record
from whyboard.value_type import ValueType


def own_type(record: Record) -> ValueType | None:
    """The type that a record states itself; None for operators and for what has no value."""
    if "distribution" in record:
        shape = record["shape"]
        return ValueType(
            tuple(int(size) for size in shape) if shape else (), record["dtype"], record["kind"] == "Variable"
        )
    if record["kind"] == "Const":
        return ValueType(constant_shape(record["value"]), record["dtype"])
    return None


def type_of(records: Mapping[Key, Record], key: Key, known: MutableMapping[Key, ValueType]) -> ValueType:
    """The type of a variable or an operator, by way of what is known already.

    Raises:
        WhyboardError: if an operator does not fit its operands, or is not registered.
    """
    found = known.get(key)
    if found is not None:
        return found
    stack = [key]
    while stack:
        each = stack[-1]
        if each in known:
            stack.pop()
            continue
        record = records[each]
        stated = own_type(record)
        if stated is None:
            missing = [operand for operand in record["operands"] if operand not in known]
            if missing:
                stack.extend(missing)
                continue
            stated = operator_type(record, [known[operand] for operand in record["operands"]])
        known[each] = stated
        stack.pop()
    return known[key]


def operator_type(record: Record, operands: list[ValueType]) -> ValueType:
    """The type of one operator from the types of its operands."""
    operation: Any = registry.operators[record["kind"]]
    return operation.infer(operands, record.get("settings"))
