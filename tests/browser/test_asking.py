"""Asking a model from the diagram: run it, stop it, assume something, change it while an answer stands."""

from __future__ import annotations

import pytest
from editor_view import EditorView
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MODEL = """
import whyboard as wb
with wb.Graph("g") as g:
    cause = wb.StaticVariable("cause")
    effect = wb.StaticVariable("effect", mean=wb.math.exp(cause), standard_deviation=0.1)
"""


def test_a_run_is_stopped_evidence_is_typed_and_an_edit_makes_the_answer_an_old_one(notebook):
    page = notebook(MODEL, "g.show()")
    page.run()
    editor = EditorView(page.editor())
    status = editor.frame.locator(".why-status")

    editor.select(page.python("effect.key"), "effect")
    editor.set("Evidence", "5")
    expect(editor.card(page.python("effect.key"))).to_contain_text("5")
    page.wait_for_python("[float(one) for one in g.session.evidence.values()]", [5.0])
    editor.run()
    editor.frame.get_by_role("button", name="Stop").click()
    expect(status).to_contain_text("stopped", timeout=90_000)
    editor.run()
    expect(status).to_contain_text("converged", timeout=90_000)
    # The logarithm of 5.
    expect(editor.card(page.python("cause.key"))).to_contain_text("1.61")

    editor.set("mean", "3 * cause")
    page.wait_for_python("'mean=3 * cause' in g.to_python()", True)
    expect(status).to_contain_text("Changed since the last run")
    page.execute("effect.mean = cause")
    expect(editor.field("mean")).to_have_value("cause")
    editor.undo()
    expect(editor.field("mean")).to_have_value("3 * cause")
    editor.undo()
    page.wait_for_python("'exp(cause)' in g.to_python()", True)
    expect(editor.field("mean")).to_have_value("exp(cause)")
