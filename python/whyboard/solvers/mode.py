"""`MAP`: the mode of the posterior in whitened coordinates, by quasi-Newton steps in the Fisher metric."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from whyboard.distributions.bijection import BIJECTIONS
from whyboard.errors import SolverError
from whyboard.lowering.program.inspection import check_density
from whyboard.lowering.program.known_index import check_indices
from whyboard.lowering.program.program import Outcome, Program
from whyboard.lowering.program.relevance import uncertain_parameters
from whyboard.lowering.program.tables import Tables
from whyboard.precision import double_precision
from whyboard.solvers.gaussian import static_bounds
from whyboard.solvers.metric import Metric, metric_at, undetermined
from whyboard.solvers.solver import Moments, Progress, Report, Solver, StaticBelief, register

MAX_STEPS = 300
MEMORY = 8
NUDGE = 0.01
"""How far from the medians a solve of a mixture starts."""
CLOSE = 1e-14
"""Stop when a step promises to lower the energy by less: a ten-millionth of a posterior standard deviation."""
ROUNDING = 1e-13
"""Energies are known to this fraction of their size; smaller promises are trusted without a look at the energy."""
DIRECTION = 0.01
"""The relative error of a direction that is found by conjugate gradients."""
HALVINGS = 40
SUFFICIENT = 0.2
"""A step must lower the energy by this share of what it promises: one that overshoots may still end a little lower."""
EDGE, IN_THE_TAIL = 35.0, 7.5
"""Noise beyond the edge runs away; in the tail it does so if the solve fails too."""
FLAT_EDGE = 75.0
"""Coordinates of what has no prior know no spread: logarithms beyond this are out of any range of units."""
MOST_CHECKED = 256
OPEN = 1e-11
"""What has no prior is determined if more than this share of the information about it is its own."""
STILL = 1e-3
"""A value that one posterior deviation of its coordinate moves by a smaller share stands at an edge of its range."""


@register
class Map(Solver):
    """The most probable values, in coordinates in which every prior is a standard normal.

    A step solves the metric ``1 + J'FJ`` for the slope, corrected by the curvature that the last steps have met, and is
    halved until the energy falls.
    """

    method = "MAP"
    label = "Posterior mode"
    synonyms = ("MLE", "ML", "MaximumLikelihood", "Optimization")

    def __init__(self, program: Program, seed: int = 0) -> None:
        super().__init__(program, seed)
        self.refuse(program)
        self.noise = _nudged(program, seed)
        self.trace: list[float] = []
        self._stopped = False
        self._active = tuple(active for active in program.active)
        self._steps: list[tuple[np.ndarray, np.ndarray]] = []

    @classmethod
    def refuse(cls, program: Program, **options: Any) -> None:
        del options
        refuse_discrete(program)
        check_indices(program)

    def solve(self, report: Report) -> None:
        if self.converged:
            return
        self._stopped = False
        try:
            self._descend(report)
        except KeyboardInterrupt:
            self.converged, self._stopped = False, True

    def unfinished(self) -> str:
        if self.converged or self._stopped or not self.trace:
            return ""
        return (
            f"stopped after {len(self.trace)} steps before it converged: the last one raised the log density by "
            f"{np.diff(self.trace[-2:]).sum():.2g}. Give priors nearer to what the data say, or data and scales in "
            "units near 1, or call solve() to go on from there."
        )

    def samples(self, count: int, seed: int, nodes: Collection[int] | None = None) -> dict[int, np.ndarray]:
        del seed
        values = self.program.at(self.noise).values
        wanted = range(len(self.program.structure)) if nodes is None else nodes
        parts = {node: self.program.typed(self.program.node(values, node), node) for node in wanted}
        return {node: np.broadcast_to(part, (count, *part.shape)) for node, part in parts.items()}

    def moments(self) -> Moments:
        values = self.program.nodes(self.program.at(self.noise).values)
        return Moments(values, [np.zeros(value.shape) for value in values])

    def static_belief(self) -> StaticBelief:
        mode = self.moments().mean
        return StaticBelief(
            mode, [np.zeros((0, *each.shape)) for each in mode], static_bounds(self.program, self.noise)
        )

    def _descend(self, report: Report) -> None:
        program = self.program
        here = program.at(self.noise)
        check_density(program, here)
        if not any(active.any() for active in self._active):
            self.converged = True
            return
        slope = self._pack(program.slope(self.noise, here.values))
        metric: Metric | None = None
        halved = False
        for count in range(1, MAX_STEPS + 1):
            if metric is None or halved or count <= 3 or count % 4 == 0:
                metric = metric_at(program, self.noise, here.values, DIRECTION)
            direction = self._direction(metric, slope)
            promise = -float(slope @ direction) / 2
            energy = float(here.energies)
            self.trace.append(-energy)
            if promise < CLOSE or (promise < ROUNDING * (1 + abs(energy)) and count > 2 and self._settled()):
                self._move(direction, 1.0)
                self._refuse_undetermined()
                self.converged = True
                break
            if not report(Progress("finding the mode", count, None, -energy)):
                self._stopped = True
                break
            size, after = self._line_search(direction, here, promise)
            if after is None:
                if metric is not None and self._steps:
                    # The remembered curvature misled: try the metric alone.
                    self._steps, metric = [], None
                    continue
                self.converged = promise < 1e-8 * (1 + abs(energy))
                break
            halved = size < 1.0
            self._move(direction, size)
            self._refuse_unbounded()
            changed = self._pack(program.slope(self.noise, after.values))
            if not np.isfinite(changed).all():
                self._refuse_unbounded(IN_THE_TAIL)
                raise SolverError(
                    "The slope of the log density is not finite near the mode. "
                    "Check scales and data for extreme values."
                )
            self._remember(size * direction, changed - slope)
            here, slope = after, changed
        else:
            self._refuse_unbounded(IN_THE_TAIL)

    def _settled(self) -> bool:
        recent = self.trace[-3:]
        return len(recent) == 3 and max(recent) - min(recent) <= 10 * ROUNDING * (1 + abs(recent[-1]))

    def _direction(self, metric: Metric, slope: np.ndarray) -> np.ndarray:
        """Two loops over the remembered steps, with the metric as the first guess of the curvature."""
        rest = -slope
        weights: list[float] = []
        for moved, bent in reversed(self._steps):
            weight = float(moved @ rest) / float(moved @ bent)
            rest = rest - weight * bent
            weights.append(weight)
        found = self._pack(metric.solve(self._unpack(rest)))
        for (moved, bent), weight in zip(self._steps, reversed(weights), strict=True):
            found = found + (weight - float(bent @ found) / float(moved @ bent)) * moved
        return found

    def _remember(self, moved: np.ndarray, bent: np.ndarray) -> None:
        if float(moved @ bent) > 1e-10 * float(moved @ moved):
            self._steps = [*self._steps[-MEMORY + 1 :], (moved, bent)]

    def _line_search(self, direction: np.ndarray, here: Outcome, promise: float) -> tuple[float, Outcome | None]:
        """The largest of 1, 1/2, 1/4, ... that lowers the energy enough; a batch of them costs one call."""
        energy = float(here.energies)
        slack = ROUNDING * (1 + abs(energy))
        for start in range(0, HALVINGS, self.program.batch):
            sizes = [0.5**power for power in range(start, min(start + self.program.batch, HALVINGS))]
            noise = [self._shifted(direction, size) for size in sizes]
            (found,) = self.program.evaluate(noise)
            for place, size in enumerate(sizes):
                after = float(found.energies[place])
                if np.isfinite(after) and after <= energy - SUFFICIENT * size * promise + slack:
                    return size, _one(found, place)
        return 0.0, None

    def _move(self, direction: np.ndarray, size: float) -> None:
        self.noise = self._shifted(direction, size)

    def _shifted(self, direction: np.ndarray, size: float) -> Tables:
        change = self._unpack(size * direction)
        return Tables(self.noise.static + change.static, self.noise.dynamic + change.dynamic)

    def _pack(self, tables: Tables) -> np.ndarray:
        return np.concatenate([part[active] for part, active in zip(tables, self._active, strict=True)])

    def _unpack(self, vector: np.ndarray) -> Tables:
        tables = self.program.zeros()
        start = 0
        for part, active in zip(tables, self._active, strict=True):
            count = int(active.sum())
            part[active] = vector[start : start + count]
            start += count
        return tables

    def _refuse_unbounded(self, edge: float = EDGE) -> None:
        for index, noise in enumerate(self.program.nodes(self.noise)):
            law = self.program.structure[index].law
            if not law.proper and (edge < EDGE or not BIJECTIONS[law.support].bounded):
                continue
            if np.abs(noise).max(initial=0.0) > (edge if law.proper else FLAT_EDGE):
                raise SolverError(
                    f"The likelihood has no maximum: '{self.program.network.paths[index]}' runs off to the edge "
                    "of its range. "
                    "A scale that may reach 0 while the data can be fitted exactly does this; "
                    "give it a prior away from 0 (LogNormalDistribution), or more data."
                )

    def _refuse_undetermined(self) -> None:
        """Refuse what has no prior and of which the data leave a direction open.

        Raises:
            SolverError: names the variables.
        """
        program = self.program
        free = Tables(*(a & ~p for a, p in zip(program.active, program.prior, strict=True)))
        places = np.flatnonzero(free.static[:, 0])[:MOST_CHECKED]
        if not len(places):
            return
        values = program.at(self.noise).values
        units = [program.zeros() for _ in places]
        for unit, place in zip(units, places, strict=True):
            unit.static[place, 0] = 1.0
        pulled = [
            part.static[at] for part in program.metric(self.noise, values, units) for at in range(len(part.static))
        ]
        metric = metric_at(program, self.noise, values)
        for unit, row, place in zip(units, pulled, places, strict=True):
            # The share of the information about it that is left when all else is unknown too.
            solved = metric.solve(unit)
            left = row[place, 0] * solved.static[place, 0]
            if 0 < left < 1 / OPEN:
                continue
            node = self._node_at(place)
            if not (BIJECTIONS[program.structure[node].law.support].bounded and self._at_edge(node, solved, values)):
                raise SolverError(undetermined(program, {node}))

    def _at_edge(self, node: int, solved: Tables, values: Tables) -> bool:
        """Whether a coordinate is open because its value has come to the edge of its range, and stays there."""
        deviation = np.sqrt(max(float(np.abs(solved.static).max()), np.finfo(float).tiny))
        step = Tables(solved.static / deviation, solved.dynamic / deviation)
        (moved,) = self.program.push(self.noise, values, [step])
        changed = np.abs(self.program.node(Tables(*(part[0] for part in moved)), node)).max()
        return bool(changed < STILL * np.abs(self.program.node(values, node)).max())

    def _node_at(self, place: int) -> int:
        """The node of a row of the static table."""
        for index, spec in enumerate(self.program.structure):
            first = int(self.program.layout.offsets[index])
            if spec.static and first <= place < first + int(np.prod(spec.shape)):
                return index
        raise AssertionError(place)


def _one(found: Outcome, place: int) -> Outcome:
    return Outcome(
        Tables(*(part[place] for part in found.values)),
        Tables(*(part[place] for part in found.densities)),
        found.energies[place],
    )


def refuse_discrete(program: Program) -> None:
    """Gradient solvers cannot infer discrete entries, nor learn from a density with a moving edge.

    Raises:
        SolverError: names the variable, before anything is compiled.
    """
    depends = uncertain_parameters(program.network, program.relevant, program.known)
    for index, spec in enumerate(program.structure):
        law = spec.law
        path = program.network.paths[index]
        if not law.proper and not (program.known[index] | program.relevant[index]).all():
            raise SolverError(
                f"'{path}' has {spec.distribution}, no prior, and nothing that is observed depends on it, so it could "
                "have any value. Give it a prior, or data to what follows from it."
            )
        if law.whiten is None and not law.data_only and program.relevant[index].any():
            why = "is discrete" if "float" not in law.dtypes else "cannot be moved by normal noise"
            raise SolverError(
                f"'{path}' {why} ({spec.distribution}), is not observed everywhere, and observed variables "
                "depend on it, so a gradient solver cannot infer it. Link complete data to it, or take it out of the "
                "causes of what is observed."
            )
        counted = program.known[index].any() and not law.data_only and not law.deterministic
        if counted and depends[index] and law.fisher_root is None and not law.undirected:
            raise SolverError(
                f"'{path}' is observed and its {spec.distribution} has parameters to be inferred, but no Fisher "
                "information is stated: its density has an edge, or its class has no fisher_root. Give it another "
                "distribution or fixed parameters, or state fisher_root."
            )


def _nudged(program: Program, seed: int) -> Tables:
    """At the medians; next to them where components may begin as equals, between which the slope is zero.

    What has no prior has no median either: on the real line it begins where its distribution begins a search.
    """
    if not any(spec.law.exchangeable for spec in program.structure):
        return program.zeros()
    random = np.random.default_rng(seed)
    found = Tables(*(np.where(part, NUDGE * random.standard_normal(part.shape), 0.0) for part in program.prior))
    for index, spec in enumerate(program.structure):
        if spec.static and not spec.law.proper and not BIJECTIONS[spec.law.support].bounded:
            with double_precision():
                start = BIJECTIONS[spec.law.support].coordinates(spec.law.start(random, spec.shape))
            first = int(program.layout.offsets[index])
            rows = slice(first, first + int(np.prod(spec.shape)))
            found.static[rows, 0] = np.where(program.active.static[rows, 0], np.ravel(start), 0.0)
    return found
