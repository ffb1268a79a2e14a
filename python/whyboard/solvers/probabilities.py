"""How probable each value of a category is: as beliefs and laws know it where there are any, else by draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from whyboard.families import CountMoments, FirstMoment
from whyboard.lowering.potential.chain import ChainReading
from whyboard.lowering.potential.potential import Arguments, Latent
from whyboard.lowering.program import Program
from whyboard.precision import double_precision
from whyboard.solvers.prediction import causes_of


def believed(latent: Latent, moments: Any, arguments: Arguments, node: int) -> np.ndarray | None:
    """``(*shape, categories)``, from the moments of a belief; None if they are not those of a category."""
    if latent.coordinate is not None or latent.parts or latent.concatenation is not None:
        return None
    if latent.layout.span:
        moments = ChainReading(moments, latent.layout, arguments.rows).rows
        latent = latent._replace(layout=latent.layout.row_by_row)
    if isinstance(moments, CountMoments):
        counts = np.asarray(moments.counts)
    elif isinstance(moments, FirstMoment):
        counts = np.stack([1 - np.asarray(moments.first), np.asarray(moments.first)], axis=-1)
    else:
        return None
    return np.stack([latent.by_node(counts[..., code])[node] for code in range(counts.shape[-1])], axis=-1)


def predicted_probabilities(program: Program, node: int, worlds: Sequence[np.ndarray], categories: int) -> np.ndarray:
    """``(*shape, categories)``, of each value given its causes, averaged over draws of these."""
    law: Any = program.structure[node].law
    shape = worlds[node].shape[1:]

    def given_causes(values: Sequence[Any]) -> Any:
        canonical = causes_of(program, node, values)
        each = [jnp.exp(law.log_density(jnp.full(shape, code), **canonical)) for code in range(categories)]
        return jnp.stack(each, axis=-1)

    with double_precision():
        return np.asarray(jax.vmap(given_causes)([jnp.asarray(each) for each in worlds])).mean(axis=0)
