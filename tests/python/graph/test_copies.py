"""Copies, templates, files: twins are isomorphic, and independent."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import whyboard as wb
from whyboard import errors
from whyboard.document import isomorphic


@st.composite
def graphs(draw):
    """Nested scopes with variables that use earlier ones, set at creation or later, inside or outside of blocks."""
    with wb.Graph("g") as g:
        scopes = [g]
        values = []
        for number in range(draw(st.integers(1, 12))):
            with draw(st.sampled_from(scopes)) as scope:
                kinds = (
                    [wb.Variable, wb.StaticVariable]
                    if scope is g or isinstance(scope, wb.Entity)
                    else [wb.StaticVariable]
                )
                choice = draw(st.integers(0, 3))
                if choice == 0 and len(kinds) == 2:
                    scopes.append(wb.Entity(f"e{number}", description="part"))
                    continue
                kind = draw(st.sampled_from(kinds))
                usable = [each for each in values if kind is wb.Variable or not each.dynamic]
                made = kind(
                    f"x{number}", shape=draw(st.sampled_from([(), (2,)])), unit=draw(st.sampled_from([None, "kg"]))
                )
                fitting = [each for each in usable if each.shape in ((), made.shape)]
                if fitting:
                    first, second = draw(st.sampled_from(fitting)), draw(st.sampled_from(fitting))
                    expression = draw(st.sampled_from([first, first + second, 2.0 * first, wb.exp(first) - second]))
                    made.mean = expression
                else:
                    made.mean = draw(st.sampled_from([0.5, -1, 0]))
                values.append(made)
                if kind is wb.Variable and choice == 1:
                    scopes.append(made)
    return g


@given(graphs())
@settings(max_examples=30, deadline=None)
def test_copies_dumps_and_generated_code_are_isomorphic(g):
    twin = g.copy()
    assert twin != g
    assert twin.document is not g.document
    assert isomorphic(twin.dump_dict(), g.dump_dict())
    loaded = wb.Graph.from_specification(data=json.loads(json.dumps(g.dump_dict())))
    assert isomorphic(loaded.document.snapshot(), g.dump_dict())
    assert loaded.dump_dict() == g.dump_dict()
    assert loaded.get_all_variable_dependencies() == g.get_all_variable_dependencies()
    namespace = {"__name__": "__main__"}
    exec(compile(g.to_python(), "<generated>", "exec"), namespace)
    assert isomorphic(namespace["g"].dump_dict(), g.dump_dict())


def test_a_file_round_trip_keeps_everything(tmp_path, g):
    big = np.random.default_rng(1).normal(size=2000)
    with g:
        wb.Variable("field", shape=2000, mean=big)
    g.e.y.mean = g.x * 2 + g.s
    g.dump_file(tmp_path / "g.why.json")
    again = wb.Graph.from_specification(file=tmp_path / "g.why.json")
    assert isomorphic(again.document.snapshot(), g.document.snapshot())
    np.testing.assert_array_equal(again.field.mean, big)
    assert wb.Graph.load(tmp_path / "g.why.json").e.y.mean.shape == ()


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(errors.FileFormatError, match="takes a file or data"):
        wb.Graph.from_specification()
    with pytest.raises(errors.FileFormatError):
        wb.Graph.from_specification(data={"format": "other"})
    bad = tmp_path / "bad.why.json"
    bad.write_text("{")
    with pytest.raises(errors.FileFormatError, match=r"bad.why.json"):
        wb.Graph.from_specification(file=bad)
    assert bad.read_text() == "{"


def test_a_copy_is_independent(g):
    g.x.mean = g.s
    twin = g.copy("twin")
    twin.s.mean = 5.0
    twin.x.name = "z"
    assert g.s.mean == 0.0
    assert twin.z.mean == twin.s
    assert twin.path == "twin"


def test_copying_inside_a_scope_keeps_references_outwards(g):
    g.e.y.mean = g.x + 1
    with g:
        twin = g.e.copy("f")
    assert twin.y.mean.operands[0] == g.x
    assert twin.y.mean != g.e.y.mean
    with g, pytest.raises(errors.NameClash):
        g.e.copy()


def test_a_copy_elsewhere_cuts_references_only_if_asked(g):
    g.e.y.mean = g.x + 1
    with pytest.raises(
        errors.ScopeError, match=r"Entity 'e' cannot be copied here: it refers to Variable 'g/x'.*strict=False"
    ):
        g.e.copy()
    alone = g.e.copy(strict=False)
    assert alone.y.parameters == {}
    assert len(alone.document.records) == 2


def test_templates_make_instances_that_can_be_refined(g):
    with wb.Entity("person") as person:
        age = wb.Variable("age", mean=40)
        wb.Variable("weight", mean=age * 0.5)
    person_template = person.get_template()
    person.age.mean = 0.0
    with g:
        ann = person_template("ann")
    assert ann.path == "g/ann"
    assert ann.age.mean == 40
    assert ann.weight.mean.operands[0] == ann.age
    with ann:
        wb.Variable("height")
    ann_template = ann.get_template()
    bob = ann_template("bob")
    assert list(bob.children) == ["age", "weight", "height"]
    assert repr(ann_template) == "<whyboard.Template of Entity 'ann'>"


def test_dumping_a_part_leaves_outer_references_unset(g):
    with g, wb.Graph("inner"):
        y = wb.Variable("y", mean=g.x)
        wb.Variable("z", mean=y * 2)
    data = g.inner.dump_dict()
    again = wb.Graph.from_specification(data=data)
    assert again.y.parameters == {}
    assert again.z.mean.operands[0] == again.y


def test_dependencies_go_through_operators_and_links(g):
    g.x.mean = wb.exp(g.e.y) * g.s
    g.x.variance = g.s**2
    assert g.get_all_variable_dependencies() == {
        "g/a": set(), "g/s": set(), "g/v": set(), "g/e/y": set(), "g/x": {"g/e/y", "g/s"},
    }  # fmt: skip
    network = g.to_networkx()
    assert set(network.edges) == {("g/e/y", "g/x"), ("g/s", "g/x")}
    assert network.nodes["g/v"]["shape"] == (3,)


def test_links_join_entities_by_name():
    with wb.Graph("g") as g:
        with wb.Graph("first") as first, first.outputs, wb.Entity("signal"):
            wb.Variable("x")
        with wb.Graph("second") as second:
            with second.inputs, wb.Entity("signal"):
                wb.Variable("x")
            wb.Variable("y", mean=second.inputs.signal.x)
        made = wb.link(first.outputs.signal, second.inputs.signal)
    assert (made.source, made.target) == (first.outputs.signal, second.inputs.signal)
    dependencies = g.get_all_variable_dependencies()
    assert dependencies["g/second/inputs/signal/x"] == {"g/first/outputs/signal/x"}
    with pytest.raises(errors.LinkError, match="is linked to Variable 'g/first/outputs/signal/x'"):
        second.inputs.signal.x.mean = 1.0
    with g, pytest.raises(errors.LinkError, match="is linked already"):
        wb.link(first.outputs.signal.x, second.inputs.signal.x)
    with pytest.raises(errors.CycleError):
        first.outputs.signal.x.mean = second.y
    assert wb.graph.diagnose(g.document) == []


def test_ends_of_a_link_must_match(g):
    with pytest.raises(errors.LinkError, match=r"shape \(3,\) is not \(\)"):
        wb.link(g.x, g.v)
    with pytest.raises(errors.LinkError, match="Link two entities"):
        wb.link(g.s, g.x)
    with g:
        y = wb.Variable("y", mean=g.x)
    with pytest.raises(errors.LinkError, match="its mean is set"):
        wb.link(g.x, y)
    with pytest.raises(errors.CycleError, match="which depends on it"):
        wb.link(y, g.x)


@pytest.mark.parametrize("data", [3, "cars.why.json", [1]])
def test_what_is_no_specification_is_refused(data):
    with pytest.raises(errors.FileFormatError, match=r"Expected what dump_dict\(\) gives"):
        wb.Graph.from_specification(data=data)
