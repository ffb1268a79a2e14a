"""Python code that rebuilds a model: nested ``with`` blocks, infix expressions, shared operators by local names.

Running the code gives an isomorphic document. What does not fit into the creation of a variable, because it refers to
something made later or to an operator made in another scope, is set afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from whyboard.document.composition import composed
from whyboard.document.record import is_factor, is_link, is_operator, is_variable
from whyboard.document.table import Table
from whyboard.printing.child_tree import branches, named_children
from whyboard.printing.python_expression import (
    NotPythonError,
    check_operator,
    data_source,
    distribution_source,
    expression,
    is_plain_name,
    literal,
    python_notation,
    quoted,
)
from whyboard.printing.python_names import LocalNames

Record = Mapping[str, Any]

_DEEPEST_BLOCK = 15
"""CPython allows 20 nested blocks."""
_DEEPEST_EXPRESSION = 25
_LONGEST_LINE = 110
_BUILTIN = ("Inputs", "Outputs")
_CREATED = ("Graph", "Entity", "Variable", "StaticVariable", "Factor")
_TEXTS = ("description", "unit", "labels")


def model_python(table: Table, key: str, catalog: Mapping[str, Any], values: Mapping[str, str] | None = None) -> str:
    """The code of one scope with everything in it.

    Args:
        table: the records.
        key: a Graph, or any other scope; names outside it are written as paths from their root.
        catalog: the catalog; operators and parameters that it does not know are left out, with a comment.
        values: large arrays by content hash, as the document holds them.
    """
    return _Writer(table, key, catalog, values or {}).code()


class _Writer:
    def __init__(self, table: Table, root: str, catalog: Mapping[str, Any], values: Mapping[str, str]) -> None:
        self._table = table
        self._records = table.records
        self._root = root
        self._values = values
        self._distributions = {entry["kind"]: entry for entry in catalog["distributions"]}
        self._inside = [key for _, key in branches(root, lambda scope: named_children(table, scope))]
        self._names = LocalNames(table, [key for key in self._inside if self._kind(key) not in _BUILTIN])
        self._notation = python_notation(table.records, catalog, self._name, self._array)
        self._defined: set[str] = set()
        self._lines: list[str] = []
        self._preface: list[str] = []
        self._later: list[tuple[str, str, str]] = []
        self._postponed: list[str] = []
        self._block: str | None = None
        self._operators = self._reachable()
        self._named_operators = self._operators_with_names()

    def code(self) -> str:
        """All lines; large arrays and their imports come first."""
        self._create(self._root, 0)
        while self._postponed:
            scope = self._postponed.pop(0)
            self._line(0, f"with {self._scope(scope)}:")
            self._children(scope, 1)
        for key, parameter, reference in self._later:
            self._set(key, parameter, reference)
        self._links()
        imports = ["import base64", "", "import numpy as np"] if self._preface else []
        return "\n".join([*imports, "import whyboard as wb", "", *self._preface, *self._lines]) + "\n"

    def _create(self, key: str, depth: int) -> None:
        """Make a scope or a variable, and then what is in it."""
        record = self._records[key]
        if record["kind"] not in _CREATED:
            self._line(
                depth, f"# {record.get('name')!r} is left out: a record of kind {record['kind']!r} is not known here."
            )
            return
        call = "wb.factor" if is_factor(record) else f"wb.{record['kind']}"
        arguments = [quoted(record["name"]), *self._arguments(key, depth)]
        content = self._has_content(key)
        opened, closed = ("with ", f" as {self._names[key]}:") if content else (f"{self._names[key]} = ", "")
        line = f"{opened}{call}({', '.join(arguments)}){closed}"
        if len(line) + 4 * depth <= _LONGEST_LINE:
            self._line(depth, line)
        else:
            self._line(depth, f"{opened}{call}(")
            for argument in arguments:
                self._line(depth + 1, f"{argument},")
            self._line(depth, f"){closed}")
        self._defined.add(key)
        if not content:
            return
        if depth < _DEEPEST_BLOCK:
            self._children(key, depth + 1)
        else:
            self._line(depth + 1, "pass")
            self._postponed.append(key)

    def _children(self, scope: str, depth: int) -> None:
        for key in named_children(self._table, scope):
            if self._kind(key) not in _BUILTIN:
                self._create(key, depth)
            elif self._has_content(key):
                self._line(depth, f"with {self._scope(key)}:")
                self._children(key, depth + 1)

    def _arguments(self, key: str, depth: int) -> Iterator[str]:
        """The keyword arguments of a scope or a variable, as far as they can be given at its creation."""
        record = self._records[key]
        if is_variable(record):
            yield from self._variable_arguments(key, depth)
        elif is_factor(record):
            yield from self._parameter_arguments(key, depth)
        for field in _TEXTS:
            if field in record:
                try:
                    yield f"{field}={data_source(record[field])}"
                except NotPythonError as reason:
                    self._line(depth, f"# The {field} of {record['name']!r} is left out: {str(reason)!r}.")

    def _variable_arguments(self, key: str, depth: int) -> Iterator[str]:
        record = self._records[key]
        if record.get("shape"):
            yield f"shape={tuple(int(size) for size in record['shape'])!r}"
        entry = composed(self._distributions.get, record["distribution"], record.get("settings"))
        if record["distribution"] != "NormalDistribution":
            try:
                source = distribution_source(record["distribution"], record, self._distributions)
            except NotPythonError as reason:
                self._line(depth, f"# The distribution of {record['name']!r} is left out: {str(reason)!r}.")
                source = quoted(record["distribution"])
            yield f"distribution={source}"
        if entry is None or record["dtype"] != entry["dtypes"][0]:
            yield f"dtype={quoted(record['dtype'])}"
        yield from self._parameter_arguments(key, depth)

    def _parameter_arguments(self, key: str, depth: int) -> Iterator[str]:
        record = self._records[key]
        for parameter, value in record.get("parameters", {}).items():
            try:
                source = self._parameter(key, parameter, value, depth)
            except NotPythonError as reason:
                self._line(depth, f"# {parameter!r} of {record['name']!r} is left out: {str(reason)!r}.")
                continue
            if source is not None:
                yield f"{parameter}={source}"

    def _parameter(self, key: str, parameter: str, value: Record, depth: int) -> str | None:
        """The source of a parameter, or None after noting that it must be set later."""
        if not is_plain_name(parameter):
            raise NotPythonError("it is no name of a parameter")
        if "ref" not in value:
            number = value["value"]
            return self._array(number) if isinstance(number, Mapping) else literal(number)
        reference = value["ref"]
        if reference not in self._records:
            raise NotPythonError("what it refers to is missing")
        operators = self._under(reference)
        for operator in operators:
            check_operator(self._notation, self._records[operator])
        scope = self._records[key].get("scope")
        here = all(self._records[each].get("scope") == scope for each in operators)
        leaves = {reference, *(each for op in operators for each in self._records[op].get("operands", ()))}
        if not here or not all(is_operator(self._records[leaf]) or self._is_defined(leaf) for leaf in leaves):
            self._later.append((key, parameter, reference))
            return None
        for operator in operators:
            if operator in self._named_operators:
                self._line(depth, self._definition(operator))
        return expression(self._notation, reference)

    def _set(self, key: str, parameter: str, reference: str) -> None:
        for operator in self._under(reference):
            if operator in self._named_operators:
                self._statement(self._records[operator].get("scope"), self._definition(operator))
        record = self._records[reference]
        scope = record.get("scope") if is_operator(record) else None
        self._statement(scope, f"{self._names[key]}.{parameter} = {expression(self._notation, reference)}")

    def _definition(self, operator: str) -> str:
        source = expression(self._notation, operator)
        stem = self._notation.operators.get(self._kind(operator), {}).get("function", "term")
        name = self._names.add(operator, f"{stem}_term" if is_plain_name(f"{stem}_term") else "term")
        self._defined.add(operator)
        return f"{name} = {source}"

    def _links(self) -> None:
        for scope in self._inside:
            for key in self._table.children.get(scope, ()):
                record = self._records[key]
                if is_link(record) and record["source"] in self._records and record["target"] in self._records:
                    source, target = self._scope(record["source"]), self._scope(record["target"])
                    self._statement(scope, f"wb.link({source}, {target})")

    def _statement(self, scope: str | None, text: str) -> None:
        """One statement in a scope that is entered again; neighbours share the block."""
        if scope is None:
            self._line(0, text)
        else:
            if self._block != scope:
                self._line(0, f"with {self._scope(scope)}:")
            self._line(1, text)
        self._block = scope

    def _line(self, depth: int, text: str) -> None:
        self._lines.append("    " * depth + text)

    def _under(self, key: str) -> list[str]:
        """Operators that are not yet written, operands first."""
        found: dict[str, None] = {}
        stack = [(key, False)]
        while stack:
            each, done = stack.pop()
            record = self._records.get(each)
            if record is None or not is_operator(record) or each in found or each in self._defined:
                continue
            if done:
                found[each] = None
                continue
            stack.append((each, True))
            stack += [(operand, False) for operand in reversed(record.get("operands", ()))]
        return list(found)

    def _reachable(self) -> list[str]:
        found: dict[str, None] = {}
        for key in self._inside:
            for value in self._records[key].get("parameters", {}).values():
                if "ref" in value and value["ref"] not in found:
                    found.update(dict.fromkeys(self._under(value["ref"])))
        return list(found)

    def _operators_with_names(self) -> set[str]:
        """Operators used more than once, made in another scope than their user, or at the bottom of a deep tree."""
        records = self._records
        uses = Counter(operand for key in self._operators for operand in records[key].get("operands", ()))
        for key in self._inside:
            uses.update(value["ref"] for value in records[key].get("parameters", {}).values() if "ref" in value)
        named = {key for key in self._operators if uses[key] > 1}
        depths: dict[str, int] = {}
        for key in self._operators:
            operands = [each for each in records[key].get("operands", ()) if each in records]
            depths[key] = 1 + max((depths.get(each, 0) for each in operands if each not in named), default=0)
            scope = records[key].get("scope")
            named |= {each for each in operands if each in depths and records[each].get("scope") != scope}
            if depths[key] >= _DEEPEST_EXPRESSION:
                named.add(key)
        return named

    def _name(self, key: str) -> str | None:
        """What an expression calls a record: a local name, or None for an operator that stands there in full."""
        if key in self._records and is_operator(self._records[key]):
            return self._names.get(key) if key in self._defined else None
        return self._scope(key)

    def _scope(self, key: str) -> str:
        """The source of a named record: its local name, or its path from outside."""
        known = self._names.get(key)
        if known is not None:
            return known
        record = self._records[key]
        around, name = record.get("scope"), record["name"]
        if around is None:
            return name if is_plain_name(name) else "root"
        outside = self._scope(around)
        return f"{outside}.{name}" if record["kind"] in _BUILTIN else f"{outside}[{quoted(name)}]"

    def _array(self, value: Record) -> str:
        """The local name of a stored array."""
        digest = value["values"]
        name = self._names.get(digest)
        if name is not None:
            return name
        if digest not in self._values:
            raise NotPythonError("its numbers are missing")
        name = self._names.add(digest, "values")
        shape = tuple(int(size) for size in value["shape"])
        self._preface += [
            f"{name} = np.frombuffer(base64.b64decode(",
            f"    {self._values[digest]!r}",
            f"), dtype={value['dtype']!r}).reshape({shape!r})",
            "",
        ]
        return name

    def _is_defined(self, key: str) -> bool:
        return key in self._defined or self._names.get(key) is None

    def _has_content(self, key: str) -> bool:
        children = named_children(self._table, key)
        return any(self._kind(each) not in _BUILTIN or named_children(self._table, each) for each in children)

    def _kind(self, key: str) -> str:
        return self._records[key]["kind"]
