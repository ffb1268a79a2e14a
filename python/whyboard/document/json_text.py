"""Strict JSON: no duplicate keys, no NaN, no infinite numbers, limited depth; every error has its line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from whyboard.errors import FileFormatError

MAXIMUM_DEPTH = 64
_TOKEN = re.compile(
    r"""[ \t\n\r]*(?:
      (?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")
    | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![0-9A-Za-z.])
    | (?P<word>true|false|null)(?![0-9A-Za-z])
    | (?P<mark>[{}\[\],:]))""",
    re.VERBOSE,
)
_WORDS = {"true": True, "false": False, "null": None}
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})(?= |$)", re.MULTILINE)
Path = tuple["str | int", ...]


def parse_json(text: str) -> Any:
    """The data of a JSON text.

    Raises:
        FileFormatError: with the place of the first fault and what to do.
    """
    try:
        return json.loads(text, object_pairs_hook=_table, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return _Reader(text).read()


def place_of(text: str, path: Path) -> int:
    """The offset of the value at a path, or of the nearest thing around it."""
    reader = _Reader(text)
    reader.read()
    while path not in reader.places and path:
        path = path[:-1]
    return reader.places.get(path, 0)


def fault(text: str, offset: int, message: str) -> FileFormatError:
    """An error at an offset of the text."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return FileFormatError(f"Line {line}, column {column}: {message}", line, column)


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError
    return table


def _no_number(_text: str) -> NoReturn:
    raise ValueError


class _Reader:
    """Reads slowly, knows where it is. Used only where the fast reader has failed, to say where and why."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[Path, int] = {}
        self._offset = 0

    def read(self) -> Any:
        conflict = _CONFLICT.search(self.text)
        if conflict is not None:
            raise fault(
                self.text,
                conflict.start(),
                "the file has the marks of a merge conflict. Open it as text, keep one side and delete the marks.",
            )
        value = self._value((), 0)
        rest = re.compile(r"[ \t\n\r]*").match(self.text, self._offset)
        if rest is not None and rest.end() < len(self.text):
            raise fault(self.text, rest.end(), "there is more text after the end of the model. Remove it.")
        return value

    def _value(self, path: Path, depth: int) -> Any:
        sort, text, start = self._token()
        self.places[path] = start
        if sort == "mark" and text in "{[":
            if depth >= MAXIMUM_DEPTH:
                raise fault(
                    self.text, start, f"the data are nested more than {MAXIMUM_DEPTH} deep. This is no model file."
                )
            return self._object(path, depth) if text == "{" else self._array(path, depth)
        if sort == "string":
            return json.loads(text)
        if sort == "word":
            return _WORDS[text]
        if sort == "number":
            value = float(text)
            if value - value != 0:
                raise fault(self.text, start, f'{text[:20]} is too large for a number. Write "inf" for infinity.')
            return int(text) if text.lstrip("-").isdigit() else value
        raise self._unexpected(start, "a value")

    def _object(self, path: Path, depth: int) -> Mapping[str, Any]:
        table: dict[str, Any] = {}
        while True:
            sort, text, start = self._token()
            if text == "}" and not table:
                return table
            if sort != "string":
                raise self._unexpected(start, "a name in quotes")
            name = json.loads(text)
            if name in table:
                raise fault(self.text, start, f"'{name}' stands here a second time. Remove or rename one of the two.")
            _, text, start = self._token()
            if text != ":":
                raise self._unexpected(start, "':'")
            table[name] = self._value((*path, name), depth + 1)
            _, text, start = self._token()
            if text == "}":
                return table
            if text != ",":
                raise self._unexpected(start, "',' or '}'")

    def _array(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        before = self._offset
        if self._token()[1] == "]":
            return items
        self._offset = before
        while True:
            items.append(self._value((*path, len(items)), depth + 1))
            _, text, start = self._token()
            if text == "]":
                return items
            if text != ",":
                raise self._unexpected(start, "',' or ']'")

    def _token(self) -> tuple[str, str, int]:
        found = _TOKEN.match(self.text, self._offset)
        if found is None:
            start = self._offset
            while start < len(self.text) and self.text[start] in " \t\n\r":
                start += 1
            if self.text[start : start + 1] == '"':
                raise self._broken_string(start)
            return "nothing", "", start
        self._offset = found.end()
        sort = found.lastgroup or ""
        return sort, found[sort], found.start(sort)

    def _broken_string(self, start: int) -> FileFormatError:
        if re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL).match(self.text, start) is None:
            words = "the file ends inside of a text. It was cut off; take an earlier copy."
            return fault(self.text, len(self.text), words)
        words = "this text has a control character or an unknown escape. Open the file as text and mend it there."
        return fault(self.text, start, words)

    def _unexpected(self, start: int, expected: str) -> FileFormatError:
        if start >= len(self.text):
            return fault(
                self.text,
                len(self.text),
                f"the file ends where {expected} should follow. It was cut off; take an earlier copy.",
            )
        word = re.compile(r"[-+\w.]+|.").match(self.text, start)
        got = word[0][:20] if word else ""
        if got.lstrip("+-") in ("NaN", "Infinity"):
            return fault(
                self.text, start, f'{got} is no JSON number. Write "inf" or "-inf", or leave the parameter out.'
            )
        return fault(self.text, start, f"expected {expected}, got '{got}'. Open the file as text and mend it there.")
