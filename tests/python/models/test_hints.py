"""A wrong name or value is answered with the right one, or with who takes it."""

from typing import Any

import numpy as np
import pytest

import whyboard as wb
from whyboard.errors import DataError, ScopeError, SolverError, UnknownName


def one_mean():
    with wb.Graph("g") as graph:
        mu = wb.StaticVariable("mu", variance=10)
        wb.Variable("y", mean=mu, variance=1)
    return graph


def test_a_graph_without_variables_has_nothing_to_infer():
    with wb.Graph("empty") as g:
        wb.Entity("e")
    for method in ("auto", "VMP"):
        with pytest.raises(ScopeError, match="Graph 'empty' holds no variables, so there is nothing to infer"):
            wb.get_posterior_model(g, method=method)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "no data are linked, so the answers are those of the prior"),
        ({"mu": 1.0}, "no data bear on what is unknown, which is only predicted"),
        ({"mu": 1.0, "y": [1.0, 2.0]}, "all variables are observed"),
        ({"y": [1.0, 2.0]}, None),
    ],
)
@pytest.mark.parametrize("method", ["MAPFisher", "VMP", "Gibbs"])
def test_a_run_that_infers_nothing_says_so(data, said, method):
    model = wb.get_posterior_model(one_mean(), data, method, progress=False, solve=said is None)
    assert "nothing" not in model.remark if said is None else model.remark == f"but nothing was inferred: {said}"


def test_a_mode_says_that_it_is_a_point():
    model = wb.get_posterior_model(one_mean(), {"y": [1.0, 2.0]}, "MAP", progress=False)
    assert model.get_standard_deviations("mu") == 0
    assert model.remark == "a point without uncertainty"


@pytest.mark.parametrize(
    ("method", "options", "text"),
    [
        ("vmp", {}, r"There is no solver 'vmp'\. Did you mean 'VMP'\?"),
        ("MAPFISHER", {}, r"Did you mean 'MAPFisher'\?"),
        ("auto", {"restarts": 2}, r"'restarts' was given without a method, .* It is an option of method=\"EM\"\."),
        ("auto", {"max_sweep": 2}, r"'max_sweep' was given .* 'max_sweeps' is an option of method=\"VMP\"\."),
        ("auto", {"colour": 2}, r"No method has an option of this name\."),
        ("MAP", {"chains": 2}, r"MAP has no option 'chains'\. It takes none\. It is an option of method=\"Gibbs\"\."),
        ("VMP", {"maxsweeps": 2}, r"VMP has no option 'maxsweeps'\. .* Did you mean 'max_sweeps'\?"),
        ("EM", {"initial": None, "blocks": None, "damping": 0.1}, r"is an option of method=\"VMP\"\."),
    ],
)
def test_methods_and_options_are_named_as_they_were_meant(method, options, text):
    with pytest.raises((UnknownName, SolverError), match=text):
        wb.get_posterior_model(one_mean(), {}, method, solve=False, **options)


@pytest.mark.parametrize(
    ("distribution", "shape", "parameters", "value", "text"),
    [
        ("Categorical", (), {"probabilities": [0.5, 0.5]}, 5, "got 5 in row 0.*: expected integers 0 to 1"),
        ("Poisson", (), {"mean": 1.0}, -1, ": expected integers from 0 up"),
        ("Binomial", (2,), {"total_count": [3, 5], "mean": 0.5}, [4, 4], "element 0.*: expected integers 0 to 3"),
        ("Uniform", (), {"low": 1.0, "high": 3.0}, 7.0, ": expected numbers from 1 to 3"),
        ("Uniform", (2,), {"low": [-1.0, 0.0], "high": 3.0}, [0.0, -0.5], "element 1.*: expected numbers from 0 to 3"),
        ("Gamma", (), {"concentration": 1.0, "rate": 1.0}, -2.0, ": expected numbers above 0"),
        ("Beta", (), {"alpha": 1.0, "beta": 1.0}, 1.5, ": expected numbers from 0 to 1"),
        ("Dirichlet", (2,), {"concentration": [1.0, 1.0]}, [0.2, 0.9], "that sum to 1, and they sum to 1.1"),
    ],
)
def test_data_without_a_density_are_told_what_has_one(distribution, shape, parameters: dict[str, Any], value, text):
    with wb.Graph("g") as g:
        y = wb.Variable("y", shape=shape, distribution=distribution, **parameters)
    with pytest.raises(DataError, match=text):
        wb.get_data_linker({y: np.array([value])}, graph=g)


@pytest.mark.parametrize(
    ("distribution", "given", "ours"),
    [
        ("Normal", "mu", "mean"),
        ("Normal", "sigma", "standard_deviation"),
        ("Gamma", "alpha", "concentration"),
        ("Bernoulli", "p", "mean"),
        ("Categorical", "p", "probabilities"),
        ("Poisson", "lam", "mean"),
        ("LogNormal", "sigma", "standard_deviation_log"),
    ],
)
def test_parameters_by_their_names_elsewhere_are_told_ours(distribution, given, ours):
    parameters: dict[str, Any] = {given: 1.0}
    with wb.Graph("g"), pytest.raises(UnknownName, match=rf"has no parameter '{given}'\. Did you mean '{ours}'\?"):
        wb.Variable("y", distribution=distribution, **parameters)


@pytest.mark.parametrize(("distribution", "given"), [("Normal", "p"), ("Normal", "rate")])
def test_a_name_that_means_something_else_there_is_not_told_as_a_mean(distribution, given):
    parameters: dict[str, Any] = {given: 0.5}
    with wb.Graph("g"), pytest.raises(UnknownName, match=rf"has no parameter '{given}'") as refused:
        wb.Variable("y", distribution=distribution, **parameters)
    assert "Did you mean" not in str(refused.value)


def test_methods_of_arrays_are_functions_here():
    g = one_mean()
    assert g.y.name == "y"
    with pytest.raises(AttributeError, match=r"Variable 'g/y' has no 'sum'\. .* write wb\.math\.sum\(y\)"):
        g.y.sum()
    with pytest.raises(AttributeError, match=r"A Mul operator has no 'exp'\. .* write wb\.math\.exp"):
        (2 * g.y).exp()
    with pytest.raises(AttributeError, match=r"has no 'mu'\. Did you mean 'mean'"):
        _ = g.y.mu
    assert not hasattr(2 * g.y, "__array__")


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Gaussian", "'NormalDistribution'"),
        ("Gausian", "'NormalDistribution'"),
        ("MvNormal", "'MultivariateNormalDistribution'"),
        ("Discrete", "'CategoricalDistribution'"),
    ],
)
def test_distributions_by_their_names_elsewhere_are_told_ours(name, ours):
    with wb.Graph("g"), pytest.raises(UnknownName, match=rf"no distribution '{name}'\. Did you mean {ours}"):
        wb.Variable("y", distribution=name)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("NUTS", r"'Gibbs' \(Gibbs sampling\)"),
        ("variational", r"'VMP' \(Variational message passing\)"),
        ("Laplace approximation", r"'MAPFisher' \(Mode and Fisher uncertainty\)"),
    ],
)
def test_methods_by_their_names_elsewhere_are_told_ours(name, ours):
    g = one_mean()
    with pytest.raises(UnknownName, match=rf"no solver '{name}'\. Did you mean {ours}\?"):
        wb.get_posterior_model(g, {g.y: [1.0]}, method=name)


def test_all_parameters_that_are_unknown_are_told_at_once():
    parameters: dict[str, Any] = {"mu": 1.0, "sigma": 2.0}
    told = r"has no parameter 'mu' and no 'sigma'\. Did you mean 'mean' and 'standard_deviation'\?"
    with wb.Graph("g"), pytest.raises(UnknownName, match=told):
        wb.Variable("y", **parameters)


def test_data_that_no_method_takes_are_told_once():
    with wb.Graph("g") as g:
        group = wb.Variable("group", dtype="int", distribution="NoDistribution")
        level = wb.StaticVariable("level", shape=2)
        y = wb.Variable("y", mean=level[group])
    with pytest.raises(DataError, match=r"^'g/group' is 2 in row 1, .* from 0 to 1\.$"):
        wb.get_posterior_model(g, {group: [1, 2], y: [1.0, 2.0]})
