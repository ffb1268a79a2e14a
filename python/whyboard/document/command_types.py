"""The eight commands and the patch as typed data. The set is closed: new operators and distributions add none."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from whyboard.document.record import Key, ModelRecord, Parameter, Position

EditableField = Literal[
    "description", "unit", "labels", "shape", "dtype", "distribution", "settings", "value", "operands"
]


class AddRecord(TypedDict):
    """Add one record; its scope and everything it refers to must exist."""

    type: Literal["AddRecord"]
    key: Key
    record: ModelRecord


class DeleteRecords(TypedDict):
    """Delete records with what they contain and what cannot be without them."""

    type: Literal["DeleteRecords"]
    keys: list[Key]


class Rename(TypedDict):
    """Give a record another name."""

    type: Literal["Rename"]
    key: Key
    name: str


class SetField(TypedDict):
    """Set a field; None removes an optional one."""

    type: Literal["SetField"]
    key: Key
    field: EditableField
    value: object


class SetParameter(TypedDict):
    """Set a parameter of a distribution; None unsets it."""

    type: Literal["SetParameter"]
    key: Key
    parameter: str
    value: Parameter | None


class Reparent(TypedDict):
    """Move records into another scope; None makes them roots."""

    type: Literal["Reparent"]
    keys: list[Key]
    scope: Key | None


class Paste(TypedDict):
    """Add a set of records under fresh keys; the roots of the set go into ``scope``.

    ``values`` are the entries of the values table that the records mention and the document may lack.
    """

    type: Literal["Paste"]
    scope: Key
    records: dict[Key, ModelRecord]
    layout: dict[Key, Position]
    values: NotRequired[dict[str, str]]


class MoveNodes(TypedDict):
    """Place nodes inside the frames of their scopes; None hands a node back to the automatic layout."""

    type: Literal["MoveNodes"]
    positions: dict[Key, Position | None]


Command = AddRecord | DeleteRecords | Rename | SetField | SetParameter | Reparent | Paste | MoveNodes


class PatchData(TypedDict):
    """What changed: ``[before, after]`` by key; None stands for absent.

    ``values`` are new entries of the values table, which only grows.
    """

    records: dict[Key, tuple[ModelRecord | None, ModelRecord | None]]
    layout: dict[Key, tuple[Position | None, Position | None]]
    values: NotRequired[dict[str, str]]
