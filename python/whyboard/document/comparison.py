"""Whether two models are the same up to keys: the same names, fields and expressions, wherever boxes stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any, Protocol

from whyboard.document.canonical import canonical
from whyboard.document.record import Key, Record, is_link, is_operator


class Model(Protocol):
    """A document, a snapshot or a table."""

    @property
    def records(self) -> Mapping[Key, Record]: ...


def isomorphic(first: Model | Mapping[str, Any], second: Model | Mapping[str, Any]) -> bool:
    """Are these the same model up to keys?

    Operators are compared by what they compute, not by where they stand; a parameter that refers to a constant is the
    same as one with that value. Layout, and operators that nothing reaches, do not count.
    """
    return not difference(first, second)


def difference(first: Model | Mapping[str, Any], second: Model | Mapping[str, Any]) -> list[str]:
    """What only one of two models has, ``-`` for the first and ``+`` for the second: for the message of a test."""
    expressions: dict[Hashable, int] = {}
    left = Counter(_Reading(_records(first), expressions).lines())
    right = Counter(_Reading(_records(second), expressions).lines())
    return [f"- {line}" for line in sorted((left - right).elements())] + [
        f"+ {line}" for line in sorted((right - left).elements())
    ]


def _records(model: Model | Mapping[str, Any]) -> Mapping[Key, Record]:
    return model["records"] if isinstance(model, Mapping) else model.records


class _Reading:
    def __init__(self, records: Mapping[Key, Record], expressions: dict[Hashable, int]) -> None:
        self._records = records
        self._expressions = expressions
        """Equal expressions have equal numbers, in both models: a shared part is compared once."""
        self._numbers: dict[Key, str] = {}
        self._paths: dict[Key, str] = {}

    def lines(self) -> list[str]:
        return [self._line(key, record) for key, record in self._records.items() if not is_operator(record)]

    def _line(self, key: Key, record: Record) -> str:
        fields: dict[str, Any] = {name: value for name, value in record.items() if name not in ("name", "scope")}
        for end in ("source", "target") if is_link(record) else ():
            fields[end] = self._path(record[end])
        parameters = {name: self._parameter(value) for name, value in fields.pop("parameters", {}).items()}
        if parameters:
            fields["parameters"] = parameters
        return f"{self._path(key)} {canonical(fields)}"

    def _parameter(self, value: Mapping[str, Any]) -> object:
        if "value" in value:
            return value["value"]
        record = self._records[value["ref"]]
        return record["value"] if record["kind"] == "Const" else self._name(value["ref"])

    def _path(self, key: Key) -> str:
        known = self._paths.get(key)
        if known is None:
            record = self._records[key]
            label = record.get("name", record["kind"])
            known = f"{self._path(record['scope'])}/{label}" if "scope" in record else label
            self._paths[key] = known
        return known

    def _name(self, key: Key) -> str:
        """The path of a variable; the number of the expression of an operator."""
        stack = [key]
        while stack:
            each = stack[-1]
            record = self._records[each]
            waiting = [other for other in record.get("operands", ()) if other not in self._numbers]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            if not is_operator(record):
                self._numbers[each] = self._path(each)
                continue
            operands = tuple(self._numbers[other] for other in record.get("operands", ()))
            rest = {name: value for name, value in record.items() if name not in ("scope", "operands")}
            if not rest.get("settings", True):
                del rest["settings"]
            shape = (canonical(rest), operands)
            self._numbers[each] = f"#{self._expressions.setdefault(shape, len(self._expressions))}"
        return self._numbers[key]
