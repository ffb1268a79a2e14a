"""A function for every registered operator, with numpy's names and arguments; a new one is here by itself."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whyboard import registry
from whyboard.errors import UnknownName
from whyboard.graph.expression import Expression, call

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any: ...

else:

    def __getattr__(name: str) -> Callable[..., Expression]:
        if name.startswith("__"):
            raise AttributeError(name)
        found = _functions().get(name)
        if found is None:
            near = difflib.get_close_matches(name, _functions(), n=3)
            hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else " dir(whyboard.math) lists them all."
            raise UnknownName(f"There is no function {name!r}.{hint}")
        return found


def __dir__() -> list[str]:
    return list(_functions())


def function_names() -> list[str]:
    """The names of all functions."""
    return list(_functions())


_state: dict[int, dict[str, Callable[..., Expression]]] = {}


def _functions() -> dict[str, Callable[..., Expression]]:
    version = registry.operators.version
    if version not in _state:
        made = {kind.function: _function(name, kind) for name, kind in _operators()}
        _state.clear()
        _state[version] = made
    return _state[version]


def _operators() -> list[tuple[str, Any]]:
    return list(zip(registry.operators, registry.operators.values(), strict=True))


def _function(kind: str, operation: Any) -> Callable[..., Expression]:
    if kind == "Index":
        return _index(operation)

    def function(*arguments: Any, **keywords: Any) -> Expression:
        return call(kind, arguments, keywords)

    function.__name__ = function.__qualname__ = operation.function
    function.__module__ = "whyboard.math"
    function.__doc__ = (
        f"{inspect.cleandoc(operation.__doc__ or operation.label)}\n\nCalled as ``{operation.signature()}``."
    )
    function.__signature__ = _signature(operation)
    return function


def _index(operation: Any) -> Callable[..., Expression]:
    def index(x: Any, *indices: Any, **settings: Any) -> Expression:
        """Elements, slices or rows of a value: ``index(x, 0, group)`` is ``x[0, group]``."""
        if settings:
            return call("Index", (x, *indices), settings)
        dynamic, parts = operation.from_key(indices)
        return call("Index", (x, *dynamic), parts)

    index.__module__ = "whyboard.math"
    return index


def _signature(operation: Any) -> inspect.Signature:
    kinds = inspect.Parameter
    parameters = [
        kinds(name, kinds.POSITIONAL_OR_KEYWORD, default=operation.defaults.get(name, kinds.empty))
        for name in operation.operands
    ]
    if operation.variadic:
        parameters.append(kinds("operands", kinds.VAR_POSITIONAL))
    after = kinds.KEYWORD_ONLY if operation.variadic else kinds.POSITIONAL_OR_KEYWORD
    parameters += [
        kinds(setting.name, after, default=kinds.empty if setting.required else setting.default)
        for setting in sorted(operation.settings, key=lambda setting: not setting.required)
    ]
    if operation.arguments:
        parameters.sort(key=lambda parameter: operation.arguments.index(parameter.name))
    try:
        return inspect.Signature(parameters)
    except ValueError:
        # A required setting after an operand with a default has no Python spelling.
        return inspect.Signature([kinds("arguments", kinds.VAR_POSITIONAL), kinds("settings", kinds.VAR_KEYWORD)])
