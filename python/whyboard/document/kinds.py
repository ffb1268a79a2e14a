"""What commands need of the catalog, looked up by name instead of by scanning lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from whyboard.document.canonical import shown
from whyboard.document.catalog_types import Catalog, DistributionKind, OperatorKind, ScopeKind
from whyboard.document.composition import composed
from whyboard.errors import UnknownName

Family = Literal["scope", "variable", "factor", "operator", "const", "link"]


@dataclass(frozen=True)
class Parameters:
    """The parameters of a distribution or a factor: their names in order and the exclusive alternatives."""

    names: tuple[str, ...]
    choices: tuple[tuple[frozenset[str], ...], ...]
    settings: tuple[str, ...]

    def conflict(self, given: Iterable[str]) -> tuple[tuple[str, ...], str] | None:
        """Names that exclude each other, and the text of the alternatives; None if all is well."""
        present = set(given)
        for choice in self.choices:
            among = present & frozenset().union(*choice)
            if not any(among <= way for way in choice):
                names = tuple(name for name in self.names if name in among)
                ways = [" and ".join(name for name in self.names if name in way) for way in choice]
                return names, "; ".join(ways)
        return None


@dataclass(frozen=True)
class Kinds:
    """The catalog by name."""

    families: Mapping[str, Family]
    contains: Mapping[str, frozenset[str]]
    order: Mapping[str, tuple[str, ...]]
    builtins: Mapping[str, tuple[tuple[str, str], ...]]
    operators: Mapping[str, OperatorKind]
    distributions: Mapping[str, Parameters]
    entries: Mapping[str, DistributionKind]
    factors: Mapping[str, Parameters]
    builtin_kinds: frozenset[str] = field(default=frozenset())

    def rules(self, distribution: str, settings: Mapping[str, Any] | None) -> Parameters | None:
        """The parameters of a distribution with its settings; None if it, or one in its settings, is not known."""
        entry = self.entries.get(distribution)
        if not settings or entry is None or "composition" not in entry:
            return self.distributions.get(distribution)
        found = composed(self.entries.get, distribution, settings)
        return None if found is None else _parameters(found)

    def family(self, kind: object) -> Family:
        """How records of a kind are made up.

        Raises:
            UnknownName: if the catalog does not know it.
        """
        found = self.families.get(kind) if isinstance(kind, str) else None
        if found is None:
            called = kind if isinstance(kind, str) else shown(kind)
            raise UnknownName(
                f"There is no kind '{called}' in this installation, so it can be neither added nor edited. "
                f"Scopes are {', '.join(self.contains)}; the operators are listed in the palette."
            )
        return found


def kinds_of(catalog: Catalog | Mapping[str, Any]) -> Kinds:
    """Index a catalog."""
    scopes: list[ScopeKind] = catalog["scopes"]
    families: dict[str, Family] = {operator["kind"]: "operator" for operator in catalog["operators"]}
    families |= {scope["kind"]: _family(scope) for scope in scopes}
    families |= {"Const": "const", "Link": "link"}
    return Kinds(
        families,
        {scope["kind"]: frozenset(scope["contains"]) for scope in scopes},
        {scope["kind"]: tuple(scope["contains"]) for scope in scopes},
        {scope["kind"]: tuple((child["kind"], child["name"]) for child in scope["builtins"]) for scope in scopes},
        {operator["kind"]: operator for operator in catalog["operators"]},
        {distribution["kind"]: _parameters(distribution) for distribution in catalog["distributions"]},
        {distribution["kind"]: distribution for distribution in catalog["distributions"]},
        {scope["kind"]: _plain_parameters(scope) for scope in scopes if "parameters" in scope},
        frozenset(child["kind"] for scope in scopes for child in scope["builtins"]),
    )


def _family(scope: ScopeKind) -> Family:
    if scope["variable"]:
        return "variable"
    return "factor" if "parameters" in scope else "scope"


def _plain_parameters(scope: ScopeKind) -> Parameters:
    return Parameters(tuple(parameter["name"] for parameter in scope.get("parameters", ())), (), ())


def _parameters(distribution: DistributionKind) -> Parameters:
    names = [parameter["name"] for parameter in distribution["parameters"]]
    for choice in distribution["alternatives"]:
        names += [name for way in choice for name in way if name not in names]
    return Parameters(
        tuple(dict.fromkeys(names)),
        tuple(tuple(frozenset(way) for way in choice) for choice in distribution["alternatives"]),
        tuple(setting["name"] for setting in distribution["settings"]),
    )
