"""What upper layers lend to handles, loaded when it is first used: pictures, code, trees, data."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from whyboard.errors import ScopeError
from whyboard.graph import Operand, Scope, Scopee
from whyboard.registry import services


def show(x: Scopee, **options: Any) -> Any:
    """The editor on a scope or an operator."""
    if not isinstance(x, Scopee):
        raise ScopeError(f"show() got {x!r}. Expected a Graph, another scope or an operator.")
    x.record  # noqa: B018 - raises if it was deleted
    return services["show"](x, **options)


def child_tree(x: Scope) -> str:
    """The scopes and variables in a scope, as a tree of names."""
    if not isinstance(x, Scope):
        raise ScopeError(f"child_tree() got {x!r}. Expected a Graph, an Entity or a variable.")
    x.record  # noqa: B018 - raises if it was deleted
    return str(services["child_tree"](x))


def operand_tree(operator: Operand) -> str:
    """The operators that lead to an operator, down to variables and constants."""
    if not isinstance(operator, Operand):
        raise ScopeError(f"operand_tree() got {operator!r}. Expected an operator or a variable.")
    operator.record  # noqa: B018 - raises if it was deleted
    return str(services["operand_tree"](operator))


def print_child_tree(x: Scope) -> None:
    """Print the child tree of a scope."""
    print(child_tree(x))  # noqa: T201 - that is what it is for


def print_operand_tree(operator: Operand) -> None:
    """Print the operand tree of an operator."""
    print(operand_tree(operator))  # noqa: T201 - that is what it is for


def lend() -> None:
    """Register a stand-in for every service: its first call loads the module that provides it."""
    for name, (module, function) in _PROVIDERS.items():
        if name not in services:
            services.register(name, _stand_in(name, module, function))


_PROVIDERS = {
    "child_tree": ("whyboard.printing.services", "child_tree_of"),
    "operand_tree": ("whyboard.printing.services", "operand_tree_of"),
    "to_text": ("whyboard.printing.services", "text_of"),
    "to_python": ("whyboard.printing.services", "python_of"),
    "to_svg": ("whyboard.printing.services", "svg_of"),
    "show": ("whyboard.widget.graph_widget", "show"),
    "mimebundle": ("whyboard.widget.graph_widget", "mimebundle"),
    "data_linker": ("whyboard.models.data", "linker_of"),
}


def _stand_in(name: str, module: str, function: str) -> Callable[..., object]:
    def lent(*arguments: Any, **keywords: Any) -> object:
        found = getattr(importlib.import_module(module), function)
        services.register(name, found)
        return found(*arguments, **keywords)

    return lent
