"""Operator records as text: formulas with as few parentheses as possible, and their typeset form for a reader.

One walk serves formulas, cards and generated Python; what differs is a `Notation`. The walk keeps its own stack and
stops at a length limit, so that neither depth nor sharing can hurt. `js/src/document/notation.ts` is the twin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from whyboard.document.index_notation import written_index
from whyboard.document.names import Names
from whyboard.document.numerals import MINUS, exact, rounded
from whyboard.document.syntax import COMPARISON, POSTFIX, POWER, PRECEDENCE
from whyboard.document.syntax import MINUS as UNARY
from whyboard.document.time_notation import INDEX, SHIFT, written_shift

__all__ = ["Notation", "format", "write"]

Record = Mapping[str, Any]
ELLIPSIS = "…"
_TIMES = " \u00d7 "
_LIMIT = 4_000
CARD_LIMIT = 160
_CARD_ITEMS = 4
_MOST_STEPS = 100_000
_TYPESET = {"*": "·", "-": MINUS, "<=": "≤", ">=": "≥", "**": "^"}
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Notation:
    """How the parts of an expression are written.

    ``name`` gives the text of a record that is not taken apart, or None for one that is. ``constant`` gives a number
    or an array; its second argument says that the text must not be a bare number, because an operator of the host
    language would be applied to it. ``time`` is the word for the row itself; None where a variable has taken it.
    """

    records: Mapping[str, Record]
    operators: Mapping[str, Record]
    name: Callable[[str], str | None]
    constant: Callable[[Record, bool], str]
    prefix: str = ""
    time: str | None = INDEX
    typeset: bool = False
    limit: int = _LIMIT
    settings: Callable[[Any], str] = field(default=lambda value: _setting(value, typeset=False))


@dataclass(frozen=True, slots=True)
class _Part:
    """An operand still to be written, and what its surroundings ask of it."""

    key: str
    lowest: int = 0
    no_bare_number: bool = False


def format(  # noqa: A001
    records: Mapping[str, Record] | Names,
    what: str | Record,
    scope: str | None,
    catalog: Record,
    *,
    typeset: bool = False,
    limit: int | None = None,
) -> str:
    """A parameter, or the record of a key, as a formula that `parse` reads back in that scope.

    Args:
        records: the records of the document, or their `Names`.
        what: a parameter (``{"value"}`` or ``{"ref"}``) or a key.
        scope: where the formula stands; names are as short as they can be there.
        catalog: the catalog.
        typeset: for a reader instead: ``slope · x + intercept``, numbers with at most three digits.
        limit: the length after which the text is cut with ``…``.
    """
    names = records if isinstance(records, Names) else Names(records)
    limit = limit or (CARD_LIMIT if typeset else _LIMIT)
    if isinstance(what, str):
        what = {"ref": what}
    if "ref" not in what:
        return cut(_constant({"value": what.get("value"), "dtype": ""}, typeset=typeset), limit)
    notation = formula_notation(names, scope, catalog, typeset=typeset, limit=limit)
    record = names.records.get(what["ref"])
    if record is not None and record["kind"] == "Const" and not typeset:
        return f"constant({write(notation, what['ref'])})"
    return write(notation, what["ref"])


def formula_notation(
    names: Names, scope: str | None, catalog: Record, *, typeset: bool = False, limit: int = _LIMIT
) -> Notation:
    """The notation of formulas in a scope."""

    def name(key: str) -> str | None:
        record = names.records.get(key)
        if record is None:
            return "?"
        if record["kind"] == INDEX:
            return "t" if typeset else word
        return names.shortest(scope, key) if "name" in record else None

    # A variable may have taken the word.
    word = INDEX if names.lookup(scope, INDEX) is None else None

    return Notation(
        records=names.records,
        operators=operators_by_kind(catalog),
        name=name,
        constant=lambda record, _bare: _constant(record, typeset=typeset),
        time=word,
        typeset=typeset,
        limit=limit,
        settings=lambda value: _setting(value, typeset=typeset),
    )


def operators_by_kind(catalog: Record) -> dict[str, Record]:
    """The catalog's operators by their class name."""
    return {entry["kind"]: entry for entry in catalog["operators"]}


def write(notation: Notation, key: str, lowest: int = 0) -> str:
    """The expression of an operator or a name, in parentheses if it binds more loosely than ``lowest``."""
    written: list[str] = []
    length = steps = 0
    stack: list[_Part | str] = [_Part(key, lowest)]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            written.append(part)
            length += len(part)
        else:
            stack.extend(reversed(_pieces(notation, part)))
        steps += 1
        if length > notation.limit or steps > _MOST_STEPS:
            return "".join(written)[: notation.limit] + ELLIPSIS
    return "".join(written)


def _pieces(notation: Notation, part: _Part) -> list[_Part | str]:
    """One step of the walk: an operand as texts and smaller operands."""
    name = notation.name(part.key)
    if name is not None:
        return [name]
    record = notation.records[part.key]
    if record["kind"] == "Const":
        text = notation.constant(record, part.no_bare_number)
        return [f"({text})"] if text[0] in ("-", MINUS) and part.lowest > UNARY else [text]
    operands = record.get("operands", [])
    if record["kind"] == "Index":
        return _index(notation, operands, record.get("settings", {}))
    if record["kind"] == SHIFT:
        inside = written_shift(record, notation.records, notation.time, typeset=notation.typeset)
        if inside is not None:
            return [_Part(operands[0], POSTFIX, no_bare_number=True), f"[{inside}]"]
    entry = notation.operators.get(record["kind"])
    symbol = entry and entry.get("symbol")
    if symbol == "-" and len(operands) == 1 and _kind(notation, operands[0]) != "Const":
        return _enclosed(["-" if not notation.typeset else MINUS, _Part(operands[0], UNARY + 1)], UNARY, part.lowest)
    if symbol in PRECEDENCE and symbol not in ("==", "!=") and len(operands) == 2:
        return _enclosed(_infix(notation, symbol, operands[0], operands[1]), PRECEDENCE[symbol], part.lowest)
    return _call(notation, record, entry)


def _infix(notation: Notation, symbol: str, left: str, right: str) -> list[_Part | str]:
    precedence = PRECEDENCE[symbol]
    bare = _kind(notation, right) == "Const" or precedence == COMPARISON
    if precedence == POWER:
        exponent = _superscript(notation, right)
        if exponent:
            return [_Part(left, POSTFIX), exponent]
        return [_Part(left, POSTFIX, bare), "^" if notation.typeset else "**", _Part(right, UNARY)]
    first = precedence + (1 if precedence == COMPARISON else 0)
    # A reader needs no parentheses in a + (b + c); the formula keeps them, because its operators are others.
    loose = notation.typeset and symbol in ("+", "*") and _symbol(notation, right) == symbol
    sign = _TYPESET.get(symbol, symbol) if notation.typeset else symbol
    return [_Part(left, first, bare), f" {sign} ", _Part(right, precedence + (0 if loose else 1))]


def _call(notation: Notation, record: Record, entry: Record | None) -> list[_Part | str]:
    function = notation.prefix + (entry["function"] if entry else record["kind"])
    equals = " = " if notation.typeset else "="
    stored = record.get("settings", {})
    if entry and "arguments" in entry:
        given = {**dict(zip(entry["operands"], map(_Part, record.get("operands", [])), strict=False)), **stored}
        parts = [given[name] for name in entry["arguments"] if name in given]
        texts = [part if isinstance(part, _Part) else notation.settings(part) for part in parts]
        return [f"{function}(", *_separated(texts), ")"]
    ahead = [name for name in (entry or {}).get("positional_settings", ()) if name in stored]
    before: list[_Part | str] = [notation.settings(stored[name]) for name in ahead]
    after = [f"{name}{equals}{notation.settings(value)}" for name, value in stored.items() if name not in ahead]
    keys = record.get("operands", [])
    bare = all(_kind(notation, operand) == "Const" for operand in keys)
    operands: list[_Part | str] = [_Part(operand, no_bare_number=bare) for operand in keys]
    if entry and entry["variadic"] and not ahead:
        fixed = len(entry["operands"])
        front = [each for operand in operands[:fixed] for each in (operand, ", ")]
        listed = _separated(operands[fixed:])
        return [f"{function}(", *front, "[", *listed, "]", *(f", {setting}" for setting in after), ")"]
    return [f"{function}(", *_separated([*before, *operands, *after]), ")"]


def _separated(pieces: list[_Part | str]) -> list[_Part | str]:
    return [each for piece in pieces for each in (", ", piece)][1:]


def _index(notation: Notation, operands: list[str], settings: Record) -> list[_Part | str]:
    def constant(entry: Any) -> str:
        return _constant({"value": entry, "dtype": "int"}, typeset=notation.typeset)

    pieces: list[_Part | str] = []
    rest = iter(operands[1:])
    for text in written_index(settings.get("index", []), constant):
        pieces.append(", ")
        if text is not None:
            pieces.append(text.replace("-", MINUS) if notation.typeset else text)
            continue
        key = next(rest, "")
        # A bare number would be read as a constant index, which is no operand.
        constant_operand = _kind(notation, key) == "Const" and not notation.typeset
        pieces += [f"{notation.prefix}constant(", _Part(key), ")"] if constant_operand else [_Part(key)]
    return [_Part(operands[0], POSTFIX, no_bare_number=True), "[", *pieces[1:], "]"]


def _enclosed(pieces: list[_Part | str], precedence: int, lowest: int) -> list[_Part | str]:
    return ["(", *pieces, ")"] if precedence < lowest else pieces


def _superscript(notation: Notation, key: str) -> str | None:
    record = notation.records.get(key)
    if not notation.typeset or record is None or record["kind"] != "Const":
        return None
    value = record["value"]
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value) and 0 <= value < 100
    return str(int(value)).translate(_SUPERSCRIPTS) if whole else None


def _kind(notation: Notation, key: str) -> str | None:
    return notation.records[key]["kind"] if key in notation.records and notation.name(key) is None else None


def _symbol(notation: Notation, key: str) -> str | None:
    entry = notation.operators.get(_kind(notation, key) or "")
    return entry.get("symbol") if entry else None


def _constant(record: Record, *, typeset: bool) -> str:
    """A number or a nested list; ``dtype`` is empty where the number itself says it all."""
    value, dtype = record["value"], record["dtype"]
    if isinstance(value, Mapping):
        return f"[{ELLIPSIS} {_TIMES.join(map(str, value['shape']))}]"
    if not isinstance(value, list):
        return rounded(value) if typeset else exact(value, dtype)
    shown = value[:_CARD_ITEMS] if typeset else value
    items = [_constant({"value": item, "dtype": dtype}, typeset=typeset) for item in shown]
    return f"[{', '.join([*items, ELLIPSIS] if len(shown) < len(value) else items)}]"


def _setting(value: Any, *, typeset: bool) -> str:
    if value is None:
        return "none" if typeset else "None"
    if isinstance(value, str) and value not in ("inf", "-inf"):
        return _quoted(value)
    if isinstance(value, list):
        items = [_setting(item, typeset=typeset) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    return rounded(value) if typeset else exact(value, "bool" if isinstance(value, bool) else "")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"'{escaped}'"


def cut(text: str, limit: int) -> str:
    """The text, shortened to a limit."""
    return text if len(text) <= limit else text[:limit] + ELLIPSIS
