"""The metric ``1 + J'FJ`` of whitened noise at a point: solved, and drawn from, exactly where its shape allows.

The 1 is that of the priors: it is missing at the coordinates of what has none.

No operator mixes rows, so dynamic entries of different rows meet only through static ones: the metric is an arrow. One
change serves an element of all rows at once, and the elimination of the dynamic entries goes row by row.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator

import numpy as np

from whyboard.errors import SolverError
from whyboard.lowering.program import Program
from whyboard.lowering.program.tables import Tables

MAX_STATIC = 2000
MAX_IN_ROW = 1000
MAX_NUMBERS = 30_000_000
MAX_DENSE = 1000
FEW = 64
"""Up to so many changes a factored metric is also the fastest way to a direction."""
CG_STEPS = 500
EXACT = 1e-9


class Metric(ABC):
    """Of the entries that are relevant; all others are 0 in what comes in and goes out."""

    @abstractmethod
    def solve(self, vector: Tables) -> Tables:
        """The inverse metric times a vector."""

    @abstractmethod
    def draws(self, count: int, random: np.random.Generator) -> Iterator[Tables]:
        """Vectors with the inverse metric as covariance."""

    @abstractmethod
    def directions(self) -> Iterator[Tables] | None:
        """Vectors whose squares add up to the variances row by row; None where that would take too long."""


def metric_at(program: Program, noise: Tables, values: Tables, tolerance: float | None = None) -> Metric:
    """The metric at some noise, with the values it gives.

    Args:
        program: what it is the metric of.
        noise: where.
        values: those that the noise gives.
        tolerance: the relative error that may be left where a direction is all that is wanted; exact if None.
    """
    if program.timeline.sequential:
        dense = sum(int(active.sum()) for active in program.active) <= MAX_DENSE
        if dense:
            return Dense(program, noise, values, direction=tolerance is not None)
        return Iterative(program, noise, values, tolerance or EXACT)
    static = np.flatnonzero(program.active.static[:, 0])
    elements = np.flatnonzero(program.active.dynamic.any(axis=1))
    rows = program.n_data
    cheap = tolerance is None or len(static) + len(elements) <= FEW
    small = len(static) <= MAX_STATIC and len(elements) <= MAX_IN_ROW
    if cheap and small and rows * len(elements) * (len(elements) + len(static)) <= MAX_NUMBERS:
        return Arrow(program, noise, values, static, elements, tolerance)
    return Iterative(program, noise, values, EXACT if tolerance is None else tolerance)


class Arrow(Metric):
    """Factored: ``G G'``, dynamic entries first, with ``G = [[L, 0], [A', S]]``; ``inverse`` is that of L, by row."""

    def __init__(
        self,
        program: Program,
        noise: Tables,
        values: Tables,
        static: np.ndarray,
        elements: np.ndarray,
        tolerance: float | None = None,
    ) -> None:
        self.program = program
        self.static = static
        self.elements = elements
        rows = program.n_data
        self.mask = program.active.dynamic[elements, :rows].T
        changes = [*map(self._static_unit, range(len(static))), *map(self._element_unit, range(len(elements)))]
        corner = np.diag(program.prior.static[static, 0].astype(float))
        within = np.zeros((rows, len(elements), len(elements)))
        across = np.zeros((rows, len(elements), len(static)))
        column = 0
        for part in program.metric(noise, values, changes):
            for place in range(len(part.static)):
                in_rows = np.where(self.mask, part.dynamic[place][elements, :rows].T, 0.0)
                if column < len(static):
                    corner[:, column] += part.static[place][static, 0]
                    across[:, :, column] = in_rows
                else:
                    within[:, :, column - len(static)] = in_rows
                column += 1
        # What is not relevant in a row stands alone there.
        alone = ~self.mask | program.prior.dynamic[elements, :rows].T
        within += alone[..., None] * np.eye(len(elements))
        # Rounding leaves the two halves a little different.
        direction = tolerance is not None
        lower = _root((within + within.transpose(0, 2, 1)) / 2, direction=direction, program=program)
        self.inverse = np.linalg.inv(lower) if lower.size else lower
        self.across = self.inverse @ across
        flat = self.across.reshape(rows * len(elements), len(static))
        corner = (corner + corner.T) / 2 - flat.T @ flat
        self.corner = _root(corner, direction=direction, program=program)

    def solve(self, vector: Tables) -> Tables:
        rows = self.program.n_data
        below = vector.dynamic[self.elements, :rows].T
        below = np.where(self.mask, below, 0.0)
        dynamic = (self.inverse @ below[..., None])[..., 0]
        rest = vector.static[self.static, 0] - np.einsum("nds,nd->s", self.across, dynamic)
        return self._backward(np.linalg.solve(self.corner, rest), dynamic)

    def draws(self, count: int, random: np.random.Generator) -> Iterator[Tables]:
        for _ in range(count):
            yield self._backward(random.standard_normal(len(self.static)), random.standard_normal(self.mask.shape))

    def directions(self) -> Iterator[Tables]:
        for place in range(len(self.static)):
            unit = np.zeros(len(self.static))
            unit[place] = 1.0
            yield self._backward(unit, np.zeros(self.mask.shape))
        for place in range(len(self.elements)):
            unit = np.zeros(self.mask.shape)
            unit[:, place] = 1.0
            yield self._backward(np.zeros(len(self.static)), unit)

    def _backward(self, static: np.ndarray, dynamic: np.ndarray) -> Tables:
        """The inverse of ``G'`` times a vector; entries that are not relevant stand alone and are dropped."""
        static = np.linalg.solve(self.corner.T, static)
        dynamic = dynamic - self.across @ static
        dynamic = (self.inverse.transpose(0, 2, 1) @ dynamic[..., None])[..., 0]
        found = self.program.zeros()
        found.static[self.static, 0] = static
        found.dynamic[self.elements, : self.program.n_data] = np.where(self.mask, dynamic, 0.0).T
        return found

    def _static_unit(self, place: int) -> Tables:
        unit = self.program.zeros()
        unit.static[self.static[place], 0] = 1.0
        return unit

    def _element_unit(self, place: int) -> Tables:
        unit = self.program.zeros()
        unit.dynamic[self.elements[place], : self.program.n_data] = self.mask[:, place]
        return unit


class Dense(Metric):
    """Factored as one matrix, where rows depend on each other."""

    def __init__(self, program: Program, noise: Tables, values: Tables, *, direction: bool) -> None:
        self.program = program
        size = sum(int(active.sum()) for active in program.active)
        matrix = np.diag(self._packed(program.prior).astype(float))
        column = 0
        for part in program.metric(noise, values, [self._unpacked(unit) for unit in np.eye(size)]):
            for place in range(len(part.static)):
                matrix[:, column] += self._packed(Tables(part.static[place], part.dynamic[place]))
                column += 1
        # Rounding leaves the two halves a little different.
        self.lower = _root((matrix + matrix.T) / 2, direction=direction, program=program)

    def solve(self, vector: Tables) -> Tables:
        half = np.linalg.solve(self.lower, self._packed(vector))
        return self._unpacked(np.linalg.solve(self.lower.T, half))

    def draws(self, count: int, random: np.random.Generator) -> Iterator[Tables]:
        for _ in range(count):
            yield self._unpacked(np.linalg.solve(self.lower.T, random.standard_normal(len(self.lower))))

    def directions(self) -> Iterator[Tables]:
        for row in np.linalg.inv(self.lower):
            yield self._unpacked(row)

    def _packed(self, tables: Tables) -> np.ndarray:
        return np.concatenate([part[active] for part, active in zip(tables, self.program.active, strict=True)])

    def _unpacked(self, vector: np.ndarray) -> Tables:
        found = self.program.zeros()
        start = 0
        for part, active in zip(found, self.program.active, strict=True):
            count = int(active.sum())
            part[active] = vector[start : start + count]
            start += count
        return found


def _root(matrix: np.ndarray, *, direction: bool, program: Program) -> np.ndarray:
    """The Cholesky factor. Where factors bend upwards a direction still goes down, by as much more curvature.

    Raises:
        SolverError: if the density has no maximum here, and more than a direction is asked for.
    """
    try:
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        if not direction:
            raise SolverError(
                undetermined(program)
                or "The log density has no maximum where the mode was found: a factor pushes what it couples apart "
                "more strongly than the priors hold it. Make the factor weaker or the priors narrower."
            ) from None
    lowest = np.minimum(np.linalg.eigvalsh(matrix)[..., :1, None], 0.0)
    return np.linalg.cholesky(matrix + (1.0 - 2.0 * lowest) * np.eye(matrix.shape[-1]))


def undetermined(program: Program, nodes: Collection[int] | None = None) -> str | None:
    """What to say where data leave something open that has no prior; None if all that is inferred has one."""
    improper = [index for index, spec in enumerate(program.structure) if not spec.law.proper]
    improper = [index for index in improper if program.relevant[index].any() and (nodes is None or index in nodes)]
    if not improper:
        return None
    names = " and ".join(f"'{program.network.paths[index]}'" for index in improper)
    verb = "has" if len(improper) == 1 else "have"
    return (
        f"The data do not determine {names}, which {verb} no prior: other values are as likely. Give a prior, more "
        "data, or one variable for what only enters together."
    )


class Iterative(Metric):
    """Applied only: solved by conjugate gradients."""

    def __init__(self, program: Program, noise: Tables, values: Tables, tolerance: float) -> None:
        self.program = program
        self.noise = noise
        self.values = values
        self.tolerance = tolerance

    def solve(self, vector: Tables) -> Tables:
        (found,) = self._solve_all([vector])
        return found

    def draws(self, count: int, random: np.random.Generator) -> Iterator[Tables]:
        for root in self.program.metric_roots(self.noise, self.values, count, random):
            batch = range(len(root.static))
            # A vector with the metric as covariance, solved by the metric, has its inverse as covariance.
            targets = [
                self._keep(_sum(self._prior(self.program.noise(random)), Tables(root.static[i], root.dynamic[i])))
                for i in batch
            ]
            yield from self._solve_all(targets)

    def directions(self) -> None:
        return None

    def _solve_all(self, targets: list[Tables]) -> list[Tables]:
        """Conjugate gradients for several right sides side by side."""
        program = self.program
        found = [program.zeros() for _ in targets]
        rest = [self._keep(target) for target in targets]
        search = list(rest)
        squares = np.array([_dot(each, each) for each in rest])
        goal = self.tolerance**2 * squares
        for _ in range(CG_STEPS):
            if (squares <= goal).all():
                break
            products: list[Tables] = []
            for part in program.metric(self.noise, self.values, search):
                products.extend(Tables(part.static[i], part.dynamic[i]) for i in range(len(part.static)))
            for i, product in enumerate(products):
                if squares[i] <= goal[i]:
                    continue
                curved = self._keep(_sum(product, self._prior(search[i])))
                step = squares[i] / _dot(search[i], curved)
                found[i] = _sum(found[i], search[i], step)
                rest[i] = _sum(rest[i], curved, -step)
                before, squares[i] = squares[i], _dot(rest[i], rest[i])
                search[i] = _sum(rest[i], search[i], squares[i] / before)
        return found

    def _prior(self, vector: Tables) -> Tables:
        return Tables(*(np.where(p, part, 0.0) for p, part in zip(self.program.prior, vector, strict=True)))

    def _keep(self, vector: Tables) -> Tables:
        return Tables(*(np.where(a, part, 0.0) for a, part in zip(self.program.active, vector, strict=True)))


def _dot(left: Tables, right: Tables) -> float:
    return float(np.vdot(left.static, right.static) + np.vdot(left.dynamic, right.dynamic))


def _sum(left: Tables, right: Tables, factor: float = 1.0) -> Tables:
    return Tables(left.static + factor * right.static, left.dynamic + factor * right.dynamic)
