"""The scope that a ``with`` block has entered, per thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whyboard.graph.scope import Scope


class _Stack(threading.local):
    def __init__(self) -> None:
        self.scopes: list[Scope] = []


_stack = _Stack()


def current_scope() -> Scope | None:
    """The innermost scope entered in this thread."""
    scopes = _stack.scopes
    return scopes[-1] if scopes else None


def enter(scope: Scope) -> None:
    """Make a scope the current one."""
    _stack.scopes.append(scope)


def leave() -> None:
    """Go back to the scope around."""
    _stack.scopes.pop()


class NoScope:
    """A block in which no scope is current, for code that builds beside the user's."""

    def __enter__(self) -> None:
        self._scopes, _stack.scopes = _stack.scopes, []

    def __exit__(self, *_: object) -> None:
        _stack.scopes = self._scopes
