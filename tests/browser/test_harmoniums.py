"""Harmoniums in JupyterLab: from the palette, run by message passing, a hierarchy looked into, a factor made by hand."""

from __future__ import annotations

import os
import re
from pathlib import Path

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
HIERARCHY = """
from functools import partial
harmonium = wb.harmonium
groups = partial(harmonium.mixture, shape=1, k=2)
middle = harmonium.hierarchical("middle", partial(harmonium.factor_analysis, observable_dim=2, latent_dim=1), groups)
deep = harmonium.hierarchical("deep", partial(harmonium.factor_analysis, observable_dim=5, latent_dim=2), middle)
"""
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def keep(page: NotebookPage, name: str) -> None:
    """What the notebook looks like in both themes."""
    if PICTURES is None:
        return
    PICTURES.mkdir(parents=True, exist_ok=True)
    for theme, label in reversed(THEMES.items()):
        page.page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", label)
        page.page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{str(theme == 'light').lower()}'")
        page.page.wait_for_timeout(600)
        page.page.screenshot(path=PICTURES / f"{name}-{theme}.png")


def test_a_mixture_from_the_palette_learns_by_message_passing(notebook):
    page = notebook(MODEL, "g.show(height=640)")
    page.run()
    editor = EditorView(page.editor())
    editor.add("Mixture", "groups")
    assert page.python("list(g.groups.children)") == ["weights", "latent", "mean", "precision", "observable"]
    page.execute("x = np.concatenate([rng.normal(size=60) - 4, rng.normal(size=40) + 3])")
    page.execute("g.session.linker.link(g.groups.observable, x)")
    editor.frame.get_by_role("button", name=re.compile("method", re.IGNORECASE)).first.click()
    editor.page.get_by_role("menuitemradio", name=re.compile("message passing", re.IGNORECASE)).click()
    editor.run()
    expect(editor.frame.locator(".why-status")).to_contain_text("converged", timeout=120_000)
    page.wait_for_python("sorted(np.round(g.session.model.get_means(g.groups.mean)).tolist())", [-4.0, 3.0])
    editor.fit()
    keep(page, "harmonium-mixture")
    editor.undo()
    page.wait_for_python("'groups' in g.children", False)


def test_a_hierarchy_is_nested_frames_and_a_factor_a_square(notebook):
    page = notebook(MODEL + HIERARCHY, "deep.show(height=760)")
    page.run()
    editor = EditorView(page.editor())
    editor.close_sides()
    editor.frame.get_by_role("button", name=re.compile("^Fit")).first.click()
    keep(page, "harmonium-hierarchy")
    frames = editor.frame.locator("[role=treeitem][aria-expanded=true]")
    expect(frames.filter(has=page.page.locator("[aria-label^='Variable observable']"))).to_have_count(3)
