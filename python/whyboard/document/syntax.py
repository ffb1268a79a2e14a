"""The grammar of formulas: text to a syntax tree, with no idea of what the names mean.

A small Pratt parser. `js/src/document/syntax.ts` is its twin, line by line; both are held together by
`tests/conformance/formula.json`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from whyboard.document.tokens import Token, failure, hint, quote, tokens
from whyboard.errors import FormulaError

T = TypeVar("T")

COMPARISON, SUM, PRODUCT, MINUS, POWER, POSTFIX = 10, 20, 30, 40, 50, 60
PRECEDENCE = {
    "<": COMPARISON, "<=": COMPARISON, ">": COMPARISON, ">=": COMPARISON, "==": COMPARISON, "!=": COMPARISON,
    "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "**": POWER,
}  # fmt: skip
CONSTANTS = {"True": True, "False": False, "inf": float("inf")}

_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Number:
    """A number or a truth value; ``dtype`` is ``"float"``, ``"int"`` or ``"bool"``."""

    value: float
    dtype: str
    column: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes; only a setting can be one."""

    value: str
    column: int


@dataclass(frozen=True, slots=True)
class Absent:
    """The word None."""

    column: int


@dataclass(frozen=True, slots=True)
class Rest:
    """Three dots in an index."""

    column: int


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted name; an ``absolute`` one (written with a leading dot) starts at the root."""

    parts: tuple[str, ...]
    absolute: bool
    column: int


@dataclass(frozen=True, slots=True)
class Minus:
    """An operand with its sign changed."""

    operand: Node
    column: int


@dataclass(frozen=True, slots=True)
class Infix:
    """Two operands around a symbol."""

    symbol: str
    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with arguments and settings."""

    function: str
    arguments: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]
    column: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list or a tuple."""

    items: tuple[Node, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of an index, such as ``1:``."""

    start: Node | None
    stop: Node | None
    step: Node | None
    column: int


@dataclass(frozen=True, slots=True)
class Subscript:
    """A value with an index in brackets."""

    base: Node
    entries: tuple[Node, ...]
    column: int


Node = Number | Text | Absent | Rest | Name | Minus | Infix | Call | Items | Slice | Subscript


def parse_syntax(text: str) -> Node:
    """The syntax tree of a formula.

    Raises:
        FormulaError: with the column, what was found there and what was expected.
    """
    parser = _Parser(tokens(text))
    tree = parser.expression(0)
    parser.end()
    return tree


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def end(self) -> None:
        if self._next.kind != "end":
            raise self._unexpected("an operator or the end")

    def expression(self, lowest: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise failure(self._next.column, f"more than {_DEEPEST} levels inside each other. Give parts of it a name.")
        left = self._prefix()
        compared = False
        while self._next.kind == "symbol" and PRECEDENCE.get(self._next.text, -1) >= lowest:
            token = self._take()
            precedence = PRECEDENCE[token.text]
            if precedence == COMPARISON and compared:
                raise failure(token.column, "comparisons cannot be chained. Write logical_and(a < b, b < c).")
            compared = compared or precedence == COMPARISON
            # A power binds to the right, and its exponent may carry a minus.
            right = self.expression(MINUS if precedence == POWER else precedence + 1)
            left = Infix(token.text, left, right, token.column)
        self._depth -= 1
        return left

    def _prefix(self) -> Node:
        token = self._next
        if not self._accept("-"):
            return self._postfix(self._atom())
        operand = self.expression(MINUS)
        if isinstance(operand, Number) and operand.dtype != "bool":
            return Number(-operand.value, operand.dtype, token.column)
        return Minus(operand, token.column)

    def _postfix(self, base: Node) -> Node:
        while self._next.text == "[" and self._next.kind == "symbol":
            column = self._take().column
            entries = self._list("]", self._entry, "an index")[0]
            if not entries:
                raise failure(column, "found empty brackets, expected an index such as [0], [:, 1] or [group].")
            base = Subscript(base, tuple(entries), column)
        if self._next.kind == "symbol" and self._next.text == "(":
            raise failure(self._next.column, "found '(' after something that is no function. Write * for a product.")
        return base

    def _atom(self) -> Node:
        token = self._next
        if token.kind in ("int", "float"):
            self._at += 1
            return Number(float(token.value) if token.kind == "float" else int(token.value), token.kind, token.column)
        if token.kind == "text":
            self._at += 1
            return Text(str(token.value), token.column)
        if token.kind == "name":
            return self._named()
        if token.kind == "symbol":
            if token.text == ".":
                return self._named()
            if token.text == "(":
                self._at += 1
                items, comma = self._list(")", lambda: self.expression(0), "a value")
                return items[0] if len(items) == 1 and not comma else Items(tuple(items), token.column)
            if token.text == "[":
                self._at += 1
                return Items(tuple(self._list("]", lambda: self.expression(0), "a value")[0]), token.column)
        raise self._unexpected("a number, a name, a function or '('")

    def _named(self) -> Node:
        first = self._next
        absolute = self._accept(".")
        parts = [self._word("a name")]
        while self._accept("."):
            parts.append(self._word("a name after the dot"))
        if self._accept("("):
            if absolute or len(parts) > 1:
                raise failure(first.column, f"functions are called by their bare name. Write {parts[-1]}(...).")
            return self._call(parts[0], first.column)
        if len(parts) == 1 and not absolute:
            if parts[0] in CONSTANTS:
                return Number(CONSTANTS[parts[0]], "float" if parts[0] == "inf" else "bool", first.column)
            if parts[0] == "None":
                return Absent(first.column)
            if parts[0] == "not" and self._next.kind == "name":
                raise failure(first.column, "found 'not', which has no meaning in a formula. Write logical_not(a).")
        return Name(tuple(parts), absolute, first.column)

    def _call(self, function: str, column: int) -> Node:
        keywords: list[tuple[str, Node]] = []

        def argument() -> Node | None:
            token, following = self._next, self._tokens[min(self._at + 1, len(self._tokens) - 1)]
            if token.kind == "name" and following.kind == "symbol" and following.text == "=":
                self._at += 2
                if any(name == token.text for name, _ in keywords):
                    raise failure(token.column, f"the setting {token.text} of {function} is given twice.")
                keywords.append((token.text, self.expression(0)))
                return None
            if keywords:
                raise failure(token.column, f"an argument of {function} follows a setting. Put the settings last.")
            return self.expression(0)

        arguments = self._list(")", argument, "an argument")[0]
        return Call(function, tuple(node for node in arguments if node is not None), tuple(keywords), column)

    def _entry(self) -> Node:
        token = self._next
        if self._accept("..."):
            return Rest(token.column)
        start = None if self._at_symbol(":") else self.expression(0)
        if not self._accept(":"):
            assert start is not None
            return start
        stop = None if self._at_symbol(":", ",", "]") else self.expression(0)
        step = None
        if self._accept(":") and not self._at_symbol(",", "]"):
            step = self.expression(0)
        return Slice(start, stop, step, token.column)

    def _list(self, closing: str, item: Callable[[], T], what: str) -> tuple[list[T], bool]:
        """Items up to the closing bracket, and whether there was a comma."""
        items: list[T] = []
        comma = False
        while not self._accept(closing):
            if self._next.kind == "end":
                raise self._unexpected(f"{what} or '{closing}'")
            items.append(item())
            if self._accept(","):
                comma = True
            elif not self._at_symbol(closing):
                raise self._unexpected(f"',' or '{closing}'")
        return items, comma

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _at_symbol(self, *texts: str) -> bool:
        return self._next.kind == "symbol" and self._next.text in texts

    def _accept(self, symbol: str) -> bool:
        if self._at_symbol(symbol):
            self._at += 1
            return True
        return False

    def _word(self, expected: str) -> str:
        if self._next.kind != "name":
            raise self._unexpected(expected)
        return self._take().text

    def _unexpected(self, expected: str) -> FormulaError:
        token = self._next
        found = "the end" if token.kind == "end" else quote(token.text)
        return failure(token.column, f"found {found}, expected {expected}.{hint(token.text)}")
