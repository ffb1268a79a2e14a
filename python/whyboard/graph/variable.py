"""`Variable`: a value with a distribution whose parameters are attributes; and what a `StaticVariable` shares."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from whyboard.document.record import Key
from whyboard.graph.constant import read_constant
from whyboard.graph.current import current_scope
from whyboard.graph.cycle import find_loop, linked_source, loop_names
from whyboard.graph.declaration import default_of, dtype_of, new_parameters, no_value, shape_of
from whyboard.graph.handles import handle_in, handles
from whyboard.graph.operand import Operand, as_function
from whyboard.graph.parameter import (
    check_known,
    check_variable,
    constant_parameter,
    cycle_error,
    distribution_of,
    parameter_problem,
)
from whyboard.graph.retyping import check_retyped
from whyboard.graph.scope import Scope, texts
from whyboard.graph.scopee import Scopee, titled
from whyboard.graph.time_index import as_operand
from whyboard.registry import law_named
from whyboard.value_type import DType, Shape, ValueType


class AnyVariable(Scope, Operand):
    """What `Variable` and `StaticVariable` share."""

    __slots__ = ()

    def __init__(
        self,
        name: str,
        shape: int | Iterable[int] = (),
        distribution: Any = None,
        dtype: Any = None,
        *,
        description: str | None = None,
        unit: str | None = None,
        labels: Any = None,
        **parameters: Any,
    ) -> None:
        labelled = texts(description, unit, labels)
        frame = sys._getframe(1)  # noqa: SLF001 - bare names are bound where the user writes
        kind = type(self).__name__
        law = law_named("NormalDistribution" if distribution is None else distribution)
        if law.composition:
            law, parameters = law.with_tuples(parameters)
        sizes = () if isinstance(shape, tuple) and not shape else shape_of(shape, f"{kind} {name!r}")
        own = ValueType(sizes, law.dtypes[0] if dtype is None else dtype_of(dtype), kind == "Variable")
        if sizes or dtype is not None or law.event_ndim:
            check_variable(kind, name, law, sizes, own.dtype)
        record: dict[str, Any] = {
            "kind": kind,
            "name": name,
            "shape": list(sizes),
            "dtype": own.dtype,
            "distribution": law.__name__,
            **labelled,
        }
        if law.given_settings:
            record["settings"] = dict(law.given_settings)
        scope = current_scope()
        space = None if scope is None else scope.space
        record["parameters"] = {}
        if parameters:
            given = {parameter: value for parameter, value in parameters.items() if value is not None}
            title = f"{kind} '{name}'" if scope is None else f"{kind} '{scope.path}/{name}'"
            record["parameters"], space = new_parameters(title, law, own, given, space)
        self._make(record, frame, space=space)
        self.space.types[self._key] = own

    def __getitem__(self, key: Any) -> Any:
        """The child of a name, or an operator that indexes the value."""
        return Scope.__getitem__(self, key) if isinstance(key, str) else Operand.__getitem__(self, key)

    __contains__ = Scope.__contains__

    @property
    def shape(self) -> Shape:
        """The shape of one row; setting it checks the parameters and everything that depends on it."""
        return self.value_type.shape

    @shape.setter
    def shape(self, shape: int | Iterable[int]) -> None:
        self._retype(shape=shape_of(shape, self._title()))

    @property
    def dtype(self) -> DType:
        """``"float"``, ``"int"`` or ``"bool"``."""
        return self.value_type.dtype

    @dtype.setter
    def dtype(self, dtype: Any) -> None:
        self._retype(dtype=dtype_of(dtype))

    @property
    def distribution(self) -> Any:
        """The class of its distribution; a new one keeps the parameters that it knows."""
        return distribution_of(self.record)

    @distribution.setter
    def distribution(self, distribution: Any) -> None:
        record = self.record
        kind = law_named(distribution)
        commands: list[dict[str, Any]] = [_set_field(self._key, "distribution", _stated(kind))]
        if record["dtype"] not in kind.dtypes:
            check_retyped(self.space, self._key, self.value_type._replace(dtype=kind.dtypes[0]), parameters=False)
            commands.append(_set_field(self._key, "dtype", kind.dtypes[0]))
        check_variable(record["kind"], self.path, kind, self.shape, kind.dtypes[0])
        self.space.execute(commands)

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters that are set: numbers, arrays and handles by name."""
        record = self.record
        return {name: self._read(value) for name, value in record.get("parameters", {}).items()}

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            record = self.record
            value = record.get("parameters", {}).get(name)
            if value is not None:
                return self._read(value) if "settings" not in record else self._read_all(name, value)
            law = distribution_of(record)
            for spec in law.parameters:
                if spec.name == name:
                    return default_of(law, name, record)
        return Scope.__getattr__(self, name)

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self._parameter_names()]

    def _assign(self, name: str, value: Any) -> None:
        record = self.record
        law = distribution_of(record)
        if not any(spec.name == name for spec in law.parameters):
            key = self.space.table.names.get((self._key, name))
            if (
                key is None
                and name not in _SCOPE_WORDS
                and isinstance(value, Operand | int | float | np.ndarray | list)
            ):
                check_known(self._title(), [name], law)
            super()._assign(name, value)
            return
        if isinstance(value, tuple) and law.composition:
            law, given = law.with_tuples({name: value})
            self.distribution = law
            for each, part in given.items():
                self.set_parameter(each, part)
            return
        self.set_parameter(name, value)

    def set_parameter(self, name: str, value: Any) -> None:
        """Set a parameter of the distribution to a number, an array, a variable or an operator; None unsets it.

        Raises:
            UnknownName: if the distribution has no such parameter.
            ShapeError, DTypeError, ParameterError: if the value does not fit.
            ScopeError: if a StaticVariable would depend on a value per row.
            CycleError: if the variable would depend on itself.
        """
        record = self.record
        law = distribution_of(record)
        title = self._title()
        check_known(title, [name], law)
        space = self.space
        if value is None:
            if name in record.get("parameters", {}):
                space.execute([_set_parameter(self._key, name, None)])
            return
        self._check_not_linked(name)
        own = self.value_type
        value = as_operand(value)
        if isinstance(value, Scopee):
            if not isinstance(value, Operand):
                raise no_value(name, title, value)
            problem = parameter_problem(law, name, own, value.value_type, title=title, what=value)
            if problem is not None:
                raise problem
            if value.space is not space:
                space = space.join(value.space)
            loop = find_loop(space.table, self._key, value.key, linked=bool(space.links))
            if loop is not None:
                raise cycle_error(loop_names(space.table, loop), title, name)
            space.execute([_set_parameter(self._key, name, {"ref": value.key})])
            return
        parameter, stored = constant_parameter(law, name, own, value, title)
        if stored is not None:
            space.document.store(*stored)
        space.execute([_set_parameter(self._key, name, parameter)])

    def _check_not_linked(self, name: str) -> None:
        space = self.space
        source = linked_source(space.table, self._key) if space.links else None
        if source is not None:
            from whyboard.errors import LinkError

            raise LinkError(
                f"The {name} of {self._title()} cannot be set: it is linked to "
                f"{titled(handle_in(self.space, source))}. Set it there, or delete the link first."
            )

    def _read_all(self, name: str, value: Mapping[str, Any]) -> Any:
        """A parameter; those that belong together as one tuple."""
        names = distribution_of(self.record).tuples.get(name)
        if names is None:
            return self._read(value)
        given = self.record["parameters"]
        return tuple(self._read(given[each]) if each in given else None for each in names)

    def _read(self, value: Mapping[str, Any]) -> Any:
        if "ref" in value:
            return handle_in(self.space, value["ref"])
        return read_constant(value["value"], self.document.values)

    def _retype(self, **changed: Any) -> None:
        record = self.record
        own = self.value_type._replace(**changed)
        law = distribution_of(record)
        check_variable(record["kind"], self.path, law, own.shape, own.dtype)
        check_retyped(self.space, self._key, own)
        for field, value in changed.items():
            self.space.execute([_set_field(self._key, field, list(value) if field == "shape" else value)])

    def _takes(self, name: str) -> bool:
        return super()._takes(name) or name in self._parameter_names()

    def _suggest(self, name: str, *, settable: bool = False) -> str:
        return ("" if settable else as_function(name, self.name)) or super()._suggest(name, settable=settable)

    def _parameter_names(self) -> list[str]:
        return [spec.name for spec in distribution_of(self.record).parameters]


@handles
class Variable(AnyVariable):
    """A value for each row of data.

    Args:
        name: an identifier, unique in its scope.
        shape: of one row; a number is one axis.
        distribution: a class, its name (``"Normal"`` too) or an instance; normal where none is given.
        dtype: ``"float"``, ``"int"`` or ``"bool"``; the distribution's own where none is given.
        description, unit, labels: texts for cards, summaries and plots.
        parameters: of the distribution: numbers, arrays, variables or operators.

    Raises:
        NameClash, ScopeError: if it cannot stand in the current scope under this name.
        ShapeError, DTypeError, ParameterError, UnknownName: if a parameter does not fit.

    >>> x = Variable("x", mean=1.0, variance=4.0)
    >>> x.variance
    4.0
    """

    __slots__ = ()


_SCOPE_WORDS = ("description", "unit", "labels", "name", "scope", "children")


def _set_field(key: Key, field: str, value: Any) -> dict[str, Any]:
    return {"type": "SetField", "key": key, "field": field, "value": value}


def _stated(law: Any) -> str | dict[str, Any]:
    """A distribution as a command has it: a name, with settings where it has some."""
    return {"distribution": law.__name__, "settings": dict(law.given_settings)} if law.settings else law.__name__


def _set_parameter(key: Key, name: str, value: Any) -> dict[str, Any]:
    return {"type": "SetParameter", "key": key, "parameter": name, "value": value}
