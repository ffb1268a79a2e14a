"""Bare names: in a notebook or a module, a child made in a ``with`` block is also bound to its own name.

Never inside a function, and never over a name that holds anything but a whyboard object.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Iterable
from types import FrameType
from typing import TYPE_CHECKING, Any

from whyboard.options import options

if TYPE_CHECKING:
    from whyboard.graph.scopee import Scopee


def namespace(frame: FrameType | None) -> dict[str, Any] | None:
    """The globals of a frame that runs a module or a notebook cell; None for functions and class bodies."""
    if frame is None or frame.f_code.co_flags & inspect.CO_OPTIMIZED or not options.bind_names:
        return None
    return frame.f_globals if frame.f_locals is frame.f_globals else None


def bind(names: dict[str, Any], children: Iterable[tuple[str, Scopee]]) -> None:
    """Bind children to their names where that takes nothing away from the user."""
    from whyboard.graph.scopee import Scopee

    for name, child in children:
        if isinstance(names[name], Scopee) if name in names else name not in _BUILTIN:
            names[name] = child


_BUILTIN = frozenset(dir(builtins))
