"""The characters of a formula grouped into numbers, names, texts and symbols, and the form of every complaint.

`js/src/document/tokens.ts` is the twin of this file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from whyboard.errors import FormulaError

LARGEST_INTEGER = 2**53
_SYMBOLS = (
    "...", "**", "<=", ">=", "==", "!=",
    "+", "-", "*", "/", "@", "<", ">", "(", ")", "[", "]", ",", ":", ".", "=",
)  # fmt: skip
_LOOKALIKES = {"\u2212": "-", "·": "*", "\u00d7": "*", "⋅": "*", "≤": "<=", "≥": ">=", "≠": "!="}  # fmt: skip
_NUMBER = re.compile(r"(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?")
_HINTS = {
    "^": "Write ** for a power.",
    "%": "There is no remainder operator.",
    "&": "Write logical_and(a, b).",
    "|": "Write logical_or(a, b).",
    "~": "Write logical_not(a).",
    "=": "A formula is only the right-hand side; compare with ==.",
    "…": "It stands for text that was too long to show; type the whole formula.",
    "and": "Write logical_and(a, b).",
    "or": "Write logical_or(a, b).",
    "not": "Write logical_not(a).",
    "if": "Write where(condition, a, b).",
}


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is name, int, float, text, symbol or end; ``value`` is what a number or a text stands for."""

    kind: str
    text: str
    column: int
    value: float | str = 0


def failure(column: int, message: str) -> FormulaError:
    """The one form of every message about a place in a formula."""
    return FormulaError(f"Column {column}: {message}", column)


def tokens(text: str) -> list[Token]:
    """The tokens of a formula, and one more of kind ``end``."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character in " \t\r\n":
            at += 1
            continue
        if match := _NUMBER.match(text, at):
            token = _number(match.group(), at + 1)
            at = match.end()
            if at < len(text) and _continues(text[at]):
                raise failure(
                    at + 1, f"found {quote(text[at])} right after the number {match.group()}. Write * between them."
                )
        elif character.isidentifier():
            end = at + 1
            while end < len(text) and _continues(text[end]):
                end += 1
            token = Token("name", text[at:end], at + 1)
            at = end
        elif character in "'\"":
            token, at = _string(text, at)
        elif character in _LOOKALIKES:
            token = Token("symbol", _LOOKALIKES[character], at + 1)
            at += 1
        else:
            symbol = next((symbol for symbol in _SYMBOLS if text.startswith(symbol, at)), None)
            if symbol is None:
                raise failure(at + 1, f"found {quote(character)}, which has no meaning in a formula.{hint(character)}")
            token = Token("symbol", symbol, at + 1)
            at += len(symbol)
        found.append(token)
    found.append(Token("end", "", len(text) + 1))
    return found


def _number(text: str, column: int) -> Token:
    digits = text.replace("_", "")
    if digits.isdigit():
        value = int(digits) if len(digits) < 20 else LARGEST_INTEGER + 1
        if value > LARGEST_INTEGER:
            raise failure(column, f"the integer {text} is too large to be kept exactly. Write it with a decimal point.")
        return Token("int", text, column, value)
    value = float(digits)
    if value == float("inf"):
        raise failure(column, f"the number {text} is too large. The largest is about 1.8e308; infinity is inf.")
    return Token("float", text, column, value)


def _string(text: str, start: int) -> tuple[Token, int]:
    quote = text[start]
    value = ""
    at = start + 1
    while at < len(text):
        character = text[at]
        if character == quote:
            return Token("text", text[start : at + 1], start + 1, value), at + 1
        if character == "\\" and at + 1 < len(text):
            at += 1
            character = {"n": "\n", "t": "\t"}.get(text[at], text[at])
        value += character
        at += 1
    raise failure(start + 1, f"the text that starts here has no closing {quote}.")


def _continues(character: str) -> bool:
    # The middle dot is a letter to Unicode and a product to everybody else.
    return character != "·" and ("a" + character).isidentifier()


def quote(text: str) -> str:
    """A piece of the formula inside a message."""
    return f"'{text}'"


def hint(text: str) -> str:
    """What to write instead, where that is known."""
    return f" {_HINTS[text]}" if text in _HINTS else ""
