"""Algorithms that turn a `Program` into answers: one solver a file, in short compiled steps that can be stopped.

Imports lowering; models import it. A solver never sees a record.
"""

from __future__ import annotations

from whyboard.solvers import em, fisher, forward, gibbs, mode, vmp
from whyboard.solvers.solver import Progress, Solver

__all__ = ["Progress", "Solver", "em", "fisher", "forward", "gibbs", "mode", "vmp"]
