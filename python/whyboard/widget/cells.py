"""Closes what a notebook cell displayed when the cell is run again, so that re-running leaks nothing."""

from __future__ import annotations

import sys
from typing import Any, Protocol


class Closable(Protocol):
    """What a cell displays."""

    def close(self) -> None: ...


class Cells:
    """Widgets by the cell that displayed them."""

    def __init__(self) -> None:
        self._shown: dict[str, list[Closable]] = {}
        self._running: str | None = None
        self._shell: Any = None

    def show(self, widget: Closable) -> None:
        """Remember a widget under the cell that runs now. Outside a notebook it lives until it is closed."""
        self._listen()
        if self._running is not None:
            self._shown.setdefault(self._running, []).append(widget)

    def begin(self, cell: str) -> None:
        """A cell starts: what it displayed before is closed."""
        self._running = cell
        for widget in self._shown.pop(cell, []):
            widget.close()

    def _listen(self) -> None:
        module = sys.modules.get("IPython")
        shell = None if module is None else module.get_ipython()
        if shell is None or shell is self._shell:
            return
        self._shell = shell
        shell.events.register("pre_run_cell", self._on_run)
        kernel = getattr(shell, "kernel", None)
        # The first widget is made by a cell whose start we did not hear.
        parent = {} if kernel is None else kernel.get_parent("shell")
        self._running = _name(parent.get("metadata", {}).get("cellId"), parent.get("content", {}).get("code"))

    def _on_run(self, info: Any) -> None:
        # Code that leaves no trace in the history (ours, a debugger's) is no cell.
        if info.silent or not info.store_history:
            return
        name = _name(info.cell_id, info.raw_cell)
        if name is not None:
            self.begin(name)


def _name(identifier: object, code: object) -> str | None:
    """A cell's own id; its text where the front end gives none."""
    if isinstance(identifier, str) and identifier:
        return identifier
    return f"code {code}" if isinstance(code, str) else None


cells = Cells()
"""The cells of this kernel."""
