"""`Program`: a network with its data, and the compiled readings that all networks of one structure share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np

from whyboard.lowering.data import NUMPY_DTYPES, Known
from whyboard.lowering.network import Network, NodeSpec
from whyboard.lowering.program.readings import Readings
from whyboard.lowering.program.stack import Layout
from whyboard.lowering.program.tables import Observed, Schedules, Tables
from whyboard.lowering.timeline import Timeline
from whyboard.precision import double_precision


class Outcome(NamedTuple):
    """Of several noises at once: values and log densities of all elements, and the negative log posteriors.

    The density of what is not known is 0, or NaN where the value was made with parameters outside their domains.
    """

    values: Tables
    densities: Tables
    energies: np.ndarray


@dataclass(frozen=True)
class Program:
    """What a solver sees: by node what is known and relevant, and functions of whitened noise.

    An unobserved entry is *relevant* if something observed depends on it; the others are barren: they take no part in a
    fit and are predicted afterwards. Noise, values and their changes are `Tables`: one number for every element.
    """

    network: Network
    layout: Layout
    readings: Readings
    schedules: Schedules
    observed: Observed
    active: Tables
    prior: Tables
    """Relevant entries whose noise is a standard normal a priori: all but the coordinates of what has no prior."""
    timeline: Timeline
    evidence: Known
    known: tuple[np.ndarray, ...]
    relevant: tuple[np.ndarray, ...]
    batch: int
    """How many noises or changes one compiled call takes."""

    # --- nodes and tables --------------------------------------------------------------------------------------------

    @property
    def n_data(self) -> int:
        """The number of rows."""
        return self.timeline.n_data

    @property
    def structure(self) -> tuple[NodeSpec, ...]:
        """The nodes, without their names."""
        return self.network.structure

    def zeros(self) -> Tables:
        """Noise 0 for every element: each variable at the median of what it could be."""
        return Tables(*(np.zeros(part.shape) for part in self.active))

    def node(self, tables: Tables, index: int) -> np.ndarray:
        """The part of a node, ``(..., n_data, *shape)`` or ``(..., *shape)`` if static; leading axes stay."""
        spec = self.structure[index]
        size = int(np.prod(spec.shape))
        first = int(self.layout.offsets[index])
        table = np.asarray(tables.static if spec.static else tables.dynamic)
        part = table[..., first : first + size, :]
        if spec.static:
            return part[..., 0].reshape((*part.shape[:-2], *spec.shape))
        part = np.moveaxis(part[..., self.timeline.columns], -1, -2)
        return part.reshape((*part.shape[:-1], *spec.shape))

    def nodes(self, tables: Tables) -> list[np.ndarray]:
        """`node` of all nodes."""
        host = Tables(np.asarray(tables.static), np.asarray(tables.dynamic))
        return [self.node(host, index) for index in range(len(self.structure))]

    def typed(self, part: np.ndarray, index: int) -> np.ndarray:
        """In the dtype of the variable."""
        return part.astype(NUMPY_DTYPES[self.structure[index].dtype])

    # --- readings ----------------------------------------------------------------------------------------------------

    def evaluate(self, noise: Sequence[Tables], seed: int = 0) -> Iterator[Outcome]:
        """Run the arrows for several noises, a batch at a time; what has no noise is drawn by ``seed``."""
        random = np.random.default_rng([seed, 1])
        for start in range(0, len(noise), self.batch):
            some = noise[start : start + self.batch]
            keys = random.integers(0, 1 << 32, (self.batch, 2), dtype=np.uint32)
            found = self._call(self.readings.forward, self.prior, self._batched(some), keys)
            yield Outcome(*_first(len(some), found))

    def at(self, noise: Tables) -> Outcome:
        """`evaluate` one noise; no leading axes."""
        (found,) = self.evaluate([noise])
        return jax.tree.map(lambda part: part[0], found)

    def draw(
        self, mode: tuple[Tables, Tables], noise: Sequence[Tables], changes: Sequence[Tables], seed: int = 0
    ) -> Iterator[Tables]:
        """Values around those at a mode, a batch at a time.

        Args:
            mode: noise and values there.
            noise: the mode where entries are relevant, something free everywhere else.
            changes: of the values of relevant entries, to first order: each moves through its own map from noise, with
                its parents at the mode. All other entries follow from their parents and their noise.
            seed: draws what has no noise.
        """
        inferred = self._inferred()
        random = np.random.default_rng([seed, 1])
        for start in range(0, len(noise), self.batch):
            keys = random.integers(0, 1 << 32, (self.batch, 2), dtype=np.uint32)
            some, moved = (self._batched(each[start : start + self.batch]) for each in (noise, changes))
            found = self._call(self.readings.draw, inferred, mode, some, moved, keys)
            yield _first(min(self.batch, len(noise) - start), found)

    def _inferred(self) -> Tables:
        """Relevant entries with a noise of their own."""
        noisy = Tables(*(np.zeros((len(part), 1), dtype=bool) for part in self.active))
        for index, spec in enumerate(self.structure):
            law = spec.law
            if law.whiten is not None and not law.deterministic:
                first = int(self.layout.offsets[index])
                noisy[0 if spec.static else 1][first : first + int(np.prod(spec.shape))] = True
        return Tables(*(a & n for a, n in zip(self.active, noisy, strict=True)))

    def slope(self, noise: Tables, values: Tables) -> Tables:
        """The gradient of the negative log posterior in the noise, where it is relevant."""
        return _host(self._call(self.readings.slope, self.active, self.prior, noise, values))

    def push(self, noise: Tables, values: Tables, tangents: Sequence[Tables]) -> Iterator[Tables]:
        """The changes of all values for changes of the noise, a batch at a time."""
        for start in range(0, len(tangents), self.batch):
            some = tangents[start : start + self.batch]
            found = self._call(self.readings.push, noise, values, self._batched(some))
            yield _first(len(some), found)

    def metric(self, noise: Tables, values: Tables, tangents: Sequence[Tables]) -> Iterator[Tables]:
        """``J'FJ v`` for changes ``v`` of the noise, a batch at a time; a prior adds ``v`` itself."""
        for start in range(0, len(tangents), self.batch):
            some = tangents[start : start + self.batch]
            changes = self._call(self.readings.push, noise, values, self._batched(some))
            found = self._call(self.readings.pull, noise, values, changes)
            yield _first(len(some), found)

    def metric_roots(self, noise: Tables, values: Tables, count: int, random: np.random.Generator) -> Iterator[Tables]:
        """Draws with covariance ``J'FJ``, a batch at a time."""
        for start in range(0, count, self.batch):
            keys = random.integers(0, 1 << 32, (self.batch, 2), dtype=np.uint32)
            found = self._call(self.readings.pull_root, noise, values, keys)
            yield _first(min(self.batch, count - start), found)

    def _call(self, reading: Callable[..., Any], *arguments: Any) -> Any:
        with double_precision():
            return reading(self.schedules, self.observed, *arguments)

    def _batched(self, some: Sequence[Tables]) -> Tables:
        """Stacked and filled up to the batch, so that every call has the same shapes."""
        full = [*some, *[some[-1]] * (self.batch - len(some))]
        return Tables(np.stack([each.static for each in full]), np.stack([each.dynamic for each in full]))

    # --- draws and values --------------------------------------------------------------------------------------------

    def sample(self, seed: int, count: int = 1) -> list[np.ndarray]:
        """``count`` draws of everything that is not known, along the arrows."""
        random = np.random.default_rng([seed, 0])
        noise = [self.noise(random) for _ in range(count)]
        found = [self.nodes(outcome.values) for outcome in self.evaluate(noise, seed)]
        return [self.typed(np.concatenate(parts), index) for index, parts in enumerate(zip(*found, strict=True))]

    def noise(self, random: np.random.Generator) -> Tables:
        """A standard normal for every element."""
        return Tables(*(random.standard_normal(part.shape) for part in self.active))

    def bounds(self, index: int, noise: Tables) -> tuple[np.ndarray, np.ndarray]:
        """The smallest and the largest value of each element of a static variable, infinite where there is no bound.

        Noise far out reaches a bound if there is one, and runs on if there is none. An upper bound is already reached
        at 8 standard deviations, or it is only the end of what the family computes.
        """
        first = int(self.layout.offsets[index])
        last = first + int(np.prod(self.structure[index].shape))
        far = [Tables(noise.static.copy(), noise.dynamic) for _ in range(5)]
        for tables, value in zip(far, (-1e12, -1e8, 8.0, 1e8, 1e12), strict=True):
            tables.static[first:last] = value
        rows = np.concatenate([outcome.values.static for outcome in self.evaluate(far)])[:, first:last, 0]
        low = np.where(rows[0] == rows[1], rows[0], -np.inf)
        reached = (rows[3] == rows[4]) & (np.abs(rows[4] - rows[2]) <= 1e-9 * np.abs(rows[4] - rows[1]))
        return low, np.where(reached, rows[4], np.inf)

    def data(self, index: int) -> np.ndarray:
        """The data of a node, 0 in gaps."""
        return self.node(Tables(*(np.asarray(part) for part in self.observed.data)), index)


def _first(count: int, found: Any) -> Any:
    """The first of a batch, on the host: the rest only fills it up."""
    return jax.tree.map(lambda part: np.asarray(part)[:count], found)


def _host(tables: Tables) -> Tables:
    return Tables(np.asarray(tables.static), np.asarray(tables.dynamic))
