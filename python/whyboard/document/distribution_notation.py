"""What a card says of its variable. `js/src/document/distribution-notation.ts` is the twin of this file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whyboard.document.composition import component_label, distribution_entry
from whyboard.document.names import Names
from whyboard.document.notation import CARD_LIMIT, cut, format  # noqa: A004
from whyboard.document.numerals import rounded
from whyboard.document.record import is_factor

Record = Mapping[str, Any]
_SHORT = {"standard_deviation": "sd", "standard_deviation_log": "sd_log"}


def typeset_distribution(
    records: Mapping[str, Record] | Names, key: str, catalog: Record, *, limit: int = CARD_LIMIT
) -> str:
    """What a card says of its variable: ``Normal(slope · x + intercept, 0.1)``.

    Parameters stand in the catalog's order. One of several exclusive ways is named unless it is the first one:
    ``Normal(0, sd = 0.3)``, and so is what a mixture chooses its component by; settings that are not at their default
    follow: ``Flat(support = positive)``. A parameter that is not set shows its default, or a question mark. A factor
    shows what it multiplies the density with.
    """
    names = records if isinstance(records, Names) else Names(records)
    record = names.records[key]
    given = record.get("parameters", {})
    if is_factor(record):
        term = given.get("log_density")
        shown = "?" if term is None else format(names, term, record.get("scope"), catalog, typeset=True, limit=limit)
        return cut(f"exp({shown})", limit)
    kind = record["distribution"]
    entry = distribution_entry(catalog, kind, record.get("settings"))
    scope = record.get("scope")

    def text(parameter: Record) -> str:
        return format(names, parameter, scope, catalog, typeset=True, limit=limit)

    label = kind.removesuffix("Distribution") + component_label(catalog, kind, record.get("settings"))
    if entry is None:
        return cut(f"{label}({', '.join(f'{name} = {text(value)}' for name, value in given.items())})", limit)
    if entry["data_only"]:
        return "data"
    parts: list[str] = []
    for name, default, named in _shown(entry, given):
        value = text(given[name]) if name in given else _default(default)
        parts.append(f"{_SHORT.get(name, name)} = {value}" if named else value)
    parts += [f"{name} = {value}" for name, value in _stated(entry, record.get("settings", {}))]
    return cut(f"{label}({', '.join(parts)})", limit)


def _shown(entry: Record, given: Record) -> list[tuple[str, Any, bool]]:
    """Name, default and whether the name is shown, for the parameters that make up a distribution."""
    hidden: set[str] = set()
    named = {each["name"] for each in entry.get("composition", {}).get("parameters", ())}
    for choice in entry["alternatives"]:
        chosen = max(choice, key=lambda option: sum(name in given for name in option))
        others = {name for option in choice for name in option}
        hidden |= {name for name in others - set(chosen) if name not in given}
        if chosen != choice[0] or any(len(option) > 1 for option in choice):
            named |= others
    return [
        (parameter["name"], parameter["default"], parameter["name"] in named)
        for parameter in entry["parameters"]
        if parameter["name"] not in hidden
    ]


def _stated(entry: Record, settings: Record) -> list[tuple[str, Any]]:
    """The settings that are not at their default, but for those that the label and the parameters tell."""
    rules = entry.get("composition", {"component": "", "repeated": {}})
    told = {rules["component"], *rules["repeated"].values()}
    return [
        (name, settings[name])
        for name, default in ((each["name"], each["default"]) for each in entry["settings"])
        if name not in told and settings.get(name, default) != default
    ]


def _default(value: Any) -> str:
    return "?" if value is None else rounded(value)
