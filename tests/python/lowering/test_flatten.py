"""What is refused when a graph is lowered, and that links, order and depth do not matter."""

import numpy as np
import pytest

import whyboard as wb
from whyboard import errors
from whyboard.lowering.flatten import flatten
from whyboard.lowering.program import bind


def lowered(graph, n_data=3):
    return bind(flatten(graph.document.snapshot().records, graph.key), {}, n_data)


def test_an_unset_parameter_is_named():
    with wb.Graph("g"):
        x = wb.Variable("x", distribution="Poisson")
    with pytest.raises(errors.ParameterError, match=r"'g/x'.*mean"):
        lowered(x.scope)


def test_a_circle_is_named():
    with wb.Graph("g") as g:
        a = wb.Variable("a")
        b = wb.Variable("b", mean=a)
    records = dict(g.document.snapshot().records)
    # Handles refuse a circle, so one is made behind their back.
    records[a.key] = {**records[a.key], "parameters": {"mean": {"ref": b.key}}}
    with pytest.raises(errors.CycleError, match=r"'g/a'.*'g/b'"):
        flatten(records, g.key)


def test_a_placeholder_needs_data():
    with wb.Graph("g") as g:
        wb.Variable("x", distribution="NoDistribution")
    with pytest.raises(errors.DataError, match=r"'g/x'.*row 0"):
        lowered(g)


def test_a_static_variable_cannot_depend_on_rows():
    with wb.Graph("g") as g:
        x = wb.Variable("x")
        s = wb.StaticVariable("s")
    records = dict(g.document.snapshot().records)
    records[s.key] = {**records[s.key], "parameters": {"mean": {"ref": x.key}}}
    with pytest.raises(errors.ScopeError, match="'g/s' depends on 'g/x'"):
        flatten(records, g.key)


def test_linked_variables_are_one():
    with wb.Graph("g") as g:
        with wb.Graph("child") as child:
            with child.inputs, wb.Entity("e"):
                wb.Variable("x")
            wb.Variable("y", mean=child.inputs.e.x, variance=1e-6)
        with wb.Entity("e"):
            x = wb.Variable("x", mean=7, variance=1e-6)
        wb.link(g.e, child.inputs.e)
    program = lowered(g)
    owner = program.network.owner
    assert owner[x.key] == owner[child.inputs.e.x.key]
    assert program.sample(0)[owner[child.y.key]] == pytest.approx(7, abs=0.1)


def test_a_graph_inside_a_graph_becomes_a_model_by_itself():
    with wb.Graph("g"):
        wb.Variable("outside")
        with wb.Graph("inner") as inner:
            wb.Variable("x", mean=3)
    assert lowered(inner).network.paths == ("g/inner/x",)


def test_a_chain_of_a_thousand_operators_has_no_limit_of_depth():
    with wb.Graph("g") as g:
        x = wb.Variable("x", mean=1, variance=1e-12)
        total, deep = x, x
        for _ in range(1000):
            total = total + x
        for _ in range(100):
            deep = wb.sin(deep)
        wb.Variable("y", distribution="Dirac", mean=total)
        wb.Variable("z", distribution="Dirac", mean=deep)
    values = dict(zip(("x", "y", "z"), lowered(g).sample(0), strict=True))
    expected = values["x"]
    for _ in range(100):
        expected = np.sin(expected)
    np.testing.assert_allclose(values["y"], 1001 * values["x"], rtol=1e-12)
    np.testing.assert_allclose(values["z"], expected, rtol=1e-12)


def test_shared_operators_do_not_multiply():
    with wb.Graph("g") as g:
        x = wb.Variable("x", mean=1, variance=1e-12)
        doubled = x
        for _ in range(60):
            doubled = wb.sin(doubled) + wb.sin(doubled)
        wb.Variable("y", mean=doubled, variance=1)
    expected = 1.0
    for _ in range(60):
        expected = 2 * np.sin(expected)
    program = lowered(g, 1)
    assert program.at(program.zeros()).values.dynamic[2, 0] == pytest.approx(expected, rel=1e-9)
