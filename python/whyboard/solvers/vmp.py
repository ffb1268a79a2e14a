"""`VMP`: beliefs that are updated one after the other, each to the best one given the others."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence

import jax
import numpy as np

from whyboard.errors import SolverError
from whyboard.lowering.potential.draws import Draws
from whyboard.lowering.potential.mixed import redrawn
from whyboard.lowering.program import Program
from whyboard.precision import double_precision
from whyboard.solvers import minibatch
from whyboard.solvers.belief import State, Step, bounds
from whyboard.solvers.expansion import Expansion, expanded, expansions
from whyboard.solvers.guesses import Guesses
from whyboard.solvers.impossibility import impossibility
from whyboard.solvers.initial import symmetric
from whyboard.solvers.message_passing import MessagePassing
from whyboard.solvers.minibatch import Schedule
from whyboard.solvers.rounds import LEAD, by_node, holding
from whyboard.solvers.solver import Progress, Report, register
from whyboard.solvers.stacks import planned
from whyboard.solvers.starts import at_values
from whyboard.solvers.sweeps import MOST, Stopping, pace, sweeps

TRIAL = 20
"""Sweeps after which two starts are compared."""
EPOCHS = 20
"""Passes over batches whose mean bound is compared with that of as many before: a solve ends when it rises no more."""
OTHER_DRAWS = 8
"""Sets of draws with which the bound is compared."""

_bounds = jax.jit(bounds, static_argnums=0)


@register
class Vmp(MessagePassing):
    """Variational message passing: coordinate ascent of the lower bound on the log evidence.

    Args:
        program: what to infer.
        seed: for the draws at which variables start that would else stay symmetric.
        order: nodes in the order of their updates. If None, causes come first, but what starts at a value or a draw
            comes last: its first update forgets where it started.
        initial: by node, the value at which a variable starts, or ``"prior"`` or ``"random"``; one of these for all.
            Of the others, categories that select by row start at clusters of the data and what is multiplied with
            loadings at principal components, unless both ``order`` and ``initial`` are given; the rest at its prior, or
            at a draw where it would else stay as its equals. Values stay until all else has settled around them, unless
            an ``order`` is given, or ``initial`` gives all variables of the rows.
        max_sweeps: stop after so many.
        tolerance: stop when neither the bound nor any moment changes by more, relative to its size.
        damping: the fraction of the old natural parameters that an update keeps.
        blocks: groups of nodes that have one belief together: several normal variables, or one and the gamma or
            Wishart variable that all it is read with is weighted by.
        annealing: inverse temperatures of the first sweeps, such as ``[0.2, 0.4, 0.6, 0.8]``: at less than 1, beliefs
            stay wider, so that fewer starts end in a poor optimum. The bound is the true one, and may fall meanwhile.
        expansion: whether to move variables together that enter by their product alone, such as the two sides of a
            factor model: turning the latent space between sweeps raises the bound, and takes far fewer sweeps. If None,
            unless an ``order`` is given: then its updates are all that is done.
        batch_size: rows at a time. Beliefs about rows are updated to their best, then those about static variables
            take a step of ``(t + delay) ** -forgetting`` along the natural gradient, as if all rows were like these.
            A sweep is then a pass over all rows in random order; its bound is an estimate until the last, exact one.
        delay: the larger, the shorter the first steps.
        forgetting: above 0.5 up to 1: how fast steps become shorter.
        mixed: whether variables without a closed update take natural-gradient steps, with expectations by quadrature,
            instead of being refused.
        n_draws: with ``mixed``, of functions of more than three unknown numbers, whose expectations are averages over
            draws. They are fixed by ``seed``; `lower_bound_error` says how much they matter.

    Raises:
        NotConjugate: names a variable that has no closed update.
        SolverError: if a variable is left out of ``order``.
    """

    method = "VMP"
    label = "Variational message passing"
    synonyms = ("Variational", "VB", "VI", "ADVI", "CAVI", "SVI")
    remedies = ({"mixed": True},)
    options = (
        {"name": "order", "type": "variables", "default": None},
        {"name": "initial", "type": "values", "default": None},
        {"name": "max_sweeps", "type": "int", "default": 1000, "minimum": 0},
        {"name": "tolerance", "type": "float", "default": 1e-8, "minimum": 0},
        {"name": "damping", "type": "float", "default": 0.0, "minimum": 0, "below": 1},
        {"name": "blocks", "type": "groups", "default": None},
        {"name": "annealing", "type": "list", "default": None},
        {"name": "expansion", "type": "bool", "default": None},
        {"name": "batch_size", "type": "int", "default": None, "minimum": 1},
        {"name": "delay", "type": "float", "default": 1.0, "minimum": 0},
        {"name": "forgetting", "type": "float", "default": 0.7, "minimum": 0, "maximum": 1},
        {"name": "mixed", "type": "bool", "default": False},
        {"name": "n_draws", "type": "int", "default": 512, "minimum": 2},
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
        blocks: Sequence[Sequence[int]] | None = None,
        annealing: Sequence[float] | None = None,
        expansion: bool | None = None,
        batch_size: int | None = None,
        delay: float = 1.0,
        forgetting: float = 0.7,
        mixed: bool = False,
        n_draws: int = 512,
    ) -> None:
        super().__init__(program, seed, () if blocks is None else blocks, mixed=mixed, n_draws=n_draws)
        self.max_sweeps, self.tolerance, self.damping = max_sweeps, tolerance, damping
        self.annealing = _temperatures(annealing)
        self.schedule: Schedule | None = None
        if batch_size is not None:
            self.schedule = minibatch.checked(program, self.potential, batch_size, delay, forgetting)
        self._initial = initial
        self._wanted_order = order
        self._expands = (order is None if expansion is None else expansion) and self.schedule is None
        self._checked(order)
        self._begin()
        self.state = self._started()

    def observe(self, program: Program) -> None:
        """Go on with the same rows of which other entries are known.

        What was inferred stays a variable, with masks: the first time that more is inferred, programs are compiled, and
        never again when entries come and go. Beliefs go on from where they are.
        """
        before = self.potential
        self.take(program, before)
        self._begin()
        if self.potential != before:
            self.state = self._started()
        self.converged = False

    @property
    def lower_bound_error(self) -> float:
        """By how much the bound differs with other draws, in the root mean square; 0 if nothing is drawn."""
        network, number = self.program.network, self.integration.number
        if len(self.arguments.constants) == len(network.constants):
            return 0.0

        def bound(seed: int) -> float:
            arguments = redrawn(self.arguments, network, Draws(number, seed))
            return sum(float(term) for term in _bounds(self.potential, arguments, self.state).values())

        with double_precision():
            own, *others = (bound(self.seed + other) for other in range(OTHER_DRAWS + 1))
        return float(np.sqrt(np.mean((np.array(others) - own) ** 2)))

    def _started(self) -> State:
        wanted = {} if self._initial is None else self._initial
        if isinstance(wanted, str) or (wanted and self._wanted_order is not None):
            return self.start(wanted)
        guesses = Guesses(self.program, self.potential, self.seed, 0, wanted)
        found = {**guesses.by_node(), **wanted}
        chains = [node for node in guesses.clusters() if self.potential.latent(node).layout.span]
        start = self._led(found, guesses.held())
        if not chains:
            return start
        # Clusters know nothing of transitions: where few are likely, the prior may lead to a better optimum.
        other = self._led({**found, **dict.fromkeys(chains, "prior")}, guesses.held() - {*chains})
        return max((start, other), key=self._promise)

    def _led(self, initial: Mapping[int, np.ndarray | str], settled: Collection[int]) -> State:
        """A start after all else has settled around some nodes, unless an order tells what is updated."""
        start, held = self.start(initial), holding(self._plan, settled)
        if not held.any() or self._wanted_order is not None or self.schedule is not None:
            return start
        how, stopping = Step(np.zeros(MOST), np.ones(MOST), held), Stopping(*np.full(3, np.nan))
        with double_precision():
            stacked = self._plan.stacked(start)
            run = sweeps(self._plan, self._numbers, stacked, how, np.asarray(LEAD, np.int64), stopping)
            return self._plan.by_node(run.state)

    def _promise(self, start: State) -> float:
        """The bound after some sweeps from here."""
        how = Step(np.zeros(MOST), np.ones(MOST), holding(self._plan, ()))
        stopping = Stopping(np.float64(self.tolerance), np.float64(np.nan), np.float64(sum(self._observed.values())))
        with double_precision():
            run = sweeps(self._plan, self._numbers, self._plan.stacked(start), how, np.asarray(TRIAL), stopping)
            bound = sum([*by_node(run.terms, int(run.count))][-1].values())
        return bound if np.isfinite(bound) else -np.inf

    def _begin(self) -> None:
        self.order = self._complete(self._wanted_order)
        self._plan = planned(self.potential, self.order, self.arguments)
        self._numbers = self._plan.numbers(self.arguments)
        if self.schedule is not None:
            of_batch = minibatch.batched(self.potential, self.schedule.size)
            self._batched = planned(of_batch, self.order, self.arguments)
            self._batches = self._batched.numbers(self.arguments)
        self._observed = self.base_measures()
        expands = self._expands and not self.potential.sampled
        self.expansions: tuple[Expansion, ...] = expansions(self.potential, self.arguments) if expands else ()
        self.lower_bound: list[float] = []
        self.lower_bound_terms: dict[int, float] = {}
        self._pace = 1

    def solve(self, report: Report) -> None:
        if self.converged:
            return
        try:
            while len(self.lower_bound) < self.max_sweeps and not self.converged:
                if self.schedule is None:
                    self._sweep()
                else:
                    self._epoch(self.schedule)
                if not report(Progress("message passing", len(self.lower_bound), None, self.lower_bound[-1])):
                    break
            if self.schedule is not None and self.lower_bound:
                self._finish(self.schedule)
            if reason := impossibility(self.program, self.lower_bound_terms):
                self.converged = False
                raise SolverError(reason)
        except KeyboardInterrupt:
            self.converged = False

    def climbed(self) -> list[float]:
        return self.lower_bound

    def unfinished(self) -> str:
        made = len(self.lower_bound)
        # With a tolerance of 0, so many sweeps are all that was asked for.
        if self.converged or not self.tolerance or made < max(self.max_sweeps, 1):
            return ""
        if self.schedule is None:
            found = f"the last one raised the lower bound by {np.diff(self.lower_bound[-2:]).sum():.2g}"
        elif made <= 2 * EPOCHS + len(self.annealing):
            found = f"in batches, it compares {EPOCHS} passes with as many before, so it takes more than {2 * EPOCHS}"
        else:
            # The last bound is exact, those before are estimates of it.
            before, last = np.reshape(self.lower_bound[-2 * EPOCHS - 1 : -1], (2, EPOCHS)).mean(axis=1)
            found = f"the mean bound of its last {EPOCHS} passes is {last - before:.2g} above that of as many before"
        return (
            f"stopped after {made} sweeps (max_sweeps) before it converged: {found}. Give a larger max_sweeps, or "
            "tolerance=0 if you want exactly so many."
        )

    # --- sweeps ------------------------------------------------------------------------------------------------------

    @property
    def _inverse_temperature(self) -> float:
        sweep = len(self.lower_bound)
        return self.annealing[sweep] if sweep < len(self.annealing) else 1.0

    def _sweep(self) -> None:
        """As many sweeps as one call should make; one where expansions come between them."""
        made, start = len(self.lower_bound), self.state
        wanted = min(1 if self.expansions else self._pace, self.max_sweeps - made)
        if made and self._inverse_temperature == 1:
            for each in self.expansions:
                start, _ = expanded(each, self.potential, self.arguments, start)
        temperatures = np.ones(MOST)
        left = np.asarray(self.annealing[made : made + MOST], float)
        temperatures[: len(left)] = left
        how = Step(np.full(MOST, self.damping), temperatures, holding(self._plan, ()))
        last = self.lower_bound[-1] if made else np.nan
        stopping = Stopping(np.float64(self.tolerance), np.float64(last), np.float64(sum(self._observed.values())))
        begun = time.perf_counter()
        with double_precision():
            stacked = self._plan.stacked(start)
            run = sweeps(self._plan, self._numbers, stacked, how, np.asarray(wanted, np.int64), stopping)
            count = int(run.count)
        self._pace = pace(time.perf_counter() - begun, count)
        self.state = self._plan.by_node(run.state)
        for terms in by_node(run.terms, count):
            self._note(terms)
        self.converged = bool(run.settled)

    def _note(self, terms: dict[int, float]) -> None:
        """Remember a bound, without what observed values add whatever is believed."""
        terms = {node: term + self._observed[node] for node, term in terms.items()}
        total = sum(terms.values())
        if not np.isfinite(total):
            bad = [self.program.network.paths[node] for node, term in terms.items() if not np.isfinite(term)]
            cold = "" if self._inverse_temperature == 1 else " A belief may not exist at so low an inverse temperature."
            raise SolverError(
                f"The lower bound of {', '.join(map(repr, bad))} is not finite after sweep "
                f"{len(self.lower_bound) + 1}. "
                f"Check the data and the constants of its distribution.{cold}"
            )
        self.lower_bound_terms = terms
        self.lower_bound.append(total)

    # --- batches -----------------------------------------------------------------------------------------------------

    def _epoch(self, schedule: Schedule) -> None:
        number = len(self.lower_bound)
        batches = schedule.batches(self.program.n_data, np.random.default_rng([self.seed, number]))
        if not number:
            with double_precision():
                begun = minibatch.begun(self._batched, self._batches, self._batched.stacked(self.state), batches[0])
            self.state = self._batched.by_node(begun)
        rates = (1 - self.damping) * schedule.rates(number * len(batches), len(batches))
        static, rows = self._pass(batches, rates)
        scale = self.program.n_data / schedule.size
        scaled = {node: term.mean() * scale for node, term in rows.items()}
        self._note({node: term.mean() for node, term in static.items()} | scaled)
        if number >= len(self.annealing) + 2 * EPOCHS:
            old, new = np.mean(self.lower_bound[-2 * EPOCHS : -EPOCHS]), np.mean(self.lower_bound[-EPOCHS:])
            self.converged = bool(new - old <= self.tolerance * (1 + abs(new)))

    def _finish(self, schedule: Schedule) -> None:
        """What belongs to rows, given the last beliefs about static variables, and the exact bound."""
        batches = schedule.batches(self.program.n_data, None)
        static, rows = self._pass(batches, np.zeros(len(batches)))
        self.lower_bound.pop()
        self._note(
            {node: term[-1] for node, term in static.items()} | {node: term.sum() for node, term in rows.items()}
        )

    def _pass(self, batches: np.ndarray, rates: np.ndarray) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
        given = (np.float64(np.sqrt(self.tolerance)), np.float64(self._inverse_temperature))
        with double_precision():
            stacked = self._batched.stacked(self.state)
            found = minibatch.epoch(self._batched, self._batches, stacked, batches, rates, given)
        self.state = self._batched.by_node(found.state)
        static: dict[int, np.ndarray] = {}
        rows: dict[int, np.ndarray] = {}
        for nodes, terms in found.terms.items():
            part = static if self.potential.structure[nodes[0]].static else rows
            for node, term in zip(nodes, np.asarray(terms).T, strict=True):
                part[node] = part.get(node, 0.0) + term
        return static, rows

    def _checked(self, order: Sequence[int] | None) -> None:
        wanted = set() if order is None else set(order)
        named = [each for each in self.potential.latents if each.node not in self.program.network.hidden]
        left_out = sorted(each.node for each in named if wanted.isdisjoint(each.nodes)) if order is not None else []
        if left_out:
            names = ", ".join(f"'{self.program.network.paths[node]}'" for node in left_out)
            raise SolverError(f"The order of updates leaves out {names}. Name every variable that is inferred.")

    def _complete(self, order: Sequence[int] | None) -> tuple[int, ...]:
        """Every latent once; what was observed when an order was given comes last."""
        latents = [latent.node for latent in self.potential.latents]
        if order is None:
            equal, given = symmetric(self.potential), at_values(self._initial)

            def forgets(node: int) -> tuple[bool, bool]:
                nodes = self.potential.latent(node).nodes
                return not given.isdisjoint(nodes), not equal.isdisjoint(nodes)

            return tuple(sorted(latents, key=forgets))
        first = {node: latent.node for node, latent in self.potential.believed.items()}
        # What an order names twice is updated twice; a joint belief where its first variable stands.
        later: set[int] = set()
        wanted: list[int] = []
        for node in order:
            if node in first and node not in later:
                wanted.append(first[node])
                later |= set(self.potential.latent(node).nodes) - {node}
        return (*wanted, *(node for node in latents if node not in wanted))


def _temperatures(annealing: Sequence[float] | None) -> tuple[float, ...]:
    found = () if annealing is None else tuple(float(each) for each in np.atleast_1d(annealing))
    if not all(0 < each <= 1 for each in found):
        raise SolverError(f"annealing got {annealing!r}. Expected inverse temperatures above 0 and up to 1, by sweep.")
    return found
