"""Journeys through a notebook: a model is shown, edited from both sides, linked, run and kept."""

from __future__ import annotations

import pytest
from editor_view import EditorView
from mouse import drag
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LINE = """
import numpy as np, pandas as pd, whyboard as wb
table = pd.DataFrame({"speed": np.arange(40.0) / 10, "effort": np.arange(40.0) / 5})
table.loc[[3, 5], "effort"] = None
with wb.Graph("g") as g:
    slope = wb.StaticVariable("slope")
    x = wb.Variable("x")
    y = wb.Variable("y", mean=slope * x, standard_deviation=0.5)
table.head()
"""
SHOW = "g.show()"
TALL = {"width": 1400, "height": 1300}
"""Room for a table and the diagram below it: what is dragged must see where it goes."""
HELD = """(
    len(__import__('ipywidgets').widgets.widget._instances),
    len(__import__('comm').get_comm_manager().comms),
    g.document.observed,
    sum(thread.name.startswith('whyboard') for thread in __import__('threading').enumerate()),
)""".replace("\n", "")


def test_show_draws_the_graph_and_a_python_edit_changes_the_picture(notebook):
    page = notebook(LINE, SHOW, "slope.name = 'steepness'")
    page.run()
    editor = page.editor()
    expect(editor).to_contain_text("steepness")
    expect(page.page.locator(".why-view-bar")).to_be_hidden()


def test_an_edit_in_the_diagram_is_an_edit_of_the_python_object_and_undo_goes_across_both(notebook):
    page = notebook(LINE, SHOW)
    page.run()
    editor = EditorView(page.editor())
    key = page.python("slope.key")
    editor.rename(key, "slope", "steepness")
    page.wait_for_python("slope.name", "steepness")

    page.execute("x.name = 'pace'")
    expect(editor.frame).to_contain_text("pace")
    editor.undo()
    page.wait_for_python("x.name", "x")
    editor.undo()
    page.wait_for_python("slope.name", "slope")
    editor.redo()
    page.wait_for_python("slope.name", "steepness")
    expect(editor.field("Name")).to_have_value("steepness")


def test_an_editor_is_as_high_as_asked_whatever_the_layout_of_its_widget_says(notebook):
    page = notebook("import whyboard as wb\ng = wb.Graph('g')", "g.show(height=500)")
    page.run()
    editor = page.editor()
    expect(editor).to_contain_text("0 variables")
    # What a widget's empty layout does to its element, some time after it is shown.
    page.page.evaluate("() => { document.querySelector('.why-output').parentElement.style.height = ''; }")
    box = editor.bounding_box()
    assert box is not None
    assert box["height"] == 500


def test_a_model_is_built_by_palette_and_formula(notebook):
    page = notebook("import whyboard as wb\ng = wb.Graph('g')", SHOW)
    page.run()
    editor = EditorView(page.editor())
    editor.add("Normal", "a")
    editor.add("Normal", "b")
    editor.set("mean", "2 * a + 1")
    page.wait_for_python("'wb.Variable(\"b\", mean=2 * a + 1)' in g.to_python()", True)
    assert page.python("type(g.b).__name__") == "Variable"


def test_a_cell_that_runs_does_not_hold_up_the_diagram(notebook, lab_folder):
    busy = "import os, time\nprint('busy', flush=True)\nwhile not os.path.exists('enough'): time.sleep(0.05)"
    page = notebook("import whyboard as wb\ng = wb.Graph('g')", SHOW, busy)
    page.run(0)
    page.run(1)
    editor = EditorView(page.editor())
    page.start(2)
    expect(page.page.locator(".jp-OutputArea").nth(2)).to_contain_text("busy")
    editor.add("Normal", "a")
    editor.add("Normal", "b")
    editor.set("mean", "2 * a + 1")
    expect(editor.field("mean")).to_have_value("2 * a + 1")
    (lab_folder / "enough").touch()
    page.wait_for_python("'wb.Variable(\"b\", mean=2 * a + 1)' in g.to_python()", True)
    expect(editor.frame.locator(".why-field-error")).to_have_count(0)
    expect(editor.frame.get_by_role("alert")).to_have_count(0)


def test_columns_are_dragged_from_an_output_onto_cards_and_run_gives_the_posterior(notebook):
    page = notebook(LINE, SHOW)
    page.page.set_viewport_size(TALL)
    page.run()
    editor = EditorView(page.editor())
    for column, name in [("speed", "x"), ("effort", "y")]:
        header = page.page.locator("[data-whyboard-source] th", has_text=column)
        drag(header, editor.card(page.python(f"{name}.key")))
        page.wait_for_python(f"g.session.linker.sources.get({name}.key)", f"table.{column}")
    expect(editor.card(page.python("y.key"))).to_contain_text("38")

    editor.run()
    page.wait_for_python("g.session.model is not None and g.session.model.converged", True, seconds=90)
    assert page.python("abs(float(g.session.model.get_means(slope)) - 2) < 0.05") is True
    # The histograms follow: draws, of the prior too.
    expect(editor.card(page.python("slope.key")).locator(".why-card-plot")).to_be_visible(timeout=60_000)
    expect(editor.card(page.python("slope.key"))).to_contain_text("1.9")


def test_a_column_that_does_not_fit_is_refused_in_words(notebook):
    page = notebook(LINE + "\nwords = pd.DataFrame({'motto': ['a'] * 40})\nwords.head(2)", SHOW)
    page.page.set_viewport_size(TALL)
    page.run()
    editor = EditorView(page.editor())
    header = page.page.locator("[data-whyboard-source='name/words'] th", has_text="motto")
    drag(header, editor.card(page.python("x.key")))
    expect(editor.frame.get_by_role("alert")).to_contain_text("motto")
    assert page.python("len(g.session.linker)") == 0


def test_two_views_of_one_model_stay_in_step_and_the_bundle_is_loaded_once(notebook):
    page = notebook(LINE, SHOW, SHOW)
    page.run()
    first, second = EditorView(page.editor(0)), EditorView(page.editor(1))
    first.rename(page.python("slope.key"), "slope", "steepness")
    expect(second.frame).to_contain_text("steepness")
    assert page.page.evaluate("() => Object.keys(globalThis.whyboardBundles).length") == 1


def test_running_the_cell_fifty_times_leaks_nothing(notebook):
    page = notebook(LINE, SHOW)
    page.run()
    page.editor()
    for _ in range(3):
        page.run(1)
    held, drawn = page.python(HELD), page.dom_counters()
    page.run_again(1, times=50)
    page.editor()
    expect(page.page.locator(".jp-OutputArea .why-frame")).to_have_count(1)
    assert page.python(HELD) == held
    after = page.dom_counters()
    # The notebook itself keeps some for every run, also of a plain text. An editor has hundreds of both.
    assert after["nodes"] - drawn["nodes"] < 1000
    assert after["jsEventListeners"] - drawn["jsEventListeners"] < 500


def test_after_a_restart_the_picture_stays_and_the_model_is_restored(notebook):
    page = notebook(LINE, SHOW)
    page.run()
    editor = EditorView(page.editor())
    key = page.python("slope.key")
    editor.rename(key, "slope", "steepness")
    page.wait_for_python("slope.name", "steepness")
    page.wait_for_snapshot("steepness")

    page.restart()
    bar = page.page.locator(".why-view-bar")
    expect(bar).to_contain_text("Not connected")
    expect(page.page.locator(".why-view-picture img")).to_be_visible()
    bar.get_by_role("button", name="Restore into kernel").click()
    restored = EditorView(page.editor())
    assert page.python("g.steepness.key") == key
    restored.rename(key, "steepness", "slope")
    page.wait_for_python("g.slope.key", key)

    # A model that is alive is shown again: it is not made a second time, and what is known of it stays.
    page.execute("g.session.observe(g.x, 2.0); kept = g; shown = __import__('ipywidgets').Widget; shown.close_all()")
    expect(bar).to_contain_text("Not connected")
    bar.get_by_role("button", name="Restore into kernel").click()
    page.editor()
    assert page.python("g is kept and dict(g.session.evidence) == {g.x.key: 2.0}")


def test_after_a_restart_the_code_of_the_model_can_be_inserted(notebook):
    page = notebook(LINE, SHOW)
    page.run()
    page.editor()
    page.restart()
    page.page.get_by_role("button", name="Insert code").click()
    cell = page.page.locator(".jp-CodeCell").nth(2)
    expect(cell).to_contain_text("StaticVariable")
    page.run(2)
    assert page.python("list(g.children)") == ["inputs", "outputs", "slope", "x", "y"]


def test_a_reloaded_page_shows_the_living_model_at_the_same_revision(notebook):
    page = notebook(LINE, SHOW)
    page.run()
    page.editor()
    page.save()
    page.execute("slope.name = 'steepness'")
    page.reload()
    editor = page.editor()
    expect(editor).to_contain_text("steepness")
