"""Variables: shapes, dtypes, distributions, parameters, loops."""

import numpy as np
import pytest

import whyboard as wb
from whyboard import errors


def test_defaults_are_those_of_the_distribution(g):
    assert (g.x.shape, g.x.dtype, g.x.distribution) == ((), "float", wb.NormalDistribution)
    assert (g.x.mean, g.x.variance, g.x.precision) == (0.0, 1.0, None)
    g.x.precision = 4.0
    assert (g.x.variance, g.x.precision) == (None, 4.0)
    assert wb.Variable("n", distribution="Poisson").dtype == "int"
    assert wb.Variable("n", distribution=wb.PoissonDistribution).mean is None


def test_parameters_are_given_at_creation_or_later(g):
    with g:
        y = wb.Variable("y", mean=g.x, variance=2)
    assert y.mean is g.x
    assert y.variance == 2
    y.mean = 3.5
    assert y.mean == 3.5
    y.mean = None
    assert y.parameters == {"variance": 2}
    assert wb.Variable("y", shape=(2, 2), mean=[[1, 2], [3, 4]]).mean.tolist() == [[1, 2], [3, 4]]
    assert wb.Variable("y", distribution="Uniform", low=0, high=1).parameters == {"low": 0, "high": 1}


def test_setting_an_operator_replaces_the_old_one(g):
    g.x.mean = g.e.y * 2
    before = len(g.document.records)
    g.x.mean = g.e.y * 3
    assert len(g.document.records) == before


def test_exclusive_parameters_are_refused(g):
    with pytest.raises(errors.ParameterError, match="exclude each other"):
        wb.Variable("y", variance=1, precision=1)
    g.x.variance = 1.0
    with pytest.raises(errors.ParameterError, match="'variance' and 'precision' of Variable 'g/x'"):
        g.x.precision = 1.0


def test_a_shape_clash_names_both_sides_with_their_shapes(g):
    with pytest.raises(
        errors.ShapeError, match=r"mean of Variable 'g/x' with shape \(\) got StaticVariable 'g/a' of shape \(3,\)"
    ):
        g.x.mean = g.a
    with pytest.raises(errors.ShapeError, match=r"Add of StaticVariable 'g/a' \(3,\) .* and Variable 'w' \(4,\)"):
        g.a + wb.Variable("w", shape=4)
    with pytest.raises(
        errors.ShapeError, match=r"mean of Variable 'w' with shape \(2,\) got a constant of shape \(3,\)"
    ):
        wb.Variable("w", shape=2, mean=[1, 2, 3])
    with pytest.raises(errors.ShapeError, match="ragged"):
        wb.Variable("w", shape=(2, 2), mean=[[1, 2], [3]])
    with pytest.raises(errors.ShapeError, match="Expected an integer or a tuple"):
        wb.Variable("w", shape=-1)


def test_parameters_broadcast_to_the_variable(g):
    g.v.mean = g.x
    g.v.variance = 2.0
    with g:
        k = wb.Variable("k", shape=(2,), distribution="Categorical", logits=np.zeros((2, 5)))
        assert wb.Variable("m", distribution="Categorical", probabilities=wb.softmax(g.a)).dtype == "int"
    assert k.logits.shape == (2, 5)


def test_a_dtype_clash_is_refused(g):
    with pytest.raises(errors.DTypeError, match=r"dtype int. NormalDistribution is float"):
        wb.Variable("n", dtype=int)
    with pytest.raises(
        errors.DTypeError, match="mean of Variable 'n' with dtype int got Variable 'g/x' of dtype float"
    ):
        wb.Variable("n", distribution="Dirac", dtype="int", mean=g.x)
    with pytest.raises(errors.DTypeError, match="An index got an operand of dtype float"):
        g.a[g.x]
    with pytest.raises(errors.DTypeError, match="There is no dtype"):
        wb.Variable("n", dtype="text")


def test_constants_outside_the_domain_are_refused(g):
    with pytest.raises(errors.ParameterError, match=r"variance of Variable 'g/x' got -1\. Expected positive"):
        g.x.variance = -1
    with pytest.raises(errors.ParameterError, match="sum to 1"):
        wb.Variable("k", distribution="Categorical", probabilities=[0.5, 0.6])
    with pytest.raises(errors.ParameterError, match="is NaN"):
        g.x.mean = float("nan")
    with pytest.raises(errors.ParameterError, match="Expected a number"):
        g.x.mean = "text"


def test_static_variables_cannot_depend_on_rows(g):
    with pytest.raises(errors.ScopeError, match="mean of StaticVariable 'g/s' got Variable 'g/x'"):
        g.s.mean = g.x
    with pytest.raises(errors.ScopeError, match="value for each row"):
        wb.StaticVariable("t", mean=2 * g.x)


def test_scopes_without_a_value_are_no_parameters(g):
    with pytest.raises(errors.ScopeError, match="Entity 'g/e', which has no value"):
        g.x.mean = g.e
    with pytest.raises(errors.DTypeError, match="Entity 'g/e', which has no value"):
        g.x + g.e


def test_a_loop_is_refused_and_named(g):
    g.x.mean = g.e.y + 1
    with pytest.raises(errors.CycleError, match="g/e/y -> g/x -> g/e/y"):
        g.e.y.mean = wb.exp(g.x)
    with pytest.raises(errors.CycleError, match="g/x -> g/x"):
        g.x.variance = wb.exp(g.x)
    assert g.e.y.parameters == {}


def test_a_long_loop_is_found_from_either_end():
    with wb.Graph("g"):
        chain = [wb.Variable("x0")]
        for number in range(1, 300):
            chain.append(wb.Variable(f"x{number}", mean=chain[-1] * 2.0))
    with pytest.raises(errors.CycleError, match=r"g/x0 -> g/x1 -> .* -> g/x299 -> g/x0"):
        chain[0].mean = chain[-1]
    assert len(chain[0].document.records) == 300 + 2 * 299 + 3


def test_a_new_distribution_keeps_the_parameters_it_knows(g):
    g.x.mean = 2.0
    g.x.standard_deviation = 3.0
    g.x.distribution = wb.LaplaceDistribution
    assert g.x.parameters == {"mean": 2.0}
    g.x.distribution = "Poisson"
    assert g.x.dtype == "int"
    with pytest.raises(errors.UnknownName, match=r"no distribution 'Norml'. Did you mean 'NormalDistribution'"):
        g.x.distribution = "Norml"
    with pytest.raises(errors.UnknownName, match=r"no distribution 'HalfNormalDistributon'. Did you mean 'HalfNormalD"):
        g.x.distribution = "HalfNormalDistributon"


def test_a_new_shape_must_suit_everything_that_depends_on_it(g):
    g.v.mean = g.x + 1
    g.x.shape = 3
    assert g.v.mean.shape == (3,)
    with pytest.raises(
        errors.ShapeError,
        match=r"mean of Variable 'g/v' with shape \(3,\) got Add in 'g' of shape \(4,\)|got Add of shape \(4,\)",
    ):
        g.x.shape = 4
    assert g.x.shape == (3,)
    with pytest.raises(errors.ShapeError):
        g.v.shape = ()


def test_types_follow_edits_of_the_diagram(g):
    doubled = 2 * g.x
    assert doubled.shape == ()
    command = {"type": "SetField", "key": g.x.key, "field": "shape", "value": [5]}
    g.document.execute([command], origin="view")
    assert doubled.shape == (5,)
    g.document.undo()
    assert doubled.shape == ()


def test_unknown_things_in_a_document_are_reported_not_raised(g):
    g.x.mean = g.e.y * g.e.y
    g.document.execute([{"type": "SetField", "key": g.e.y.key, "field": "shape", "value": [2]}])
    found = wb.graph.diagnose(g.document)
    assert [(each["code"], each["key"]) for each in found] == [("shape", g.x.key)]
    assert found[0]["fix"]["commands"] == [{"type": "SetField", "key": g.x.key, "field": "shape", "value": [2]}]
    g.document.execute(found[0]["fix"]["commands"])
    assert wb.graph.diagnose(g.document) == []
