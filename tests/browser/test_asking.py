"""Asking a model from the diagram: run it, stop it, assume something, change it while an answer stands."""

from __future__ import annotations

import re

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


def test_a_value_set_by_intervention_moves_the_effects_and_not_the_causes(notebook):
    page = notebook(MODEL.replace("StaticVariable", "Variable"), "g.show()")
    page.run()
    editor = EditorView(page.editor())
    status = editor.frame.locator(".why-status")
    cause, effect = (editor.card(page.python(f"{name}.key")) for name in ("cause", "effect"))

    editor.select(page.python("cause.key"), "cause")
    editor.set("do()", "2")
    expect(cause).to_contain_text("do 2")
    editor.run()
    expect(status).to_contain_text("converged", timeout=90_000)
    expect(effect).to_contain_text(re.compile(r"7\.(38|39|40)"))

    editor.set("do()", "")
    editor.select(page.python("effect.key"), "effect")
    editor.set("do()", "5")
    editor.run()
    expect(status).to_contain_text("converged", timeout=90_000)
    expect(cause).not_to_contain_text("1.61")
    page.wait_for_python("float(abs(g.session.model.get_means(cause)).max()) < 0.2", True)


CONJUGATE = """
import whyboard as wb
with wb.Graph("h") as h:
    mu = wb.StaticVariable("mu")
    tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=1, rate=1)
    y = wb.Variable("y", mean=mu, precision=tau)
h.session.linker.link(y, [1.2, 0.3, 2.1, 0.7])
"""


def test_the_options_of_a_method_are_chosen_used_and_refused_where_they_stand(notebook):
    page = notebook(CONJUGATE, "h.show()")
    page.run()
    editor = EditorView(page.editor())
    status = editor.frame.locator(".why-status")
    dialog = editor.frame.get_by_role("dialog")
    keys = page.page.keyboard

    # By the keyboard: the letter finds the method, and the button of the options stands behind it.
    method = editor.frame.locator(".why-run-method")
    method.focus()
    keys.press("ArrowDown")
    keys.press("v")
    keys.press("Enter")
    expect(method).to_have_text("Variational message passing")
    expect(method).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(dialog.get_by_label("max sweeps")).to_be_focused()
    keys.type("3")
    keys.press("Enter")
    dialog.get_by_role("button", name="Run").click()
    expect(status).to_contain_text("VMP with max_sweeps=3 not converged", timeout=90_000)
    assert page.python("len(h.session.model.lower_bound)") == 3
    mean = editor.card(page.python("mu.key")).locator(".why-card-numbers").text_content()

    editor.frame.get_by_role("button", name="Options: max_sweeps=3").click()
    dialog.get_by_label("max sweeps").fill("many")
    keys.press("Enter")
    refusal = "VMP got max_sweeps='many'. Expected an integer from 0 up."
    expect(dialog.locator(".why-field-error")).to_have_text(refusal)
    red, soft = (
        dialog.locator(css).evaluate("it => getComputedStyle(it).color")
        for css in (".why-field-error", ".why-method-option-doc")
    )
    assert red != soft
    dialog.get_by_role("button", name="Run").click()
    expect(status).to_contain_text(refusal)
    expect(editor.card(page.python("mu.key")).locator(".why-card-numbers")).to_have_text(mean or "")
    assert page.python("len(h.session.model.lower_bound)") == 3

    editor.frame.get_by_role("button", name="Options: max_sweeps=many").click()
    dialog.get_by_role("button", name="Use defaults").click()
    expect(dialog.get_by_label("max sweeps")).to_have_value("")
    dialog.get_by_role("button", name="Run").click()
    expect(status).to_contain_text("VMP converged", timeout=90_000)


MIXTURE = """
import whyboard as wb
with wb.Graph("m") as m:
    z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.5, 0.5])
    y = wb.Variable("y", mean=wb.choose(z, [-3, 3]))
m.session.linker.link(y, [-2.9, 3.2, 2.5])
"""


def test_a_method_that_cannot_work_is_grey_and_says_why(notebook):
    page = notebook(MIXTURE, "m.show()")
    page.run()
    editor = EditorView(page.editor())
    method = editor.frame.locator(".why-run-method")
    choices = editor.frame.get_by_role("listbox", name="Method")
    method.click()
    grey = choices.locator("[data-method=MAP]")
    expect(grey).to_be_disabled()
    expect(grey).to_contain_text("'m/z' is discrete")
    assert grey.locator(".why-method-doc").evaluate("it => it.scrollWidth <= it.clientWidth")
    expect(choices.locator("[data-method=Gibbs]")).to_be_enabled()
    page.page.keyboard.press("Escape")
    editor.frame.get_by_role("button", name="Run", exact=True).click()
    expect(editor.frame.locator(".why-status")).to_contain_text("VMP converged", timeout=90_000)

    # With data for the category there is nothing discrete to find, until they are gone again.
    page.execute("m.session.linker.link(z, [0, 1, 1])")
    method.click()
    expect(choices.locator("[data-method=MAP]")).to_be_enabled()
    choices.locator("[data-method=MAP]").click()
    page.execute("m.session.linker.unlink(z)")
    # Nobody looks into the menu now, so the kernel looks again in its own time.
    expect(method).to_have_attribute("title", re.compile("These can: .*Gibbs sampling"), timeout=30_000)
    expect(method).to_have_text("Posterior mode")
    editor.run()
    expect(editor.frame.locator(".why-status")).to_contain_text("Choose Expectation maximisation, Gibbs sampling or")
