"""A normal belief in whitened noise: draws and moments of what follows from it.

What the data inform is normal around the mode; everything else has its own standard normal noise. What is inferred
moves through its own map from noise, so a positive variable stays positive; what is not follows along the arrows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import chain

import numpy as np

from whyboard.lowering.program import Program
from whyboard.lowering.program.inspection import check_parameters
from whyboard.lowering.program.tables import Tables
from whyboard.solvers.metric import Metric
from whyboard.solvers.solver import Moments, StaticBelief

MOMENT_DRAWS = (256, 4096)
"""Fewest and most draws for moments: as many as give about `MOMENT_NUMBERS` numbers."""
MOMENT_NUMBERS = 1 << 23
STATIC_DRAWS = 500
MAX_WORK = 400_000_000
"""Beyond so many numbers the linear variances are those of the draws too."""
MAX_STEPS = 2_000_000
"""The same for directions times rows, where one row is computed after the other."""


class Gaussian:
    """The belief around a mode.

    Args:
        program: what to draw from.
        mode: the noise at the mode; 0 where nothing is inferred.
        metric: the inverse covariance of the relevant entries; None if nothing is inferred, as in a simulation.
    """

    def __init__(self, program: Program, mode: Tables, metric: Metric | None) -> None:
        self.program = program
        self.mode = mode
        self.metric = metric
        self._chunk = max(2, program.batch)
        self._free = Tables(*(~active if metric is not None else np.ones_like(active) for active in program.active))

    @cached_property
    def _centre(self) -> Tables:
        """Values at the mode; each chunk of draws needs them again."""
        return self.program.at(self.mode).values

    def samples(self, count: int, seed: int, nodes: Collection[int] | None = None) -> dict[int, np.ndarray]:
        """Draws by node, ``(count, *shape of its values)``; of all nodes, or of some: the others are not kept."""
        program = self.program
        wanted = range(len(program.structure)) if nodes is None else nodes
        random = np.random.default_rng([seed, 2])
        found = {node: [np.zeros((0, *program.known[node].shape))] for node in wanted}
        for start in range(0, count, self._chunk):
            shifts = list(self._shifts(min(self._chunk, count - start), random))
            for values in self._values(shifts, seed + 7919 * start):
                for node, parts in found.items():
                    parts.append(program.node(values, node))
        return {node: program.typed(np.concatenate(parts), node) for node, parts in found.items()}

    def moments(self, seed: int) -> Moments:
        """Means and variances by node.

        The linear part of the map from noise to values has moments that are known exactly; mirrored draws supply what
        its curvature adds. Where it is linear, no error of sampling is left.
        """
        program = self.program
        fewest, most = MOMENT_DRAWS
        count = int(np.clip(MOMENT_NUMBERS // sum(part.size for part in self.mode), fewest, most))
        count -= count % self._chunk
        random = np.random.default_rng([seed, 3])
        centre = self._centre
        sums = [program.zeros() for _ in range(4)]
        for start in range(0, count, self._chunk):
            half = list(self._shifts(self._chunk // 2, random))
            shifts = [*half, *(Tables(-each.static, -each.dynamic) for each in half)]
            drawn = self._values(shifts, seed + 7919 * start)
            for values, linear in zip(drawn, program.push(self.mode, centre, shifts), strict=True):
                for total, power, part in (
                    (sums[0], 1, _less(values, centre)),
                    (sums[1], 2, _less(values, centre)),
                    (sums[2], 2, linear),
                ):
                    _accumulate(total, part, power)
        exact = self._linear_variances()
        mean, variance = program.zeros(), program.zeros()
        for stage in (0, 1):
            shift = sums[0][stage] / count
            drawn = sums[1][stage] / count - shift**2
            if exact is not None:
                sampled = sums[2][stage] / count
                drawn = drawn * np.divide(exact[stage], sampled, out=np.ones_like(drawn), where=sampled > 0)
            mean[stage][:] = centre[stage] + shift
            variance[stage][:] = np.maximum(drawn, 0.0)
        return Moments(program.nodes(mean), program.nodes(variance))

    def deviations(self, seed: int) -> Tables:
        """Standard deviations of the noise of what is inferred; 0 elsewhere."""
        total = self.program.zeros()
        if self.metric is None:
            return total
        scale, found = 1.0, self.metric.directions()
        if found is None:
            scale, found = STATIC_DRAWS**-0.5, self.metric.draws(STATIC_DRAWS, np.random.default_rng([seed, 5]))
        for each in found:
            for stage in (0, 1):
                total[stage][:] += (scale * each[stage]) ** 2
        return Tables(*map(np.sqrt, total))

    def static_belief(self, seed: int) -> StaticBelief:
        """Values at the mode, and their linear changes in independent directions, of static variables only."""
        program = self.program
        centre = self._centre
        found = None if self.metric is None else self.metric.directions()
        scale = 1.0
        if found is None and self.metric is not None:
            found = self.metric.draws(STATIC_DRAWS, np.random.default_rng([seed, 4]))
            scale = STATIC_DRAWS**-0.5
        # Directions within rows leave static variables alone; they are not even tried.
        directions = [each for each in found or () if each.static.any()]
        parts = [part.static for part in program.push(self.mode, centre, directions)]
        moved = scale * np.concatenate(parts) if parts else np.zeros((0, *self.mode.static.shape))
        still = np.zeros((len(moved), *self.mode.dynamic.shape[:1], 0))
        changes = [
            program.node(Tables(moved, still), index) if spec.static else np.zeros((0, *spec.shape))
            for index, spec in enumerate(program.structure)
        ]
        return StaticBelief(program.nodes(centre), changes, static_bounds(program, self.mode))

    def _values(self, shifts: list[Tables], seed: int) -> Iterator[Tables]:
        """Values for shifts of the noise.

        What is inferred moves by the linear change of its value through its own map: its noise alone would count the
        uncertainty of a shared scale again in everything that the scale multiplies, which the data have long fixed.
        """
        program = self.program
        if self.metric is None:
            for outcome in program.evaluate([_add(self.mode, each) for each in shifts], seed):
                check_parameters(program, outcome)
                yield outcome.values
            return
        centre = self._centre
        free = [
            Tables(*(m + np.where(f, z, 0.0) for m, f, z in zip(self.mode, self._free, shift, strict=True)))
            for shift in shifts
        ]
        changes = [
            Tables(part.static[place], part.dynamic[place])
            for part in program.push(self.mode, centre, shifts)
            for place in range(len(part.static))
        ]
        yield from program.draw((self.mode, centre), free, changes, seed)

    def _shifts(self, count: int, random: np.random.Generator) -> Iterator[Tables]:
        informed = iter(()) if self.metric is None else self.metric.draws(count, random)
        for _ in range(count):
            noise = Tables(*(np.where(f, z, 0.0) for f, z in zip(self._free, self.program.noise(random), strict=True)))
            yield noise if self.metric is None else _add(noise, next(informed))

    def _linear_variances(self) -> Tables | None:
        """Squares of the changes in independent directions, summed.

        One direction serves an element of all rows, or of all series where earlier rows have effects on later ones.
        """
        program = self.program
        free = Tables(*(f & ~t for f, t in zip(self._free, map(np.asarray, program.observed.taken), strict=True)))
        free.dynamic[:, ~program.timeline.real] = False
        static = np.flatnonzero(self._used(free.static, static=True))
        elements = np.flatnonzero(self._used(free.dynamic, static=False))
        informed: Iterator[Tables] = iter(())
        if self.metric is not None:
            found = self.metric.directions()
            if found is None:
                return None
            informed = found
        size = sum(part.size for part in self.mode)
        steps = self._steps()
        count = (
            len(static)
            + len(elements) * len(steps)
            + int(program.active.static.sum())
            + int(program.active.dynamic.any(axis=1).sum())
        )
        if count * size > MAX_WORK or (program.timeline.sequential and count * len(steps) > MAX_STEPS):
            return None
        total = program.zeros()
        centre = self._centre
        batch: list[Tables] = []
        for direction in chain(informed, self._units(static, elements, free)):
            batch.append(direction)
            if len(batch) == program.batch:
                self._add_squares(total, centre, batch)
                batch = []
        if batch:
            self._add_squares(total, centre, batch)
        return total

    def _used(self, free: np.ndarray, *, static: bool) -> np.ndarray:
        """Rows of a table that belong to a variable with noise."""
        used = np.zeros(len(free), dtype=bool)
        for index, spec in enumerate(self.program.structure):
            law = spec.law
            noisy = law.whiten is not None and not law.deterministic
            if spec.static == static and noisy:
                first = int(self.program.layout.offsets[index])
                used[first : first + int(np.prod(spec.shape))] = True
        return used & free.any(axis=1)

    def _units(self, static: np.ndarray, elements: np.ndarray, free: Tables) -> Iterator[Tables]:
        for place in static:
            unit = self.program.zeros()
            unit.static[place, 0] = 1.0
            yield unit
        for place in elements:
            for columns in self._steps():
                unit = self.program.zeros()
                unit.dynamic[place, columns] = free.dynamic[place, columns]
                if unit.dynamic[place].any():
                    yield unit

    def _steps(self) -> list[slice]:
        """Columns whose noise has no effect in common."""
        rows = self.program.timeline
        if not rows.sequential:
            return [slice(None)]
        return [slice(step * rows.width, (step + 1) * rows.width) for step in range(rows.steps)]

    def _add_squares(self, total: Tables, centre: Tables, directions: list[Tables]) -> None:
        for moved in self.program.push(self.mode, centre, directions):
            _accumulate(total, moved, 2)


def static_bounds(program: Program, noise: Tables) -> list[tuple[np.ndarray, np.ndarray]]:
    """Smallest and largest values of the inferred static variables, flat; empty for the others."""
    nothing = (np.zeros(0), np.zeros(0))
    return [
        _bounds(program, index, noise) if spec.static and program.relevant[index].any() else nothing
        for index, spec in enumerate(program.structure)
    ]


def _bounds(program: Program, index: int, noise: Tables) -> tuple[np.ndarray, np.ndarray]:
    spec = program.structure[index]
    # Elements of a vector are not confined one by one: what its law says of their set is all.
    if spec.law.proper and not spec.law.event_ndim:
        return program.bounds(index, noise)
    low, high = (np.full(int(np.prod(spec.shape)), float(edge)) for edge in spec.law.edges)
    return low, high


def _accumulate(total: Tables, part: Tables, power: int) -> None:
    """Add the powers of a batch to a sum, in place."""
    for stage in (0, 1):
        total[stage][:] += (part[stage] ** power).sum(axis=0)


def _add(left: Tables, right: Tables) -> Tables:
    return Tables(left.static + right.static, left.dynamic + right.dynamic)


def _less(left: Tables, right: Tables) -> Tables:
    return Tables(left.static - right.static, left.dynamic - right.dynamic)
