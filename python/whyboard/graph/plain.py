"""Settings as plain data."""

from __future__ import annotations

from types import EllipsisType
from typing import Any

import numpy as np

from whyboard.errors import ParameterError
from whyboard.graph.scopee import Scopee


def plain(value: Any, where: str) -> Any:
    """A setting as it stands in a record: numbers, texts, truth values, None and lists of these.

    Raises:
        ParameterError: for anything else; a setting is a constant, never a handle.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | range):
        return [plain(item, where) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist(), where)
    if isinstance(value, EllipsisType):
        return "..."
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return {name: plain(item, where) for name, item in value.items()}
    if isinstance(value, type) and value in (float, int, bool):
        return value.__name__
    if isinstance(value, Scopee):
        raise ParameterError(f"{where} got {value!r}. Expected a constant: this is a setting, not an operand.")
    raise ParameterError(f"{where} got a {type(value).__name__}. Expected a number, a text or a list of these.")
