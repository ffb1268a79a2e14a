"""`MAPFisher`: the mode, and around it a normal in whitened noise with the inverse Fisher metric as covariance."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from whyboard.lowering.program import Program
from whyboard.solvers.gaussian import Gaussian
from whyboard.solvers.metric import metric_at
from whyboard.solvers.mode import Map
from whyboard.solvers.solver import Moments, Progress, Report, StaticBelief, register


@register
class Fisher(Map):
    """Posterior mode with Fisher uncertainty.

    Mathematically, ``z ~ N(z*, (1 + J'FJ)^-1)`` at the mode ``z*``; values are ``x = T(parents, z)``, so a positive
    variable stays positive.
    """

    method = "MAPFisher"
    label = "Mode and Fisher uncertainty"

    def __init__(self, program: Program, seed: int = 0) -> None:
        super().__init__(program, seed)
        self._belief: Gaussian | None = None

    def solve(self, report: Report) -> None:
        if self.converged:
            return
        self._belief = None
        super().solve(report)
        if self.converged:
            report(Progress("measuring the uncertainty", 1, 1))

    def samples(self, count: int, seed: int, nodes: Collection[int] | None = None) -> dict[int, np.ndarray]:
        return self.belief.samples(count, seed, nodes)

    def moments(self) -> Moments:
        return self.belief.moments(self.seed)

    def static_belief(self) -> StaticBelief:
        return self.belief.static_belief(self.seed)

    @property
    def belief(self) -> Gaussian:
        """The normal around the best noise so far."""
        if self._belief is None:
            values = self.program.at(self.noise).values
            self._belief = Gaussian(self.program, self.noise, metric_at(self.program, self.noise, values))
        return self._belief
