"""Every expected log density is affine in its moments and, at a value, the log density."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

import whyboard as wb
from whyboard import registry
from whyboard.distributions import Distribution, Parameter
from whyboard.errors import ParameterError
from whyboard.families import Family, Gamma, PositiveMoments

MATRIX = np.array([[2.0, 0.3], [0.3, 1.0]])
EXAMPLES = [
    ("NormalDistribution", 0.7, {"mean": 0.2, "variance": 2.0}),
    ("NormalDistribution", 0.7, {"mean": 0.2, "standard_deviation": 2.0}),
    ("NormalDistribution", -0.7, {"precision": 3.0}),
    ("GammaDistribution", 0.7, {"concentration": 2.5, "scale": 2.0}),
    ("GammaDistribution", 0.7, {"concentration": 2.5, "rate": 2.0}),
    ("InverseGammaDistribution", 0.7, {"concentration": 2.5, "scale": 2.0}),
    ("InverseGammaDistribution", 0.7, {"concentration": 2.5, "rate": 2.0}),
    ("ExponentialDistribution", 0.7, {"mean": 0.3}),
    ("ExponentialDistribution", 0.7, {"log_mean": 0.3}),
    ("ExponentialDistribution", 0.7, {"rate": 0.3}),
    ("PoissonDistribution", 4, {"mean": 2.3}),
    ("PoissonDistribution", 4, {"log_mean": 0.3}),
    ("BernoulliDistribution", 1, {"mean": 0.3}),
    ("BernoulliDistribution", 0, {"logit": 0.3}),
    ("CategoricalDistribution", 2, {"probabilities": np.array([0.2, 0.3, 0.5])}),
    ("CategoricalDistribution", 0, {"logits": np.array([0.2, -0.3, 0.5])}),
    ("BinomialDistribution", 4, {"total_count": 7.0, "mean": 0.3}),
    ("BinomialDistribution", 0, {"total_count": 7.0, "logit": 0.3}),
    ("MultinomialDistribution", np.array([2, 0, 1]), {"total_count": 3.0, "probabilities": np.array([0.2, 0.3, 0.5])}),
    ("MultinomialDistribution", np.array([2, 0, 1]), {"total_count": 3.0, "logits": np.array([0.2, -0.3, 0.5])}),
    ("BetaDistribution", 0.7, {"alpha": 2.3, "beta": 0.4}),
    ("DirichletDistribution", np.array([0.2, 0.3, 0.5]), {"concentration": np.array([2.0, 0.3, 1.0])}),
    ("WishartDistribution", MATRIX, {"degrees_of_freedom": 4.0, "scale": np.linalg.inv(MATRIX) + np.eye(2)}),
    ("WishartDistribution", MATRIX, {"degrees_of_freedom": 4.0, "inverse_scale": MATRIX}),
    ("MultivariateNormalDistribution", np.array([0.3, 1.0]), {"mean": np.array([0.2, 0.0]), "covariance": MATRIX}),
    ("MultivariateNormalDistribution", np.array([0.3, 1.0]), {"mean": np.array([0.2, 0.0]), "precision": MATRIX}),
    (
        "MultivariateNormalDistribution",
        np.array([0.3, 1.0]),
        {"mean": np.array([0.2, 0.0]), "scale_tril": np.linalg.cholesky(MATRIX)},
    ),
]


@pytest.mark.parametrize(("name", "value", "given"), EXAMPLES)
def test_a_formula_is_affine_and_agrees_with_the_density(name, value, given):
    wb.check(registry.distributions[name], value, **given)


def test_every_formula_is_held_to_this():
    laws = {name: registry.distributions[name] for name in registry.distributions}
    densities = {name: law for name, law in laws.items() if law.proper and not law.undirected}
    ours = {name for name, law in densities.items() if law.expected_log_density is not None}
    assert ours == {name for name, _, _ in EXAMPLES}


class Bent(Distribution):
    parameters = (Parameter("rate", domain="positive"),)

    @staticmethod
    def log_density(value, rate):
        return jnp.log(rate) - rate * value

    @staticmethod
    def expected_log_density(x: PositiveMoments, rate: PositiveMoments) -> Array:
        return jnp.log(rate.first) - rate.first * x.first

    @staticmethod
    def family(event, parameters) -> Family:
        return Gamma()


def test_a_formula_that_is_not_affine_is_refused_by_name():
    with pytest.raises(ParameterError, match=r"Bent.expected_log_density is not affine in rate.first"):
        wb.check(Bent, 1.0, rate=2.0)


def test_a_distribution_without_formula_is_refused():
    with pytest.raises(ParameterError, match="LaplaceDistribution states no expected_log_density"):
        wb.check(registry.distributions["LaplaceDistribution"], 1.0)
