"""The arguments of a call in a formula: operands in order and settings by name, as numpy's functions take them.

`js/src/document/arguments.ts` is the twin of this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whyboard.document.names import did_you_mean, near
from whyboard.document.syntax import Absent, Call, Items, Node, Number, Text
from whyboard.document.tokens import failure, quote

Entry = Mapping[str, Any]


def sorted_arguments(call: Call, entry: Entry) -> tuple[list[Node], dict[str, Any]]:
    """The operands and the settings of a call; settings equal to their defaults are left out.

    Raises:
        FormulaError: if there are too many or too few arguments, or a setting is unknown or missing.
    """
    if "arguments" in entry:
        call = _named(call, entry)
    given = _checked_keywords(call, entry)
    operands, extra = (_variadic if entry["variadic"] else _plain)(call, entry, given)
    settings = entry["settings"]
    free = [setting["name"] for setting in settings if setting["name"] not in given]
    if len(extra) > len(free):
        raise failure(extra[len(free)].column, f"{_expected(entry)}, got {len(call.arguments)}.")
    given.update(zip(free, extra, strict=False))
    values = {name: _value(node) for name, node in given.items()}
    for setting in settings:
        name = setting["name"]
        if name not in values:
            if setting.get("required"):
                raise failure(call.column, f"{call.function} needs the setting {name}.")
        elif not setting.get("required") and _same(values[name], setting["default"]):
            del values[name]
    return operands, values


def plain(value: Any) -> Any:
    """A number or a nested list as records hold it: infinities as texts, no negative zero."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    return value if value or isinstance(value, bool) else type(value)(0)


def _named(call: Call, entry: Entry) -> Call:
    """The same call with every argument by its name, and operands that have a default filled in."""
    order = entry["arguments"]
    if len(call.arguments) > len(order):
        raise failure(
            call.arguments[len(order)].column,
            f"{entry['function']} takes {_count(len(order))} ({', '.join(order)}), got {len(call.arguments)}.",
        )
    placed = dict(zip(order, call.arguments, strict=False))
    for name, value in call.keywords:
        if name in placed:
            raise failure(value.column, f"the argument {name} of {call.function} is given twice.")
    named = [*placed.items(), *call.keywords]
    known = {name for name, _ in named}
    defaults = entry.get("defaults", {}).items()
    named += [(name, Number(value, "float", call.column)) for name, value in defaults if name not in known]
    return Call(call.function, (), tuple(named), call.column)


def _checked_keywords(call: Call, entry: Entry) -> dict[str, Node]:
    known = [setting["name"] for setting in entry["settings"]]
    names = [] if entry["variadic"] else entry["operands"]
    for name, value in call.keywords:
        if name in names[: len(call.arguments)]:
            raise failure(value.column, f"the argument {name} of {call.function} is given twice.")
        if name not in names and name not in known:
            listed = f" It knows {', '.join(known)}." if known else " It has no settings."
            hint = did_you_mean(near(name, known)) or listed
            raise failure(value.column, f"{call.function} has no setting {quote(name)}.{hint}")
    return dict(call.keywords)


def _variadic(call: Call, entry: Entry, given: dict[str, Node]) -> tuple[list[Node], list[Node]]:
    """``f(a, b)`` and ``f([a, b])`` are the same; texts in front are settings, as in ``einsum``."""
    del given
    texts = 0
    while texts < len(call.arguments) and isinstance(call.arguments[texts], Text):
        texts += 1
    extra, operands = list(call.arguments[:texts]), list(call.arguments[texts:])
    fixed = len(entry["operands"])
    more = operands[fixed:]
    if more and isinstance(more[0], Items):
        extra += more[1:]
        more = list(more[0].items)
    if not more:
        raise failure(call.column, f"{call.function} takes at least {_count(fixed + 1)}.")
    return operands[:fixed] + more, extra


def _plain(call: Call, entry: Entry, given: dict[str, Node]) -> tuple[list[Node], list[Node]]:
    expected = entry["operands"]
    operands = list(call.arguments[: len(expected)])
    for name in expected[len(operands) :]:
        if name not in given:
            raise failure(call.column, f"{_expected(entry)}, got {len(operands)}.")
        operands.append(given.pop(name))
    return operands, list(call.arguments[len(expected) :])


def _value(node: Node) -> Any:
    if isinstance(node, Number):
        return plain(node.value)
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Absent):
        return None
    if isinstance(node, Items):
        return [_value(item) for item in node.items]
    raise failure(node.column, "a setting is a number, a text, True, False, None or a list of these.")


def _expected(entry: Entry) -> str:
    return f"{entry['function']} takes {_count(len(entry['operands']))} ({', '.join(entry['operands'])})"


def _count(number: int) -> str:
    return f"{number} argument" if number == 1 else f"{number} arguments"


def _same(value: Any, default: Any) -> bool:
    return value == default and isinstance(value, bool) == isinstance(default, bool)
