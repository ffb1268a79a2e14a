"""Records: the flat plain-data rows a model is made of, and the shape of a model file.

`schema.json` and `js/src/protocol/types.ts` are generated from the typed dictionaries here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

FORMAT = "whyboard/model"
VERSION = 1
STORED_FROM = 1000
"""Constants with more elements than this stand in the values table, not inline."""

Key = str
DType = Literal["float", "int", "bool"]
Scalar = float | bool | Literal["inf", "-inf"]


class StoredValue(TypedDict):
    """A large constant: its numbers are in the values table of the document under their content hash."""

    values: str
    shape: list[int]
    dtype: str


Value: TypeAlias = "Scalar | list[Value] | StoredValue"


class ValueParameter(TypedDict):
    """A parameter with a fixed value."""

    value: Value


class RefParameter(TypedDict):
    """A parameter that is a variable or the result of an operator."""

    ref: Key


Parameter = ValueParameter | RefParameter


class ModelRecord(TypedDict):
    """One row. Which fields a record has follows from its kind; fields of unknown kinds are kept as they are."""

    kind: str
    name: NotRequired[str]
    scope: NotRequired[Key]
    description: NotRequired[str]
    unit: NotRequired[str]
    labels: NotRequired[object]
    shape: NotRequired[list[int]]
    dtype: NotRequired[DType]
    distribution: NotRequired[str]
    parameters: NotRequired[dict[str, Parameter]]
    settings: NotRequired[dict[str, object]]
    operands: NotRequired[list[Key]]
    value: NotRequired[Value]
    source: NotRequired[Key]
    target: NotRequired[Key]


class Position(TypedDict):
    """Where a node stands inside the frame of its scope."""

    x: float
    y: float


class DocumentData(TypedDict):
    """A model file, or a document on its way to a view."""

    format: Literal["whyboard/model"]
    version: int
    records: dict[Key, ModelRecord]
    layout: dict[Key, Position]
    values: NotRequired[dict[str, str]]


Record = Mapping[str, Any]
"""A record at run time: never changed in place, only replaced."""


def is_operator(record: Record) -> bool:
    """Constants are operators without operands."""
    return "operands" in record or record["kind"] == "Const"


def is_variable(record: Record) -> bool:
    """Variables of every kind have a distribution."""
    return "distribution" in record


def is_factor(record: Record) -> bool:
    """Whether the record is an undirected term: it has parameters, and no value."""
    return record["kind"] == "Factor"


def is_link(record: Record) -> bool:
    """Whether the record says that two elements are one."""
    return record["kind"] == "Link"


def is_shift(record: Record) -> bool:
    """Whether it reads an earlier row, so that a loop through it is none."""
    return record["kind"] == "TimeShift" and record.get("settings", {}).get("shift", 0) < 0


def references(record: Record) -> Iterator[Key]:
    """The keys a record refers to, apart from its scope; a key that is used twice comes twice."""
    yield from record.get("operands", ())
    for parameter in record.get("parameters", {}).values():
        if "ref" in parameter:
            yield parameter["ref"]
    if record["kind"] == "Link":
        yield record["source"]
        yield record["target"]


def stored_hashes(value: object) -> Iterator[str]:
    """The hashes of the values table that a record, or a part of one, mentions."""
    if isinstance(value, Mapping):
        if "values" in value and "shape" in value and isinstance(value["values"], str):
            yield value["values"]
        else:
            for part in value.values():
                yield from stored_hashes(part)
