"""`EM`: beliefs about what differs by row, points for what all rows share."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import SolverError
from whyboard.families import CountMoments, NoClosedForm, NormalMoments, Point, SimplexMoments, UnitMoments
from whyboard.lowering.potential.potential import Latent
from whyboard.lowering.program import Program
from whyboard.precision import as_program, double_precision
from whyboard.solvers import belief
from whyboard.solvers.belief import State
from whyboard.solvers.guesses import Guesses
from whyboard.solvers.impossibility import impossibility
from whyboard.solvers.initial import symmetric
from whyboard.solvers.message_passing import MessagePassing
from whyboard.solvers.rounds import bounds, by_node, holding, updated
from whyboard.solvers.solver import Progress, Report, register
from whyboard.solvers.stack_reading import ByNode
from whyboard.solvers.stacks import Numbers, Plan, planned

CHUNK = 10
"""Steps of one compiled call."""
START = 0.95
"""How much of a start is the guess of a category; hard guesses leave what holds a single row without a spread."""
RUNAWAY = np.log(1e10)
"""What has no prior and changes by more than this factor after the first step has no maximum, up to rounding."""
ROUNDING = 1e-14


@dataclasses.dataclass
class Climb:
    """The way from one start."""

    state: State
    bounds: list[float]
    terms: dict[int, float]
    extents: dict[int, np.ndarray] | None = None
    failure: str | None = None
    done: bool = False

    @property
    def height(self) -> float:
        """The last bound; minus infinity for a way that leads nowhere."""
        return self.bounds[-1] if self.bounds and self.failure is None else -np.inf


@register
class Em(MessagePassing):
    """Expectation maximisation: points for what all rows share, beliefs about what differs by row.

    Mathematically, the same coordinate ascent as VMP in which the belief about a static variable is its most probable
    value, the maximiser of its message. It is the mode of the posterior in the variable's own coordinates; without a
    prior (FlatDistribution), maximum likelihood. Where the beliefs about one row are exact, the lower bound is the log
    likelihood, plus the log density of the points.

    Args:
        program: what to infer.
        seed: for the starts.
        points: nodes that are estimated by a point; the static ones if None.
        initial: by node, the value at which a variable starts, or ``"prior"`` or ``"random"``; one of these for all.
            Others start at clusters and principal components of the data, or at draws, as in `Vmp`.
        restarts: starts; the best end is kept.
        max_steps: stop a start after so many.
        tolerance: stop when what is still to be gained is less, relative to the size of the bound.
        blocks: groups of normal variables that have one belief, or one point, together.

    Raises:
        NotConjugate: names a variable whose message has no closed form.
        SolverError: if no start leads to a maximum: says what runs off, and where to.
    """

    method = "EM"
    label = "Expectation maximisation"
    synonyms = ("ExpectationMaximization",)
    options = (
        {"name": "points", "type": "variables", "default": None},
        {"name": "initial", "type": "values", "default": None},
        {"name": "restarts", "type": "int", "default": 4, "minimum": 1},
        {"name": "max_steps", "type": "int", "default": 2000, "minimum": 1},
        {"name": "tolerance", "type": "float", "default": 1e-9, "minimum": 0},
        {"name": "blocks", "type": "groups", "default": None},
    )

    def __init__(
        self,
        program: Program,
        seed: int = 0,
        *,
        points: Collection[int] | None = None,
        initial: Mapping[int, np.ndarray | str] | str | None = None,
        restarts: int = 4,
        max_steps: int = 2000,
        tolerance: float = 1e-9,
        blocks: Sequence[Sequence[int]] | None = None,
    ) -> None:
        super().__init__(program, seed, () if blocks is None else blocks)
        self.restarts, self.max_steps, self.tolerance = restarts, max_steps, tolerance
        self._initial = initial
        # What has no prior is a point already.
        self._flat = tuple(each.node for each in self.potential.latents if isinstance(each.family, Point))
        latents = tuple(self._pointed(latent, points) for latent in self.potential.latents)
        self.potential = dataclasses.replace(self.potential, latents=latents)
        equal = symmetric(self.potential)
        # Points first: then the bound after a step is that of beliefs at the points as they are.
        self.order = tuple(
            each.node
            for each in sorted(
                latents, key=lambda each: (not isinstance(each.family, Point), each.node in equal, each.node)
            )
        )
        self._plan = planned(self.potential, self.order, self.arguments)
        self._numbers = self._plan.numbers(self.arguments)
        self._observed = self.base_measures()
        self._climbs: list[Climb] = []

    @property
    def best(self) -> Climb:
        """The highest climb so far."""
        return max(self._climbs, key=lambda climb: climb.height)

    @property
    def lower_bound(self) -> list[float]:
        """After each step of the best start."""
        return self.best.bounds

    @property
    def lower_bound_terms(self) -> dict[int, float]:
        """By node, of the last step of the best start."""
        return self.best.terms

    @property
    def ends(self) -> np.ndarray:
        """The last bound of each start: how much starts matter."""
        return np.array([climb.height for climb in self._climbs])

    def solve(self, report: Report) -> None:
        if self.converged:
            return
        try:
            while len(self._climbs) < self.restarts or not self._climbs[-1].done:
                if not self._climbs or self._climbs[-1].done:
                    self._climbs.append(self._begun(len(self._climbs)))
                climb = self._climbs[-1]
                self._advance(climb)
                step = sum(len(each.bounds) for each in self._climbs)
                if not report(Progress(f"start {len(self._climbs)} of {self.restarts}", step, None, self.best.height)):
                    break
            else:
                self._refuse_if_nothing_worked()
                self.converged = len(self.best.bounds) < self.max_steps or self._still(self.best.bounds)
        except KeyboardInterrupt:
            self.converged = False
        self.state = self.best.state

    def climbed(self) -> list[float]:
        return self.lower_bound

    def unfinished(self) -> str:
        if not self._climbs or self.converged or not self.tolerance:
            return ""
        bounds = self.best.bounds
        if len(self._climbs) < self.restarts or len(bounds) < self.max_steps:
            return ""
        return (
            f"stopped after {len(bounds)} steps (max_steps) before it converged: the last one raised the lower bound "
            f"by {bounds[-1] - bounds[-2]:.2g}. Give more max_steps, or tolerance=0 if you want exactly so many."
        )

    # --- starts ------------------------------------------------------------------------------------------------------

    def _pointed(self, latent: Latent, points: Collection[int] | None) -> Latent:
        wanted = [self.program.structure[node].static if points is None else node in points for node in latent.nodes]
        if not any(wanted) or latent.node in self._flat:
            return latent
        names = " and ".join(f"'{self.program.network.paths[node]}'" for node in latent.nodes)
        if not all(wanted):
            raise SolverError(f"points names a part of the block of {names}. Name all of it, or nothing of it.")
        if latent.parts:
            raise SolverError(
                f"blocks joins {names}, and EM estimates points, for which a joint belief wins nothing. Leave them "
                'out of blocks, or use method="VMP".'
            )
        return latent._replace(family=Point(latent.family))

    def _begun(self, count: int) -> Climb:
        initial, settled = self._initial, set[int]()
        if not isinstance(initial, str):
            guesses = Guesses(self.program, self.potential, self.seed, count, initial)
            initial, settled = {**guesses.by_node(), **(initial or {})}, guesses.held()
        state = self.start(initial, self.seed + 7919 * count)
        given = self._initial if isinstance(self._initial, Mapping) else {}
        for latent in self.potential.latents:
            moments = state.moments[latent.node]
            if isinstance(moments, CountMoments) and latent.node not in given and not isinstance(latent.family, Point):
                counts = np.asarray(moments.counts)
                free = np.asarray(self.arguments.free[latent.node])
                free = free if free.ndim == counts.ndim else free[..., None]
                even = counts.sum(-1, keepdims=True) / counts.shape[-1]
                softened = np.where(free, START * counts + (1 - START) * even, counts)
                state.moments[latent.node] = CountMoments(softened)
        return Climb(self._stepped(state, settled)[0] if settled else state, [], {})

    # --- steps -------------------------------------------------------------------------------------------------------

    def _stepped(
        self, state: State, held: Collection[int] = ()
    ) -> tuple[State, Array, dict[tuple[int, ...], Array], dict[int, Array]]:
        """A call of `_climbed`, with beliefs by node, in which some stay as they are."""
        try:
            with double_precision():
                stacked, still = self._plan.stacked(state), holding(self._plan, held)
                found, *trace = _climbed(self._plan, self._flat, self._numbers, stacked, still)
        except NoClosedForm as error:
            raise SolverError(f"EM cannot estimate a point: {error}") from None
        return self._plan.by_node(found), *trace

    def _advance(self, climb: Climb) -> None:
        climb.state, totals, terms, extents = self._stepped(climb.state)
        state, offset = climb.state, sum(self._observed.values())
        totals, extents = np.asarray(totals), jax.tree.map(np.asarray, extents)
        finite = np.isfinite(totals)
        kept = len(totals) if finite.all() else int(np.argmin(finite))
        climb.bounds += [float(total) + offset for total in totals[:kept]]
        (found,) = by_node({nodes: np.asarray(term)[None] for nodes, term in terms.items()}, 1)
        climb.terms = {node: term + self._observed[node] for node, term in found.items()}
        if climb.extents is None:
            climb.extents = {node: extent[0] for node, extent in extents.items()}
        if not finite.all():
            climb.failure = self._reason(state)
        for node, extent in extents.items():
            if np.nanmax(np.abs(extent - climb.extents[node]), initial=0.0) > RUNAWAY:
                climb.failure = climb.failure or self._runaway(self.potential.latent(node))
        climb.done = climb.failure is not None or self._still(climb.bounds) or len(climb.bounds) >= self.max_steps
        if climb.done:
            climb.failure = climb.failure or impossibility(self.program, climb.terms)

    def _still(self, bounds: Sequence[float]) -> bool:
        """Whether little is still to be gained, if gains go on falling as they do."""
        if len(bounds) < 3:
            return False
        before, gain = bounds[-2] - bounds[-3], bounds[-1] - bounds[-2]
        size = 1 + abs(bounds[-1])
        if gain <= ROUNDING * size:
            return True
        return gain < before and gain**2 / (before - gain) <= self.tolerance * size

    def _reason(self, state: State) -> str:
        for node in self.order:
            latent = self.potential.latent(node)
            if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(state.moments[node])):
                if isinstance(latent.family, Point):
                    return self._runaway(latent)
                break
        return (
            "The bound is not finite. Check the data and the constants of the distributions, and whether a prior "
            "excludes what the data say."
        )

    def _runaway(self, latent: Latent) -> str:
        """Why a variable has no most probable value."""
        path = self.program.network.paths[latent.node]
        kind = type(latent.family.template)
        if kind is NormalMoments:
            return (
                f"'{path}' has no single best value: the data leave a direction of it open. Give it a prior "
                "(NormalDistribution), or more data."
            )
        if kind in (SimplexMoments, UnitMoments):
            return (
                f"'{path}' has no most probable value: its density grows without bound where a share goes to 0. Give "
                'its prior concentrations of at least 1, or use method="VMP".'
            )
        return (
            f"The likelihood has no maximum: it grows without bound as '{path}' runs off to the edge of its range. A "
            "component that holds a single row, or data that are fitted exactly, do this. Give it a prior away from "
            "the edge, such as a GammaDistribution of a precision with a rate above 0, or more data."
        )

    def _refuse_if_nothing_worked(self) -> None:
        if all(climb.failure is not None for climb in self._climbs):
            (*_, last) = self._climbs
            raise SolverError(f"{last.failure} (The same in all of {len(self._climbs)} starts.)")


@as_program(0, 1)
def _climbed(
    plan: Plan, flat: tuple[int, ...], numbers: Numbers, state: State, held: Array | np.ndarray
) -> tuple[State, Array, dict[tuple[int, ...], Array], dict[int, Array]]:
    """The state, by stack, after some steps, or after the first one whose bound is not finite.

    While something is ``held``, bounds say nothing. Also the bound after each step, its last terms by node, and after
    each step the logarithms of what has no prior.
    """

    def step(carry: tuple[State, dict[tuple[int, ...], Array], Array], _: None) -> tuple[Any, Any]:
        state, terms, finite = carry
        after = updated(plan, numbers, state, belief.Step(held=held))
        after = after, bounds(plan, numbers, after)
        state, terms = jax.tree.map(lambda new, old: jnp.where(finite, new, old), after, (state, terms))
        total = sum((term.sum() for term in terms.values()), start=jnp.zeros(()))
        moments = ByNode(plan, state.moments)
        logs = {node: moments[node][1] for node in flat if _has_logarithm(moments[node])}
        return (state, terms, finite & (jnp.isfinite(total) | jnp.any(jnp.asarray(held)))), (total, logs)

    terms = {nodes: jnp.zeros(len(nodes)) for nodes in plan.told}
    (state, terms, _), (totals, logs) = jax.lax.scan(step, (state, terms, jnp.ones((), bool)), length=CHUNK)
    return state, totals, terms, logs


def _has_logarithm(moments: Any) -> bool:
    return getattr(moments, "_fields", ("", ""))[1:] in (("log",), ("log_det",))
