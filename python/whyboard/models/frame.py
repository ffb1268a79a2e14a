"""A frame as the data of a scope: its columns go to the variables of the same name."""

from __future__ import annotations

from typing import Any

from whyboard.document.address import describe
from whyboard.errors import DataError
from whyboard.graph import Scope
from whyboard.graph.variable import AnyVariable
from whyboard.models.column import columns_of


def frame_columns(scope: Scope, values: Any) -> dict[str, Any]:
    """The columns of a frame that have the name of a variable in a scope.

    Raises:
        DataError: if there is none, or if the values are no frame.
    """
    title = describe(scope.space.table, scope.key)
    columns = columns_of(values)
    if columns is None:
        raise DataError(
            f"{title} got a {type(values).__name__}. "
            "Expected a frame, whose columns go to its variables of the same name."
        )
    variables = [name for name, child in scope.children.items() if isinstance(child, AnyVariable)]
    fitting = {name: column for name, column in columns.items() if name in variables}
    if not fitting:
        raise DataError(
            f"No column of the frame has the name of a variable in {title}. "
            f"The columns are {', '.join(columns)}; the variables are {', '.join(variables) or 'none'}."
        )
    return fitting
