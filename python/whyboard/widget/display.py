"""Marks the data frames that a notebook displays, so that a column header dragged out of an output finds its object.

Standard library only: the hook is installed with the package and must cost nothing.
"""

from __future__ import annotations

import html
import itertools
import sys
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

_FRAMES = [("pandas.core.frame", "DataFrame"), ("pandas", "DataFrame"), ("polars.dataframe.frame", "DataFrame")]
_KEPT = 32
"""A frame that is only displayed, never named, stays reachable until this many others were displayed."""

_shown: OrderedDict[str, Any] = OrderedDict()
_numbers = itertools.count(1)


def install() -> None:
    """Mark frames from now on, where IPython runs. A formatter that the user has set stays as it is."""
    shell = _shell()
    if shell is None:
        return
    formatter = shell.display_formatter.formatters["text/html"]
    for module, name in _FRAMES:
        if (module, name) not in formatter.deferred_printers:
            formatter.for_type_by_name(module, name, _tagged)


def namespace() -> dict[str, Any]:
    """The variables of the user's notebook; empty outside one."""
    shell = _shell()
    return {} if shell is None else shell.user_ns


def find(identifier: str) -> Any:
    """The object behind an id of `tag`, or None if it is gone."""
    kind, _, name = identifier.partition("/")
    if kind == "name":
        return namespace().get(name)
    return _shown.get(identifier)


def tag(frame: Any, names: Mapping[str, Any]) -> str:
    """An id for a frame: by name where it has one. The first rows of a named frame stand for the whole."""
    for name, value in names.items():
        if value is frame and not name.startswith("_"):
            return f"name/{name}"
    for name, value in names.items():
        if not name.startswith("_") and _is_start(frame, value):
            return f"name/{name}"
    identifier = f"shown/{next(_numbers)}"
    _shown[identifier] = frame
    while len(_shown) > _KEPT:
        _shown.popitem(last=False)
    return identifier


def _is_start(frame: Any, whole: Any) -> bool:
    if type(whole) is not type(frame) or len(whole) <= len(frame) or len(frame) == 0:
        return False
    if list(whole.columns) != list(frame.columns):
        return False
    return any(frame.equals(part) for part in (whole.head(len(frame)), whole.tail(len(frame))))


def _tagged(frame: Any) -> str | None:
    text = frame._repr_html_()
    if text is None:
        return None
    identifier = html.escape(tag(frame, namespace()), quote=True)
    return f'<div class="whyboard-frame" data-whyboard-source="{identifier}">{text}</div>'


def _shell() -> Any:
    module = sys.modules.get("IPython")
    return None if module is None else module.get_ipython()
