"""The classes of all registered operators, ``wb.operator.Add(1., 1.)``; a newly registered one is here by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whyboard import registry
from whyboard.graph.expression import Expression, expression_class

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any: ...

else:

    def __getattr__(name: str) -> type[Expression]:
        if name.startswith("__"):
            raise AttributeError(name)
        registry.operators[name]  # raises with the names that are near
        return expression_class(name)


def __dir__() -> list[str]:
    return list(registry.operators)
