"""Diagnosis finds every problem of meaning in a document that was drawn or read, and what it proposes removes it."""

import pytest

import whyboard as wb
from whyboard.document.document import Document
from whyboard.errors import ShapeError
from whyboard.graph import diagnose


def edit(graph, **command):
    graph.document.execute([command], origin="view")


def parameter(graph, variable, name, value):
    edit(graph, type="SetParameter", key=variable.key, parameter=name, value=value)


def codes(graph):
    return [(each["code"], graph.sibling(each["key"]).name) for each in diagnose(graph.document)]


def test_a_sound_model_has_no_diagnostics(g):
    g.x.mean = wb.exp(g.e.y) + g.s
    assert diagnose(g.document) == []
    assert diagnose(g.document.snapshot(), g.key) == []


def test_a_shape_clash_offers_the_shape(g):
    parameter(g, g.x, "mean", {"ref": g.a.key})
    (found,) = diagnose(g.document)
    assert (found["code"], found["key"], found["severity"]) == ("shape", g.x.key, "error")
    assert "'g/x' with shape () got StaticVariable 'g/a' of shape (3,)" in found["message"]
    assert found["fix"]["label"] == "Give x the shape (3,)"
    g.document.execute(found["fix"]["commands"])
    assert diagnose(g.document) == []


def test_an_operator_that_does_not_fit_is_reported_once_and_only_if_it_is_used(g):
    total = g.x + g.v
    with g:
        wb.Variable("u", shape=3, mean=total)
        wb.Variable("w", shape=3, mean=total)
    _unused = total * 2
    edit(g, type="SetField", key=g.x.key, field="shape", value=[5])
    assert codes(g) == [("shape", "Add")]
    assert "Variable 'g/x' (5,) and Variable 'g/v' (3,)" in diagnose(g.document)[0]["message"]


def test_a_loop_is_reported_once_and_can_be_cut(g):
    g.x.mean = g.e.y * 2
    parameter(g, g.e.y, "mean", {"ref": g.x.key})
    (found,) = diagnose(g.document)
    assert found["code"] == "cycle"
    assert "g/x -> g/e/y -> g/x" in found["message"] or "g/e/y -> g/x -> g/e/y" in found["message"]
    g.document.execute(found["fix"]["commands"])
    assert diagnose(g.document) == []


def test_a_static_variable_of_rows_is_reported(g):
    parameter(g, g.s, "mean", {"ref": g.x.key})
    (found,) = diagnose(g.document)
    assert (found["code"], found["key"]) == ("scope", g.s.key)
    g.document.execute(found["fix"]["commands"])
    assert diagnose(g.document) == []


@pytest.mark.parametrize(
    ("distribution", "given", "label"),
    [
        ("Poisson", {}, "Set mean to 1"),
        ("Gamma", {"concentration": 2}, "Set rate to 1"),
        ("Uniform", {"low": -2}, None),
        ("Bernoulli", {}, "Set mean to 0.5"),
    ],
)
def test_an_unset_parameter_offers_a_plain_value(distribution, given, label):
    with wb.Graph("g") as g:
        wb.Variable("x", distribution=distribution, **given)
    (found,) = diagnose(g.document)
    assert (found["code"], found["key"]) == ("unset", g.x.key)
    if label is not None:
        assert found["fix"]["label"] == label


@pytest.mark.parametrize(
    ("distribution", "label"),
    [
        ("Dirichlet", "Give x the shape (2,) and concentration [1, 1]"),
        ("MultivariateNormal", "Give x the shape (2,) and covariance [[1, 0], [0, 1]]"),
        ("Wishart", "Give x the shape (2, 2) and degrees_of_freedom 2 and inverse_scale [[1, 0], [0, 1]]"),
    ],
)
def test_a_vector_without_axes_offers_some_with_plain_values(distribution, label):
    with wb.Graph("g") as g:
        wb.StaticVariable("x")
    edit(g, type="SetField", key=g.x.key, field="distribution", value=f"{distribution}Distribution")
    (found,) = diagnose(g.document)
    assert (found["code"], found["fix"]["label"]) == ("shape", label)
    g.document.execute(found["fix"]["commands"])
    assert diagnose(g.document) == []
    wb.get_generative_model(g).get_example(g.x)


def test_a_vector_is_offered_the_axes_of_what_it_is_drawn_by():
    with wb.Graph("g") as g:
        w = wb.StaticVariable("w", shape=3, distribution="Gamma", concentration=1, rate=1)
        wb.StaticVariable("p", distribution="Dirichlet", shape=2, concentration=[1.0, 1.0])
    parameter(g, g.p, "concentration", {"ref": w.key})
    (found,) = diagnose(g.document)
    assert found["fix"]["label"] == "Give p the shape (3,)"
    g.document.execute(found["fix"]["commands"])
    assert diagnose(g.document) == []
    with pytest.raises(ShapeError, match=r"shape \(3,\) got .* of shape \(2,\)"):
        g.p.concentration = [1.0, 1.0]


def test_a_mixture_without_a_selector_offers_no_number_for_it():
    with wb.Graph("g") as g:
        wb.Variable("x", distribution="Mixture")
    (found,) = diagnose(g.document)
    assert (found["code"], found.get("fix")) == ("unset", None)
    if "fix" in found:
        g.document.execute(found["fix"]["commands"])
        assert diagnose(g.document) == []


def test_numbers_outside_the_domain_are_reported(g):
    parameter(g, g.x, "variance", {"value": -1})
    (found,) = diagnose(g.document)
    assert found["code"] == "parameter"
    assert "variance of Variable 'g/x' got -1. Expected positive numbers." in found["message"]


def test_a_dtype_that_the_distribution_lacks_offers_the_right_one(g):
    edit(g, type="SetField", key=g.x.key, field="dtype", value="int")
    (found,) = diagnose(g.document)
    assert found["code"] == "dtype"
    g.document.execute(found["fix"]["commands"])
    assert diagnose(g.document) == []


def test_an_unknown_distribution_offers_another(g):
    data = g.document.to_data()
    data["records"][g.x.key] = {**data["records"][g.x.key], "distribution": "FutureDistribution"}
    document = Document(wb.catalog.build(), data)
    (found,) = diagnose(document)
    assert (found["code"], found["key"]) == ("unknown", g.x.key)
    document.execute(found["fix"]["commands"])
    assert diagnose(document) == []


def test_a_root_limits_what_is_looked_at(g):
    with g, wb.Graph("inner") as inner:
        wb.Variable("n", distribution="Poisson")
    parameter(g, g.x, "variance", {"value": -1})
    assert [each["key"] for each in diagnose(g.document, inner.key)] == [inner.n.key]
    assert len(diagnose(g.document)) == 2


def test_a_loop_of_thousands_is_one_diagnostic():
    with wb.Graph("g") as g:
        previous = wb.Variable("x0")
        for number in range(1, 2000):
            previous = wb.Variable(f"x{number}", mean=previous + 1.0)
    first = g.x0
    parameter(g, first, "mean", {"ref": previous.key})
    found = diagnose(g.document)
    assert [each["code"] for each in found] == ["cycle"]


def test_an_operand_that_is_used_twice_over_and_over_is_read_once():
    with wb.Graph("g") as g:
        total = wb.Variable("x") * 1.0
        for _ in range(60):
            total = total + total
        wb.Variable("y", mean=total)
    edit(g, type="SetField", key=g.x.key, field="shape", value=[2])
    (found,) = diagnose(g.document)
    assert (found["code"], found["key"]) == ("shape", g.y.key)


def test_a_ring_of_operators_in_a_hostile_document_does_not_hang():
    with wb.Graph("g") as g:
        first = wb.Variable("x") + 1.0
        wb.Variable("y", mean=first * 2.0)
    data = g.document.to_data()
    data["records"][first.key] = {**data["records"][first.key], "operands": [g.y.mean.key, g.y.mean.key]}
    assert isinstance(diagnose(Document(wb.catalog.build(), data)), list)
