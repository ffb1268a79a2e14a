"""A model file in JupyterLab: made, edited and saved without a kernel, and run with one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from editor_view import EditorView
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


class FilePage:
    """One open model file."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder

    @property
    def editor(self) -> EditorView:
        it = self.page.locator(".why-model-widget:not(.lm-mod-hidden) .why-frame")
        expect(it).to_be_visible(timeout=20_000)
        return EditorView(it)

    @property
    def tab(self) -> Locator:
        return self.page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current")

    def menu(self, *path: str) -> None:
        """Choose from the menu bar."""
        self.page.locator("#jp-MainMenu .lm-MenuBar-item", has_text=path[0]).click()
        self.page.locator(".lm-Menu-item", has_text=path[1]).first.click()

    def answer(self, button: str) -> None:
        """Answer a dialog of JupyterLab."""
        self.page.locator(".jp-Dialog").get_by_role("button", name=button).click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)

    def names(self, file: str) -> set[str]:
        """What stands in the file."""
        records = json.loads((self.folder / file).read_text())["records"].values()
        return {record["name"] for record in records if "name" in record}

    def kernels(self) -> int:
        return self.page.evaluate(
            """async () => {
                await window.jupyterapp.serviceManager.kernels.refreshRunning();
                return [...window.jupyterapp.serviceManager.kernels.running()].length;
            }"""
        )


@pytest.fixture
def lab(page: Page, lab_url: str, lab_folder: Path):
    page.goto(f"{lab_url}/lab?reset&token=journeys")
    it = FilePage(page, lab_folder)
    yield it
    page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")


def test_a_model_file_is_made_edited_saved_and_run(lab):
    lab.page.locator(".jp-LauncherCard", has_text="Model (whyboard)").click()
    expect(lab.tab).to_contain_text(".why.json")
    file = lab.tab.inner_text().strip()
    before = lab.kernels()
    editor = lab.editor

    editor.add("Normal", "a")
    expect(lab.tab).to_contain_class("jp-mod-dirty")
    lab.page.keyboard.press("Control+s")
    expect(lab.tab).not_to_contain_class("jp-mod-dirty")
    assert "a" in lab.names(file)

    editor.set("Name", "b")
    expect(lab.tab).to_contain_class("jp-mod-dirty")
    lab.menu("File", "Reload Model from Disk")
    lab.answer("Reload")
    expect(editor.frame.locator(".why-card-name")).to_have_text(["a"])
    expect(lab.tab).not_to_contain_class("jp-mod-dirty")

    text = (lab.folder / file).read_text()
    (lab.folder / file).write_text(text.replace('"name": "a"', '"name": "from_outside"'))
    editor.frame.locator(".why-card-name").click()
    editor.set("Name", "mine")
    lab.page.keyboard.press("Control+s")
    lab.answer("Revert")
    expect(editor.frame.locator(".why-card-name")).to_have_text(["from_outside"])

    lab.page.keyboard.press("Alt+w")
    expect(lab.page.locator(".why-model-widget")).to_have_count(0)
    lab.page.locator(".jp-DirListing-item", has_text=file).dblclick()
    editor = lab.editor
    expect(editor.frame.locator(".why-card-name")).to_have_text(["from_outside"])
    assert lab.kernels() == before

    editor.run()
    expect(editor.frame.locator(".why-card-plot")).to_be_visible(timeout=90_000)
    assert lab.kernels() == before + 1
