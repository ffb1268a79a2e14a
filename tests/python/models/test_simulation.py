"""A simulation says which parameter left its domain, where, and what it was, instead of drawing on."""

import numpy as np
import pytest

import whyboard as wb
from whyboard.errors import ParameterError


def simulated(distribution, **parameters):
    """Draws of a variable whose parameters are functions of a column from -1 to 1."""
    with wb.Graph("g") as g:
        column = wb.Variable("column")
        given = {name: make(column) for name, make in parameters.items()}
        x = wb.Variable("x", distribution=distribution, **given)
    model = wb.ForwardModel(g, data={column: [1.0, 0.5, -1.0]})
    model.solve()
    return model.get_samples(x, 2)


@pytest.mark.parametrize(
    ("distribution", "parameters", "message"),
    [
        ("Normal", {"standard_deviation": lambda c: c}, "standard_deviation of 'g/x' in row 2 became -1 in a draw"),
        ("Poisson", {"mean": lambda c: c - 0.75}, "mean of 'g/x' in row 1 became -0.25 in a draw"),
        ("Bernoulli", {"mean": lambda c: 2 * c}, "mean of 'g/x' in row 0 became 2 in a draw. Expected numbers from 0"),
        ("Categorical", {"probabilities": lambda c: wb.stack([c, 1 - c])}, r"in row 2 became \[-1.0, 2.0\] in a draw"),
    ],
)
def test_a_parameter_outside_its_domain_is_named(distribution, parameters, message):
    with pytest.raises(ParameterError, match=message):
        simulated(distribution, **parameters)


def test_a_static_variable_has_no_row():
    with wb.Graph("g") as g:
        low = wb.StaticVariable("low", mean=-30)
        x = wb.StaticVariable("x", standard_deviation=2 * low)
    model = wb.ForwardModel(g)
    model.solve()
    with pytest.raises(ParameterError, match="standard_deviation of 'g/x' became -"):
        model.get_means(x)


def test_a_constant_that_is_computed_counts_too():
    with pytest.raises(ParameterError, match="standard_deviation of 'g/x' in row 0 became -3 in a draw"):
        simulated("Normal", standard_deviation=lambda c: 0 * c - 3)


def test_the_edge_of_a_domain_is_no_fault():
    draws = simulated("Poisson", mean=lambda c: wb.maximum(c, 0.0))
    assert np.all(draws[:, 2] == 0)
