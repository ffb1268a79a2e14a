"""The models of this release: `ForwardModel`, and the posterior models by their solvers."""

from __future__ import annotations

from typing import Any

import numpy as np

from whyboard.graph.graph import Graph
from whyboard.models.model import Model

QUANTILES = 2000


class ForwardModel(Model):
    """Generates data along the arrows; what is known tells its effects, never its causes."""

    method = "Forward"

    def solve(self, progress: Any = None, stop: Any = None) -> ForwardModel:
        from whyboard.solvers.forward import Forward

        del progress, stop
        if self._solver is None:
            self._solver = Forward(self.program, self.seed)
            self._solver.converged = True
        return self


class PosteriorModel(Model):
    """A model that takes information in all directions."""

    def get_posterior_graph(self, name: str | None = None) -> Graph:
        """A copy of the graph in which every static variable that was inferred has its posterior as its distribution.

        Each static variable is taken by itself: normal where it can have any sign, log-normal where it is positive.
        """
        self.solver  # noqa: B018 - raises before anything is copied
        made = self.graph.copy(name or self.graph.name) if self.graph.scope is None else self.graph.copy(name)
        draws = self.solver.samples(QUANTILES, self.seed)
        for key, node in self._network.owner.items():
            spec = self.program.structure[node]
            inferred = self.program.relevant[node] | self.program.known[node]
            if not spec.static or not inferred.any() or spec.dtype != "float":
                continue
            if self._network.keys[node] != key or spec.distribution == "DiracDistribution":
                continue
            twin = made
            for part in self._relative(key):
                twin = twin[part]
            _set_posterior(twin, draws[node], self.moments.mean[node], self.moments.variance[node])
        return made

    def _relative(self, key: str) -> list[str]:
        table = self._snapshot.table
        names: list[str] = []
        while key != self._root:
            record = table.records[key]
            names.append(record["name"])
            key = record["scope"]
        return names[::-1]


def _set_posterior(variable: Any, draws: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> None:
    from whyboard.distributions.log_normal import LogNormalDistribution
    from whyboard.distributions.normal import NormalDistribution

    for name in list(variable.record.get("parameters", {})):
        setattr(variable, name, None)
    known = variance == 0
    if (draws > 0).all() and variable.distribution is not NormalDistribution:
        logs = np.log(draws)
        variable.distribution = LogNormalDistribution
        variable.mean_log = _plain(logs.mean(axis=0))
        variable.standard_deviation_log = _plain(np.where(known, _SHARP, logs.std(axis=0)))
    else:
        variable.distribution = NormalDistribution
        variable.mean = _plain(mean)
        variable.standard_deviation = _plain(np.where(known, _SHARP * (1 + np.abs(mean)), np.sqrt(variance)))


_SHARP = 1e-6
"""The width given to static values that were observed: they are known, but a normal needs a width."""


def _plain(array: np.ndarray) -> Any:
    return array.tolist()


class MAPModel(PosteriorModel):
    """The posterior mode in whitened coordinates; it has no spread."""

    method = "MAP"


class MAPFisherModel(PosteriorModel):
    """The posterior mode, and around it the inverse Fisher metric as covariance."""

    method = "MAPFisher"
