"""`Forward`: simulation along the arrows; what is known stays as it is and tells its effects, never its causes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.errors import ParameterError, SolverError
from whyboard.lowering.program import Program
from whyboard.lowering.program.known_index import check_indices
from whyboard.solvers.gaussian import Gaussian
from whyboard.solvers.solver import Moments, Report, Solver, StaticBelief


class Forward(Solver):
    """Ancestral sampling. It does not learn from data."""

    method = "Forward"
    label = "Simulate"

    def __init__(self, program: Program, seed: int = 0) -> None:
        super().__init__(program, seed)
        _refuse_improper(program)
        _refuse_factors(program)
        check_indices(program)
        self._belief = Gaussian(program, program.zeros(), None)

    def solve(self, report: Report) -> None:
        del report
        self.converged = True

    def samples(self, count: int, seed: int, nodes: Collection[int] | None = None) -> dict[int, np.ndarray]:
        return self._belief.samples(count, seed, nodes)

    def moments(self) -> Moments:
        return self._belief.moments(self.seed)

    def static_belief(self) -> StaticBelief:
        return self._belief.static_belief(self.seed)


def _refuse_factors(program: Program) -> None:
    for path, spec in zip(program.network.paths, program.structure, strict=True):
        law: Any = registry.distributions[spec.distribution]
        if law.undirected:
            raise SolverError(
                f"Factor '{path}' has no direction, so there is no order in which this graph could be drawn. "
                'Use get_posterior_model, with method="VMP", "MAPFisher" or "MAP"; without data it tells the prior.'
            )


def _refuse_improper(program: Program) -> None:
    for index, spec in enumerate(program.structure):
        if not spec.law.proper and not program.known[index].all():
            raise ParameterError(
                f"'{program.network.paths[index]}' has {spec.distribution}, which has no density to draw from. "
                "Give it a prior, or a value as data, to simulate."
            )
