"""`MessagePassing`: what solvers share that answer from the messages of the potential."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import jax
import numpy as np

from whyboard.errors import SolverError
from whyboard.lowering.chain import ChainReading
from whyboard.lowering.data import Known
from whyboard.lowering.factors import potential
from whyboard.lowering.layout import in_layout, out_of_layout
from whyboard.lowering.potential import Latent
from whyboard.lowering.program import Program, bound
from whyboard.precision import double_precision
from whyboard.solvers import belief
from whyboard.solvers.belief import Belief, State
from whyboard.solvers.gaussian import static_bounds
from whyboard.solvers.solver import Moments, Solver, StaticBelief

MOMENT_DRAWS = 4000
"""Draws for means and variances of shares and matrices, whose moments are those of their logarithms."""
PREDICTION_DRAWS = 200
"""Draws for means and variances of what is only predicted."""


class MessagePassing(Solver):
    """A potential, where variables start, and answers from what is believed of them.

    Args:
        program: what to infer.
        seed: for draws.

    Raises:
        NotConjugate: names a variable that has no closed update.
    """

    def __init__(self, program: Program, seed: int = 0) -> None:
        super().__init__(program, seed)
        self.potential, self.arguments = potential(program.network, program.evidence, program.relevant)
        self.state = State({}, {})

    def belief(self, node: int) -> Belief:
        """The belief about a node.

        Raises:
            SolverError: if it is no latent variable of this model.
        """
        if node not in self.state.moments:
            raise SolverError(
                f"'{self.program.network.paths[node]}' has no belief: it is observed, or nothing "
                "that is observed depends on it."
            )
        latent = self.potential.latent(node)
        natural, moments = (jax.tree.map(np.asarray, part[node]) for part in (self.state.natural, self.state.moments))
        return Belief(latent.family, natural, moments)

    def samples(self, count: int, seed: int, nodes: Collection[int] | None = None) -> dict[int, np.ndarray]:
        wanted = range(len(self.program.structure)) if nodes is None else nodes
        draws = self.latent_draws(count, seed)
        if all(node in draws or self.program.known[node].all() for node in wanted):
            found = {node: draws.get(node, self.program.evidence.values[node][None]) for node in wanted}
            shapes = {node: self.program.evidence.values[node].shape for node in wanted}
            return {
                node: self.program.typed(np.broadcast_to(part, (count, *shapes[node])), node)
                for node, part in found.items()
            }
        parts = [
            self._predicted({node: draw[i] for node, draw in draws.items()}, seed + 7919 * i) for i in range(count)
        ]
        return {node: np.stack([part[node] for part in parts]) if parts else np.zeros((0,)) for node in wanted}

    def moments(self) -> Moments:
        means, variances = self._predictions()
        for latent in self.potential.latents:
            free = self.program.relevant[latent.node]
            mean, variance = self.latent_moments(latent)
            means[latent.node] = np.where(free, mean, means[latent.node])
            variances[latent.node] = np.where(free, variance, variances[latent.node])
        variances = [np.where(known, 0.0, each) for known, each in zip(self.program.known, variances, strict=True)]
        return Moments(means, variances)

    def static_belief(self) -> StaticBelief:
        moments = self.moments()
        count = sum(spec.static * int(np.prod(spec.shape)) for spec in self.program.structure)
        changes = [np.zeros((count, *mean.shape)) for mean in moments.mean]
        place = 0
        for node, spec in enumerate(self.program.structure):
            if spec.static:
                for index in np.ndindex(*spec.shape):
                    changes[node][(place, *index)] = np.sqrt(moments.variance[node][index])
                    place += 1
        return StaticBelief(moments.mean, changes, static_bounds(self.program, self.program.zeros()))

    def latent_draws(self, count: int, seed: int) -> dict[int, np.ndarray]:
        """Draws of what is inferred, by node, ``(count, *shape of the values)``."""
        key = jax.random.key(seed)
        found: dict[int, np.ndarray] = {}
        with double_precision():
            for latent in self.potential.latents:
                node = latent.node
                drawn = np.asarray(
                    latent.family.sample(jax.random.fold_in(key, node), self.state.natural[node], (count,))
                )
                values = np.stack([out_of_layout(each, latent.layout) for each in drawn]) if count else drawn
                found[node] = np.where(self.program.relevant[node], values, self.program.evidence.values[node])
        return found

    def latent_moments(self, latent: Latent) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of values in their own shape, from the moments where they tell, else from draws."""
        moments: Any = self.state.moments[latent.node]
        layout = latent.layout
        if layout.span:
            moments, layout = ChainReading(moments, layout).rows, layout.row_by_row
        kind = type(moments).__name__
        first = np.asarray(moments[0])
        if kind == "NormalMoments":
            second = np.asarray(moments.second)
            if layout.block:
                size = first.shape[-1]
                second = np.diagonal(second.reshape((*first.shape, size)), axis1=-2, axis2=-1)
            return out_of_layout(first, layout), out_of_layout(np.maximum(second - first**2, 0.0), layout)
        if kind == "CountMoments":
            place = np.arange(first.shape[-1])
            mean = first @ place
            return out_of_layout(mean, layout), out_of_layout(first @ place**2 - mean**2, layout)
        family, natural = latent.family, self.state.natural[latent.node]
        if moments._fields[0] == "first" and family.value_dims == ():
            # The variance of a statistic is the slope of its mean along its own natural parameter.
            with double_precision():
                along = lambda own: family.to_mean(natural._replace(first=own)).first  # noqa: E731
                _, variance = jax.jvp(along, (natural.first,), (np.ones(natural.first.shape),))
            return out_of_layout(first, latent.layout), out_of_layout(np.asarray(variance), latent.layout)
        draws = self.latent_draws(MOMENT_DRAWS, self.seed + 2)[latent.node].astype(float)
        return draws.mean(axis=0), draws.var(axis=0)

    # --- start --------------------------------------------------------------------------------------------------------

    def start(self, initial: Mapping[int, np.ndarray | str] | str | None, seed: int | None = None) -> State:
        """Values that are given, draws for what would else stay symmetric, priors for the rest."""
        symmetric = self.symmetric()
        wanted = initial if isinstance(initial, Mapping) else {}
        default = initial if isinstance(initial, str) else None
        starts: list[str] = []
        values: dict[int, np.ndarray] = {}
        for node, _, layout in self.potential.latents:
            start = wanted.get(node, default or ("random" if node in symmetric else "prior"))
            if not isinstance(start, str):
                values[node] = in_layout(np.broadcast_to(start, layout.sizes), layout)
                start = "value"
            elif start not in ("prior", "random"):
                raise SolverError(f"initial got {start!r}. Expected 'prior', 'random' or a value by variable.")
            starts.append(start)
        with double_precision():
            key = jax.random.key(self.seed if seed is None else seed)
            return belief.started(self.potential, tuple(starts), self.arguments, values, key)

    def symmetric(self) -> set[int]:
        """Variables that select, and those that are multiplied with others: equals would stay equal."""
        found: set[int] = set()
        for factor in self.potential.factors:
            found |= {choice.read.node for choice in factor.choices}
            for slot in factor.slots:
                for monomial in slot.form.monomials:
                    nodes = {read.node for read in monomial.reads if read.power == 1}
                    found |= nodes if len(nodes) > 1 and slot.name in ("x", "mean") else set()
        return found

    def base_measures(self) -> dict[int, float]:
        """By node, what the values that are observed add to the bound whatever is believed."""
        with double_precision():
            found = belief.base_measures(self.potential, self.arguments)
        return {node: float(term) for node, term in found.items()}

    # --- predictions --------------------------------------------------------------------------------------------------

    def _predicted(self, draws: Mapping[int, np.ndarray], seed: int) -> list[np.ndarray]:
        """Everything that is neither observed nor inferred, given one draw of what is inferred."""
        program = self.program
        evidence = Known([*program.evidence.values], [*program.evidence.taken], [*program.evidence.counted])
        for node, draw in draws.items():
            evidence.values[node] = draw.astype(evidence.values[node].dtype)
            evidence.taken[node] = evidence.taken[node] | program.relevant[node]
        given = bound(program.network, program.layout, evidence, program.n_data)
        return [part[0] for part in given.sample(seed)]

    def _predictions(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Means and variances of what is not inferred."""
        program = self.program
        if all((known | relevant).all() for known, relevant in zip(program.known, program.relevant, strict=True)):
            means = [value.astype(float) for value in program.evidence.values]
            return means, [np.zeros(mean.shape) for mean in means]
        draws = self.latent_draws(PREDICTION_DRAWS, self.seed + 1)
        parts = [
            self._predicted({node: draw[i] for node, draw in draws.items()}, self.seed + 7919 * i)
            for i in range(PREDICTION_DRAWS)
        ]
        stacked = [np.stack([part[node] for part in parts]).astype(float) for node in range(len(program.structure))]
        return [each.mean(axis=0) for each in stacked], [each.var(axis=0) for each in stacked]
