"""Looks at a model again after its changes, on a thread of its own, so that no edit waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

_QUIET = 0.12
"""Seconds without a change before looking: a burst of edits is looked at once."""
_REST = 4.0
"""A look that took long is followed by so many times as long a rest: the kernel is there for others too."""


class Watch:
    """Publishes what it finds in a model whenever that is something else than before.

    Args:
        name: of the thread.
        look: finds it.
        publish: called with what was found.
    """

    def __init__(self, name: str, look: Callable[[], Any], publish: Callable[[Any], None]) -> None:
        self._name = name
        self._look = look
        self._publish = publish
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._last: Any = None
        self._looking = threading.Lock()
        self._thread: threading.Thread | None = None

    def request(self) -> None:
        """Look again soon."""
        self._wanted.set()
        if self._thread is None and not self._closing.is_set():
            self._thread = threading.Thread(target=self._run, name=f"whyboard {self._name}", daemon=True)
            self._thread.start()

    def look(self) -> None:
        """Look now, and publish what has changed."""
        with self._looking:
            found = self._look()
            if found != self._last:
                self._last = found
                self._publish(found)

    def close(self) -> None:
        """Stop looking."""
        self._closing.set()
        self._wanted.set()

    def _run(self) -> None:
        rest = _QUIET
        while True:
            self._wanted.wait()
            while self._wanted.is_set() and not self._closing.is_set():
                self._wanted.clear()
                self._closing.wait(rest)
            if self._closing.is_set():
                return
            started = time.monotonic()
            self.look()
            rest = max(_QUIET, _REST * (time.monotonic() - started))
