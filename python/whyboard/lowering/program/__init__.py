"""Two readings of a network: values along the arrows, and their log density with slopes and metric, as one `Program`.

Imports the network; solvers and models import it.
"""

from __future__ import annotations

from whyboard.lowering.program.program import Program, bind

__all__ = ["Program", "bind"]
