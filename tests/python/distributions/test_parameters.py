"""Which combinations of parameters a distribution accepts, and what it says of the others."""

from __future__ import annotations

import numpy as np
import pytest

from whyboard import distributions, registry
from whyboard.errors import ParameterError


def complete(name, *given):
    return registry.distributions[f"{name}Distribution"].complete(given)


def test_a_normal_needs_nothing():
    assert complete("Normal") == {"mean": 0.0, "variance": 1.0}
    assert complete("Normal", "precision") == {"mean": 0.0}


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        (
            "Normal",
            ("variance", "precision"),
            "got precision and variance. Expected only one of: variance or standard_deviation",
        ),
        ("Normal", ("sigma",), "has no parameter 'sigma'. Expected mean, variance, standard_deviation, precision."),
        ("Uniform", ("low",), "needs center and width or low and high, and got only low"),
        ("Uniform", ("low", "width"), "Expected only one of"),
        ("Gamma", ("rate",), "needs 'concentration', which is not set"),
        ("Exponential", (), "needs mean or log_mean or rate, and has none of them set"),
    ],
)
def test_a_wrong_combination_says_what_to_give(name, given, message):
    with pytest.raises(ParameterError) as raised:
        complete(name, *given)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("domain", "inside", "outside"),
    [
        ("real", -3.0, np.inf),
        ("positive", 0.1, 0.0),
        ("nonnegative", 0.0, -0.1),
        ("unit", 1.0, 1.1),
        ("simplex", [0.25, 0.75], [0.5, 0.6]),
        ("integer", 2.0, 2.5),
    ],
)
def test_a_domain_tells_constants_apart(domain, inside, outside):
    parameter = distributions.Parameter("p", domain=domain)
    assert parameter.contains(np.asarray(inside))
    assert not parameter.contains(np.asarray(outside))
    assert not parameter.contains(np.asarray(np.nan if domain != "simplex" else [np.nan, 1.0]))


def test_a_categorical_has_one_more_axis():
    kind = registry.distributions["CategoricalDistribution"]
    assert kind.parameter_shape("probabilities", (3,)) == (3, None)
