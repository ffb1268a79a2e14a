"""The quickstart by hand, as the README says: build, link, run, undo, save, reopen.

`make images` keeps its pictures for the docs.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from conftest import ARTEFACTS, ROOT, TOKEN
from editor_view import EditorView
from mouse import drag
from notebook_page import NotebookPage
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PICTURES = Path(os.environ.get("WHYBOARD_IMAGES", ARTEFACTS / "tour"))
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def keep(page: Page, name: str) -> None:
    """What the page looks like in both themes."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for theme, label in reversed(THEMES.items()):
        page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", label)
        page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{str(theme == 'light').lower()}'")
        page.mouse.move(0, 0)
        expect(page.locator("#jupyterlab-splash")).to_have_count(0)
        # Two frames: colours are read again in the first and drawn in the second.
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        page.screenshot(path=PICTURES / f"{name}-{theme}.png")


def test_the_quickstart_by_hand(page: Page, lab_url: str, lab_folder: Path) -> None:
    for file in ("quickstart.ipynb", "cars.why.json"):
        shutil.copy(ROOT / "examples" / file, lab_folder / file)
    notebook = NotebookPage(page)
    page.set_viewport_size({"width": 1500, "height": 1000})
    notebook.open(lab_url, TOKEN, "quickstart.ipynb")
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")

    for cell in (2, 4, 6):
        notebook.run(cell)
    editor = EditorView(notebook.editor())
    editor.frame.scroll_into_view_if_needed()
    expect(editor.frame).to_contain_text("23 variables")
    keep(page, "build")

    variables = {"weight": "cars.car.weight", "horsepower": "cars.engine.horsepower", "mpg": "cars.car.mpg"}
    editor.frame.get_by_role("button", name="Data").first.click()
    for column, variable in variables.items():
        editor.find(column)
        row = editor.frame.locator(".why-source", has=page.get_by_text(column, exact=True))
        drag(row.last, editor.card(notebook.python(f"{variable}.key")))
        notebook.wait_for_python(f"cars.session.linker.sources.get({variable}.key)", f"frame.{column}")
    keep(page, "link")

    editor.close_sides()
    editor.run()
    notebook.wait_for_python("cars.session.model is not None and cars.session.model.converged", True, seconds=120)
    expect(editor.frame.get_by_role("button", name="Run", exact=True)).to_be_visible(timeout=60_000)
    editor.fit()
    keep(page, "run")
    editor.find("mpg_weight")
    expect(editor.card(notebook.python("cars.car.mpg.key")).locator(".why-card-plot")).to_be_visible()
    keep(page, "posterior")

    key = notebook.python("cars.car.mpg.key")
    editor.rename(key, "mpg", "economy")
    notebook.wait_for_python("cars.car.economy.key", key)
    editor.undo()
    notebook.wait_for_python("cars.car.mpg.key", key)
    keep(page, "undo")

    notebook.save()
    page.goto(f"{lab_url}/lab/tree/cars.why.json?reset&token={TOKEN}")
    document = EditorView(page.locator(".why-frame").first)
    expect(document.frame).to_contain_text("23 variables", timeout=60_000)
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    document.fit()
    keep(page, "document")
    notebook.open(lab_url, TOKEN, "quickstart.ipynb")
    again = notebook.editor()
    again.scroll_into_view_if_needed()
    expect(again).to_contain_text("23 variables")
    keep(page, "reopen")
    notebook.shut_down()
