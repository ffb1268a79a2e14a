"""`VMP`: beliefs that are updated one after the other, each to the best one given the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from whyboard.errors import SolverError
from whyboard.families.moments import leaves
from whyboard.lowering.program import Program
from whyboard.precision import double_precision
from whyboard.solvers import belief
from whyboard.solvers.message_passing import MessagePassing
from whyboard.solvers.solver import Progress, Report, register


@register
class Vmp(MessagePassing):
    """Variational message passing: coordinate ascent of the lower bound on the log evidence.

    Args:
        program: what to infer.
        seed: for the draws at which variables start that would else stay symmetric.
        order: nodes in the order of their updates. If None, causes come first, but what starts at a value or a draw
            comes last: its first update forgets where it started.
        initial: by node, the value at which a variable starts, or ``"prior"`` or ``"random"``; one of these for all.
            Others start at their prior, and at a draw where a variable would else stay as its equals.
        max_sweeps: stop after so many.
        tolerance: stop when neither the bound nor any moment changes by more, relative to its size.
        damping: the fraction of the old natural parameters that an update keeps.

    Raises:
        NotConjugate: names a variable that has no closed update.
        SolverError: if a variable is left out of ``order``.
    """

    method = "VMP"
    label = "Variational message passing"
    options = (
        {"name": "order", "type": "variables", "default": None},
        {"name": "initial", "type": "values", "default": None},
        {"name": "max_sweeps", "type": "int", "default": 1000},
        {"name": "tolerance", "type": "float", "default": 1e-8},
        {"name": "damping", "type": "float", "default": 0.0},
    )

    def __init__(
        self,
        program: Program,
        seed: int = 0,
        *,
        order: Sequence[int] | None = None,
        initial: Mapping[int, np.ndarray | str] | str | None = None,
        max_sweeps: int = 1000,
        tolerance: float = 1e-8,
        damping: float = 0.0,
    ) -> None:
        super().__init__(program, seed)
        self.max_sweeps = max_sweeps
        self.tolerance = tolerance
        self.damping = damping
        self.order = self._checked(order, initial)
        self._observed = self.base_measures()
        self.lower_bound: list[float] = []
        self.lower_bound_terms: dict[int, float] = {}
        self.state = self.start(initial)

    def solve(self, report: Report) -> None:
        if self.converged:
            return
        try:
            for _ in range(len(self.lower_bound), self.max_sweeps):
                if self._sweep() or not report(
                    Progress("message passing", len(self.lower_bound), None, self.lower_bound[-1])
                ):
                    break
        except KeyboardInterrupt:
            self.converged = False

    # --- sweeps ------------------------------------------------------------------------------------------------------

    def _sweep(self) -> bool:
        """One sweep; whether nothing changes any more."""
        before = self.state.moments
        with double_precision():
            state, terms = belief.sweep(
                self.potential, self.order, self.arguments, self.state, np.float64(self.damping)
            )
        terms = {node: float(term) + self._observed[node] for node, term in terms.items()}
        total = sum(terms.values())
        if not np.isfinite(total):
            bad = [self.program.network.paths[node] for node, term in terms.items() if not np.isfinite(term)]
            raise SolverError(
                f"The lower bound of {', '.join(map(repr, bad))} is not finite after sweep "
                f"{len(self.lower_bound) + 1}. "
                "Check the data and the constants of its distribution."
            )
        change = abs(total - self.lower_bound[-1]) if self.lower_bound else np.inf
        self.state, self.lower_bound_terms = state, terms
        self.lower_bound.append(total)
        if change > self.tolerance * (1 + abs(total)):
            return False
        limit = np.sqrt(self.tolerance)
        pairs = zip(leaves(tuple(before.values())), leaves(tuple(state.moments.values())), strict=True)
        self.converged = all(_close(np.asarray(old), np.asarray(new), limit) for old, new in pairs)
        return self.converged

    def _checked(self, order: Sequence[int] | None, initial: Any) -> tuple[int, ...]:
        latents = {latent.node for latent in self.potential.latents}
        if order is None:
            started = self.symmetric() | set(initial if isinstance(initial, Mapping) else ())
            return tuple(sorted(latents, key=lambda node: (node in started, node)))
        paths = self.program.network.paths
        left_out = sorted(latents - set(order))
        if left_out:
            names = ", ".join(f"'{paths[node]}'" for node in left_out)
            raise SolverError(f"The order of updates leaves out {names}. Name every variable that is inferred.")
        return tuple(node for node in order if node in latents)


def _close(old: np.ndarray, new: np.ndarray, limit: float) -> bool:
    return bool(np.max(np.abs(old - new), initial=0.0) <= limit * (1 + np.max(np.abs(new), initial=0.0)))
