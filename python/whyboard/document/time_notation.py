"""Earlier rows as text: `x[TimeIndex - 3]` for a `TimeShift` record, and `TimeIndex` for the number of the row.

`js/src/document/time-notation.ts` is the twin of this file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from whyboard.document.numerals import MINUS
from whyboard.document.syntax import Infix, Name, Node, Number, Subscript
from whyboard.document.tokens import failure

INDEX = "TimeIndex"
SHIFT = "TimeShift"


def is_time_index(node: Node, kinds: Collection[str]) -> bool:
    """Whether it is the word for the row itself. The caller has seen that no variable is called so."""
    return isinstance(node, Name) and node.parts == (INDEX,) and not node.absolute and INDEX in kinds


def read_shift(node: Subscript, kinds: Collection[str]) -> int | None:
    """The shift that the brackets hold, ``-3`` for ``[TimeIndex - 3]``; None if they hold an ordinary index.

    Raises:
        FormulaError: if the shift is positive, or stands beside an index.
    """
    for entry in node.entries:
        spine: list[Infix] = []
        base = entry
        while isinstance(base, Infix):
            spine.append(base)
            base = base.left
        if not is_time_index(base, kinds):
            continue
        if len(node.entries) > 1:
            raise failure(entry.column, "a shift in time stands alone in its brackets. Write x[TimeIndex - 1][0].")
        shift = sum(map(_steps, spine))
        if shift > 0:
            raise failure(entry.column, "Positive shifts are not supported.")
        return shift
    return None


def written_shift(
    record: Mapping[str, Any], records: Mapping[str, Any], word: str | None, *, typeset: bool
) -> str | None:
    """What stands in the brackets of a shift; None where its initial values must be written too.

    A reader is not told the initial values. ``word`` is that for the row itself; None where a variable has taken it.
    """
    operands, shift = record.get("operands", ()), record.get("settings", {}).get("shift")
    if len(operands) != 2 or not isinstance(shift, int) or shift > 0:
        return None
    if typeset:
        return f"t{MINUS}{-shift}" if shift else "t"
    if word is None or not _is_default(records.get(operands[1])):
        return None
    return f"{word} - {-shift}" if shift else word


def _steps(node: Infix) -> int:
    if node.symbol in ("+", "-") and isinstance(node.right, Number) and node.right.dtype == "int":
        return int(node.right.value) * (1 if node.symbol == "+" else -1)
    raise failure(node.column, "a shift in time is a whole number of rows, as in x[TimeIndex - 1].")


def _is_default(record: Mapping[str, Any] | None) -> bool:
    if record is None or record["kind"] != "Const" or record["dtype"] != "float":
        return False
    value = record["value"]
    return isinstance(value, int | float) and not isinstance(value, bool) and value == 0
