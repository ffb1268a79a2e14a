"""Records to a `Network`: links resolved, operator trees unfolded, variables sorted so that causes come first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from whyboard import registry
from whyboard.document.record import is_shift
from whyboard.errors import CycleError, ParameterError, ScopeError, WhyboardError
from whyboard.lowering.data import NUMPY_DTYPES
from whyboard.lowering.expression import Canonicaliser
from whyboard.lowering.hidden_selectors import with_selectors
from whyboard.lowering.network import Apply, Leaf, Network, NodeSpec, Number, Term
from whyboard.lowering.selection import selected
from whyboard.lowering.term_type import TermTypes

Records = Mapping[str, Mapping[str, Any]]
Stored = Callable[[Mapping[str, Any]], np.ndarray]


def flatten(records: Records, root: str, stored: Stored | None = None, *, explicit_selectors: bool = False) -> Network:
    """The network of all variables inside a graph.

    Args:
        records: the records of a document, by key.
        root: the key of the graph.
        stored: gives the array of a large constant from its reference into the values table.
        explicit_selectors: whether a mixture with weights gets a hidden selector, instead of being one density.

    Raises:
        CycleError: if a variable depends on itself.
        ScopeError: if a static variable depends on a dynamic one.
        ParameterError: if a required parameter is unset, or refers outside the graph.
    """
    return _Flattening(records, root, stored, explicit_selectors).network()


class _Flattening:
    def __init__(self, records: Records, root: str, stored: Stored | None, explicit_selectors: bool) -> None:
        self.stored = stored
        inside = _inside(records, root)
        self.hidden: list[str] = []
        if explicit_selectors:
            made = with_selectors(records, [key for key in inside if "distribution" in records[key]])
            self.hidden = [key for key in made if "distribution" in made[key] and key not in records]
            records, inside = {**records, **made}, sorted([*inside, *self.hidden])
        self.records = records
        self.variables = [key for key in inside if "distribution" in records[key]]
        self.factors = [key for key in inside if records[key]["kind"] == "Factor"]
        self.known = frozenset(self.variables)
        self.source = _linked_sources(records, inside)
        self.order: dict[str, int] = {}
        self.static: set[int] = set()
        self.specs: list[NodeSpec] = []
        self.parents: list[frozenset[int]] = []
        self.lagged: list[frozenset[int]] = []
        self.constants: list[np.ndarray] = []
        self.terms: dict[str, _Read] = {}

    def network(self) -> Network:
        free = [key for key in self.variables if key not in self.source]
        found = self._sorted(free)
        # A shift may read a variable that comes later.
        self.order = {key: index for index, key in enumerate(found)}
        self.static = {index for key, index in self.order.items() if self.records[key]["kind"] == "StaticVariable"}
        for key in found:
            self._add(key)
        self._select()
        for key in self.factors:
            self._add_factor(key)
        owner = {key: self.order[self._resolve(key)] for key in self.variables}
        keys = tuple(self.order)
        return Network(
            structure=tuple(self.specs),
            constants=tuple(self.constants),
            keys=keys,
            paths=tuple(self.path(key) for key in keys),
            owner=owner,
            parents=tuple(self.parents),
            lagged=tuple(self.lagged),
            hidden=frozenset(self.order[key] for key in self.hidden if key in self.order),
        )

    def path(self, key: str) -> str:
        names: list[str] = []
        while key is not None:
            names.append(self.records[key].get("name") or self.records[key]["kind"])
            key = self.records[key].get("scope")  # type: ignore[assignment]
        return "/".join(reversed(names))

    def _resolve(self, key: str) -> str:
        while key in self.source:
            key = self.source[key]
        return key

    def _add(self, key: str) -> None:
        record = self.records[key]
        parameters = record.get("parameters", {})
        kind = registry.law_of(record["distribution"], record.get("settings"))
        try:
            defaults = kind.complete(parameters)
            kind.check(**{name: self._array(given["value"]) for name, given in parameters.items() if "value" in given})
        except ParameterError as error:
            raise ParameterError(f"{record['kind']} '{self.path(key)}': {error}") from None
        shape = tuple(record.get("shape", ()))
        dtype = record.get("dtype", "float")
        found: set[int] = set()
        lagged: set[int] = set()
        terms: list[tuple[str, Term]] = []
        for name in sorted([*parameters, *defaults]):
            parameter = parameters.get(name, {"value": defaults.get(name)})
            if "ref" in parameter:
                term, parents, earlier = self._term(parameter["ref"], f"{self.path(key)}.{name}")
                found |= parents
                lagged |= earlier
            else:
                # In one dtype whether it is written 1 or 1.0, so that changing a number never changes the structure.
                term = self._number(parameter["value"], kind.parameter_dtype(name, dtype))
            terms.append((name, term))
        static = record["kind"] == "StaticVariable"
        for source, parent in self.order.items() if static else ():
            if parent in found | lagged and parent not in self.static:
                raise ScopeError(
                    f"StaticVariable '{self.path(key)}' depends on '{self.path(source)}', which has a value per row. "
                    "Make it a Variable, or make the other one static."
                )
        self.specs.append(NodeSpec(kind.__name__, shape, dtype, static, tuple(terms), _settings(kind)))
        self.parents.append(frozenset(found))
        self.lagged.append(frozenset(lagged))

    def _select(self) -> None:
        """Once all types are known, what is selected takes the place of mixtures with selectors."""
        keys = list(self.order)
        types = TermTypes(self.specs, self.constants)
        for index, spec in enumerate(self.specs):
            if not spec.law.composition:
                continue
            try:
                law, terms = selected(spec.law, dict(spec.parameters), types, lambda node: self.path(keys[node]))
            except WhyboardError as error:
                raise type(error)(f"{self.records[keys[index]]['kind']} '{self.path(keys[index])}': {error}") from None
            self.specs[index] = spec._replace(
                distribution=law.__name__, settings=_settings(law), parameters=tuple(sorted(terms.items()))
            )

    def _add_factor(self, key: str) -> None:
        """A factor is a node that is always observed, with as many entries as its log density, after all variables."""
        path = self.path(key)
        given = self.records[key].get("parameters", {}).get("log_density")
        if given is None:
            raise ParameterError(f"Factor '{path}' needs 'log_density', which is not set.")
        if "ref" in given:
            term, parents, lagged = self._term(given["ref"], f"{path}.log_density")
        else:
            term, parents, lagged = _Read(self._number(given["value"], "float"))
        try:
            kind = Canonicaliser(self.specs, self.constants).parameter(term).type
        except WhyboardError as error:
            raise type(error)(f"Factor '{path}': {error}") from None
        self.order[key] = len(self.specs)
        terms = (("log_density", term),)
        self.specs.append(NodeSpec("FactorDistribution", kind.shape, "float", not kind.dynamic, terms))
        self.parents.append(parents)
        self.lagged.append(lagged)

    def _term(self, root: str, where: str) -> _Read:
        """The tree under an operator and the nodes in it; parts that are shared stay shared, and depth has no limit."""
        stack = [root]
        while stack:
            key = stack[-1]
            if key in self.terms:
                stack.pop()
                continue
            record = self.records.get(key)
            if record is None:
                raise ParameterError(f"{where!r} refers to something that was deleted. Set it again.")
            if "distribution" in record:
                node = self.order.get(self._resolve(key))
                if node is None:
                    raise ParameterError(
                        f"{where!r} refers to '{self.path(key)}', which is outside of the graph. "
                        "Make the model of a Graph that holds both."
                    )
                self.terms[key] = _Read(Leaf(node), frozenset((node,)))
            elif record["kind"] == "Const":
                self.terms[key] = _Read(self._number(record["value"], record.get("dtype")))
            elif "operands" not in record:
                raise ParameterError(
                    f"{where!r} refers to '{self.path(key)}', which is no value. Set it to a variable."
                )
            else:
                operands = record["operands"]
                waiting = [operand for operand in operands if operand not in self.terms]
                if waiting:
                    stack.extend(waiting)
                    continue
                self.terms[key] = self._applied(record, [self.terms[operand] for operand in operands])
            stack.pop()
        return self.terms[root]

    def _applied(self, record: Mapping[str, Any], parts: Sequence[_Read]) -> _Read:
        settings = record.get("settings", {})
        if record["kind"] == "TimeShift" and "shift" not in settings:
            raise ParameterError(
                "A TimeShift does not say how far it reads back. Set its shift to -1 for the row before."
            )
        if record["kind"] == "TimeShift" and not settings["shift"]:
            return parts[0]
        nodes = frozenset[int]().union(*(part.nodes for part in parts))
        lagged = frozenset[int]().union(*(part.lagged for part in parts))
        if is_shift(record):
            # A static variable has no rows, so it is read as it is.
            earlier = frozenset(node for node in parts[0].nodes if node not in self.static)
            nodes, lagged = nodes - earlier | parts[1].nodes, lagged | earlier
        term = Apply(record["kind"], json.dumps(settings, sort_keys=True), tuple(part.term for part in parts))
        return _Read(term, nodes, lagged)

    def _array(self, value: Any) -> np.ndarray:
        if not isinstance(value, Mapping):
            return np.asarray(_finite(value))
        if self.stored is None:
            raise ParameterError("A large constant has no values table. Load the model from its file again.")
        return self.stored(value)

    def _number(self, value: Any, dtype: str | None = None) -> Number:
        array = self._array(value)
        if dtype is not None:
            array = array.astype(NUMPY_DTYPES[dtype])
        self.constants.append(array)
        return Number(len(self.constants) - 1)

    def _sorted(self, keys: list[str]) -> list[str]:
        """Causes first; among equals, in order of creation."""
        done: dict[str, None] = {}
        for start in keys:
            trail: dict[str, None] = {}
            stack: list[tuple[str, bool]] = [(start, False)]
            while stack:
                key, leaving = stack.pop()
                if leaving:
                    del trail[key]
                    done[key] = None
                    continue
                if key in done:
                    continue
                if key in trail:
                    cycle = [*list(trail)[list(trail).index(key) :], key]
                    names = " -> ".join(f"'{self.path(each)}'" for each in reversed(cycle))
                    raise CycleError(f"Variables depend on each other in a circle: {names}. Cut one of these arrows.")
                trail[key] = None
                stack.append((key, True))
                # Reversed: the stack gives back the first parent first.
                stack.extend((parent, False) for parent in reversed(self._direct_parents(key)) if parent not in done)
        return list(done)

    def _direct_parents(self, key: str) -> list[str]:
        found: dict[str, None] = {}
        seen: set[tuple[str, bool]] = set()
        stack = [(p["ref"], False) for p in self.records[key].get("parameters", {}).values() if "ref" in p]
        while stack:
            each, earlier = stack.pop()
            record = self.records.get(each)
            if (each, earlier) in seen or record is None:
                continue
            seen.add((each, earlier))
            if "distribution" in record:
                # What has rows was there in earlier ones; the rest must be.
                if not earlier or record["kind"] == "StaticVariable":
                    found[self._resolve(each)] = None
                continue
            first, *others = record.get("operands") or (None,)
            stack += [(operand, earlier) for operand in others]
            if first is not None:
                stack.append((first, earlier or is_shift(record)))
        return [parent for parent in sorted(found) if parent in self.known]


def _settings(kind: Any) -> str:
    return json.dumps(kind.given_settings, sort_keys=True) if kind.given_settings else ""


class _Read(NamedTuple):
    """A term, and the nodes that it reads in the same row and in earlier ones."""

    term: Term
    nodes: frozenset[int] = frozenset()
    lagged: frozenset[int] = frozenset()


def _inside(records: Records, root: str) -> list[str]:
    children: dict[str, list[str]] = {}
    for key, record in records.items():
        if "scope" in record:
            children.setdefault(record["scope"], []).append(key)
    inside: list[str] = []
    stack = [root]
    while stack:
        key = stack.pop()
        inside.append(key)
        stack.extend(children.get(key, ()))
    return sorted(inside)


def _linked_sources(records: Records, inside: list[str]) -> dict[str, str]:
    """Target variable to source variable, through linked entities child by child."""
    named: dict[str, dict[str, str]] = {}
    for key in inside:
        if "name" in records[key] and "scope" in records[key]:
            named.setdefault(records[key]["scope"], {})[records[key]["name"]] = key
    source: dict[str, str] = {}
    stack = [(records[key]["source"], records[key]["target"]) for key in inside if records[key]["kind"] == "Link"]
    while stack:
        origin, target = stack.pop()
        if "distribution" in records[target]:
            source[target] = origin
        twins = named.get(origin, {})
        stack.extend((twins[name], child) for name, child in named.get(target, {}).items() if name in twins)
    return source


def _finite(value: Any) -> Any:
    """Infinities are written as words in records."""
    if isinstance(value, str):
        return float(value)
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return value
