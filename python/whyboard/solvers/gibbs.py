"""`Gibbs`: each block is drawn from its conditional, which the potential's messages tell."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import SolverError
from whyboard.families.point import behind
from whyboard.lowering.potential.potential import Arguments, Latent
from whyboard.lowering.program import Program
from whyboard.precision import as_program, double_precision
from whyboard.solvers.belief import Step, at_value, settled
from whyboard.solvers.convergence import AGREED, Diagnostics, diagnose
from whyboard.solvers.guesses import Guesses
from whyboard.solvers.initial import symmetric
from whyboard.solvers.message_passing import MessagePassing
from whyboard.solvers.rounds import LEAD, holding
from whyboard.solvers.solver import Progress, Report, StaticBelief, frequencies, register
from whyboard.solvers.stacks import Numbers, Plan, planned
from whyboard.solvers.turns import Parts, turned

CHUNK = 50
"""Draws of one compiled call: what is between two looks at the stop button."""


class Walk(NamedTuple):
    """Where all chains are: by stack, values in their layout and the statistics of these."""

    keys: Array
    values: dict[int, Any]
    moments: dict[int, Any]


@register
class Gibbs(MessagePassing):
    """Gibbs sampling: draws whose distribution is the posterior, correlations and several modes included.

    With the statistics of current values in place of moments, the gradient of the potential is the natural parameter of
    a block's conditional distribution. Joint normal blocks are drawn jointly.

    Args:
        program: what to infer.
        seed: for the draws.
        chains: independent walks, advanced together; they start at the same clusters and principal components, and at
            draws of their own of what would else be symmetric.
        n_samples: draws to keep of each chain.
        warmup: sweeps before the first one that is kept.
        thin: sweeps from one kept draw to the next.
        initial: by node, the value at which all chains start, or ``"prior"`` or ``"random"``; one of these for all.
            Others start as in `Vmp`.
        blocks: groups of nodes that are drawn together, as in `Vmp`.

    Raises:
        NotConjugate: names a variable whose conditional distribution has no closed form.
        SolverError: if a conditional distribution is improper.
    """

    # Draws of such elements bias nothing, and belong to the chains.
    whole = True
    method = "Gibbs"
    label = "Gibbs sampling"
    synonyms = ("NUTS", "HMC", "MCMC", "Sampling", "Metropolis")
    options = (
        {"name": "chains", "type": "int", "default": 4, "minimum": 1},
        {"name": "n_samples", "type": "int", "default": 1000, "minimum": 1},
        {"name": "warmup", "type": "int", "default": 500, "minimum": 0},
        {"name": "thin", "type": "int", "default": 1, "minimum": 1},
        {"name": "initial", "type": "values", "default": None},
        {"name": "blocks", "type": "groups", "default": None},
    )

    def __init__(
        self,
        program: Program,
        seed: int = 0,
        *,
        chains: int = 4,
        n_samples: int = 1000,
        warmup: int = 500,
        thin: int = 1,
        initial: Mapping[int, np.ndarray | str] | str | None = None,
        blocks: Sequence[Sequence[int]] | None = None,
    ) -> None:
        super().__init__(program, seed, () if blocks is None else blocks)
        self.chains, self.n_samples, self.warmup, self.thin = chains, n_samples, warmup, thin
        # Without a prior, the likelihood alone is the distribution to draw from.
        latents = tuple(each._replace(family=behind(each.family)) for each in self.potential.latents)
        equal = symmetric(self.potential)
        nodes = [latent.node for latent in self.potential.latents]
        # As in VMP: what starts at a draw comes last, since its first update forgets where it started.
        self.order = tuple(sorted(nodes, key=lambda node: (node in equal, node)))
        self._plan = planned(dataclasses.replace(self.potential, latents=latents), self.order, self.arguments)
        self._numbers = self._plan.numbers(self.arguments)
        self.kept = 0
        self._warmed = 0
        self._walk = self._started(initial)
        self._chunks: list[dict[int, np.ndarray]] = []

    def solve(self, report: Report) -> None:
        if self.converged:
            return
        total = self.warmup + self.n_samples
        try:
            while self.kept < self.n_samples:
                warming = self._warmed < self.warmup
                self._advance(warming)
                step = self._warmed + self.kept
                if not report(Progress("warming up" if warming else "drawing", step, total)):
                    break
            self.converged = self.kept >= self.n_samples
        except KeyboardInterrupt:
            self.converged = False

    @functools.cached_property
    def _empty(self) -> dict[int, np.ndarray]:
        shapes = {node: self.program.relevant[node].shape for node in self.potential.believed}
        return {node: np.zeros((self.chains, 0, *shape)) for node, shape in shapes.items()}

    def draws(self, node: int) -> np.ndarray:
        """``(chains, kept, *shape of the values)``: what was drawn of a node that is inferred, in order.

        Raises:
            SolverError: if it is not inferred, or nothing was drawn yet.
        """
        if node not in self._empty:
            raise SolverError(
                f"'{self.program.network.paths[node]}' has no chain: it is observed, computed from others, or nothing "
                "that is observed depends on it."
            )
        if not self._chunks:
            raise SolverError(
                "No draws are kept: sampling was stopped while warming up. Let it go on longer, or take less warmup."
            )
        return np.concatenate([chunk[node] for chunk in self._chunks], axis=1)

    def diagnostics(self, node: int) -> Diagnostics:
        """How well the chains of a node agree, by element of its values; 1 and 0 for what is known."""
        return diagnose(self.draws(node))

    def accuracy(self, node: int) -> Diagnostics | None:
        drawn = self.program.structure[node].static and node in self._empty and self._chunks
        return self.diagnostics(node) if drawn else None

    @property
    def disagreement(self) -> str:
        """The variable about which chains differ most, and what helps; empty where they agree."""
        if not self.kept:
            return ""
        # What all rows share tells whether chains agree; a look at each of many rows would take longer than the chains.
        shared = [node for node in self.potential.believed if self.program.structure[node].static]
        worst = {
            node: float(np.nanmax(self.diagnostics(node).r_hat, initial=0.0))
            for node in shared or self.potential.believed
        }
        node = max(worst, key=worst.__getitem__, default=None)
        if node is None or worst[node] < AGREED:
            return ""
        return (
            f"chains disagree about '{self.program.network.paths[node]}' (R-hat {worst[node]:.2f}): draw more, or look "
            "at one chain where components may change places"
        )

    def unfinished(self) -> str:
        found = self.disagreement if self.converged else ""
        return found and f"is at its end, but its {found}."

    def latent_draws(self, count: int, seed: int) -> dict[int, np.ndarray]:
        total = self.chains * self.kept
        random = np.random.default_rng(seed)
        # Without repetition as long as there are enough.
        places = random.permutation(total)[:count] if count <= total else random.integers(max(total, 1), size=count)
        return {node: self.draws(node).reshape(total, *empty.shape[2:])[places] for node, empty in self._empty.items()}

    def latent_moments(self, latent: Latent) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        draws = {node: self.draws(node) for node in latent.nodes}
        return {node: (each.mean(axis=(0, 1)), each.var(axis=(0, 1))) for node, each in draws.items()}

    def latent_probabilities(self, node: int, categories: int) -> np.ndarray:
        draws = self.draws(node)
        return frequencies(draws.reshape(-1, *draws.shape[2:]), categories)

    def static_belief(self) -> StaticBelief:
        """The principal directions of all draws of the static variables together."""
        belief = super().static_belief()
        nodes = [node for node in self._empty if self.program.structure[node].static]
        if not nodes:
            return belief
        flat = [self.draws(node).reshape(self.chains * self.kept, -1) for node in nodes]
        joined = np.concatenate(flat, axis=1)
        _, lengths, directions = np.linalg.svd(joined - joined.mean(axis=0), full_matrices=False)
        spread = lengths[:, None] * directions / np.sqrt(len(joined))
        changes = [np.zeros((len(spread), *mean.shape)) for mean in belief.mode]
        start = 0
        for node, part in zip(nodes, flat, strict=True):
            changes[node] = spread[:, start : start + part.shape[1]].reshape(len(spread), *belief.mode[node].shape)
            start += part.shape[1]
        return belief._replace(changes=changes)

    # --- chains ------------------------------------------------------------------------------------------------------

    def _started(self, initial: Mapping[int, np.ndarray | str] | str | None) -> Walk:
        settled: Collection[int] = ()
        if not isinstance(initial, str):
            # All chains at the same ones: components change names between chains that find them by themselves.
            guesses = Guesses(self.program, self.potential, self.seed, 0, initial)
            initial, settled = {**guesses.by_node(), **(initial or {})}, guesses.held()
        starts = [self.start(initial, self.seed + 7919 * chain) for chain in range(self.chains)]
        moments = [self._plan.stacked(start).moments for start in starts]
        held = holding(self._plan, settled)
        with double_precision():
            stacked = jax.tree.map(lambda *parts: jnp.stack([jnp.asarray(part, float) for part in parts]), *moments)
            values = jax.tree.map(lambda each: jnp.zeros((self.chains, *jnp.shape(each))), self._numbers.given)
            walk = Walk(jax.random.split(jax.random.key(self.seed), self.chains), values, stacked)
            if held.any():
                lead = np.where(np.arange(CHUNK) == 0, LEAD, 0)
                walk, _ = _walked(self._plan, self._numbers, lead, walk, held)
        return walk

    def _advance(self, warming: bool) -> None:
        count = min(CHUNK, self.warmup - self._warmed if warming else self.n_samples - self.kept)
        # No sweep lies before a draw that nobody needs, so that every chunk is the same program.
        sweeps = np.where(np.arange(CHUNK) < count, 1 if warming else self.thin, 0)
        with double_precision():
            self._walk, drawn = _walked(self._plan, self._numbers, sweeps, self._walk, holding(self._plan, ()))
        found: dict[int, np.ndarray] = {}
        for latent in self.potential.latents:
            values = jax.tree.map(
                lambda leaf: np.asarray(leaf)[:, :count].reshape(self.chains * count, *leaf.shape[2:]),
                self._plan.member(drawn, latent.node, axis=2),
            )
            for node, shaped in self._in_shape(latent, values, self.chains * count).items():
                free = self.program.relevant[node]
                if not np.isfinite(shaped[:, free]).all():
                    raise SolverError(
                        f"A draw of '{self.program.network.paths[node]}' is not finite: its conditional "
                        "distribution is improper or too wide for numbers. Give it a narrower prior."
                    )
                whole = np.where(free, shaped, self.program.evidence.values[node])
                found[node] = whole.reshape(self.chains, count, *whole.shape[1:])
        if warming:
            self._warmed += count
        else:
            self.kept += count
            self._chunks.append(found)


@as_program(0)
def _walked(
    plan: Plan, numbers: Numbers, sweeps: Array, walk: Walk, held: Array | np.ndarray
) -> tuple[Walk, dict[int, Any]]:
    """All chains after further sweeps, and by stack ``(chains, len(sweeps), ...)`` values: one draw an entry."""

    def kept(chain: Walk, count: Array) -> tuple[Walk, dict[int, Any]]:
        chain = jax.lax.fori_loop(0, count, lambda _, chain: swept(plan, numbers, chain, held), chain)
        return chain, chain.values

    return jax.vmap(lambda chain: jax.lax.scan(kept, chain, jnp.asarray(sweeps)))(walk)


def swept(plan: Plan, numbers: Numbers, chain: Walk, held: Array | np.ndarray | None = None) -> Walk:
    """One chain after each variable was drawn in turn, but for what is held."""
    key, own = jax.random.split(chain.keys)

    def move(latent: Latent, node: Any, message: Any, before: tuple[Any, ...], arguments: Arguments) -> Any:
        natural, _ = settled(latent, message, arguments)
        drawn = latent.family.sample(jax.random.fold_in(own, node), natural)
        value = jax.tree.map(lambda new, old: jnp.reshape(new, old.shape).astype(float), drawn, before[0])
        return Step(held=held).holding(node, before, (value, at_value(latent, value, arguments)))

    parts: Parts = (chain.values, chain.moments)
    for turn in plan.turns:
        parts = turned(plan, turn, numbers, parts, move)
    return Walk(key, *parts)
