"""What a mixture with weights tells about its parameters."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

POINTS = 24
"""Of Gauss-Hermite quadrature, for each law.component."""


def scalar_root(law: Any, canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
    """The Fisher information of a scalar mixture: the mean square slope of its log density, by quadrature.

    The points are those of the components, so that the mean over all of them is one over the mixture.
    """
    points, shares = np.polynomial.hermite_e.hermegauss(POINTS)
    weights, inner = law.spread(canonical, ())
    values = law.component.whiten(jnp.asarray(points).reshape((POINTS, *(1,) * weights.ndim)), **inner)
    # Points first, then components, then plates.
    values = jax.lax.stop_gradient(jnp.moveaxis(values, -1, 1))
    share = jnp.asarray(shares / shares.sum()).reshape((POINTS, *(1,) * weights.ndim)) * jnp.moveaxis(weights, -1, 0)
    _, slope = jax.jvp(lambda given: law.log_density(values, **given), (canonical,), (tangents,))
    root = jnp.sqrt(share) * slope
    return (jnp.moveaxis(root, (0, 1), (-2, -1)),)


def vector_root(law: Any, canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
    """The Fisher information if it were known which component each value is of: a bound, sharp where they are apart."""
    (weights, inner), (weight_tangents, inner_tangents) = jax.jvp(
        lambda given: law.spread(given, ()), (canonical,), (tangents,)
    )
    roots = law.component.fisher_root(inner, inner_tangents)
    plates = weights.ndim
    share = jnp.sqrt(weights)
    scaled = tuple(share.reshape(share.shape + (1,) * (root.ndim - plates)) * root for root in roots)
    return (*scaled, jnp.where(weights > 0, weight_tangents / jnp.where(weights > 0, share, 1.0), 0.0))
