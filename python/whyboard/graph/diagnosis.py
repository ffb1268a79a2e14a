"""Everything that is wrong with the meaning of a whole document, found without raising: for drawings and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from whyboard import registry
from whyboard.document.record import Key, Record, is_factor, is_link, is_shift, is_variable, references
from whyboard.document.table import Table
from whyboard.errors import ParameterError, ShapeError, UnknownName, WhyboardError
from whyboard.graph.constant import parameter_type, read_constant
from whyboard.graph.cycle import linked_source
from whyboard.graph.diagnostic import Diagnostic, Fix, code_of, plain_values, value_text
from whyboard.graph.parameter import (
    check_variable,
    constant_problem,
    distribution_of,
    parameter_problem,
    parameter_spec,
    shape_text,
)
from whyboard.graph.types import operator_type, own_type
from whyboard.value_type import Shape, ValueType, broadcast_shapes


class Snapshot(Protocol):
    """What is read of a document."""

    @property
    def table(self) -> Table: ...
    @property
    def values(self) -> Mapping[str, str]: ...


def diagnose(document: Snapshot, root: Key | None = None) -> list[Diagnostic]:
    """All problems of meaning, in order of creation of what has them; empty for a sound model.

    Args:
        document: a document or a snapshot of one.
        root: only look into this scope and what its variables are computed from.
    """
    return _Diagnosis(document.table, document.values, root).run()


class _Diagnosis:
    def __init__(self, table: Table, values: Mapping[str, str], root: Key | None) -> None:
        self._table = table
        self._records = table.records
        self._values = values
        self._found: list[Diagnostic] = []
        self._types: dict[Key, ValueType | None] = {}
        self._broken: set[Key] = set()
        self._sound: set[tuple[object, ...]] = set()
        self._complete: dict[tuple[Any, frozenset[str]], str | None] = {}
        self._linked = any(is_link(record) for record in self._records.values())
        keys = list(self._keys(root))
        self._variables = [key for key in keys if is_variable(self._records[key])]
        self._factors = [key for key in keys if is_factor(self._records[key])]

    def run(self) -> list[Diagnostic]:
        for key in self._variables:
            self._variable(key)
        for key in self._factors:
            self._factor(key)
        self._loops()
        self._found.sort(key=lambda each: each["key"])
        return self._found

    def _keys(self, root: Key | None) -> Iterable[Key]:
        if root is None:
            return self._records
        children, found = self._table.children, [root]
        for key in found:
            found.extend(children.get(key, ()))
        return found

    def _variable(self, key: Key) -> None:
        record = self._records[key]
        name = record["distribution"]
        if name not in registry.distributions:
            problem = UnknownName(f"{self._title(key)} has the distribution {name!r}, which is not known here.")
            self._report(key, problem, self._choose(key, record, "NormalDistribution"))
            return
        try:
            law = distribution_of(record)
        except WhyboardError as error:
            self._report(
                key, type(error)(f"{self._title(key)}: {error}"), self._choose(key, record, "NormalDistribution")
            )
            return
        own = own_type(record)
        assert own is not None
        if own.dtype not in law.dtypes or len(own.shape) < law.event_ndim:
            try:
                check_variable(record["kind"], self._path(key), law, own.shape, own.dtype)
            except WhyboardError as error:
                wrong = own.dtype not in law.dtypes
                self._report(key, error, self._retype(key, law) if wrong else self._begin(key, law, own))
                return
        parameters = record.get("parameters", {})
        for parameter, value in parameters.items():
            self._parameter(key, law, own, parameter, value)
        self._unset(key, law, own, frozenset(parameters))
        self._together(key, law, parameters)

    def _factor(self, key: Key) -> None:
        """A factor has the shape of its log density, so only a number or a value that is none can be wrong."""
        law: Any = registry.distributions["FactorDistribution"]
        parameters = self._records[key].get("parameters", {})
        for parameter, value in parameters.items():
            reference = value.get("ref")
            given = ValueType(*parameter_type(value["value"])) if reference is None else self._type(reference)
            if given is not None:
                self._parameter(key, law, given._replace(dtype="float", dynamic=True), parameter, value)
        if "log_density" not in parameters:
            problem = ParameterError(f"{self._title(key)} needs a log_density. Set it to what couples its variables.")
            self._report(key, problem, code="unset")

    def _parameter(self, key: Key, law: Any, own: ValueType, name: str, value: Mapping[str, Any]) -> None:
        if parameter_spec(law, name) is None:
            problem = UnknownName(f"{self._title(key)} has no parameter {name!r}.")
            self._report(key, problem, self._unsetting(key, name))
            return
        reference = value.get("ref")
        if reference is None:
            constant = value["value"]
            # A number broadcasts to any shape: what is sound for one variable is so for all of its kind.
            known = (law, name, own.dtype, constant) if type(constant) is float or type(constant) is int else None
            if known in self._sound:
                return
            given = ValueType(*parameter_type(constant))
            problem = parameter_problem(law, name, own, given, title="", what="")
            problem = problem or constant_problem(law, name, constant, self._values, "")
            if problem is None:
                if known is not None:
                    self._sound.add(known)
            else:
                problem = parameter_problem(law, name, own, given, title=self._title(key), what="a constant")
                problem = problem or constant_problem(law, name, constant, self._values, self._title(key))
                assert problem is not None
                shaped = isinstance(problem, ShapeError)
                self._report(
                    key, problem, self._reshape(key, name, own, given) if shaped else self._unsetting(key, name)
                )
            return
        given = self._type(reference)
        if given is None:
            return
        if parameter_problem(law, name, own, given, title="", what="") is not None:
            problem = parameter_problem(law, name, own, given, title=self._title(key), what=self._title(reference))
            assert problem is not None
            self._report(key, problem, self._reshape(key, name, own, given))

    def _together(self, key: Key, law: Any, parameters: Mapping[str, Any]) -> None:
        if len(parameters) < 2:
            return
        try:
            law.check(**{n: read_constant(v["value"], self._values) for n, v in parameters.items() if "value" in v})
        except ParameterError as error:
            self._report(key, ParameterError(f"{self._title(key)}: {error}"))

    def _unset(self, key: Key, law: Any, own: ValueType, given: frozenset[str]) -> None:
        known = (law, given)
        if known not in self._complete:
            try:
                law.complete(given)
                self._complete[known] = None
            except ParameterError as error:
                self._complete[known] = str(error)
        message = self._complete[known]
        if message is None or (self._linked and linked_source(self._table, key) is not None):
            return
        missing = plain_values(law, given, own.shape[-1] if law.event_ndim else 1)
        listed = " and ".join(f"{parameter} to {value_text(value)}" for parameter, value in missing.items())
        commands = [_parameter(key, parameter, value) for parameter, value in missing.items()]
        fix: Fix | None = {"label": f"Set {listed}", "commands": commands} if missing else None
        self._report(key, ParameterError(f"{self._title(key)} is not complete: {message}"), fix, code="unset")

    def _type(self, start: Key) -> ValueType | None:
        """The type of a variable or an operator; None where it, or what it is computed from, is broken."""
        types, records = self._types, self._records
        stack, opened = [start], set()
        while stack:
            key = stack[-1]
            if key in types:
                stack.pop()
                continue
            record = records[key]
            stated = own_type(record)
            if stated is None:
                operands = record.get("operands", ())
                missing = [each for each in operands if each not in types]
                if missing:
                    if key in opened:
                        # A ring of operators has no type. No edit makes one, but a hostile file may hold it.
                        types.update(dict.fromkeys(opened - types.keys()))
                        continue
                    opened.add(key)
                    stack.extend(missing)
                    continue
                stated = self._operator(key, record, [types[each] for each in operands])
            types[key] = stated
            stack.pop()
        return types[start]

    def _operator(self, key: Key, record: Record, operands: list[ValueType | None]) -> ValueType | None:
        known = [each for each in operands if each is not None]
        if len(known) < len(operands):
            return None
        try:
            return operator_type(record, known)
        except WhyboardError as error:
            shapes = " and ".join(
                f"{self._title(each)} {kind.shape}"
                for each, kind in zip(record.get("operands", ()), known, strict=True)
            )
            self._report(key, type(error)(f"{self._title(key)} of {shapes}: {error}"))
            return None

    def _loops(self) -> None:
        """One diagnostic for each loop that a depth-first walk closes."""
        done: set[Key] = set()
        for start in self._variables:
            if start in done:
                continue
            way: list[Key] = []
            inside: set[Key] = set()
            stack: list[tuple[Key, bool]] = [(start, False)]
            while stack:
                key, leaving = stack.pop()
                if leaving:
                    inside.discard(way.pop())
                    done.add(key)
                    continue
                if key in inside:
                    self._loop(way[way.index(key) :])
                    continue
                if key in done:
                    continue
                record = self._records[key]
                above = [] if is_shift(record) else list(references(record))
                if self._linked and is_variable(record):
                    source = linked_source(self._table, key)
                    above += [] if source is None else [source]
                if not above:
                    done.add(key)
                    continue
                inside.add(key)
                way.append(key)
                stack.append((key, True))
                stack.extend((each, False) for each in above if each not in done)

    def _loop(self, way: list[Key]) -> None:
        from whyboard.errors import CycleError

        variables = [key for key in way if is_variable(self._records[key])]
        if not variables:
            return
        # The walk goes from child to parent; people read from cause to effect.
        names = [self._path(key) for key in reversed(variables)]
        first = variables[-1]
        after = way[(way.index(first) + 1) % len(way)]
        name = next(
            (name for name, value in self._records[first].get("parameters", {}).items() if value.get("ref") == after),
            None,
        )
        problem = CycleError(
            f"{self._title(first)} depends on itself: {' -> '.join([*names, names[0]])}. Leave one of these out."
        )
        self._report(first, problem, None if name is None else self._unsetting(first, name))

    def _report(self, key: Key, problem: WhyboardError, fix: Fix | None = None, code: str = "") -> None:
        found: Diagnostic = {
            "key": key,
            "severity": "error",
            "code": code or code_of(problem),
            "message": str(problem),
        }
        if fix is not None:
            found["fix"] = fix
        self._found.append(found)

    def _reshape(self, key: Key, name: str, own: ValueType, given: ValueType) -> Fix:
        law = distribution_of(self._records[key])
        wide = _widened(law, parameter_spec(law, name), own.shape, given.shape)
        if wide is None:
            return self._unsetting(key, name)
        label = f"Give {self._name(key)} the shape {shape_text(wide)}"
        return {"label": label, "commands": [_field(key, "shape", list(wide))]}

    def _begin(self, key: Key, law: Any, own: ValueType) -> Fix:
        """The axes that a vector lacks: those of what it is drawn by, else two elements with plain values."""
        parameters = self._records[key].get("parameters", {})
        shape: Shape | None = None
        for name, value in parameters.items():
            spec, reference = parameter_spec(law, name), value.get("ref")
            given = ValueType(*parameter_type(value["value"])) if reference is None else self._type(reference)
            if spec is not None and given is not None and spec.event_ndim:
                shape = shape or _widened(law, spec, own.shape, given.shape)
        shape = shape or (*own.shape, *(2,) * (law.event_ndim - len(own.shape)))
        missing = plain_values(law, frozenset(parameters), shape[-1])
        listed = "".join(f" and {parameter} {value_text(value)}" for parameter, value in missing.items())
        commands = [_parameter(key, parameter, value) for parameter, value in missing.items()]
        label = f"Give {self._name(key)} the shape {shape_text(shape)}{listed}"
        return {"label": label, "commands": [_field(key, "shape", list(shape)), *commands]}

    def _retype(self, key: Key, law: Any) -> Fix:
        return {"label": f"Set dtype to {law.dtypes[0]}", "commands": [_field(key, "dtype", law.dtypes[0])]}

    def _choose(self, key: Key, record: Record, distribution: str) -> Fix:
        commands = [_field(key, "distribution", distribution)]
        if record["dtype"] != "float":
            commands.append(_field(key, "dtype", "float"))
        return {"label": f"Use {distribution}", "commands": commands}

    def _unsetting(self, key: Key, name: str) -> Fix:
        command = {"type": "SetParameter", "key": key, "parameter": name, "value": None}
        return {"label": f"Unset {name} of {self._name(key)}", "commands": [command]}

    def _name(self, key: Key) -> str:
        return self._records[key].get("name") or self._records[key]["kind"]

    def _path(self, key: Key) -> str:
        from whyboard.document.address import path

        return path(self._table, key)

    def _title(self, key: Key) -> str:
        from whyboard.document.address import describe

        return describe(self._table, key)


def _widened(law: Any, spec: Any, own: Shape, given: Shape) -> Shape | None:
    """The shape with which a variable can have a parameter of this shape; None where there is none, or is already."""
    event = law.event_ndim
    if spec.event_ndim < event or len(given) < spec.event_ndim or (spec.event_ndim and not event):
        return None
    plates = own[: len(own) - event] if len(own) >= event else ()
    try:
        wide = broadcast_shapes(plates, given[: len(given) - spec.event_ndim])
    except ShapeError:
        return None
    shape = (*wide, *given[len(given) - event :]) if event else wide
    return None if shape == own else shape


def _parameter(key: Key, name: str, value: Any) -> dict[str, Any]:
    return {"type": "SetParameter", "key": key, "parameter": name, "value": {"value": value}}


def _field(key: Key, field: str, value: Any) -> dict[str, Any]:
    return {"type": "SetField", "key": key, "field": field, "value": value}


__all__ = ["Diagnostic", "Fix", "diagnose"]
