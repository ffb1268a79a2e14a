"""`Guesses`: where variables of the rows start, as the data tell, since draws lead to poor optima."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import numpy as np
from jax import Array

from whyboard.families import CountMoments, NormalMoments
from whyboard.families.k_means import k_means
from whyboard.families.point import behind
from whyboard.lowering.potential.multilinear import ROW, Known, Letter, Monomial, Value
from whyboard.lowering.potential.potential import Factor, Latent, Potential
from whyboard.lowering.program import Program
from whyboard.precision import FEW, as_program, double_precision
from whyboard.solvers.principal import scores
from whyboard.solvers.starts import at_values

Initial = Mapping[int, np.ndarray | str] | None


class Guesses:
    """Values of what is not observed, level by level upwards from what is.

    A category that selects starts at clusters of the rows, a normal variable that is multiplied with loadings at
    principal components of them. Rows are told apart by the values of the node that is selected for or explained: those
    that are observed, its own guess, or else those of what is below it.

    Args:
        program: what to infer.
        potential: of the program.
        seed: for the clusters.
        start: 0 for the usual guess. Others begin clusters elsewhere and let columns count otherwise.
        initial: by node, where it starts instead. What selects from values that are given, or is multiplied with them,
            follows from these.
    """

    def __init__(
        self, program: Program, potential: Potential, seed: int, start: int = 0, initial: Initial = None
    ) -> None:
        self._program, self._potential = program, potential
        self._given, self._valued = frozenset(initial or ()), at_values(initial)
        self._seed, self._start = seed + 7919 * start, start
        self._by_node = {factor.node: factor for factor in potential.factors}
        self._columns: dict[int, np.ndarray | None] = {}
        self._categories: dict[int, np.ndarray] = {}
        self._scores: dict[int, np.ndarray] = {}
        # By node, the normal variables of the rows that are multiplied with loadings to explain it.
        self._explained = {factor.node: self._explaining(factor) for factor in potential.factors}
        for factor in potential.factors:
            self._cluster(factor)
        for latent in potential.latents:
            self._score(latent.node)

    def by_node(self) -> dict[int, np.ndarray]:
        """The value of each node that is guessed, in its own shape."""
        return {**self._scores, **self._categories}

    def held(self) -> set[int]:
        """What stays where it starts until all else has settled around it.

        Nothing where all beliefs about rows are given: then the first sweep follows from these as it is written.
        """
        rows = [each for each in self._potential.latents if not self._program.structure[each.node].static]
        if all(self._valued.issuperset(each.nodes) for each in rows):
            return set()
        return self._valued | self.by_node().keys()

    def clusters(self) -> dict[int, np.ndarray]:
        """The guesses of categories, ``(n_data,)``."""
        return self._categories

    # --- clusters -----------------------------------------------------------------------------------------------------

    def _cluster(self, factor: Factor) -> None:
        """Of several categories that select together the first starts here: equal clusters of all would stay equal."""
        nodes = [choice.read.node for choice in factor.choices]
        if not nodes or not (self._categories.keys() | self._given).isdisjoint(nodes):
            return
        if not self._valued.isdisjoint(_selected(factor)):
            return
        latent = self._potential.latent(nodes[0])
        rows = latent.layout.sizes
        if len(rows) != 1 or self._program.structure[latent.node].static:
            return
        columns = self._of(factor.node) if _is_numeric(factor) else None
        if columns is None:
            observed = [node for node, each in self._by_node.items() if _is_numeric(each) and self._counted(node)]
            columns = _joined([self._of(node) for node in observed])
        if columns is not None and len(columns) == rows[0] and columns.size:
            # A truth value selects one of two.
            (categories, *_) = (*latent.family.dims[0], 2)
            with double_precision():
                seeds = np.array([self._seed, latent.node], np.int64)
                self._categories[latent.node] = np.asarray(_clustered(categories, seeds, _filled(columns)))

    # --- principal components -----------------------------------------------------------------------------------------

    def _score(self, node: int) -> None:
        """Together with all that explains the same."""
        nodes, factors = {node}, set[int]()
        while found := {own for own, parts in self._explained.items() if not nodes.isdisjoint(parts)} - factors:
            factors |= found
            nodes |= {part for own in found for part in self._explained[own]}
        if not factors or node in self._scores:
            return
        shapes = {each: self._program.relevant[each].shape for each in sorted(nodes)}
        count = sum(_size(shape[1:]) for shape in shapes.values())
        columns = _joined([self._unexplained(own) for own in sorted(factors)])
        if columns is None or not count:
            return
        random = np.random.default_rng((self._seed, node))
        found, first = scores(self._weighed(columns, random), count, random), 0
        for each, shape in shapes.items():
            last = first + _size(shape[1:])
            self._scores[each] = found[:, first:last].reshape(shape)
            first = last

    def _weighed(self, columns: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Columns by their own scale, as they are, or by a scale that is drawn: starts that differ."""
        if self._start == 1:
            return columns
        spread = _filled(columns).std(axis=0)
        weight = np.exp(random.normal(size=spread.shape)) if self._start else 1.0
        return columns * weight / np.where(spread > 0, spread, 1.0)

    def _unexplained(self, node: int) -> np.ndarray | None:
        """What clusters leave of the columns of a node."""
        self._cluster(self._by_node[node])
        columns = self._of(node)
        chosen = [choice.read.node for choice in self._by_node[node].choices]
        for category in [each for each in chosen if each in self._categories]:
            members = np.eye(int(self._categories[category].max()) + 1)[self._categories[category]]
            if columns is not None:
                filled = _filled(columns)
                columns = columns - members @ (members.T @ filled / np.maximum(members.sum(axis=0), 1)[:, None])
        return columns

    def _explaining(self, factor: Factor) -> frozenset[int]:
        """The normal variables of the rows that are multiplied with loadings in the location of a node."""
        spec = self._program.structure[factor.node]
        found: set[int] = set()
        for slot in factor.slots:
            if slot.name == spec.law.location and not spec.static:
                found |= {node for monomial in slot.form.monomials for node in self._factor_of(monomial)}
        return frozenset(found - {factor.node})

    def _factor_of(self, monomial: Monomial) -> set[int]:
        """The one variable of the rows in a product with loadings; none if the product is another one."""
        believed = self._potential.believed
        reads = monomial.reads
        if any(read.node not in believed or read.power != 1 for read in reads):
            return set()
        rows = {read for read in reads if not self._program.structure[read.node].static}
        loadings = {read.node for read in reads} - {read.node for read in rows}
        known = any(
            isinstance(each, Known) and isinstance(each.source, Value) and each.source.dynamic
            for each in monomial.factors
        )
        if len(rows) != 1 or not loadings or not loadings.isdisjoint(self._valued) or known:
            return set()
        (read,) = rows
        guessed = self._is_guessed(believed[read.node]) and read.places[0] == Letter(ROW)
        return {read.node} if guessed else set()

    def _is_guessed(self, latent: Latent) -> bool:
        normal = isinstance(behind(latent.family).template, NormalMoments)
        alone = latent.coordinate is None and len(latent.nodes) == 1 and latent.node not in self._given
        return normal and alone and bool(self._program.relevant[latent.node].all())

    # --- what tells rows apart ----------------------------------------------------------------------------------------

    def _of(self, node: int) -> np.ndarray | None:
        """``(n_data, columns)``, NaN where nothing is known; None if nothing is."""
        if node not in self._columns:
            # Across rows, variables may be causes of each other.
            self._columns[node] = None
            self._columns[node] = self._found(node)
        return self._columns[node]

    def _found(self, node: int) -> np.ndarray | None:
        if self._counted(node):
            counted, values = self._program.evidence.counted[node], self._program.evidence.values[node]
            return np.where(counted, values, np.nan).reshape(len(counted), -1)
        self._score(node)
        if node in self._scores:
            return self._scores[node].reshape(len(self._scores[node]), -1)
        below = [own for own, each in self._by_node.items() if node in each.reads and own != node]
        return _joined([self._of(own) for own in below if _is_numeric(self._by_node[own])])

    def _counted(self, node: int) -> bool:
        """Whether some of its rows are observed."""
        return not self._program.structure[node].static and bool(self._program.evidence.counted[node].any())


def _is_numeric(factor: Factor) -> bool:
    return not any(slot.name == "x" and slot.kind is CountMoments for slot in factor.slots)


def _selected(factor: Factor) -> set[int]:
    """What the categories of a factor select from."""
    found: set[int] = set()
    for slot in factor.slots:
        chosen = {Letter(choice.letter) for choice in slot.form.choices}
        reads = (read for monomial in slot.form.monomials for read in monomial.reads)
        found |= {read.node for read in reads if not chosen.isdisjoint(read.places)}
    return found


def _joined(parts: Sequence[np.ndarray | None]) -> np.ndarray | None:
    found = [part for part in parts if part is not None]
    return np.concatenate(found, axis=1) if found else None


def _filled(columns: np.ndarray) -> np.ndarray:
    """Gaps filled with the mean of the column."""
    seen = ~np.isnan(columns)
    return np.where(seen, columns, np.where(seen, columns, 0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1))


def _size(shape: Sequence[int]) -> int:
    return int(np.prod(shape, dtype=int))


@as_program(0, brief=FEW)
def _clustered(categories: int, seeds: Array, features: Array) -> Array:
    return k_means(jax.random.fold_in(jax.random.key(seeds[0]), seeds[1]), features, categories)
