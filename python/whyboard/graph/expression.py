"""`Expression`: handles on operators, one class per operator that is registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from whyboard import registry
from whyboard.document.address import describe
from whyboard.document.key import fresh_key
from whyboard.document.record import Key, Record
from whyboard.errors import DTypeError, ParameterError, ShapeError, UnknownName
from whyboard.graph.constant import Constant, constant, read_constant
from whyboard.graph.current import current_scope
from whyboard.graph.handles import adopt, handle_in
from whyboard.graph.operand import Operand, as_function
from whyboard.graph.plain import plain
from whyboard.graph.scopee import Scopee, titled
from whyboard.graph.space import Space
from whyboard.value_type import ValueType


class Expression(Operand):
    """The result of an operator. Its classes are in `wb.operator`; calling one makes an operator of anything."""

    __slots__ = ()

    kind: ClassVar[str] = ""
    _way_back: ClassVar[str] = (
        "An operator goes with the last parameter that used it. Write the expression again, or undo what replaced it."
    )

    def __new__(cls, *arguments: Any, **keywords: Any) -> Expression:  # noqa: PYI034 - of the class of the operator
        if not cls.kind:
            raise ParameterError("Expression is only the base class. Make operators with wb.math or wb.operator.")
        return call(cls.kind, arguments, keywords)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Nothing else: numpy's methods are functions here, which is worth saying."""
            hint = "" if name.startswith("_") else as_function(name, "...")
            raise UnknownName(f"A {type(self).__name__} operator has no {name!r}.{hint}")

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What it is computed from."""
        space = self.space
        return tuple(handle_in(space, key) for key in self.record.get("operands", ()))  # pyright: ignore[reportReturnType]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that differ from their defaults."""
        return dict(self.record.get("settings", {}))

    @property
    def value(self) -> Any:
        """The number or array of a constant; None for every other operator."""
        record = self.record
        return read_constant(record["value"], self.document.values) if record["kind"] == "Const" else None


def call(kind: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Expression:
    """An operator from the arguments of a call, as numpy would take them."""
    operation: Any = registry.operators[kind]
    operands, settings = operation.bind(*arguments, **keywords)
    if kind == "Const":
        return _make_constant(**settings)
    return make(
        kind,
        operation,
        operands,
        {name: plain(value, f"{operation.function}({name}=)") for name, value in settings.items()},
    )


def make(kind: str, operation: Any, operands: Sequence[Any], settings: dict[str, Any]) -> Expression:
    """An operator in the current scope, checked; numbers among the operands become constants beside it.

    Raises:
        ShapeError, DTypeError: if the operands do not fit together; both are named.
    """
    from whyboard.graph.time_index import as_operand

    if operation.symbol is not None and any(isinstance(operand, bool) for operand in operands):
        raise ParameterError(
            f"{operation.symbol} got the truth value {next(each for each in operands if isinstance(each, bool))}. "
            "== and != compare the objects themselves; write equal(a, b) or not_equal(a, b) for their values, and 0 or "
            "1 for a number."
        )
    operands = [as_operand(operand) for operand in operands]
    scope = current_scope()
    space = None if scope is None else scope.space
    for operand in operands:
        if isinstance(operand, Scopee):
            if not isinstance(operand, Operand):
                raise DTypeError(
                    f"{operation.function} got {titled(operand)}, which has no value. "
                    "Expected a variable or an operator."
                )
            operand.record  # noqa: B018 - raises if it was deleted
            other = operand.space
            space = other if space is None or space is other else space.join(other)
    if space is None:
        space = Space()
    place = {} if scope is None else {"scope": scope.key}
    commands: list[dict[str, Any]] = []
    keys: list[Key] = []
    types: list[ValueType] = []
    fresh: dict[Key, ValueType] = {}
    for operand in operands:
        if isinstance(operand, Operand):
            key = operand.key
            known = space.types.get(key)
            types.append(space.type_of(key) if known is None else known)
        else:
            number = constant(operand, operation.function)
            key = fresh_key()
            commands.append({"type": "AddRecord", "key": key, "record": _constant_record(space, number, place)})
            types.append(ValueType(number.shape, number.dtype))
            fresh[key] = types[-1]
        keys.append(key)
    try:
        result = operation.infer(types, settings)
    except (ShapeError, DTypeError) as error:
        raise type(error)(f"{_named(kind, space, keys, types)} {error}") from None
    key = fresh_key()
    record: dict[str, Any] = {"kind": kind, **place, "operands": keys}
    if settings:
        record["settings"] = settings
    commands.append({"type": "AddRecord", "key": key, "record": record})
    space.execute(commands)
    fresh[key] = result
    space.types.update(fresh)
    return _handle(space, key, kind)


def expression_class(kind: str) -> type[Expression]:
    """The handle class of an operator; a new one when the operator is registered again."""
    operation = registry.operators[kind] if kind in registry.operators else None  # noqa: SIM401 - a Registry has no get
    found = _CLASSES.get(kind)
    if found is None or found[0] is not operation:
        documentation = (
            operation.__doc__ if operation is not None else None
        ) or "An operator that is not registered here."
        names = {"__slots__": (), "__doc__": documentation, "__module__": "whyboard.operator", "kind": kind}
        found = _CLASSES[kind] = (operation, type(kind, (Expression,), names))
    return found[1]


_CLASSES: dict[str, tuple[type | None, type[Expression]]] = {}


def _make_constant(value: Any = 0.0, dtype: str | None = None) -> Expression:
    if isinstance(value, Scopee):
        raise ParameterError(f"A constant got {value!r}. Expected a number or an array.")
    number = constant(value)
    if dtype is not None and dtype != number.dtype:
        operation: Any = registry.operators["Const"]
        operation.result(value=value, dtype=dtype)
        number = number._replace(dtype=dtype)
    scope = current_scope()
    space = Space() if scope is None else scope.space
    record = _constant_record(space, number, {} if scope is None else {"scope": scope.key})
    return _handle(space, space.add(record), "Const")


def _constant_record(space: Space, number: Constant, place: Mapping[str, Any]) -> Record:
    if number.stored is not None:
        space.document.store(*number.stored)
    return {"kind": "Const", **place, "value": number.value, "dtype": number.dtype}


def _handle(space: Space, key: Key, kind: str) -> Expression:
    made = object.__new__(expression_class(kind))
    adopt(made, space, key)
    return made


def _named(kind: str, space: Space, keys: Sequence[Key], types: Sequence[ValueType]) -> str:
    """``Add of Variable 'g/x' with shape (3,) and a constant of shape (4,):``."""
    table = space.table
    parts = []
    for key, each in zip(keys, types, strict=True):
        what = describe(table, key) if key in table.records else "a constant"
        parts.append(
            f"{what} with shape {each.shape} and dtype {each.dtype}"
            if len(types) == 1
            else f"{what} {each.shape} {each.dtype}"
        )
    return f"{kind} of {' and '.join(parts)}:"
