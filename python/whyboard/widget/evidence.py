"""Evidence and do-values as views see and set them."""

from __future__ import annotations

import math
from typing import Any, Literal

from whyboard.errors import DataError, ScopeError
from whyboard.models.question import fitted
from whyboard.widget.protocol import Evidence


def ask(handle: Any, kind: Literal["observe", "do"], key: str, value: Any) -> None:
    """Set evidence or a do-value on the question row; None clears it.

    Raises:
        DataError: the value is no finite number, nor a list of them, or does not fit the variable.
    """
    session = handle.session
    if value is not None:
        if not _is_value(value):
            raise DataError(
                f"{handle.sibling(key).path!r} got {value!r}. Expected a number, or a list of numbers for a vector."
            )
        fitted(session.graph, key, value)
    if kind == "observe":
        session.observe(key, value)
    else:
        session.do(key, value)


def evidence_of(handle: Any) -> dict[str, Evidence]:
    """What is known or set on the question row, by key."""
    try:
        session = handle.session
    except ScopeError:
        return {}
    found = {key: Evidence(kind="observe", value=_plain(value)) for key, value in session.evidence.items()}
    found.update({key: Evidence(kind="do", value=_plain(value)) for key, value in session.do_values.items()})
    return found


def _is_value(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_value(entry) for entry in value)
    return isinstance(value, bool) or (isinstance(value, int | float) and math.isfinite(value))


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
