"""Registries to plain data: palette, inspector forms, formula parser and code generation read nothing else."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

from whyboard import registry

PATH = Path(__file__).with_name("catalog.json")
"""The checked-in copy of what ships with whyboard, for views without a kernel."""

_SCOPES: tuple[dict[str, Any], ...] = (
    {
        "kind": "Graph",
        "label": "Graph",
        "contains": ["Graph", "Entity", "Variable", "StaticVariable", "Factor"],
        "builtins": [{"kind": "Inputs", "name": "inputs"}, {"kind": "Outputs", "name": "outputs"}],
        "variable": False,
        "dynamic": False,
    },
    {
        "kind": "Entity",
        "label": "Entity",
        "contains": ["Entity", "Variable", "StaticVariable", "Factor"],
        "builtins": [],
        "variable": False,
        "dynamic": False,
    },
    {
        "kind": "Variable",
        "label": "Variable",
        "contains": ["Variable", "StaticVariable"],
        "builtins": [],
        "variable": True,
        "dynamic": True,
    },
    {
        "kind": "StaticVariable",
        "label": "Static variable",
        "contains": ["StaticVariable"],
        "builtins": [],
        "variable": True,
        "dynamic": False,
    },
    {
        "kind": "Factor",
        "label": "Factor",
        "contains": [],
        "builtins": [],
        "variable": False,
        "dynamic": False,
        "parameters": [{"name": "log_density", "default": None, "domain": "real", "event_ndim": 0}],
    },
    *(
        {
            "kind": kind,
            "label": kind,
            "contains": ["Entity"],
            "builtins": [],
            "variable": False,
            "dynamic": False,
        }
        for kind in ("Inputs", "Outputs")
    ),
)

_AUTOMATIC = {
    "method": "auto",
    "label": "Automatic",
    "doc": "The first method that takes this model: exact conjugacy, the mode with its covariance, closed updates.",
    "options": [],
}

_built: dict[tuple[int, ...], dict[str, Any]] = {}


def build() -> dict[str, Any]:
    """The catalog of everything registered now; the same object until something is registered. Not to be changed."""
    kinds = (registry.operators, registry.distributions, registry.solvers, registry.builders)
    state = tuple(each.version for each in kinds)
    if state not in _built:
        catalog: dict[str, Any] = {
            "scopes": [dict(scope) for scope in _SCOPES],
            "operators": [_operator(name, kind) for name, kind in _items(registry.operators)],
            "distributions": [
                _distribution(name, kind) for name, kind in _items(registry.distributions) if not kind.undirected
            ],
            "solvers": [dict(_AUTOMATIC), *(_solver(kind) for kind in registry.solvers.values())],
        }
        _built.clear()
        _built[state] = catalog
        # Last, since what builds a template is checked against the rest of the catalog.
        catalog["templates"] = [_template(builder) for builder in registry.builders.values()]
    return _built[state]


def text() -> str:
    """The catalog as the text of `catalog.json`."""
    return json.dumps(build(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def read() -> dict[str, Any]:
    """The checked-in catalog, without importing any operator."""
    return json.loads(PATH.read_text(encoding="utf-8"))


def _items(things: registry.Registry[type]) -> list[tuple[str, Any]]:
    return list(zip(things, things.values(), strict=True))


def _operator(name: str, kind: Any) -> dict[str, Any]:
    return {
        "kind": name,
        "function": kind.function,
        "label": kind.label,
        "group": kind.group,
        "symbol": kind.symbol,
        "precedence": kind.precedence,
        "operands": list(kind.operands),
        "variadic": kind.variadic,
        "commutative": kind.commutative,
        "settings": [
            setting | ({"begin": _plain(kind.begins[setting["name"]])} if setting["name"] in kind.begins else {})
            for setting in _settings(kind.settings)
        ],
        "positional_settings": list(kind.positional_settings),
        **({"arguments": list(kind.arguments)} if kind.arguments else {}),
        **({"defaults": dict(kind.defaults)} if kind.defaults else {}),
        "doc": _first_sentence(kind),
    }


def _distribution(name: str, kind: Any) -> dict[str, Any]:
    entry = {
        "kind": name,
        "label": kind.label,
        "group": kind.group,
        "parameters": _parameters(kind.parameters),
        "alternatives": _plain(kind.alternatives),
        "dtypes": list(kind.dtypes),
        "event_ndim": kind.event_ndim,
        "settings": _settings(kind.settings),
        "data_only": kind.data_only,
        "discrete": "float" not in kind.dtypes,
        "doc": _first_sentence(kind),
    }
    if kind.composition:
        entry["composition"] = {
            **kind.composition,
            "parameters": _parameters(kind.own_parameters),
            "alternatives": _plain(kind.own_alternatives),
        }
    return entry


def _parameters(parameters: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": parameter.name,
            "default": _plain(parameter.default),
            "domain": parameter.domain,
            "event_ndim": parameter.event_ndim,
        }
        for parameter in parameters
    ]


def _solver(kind: Any) -> dict[str, Any]:
    said = _arguments(kind)
    return {
        "method": kind.method,
        "label": kind.label,
        "doc": _first_sentence(kind),
        "options": [
            {**({"doc": said[option["name"]]} if option["name"] in said else {}), **option} for option in kind.options
        ],
    }


def _template(builder: Any) -> dict[str, Any]:
    return {
        "name": builder.name,
        "label": builder.label,
        "group": builder.group,
        "doc": builder.doc.partition("\n")[0],
        "records": builder.template(),
    }


def _settings(settings: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for setting in settings:
        default = None if setting.required else _plain(setting.default)
        entry: dict[str, Any] = {"name": setting.name, "type": setting.type, "default": default}
        if setting.required:
            entry["required"] = True
        if setting.choices:
            entry["choices"] = _plain(setting.choices)
        if setting.minimum is not None:
            entry["minimum"] = setting.minimum
        found.append(entry)
    return found


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _first_sentence(kind: type) -> str:
    return _sentence((inspect.cleandoc(kind.__doc__) if kind.__doc__ else "").split("\n\n")[0])


def _arguments(kind: type) -> dict[str, str]:
    """What the docstring says of each argument, in one sentence."""
    _, _, rest = (inspect.cleandoc(kind.__doc__) if kind.__doc__ else "").partition("\nArgs:\n")
    entries = re.findall(r"^    (\w+): (.*(?:\n {8,}.*)*)", rest.split("\n\n")[0], re.MULTILINE)
    return {name: said[:1].upper() + said[1:] for name, text in entries for said in [_sentence(text).replace("``", "")]}


def _sentence(paragraph: str) -> str:
    """A paragraph up to its first full stop that ends a sentence."""
    sentence, stop, _ = " ".join(paragraph.split()).partition(". ")
    return sentence + stop.rstrip()
