"""The `Operator` base: one function, `apply`, and everything else read off its signature."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, TypeVar

from whyboard import registry
from whyboard.errors import DTypeError, ParameterError
from whyboard.value_type import DType, Shape, ValueType, broadcast_shapes, promote

__all__ = ["Axis", "DType", "Operator", "Setting", "Shape", "ValueType", "elementwise", "freeze", "register"]

Axis = int | tuple[int, ...] | None

REQUIRED = inspect.Parameter.empty
"""The default of a setting that must be given."""


class Setting(NamedTuple):
    """A constant that shapes an operator or a distribution, such as an axis; JSON data, never an operand.

    ``type`` is the text of its annotation in lower case, for example ``"axis"`` or ``"bool"``; ``"distribution"`` for
    a class. ``choices`` lists the allowed values where they are few, ``minimum`` is the least number.
    """

    name: str
    type: str
    default: Any = REQUIRED
    choices: tuple[Any, ...] = ()
    minimum: float | None = None

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


def elementwise(*operands: ValueType, **_settings: Any) -> ValueType:
    """Broadcast of the shapes, promoted dtype: the rule of an operator that states none."""
    shape = broadcast_shapes(*(operand.shape for operand in operands))
    dtypes: list[DType] = [operand.dtype for operand in operands]
    return ValueType(shape, promote(*dtypes), any(operand.dynamic for operand in operands))


class Operator:
    """A deterministic function of other values; subclasses state `apply` and are never instantiated.

    Positional parameters of `apply` are operands, ``*operands`` makes the operator variadic and keyword-only parameters
    are settings. `apply` sees one row: arrays of exactly the operands' shapes.

    ``dtype`` fixes the dtype of the default `result` rule; ``accepts`` lists the dtypes the operands may have.
    ``positional_settings`` names settings that come before the operands when the function is called, as in numpy;
    ``arguments`` is the whole order of a call where settings stand between operands. Operands may have ``defaults``.
    ``begins`` has values of required settings that the palette begins with.
    One that ``mixes_rows`` is given all rows of a series by `apply`, and is taken apart before anything is compiled.

    An operator that message passing can look through states `moments`: a function of the moments of its operands,
    affine in each, whose annotations are the moments types that it takes and gives; it sees one row, as `apply` does,
    and settings as keywords. A message goes back by its derivative, or, where that is slow, by
    ``backward(message, *operand_moments)``, which gives one message for each operand.
    """

    apply: ClassVar[Callable[..., Any]]
    result: ClassVar[Callable[..., ValueType]] = staticmethod(elementwise)
    moments: Callable[..., Any] | None = None
    backward: Callable[..., Any] | None = None

    function: ClassVar[str] = ""
    label: ClassVar[str] = ""
    group: ClassVar[str] = "elementwise"
    symbol: ClassVar[str | None] = None
    precedence: ClassVar[int | None] = None
    commutative: ClassVar[bool] = False
    dtype: ClassVar[DType | None] = None
    accepts: ClassVar[tuple[DType, ...]] = ("float", "int", "bool")
    positional_settings: ClassVar[tuple[str, ...]] = ()
    arguments: ClassVar[tuple[str, ...]] = ()
    mixes_rows: ClassVar[bool] = False
    begins: ClassVar[Mapping[str, Any]] = {}

    operands: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Mapping[str, Any]] = {}
    variadic: ClassVar[bool] = False
    settings: ClassVar[tuple[Setting, ...]] = ()

    def __init_subclass__(cls) -> None:
        if "apply" not in cls.__dict__:
            return
        parameters = inspect.signature(cls.apply).parameters.values()
        operands = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        cls.operands = tuple(p.name for p in operands)
        cls.defaults = {p.name: p.default for p in operands if p.default is not p.empty}
        cls.variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        cls.settings = tuple(
            Setting(p.name, _type_name(p.annotation, p.default), p.default)
            for p in parameters
            if p.kind is p.KEYWORD_ONLY
        )
        if "function" not in cls.__dict__:
            cls.function = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        if "label" not in cls.__dict__:
            cls.label = cls.function.replace("_", " ")

    @classmethod
    def infer(cls, operands: Sequence[ValueType], settings: Mapping[str, Any] | None = None) -> ValueType:
        """The type of the result, or the error that says why these operands do not fit.

        Raises:
            ParameterError: if the number of operands or a setting's name is wrong.
            DTypeError, ShapeError: if the operands do not fit together.
        """
        count = len(operands)
        if count != len(cls.operands) and not (cls.variadic and count > len(cls.operands)):
            expected = f"{len(cls.operands) + cls.variadic}{' or more' if cls.variadic else ''}"
            names = ", ".join([*cls.operands, *(["..."] if cls.variadic else [])])
            raise ParameterError(f"{cls.function}({names}) got {count} operands. Expected {expected}.")
        if settings or cls.settings:
            cls._check_settings(settings or {})
        for operand in operands:
            if operand.dtype not in cls.accepts:
                raise DTypeError(
                    f"{cls.function} got an operand of dtype {operand.dtype}. Expected {' or '.join(cls.accepts)}."
                )
        result = cls.result(*operands, **freeze(settings)) if settings else cls.result(*operands)
        return result if cls.dtype is None or result.dtype == cls.dtype else result._replace(dtype=cls.dtype)

    @classmethod
    def evaluate(cls, values: Sequence[Any], settings: Mapping[str, Any] | None = None) -> Any:
        """`apply` with settings as they stand in a record (lists become tuples)."""
        return cls.apply(*values, **freeze(settings or {}))

    @classmethod
    def bind(cls, *arguments: Any, **keywords: Any) -> tuple[list[Any], dict[str, Any]]:
        """Operands and settings of a call written as numpy would write it.

        ``concatenate([a, b], 1)`` and ``sum(x, 0)`` give the same as ``concatenate(a, b, axis=1)`` and
        ``sum(x, axis=0)``.
        Settings equal to their defaults are left out.

        Raises:
            ParameterError: if an argument is missing, unknown or given twice.
        """
        rest = list(arguments)
        if cls.arguments:
            rest, keywords = [], cls._named(arguments, keywords)
        settings = cls._bind_leading(rest, keywords)
        operands = cls._bind_operands(rest, keywords)
        later = [setting.name for setting in cls.settings if setting.name not in cls.positional_settings]
        if len(rest) > len(later):
            excess = len(rest) - len(later)
            raise ParameterError(f"{cls.function}() got {excess} arguments too many. Expected {cls.signature()}.")
        for name, value in [*zip(later, rest, strict=False), *keywords.items()]:
            if name in settings or name in cls.operands:
                raise ParameterError(f"{cls.function}() got {name!r} twice. Expected {cls.signature()}.")
            settings[name] = value
        cls._check_settings(settings)
        defaults = {setting.name: setting.default for setting in cls.settings}
        return operands, {name: value for name, value in settings.items() if not _same(value, defaults[name])}

    @classmethod
    def signature(cls) -> str:
        """How the function is called, for example ``sum(operand, axis=None, keepdims=False)``."""
        operands = [f"{name}={cls.defaults[name]!r}" if name in cls.defaults else name for name in cls.operands]
        parts = [*operands, *(["*operands"] if cls.variadic else [])]
        parts += [s.name if s.required else f"{s.name}={s.default!r}" for s in cls.settings]
        if cls.arguments:
            parts.sort(key=lambda part: cls.arguments.index(part.partition("=")[0]))
        return f"{cls.function}({', '.join(parts)})"

    @classmethod
    def _named(cls, given: Sequence[Any], keywords: dict[str, Any]) -> dict[str, Any]:
        """All arguments of a call by name."""
        if len(given) > len(cls.arguments):
            excess = len(given) - len(cls.arguments)
            raise ParameterError(f"{cls.function}() got {excess} arguments too many. Expected {cls.signature()}.")
        named = dict(zip(cls.arguments, given, strict=False))
        for name in named:
            if name in keywords:
                raise ParameterError(f"{cls.function}() got {name!r} twice. Expected {cls.signature()}.")
        return {**named, **keywords}

    @classmethod
    def _bind_leading(cls, rest: list[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
        """Take the settings that come before the operands, which are texts, off the front of ``rest``."""
        leading = {}
        for name in cls.positional_settings:
            if rest and name not in keywords and isinstance(rest[0], str):
                leading[name] = rest.pop(0)
        return leading

    @classmethod
    def _bind_operands(cls, rest: list[Any], keywords: dict[str, Any]) -> list[Any]:
        """Take the operands off the front of ``rest``, or out of ``keywords``."""
        operands: list[Any] = []
        for name in cls.operands:
            if rest:
                operands.append(rest.pop(0))
            elif name in keywords:
                operands.append(keywords.pop(name))
            elif name in cls.defaults:
                operands.append(cls.defaults[name])
            else:
                raise ParameterError(f"{cls.function}() got no {name!r}. Expected {cls.signature()}.")
        if cls.variadic and rest and isinstance(rest[0], list | tuple):
            operands.extend(rest.pop(0))
        elif cls.variadic:
            operands.extend(rest)
            rest.clear()
        if cls.variadic and not operands:
            raise ParameterError(f"{cls.function}() got no operands. Expected one or more: {cls.signature()}.")
        return operands

    @classmethod
    def _check_settings(cls, settings: Mapping[str, Any]) -> None:
        known = {setting.name for setting in cls.settings}
        for name in settings:
            if name not in known:
                raise ParameterError(f"{cls.function}() has no setting {name!r}. Expected {cls.signature()}.")
        for setting in cls.settings:
            if setting.required and setting.name not in settings:
                raise ParameterError(f"{cls.function}() got no {setting.name!r}. Expected {cls.signature()}.")


Kind = TypeVar("Kind", bound=type[Operator])


def register(kind: Kind) -> Kind:
    """Add an operator class: it then has a function, a palette entry, a file format and generated code."""
    registry.operators.register(kind.__name__, kind)
    return kind


def freeze(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with every list turned into a tuple, so that they are hashable and fit jax."""
    return {name: _frozen(value) for name, value in settings.items()}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and value == default


def _type_name(annotation: Any, default: Any) -> str:
    if annotation is inspect.Parameter.empty:
        return "any" if default in (REQUIRED, None) else type(default).__name__
    return (annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))).lower()
