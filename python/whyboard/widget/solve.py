"""Solves that are started from the diagram: on a thread of their own, with progress, Stop and summaries."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from whyboard.errors import SolverError, WhyboardError
from whyboard.precision import announced_compilations
from whyboard.solvers.solver import Progress
from whyboard.widget.histogram import BINS
from whyboard.widget.protocol import Diagnostic, ResultsTrait, StatusTrait
from whyboard.widget.results import Draws, disagreements, summarise

_BETWEEN = 0.1
"""Seconds between two progress messages: ten a second are enough, and a notebook drops what comes faster."""


class Solve:
    """The Run and Stop buttons of one model.

    Args:
        handle: a part of the model.
        publish: sets a trait.
        send: sends a message.
        status: makes the value of the trait ``status``.
        answered: called when there are other results.
    """

    def __init__(
        self,
        handle: Any,
        publish: Callable[[str, Any], None],
        send: Callable[[Mapping[str, Any]], None],
        status: Callable[..., StatusTrait],
        answered: Callable[[], None],
    ) -> None:
        self._handle = handle
        self._publish = publish
        self._send = send
        self._status = status
        self._answered = answered
        self._busy = False
        self._stop = threading.Event()
        self._draws: dict[str, Draws] = {}
        self._last: ResultsTrait | None = None
        self._stale = False
        self._failed = False
        self._progress = Progress("", 0, None)
        self._reported = 0.0

    @property
    def running(self) -> bool:
        """Whether a solve is under way."""
        return self._busy

    def start(self, method: str, options: Mapping[str, Any]) -> None:
        """Solve with this method.

        Raises:
            SolverError: another solve is under way.
        """
        if self.running:
            raise SolverError("A solve is under way. Press Stop, or wait until it has finished.")
        self._stop.clear()
        self._busy, self._failed = True, False
        self._publish("status", self._status("running", "", stale=self._stale))
        threading.Thread(target=self._run, args=(method, dict(options)), name="whyboard solve", daemon=True).start()

    def stop(self) -> None:
        """End the solve soon; it keeps the best state so far."""
        if self.running:
            self._stop.set()
            self._publish("status", self._status("stopping", "", stale=self._stale))

    def close(self) -> None:
        """End the solve; nobody waits for its result."""
        self._stop.set()

    def model_changed(self) -> None:
        """The results on the cards are those of an earlier model, and what failed may work now."""
        if self.running or not (self._failed or (self._last is not None and not self._stale)):
            return
        self._failed = False
        self._stale = self._last is not None
        self._publish("status", self._status("idle", self._last["message"] if self._last else "", stale=self._stale))

    def warnings(self) -> list[Diagnostic]:
        """What is not to be trusted of results that are those of the model as it is."""
        return [] if self._last is None or self._stale else disagreements(self._last["variables"])

    def show_row(self, row: int | None) -> None:
        """Summaries of one row of the data instead of all rows pooled.

        Raises:
            SolverError: nothing has been solved, or there is no such row.
        """
        if self._last is None:
            raise SolverError("There are no results yet. Press Run first.")
        if row is not None and not 0 <= row < self._last["n_rows"]:
            raise SolverError(f"There is no row {row}. The results have {self._last['n_rows']} rows, counted from 0.")
        variables, densities = summarise(self._draws, row)
        self._last = {**self._last, "row": row, "variables": variables, "densities": densities}
        self._publish("results", self._last)

    def _run(self, method: str, options: Mapping[str, Any]) -> None:
        from whyboard.widget.draws import alternatives, draw

        try:
            session = self._handle.session
            snapshot = self._handle.document.snapshot()
            started = time.monotonic()
            self._progress = Progress("", 0, None)
            with announced_compilations(self._compiling):
                drawn = draw(session, method, options, self._report, self._stop)
            seconds = time.monotonic() - started
        except WhyboardError as error:
            self._fail(f"{error} {alternatives(self._handle, method)}".strip())
            return
        except Exception as error:  # noqa: BLE001 - a thread must end with words, not with a traceback nobody sees
            self._fail(f"{method} failed with {type(error).__name__}: {error}"[:500])
            return
        self._draws = drawn.draws
        variables, densities = summarise(drawn.draws, drawn.row)
        given = ", ".join(f"{name}={value}" for name, value in options.items())
        named = f"{drawn.method} with {given}" if given else drawn.method
        end = _end(drawn.unfinished, converged=drawn.converged, stopped=self._stop.is_set())
        self._last = ResultsTrait(
            revision=snapshot.revision,
            method=drawn.method,
            converged=drawn.converged,
            message=f"{named} {end} in {seconds:.1f} s"
            + (f", {drawn.remark}" if drawn.remark else "")
            + (f", without the prior. {drawn.without_prior}" if drawn.without_prior else "")
            + (f". It {drawn.unfinished}" if end == "not converged" and drawn.unfinished else ""),
            row=drawn.row,
            n_rows=drawn.n_rows,
            question=drawn.row,
            bound=list(drawn.bound),
            bins=BINS,
            variables=variables,
            densities=densities,
        )
        self._stale = snapshot.revision != self._handle.document.revision
        # Before it is told: whoever hears of it may change the model at once.
        self._busy = False
        self._publish("results", self._last)
        self._publish("status", self._status("idle", self._last["message"], stale=self._stale))
        self._answered()

    def _fail(self, words: str) -> None:
        self._failed, self._busy = True, False
        self._publish("status", self._status("failed", words, stale=self._stale))

    def _report(self, progress: Progress) -> None:
        now, before = time.monotonic(), self._progress
        self._progress = progress
        # What is done now is told at once: the next step may be long in coming.
        if progress.phase != before.phase or now - self._reported >= _BETWEEN:
            self._reported = now
            self._tell(progress, progress.phase)

    def _compiling(self, begun: bool) -> None:
        """Between two reports: a first run waits for the compiler most of the time."""
        phase = self._progress.phase
        self._tell(self._progress, (f"{phase}: compiling" if phase else "compiling") if begun else phase)

    def _tell(self, progress: Progress, phase: str) -> None:
        message = {"kind": "progress", "phase": phase, "step": int(progress.step), "total": progress.total}
        if progress.value is not None and math.isfinite(progress.value):
            message["value"] = float(progress.value)
        self._send(message)


def _end(unfinished: str, *, converged: bool, stopped: bool) -> str:
    if converged:
        # Chains that disagree came to their end and no further.
        return "ended" if unfinished else "converged"
    return "stopped" if stopped else "not converged"
