"""`MessagePassing`: what solvers share that answer from the messages of the potential."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from whyboard import registry
from whyboard.distributions.distribution import Parameter
from whyboard.errors import SolverError
from whyboard.families import FullNormal, NoClosedForm, NormalMoments, Point
from whyboard.lowering.data import Known
from whyboard.lowering.layout import in_layout, out_of_layout
from whyboard.lowering.lower import potential
from whyboard.lowering.potential import Arguments, Latent, Potential
from whyboard.lowering.program import Program
from whyboard.lowering.rows import rows_of
from whyboard.precision import double_precision
from whyboard.solvers import belief
from whyboard.solvers.answers import Answers
from whyboard.solvers.belief import Belief, State
from whyboard.solvers.bent_belief import coordinates_of, edge_nodes, stated_as, value_moments, values_of
from whyboard.solvers.gaussian import static_bounds
from whyboard.solvers.joint_belief import stated_given
from whyboard.solvers.medians import medians
from whyboard.solvers.prediction import predicted
from whyboard.solvers.solver import Moments, Multiple, Solver, StaticBelief
from whyboard.value_type import Shape

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

    Raises:
        NotConjugate: names a variable that has no closed update.
    """

    explicit_selectors = True

    def __init__(
        self, program: Program, seed: int = 0, blocks: Sequence[Sequence[int]] = (), *, mixed: bool = False
    ) -> None:
        super().__init__(program, seed)
        self.blocks, self.mixed = blocks, mixed
        self.potential, self.arguments = self.read(program, blocks=blocks, mixed=mixed)
        self.state = State({}, {})

    @classmethod
    def refuse(cls, program: Program) -> None:
        cls.read(program)

    @staticmethod
    def read(
        program: Program,
        like: Potential | None = None,
        blocks: Sequence[Sequence[int]] = (),
        *,
        mixed: bool = False,
    ) -> tuple[Potential, Arguments]:
        """The potential of a program, with the variables and factors of an earlier one."""
        rows = rows_of(program.timeline)
        return potential(program.network, program.evidence, program.relevant, rows, like, blocks, mixed=mixed)

    def belief(self, node: int) -> Belief:
        """The belief about a node.

        Raises:
            SolverError: if it is no latent variable of this model.
        """
        latent = next((each for each in self.potential.latents if node in each.nodes), None)
        if latent is None or latent.node not in self.state.moments or not self.program.relevant[node].any():
            raise SolverError(
                f"'{self.program.network.paths[node]}' has no belief: it is observed, or nothing "
                "that is observed depends on it."
            )
        natural, moments = (jax.tree.map(np.asarray, part[latent.node]) for part in self.state)
        return Belief(latent.family, natural, moments)

    def samples(self, count: int, seed: int, nodes: Collection[int] | None = None) -> dict[int, np.ndarray]:
        wanted = range(len(self.program.structure)) if nodes is None else nodes
        draws = self.latent_draws(count, seed)
        known, relevant = self.program.known, self.program.relevant
        if all((known[node] | relevant[node]).all() for node in wanted):
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
            if (known[node] | relevant[node]).all()
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

    def static_belief(self) -> StaticBelief:
        """Joint normal beliefs by their correlated changes, others that a distribution can state as that."""
        program, moments = self.program, self.moments()
        exact: dict[int, tuple[str, dict[str, np.ndarray | Multiple]]] = {}
        parts: list[tuple[int, np.ndarray]] = []
        for node, spec in enumerate(program.structure):
            if not spec.static:
                continue
            stated = self._stated(node)
            if stated is not None:
                exact[node] = stated
            else:
                parts.append((node, self._changes(node, moments.variance[node])))
        count = sum(len(part) for _, part in parts)
        changes = [np.zeros((count if spec.static else 0, *spec.shape)) for spec in program.structure]
        place = 0
        for node, part in parts:
            changes[node][place : place + len(part)] = part
            place += len(part)
        return StaticBelief(moments.mean, changes, static_bounds(program, program.zeros()), exact)

    def _stated(self, node: int) -> tuple[str, dict[str, np.ndarray | Multiple]] | None:
        """The distribution that a belief is, if one is stated for single elements or events of it."""
        spec = self.program.structure[node]
        latent = next((each for each in self.potential.latents if node in each.nodes), None)
        if latent is None or latent.node not in self.state.natural or isinstance(latent.family, Point):
            return None
        if not self.program.relevant[node].all():
            return None
        natural, layout = self.state.natural[latent.node], latent.layout
        if latent.coordinate is not None:
            return stated_as(latent, natural)
        if latent.parts:
            location, precision = latent.parts
            family: Any = latent.family
            if node == location.node:
                return stated_given(latent, natural, spec)
            with double_precision():
                natural, layout = family.precision_alone(natural), precision.layout
        name = spec.law.believed_as or spec.distribution
        law: Any = registry.distributions[name] if spec.law.believed_as else spec.law
        events = tuple(range(len(spec.shape) - law.event_ndim, len(spec.shape)))
        if law.parameters_of is None or layout.block != events:
            return None
        with double_precision():
            found = law.parameters_of(natural)
        return name, {name: np.asarray(value) for name, value in found.items()}

    def _changes(self, node: int, variance: np.ndarray) -> np.ndarray:
        """Independent changes of a static variable, ``(changes, *shape)``: along the axes of a joint normal's root."""
        size = variance.size
        latent = next((each for each in self.potential.latents if each.node == node), None)
        if latent is not None and latent.coordinate is None and isinstance(latent.family, FullNormal):
            layout = latent.layout
            first, second = (np.asarray(each) for each in self.state.moments[node])
            covariance = second - first[..., :, None] * first[..., None, :]
            values, vectors = np.linalg.eigh(covariance)
            # Known entries do not vary, so a covariance may be singular; rounding may put it below zero.
            roots = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
            plates, dim = first.shape[:-1], first.shape[-1]
            places = in_layout(np.arange(size).reshape(variance.shape), layout)
            changes = np.zeros((*plates, dim, size))
            for plate in np.ndindex(*plates):
                changes[plate][:, places[plate]] = roots[plate].T
            return changes.reshape(-1, *variance.shape)
        return (np.sqrt(variance).ravel() * np.eye(size)).reshape(size, *variance.shape)

    def latent_draws(self, count: int, seed: int) -> dict[int, np.ndarray]:
        """Draws of what is inferred, by node, ``(count, *shape of the values)``."""
        key = jax.random.key(seed)
        found: dict[int, np.ndarray] = {}
        with double_precision():
            for latent in self.potential.latents:
                node = latent.node
                if isinstance(latent.family, Point):
                    value = self.point(latent)
                    found[node] = np.broadcast_to(value, (count, *value.shape))
                    continue
                draws = latent.family.sample(jax.random.fold_in(key, node), self.state.natural[node], (count,))
                drawn = [np.asarray(each) for each in (draws if latent.parts else (draws,))]
                for part, several in zip(latent.parts or (latent,), drawn, strict=True):
                    values = (
                        np.stack([out_of_layout(each, part.layout, self.arguments.rows) for each in several])
                        if count
                        else several
                    )
                    own = part.node
                    values = values_of(self.program, part, values, found)
                    found[own] = np.where(self.program.relevant[own], values, self.program.evidence.values[own])
        return found

    def latent_moments(self, latent: Latent) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """By node, mean and variance of values in their own shape, as the family knows them, else from draws."""
        if isinstance(latent.family, Point):
            value = self.point(latent)
            return {latent.node: (value, np.zeros(value.shape))}
        found = self._stated_moments(latent)
        if found is None:
            draws = self.latent_draws(MOMENT_DRAWS, self.seed + 2)[latent.node].astype(float)
            return {latent.node: (draws.mean(axis=0), draws.var(axis=0))}
        if latent.coordinate is not None:
            return {latent.node: found}
        parts = latent.parts or (latent,)
        several = zip(*found, strict=True) if latent.parts else (found,)
        rows = self.arguments.rows
        return {
            part.node: (
                out_of_layout(np.asarray(mean), part.layout, rows),
                out_of_layout(np.asarray(variance), part.layout, rows),
            )
            for part, (mean, variance) in zip(parts, several, strict=True)
        }

    def _stated_moments(self, latent: Latent) -> Any:
        """Mean and variance of values, in the layout unless they are those of a coordinate; None if only draws tell."""
        natural = self.state.natural[latent.node]
        if latent.coordinate is not None:
            certain = all(self.program.known[node].all() for node in edge_nodes(latent))
            return value_moments(self.program, latent, self.arguments, natural) if certain else None
        try:
            return latent.family.value_moments(jax.tree.map(np.asarray, natural))
        except NoClosedForm:
            return None

    def point(self, latent: Latent) -> np.ndarray:
        """The value of a point, in the shape of values."""
        family: Any = latent.family
        return out_of_layout(np.asarray(family.value(self.state.moments[latent.node])), latent.layout)

    # --- start --------------------------------------------------------------------------------------------------------

    def start(self, initial: Mapping[int, np.ndarray | str] | str | None, seed: int | None = None) -> State:
        """Values that are given, draws for what would else stay symmetric, priors for the rest."""
        seed = self.seed if seed is None else seed
        symmetric = self.symmetric()
        wanted = initial if isinstance(initial, Mapping) else {}
        default = initial if isinstance(initial, str) else None
        starts: list[str] = []
        values: dict[int, np.ndarray] = {}
        for latent in self.potential.latents:
            node, layout = latent.node, latent.layout
            usual = "prior" if symmetric.isdisjoint(latent.nodes) else "random"
            start = next((wanted[each] for each in latent.nodes if each in wanted), default or usual)
            if latent.parts and not isinstance(start, str):
                raise SolverError(
                    f"initial gives a value to '{self.program.network.paths[node]}', which has one belief with others. "
                    "Expected 'prior' or 'random' for it."
                )
            law = self.program.structure[node].law
            if isinstance(start, str) and start == "random" and not law.proper:
                start = law.start(np.random.default_rng((seed, node)), layout.sizes)
            if not isinstance(start, str):
                begun = coordinates_of(self.program, latent, self._begun_at(node, start, layout.sizes))
                values[node] = in_layout(begun, layout, self.arguments.rows)
                start = "value"
            elif start not in ("prior", "random"):
                raise SolverError(f"initial got {start!r}. Expected 'prior', 'random' or a value by variable.")
            starts.append(start)
        with double_precision():
            key = jax.random.key(seed)
            middles = medians(self.program, self.potential, self.arguments)
            return belief.started(self.potential, tuple(starts), self.arguments, values, key, middles)

    def _begun_at(self, node: int, value: Any, shape: Shape) -> np.ndarray:
        """The value at which a variable starts, in its own shape."""
        path, latent = self.program.network.paths[node], self.potential.latent(node)
        family = latent.family
        given = np.asarray(value)
        try:
            found = np.broadcast_to(given, shape)
        except ValueError:
            raise SolverError(f"initial of '{path}' got shape {given.shape}. Expected {shape}.") from None
        support = family.support if latent.coordinate is None else latent.coordinate.support
        domain = Parameter("initial", domain=support)  # type: ignore[arg-type]
        # Of vectors and matrices a family says no more than this.
        if family.value_dims == () and not domain.contains(found):
            raise SolverError(f"initial of '{path}' got {given.tolist()}. Expected {domain.expected}.")
        return found

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
        given = program.given(evidence)
        return [part[0] for part in given.sample(seed)]

    def _worlds(self) -> list[np.ndarray]:
        """By node, values of all that is neither observed nor inferred in draws of what is inferred."""
        program = self.program
        draws = self.latent_draws(PREDICTION_DRAWS, self.seed + 1)
        for latent in self.potential.latents:
            for node, (mean, variance) in self.latent_moments(latent).items():
                linear = latent.coordinate is None and not isinstance(latent.family, Point)
                if isinstance(latent.family.template, NormalMoments) and linear:
                    matched = _matched(draws[node], mean, variance)
                    draws[node] = np.where(program.relevant[node], matched, draws[node])
        parts = [
            self._predicted({node: draw[i] for node, draw in draws.items()}, self.seed + 7919 * i)
            for i in range(PREDICTION_DRAWS)
        ]
        return [np.stack([part[node] for part in parts]) for node in range(len(program.structure))]


def _matched(draws: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Draws moved and stretched until they have exactly this mean and variance, so that linear answers are exact."""
    middle, spread = draws.mean(axis=0), draws.std(axis=0)
    return mean + (draws - middle) * np.where(spread > 0, np.sqrt(variance) / np.where(spread > 0, spread, 1), 1)
