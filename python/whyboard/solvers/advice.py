"""Advice to use another method: only what takes the program is named."""

from __future__ import annotations

from typing import Any

from whyboard import registry
from whyboard.errors import SolverError
from whyboard.lowering.potential.conjugacy import MIXED, OTHERS
from whyboard.lowering.program import Program

GRADIENTS = ("MAPFisher", "MAP")
"""The methods that need no closed updates."""


def followable(message: str, program: Program) -> str:
    """A refusal by message passing, whose advice names no method that refuses the program too."""
    if OTHERS not in message:
        return message
    taken = [f'method="{method}"' for method in GRADIENTS if _takes(method, program)]
    if taken:
        return message.replace(OTHERS, f"Use {' or '.join(taken)}.")
    return _joined(message.replace(OTHERS, "").replace(f"Or use {MIXED}", f"Use {MIXED}"))


def without_advice(message: str) -> str:
    """What is in the way alone, where something else was chosen already."""
    for advice in (OTHERS, f"Or use {MIXED}.", f"Use {MIXED}."):
        message = message.replace(advice, "")
    return _joined(message)


def _joined(message: str) -> str:
    return " ".join(message.split())


def _takes(method: str, program: Program) -> bool:
    kind: Any = registry.solvers[method]
    try:
        kind.refuse(program)
    except SolverError:
        return False
    return True
