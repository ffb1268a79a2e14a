"""From records to a compiled `Program`: what a graph means as arithmetic, free of names and keys.

Imports documents and distributions; solvers and models import it.
"""

from __future__ import annotations

from whyboard.lowering.flatten import flatten
from whyboard.lowering.network import Network
from whyboard.lowering.program.program import Program

__all__ = ["Network", "Program", "flatten"]
