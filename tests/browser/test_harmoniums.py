"""Harmoniums in JupyterLab: from the palette, run by message passing, a hierarchy looked into, and a factor."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest
from editor_view import EditorView
from notebook_page import NotebookPage
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PICTURES = Path(os.environ["WHYBOARD_IMAGES"]) if "WHYBOARD_IMAGES" in os.environ else None
MODEL = """
import numpy as np
import whyboard as wb
rng = np.random.default_rng(0)
g = wb.Graph("g")
"""
FACTORS = """
with wb.Graph("f") as f:
    machine = wb.harmonium.restricted_boltzmann("machine", 3, 2, [[2.0, -1.0], [1.0, 0.5], [-1.0, 2.0]])
    left = wb.Variable("left")
    right = wb.Variable("right")
    spring = wb.factor("spring", -2 * (left - right) ** 2)
"""
HIERARCHY = """
from functools import partial
harmonium = wb.harmonium
groups = partial(harmonium.mixture, shape=1, k=2)
middle = harmonium.hierarchical("middle", partial(harmonium.factor_analysis, observable_dim=2, latent_dim=1), groups)
deep = harmonium.hierarchical("deep", partial(harmonium.factor_analysis, observable_dim=5, latent_dim=2), middle)
"""
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def use_theme(page: NotebookPage, theme: str) -> None:
    label = THEMES[theme]
    page.page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", label)
    page.page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{str(theme == 'light').lower()}'")
    page.page.mouse.move(0, 0)
    # Two frames: colours are read again in the first and drawn in the second.
    page.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def contrast(page: NotebookPage, theme: str) -> float:
    """How clearly a posterior stands out from its card, as WCAG 2.2 measures it (graphics need 3)."""
    use_theme(page, theme)
    colors = page.page.evaluate(
        """() => {
          const canvas = new OffscreenCanvas(1, 1).getContext('2d');
          const fill = document.querySelector('.why-posterior-fill');
          const card = fill.closest('.why-card');
          return [getComputedStyle(fill).fill, getComputedStyle(card).backgroundColor].map((color) => {
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
          });
        }"""
    )
    linear = np.asarray(colors) / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    darker, lighter = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return float((lighter + 0.05) / (darker + 0.05))


def keep(page: NotebookPage, name: str) -> None:
    """What the editor looks like in both themes."""
    if PICTURES is None:
        return
    PICTURES.mkdir(parents=True, exist_ok=True)
    for theme in reversed(THEMES):
        use_theme(page, theme)
        page.editor().screenshot(path=PICTURES / f"{name}-{theme}.png")


def test_a_mixture_from_the_palette_learns_by_message_passing(notebook):
    page = notebook(MODEL, "g.show(height=640)")
    page.run()
    editor = EditorView(page.editor())
    editor.add("Mixture model", "groups")
    assert page.python("list(g.groups.children)") == ["weights", "latent", "mean", "precision", "observable"]
    page.execute("x = np.concatenate([rng.normal(size=60) - 4, rng.normal(size=40) + 3])")
    page.execute("g.session.linker.link(g.groups.observable, x)")
    editor.choose_method("VMP")
    editor.run()
    expect(editor.frame.locator(".why-status")).to_contain_text("converged", timeout=120_000)
    page.wait_for_python("sorted(np.round(g.session.model.get_means(g.groups.mean)).tolist())", [-4.0, 3.0])
    editor.close_sides()
    editor.fit()
    # Each component has a strip of its own; which is first is the solver's choice.
    strips = editor.card(page.python("g.groups.mean.key")).locator(".why-rows-mean")
    expect(strips).to_have_count(2, timeout=60_000)
    learned = [float(text.replace("\N{MINUS SIGN}", "-")) for text in strips.all_inner_texts()]
    assert sorted(learned) == pytest.approx([-4, 3], abs=0.4)
    weights = editor.card(page.python("g.groups.weights.key")).locator(".why-card-plot")
    expect(weights).to_have_attribute("aria-label", re.compile(r"\[0\]: \d+ % \(\d+ % to \d+ %\), \[1\]: \d+ %"))
    assert {theme: contrast(page, theme) > 3 for theme in THEMES} == {"light": True, "dark": True}
    keep(page, "harmonium-mixture")
    editor.undo()
    page.wait_for_python("'groups' in g.children", False)


def test_a_hierarchy_is_nested_frames(notebook):
    page = notebook(MODEL + HIERARCHY, "deep.show(height=560)")
    page.run()
    editor = EditorView(page.editor())
    page.page.locator(".jp-OutputArea-output").last.scroll_into_view_if_needed()
    editor.fit()
    keep(page, "harmonium-hierarchy")
    frames = editor.frame.locator("[role=treeitem][aria-expanded=true]")
    expect(frames.filter(has=page.page.locator("[aria-label^='Variable observable']"))).to_have_count(3)


def test_a_factor_is_a_square_that_the_keyboard_reaches(notebook):
    page = notebook(MODEL + FACTORS, "f.show(height=560)")
    page.run()
    editor = EditorView(page.editor())
    page.page.locator(".jp-OutputArea-output").last.scroll_into_view_if_needed()
    editor.fit()
    key = page.python("spring.key")
    expect(editor.frame.get_by_role("treeitem", name=re.compile("^Factor spring exp"))).to_have_count(1)
    editor.frame.get_by_role("button", name=re.compile("^Inspector")).first.click()
    editor.card(key).click()
    expect(editor.field("Name")).to_have_value("spring")
    keep(page, "factor")
    editor.set("log density", "-(left - 2 * right) ** 2")
    page.wait_for_python("'left - 2 * right' in f.to_python()", True)
    editor.card(key).click()
    editor.page.keyboard.press("Delete")
    page.wait_for_python("'spring' in f.children", False)
    editor.undo()
    page.wait_for_python("'spring' in f.children", True)
