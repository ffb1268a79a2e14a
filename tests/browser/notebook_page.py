"""A notebook in a real JupyterLab, in the words that a journey needs."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

RUN_CELL = """
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
    await window.jupyterapp.commands.execute('notebook:run-cell');
"""


class NotebookPage:
    """One open notebook. Only `run`, `python` and `restart` talk past the mouse and the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def create(cls, page: Page, url: str, token: str, path: Path, cells: tuple[str, ...]) -> NotebookPage:
        """Write the notebook file and open it."""
        code = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
        content = {
            "cells": [code | {"id": f"c{i}", "source": text} for i, text in enumerate(cells)],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path.write_text(json.dumps(content))
        it = cls(page)
        it.open(url, token, path.name)
        return it

    def open(self, url: str, token: str, name: str) -> None:
        """Load the page of this file and wait for its kernel."""
        self.page.goto(f"{url}/lab/tree/{name}?reset&token={token}")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self._wait_for_kernel()

    def run(self, index: int | None = None) -> None:
        """Run one cell, or all, and wait until the kernel is done; an error in a cell fails the journey."""
        if index is None:
            self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        else:
            self.page.evaluate(f"async (index) => {{ {RUN_CELL} }}", index)
        self.python("None")
        assert (
            self.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts()
            == []
        )

    def run_again(self, index: int, times: int) -> None:
        """Run one cell so often, each time to its end."""
        self.page.evaluate(
            f"async ([index, times]) => {{ for (let i = 0; i < times; i++) {{ {RUN_CELL} }} }}", [index, times]
        )
        self.python("None")

    def start(self, index: int) -> None:
        """Run one cell and do not wait for its end."""
        self.page.evaluate(f"(index) => {{ void (async () => {{ {RUN_CELL} }})() }}", index)

    def python(self, expression: str) -> Any:
        """The value of an expression in the notebook's kernel, as its literal."""
        reply = self.page.evaluate(
            """async (expression) => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute(
                    {code: '', silent: true, user_expressions: {value: expression}});
                const reply = await future.done;
                return reply.content.user_expressions?.value ?? reply.content;
            }""",
            expression,
        )
        assert reply["status"] == "ok", reply
        return ast.literal_eval(reply["data"]["text/plain"])

    def wait_for_python(self, expression: str, value: Any, seconds: float = 20) -> None:
        """Wait until an expression has this value in the kernel."""
        deadline = time.monotonic() + seconds
        while (found := self.python(expression)) != value:
            assert time.monotonic() < deadline, f"{expression} is {found!r}, not {value!r}"
            self.page.wait_for_timeout(100)

    def dom_counters(self) -> dict[str, int]:
        """How many nodes and listeners the page holds once nothing can be collected any more."""
        session = self.page.context.new_cdp_session(self.page)
        for _ in range(2):
            session.send("HeapProfiler.collectGarbage")
        counters = session.send("Memory.getDOMCounters")
        session.detach()
        return counters

    def wait_for_snapshot(self, text: str) -> None:
        """Wait until the output itself holds the model as it is now."""
        self.page.wait_for_function(
            """(text) => window.jupyterapp.shell.currentWidget.content.widgets.some((cell) =>
                JSON.stringify(cell.model.toJSON().outputs ?? []).includes(text))""",
            arg=text,
        )

    def save(self) -> None:
        """Save the notebook."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def reload(self) -> None:
        """Load the page again; the kernel lives on."""
        self.page.reload()
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self._wait_for_kernel()

    def execute(self, code: str) -> None:
        """Run code in the kernel without a cell."""
        status = self.page.evaluate(
            """async (code) => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const reply = await kernel.requestExecute({code}).done;
                return reply.content;
            }""",
            code,
        )
        assert status["status"] == "ok", status

    def restart(self) -> None:
        """Restart the kernel and wait for the new one."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        self._wait_for_kernel()

    def editor(self, index: int = 0) -> Locator:
        """The editor of the n-th displayed model."""
        it = self.page.locator(".jp-OutputArea .why-frame").nth(index)
        expect(it).to_be_visible(timeout=20_000)
        return it

    def shut_down(self) -> None:
        """End the kernel, so that the journeys do not pile up in memory."""
        self.page.evaluate("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.shutdown()")

    def _wait_for_kernel(self) -> None:
        status = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status"
        self.page.wait_for_function(f"() => {status} === 'idle'", timeout=60_000)
