"""The multivariate normal distribution."""

from __future__ import annotations

import math
from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.distributions.distribution import Distribution, Parameter, register
from whyboard.families import Family, FullNormal, MatrixMoments, NormalMoments
from whyboard.families.matrix import apply, symmetric
from whyboard.families.normal import LOG_2PI


@register
class MultivariateNormalDistribution(Distribution):
    r"""A vector whose elements scatter together around their means; the last axis runs over the elements.

    Mathematically, $p(x) \propto e^{-(x - m)' S^{-1} (x - m) / 2}$.

    Args:
        mean: ``(*plates, d)``, any real numbers; 0 where none is given.
        covariance: ``(*plates, d, d)``, symmetric and positive definite.
        precision: ``(*plates, d, d)``; the inverse of the covariance, instead of it.
        scale_tril: ``(*plates, d, d)``; a lower triangle L with covariance L L', instead of it.
    """

    synonyms = ("MultivariateGaussian", "MvNormal")

    parameters = (
        Parameter("mean", default=0.0, event_ndim=1),
        Parameter("covariance", event_ndim=2),
        Parameter("precision", event_ndim=2),
        Parameter("scale_tril", event_ndim=2),
    )
    alternatives = ((("covariance",), ("precision",), ("scale_tril",)),)
    location = "mean"
    canonical_names = ("mean", "scale_tril")
    moment_parameters = {  # noqa: RUF012
        "precision": {
            "precision": 1,
            "covariance": lambda matrix: jnp.linalg.inv(symmetric(matrix)),
            "scale_tril": lambda root: jnp.linalg.inv(root @ jnp.swapaxes(root, -1, -2)),
        }
    }
    event_ndim = 1
    affine = True
    group = "vector"

    @staticmethod
    def convert(
        mean: Array,
        covariance: Array | None = None,
        precision: Array | None = None,
        scale_tril: Array | None = None,
    ) -> dict[str, Array]:
        if covariance is not None:
            scale_tril = jnp.linalg.cholesky(symmetric(covariance))
        elif precision is not None:
            scale_tril = jnp.linalg.cholesky(jnp.linalg.inv(symmetric(precision)))
        return {"mean": mean, "scale_tril": jnp.asarray(scale_tril)}

    @staticmethod
    def log_density(value: Array, mean: Array, scale_tril: Array) -> Array:
        distance = jnp.asarray(value - mean)
        root = jnp.broadcast_to(scale_tril, (*distance.shape, distance.shape[-1]))
        z = jax.scipy.linalg.solve_triangular(root, distance[..., None], lower=True)[..., 0]
        volume = jnp.log(jnp.abs(jnp.diagonal(root, axis1=-2, axis2=-1))).sum(-1)
        return -0.5 * (z**2).sum(-1) - volume - distance.shape[-1] * LOG_2PI / 2

    @staticmethod
    def expected_log_density(x: NormalMoments, mean: NormalMoments, precision: MatrixMoments) -> Array:
        cross = jnp.asarray(x.first)[..., :, None] * jnp.asarray(mean.first)[..., None, :]
        spread = x.second - cross - jnp.swapaxes(cross, -1, -2) + mean.second
        distance = (precision.first * spread).sum((-1, -2))
        return (precision.log_det - distance - x.first.shape[-1] * LOG_2PI) / 2

    @staticmethod
    def parameters_of(natural: NormalMoments) -> dict[str, Array]:
        covariance = jnp.linalg.inv(-2 * symmetric(natural.second))
        return {"mean": apply(covariance, natural.first), "covariance": symmetric(covariance)}

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        del parameters
        return FullNormal(event[0])

    @staticmethod
    def sample(key: Array, shape: tuple[int, ...], mean: Array, scale_tril: Array) -> Array:
        return MultivariateNormalDistribution.whiten(jax.random.normal(key, shape), mean, scale_tril)

    @staticmethod
    def whiten(z: Array, mean: Array, scale_tril: Array) -> Array:
        return mean + apply(scale_tril, z)

    @staticmethod
    def marginal(counted: Array, mean: Array, scale_tril: Array) -> dict[str, Array]:
        covariance = scale_tril @ jnp.swapaxes(scale_tril, -1, -2)
        both = counted[..., :, None] & counted[..., None, :]
        # A normal variable of this variance has the density 1 at its mean.
        root = jnp.linalg.cholesky(jnp.where(both, covariance, jnp.eye(counted.shape[-1]) / math.tau))
        whole = counted.all(-1)
        return {
            "mean": jnp.where(counted, mean, 0.0),
            "scale_tril": jnp.where(whole[..., None, None], scale_tril, root),
        }

    @staticmethod
    def conditional(known: Array, value: Array, mean: Array, scale_tril: Array) -> dict[str, Array]:
        covariance = scale_tril @ jnp.swapaxes(scale_tril, -1, -2)
        unit = jnp.eye(known.shape[-1])
        across = jnp.where(known[..., None, :], covariance, 0.0)
        seen = jnp.where(known[..., :, None], across, unit)
        gain = jnp.swapaxes(jnp.linalg.solve(seen, jnp.swapaxes(across, -1, -2)), -1, -2)
        rest = covariance - gain @ jnp.swapaxes(across, -1, -2)
        root = jnp.linalg.cholesky(jnp.where(known[..., :, None] | known[..., None, :], unit, rest))
        some = known.any(-1, keepdims=True)
        moved = mean + apply(gain, jnp.where(known, value - mean, 0.0))
        return {
            "mean": jnp.where(some, moved, mean),
            "scale_tril": jnp.where(some[..., None], root, scale_tril),
        }

    @staticmethod
    def fisher_root(canonical: dict[str, Array], tangents: dict[str, Array]) -> tuple[Array, ...]:
        root = jnp.asarray(canonical["scale_tril"])
        moved = jnp.broadcast_to(tangents["mean"], jnp.broadcast_shapes(root.shape[:-1], tangents["mean"].shape))
        relative = jnp.linalg.solve(root, tangents["scale_tril"])
        return (
            jnp.linalg.solve(root, moved[..., None])[..., 0],
            (relative + jnp.swapaxes(relative, -1, -2)) / math.sqrt(2),
        )

    @staticmethod
    def mean(mean: Array, scale_tril: Array) -> Array:
        return jnp.broadcast_to(mean, jnp.broadcast_shapes(jnp.shape(mean), jnp.shape(scale_tril)[:-1]))

    @staticmethod
    def variance(mean: Array, scale_tril: Array) -> Array:
        return jnp.broadcast_arrays((scale_tril**2).sum(-1), mean)[0]

    @staticmethod
    def in_support(value: Array, mean: Array, scale_tril: Array) -> Array:
        del mean, scale_tril
        return jnp.isfinite(value).all(-1)
