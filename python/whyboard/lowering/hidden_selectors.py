"""Records in which every mixture with weights has a selector instead: a categorical variable that nobody named.

Message passing sees such a mixture as the model that a user would write with a selector of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whyboard import registry
from whyboard.distributions.mixture_names import PREFIX, selector_names

Record = Mapping[str, Any]


def with_selectors(records: Mapping[str, Record], keys: list[str]) -> dict[str, Record]:
    """The records of hidden selectors and of the mixtures that they select for, by key; nothing of all the others.

    Args:
        records: of a document.
        keys: of the variables to look at.
    """
    found: dict[str, Record] = {}
    for key in keys:
        record = records[key]
        if any(name.endswith("weights") for name in record.get("parameters", {})):
            _Mixture(records, key, found).add()
    return found


class _Mixture:
    def __init__(self, records: Mapping[str, Record], key: str, found: dict[str, Record]) -> None:
        self.records = records
        self.key = key
        self.found = found
        self.record = records[key]
        self.parameters = dict(self.record["parameters"])
        self.selectors: list[str] = []
        """Keys of those that are known on the way inwards, all in the shape of the plates."""

    def add(self) -> None:
        """From the outermost mixture inwards: inner weights are those of the component that the outer ones select."""
        law = registry.law_of(self.record["distribution"], self.record.get("settings"))
        shape = list(self.record["shape"])
        plates = shape[: len(shape) - law.event_ndim]
        prefix = ""
        while law.composition:
            weights = self.parameters.get(f"{prefix}weights")
            if weights is not None:
                del self.parameters[f"{prefix}weights"]
                self.parameters[f"{prefix}selector"] = {"ref": self._hidden(prefix, plates, weights)}
                self.found[self.key] = {**self.record, "parameters": self.parameters}
            elif prefix:
                # A selector of a component has axes of its own: what lies inside of it keeps its weights.
                return
            else:
                given = [self.parameters.get(name, {}) for name in selector_names(law.selectors)]
                self.selectors = [each["ref"] for each in given if "ref" in each]
                if len(self.selectors) < law.selectors:
                    return
            prefix, law = prefix + PREFIX, law.component

    def _hidden(self, prefix: str, plates: list[int], weights: Record) -> str:
        """A selector, and what stands for it in the parameters of the mixture: with an axis for each outer one."""
        place = f"{self.key}.{prefix}selector"
        for depth, selector in enumerate(self.selectors):
            axis = depth - len(self.selectors) - 1
            if self._ndim(weights) >= -axis:
                operands = [selector, self._operand(f"{place}.{depth}", weights)]
                weights = {"ref": self._operator(f"{place}.gate{depth}", "Gate", operands, axis)}
        self.found[place] = {
            "kind": self.record["kind"],
            "name": f"{self.record['name']}.{prefix}selector",
            "scope": self.record["scope"],
            "shape": plates,
            "dtype": "int",
            "distribution": "CategoricalDistribution",
            "parameters": {"probabilities": weights},
        }
        wide = place
        for depth in range(len(self.selectors)):
            wide = self._operator(f"{place}.wide{depth}", "ExpandDims", [wide], -1)
        self.selectors.append(place)
        return wide

    def _ndim(self, weights: Record) -> float:
        if "value" in weights:
            return len(weights["value"]["shape"]) if isinstance(weights["value"], Mapping) else _depth(weights["value"])
        record = self.found.get(weights["ref"]) or self.records.get(weights["ref"], {})
        # An operator is taken to have all axes.
        return len(record["shape"]) if "shape" in record else float("inf")

    def _operand(self, key: str, weights: Record) -> str:
        if "ref" in weights:
            return weights["ref"]
        self.found[key] = {"kind": "Const", "scope": self.record["scope"], "value": weights["value"], "dtype": "float"}
        return key

    def _operator(self, key: str, kind: str, operands: list[str], axis: int) -> str:
        self.found[key] = {
            "kind": kind,
            "scope": self.record["scope"],
            "operands": operands,
            "settings": {"axis": axis},
        }
        return key


def _depth(value: Any) -> int:
    return 1 + _depth(value[0]) if isinstance(value, list) else 0
