"""`Forward`: simulation along the arrows; what is known stays as it is and tells its effects, never its causes."""

from __future__ import annotations

import numpy as np

from whyboard.solvers.solver import Moments, Report, Solver, sample_moments

MOMENT_DRAWS = 1000


class Forward(Solver):
    """Ancestral sampling. It does not learn from data."""

    method = "Forward"
    label = "Simulate"

    def solve(self, report: Report) -> None:
        del report
        self.converged = True

    def samples(self, count: int, seed: int) -> list[np.ndarray]:
        return self.program.sample(seed, count)

    def moments(self) -> Moments:
        return sample_moments(self.program.sample(self.seed, MOMENT_DRAWS))
