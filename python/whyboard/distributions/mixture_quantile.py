"""From a standard normal to a mixture of scalars: the value below which the mixture has the normal's probability."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import log_ndtr, logsumexp
from jax.scipy.stats import norm

HALVINGS = 64
"""Of an interval between quantiles of the components, to the last digit of its middle."""


def whiten(law: Any, z: Array, **canonical: Array) -> Array:
    """See `Distribution.whiten`, of a mixture."""
    weights, inner = law.spread(canonical, jnp.shape(z))
    return quantile(law.component, jnp.broadcast_to(z, weights.shape[:-1]), weights, inner)


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def quantile(component: Any, z: Array, weights: Array, parameters: dict[str, Array]) -> Array:
    """The value for standard normal noise.

    Args:
        component: a scalar distribution with `whiten` and `unwhiten`.
        z: ``(*plates,)``.
        weights: ``(*plates, K)``.
        parameters: of the component, canonical, ``(*plates, K)``.
    """
    # From the nearer tail, where probabilities keep their digits.
    side = jnp.where(z <= 0, 1.0, -1.0)
    wanted = log_ndtr(side * z)
    ends = component.whiten(z[..., None], **parameters)

    def halved(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = bracket
        middle = (low + high) / 2
        places = component.unwhiten(middle[..., None], **parameters)
        reached = logsumexp(log_ndtr(side[..., None] * places), axis=-1, b=weights)
        above = side * (reached - wanted) > 0
        return jnp.where(above, low, middle), jnp.where(above, middle, high)

    low, high = jax.lax.fori_loop(0, HALVINGS, halved, (ends.min(axis=-1), ends.max(axis=-1)))
    return (low + high) / 2


@quantile.defjvp
def _tangent(component: Any, primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Array, Array]:
    """By the implicit function theorem: every component moves by its share in the density at the value."""
    z, weights, parameters = primals
    z_tangent, weight_tangent, parameter_tangents = tangents
    value = quantile(component, z, weights, parameters)
    places = component.unwhiten(value[..., None], **parameters)
    # An edge of one component is no place of it; there it has no density.
    inside = jnp.isfinite(places)
    places = jnp.where(inside, places, 0.0)
    logs = component.log_density(jnp.broadcast_to(value[..., None], places.shape), **parameters)
    densities = jnp.where(inside, jnp.exp(logs), 0.0)
    total = jnp.sum(weights * densities, axis=-1)
    _, moved = jax.jvp(lambda given: component.whiten(places, **given), (parameters,), (parameter_tangents,))
    below = jnp.where(z[..., None] <= 0, norm.cdf(places), -norm.cdf(-places))
    shift = jnp.sum(weights * densities * moved, axis=-1) - jnp.sum(weight_tangent * below, axis=-1)
    return value, (norm.pdf(z) * z_tangent + shift) / total
