"""`MessagePassing`: what solvers share that answer from the messages of the potential."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from whyboard.errors import NotConjugate, SolverError
from whyboard.families import NoClosedForm, Point
from whyboard.lowering.data import Known
from whyboard.lowering.potential.draws import Draws
from whyboard.lowering.potential.lower import DRAWS, potential
from whyboard.lowering.potential.potential import Arguments, Latent, Potential
from whyboard.lowering.potential.rows import rows_of
from whyboard.lowering.program import Program, rebind
from whyboard.lowering.program.tables import table_of
from whyboard.precision import as_program, double_precision
from whyboard.solvers.advice import followable
from whyboard.solvers.answers import Answers
from whyboard.solvers.barren import completed
from whyboard.solvers.belief import Belief, State
from whyboard.solvers.belief_draws import drawn
from whyboard.solvers.bent_belief import edge_nodes, value_moments, values_of
from whyboard.solvers.initial import Initial, initial_state
from whyboard.solvers.matched_draws import Spread, matched, noise_spread, spreads
from whyboard.solvers.prediction import predicted
from whyboard.solvers.probabilities import believed, predicted_probabilities
from whyboard.solvers.rounds import base_measures
from whyboard.solvers.solver import Moments, Solver, StaticBelief
from whyboard.solvers.stacks import planned
from whyboard.solvers.static_belief import static_belief

MOMENT_DRAWS = 4000
"""Draws for means and variances of values whose family does not state them."""
PREDICTION_DRAWS = 200
"""Draws for means and variances of what is only predicted."""


class MessagePassing(Solver):
    """A potential, where variables start, and answers from what is believed of them.

    Args:
        program: what to infer.
        seed: for draws.
        blocks: nodes that have one belief together.
        mixed: whether to take expectations by quadrature where there is no closed form.
        n_draws: of functions of more than three numbers, over which their expectation is taken.

    Raises:
        NotConjugate: names a variable that has no closed update.
    """

    explicit_selectors = True
    whole = False
    """Whether elements that nothing observed depends on are inferred beside others of their row."""

    def __init__(
        self,
        program: Program,
        seed: int = 0,
        blocks: Sequence[Sequence[int]] = (),
        *,
        mixed: bool = False,
        n_draws: int = DRAWS.number,
    ) -> None:
        super().__init__(program, seed)
        self.blocks, self.mixed, self.integration = blocks, mixed, Draws(n_draws, seed)
        self.take(program)
        self.state = State({}, {})

    @classmethod
    def refuse(cls, program: Program, **options: Any) -> None:
        cls.read(program, mixed=bool(options.get("mixed")))

    @classmethod
    def read(
        cls,
        program: Program,
        like: Potential | None = None,
        blocks: Sequence[Sequence[int]] = (),
        *,
        mixed: bool = False,
        draws: Draws = DRAWS,
    ) -> tuple[Potential, Arguments]:
        """The potential of a program, with the variables and factors of an earlier one."""
        rows = rows_of(program.timeline)
        try:
            return potential(
                program.network,
                program.evidence,
                program.relevant,
                rows,
                like,
                blocks,
                mixed=mixed,
                draws=draws,
                whole=cls.whole,
            )
        except NotConjugate as error:
            raise NotConjugate(followable(str(error), program)) from None

    def take(self, program: Program, like: Potential | None = None) -> None:
        """Read a program, with the variables and factors of an earlier potential; what is relevant is told exactly."""
        self.potential, self.arguments = self.read(program, like, self.blocks, mixed=self.mixed, draws=self.integration)
        relevant = list(program.relevant)
        for latent in self.potential.latents:
            if not latent.parts:
                free = latent.by_node(self.arguments.free[latent.node], self.arguments.rows)
                for node, each in free.items():
                    relevant[node] = relevant[node] & (each > 0)
        self.program = dataclasses.replace(program, relevant=tuple(relevant))

    def belief(self, node: int) -> Belief:
        """The belief about a node.

        Raises:
            SolverError: if it is no latent variable of this model.
        """
        latent = self.potential.believed.get(node)
        if latent is None or latent.node not in self.state.moments or not self.program.relevant[node].any():
            raise SolverError(
                f"'{self.program.network.paths[node]}' has no belief: it is observed, or nothing "
                "that is observed depends on it."
            )
        natural, moments = (jax.tree.map(np.asarray, part[latent.node]) for part in self.complete())
        return Belief(latent.family, natural, moments)

    def complete(self) -> State:
        """The beliefs, also about entries that took no part."""
        return completed(self.potential, self.arguments, self.program.evidence, self.state)

    def samples(self, count: int, seed: int, nodes: Collection[int] | None = None) -> dict[int, np.ndarray]:
        wanted = range(len(self.program.structure)) if nodes is None else nodes
        draws = self.latent_draws(count, seed)
        if all(self._is_told(node) for node in wanted):
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

    def _is_told(self, node: int) -> bool:
        """Whether data and beliefs tell all of a variable; what is computed from others has no belief of its own."""
        known, relevant = self.program.known[node], self.program.relevant[node]
        return bool((known | relevant if node in self.potential.believed else known).all())

    def moments(self) -> Moments:
        """What is only predicted takes many draws, which are made when it is asked for."""
        known, relevant, values = self.program.known, self.program.relevant, self.program.evidence.values
        inferred = {
            node: pair for latent in self.potential.latents for node, pair in self.latent_moments(latent).items()
        }

        def joined(node: int, mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            best, spread = inferred.get(node, (mean, variance))
            free, seen = relevant[node], known[node]
            return (
                np.where(free, best, np.where(seen, values[node], mean)),
                np.where(free, spread, np.where(seen, 0.0, variance)),
            )

        worlds = functools.cache(self._worlds)

        @functools.cache
        def other(node: int) -> tuple[np.ndarray, np.ndarray]:
            return joined(node, *predicted(self.program, node, worlds()))

        ready = {
            node: joined(node, value.astype(float), np.zeros(value.shape))
            for node, value in enumerate(values)
            if self._is_told(node)
        }
        mean, variance = (
            Answers(
                {node: pair[part] for node, pair in ready.items()},
                lambda node, part=part: other(node)[part],
                len(values),
            )
            for part in (0, 1)
        )
        return Moments(mean, variance)

    def probabilities(self, node: int, categories: int) -> np.ndarray:
        known, values = self.program.known[node], self.program.evidence.values[node]
        found = (values[..., None] == np.arange(categories)).astype(float)
        if not self._is_told(node):
            rest = predicted_probabilities(self.program, node, self._worlds(), categories)
            found = np.where(known[..., None], found, rest)
        inferred = self.latent_probabilities(node, categories) if node in self.potential.believed else None
        return found if inferred is None else np.where(self.program.relevant[node][..., None], inferred, found)

    def latent_probabilities(self, node: int, categories: int) -> np.ndarray:
        """Those of a category that is inferred, as its belief has them, else from draws."""
        latent = self.potential.latent(node)
        moments = self.state.moments.get(latent.node)
        found = None if moments is None else believed(latent, moments, self.arguments, node)
        return super().probabilities(node, categories) if found is None else found

    def static_belief(self) -> StaticBelief:
        return static_belief(self.program, self.potential, self.complete(), self.moments())

    def latent_draws(self, count: int, seed: int) -> dict[int, np.ndarray]:
        """Draws of what is inferred, by node, ``(count, *shape of the values)``."""
        found: dict[int, np.ndarray] = {}
        with double_precision():
            for latent in self.potential.latents:
                node = latent.node
                if isinstance(latent.family, Point):
                    values = {own: value[None].repeat(count, axis=0) for own, value in self.point(latent).items()}
                else:
                    draws = drawn(latent.family, self.state.natural[node], count, seed, node)
                    values = self._in_shape(latent, draws, count)
                for own, several in values.items():
                    inferred = values_of(self.program, latent, several, found)
                    found[own] = np.where(self.program.relevant[own], inferred, self.program.evidence.values[own])
        return found

    def _in_shape(self, latent: Latent, draws: Any, count: int) -> dict[int, np.ndarray]:
        """Draws as they are stored, by node in the shape of values."""
        each = [
            latent.by_node(jax.tree.map(lambda leaf, i=i: leaf[i], draws), self.arguments.rows) for i in range(count)
        ]
        shapes = {node: self.program.evidence.values[node].shape for node in latent.nodes}
        return {node: np.array([one[node] for one in each]).reshape(count, *shapes[node]) for node in latent.nodes}

    def latent_moments(self, latent: Latent) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """By node, mean and variance of values in their own shape, as the family knows them, else from draws."""
        if isinstance(latent.family, Point):
            return {node: (value, np.zeros(value.shape)) for node, value in self.point(latent).items()}
        found = self._stated_moments(latent)
        if found is None:
            draws = self.latent_draws(MOMENT_DRAWS, self.seed + 2)
            own = {node: draws[node].astype(float) for node in latent.nodes}
            return {node: (each.mean(axis=0), each.var(axis=0)) for node, each in own.items()}
        if latent.coordinate is not None:
            return {latent.node: found}
        mean, variance = (latent.by_node(each, self.arguments.rows) for each in found)
        return {node: (mean[node], variance[node]) for node in latent.nodes}

    def _stated_moments(self, latent: Latent) -> Any:
        """Mean and variance of values, in the layout unless they are those of a coordinate; None if only draws tell."""
        natural = self.state.natural[latent.node]
        if latent.coordinate is not None:
            certain = all(self.program.known[node].all() for node in edge_nodes(latent))
            return value_moments(self.program, latent, self.arguments, natural) if certain else None
        try:
            with double_precision():
                return jax.tree.map(np.asarray, _value_moments(latent.family, natural))
        except NoClosedForm:
            return None

    def point(self, latent: Latent) -> dict[int, np.ndarray]:
        """By node, the value of a point, in the shape of values."""
        family: Any = latent.family
        return latent.by_node(family.value(self.state.moments[latent.node]))

    def start(self, initial: Initial | str | None, seed: int | None = None) -> State:
        """The state in which a solve begins."""
        own = self.seed if seed is None else seed
        return initial_state(self.program, self.potential, self.arguments, initial, own)

    def base_measures(self) -> dict[int, float]:
        """By node, what the values that are observed add to the bound whatever is believed."""
        plan = planned(self.potential, (), self.arguments)
        with double_precision():
            found = base_measures(plan, plan.numbers(self.arguments))
        return {
            node: float(term)
            for nodes, terms in found.items()
            for node, term in zip(nodes, np.asarray(terms), strict=True)
        }

    # --- predictions --------------------------------------------------------------------------------------------------

    def _given(self, draws: Mapping[int, np.ndarray]) -> Program:
        """The model with one draw of what is inferred in place of beliefs."""
        program = self.program
        evidence = Known([*program.evidence.values], [*program.evidence.taken], [*program.evidence.counted])
        for node, draw in draws.items():
            evidence.values[node] = draw.astype(evidence.values[node].dtype)
            evidence.taken[node] = evidence.taken[node] | program.relevant[node]
        return rebind(program, evidence)

    def _predicted(self, draws: Mapping[int, np.ndarray], seed: int) -> list[np.ndarray]:
        """Everything that is neither observed nor inferred, given one draw of what is inferred."""
        return [part[0] for part in self._given(draws).sample(seed)]

    def _worlds(self) -> list[np.ndarray]:
        """By node, values of all that is neither observed nor inferred in draws of what is inferred."""
        program, random = self.program, np.random.default_rng([self.seed, 6])
        draws = self.latent_draws(PREDICTION_DRAWS, self.seed + 1)
        of: list[tuple[int, Spread]] = []
        for latent in self.potential.latents:
            known = self.latent_moments(latent)
            of += spreads(latent, self.state.moments.get(latent.node), self.arguments, known).items()
        inferred = len(of)
        # What has a noise and is not told; of what is drawn otherwise, it is never looked at.
        of += [
            (node, noise_spread(program.known[node].shape, node))
            for node, spec in enumerate(program.structure)
            if spec.law.whiten is not None and not spec.law.deterministic and not self._is_told(node)
        ]
        noise = [random.standard_normal((PREDICTION_DRAWS, *spread.mean.shape)) for _, spread in of[inferred:]]
        found = matched(program, [*(draws[node] for node, _ in of[:inferred]), *noise], of)
        for (node, _), values in zip(of[:inferred], found, strict=False):
            draws[node] = np.where(program.relevant[node], values, draws[node])
        still = [np.zeros(known.shape) for known in program.known]
        parts: list[list[np.ndarray]] = []
        for i in range(PREDICTION_DRAWS):
            given = self._given({node: draw[i] for node, draw in draws.items()})
            for (node, _), values in zip(of[inferred:], found[inferred:], strict=True):
                still[node] = values[i]
            table = table_of(given.network, given.layout, still, given.timeline, float)
            (outcome,) = given.evaluate([table], self.seed + 7919 * i)
            parts.append([given.typed(part[0], node) for node, part in enumerate(given.nodes(outcome.values))])
        return [np.stack([part[node] for part in parts]) for node in range(len(program.structure))]


@as_program(0, brief=True)
def _value_moments(family: Any, natural: Any) -> Any:
    return family.value_moments(natural)
