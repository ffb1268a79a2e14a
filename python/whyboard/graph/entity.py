"""`Entity`, and the two entities-only scopes that every Graph is made with."""

from __future__ import annotations

import sys
from typing import Any

from whyboard.graph.handles import handles
from whyboard.graph.scope import Scope, texts


@handles
class Entity(Scope):
    """A thing with properties: it holds Entities, Variables and StaticVariables.

    Args:
        name: an identifier, unique in its scope.
        description, unit, labels: texts for cards, summaries and plots.

    >>> Entity("e")
    <whyboard.Entity 'e'>
    """

    __slots__ = ()

    def __init__(
        self, name: str, *, description: str | None = None, unit: str | None = None, labels: Any = None
    ) -> None:
        record = {"kind": "Entity", "name": name, **texts(description, unit, labels)}
        self._make(record, sys._getframe(1))  # noqa: SLF001 - bare names are bound where the user writes


@handles
class Inputs(Scope):
    """The entities that a Graph is given from outside; made together with their Graph."""

    __slots__ = ()


@handles
class Outputs(Scope):
    """The entities that a Graph hands on; made together with their Graph."""

    __slots__ = ()
