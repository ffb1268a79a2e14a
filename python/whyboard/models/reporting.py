"""What a user hears of a solve: a bar while it goes on, and a warning where it ends before it should."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from whyboard.errors import ConvergenceWarning
from whyboard.options import options
from whyboard.solvers.solver import Progress, Report

ProgressCallback = Callable[[Progress], None]


@contextmanager
def reporting(progress: ProgressCallback | bool | None, stop: threading.Event | None) -> Iterator[Report]:
    """What a solver reports to; a bar is gone when the block is left."""
    bar = None
    if progress is None and options.progress:
        from tqdm.auto import tqdm

        # A bar that is wiped out has no place in a file; one of a notebook is no text at all.
        notebook = any("notebook" in each.__module__ for each in tqdm.__mro__)
        bar = tqdm(
            desc="solving",
            leave=False,
            delay=1.0,
            mininterval=0.2,
            bar_format="{desc} step {n} [{elapsed}]",
            disable=not notebook and not sys.stderr.isatty(),
        )

    def report(state: Progress) -> bool:
        if bar is not None:
            bar.set_description(state.phase, refresh=False)
            bar.update()
        elif callable(progress):
            progress(state)
        return stop is None or not stop.is_set()

    try:
        yield report
    finally:
        if bar is not None:
            bar.close()


def warn(message: str, kind: type[UserWarning] = ConvergenceWarning) -> None:
    """Warn at the line of the user's program that asked; each time, not once a line."""
    frame = sys._getframe(1)  # noqa: SLF001 - warnings has no other way to the caller of a package before Python 3.12
    package = __name__.partition(".")[0]
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        frame = frame.f_back
    warnings.warn_explicit(message, kind, frame.f_code.co_filename, frame.f_lineno)
