"""Two readings of a network: values along the arrows, and their log density with slopes and metric, as one `Program`.

Imports the network; solvers and models import it.
"""

from __future__ import annotations

from whyboard.lowering.program.binding import bind, rebind
from whyboard.lowering.program.density import log_densities
from whyboard.lowering.program.program import Program

__all__ = ["Program", "bind", "log_densities", "rebind"]
