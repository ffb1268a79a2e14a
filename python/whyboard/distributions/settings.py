"""Settings of distributions: from what a user writes, or a record holds, to JSON data and to values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whyboard import registry
from whyboard.errors import ParameterError
from whyboard.operators.operator import Setting


def read_settings(
    owner: str, settings: Sequence[Setting], given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings as JSON data without defaults, and all of them as values: a distribution as its class.

    Raises:
        ParameterError: if one is unknown, missing, or has a value that cannot be one.
    """
    known = {setting.name: setting for setting in settings}
    for name in given:
        if name not in known:
            expected = f"It has {', '.join(known)}." if known else "It has none."
            raise ParameterError(f"{owner} has no setting {name!r}. {expected}")
    data: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name, setting in known.items():
        if name not in given and setting.required:
            raise ParameterError(f"{owner} needs the setting {name!r}, which is not given.")
        plain, values[name] = _read(owner, setting, given.get(name, setting.default))
        if setting.required or plain != setting.default:
            data[name] = plain
    return data, values


def written(value: Any) -> str:
    """A setting as a user writes it, from its JSON data."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{name}={written(each)}" for name, each in value.get("settings", {}).items())
        return f"{value['distribution']}({inside})"
    return repr(value)


def _read(owner: str, setting: Setting, given: Any) -> tuple[Any, Any]:
    if setting.type == "distribution":
        law = _law(owner, setting, given)
        plain = {"distribution": law.__name__, "settings": dict(law.given_settings)}
        return (plain if law.given_settings else law.__name__), law
    if setting.choices and given not in setting.choices:
        options = ", ".join(repr(choice) for choice in setting.choices)
        raise ParameterError(f"The setting {setting.name!r} of {owner} got {given!r}. Expected one of {options}.")
    if setting.type == "int" and (type(given) is not int or (setting.minimum is not None and given < setting.minimum)):
        least = "" if setting.minimum is None else f" from {setting.minimum:g} up"
        raise ParameterError(f"The setting {setting.name!r} of {owner} got {given!r}. Expected a whole number{least}.")
    return given, given


def _law(owner: str, setting: Setting, given: Any) -> Any:
    if isinstance(given, type | str):
        return registry.law_named(given)
    if isinstance(given, Mapping) and isinstance(given.get("distribution"), str):
        return registry.law_of(given["distribution"], given.get("settings"))
    raise ParameterError(
        f"The setting {setting.name!r} of {owner} got {given!r}. Expected a distribution: a class or its name."
    )
