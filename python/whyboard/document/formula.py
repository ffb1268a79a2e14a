"""Formulas: text to operator records (`parse`) and operator records to text (`format`, `typeset_distribution`).

The catalog is passed in as data, so that a registered operator is part of the language at once.
`js/src/document/formula.ts` is the twin of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from whyboard.document.arguments import plain, sorted_arguments
from whyboard.document.distribution_notation import typeset_distribution
from whyboard.document.index_notation import read_index
from whyboard.document.names import Names, did_you_mean, near
from whyboard.document.notation import Notation, format  # noqa: A004
from whyboard.document.syntax import (
    Absent,
    Call,
    Infix,
    Items,
    Minus,
    Name,
    Node,
    Number,
    Subscript,
    Text,
    parse_syntax,
)
from whyboard.document.time_notation import INDEX, is_time_index, read_shift
from whyboard.document.tokens import failure, quote

__all__ = ["Names", "Notation", "format", "parse", "typeset_distribution"]

Records = Mapping[str, Mapping[str, Any]]
_VARIABLES = ("Variable", "StaticVariable")


def parse(
    text: str, records: Records | Names, scope: str | None, catalog: Mapping[str, Any], new_key: Callable[[], str]
) -> dict[str, Any]:
    """Read a formula as it stands in a scope.

    Args:
        text: a Python-like expression of numbers, names, operators, calls and indexing.
        records: the records of the document (or their `Names`, to read many formulas).
        scope: where names are looked up first and where new operators are made; None outside any scope.
        catalog: the catalog; its operators are the functions of the language.
        new_key: makes a fresh key.

    Returns:
        ``{"commands": [AddRecord, ...], "value": {"value": ...} or {"ref": key}}``.

    Raises:
        FormulaError: with the column, what was found and what was expected.
    """
    tree = parse_syntax(text)
    names = records if isinstance(records, Names) else Names(records)
    builder = _Builder(names, scope, catalog, new_key)
    result = builder.build(tree)
    value = {"value": plain(result.value)} if isinstance(result, _Constant) else {"ref": result}
    return {"commands": builder.commands, "value": value}


class _Constant:
    """A number or an array that is not yet a record."""

    __slots__ = ("dtype", "value")

    def __init__(self, value: Any, dtype: str) -> None:
        self.value = value
        self.dtype = dtype


_Result = _Constant | str


class _Builder:
    def __init__(self, names: Names, scope: str | None, catalog: Mapping[str, Any], new_key: Callable[[], str]) -> None:
        self.commands: list[dict[str, Any]] = []
        self._names = names
        self._scope = scope
        self._new_key = new_key
        self._kinds = frozenset(entry["kind"] for entry in catalog["operators"])
        self._functions = {entry["function"]: entry for entry in catalog["operators"]}
        self._infix = {
            entry["symbol"]: entry["kind"]
            for entry in catalog["operators"]
            if entry.get("symbol") and len(entry["operands"]) == 2
        }

    def build(self, node: Node) -> _Result:
        # Long sums lean to the left: walk down that side without recursion.
        spine: list[Infix | Subscript] = []
        while isinstance(node, Infix | Subscript):
            spine.append(node)
            node = node.left if isinstance(node, Infix) else node.base
        result = self._leaf(node)
        for above in reversed(spine):
            result = self._infix_of(above, result) if isinstance(above, Infix) else self._subscript(above, result)
        return result

    def _leaf(self, node: Node) -> _Result:
        if isinstance(node, Number):
            return _Constant(node.value, node.dtype)
        if isinstance(node, Name):
            return self._name(node)
        if isinstance(node, Minus):
            return self._add(self._functions["negative"]["kind"], [self._key(self.build(node.operand))])
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Items):
            return self._array(node)
        if isinstance(node, Text):
            raise failure(node.column, "found a text, expected a number or a name. A text can only be a setting.")
        if isinstance(node, Absent):
            raise failure(
                node.column, "found None, expected a number or a name. None can only be a setting or an index."
            )
        raise failure(node.column, "found an index, expected a value.")

    def _infix_of(self, node: Infix, left: _Result) -> _Result:
        kind = self._infix.get(node.symbol) or self._functions.get(_WORDS.get(node.symbol, ""), {}).get("kind")
        if kind is None:
            raise failure(node.column, f"there is no operator {node.symbol} here.")
        first = self._key(left)
        return self._add(kind, [first, self._key(self.build(node.right))])

    def _name(self, node: Name) -> str:
        first = node.parts[0]
        names = self._names
        key = names.children(None).get(first) if node.absolute else names.lookup(self._scope, first)
        if key is None and is_time_index(node, self._kinds):
            return self._add(INDEX, [])
        if key is None:
            where = "" if self._scope is None else f" in or around {quote(names.label(self._scope))}"
            hint = did_you_mean(names.suggestions(self._scope, first))
            if not hint and first in self._functions:
                hint = f" The function is called as {first}(...)."
            raise failure(node.column, f"there is no {quote(first)}{where}.{hint}")
        for part in node.parts[1:]:
            inner = names.children(key).get(part)
            if inner is None:
                hint = did_you_mean(near(part, names.children(key)))
                raise failure(node.column, f"there is no {quote(part)} in {quote(names.label(key))}.{hint}")
            key = inner
        record = names.records[key]
        if record["kind"] not in _VARIABLES:
            members = [
                name
                for name, child in sorted(names.children(key).items(), key=itemgetter(1))
                if names.records[child]["kind"] in _VARIABLES
            ]
            hint = f" Write {'.'.join(node.parts)}.{members[0]}, for example." if members else ""
            raise failure(
                node.column, f"{quote('.'.join(node.parts))} is of kind {record['kind']}, expected a variable.{hint}"
            )
        return key

    def _array(self, node: Items) -> _Constant:
        items: list[_Constant] = []
        for item in node.items:
            result = self._array(item) if isinstance(item, Items) else self.build(item)
            if not isinstance(result, _Constant):
                raise failure(node.column, "a list holds numbers only. Write stack([a, b]) to join variables.")
            items.append(result)
        if len({_shape(item.value) for item in items}) > 1:
            raise failure(node.column, "the rows of this list have different lengths.")
        found = {item.dtype for item in items}
        dtype = next((each for each in ("float", "int", "bool") if each in found), "float")
        if dtype != "bool" and "bool" in found:
            raise failure(node.column, "this list mixes numbers and truth values.")
        return _Constant([item.value for item in items], dtype)

    def _call(self, node: Call) -> _Result:
        entry = self._functions.get(node.function)
        if entry is None:
            hint = did_you_mean(near(node.function, self._functions))
            if self._names.lookup(self._scope, node.function) is not None:
                hint = " Write * for a product."
            raise failure(node.column, f"there is no function {quote(node.function)}.{hint}")
        if entry["kind"] == "Const":
            if len(node.arguments) != 1 or node.keywords:
                raise failure(node.column, f"{node.function} takes one number or list.")
            result = self.build(node.arguments[0])
            return self._key(result)
        operands, settings = sorted_arguments(node, entry)
        keys = [self._key(self.build(operand)) for operand in operands]
        return self._add(entry["kind"], keys, settings)

    def _subscript(self, node: Subscript, base: _Result) -> _Result:
        operands = [self._key(base)]
        if self._names.lookup(self._scope, INDEX) is None:
            shift = read_shift(node, self._kinds)
            if shift is not None:
                initial = self._key(_Constant(0.0, "float"))
                return self._add("TimeShift", [*operands, initial], {"shift": shift})
        entries = read_index(node, lambda entry: self._index_entry(entry, operands))
        return self._add("Index", operands, {"index": entries})

    def _index_entry(self, entry: Node, operands: list[str]) -> Any:
        """The value of a constant index, or None after adding what it refers to as an operand."""
        result = self.build(entry)
        if isinstance(result, _Constant):
            if result.dtype == "float" and result.value != []:
                raise failure(entry.column, "an index is an integer, a slice or an integer variable.")
            return result.value
        operands.append(result)
        return None

    def _key(self, result: _Result) -> str:
        if isinstance(result, str):
            return result
        record = {"kind": "Const", "value": plain(result.value), "dtype": result.dtype}
        return self._record(record)

    def _add(self, kind: str, operands: list[str], settings: Mapping[str, Any] | None = None) -> str:
        record: dict[str, Any] = {"kind": kind, "operands": operands}
        if settings:
            record["settings"] = dict(settings)
        return self._record(record)

    def _record(self, record: dict[str, Any]) -> str:
        if self._scope is not None:
            record["scope"] = self._scope
        key = self._new_key()
        self.commands.append({"type": "AddRecord", "key": key, "record": record})
        return key


_WORDS = {"==": "equal", "!=": "not_equal"}


def _shape(value: Any) -> tuple[int, ...]:
    return (len(value), *(_shape(value[0]) if value else ())) if isinstance(value, list) else ()
