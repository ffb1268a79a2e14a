"""The widget: its state for a late view, what a saved notebook keeps, and that nothing is left behind."""

from __future__ import annotations

import gc
import threading
import weakref
from types import SimpleNamespace

import ipywidgets
import pytest

from whyboard.document.key import fresh_key
from whyboard.graph import Graph, StaticVariable, Variable
from whyboard.widget import bundle
from whyboard.widget.cells import Cells
from whyboard.widget.graph_widget import VIEW_MIME, GraphWidget, lives, reconnect, restore, show


@pytest.fixture
def graph():
    made = Graph("g")
    with made:
        slope = StaticVariable("slope")
        Variable("y", mean=2 * slope)
    return made


@pytest.fixture(autouse=True)
def _nothing_stays_open():
    yield
    for widget in list(open_widgets().values()):
        widget.close()


def test_a_late_view_gets_the_model_as_it_is_now(graph):
    widget = show(graph)
    graph.slope.name = "steepness"
    # A reloaded page asks for what differs from the defaults.
    trait = widget.get_state(drop_defaults=True)["document"]
    assert trait["revision"] == graph.document.revision
    assert trait["root"] == graph.key
    assert "steepness" in {record.get("name") for record in trait["document"]["records"].values()}
    widget.close()


def test_an_edit_pushes_no_whole_document(graph, monkeypatch):
    widget = show(graph)
    pushed = []
    monkeypatch.setattr(widget, "send_state", pushed.append)
    graph.slope.name = "steepness"
    assert pushed == []
    widget.close()


def test_the_loader_is_tiny_and_the_bundle_within_its_budget():
    assert len(bundle.loader()) < 2500
    name, packed = bundle.editor()
    assert name == bundle.editor_hash()
    assert len(packed) < 200_000


def test_a_display_carries_live_and_static_pictures(graph):
    widget = show(graph)
    data, _ = widget._repr_mimebundle_()
    assert "slope" in data["text/plain"]
    assert data["image/svg+xml"].startswith("<svg")
    model = data["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert data[VIEW_MIME]["model_id"] == model == widget.model_id
    assert "whyboard/model" in data[VIEW_MIME]["specification"]
    widget.close()


def test_the_repr_of_a_graph_in_a_cell_is_its_display(graph):
    data, _ = graph._repr_mimebundle_()
    assert VIEW_MIME in data


@pytest.fixture
def names(monkeypatch):
    """The variables of a notebook."""
    found: dict = {}
    monkeypatch.setattr("whyboard.widget.graph_widget.namespace", lambda: found)
    return found


def shown_by(identifier):
    return ipywidgets.widget_serialization["from_json"](f"IPY_MODEL_{identifier}", None).conversation.handle


def elsewhere(saved):
    """A snapshot of a model of the same names that is not in this kernel."""
    text = saved["specification"].replace(saved["root"], absent := fresh_key())
    return text, absent, saved["name"]


def test_a_snapshot_rebuilds_the_model_under_its_name(graph, names):
    saved = show(graph)._repr_mimebundle_()[0][VIEW_MIME]
    identifier, name = restore(*elsewhere(saved))
    assert (name, names["g"].name) == ("g", "g")
    assert [each.name for each in names["g"].get_children()] == [each.name for each in graph.get_children()]
    assert shown_by(identifier) is names["g"]


def test_a_model_that_is_alive_is_shown_and_no_other_made(graph, names):
    saved = show(graph)._repr_mimebundle_()[0][VIEW_MIME]
    names["mine"] = graph
    assert lives(saved["root"])
    assert shown_by(reconnect(saved["root"])) is graph
    identifier, name = restore(saved["specification"], saved["root"], saved["name"])
    assert shown_by(identifier) is graph
    assert (name, list(names)) == ("mine", ["mine"])


def test_a_name_that_stands_for_something_else_is_not_taken(graph, names):
    saved = show(graph)._repr_mimebundle_()[0][VIEW_MIME]
    names["g"] = graph
    specification, root, name = elsewhere(saved)
    assert not lives(root)
    assert reconnect(root) == ""
    identifier, name = restore(specification, root, name)
    assert names["g"] is graph
    assert name == "g_2"
    assert shown_by(identifier) is names["g_2"]


def test_the_python_of_a_snapshot_rebuilds_the_model(graph):
    code = show(graph)._repr_mimebundle_()[0][VIEW_MIME]["python"]
    names: dict = {}
    exec(code, names)
    assert [child.name for child in names["g"].get_children()] == [child.name for child in graph.get_children()]


def test_running_a_cell_again_closes_what_it_displayed_before():
    cells = Cells()
    closed = []
    for run in range(3):
        cells.begin("cell a")
        cells.show(SimpleNamespace(close=lambda run=run: closed.append(run)))
    cells.begin("cell b")
    assert closed == [0, 1]


def open_widgets():
    """Every widget whose comm is open, those of layouts too."""
    return ipywidgets.widgets.widget._instances


def test_fifty_reruns_leak_nothing(graph):
    cells = Cells()
    before = len(open_widgets())
    observed = graph.document.observed
    gone = []
    for _ in range(50):
        cells.begin("cell a")
        widget = GraphWidget(graph)
        cells.show(widget)
        gone.append(weakref.ref(widget))
    del widget
    cells.begin("cell a")
    for thread in threading.enumerate():
        if thread.name.startswith("whyboard"):
            thread.join(timeout=10)
    gc.collect()
    assert graph.document.observed == observed
    assert sum(one() is not None for one in gone) == 0
    assert len(open_widgets()) == before
