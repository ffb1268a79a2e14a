"""Float64 inside our programs only, and a count of compilations for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import jax


@contextmanager
def double_precision() -> Iterator[None]:
    """64-bit arithmetic inside the block; the user's own setting stays."""
    with jax.enable_x64(True):
        yield


@dataclass
class CompilationCount:
    """How many programs the backend compiled since the block began."""

    compiled: int = 0


@contextmanager
def count_compilations() -> Iterator[CompilationCount]:
    """Count what jax compiles inside the block."""
    count = CompilationCount()

    def listen(event: str, duration: float, **_: object) -> None:
        del duration
        if active and event == "/jax/core/compile/backend_compile_duration":
            count.compiled += 1

    active = True
    # A listener cannot be taken back one by one through jax's public functions, so it goes quiet instead.
    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        yield count
    finally:
        active = False
