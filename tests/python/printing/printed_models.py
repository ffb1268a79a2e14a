"""Small models for the tests of printing, written as records with formulas."""

import itertools

import whyboard.distributions
import whyboard.operators
from whyboard import catalog
from whyboard.document.formula import parse
from whyboard.document.table import Table

assert whyboard.distributions
assert whyboard.operators
CATALOG = catalog.build()


class Model:
    """Records that are built step by step; keys sort by the order of creation."""

    def __init__(self):
        self.records = {}
        self._count = itertools.count()

    @property
    def table(self):
        return Table(self.records)

    def key(self):
        return f"k{next(self._count):08d}"

    def add(self, kind, name, scope=None, **fields):
        key = self.key()
        place = {} if scope is None else {"scope": scope}
        self.records[key] = {"kind": kind, "name": name, **place, **fields}
        if kind == "Graph":
            self.add("Inputs", "inputs", key)
            self.add("Outputs", "outputs", key)
        return key

    def variable(self, name, scope, kind="Variable", distribution="NormalDistribution", fields=None, **parameters):
        defaults = {"shape": [], "dtype": "float", "distribution": distribution, "parameters": {}}
        key = self.add(kind, name, scope, **{**defaults, **(fields or {})})
        for parameter, value in parameters.items():
            self.set(key, parameter, value)
        return key

    def set(self, key, parameter, value, scope=None):
        """A number, or a formula as text, read in the variable's own scope or another one."""
        if isinstance(value, str):
            read = parse(value, self.records, scope or self.records[key].get("scope"), CATALOG, self.key)
            self.records.update((command["key"], command["record"]) for command in read["commands"])
            value = read["value"]
        else:
            value = {"value": value}
        record = self.records[key]
        self.records[key] = {**record, "parameters": {**record["parameters"], parameter: value}}

    def operator(self, kind, *operands, scope=None, **fields):
        key = self.key()
        self.records[key] = {"kind": kind, "operands": list(operands), **({"scope": scope} if scope else {}), **fields}
        return key

    def child(self, scope, name):
        return next(
            key for key, each in self.records.items() if each.get("scope") == scope and each.get("name") == name
        )


def cars():
    """Two entities with a dependency between them; the key of the graph comes second."""
    model = Model()
    graph = model.add("Graph", "cars")
    engine, car = model.add("Entity", "engine", graph), model.add("Entity", "car", graph)
    model.variable("displacement", engine)
    model.variable("slope", engine, "StaticVariable")
    model.variable("horsepower", engine, mean="slope * displacement + 2", variance=0.1)
    model.variable("alpha", car, "StaticVariable", fields={"shape": [3]})
    model.variable("origin", car, distribution="NoDistribution", fields={"dtype": "int"})
    model.variable("noise", car, "StaticVariable", "HalfNormalDistribution", scale=0.5)
    model.variable("mpg", car, mean="alpha[origin] - engine.horsepower", standard_deviation="noise")
    return model, graph
