"""`Template`: a scope to be instantiated again and again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from whyboard.graph.copying import Extract, cut_out, instantiate

if TYPE_CHECKING:
    from whyboard.graph.scope import Scope


class Template:
    """The state of a scope when the template was taken; ``T("name")`` makes an instance in the current scope.

    An instance is like any other scope: refine it in a ``with`` block, and take a template of it again.
    References to what lies outside the scope are left unset in the instances.
    """

    def __init__(self, scope: Scope) -> None:
        scope.record  # noqa: B018 - raises if it was deleted
        self._kind = type(scope)
        self._name = scope.name
        self._extract: Extract = cut_out(scope.space.table, scope.document.values, scope.key)

    def __call__(self, name: str) -> Scope:
        """An instance under this name.

        Raises:
            NameClash: if the current scope has a child of that name.
        """
        made = instantiate(self._extract, name, strict=False, origin=None)
        made._bind_made(made, sys._getframe(1))  # noqa: SLF001 - bare names are bound where the user writes
        return made

    def __repr__(self) -> str:
        return f"<whyboard.Template of {self._kind.__name__} {self._name!r}>"
