"""Undo and redo: steps of patches. Edits with the same token, such as those of one notebook cell, are one step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from whyboard.document.patch import Patch, compose
from whyboard.document.record import Key

LIMIT = 1000
"""Steps that are kept; the oldest ones go first."""


@dataclass
class Step:
    """Patches that are undone together."""

    label: str
    token: str | None
    patches: list[Patch] = field(default_factory=list)

    @property
    def patch(self) -> Patch:
        """The effect of the whole step. Put together once, when it is asked for."""
        if len(self.patches) > 1:
            self.patches = [compose(self.patches)]
        return self.patches[0]


class History:
    """What can be undone and redone, latest last."""

    def __init__(self) -> None:
        self._undo: list[Step] = []
        self._redo: list[Step] = []

    def push(self, patch: Patch, label: str, token: str | None) -> None:
        """Remember a new edit; what was undone before it is forgotten."""
        self._redo.clear()
        last = self._undo[-1] if self._undo else None
        if last is not None and token is not None and last.token == token:
            last.patches.append(patch)
            return
        self._undo.append(Step(label, token, [patch]))
        del self._undo[:-LIMIT]

    def undo_label(self, protected: Collection[Key] = ()) -> str | None:
        """What undo would take back; None if there is nothing, or if it would take a protected record away."""
        if not self._undo or (protected and _removes(self._undo[-1].patch.inverse, protected)):
            return None
        return self._undo[-1].label

    @property
    def redo_label(self) -> str | None:
        """What redo would do again."""
        return self._redo[-1].label if self._redo else None

    def undo(self) -> Patch:
        """Move the latest step to the other side and give the patch that takes it back."""
        step = self._undo.pop()
        # A later edit of the same cell must not join a step that was undone and redone.
        step.token = None
        self._redo.append(step)
        return step.patch.inverse

    def redo(self) -> Patch:
        """Move the latest undone step back and give its patch."""
        step = self._redo.pop()
        self._undo.append(step)
        return step.patch

    def withdraw(self, token: str) -> Patch | None:
        """Forget the latest step if it has this token, and give the patch that takes it back."""
        if not self._undo or self._undo[-1].token != token:
            return None
        return self._undo.pop().patch.inverse


def _removes(patch: Patch, keys: Collection[Key]) -> bool:
    return any(key in patch.records and patch.records[key][1] is None for key in keys)
