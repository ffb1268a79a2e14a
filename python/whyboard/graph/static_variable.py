"""`StaticVariable`: a value that all rows share."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from whyboard.graph.handles import handles
from whyboard.graph.scope import texts
from whyboard.graph.variable import AnyVariable


@handles
class StaticVariable(AnyVariable):
    """One value for all rows, such as a coefficient that is learned.

    Args and errors are those of `Variable`; its parameters may not depend on values per row.
    """

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
        self._init(
            name,
            shape=shape,
            distribution=distribution,
            dtype=dtype,
            labelled=labelled,
            parameters=parameters,
            frame=frame,
        )
