"""Handles: names, attributes, equality, edits and their errors."""

import copy
import gc
import pickle
import threading
import weakref

import numpy as np
import pytest

import whyboard as wb
from whyboard import errors


def test_the_same_record_gives_the_same_handle(g):
    assert g.x is g["x"]
    assert g.e.y is g["e/y"]
    assert hash(g.x) == hash(g.x.sibling(g.x.key))


def test_handles_are_equal_by_record_however_they_were_made(g):
    key = g.x.key
    before = hash(g.x)
    gc.collect()
    again = g.sibling(key)
    assert again == g.x
    assert hash(again) == before
    assert g.x in [g.s, g.x]
    assert g.x not in [g.s, g.v]
    assert g.x != g.s
    assert g.x != "x"


def test_paths_names_and_scopes(g):
    assert g.e.y.path == "g/e/y"
    assert g.e.y.scope == g.e
    assert g.scope is None
    assert list(g.children) == ["inputs", "outputs", "a", "s", "x", "v", "e"]
    assert g.e in g
    assert "e" in g
    assert "y" not in g


def test_renaming_keeps_every_reference(g):
    g.e.y.mean = g.x
    g.x.name = "z"
    assert g.e.y.mean == g.z
    assert g.z.path == "g/z"
    with pytest.raises(errors.NameClash, match="'v' is taken by Variable 'g/v'"):
        g.z.name = "v"


def test_a_taken_name_is_refused_with_another_one(g):
    with g, pytest.raises(errors.NameClash, match=r"'x' is taken by Variable 'g/x'.*'x2'"):
        wb.Entity("x")


def test_a_name_must_be_an_identifier():
    for name in ("1x", "a b", "class", ""):
        with pytest.raises(errors.NameClash, match="cannot be a name"):
            wb.Variable(name)


def test_a_wrong_scope_names_both_sides_and_the_way_out(g):
    with g.x, pytest.raises(errors.ScopeError, match=r"Variable 'g/x' cannot contain Entity 'f'.*in Graph 'g'"):
        wb.Entity("f")
    with g.s, pytest.raises(errors.ScopeError, match=r"StaticVariable 'g/s' cannot contain Variable 'f'"):
        wb.Variable("f")


def test_an_unknown_attribute_suggests_what_was_meant(g):
    with pytest.raises(errors.UnknownName, match=r"Graph 'g' has no 'xx'. Did you mean 'x'"):
        _ = g.xx
    with pytest.raises(errors.UnknownName, match=r"Variable 'g/x' has no parameter 'maen'. Did you mean 'mean'"):
        g.x.maen = 1.0
    with pytest.raises(errors.UnknownName, match=r"has no attribute 'descripton'.*Did you mean 'description'"):
        g.e.descripton = "text"
    with pytest.raises(errors.UnknownName, match="has no parameter 'rate'"):
        wb.Variable("w", rate=1.0)
    assert not hasattr(g, "_repr_png_")
    with pytest.raises(errors.UnknownName, match=r"a setting: write distribution=MixtureDistribution\(component=...\)"):
        wb.Variable("m", distribution=wb.MixtureDistribution, component=wb.PoissonDistribution)


def test_children_cannot_be_replaced_by_assignment(g):
    with pytest.raises(errors.ScopeError, match="'g/x' cannot be replaced"):
        g.x = wb.Variable("other")
    with pytest.raises(errors.ScopeError, match="Make it inside `with g:`"):
        g.other = wb.Variable("other")


def test_a_child_named_like_an_attribute_warns_and_is_reached_by_item(g):
    with g.x, pytest.warns(UserWarning, match="Reach it by item"):
        wb.Variable("mean")
    g.x.mean = 2.0
    assert g.x.mean == 2.0
    assert g.x["mean"].path == "g/x/mean"


def test_texts_are_set_and_taken_away(g):
    g.x.unit = "kg"
    g.x.description = "weight"
    g.x.labels = ("low", "high")
    assert (g.x.unit, g.x.description, g.x.labels) == ("kg", "weight", ["low", "high"])
    g.x.unit = None
    assert g.x.unit == ""


def test_deleting_takes_contents_and_unsets_parameters(g):
    g.x.mean = g.e.y * 2
    held = g.e.y
    g.e.delete()
    assert "e" not in g
    assert g.x.mean == 0.0
    assert repr(held) == "<whyboard.Variable (deleted)>"
    with pytest.raises(errors.DocumentError, match="was deleted"):
        _ = held.path
    with pytest.raises(errors.DocumentError, match="was deleted"):
        _ = held + 1
    g.document.undo()
    assert held == g.e.y


def test_moving_to_another_scope(g):
    g.x.scope = g.e
    assert g.e.x.path == "g/e/x"
    with pytest.raises(errors.ScopeError, match="cannot contain"):
        g.e.scope = g.v


def test_handles_are_neither_deep_copied_nor_pickled(g):
    assert copy.copy(g.x) is g.x
    with pytest.raises(errors.ScopeError, match=r"copy\(\) method"):
        copy.deepcopy(g.x)
    with pytest.raises(errors.ScopeError, match="dump_dict"):
        pickle.dumps(g)


def test_what_is_made_apart_becomes_one_document():
    x, y = wb.Variable("x"), wb.Variable("y")
    assert x.document is not y.document
    y.mean = x + 1
    assert x.document is y.document
    assert y.mean.operands[0] is x
    big = np.arange(2000.0)
    z = wb.Variable("z", shape=2000, mean=big)
    x_and_z = x + z
    assert x_and_z.document is z.document is y.document
    np.testing.assert_array_equal(z.mean, big)


def test_sessions_follow_when_documents_become_one():
    with wb.Graph("g") as small:
        wb.Variable("x")
    with wb.Graph("h") as large:
        ys = [wb.Variable(f"y{number}") for number in range(20)]
    session = small.session
    session.linker.link("x", [1.0])
    ys[0].mean = small.x
    gc.collect()
    assert small.session is session
    assert session.graph is small
    assert session.linker.resolved(small)[1] == 1
    assert large.document is small.document


def test_documents_that_nobody_holds_are_forgotten():
    document = weakref.ref(wb.Variable("x").document)
    joined = wb.constant(1.0) + wb.constant(2.0)
    absorbed = weakref.ref(joined.document)
    total = joined + wb.constant(3.0)
    assert total.document is absorbed()
    del joined, total
    gc.collect()
    assert document() is None
    assert absorbed() is None


def test_each_thread_has_its_own_current_scope(g):
    seen, go = [], threading.Event()

    def other():
        go.wait(5)
        seen.append(wb.Variable("apart").scope)
        with wb.Graph("h"):
            seen.append(wb.Variable("inside").path)

    thread = threading.Thread(target=other)
    thread.start()
    with g:
        go.set()
        thread.join(5)
        wb.Variable("mine")
    assert seen == [None, "h/inside"]
    assert g.mine.path == "g/mine"


def test_threads_can_build_in_one_graph_at_once(g):
    def build(number):
        with g, wb.Entity(f"e{number}"):
            for each in range(50):
                wb.Variable(f"x{each}", mean=g.x * 2.0)

    threads = [threading.Thread(target=build, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [len(g[f"e{number}"].children) for number in range(4)] == [50] * 4
    assert wb.graph.diagnose(g.document) == []


def test_an_error_in_a_block_leaves_the_scope(g):
    with pytest.raises(ZeroDivisionError), g:
        _ = 1 / 0
    assert wb.Variable("free").scope is None


def test_sessions_are_shared_and_tell_their_observers(g):
    told = []
    stop = g.session.subscribe(told.append)
    g.session.observe(g.x, 2.0)
    g.session.do("e/y", 1.0)
    g.session.linker.link(g.x, [1.0, 2.0])
    stop()
    g.session.observe(g.x, None)
    assert told == ["evidence", "do_values", "links"]
    assert g.e.y.session is g.session
    assert dict(g.session.do_values) == {g.e.y.key: 1.0}
    assert dict(g.session.evidence) == {}
    with pytest.raises(errors.ScopeError, match="stands in no Graph"):
        _ = wb.Entity("alone").session
