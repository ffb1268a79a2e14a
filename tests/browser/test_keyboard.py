"""A model built, asked and taken back without a mouse, and what a checker of accessibility says about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from editor_view import EditorView
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"


def test_a_model_is_built_asked_and_taken_back_by_the_keyboard_alone(notebook):
    page = notebook("import whyboard as wb\ng = wb.Graph('g')", "g.show()")
    page.run()
    editor = EditorView(page.editor())
    keys = page.page.keyboard

    editor.reach_diagram()
    keys.press("1")
    expect(editor.frame.locator("[data-why-palette-search]")).to_be_focused()
    editor.answer("normal")
    editor.type_name("cause")
    page.wait_for_python("list(g.children)[2:]", ["cause"])

    expect(editor.diagram).to_be_focused()
    keys.press("a")
    expect(editor.frame.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    editor.answer("normal")
    editor.type_name("effect")
    page.wait_for_python("list(g.children)[2:]", ["cause", "effect"])

    expect(editor.diagram).to_be_focused()
    keys.press("ArrowUp")
    expect(editor.field("Name")).to_have_value("cause")
    keys.press("c")
    editor.answer("effect")
    expect(editor.frame.get_by_role("dialog")).to_contain_text("mean")
    keys.press("Enter")
    keys.press("Enter")
    page.wait_for_python("g.effect.mean == g.cause", True)

    expect(editor.field("Name")).to_have_value("effect")
    keys.press("=")
    expect(editor.frame.locator("input:focus")).to_have_value("Normal(cause, 1)")
    editor.answer("2 * cause")
    page.wait_for_python("'mean=2 * cause' in g.to_python()", True)

    expect(editor.diagram).to_be_focused()
    keys.press("F2")
    expect(editor.frame.locator("input:focus")).to_have_value("effect")
    editor.answer("outcome")
    page.wait_for_python("list(g.children)[2:]", ["cause", "outcome"])

    expect(editor.diagram).to_be_focused()
    keys.press("e")
    expect(editor.frame.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    editor.answer("5")
    page.wait_for_python("[float(one) for one in g.session.evidence.values()]", [5.0])

    keys.press("Control+Enter")
    # The mean of draws about 2.
    mean = re.compile(r"\b(1\.9\d|2(\.0\d)?) \(")
    expect(editor.card(page.python("g.cause.key"))).to_contain_text(mean, timeout=90_000)

    page.page.add_script_tag(path=str(AXE))
    report = page.page.evaluate("() => axe.run('.why-editor', {resultTypes: ['violations']})")
    assert [one["help"] for one in report["violations"] if one["impact"] in {"serious", "critical"}] == []

    keys.press("Control+z")
    page.wait_for_python("list(g.children)[2:]", ["cause", "effect"])
