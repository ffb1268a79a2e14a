"""Looks for mistakes of meaning after edits, on a thread of its own, so that no edit waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from whyboard.graph import diagnose

_QUIET = 0.12
"""Seconds without an edit before looking: a burst of edits is looked at once."""


class Diagnosis:
    """Publishes the diagnostics of a model whenever it has changed.

    Args:
        handle: a part of the model.
        publish: called with ``"diagnostics"`` and the list, when it differs from the last.
    """

    def __init__(self, handle: Any, publish: Callable[[str, Any], None]) -> None:
        self._handle = handle
        self._publish = publish
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._last: list[Any] | None = None
        self._thread: threading.Thread | None = None

    def request(self) -> None:
        """Look again soon."""
        self._wanted.set()
        if self._thread is None and not self._closing.is_set():
            self._thread = threading.Thread(target=self._run, name="whyboard diagnosis", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._closing.set()
        self._wanted.set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            while self._wanted.is_set() and not self._closing.is_set():
                self._wanted.clear()
                self._closing.wait(_QUIET)
            if self._closing.is_set():
                return
            found = diagnose(self._handle.document.snapshot())
            if found != self._last:
                self._last = list(found)
                self._publish("diagnostics", self._last)
