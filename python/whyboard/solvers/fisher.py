"""`MAPFisher`: the mode, and around it a normal in whitened coordinates with the inverse Fisher metric as covariance."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.sparse.linalg import cg

from whyboard.lowering.density import Inputs, Structure, evaluate, is_continuous
from whyboard.lowering.precision import double_precision
from whyboard.lowering.program import READINGS, Noise, roots
from whyboard.solvers.map import CG_STEPS, Map
from whyboard.solvers.solver import Moments, Progress, Report, register, sample_moments

DENSE_ENTRIES = 512
"""Up to this many latent entries the metric is factored once; beyond, each draw solves by conjugate gradients."""
MOMENT_DRAWS = 256
BATCH = 64


@register
class Fisher(Map):
    """Posterior mode with Fisher uncertainty.

    Mathematically, ``z ~ N(z*, (1 + J'FJ)^-1)`` at the mode ``z*``; values are ``x = T(parents, z)``, so a positive variable
    stays positive. Moments are those of draws, corrected by the linear part, whose moments are known exactly.
    """

    method = "MAPFisher"
    label = "Mode and Fisher uncertainty"

    def __init__(self, program: Any, seed: int = 0) -> None:
        super().__init__(program, seed)
        self._spread: np.ndarray | None = None
        self._moments: Moments | None = None
        active = np.concatenate([np.zeros(0, bool), *(relevant.ravel() for relevant in program.relevant)])
        self._active = np.flatnonzero(active)
        self._length = active.size

    def solve(self, report: Report) -> None:
        super().solve(report)
        if self._spread is None and 0 < len(self._active) <= DENSE_ENTRIES:
            report(Progress("measuring the uncertainty", 1, 1))
            self._spread = np.asarray(self.program.run("spread", self.noise, self._padded()))

    def samples(self, count: int, seed: int) -> list[np.ndarray]:
        shifts = self._shifts(count, seed)
        found = [self._draw(shifts[start : start + BATCH], seed + start)[0] for start in range(0, count, BATCH)]
        return [np.concatenate([np.asarray(part[index]) for part in found])[:count] for index in range(len(self.noise))]

    def moments(self) -> Moments:
        if self._moments is None:
            self._moments = self._corrected_moments()
        return self._moments

    def _padded(self) -> np.ndarray:
        """Indices of the active entries, filled up to a power of two with one beyond the end."""
        size = max(8, 1 << (len(self._active) - 1).bit_length())
        return np.concatenate([self._active, np.full(size - len(self._active), self._length)]).astype(np.int64)

    def _shifts(self, count: int, seed: int) -> np.ndarray:
        """Changes of the noise, ``(padded count, length)``, mirrored in pairs."""
        padded = -(-count // BATCH) * BATCH
        random = np.random.default_rng(seed)
        half = random.standard_normal((padded // 2, self._length + 1))
        active = np.zeros((padded // 2, 0))
        if self._spread is not None:
            active = (random.standard_normal((padded // 2, self._spread.shape[1])) @ self._spread.T)[:, : len(self._active)]
        elif len(self._active):
            seeds = np.arange(padded // 2, dtype=np.uint32)
            with double_precision():
                free = tuple(jnp.asarray(relevant) for relevant in self.program.relevant)
                keys = jax.vmap(jax.random.fold_in, (None, 0))(jax.random.key(seed), jnp.asarray(seeds))
            rows = [np.asarray(self.program.run("metric_draw", self.noise, free, key)) for key in keys]
            active = np.stack(rows)[:, self._active]
        half[:, self._active] = active
        return np.stack([half, -half], axis=1).reshape(padded, -1)[:, : self._length]

    def _draw(self, shifts: np.ndarray, seed: int) -> tuple[Any, Any]:
        with double_precision():
            keys = jax.random.split(jax.random.key(seed), len(shifts))
            return self.program.run("shifted", self.noise, jnp.asarray(shifts), keys)

    def _corrected_moments(self) -> Moments:
        """The linear part has known moments; draws only supply what curvature adds."""
        discrete = any(
            (~known).any() and not is_continuous(spec)
            for spec, known in zip(self.program.structure, self.program.known, strict=True)
        )
        count = 4 * MOMENT_DRAWS if discrete else MOMENT_DRAWS
        shifts = self._shifts(count, self.seed)
        batches = [self._draw(shifts[start : start + BATCH], self.seed + start) for start in range(0, count, BATCH)]
        nodes = range(len(self.noise))
        full = sample_moments([np.concatenate([np.asarray(b[0][i]) for b in batches]) for i in nodes])
        linear = sample_moments([np.concatenate([np.asarray(b[1][i]) for b in batches]) for i in nodes])
        exact = self._linear_variances(linear)
        means = [mean - shift for mean, shift in zip(full.mean, linear.mean, strict=True)]
        variances: list[np.ndarray] = []
        for drawn, approximate, known in zip(full.variance, linear.variance, exact, strict=True):
            ratio = np.divide(known, approximate, out=np.ones_like(known), where=approximate > 0)
            variances.append(drawn * ratio)
        return Moments(means, variances)

    def _linear_variances(self, sampled: Moments) -> list[np.ndarray]:
        """Exact variances of the linear part; those of the draws where the metric was not factored."""
        if self._spread is None and len(self._active):
            return sampled.variance
        total = [np.zeros_like(variance) for variance in sampled.variance]
        probes = list(self._probes())
        padded = -(-len(probes) // BATCH) * BATCH
        probes.extend([np.zeros(self._length)] * (padded - len(probes)))
        for start in range(0, padded, BATCH):
            with double_precision():
                moved = self.program.run("tangents", self.noise, jnp.asarray(np.stack(probes[start : start + BATCH])))
            for index, part in enumerate(moved):
                total[index] += (np.asarray(part, np.float64) ** 2).sum(axis=0)
        return total

    def _probes(self) -> Any:
        """Independent directions of one standard deviation each.

        Barren entries of different rows never meet, so one probe serves an element of all rows.
        """
        if self._spread is not None:
            for column in self._spread.T:
                probe = np.zeros(self._length)
                probe[self._active] = column[: len(self._active)]
                yield probe
        start = 0
        for spec, known, relevant in zip(self.program.structure, self.program.known, self.program.relevant, strict=True):
            barren = ~known & ~relevant
            if is_continuous(spec) and barren.any():
                width = int(np.prod(spec.shape))
                flat = barren.reshape(-1, width)
                for element in np.flatnonzero(flat.any(axis=0)):
                    mask = np.zeros(flat.shape)
                    mask[:, element] = flat[:, element]
                    probe = np.zeros(self._length)
                    probe[start : start + known.size] = mask.ravel()
                    yield probe
            start += known.size


def _unravel(vector: Array, noise: Noise) -> Noise:
    parts: list[Array] = []
    start = 0
    for part in noise:
        parts.append(vector[start : start + part.size].reshape(part.shape))
        start += part.size
    return tuple(parts)


def _spread(structure: Structure, inputs: Inputs, noise: Noise, active: Array) -> Array:
    """A matrix whose square is the covariance of the active entries; padded ones get 0."""
    length = sum(part.size for part in noise)
    apply = roots(structure, inputs, noise)

    def column(index: Array) -> Array:
        parts = apply(_unravel(jnp.zeros(length + 1).at[index].set(1.0)[:length], noise))
        return jnp.concatenate([jnp.zeros(0), *(part.ravel() for part in parts)])

    columns = jax.lax.map(column, active, batch_size=16)
    metric = jnp.eye(active.size) + columns @ columns.T
    factor = jnp.linalg.cholesky(metric)
    spread = jax.scipy.linalg.solve_triangular(factor, jnp.eye(active.size), lower=True).T
    return jnp.where((active < length)[:, None], spread, 0.0)


def _metric_draw(structure: Structure, inputs: Inputs, noise: Noise, free: tuple[Array, ...], key: Array) -> Array:
    """One draw with the inverse metric as covariance: solve the metric for a draw with the metric as covariance."""
    apply = roots(structure, inputs, noise)
    transpose = jax.linear_transpose(apply, noise)

    def keep(vector: Noise) -> Noise:
        return tuple(jnp.where(mask, part, 0.0) for mask, part in zip(free, vector, strict=True))

    def metric(vector: Noise) -> Noise:
        vector = keep(vector)
        (pulled,) = transpose(apply(vector))
        return tuple(v + p for v, p in zip(vector, keep(pulled), strict=True))

    outputs = jax.eval_shape(apply, noise)
    own, data = jax.random.split(key)
    prior = tuple(jax.random.normal(k, p.shape) for k, p in zip(jax.random.split(own, len(noise)), noise, strict=True))
    seen = tuple(
        jax.random.normal(k, p.shape) for k, p in zip(jax.random.split(data, max(1, len(outputs))), outputs, strict=False)
    )
    (pulled,) = transpose(seen)
    target = keep(tuple(a + b for a, b in zip(prior, pulled, strict=True)))
    solution, _ = cg(metric, target, tol=1e-8, maxiter=CG_STEPS)
    return jnp.concatenate([part.ravel() for part in solution])


def _shifted(structure: Structure, inputs: Inputs, noise: Noise, shifts: Array, keys: Array) -> tuple[Any, Any]:
    """Values at shifted noise, and the change that their linear part predicts."""

    def values(noise: Noise) -> tuple[Array, ...]:
        found = evaluate(structure, inputs, noise).values
        return tuple(value.astype(float) for value in found)

    def one(shift: Array, key: Array) -> tuple[Any, Any]:
        change = _unravel(shift, noise)
        moved = tuple(n + c for n, c in zip(noise, change, strict=True))
        drawn = evaluate(structure, inputs, moved, jax.random.split(key, len(structure))).values
        return drawn, jax.jvp(values, (noise,), (change,))[1]

    return jax.vmap(one)(shifts, keys)


def _tangents(structure: Structure, inputs: Inputs, noise: Noise, probes: Array) -> tuple[Array, ...]:
    """The linear change of all values in each direction."""

    def values(noise: Noise) -> tuple[Array, ...]:
        return tuple(value.astype(float) for value in evaluate(structure, inputs, noise).values)

    def one(probe: Array) -> tuple[Array, ...]:
        return jax.jvp(values, (noise,), (_unravel(probe, noise),))[1]

    return jax.vmap(one)(probes)


READINGS |= {"spread": _spread, "metric_draw": _metric_draw, "shifted": _shifted, "tangents": _tangents}
