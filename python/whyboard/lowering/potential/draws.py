"""Fixed draws for expectations over many numbers: standard normal ones, spread evenly and mirrored.

They stand among the constants of a potential, so that one set takes the place of another without compiling anything.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri


class Draws(NamedTuple):
    """How many draws an expectation is taken over, and which."""

    number: int = 512
    seed: int = 0

    def standard(self, dimensions: int) -> np.ndarray:
        """``(count, dimensions)``, whose mean is 0 and whose covariance is 1 where there are enough of them."""
        return _standard(self.number, self.seed, dimensions)


@functools.lru_cache(maxsize=64)
def _standard(count: int, seed: int, dimensions: int) -> np.ndarray:
    # Late, since it takes as long to import as jax, and hardly any model needs it.
    from scipy.stats import qmc

    half = -(-count // 2)
    sequence: Any = qmc.Sobol(dimensions, rng=np.random.default_rng([seed, dimensions]))
    uniform = sequence.random_base2(max(0, (half - 1).bit_length()))[:half]
    draws = ndtri(uniform)
    draws = np.concatenate([draws, -draws])
    if half > 2 * dimensions:
        # Then what is linear or quadratic has its exact expectation.
        draws = np.linalg.solve(np.linalg.cholesky(draws.T @ draws / len(draws)), draws.T).T
    draws.flags.writeable = False
    return draws
