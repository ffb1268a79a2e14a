"""Draws from beliefs: one program a family, however many small steps a draw takes."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from whyboard.families import Sampleable
from whyboard.families.moments import leaves
from whyboard.precision import as_program

MANY = 1 << 16
"""So many numbers are drawn before a better program is worth its compilation."""


def drawn(family: Sampleable, natural: Any, count: int, seed: int, stream: int) -> Any:
    """Values drawn from a family, leaves ``(count, *plates, *dims)``.

    Args:
        family: of the belief.
        natural: its natural parameters, leaves ``(*plates, *dims)``.
        count: how many draws.
        seed: the same seed and stream give the same draws.
        stream: different ones are independent.
    """
    size = count * sum(np.size(leaf) for leaf in leaves(natural))
    program = _briefly if size <= MANY else _quickly
    # In 64 bits and as an array, so that another seed is another number in the same program.
    return jax.tree.map(np.asarray, program(family, count, natural, np.asarray(seed, np.int64), np.int64(stream)))


def _draws(family: Sampleable, count: int, natural: Any, seed: Any, stream: Any) -> Any:
    key = jax.random.fold_in(jax.random.key(seed), stream)
    return family.sample(key, natural, (count,))


_briefly, _quickly = (as_program(0, 1, brief=brief)(_draws) for brief in (True, False))
