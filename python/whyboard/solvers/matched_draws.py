"""Draws with exactly the means and covariances that they are drawn from, so that linear answers from them are exact.

Only what meets in one row has to be matched: static values, those of the row, and the noise of what is predicted there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from whyboard.families import NormalMoments, Point
from whyboard.lowering.potential.chain import ChainReading
from whyboard.lowering.potential.potential import Arguments, Latent
from whyboard.lowering.program import Program

MOST_NUMBERS = 1 << 24
"""Covariances by row of more numbers are not matched; means and variances are."""
NEGLIGIBLE = 1e-10
"""Directions in which standardised draws vary less have no variance."""


class Spread(NamedTuple):
    """What is known of the draws of one node: ``(*shape of its values)``, and where its covariances stand.

    Elements of one ``latent`` and ``plate`` have the covariance at their ``places`` in its blocks; all others none.
    """

    mean: np.ndarray
    variance: np.ndarray
    latent: int
    plates: np.ndarray
    places: np.ndarray
    correlations: np.ndarray | None
    """``(plates, size, size)``, of the blocks of the latent variable; None if only draws know them."""


def spreads(
    latent: Latent, moments: Any, arguments: Arguments, known: Mapping[int, tuple[np.ndarray, np.ndarray]]
) -> dict[int, Spread]:
    """By node, the spread of a normal belief; nothing of others, and of points, which do not vary.

    Args:
        latent: the variable.
        moments: of its belief; None if it is known by draws.
        arguments: how rows follow each other.
        known: by node, mean and variance of its values.
    """
    family: Any = latent.family
    if latent.coordinate is not None or latent.parts or isinstance(family, Point):
        return {}
    nothing = np.zeros(0, int)
    if moments is None:
        normal = latent.layout.vector if latent.layout.span else isinstance(family.template, NormalMoments)
        return {node: Spread(*known[node], latent.node, nothing, nothing, None) for node in latent.nodes if normal}
    if latent.layout.span:
        if not latent.layout.vector:
            return {}
        moments = ChainReading(moments, latent.layout, arguments.rows).rows
        latent = latent._replace(layout=latent.layout.row_by_row)
    if not isinstance(moments, NormalMoments):
        return {}
    first, second = (np.asarray(part, float) for part in moments)
    size = math.prod(latent.layout.block_shape)
    first, second = first.reshape(-1, size), second.reshape(-1, size, size)
    index = latent.by_node(np.arange(first.size))
    covariance = second - first[:, :, None] * first[:, None, :]
    scale = np.sqrt(np.maximum(np.einsum("pii->pi", covariance), 0.0))
    both = scale[:, :, None] * scale[:, None, :]
    correlation = np.where(np.eye(size, dtype=bool), 1.0, np.divide(covariance, both, where=both > 0, out=0 * both))
    return {
        node: Spread(*known[node], latent.node, places // size, places % size, correlation)
        for node, places in index.items()
    }


def noise_spread(shape: tuple[int, ...], node: int) -> Spread:
    """That of independent standard normal numbers."""
    index = np.arange(math.prod(shape)).reshape(shape)
    # No latent variable has a negative number.
    return Spread(np.zeros(shape), np.ones(shape), -1 - node, index, np.zeros_like(index), np.ones((index.size, 1, 1)))


def matched(program: Program, draws: Sequence[np.ndarray], of: Sequence[tuple[int, Spread]]) -> list[np.ndarray]:
    """Draws moved and turned, as little as it takes, until they have exactly these first and second moments.

    Args:
        program: tells static variables from others.
        draws: ``(draws, *shape of the values)`` each.
        of: by array of draws, its node and what the draws are of.

    Returns:
        The draws. Where more numbers meet in a row than there are draws for, only means and variances are exact.
    """
    found = [np.zeros(0)] * len(draws)
    # Static values meet each other and every row; rows are apart.
    before = np.zeros((len(draws[0]) if draws else 0, 0))
    for static in (True, False):
        here = [i for i, (node, _) in enumerate(of) if program.structure[node].static == static]
        for i in here:
            found[i] = _placed(_standardised(draws[i], of[i][1]), of[i][1])
        own = [i for i in here if of[i][1].correlations is not None]
        if not own:
            continue
        each = [of[i][1] for i in own]
        rows = 1 if static else len(each[0].mean)
        # (rows, draws, elements): standardised, so that a tiny variance is not taken for none.
        parts = [
            _standardised(draws[i], spread).reshape(len(draws[i]), rows, -1)
            for i, spread in zip(own, each, strict=True)
        ]
        table = np.concatenate(parts, axis=-1).swapaxes(0, 1)
        wide = table.shape[-1] + before.shape[-1]
        if 2 * wide > table.shape[1] or rows * wide**2 > MOST_NUMBERS:
            continue
        table = _turned(table, before, _correlations(each, rows))
        before = table[0] if static else before
        start = 0
        for i, spread in zip(own, each, strict=True):
            size = spread.mean.size // rows if rows else 0
            found[i] = _placed(table[..., start : start + size].swapaxes(0, 1).reshape(draws[i].shape), spread)
            start += size
    return found


def _varies(spread: Spread) -> np.ndarray:
    """Known entries do not, whatever natural parameters stand in their place."""
    return np.isfinite(spread.variance) & (spread.variance > 0)


def _standardised(draws: np.ndarray, spread: Spread) -> np.ndarray:
    """Of mean 0 and variance 1, or 0 where nothing varies."""
    apart = draws - draws.mean(axis=0)
    scale = np.where(_varies(spread), draws.std(axis=0), 0.0)
    return np.divide(apart, scale, where=scale > 0, out=np.zeros_like(apart))


def _placed(standardised: np.ndarray, spread: Spread) -> np.ndarray:
    return spread.mean + np.sqrt(np.where(_varies(spread), spread.variance, 0.0)) * standardised


def _correlations(of: Sequence[Spread], rows: int) -> np.ndarray:
    """``(rows, elements, elements)``: those of different latent variables are not correlated."""
    sizes = [spread.mean.size // rows if rows else 0 for spread in of]
    found = np.zeros((rows, sum(sizes), sum(sizes)))
    starts = np.cumsum([0, *sizes])
    for i, one in enumerate(of):
        for j, other in enumerate(of):
            if one.latent != other.latent or one.correlations is None:
                continue
            plates, places = (part.reshape(rows, -1, 1) for part in (one.plates, one.places))
            others, ends = (part.reshape(rows, 1, -1) for part in (other.plates, other.places))
            block = np.where(plates == others, one.correlations[plates, places, ends], 0.0)
            found[:, starts[i] : starts[i + 1], starts[j] : starts[j + 1]] = block
    varies = np.concatenate([_varies(spread).reshape(rows, -1) for spread in of], axis=-1)
    return found * varies[:, :, None] * varies[:, None, :]


def _turned(table: np.ndarray, before: np.ndarray, target: np.ndarray) -> np.ndarray:
    r"""Draws ``(rows, draws, elements)`` with this covariance, and none with those before.

    Mathematically, of covariance $G$ become of covariance $R$ by $R^{1/2} (R^{1/2} G R^{1/2})^{-1/2} R^{1/2}$, which
    moves them least.

    Source: Peyre, Cuturi (2019), Computational optimal transport, remark 2.31.
    """
    count = table.shape[1]
    if before.shape[-1]:
        table = table - before @ (np.linalg.pinv(before, rcond=NEGLIGIBLE) @ table)
    root = _power(target, 0.5)
    own = table.swapaxes(1, 2) @ table / count
    return table @ (root @ _power(root @ own @ root, -0.5) @ root)


def _power(matrices: np.ndarray, power: float) -> np.ndarray:
    """Of symmetric matrices, without the directions in which they are 0."""
    values, vectors = np.linalg.eigh(matrices)
    positive = values > NEGLIGIBLE
    powers = np.where(positive, np.where(positive, values, 1.0) ** power, 0.0)
    return (vectors * powers[..., None, :]) @ vectors.swapaxes(-1, -2)
