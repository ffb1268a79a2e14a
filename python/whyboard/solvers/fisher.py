"""`MAPFisher`: the mode, and around it a normal in whitened noise with the inverse Fisher metric as covariance."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from whyboard.distributions.bijection import BIJECTIONS
from whyboard.errors import SolverError
from whyboard.lowering.program import Program
from whyboard.solvers.gaussian import Gaussian
from whyboard.solvers.metric import metric_at
from whyboard.solvers.mode import Map
from whyboard.solvers.solver import Moments, Progress, Report, StaticBelief, register

UNINFORMED = 3.0
"""A deviation of a logarithm beyond this says nothing: one event in any number of trials leaves 1."""


@register
class Fisher(Map):
    """Posterior mode with Fisher uncertainty.

    Mathematically, ``z ~ N(z*, (1 + J'FJ)^-1)`` at the mode ``z*``; values are ``x = T(parents, z)``, so a positive
    variable stays positive.
    """

    method = "MAPFisher"
    label = "Mode and Fisher uncertainty"
    synonyms = ("LaplaceApproximation", "Hessian", "MGVI")

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
        # Towards an edge steps may shrink for ever; an energy that stands still is as good.
        if self.converged or self._settled():
            self._refuse_edges()

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

    def _refuse_edges(self) -> None:
        """Refuse what has no prior and is not kept from an edge of its range: no normal belief describes it there.

        Raises:
            SolverError: names the variable, and the value with the highest likelihood.
        """
        program = self.program
        laws = [spec.law for spec in program.structure]
        if all(law.proper or not program.relevant[index].any() for index, law in enumerate(laws)):
            return
        deviations = program.nodes(self.belief.deviations(self.seed))
        for index, (law, deviation) in enumerate(zip(laws, deviations, strict=True)):
            if law.proper:
                continue
            batch = deviation.ndim - law.event_ndim
            logarithms = BIJECTIONS[law.support].logarithms(deviation.shape[batch:])
            open_ones = np.argwhere((deviation > UNINFORMED) & logarithms)
            if not len(open_ones):
                continue
            value = program.node(program.at(self.noise).values, index)[tuple(open_ones[0, :batch])]
            shown = np.array2string(np.asarray(value), precision=3, suppress_small=True)
            self.converged = False
            raise SolverError(
                f"The data do not keep '{program.network.paths[index]}', which has no prior, from an edge of its "
                f"range: the likelihood is highest near {shown}, and a normal belief around that says nothing. "
                'Use method="MAP" (or "EM", if it takes the graph), which gives that value itself, or give a prior.'
            )
