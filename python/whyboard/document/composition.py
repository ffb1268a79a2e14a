"""The parameters of a distribution that has those of another, which a setting names: mixtures.

`js/src/document/composition.ts` is the twin of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from whyboard.document.catalog_types import Composition, DistributionKind, ParameterSpec


def composed(
    find: Callable[[str], DistributionKind | None], kind: str, settings: Mapping[str, Any] | None
) -> DistributionKind | None:
    """The entry of a distribution with its settings; None if it, or what it is made of, is not known.

    Args:
        find: looks a distribution up in the catalog.
        kind: its name.
        settings: as a record has them.
    """
    entry = find(kind)
    rules = entry.get("composition") if entry is not None else None
    if entry is None or rules is None:
        return entry
    given = {setting["name"]: setting["default"] for setting in entry["settings"]} | dict(settings or {})
    named = given.get(rules["component"])
    inner_kind, inner_settings = _stated(named)
    component = None if inner_kind is None else composed(find, inner_kind, inner_settings)
    if component is None:
        return None

    def outer(name: str) -> str:
        return _outer(name, rules)

    parameters = [ParameterSpec({**each, "name": outer(each["name"])}) for each in component["parameters"]]
    own = {
        each["name"]: _repeated(each["name"], given.get(rules["repeated"].get(each["name"], "")))
        for each in rules["parameters"]
    }
    parameters += [ParameterSpec({**each, "name": name}) for each in rules["parameters"] for name in own[each["name"]]]
    alternatives = [[[outer(name) for name in way] for way in choice] for choice in component["alternatives"]]
    alternatives += [
        [[name for each in way for name in own[each]] for way in choice] for choice in rules["alternatives"]
    ]
    found = DistributionKind({**entry, "parameters": parameters, "alternatives": alternatives})
    found["dtypes"] = component["dtypes"]
    if "discrete" in component:
        found["discrete"] = component["discrete"]
    return found


def _stated(value: object) -> tuple[str | None, Mapping[str, Any]]:
    """A distribution as a setting holds it: a name, or a table of a name and settings."""
    if isinstance(value, Mapping) and isinstance(value.get("distribution"), str):
        settings = value.get("settings")
        return value["distribution"], settings if isinstance(settings, Mapping) else {}
    return (value if isinstance(value, str) else None), {}


def _repeated(name: str, count: object) -> list[str]:
    """``selector``, ``selector_2``, ... as often as a setting says."""
    times = count if isinstance(count, int) and count > 1 else 1
    return [name if place == 1 else f"{name}_{place}" for place in range(1, times + 1)]


def _outer(name: str, rules: Composition) -> str:
    """A parameter of the component that is called as one of the own ones has a prefix."""
    stem = name
    while stem.startswith(rules["prefix"]):
        stem = stem.removeprefix(rules["prefix"])
    own = [each["name"] for each in rules["parameters"]]
    clash = stem in own or any(stem.startswith(f"{each}_") for each in rules["repeated"])
    return f"{rules['prefix']}{name}" if clash else name


def distribution_entry(
    catalog: Mapping[str, Any], kind: str, settings: Mapping[str, Any] | None
) -> DistributionKind | None:
    """The entry of a distribution with its settings in a catalog; None if it is not known."""
    return composed(
        lambda name: next((each for each in catalog["distributions"] if each["kind"] == name), None), kind, settings
    )


def component_label(catalog: Mapping[str, Any], kind: str, settings: Mapping[str, Any] | None) -> str:
    """What a card says of what a distribution is made of: `` of Gamma``; nothing for most."""
    entry = next((each for each in catalog["distributions"] if each["kind"] == kind), None)
    if entry is None or "composition" not in entry:
        return ""
    name = entry["composition"]["component"]
    default = next((each["default"] for each in entry["settings"] if each["name"] == name), None)
    inner_kind, inner_settings = _stated((settings or {}).get(name, default))
    if inner_kind is None:
        return ""
    return f" of {inner_kind.removesuffix('Distribution')}{component_label(catalog, inner_kind, inner_settings)}"
