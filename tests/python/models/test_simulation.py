"""A simulation says which parameter left its domain, where, and what it was, instead of drawing on."""

import numpy as np
import pytest

import whyboard as wb
from whyboard.errors import ParameterError, SupportError


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


def fitted(**parameters):
    """The message about a fit to sound data."""
    with wb.Graph("g") as g:
        noise = wb.StaticVariable("noise")
        s = wb.Variable("s", distribution="HalfNormal", scale=1)
        y = wb.Variable("y", **{name: make(noise, s) for name, make in parameters.items()})
    with pytest.raises(ParameterError) as caught:
        wb.get_posterior_model(g, {y: [1.0, 2.0], s: [1.0, 0.0]}, progress=False)
    return str(caught.value)


def test_a_fit_blames_the_parameter_and_its_cause_and_not_the_data():
    message = fitted(standard_deviation=lambda noise, _: noise)
    assert message.startswith("The standard_deviation of 'g/y' in row 0 is 0, where there is no density.")
    assert message.endswith("Give 'g/noise' a distribution of positive numbers, HalfNormalDistribution.")


def test_a_parameter_that_is_computed_names_all_of_its_causes():
    message = fitted(standard_deviation=lambda noise, s: 2 * noise + s - 3)
    assert "'g/y' in row 0 is -2" in message
    assert "It is computed from 'g/noise' and 'g/s'" in message


def test_a_parameter_that_is_data_sends_to_its_data():
    message = fitted(standard_deviation=lambda _, s: s)
    assert "'g/y' in row 1 is 0" in message
    assert message.endswith("It is 'g/s': check its data.")


def test_data_outside_of_a_support_are_still_blamed():
    with wb.Graph("g") as g:
        high = wb.Variable("high")
        y = wb.Variable("y", distribution="Uniform", low=0, high=high)
    with pytest.raises(SupportError, match="The value 50 in row 1 of 'g/y' has no finite log density under Uniform"):
        wb.get_posterior_model(g, {y: [0.1, 50.0], high: [1.0, 2.0]}, progress=False)
