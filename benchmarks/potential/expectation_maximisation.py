"""Claim: families fit by expectation and maximisation no slower than scikit-learn, from the same start to the same end.

Mixtures start at the same components and weights and make the same steps; scikit-learn fits factor analysis by another
algorithm, so there the CPU time to the same mean log density counts.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.decomposition import FactorAnalysis
from sklearn.mixture import GaussianMixture

import whyboard as wb
from whyboard import families as f

warnings.simplefilter("ignore")

STEPS, COMPONENTS, DIM = 50, 5, 4


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def mixture(rows: int) -> None:
    random = np.random.default_rng(0)
    centres = 2.5 * random.normal(size=(COMPONENTS, DIM))
    xs = centres[random.integers(0, COMPONENTS, rows)] + random.normal(size=(rows, DIM))
    means, weights = xs[:COMPONENTS], np.full(COMPONENTS, 1 / COMPONENTS)
    identities = np.array([np.eye(DIM)] * COMPONENTS)
    peer = GaussianMixture(
        COMPONENTS,
        tol=0,
        reg_covar=0,
        max_iter=STEPS,
        init_params="random",
        random_state=0,
        means_init=means,
        weights_init=weights,
        precisions_init=identities,
    )
    _, theirs = timed(lambda: peer.fit(xs))
    family = f.Mixture(f.Normal(DIM), COMPONENTS)
    moments = type(family.observable.zeros())
    start = family.from_components(moments(means, -identities / 2), type(family.latent.zeros())(weights))

    def steps() -> Any:
        natural = start
        for _ in range(STEPS):
            natural = family.em_step(natural, xs)
        return natural

    (_, first), (natural, ours) = timed(steps), timed(steps)
    (_, whole), (fit, again) = (
        timed(lambda: family.fit(xs, restarts=1, max_steps=STEPS, tolerance=-np.inf, pseudo_observations=0))
        for _ in range(2)
    )
    density = family.log_observable_density(natural, xs).mean()
    print(
        f"| mixture, {rows} rows | {1e3 * ours / STEPS:.2f} | {1e3 * again / len(fit.trace):.2f} | "
        f"{1e3 * theirs / peer.n_iter_:.2f} | {theirs / ours:.1f} | {density:.7f} | {peer.score(xs):.7f} | "
        f"{first - ours:.1f}, {whole - again:.1f} |",
        flush=True,
    )


def factors(rows: int, columns: int, latent: int) -> None:
    random = np.random.default_rng(0)
    xs = random.normal(size=(rows, latent)) @ random.normal(size=(latent, columns))
    xs = xs + random.uniform(0.3, 1, columns) * random.normal(size=xs.shape)
    peer = FactorAnalysis(latent, tol=1e-6, max_iter=1000, svd_method="lapack")
    _, theirs = timed(lambda: peer.fit(xs))
    family = f.LinearGaussian(columns, latent, "diagonal")
    (_, whole), (fit, ours) = (
        timed(lambda: family.fit(xs, restarts=1, tolerance=1e-6, pseudo_observations=0)) for _ in range(2)
    )
    print(
        f"| factor analysis, {rows} x {columns} | {1e3 * theirs:.0f} in {peer.n_iter_} | "
        f"{1e3 * ours:.0f} in {len(fit.trace)} | {theirs / ours:.1f} | {fit.log_density:.5f} | {peer.score(xs):.5f} | "
        f"{whole - ours:.1f} |",
        flush=True,
    )


def main() -> None:
    wb.options.compilation_cache = False
    print(f"{os.cpu_count()} cores, load {', '.join(f'{each:.1f}' for each in os.getloadavg())}\n")
    head = "| model | em_step: CPU ms | fit: CPU ms a step | scikit-learn | ratio | log density | of scikit-learn |"
    print(head, "compiling: CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    for rows in (1_000, 10_000, 100_000):
        mixture(rows)
    print("\n| model | scikit-learn: CPU ms, steps | fit | ratio | log density | of scikit-learn | compiling: CPU s |")
    print("|---|---|---|---|---|---|---|")
    factors(1000, 50, 10)


if __name__ == "__main__":
    main()
