"""`StaticVariable`: a value that all rows share."""

from __future__ import annotations

from whyboard.graph.handles import handles
from whyboard.graph.variable import AnyVariable


@handles
class StaticVariable(AnyVariable):
    """One value for all rows, such as a coefficient that is learned.

    Args and errors are those of `Variable`; its parameters may not depend on values per row.
    """

    __slots__ = ()
