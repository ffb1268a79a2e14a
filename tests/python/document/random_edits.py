"""Random scripts of edits, some of which are refused, and what they lead to in Python.

Run as a program it writes `tests/conformance/edit_scripts.json`, which TypeScript replays.
"""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from document_models import CATALOG, CONFORMANCE, empty, graph

from whyboard.document import file
from whyboard.document.record import is_operator, is_variable
from whyboard.errors import WhyboardError

PATH = CONFORMANCE / "edit_scripts.json"
COUNT, LENGTH = 12, 50
NAMES = ("x", "y", "z", "x2", "μ", "a9", "not a name", "if")
NUMBERS = (0, 1, -1, 0.1, 1e-7, 1e21, 123456789.125, 2.5e-8, "inf", "-inf", True, [1, 2.5], [[1], [2]], [[1], 2], "one")
DISTRIBUTIONS = [each["kind"] for each in CATALOG["distributions"]]
FITTING = {
    each["kind"]: [name["name"] for name in each["parameters"]]
    + [name for choice in each["alternatives"] for way in choice for name in way]
    for each in CATALOG["distributions"]
}
PARAMETERS = ("mean", "variance", "precision", "scale", "rate", "low", "high", "center", "width", "nothing")


class Script:
    """Makes edits that fit the document so far, more often than not."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.document = empty()
        self.count = 0
        self.edits = []
        self.outcomes = []

    def run(self, length):
        self._execute(graph("g0"))
        while len(self.edits) < length:
            make = self.random.choice(self.MAKERS)
            self._execute([command for _ in range(self.random.choice((1, 1, 2))) for command in make(self)])
        return self

    def result(self):
        return {"edits": self.edits, "outcomes": self.outcomes, "text": file.write(self.document.to_data())}

    def _execute(self, commands):
        try:
            self.document.execute(commands)
        except WhyboardError as error:
            self.outcomes.append(f"{type(error).__name__}: {error}")
        else:
            self.outcomes.append("ok")
        self.edits.append(commands)

    def key(self):
        self.count += 1
        return f"n{self.count:04}"

    def some(self, test=lambda _record: True):
        found = [key for key, record in self.document.records.items() if test(record)]
        return self.random.choice(sorted(found)) if found else "nothing"

    def scope(self, *kinds):
        wanted = kinds if self.random.random() < 0.9 else ("Graph", "Entity", "Variable", "StaticVariable", "Inputs")
        return self.some(lambda record: record["kind"] in wanted)

    def name(self):
        return f"v{self.random.randint(1, 60)}" if self.random.random() < 0.8 else self.random.choice(NAMES)

    def operand(self):
        return self.some(lambda record: is_operator(record) or is_variable(record))

    def value(self):
        if self.random.random() < 0.3:
            return {"value": self.random.choice(NUMBERS)}
        return {"ref": self.operand()}

    def add_variable(self):
        kind = self.random.choice(("Variable", "StaticVariable"))
        scope = self.scope("Graph", "Entity", kind)
        record = {"kind": kind, "name": self.name(), "scope": scope, "shape": [], "dtype": "float"}
        return [self._add({**record, "distribution": self.random.choice(DISTRIBUTIONS), "parameters": {}})]

    def add_entity(self):
        return [self._add({"kind": "Entity", "name": self.name(), "scope": self.scope("Graph", "Entity")})]

    def add_graph(self):
        commands = graph(self.key(), self.name())
        commands[0]["record"]["scope"] = self.scope("Graph")
        return commands

    def add_operator(self):
        operator = self.random.choice(CATALOG["operators"])
        operands = [self.operand() for _ in operator["operands"]]
        scope = self.scope("Graph", "Entity")
        return [self._add({"kind": operator["kind"], "scope": scope, "operands": operands})]

    def add_constant(self):
        value = self.random.choice(NUMBERS)
        return [self._add({"kind": "Const", "scope": self.scope("Graph"), "value": value, "dtype": "float"})]

    def add_link(self):
        ends = {"source": self.some(is_variable), "target": self.some(is_variable)}
        return [self._add({"kind": "Link", "scope": self.scope("Graph"), **ends})]

    def delete(self):
        small = self.some(lambda record: record["kind"] not in ("Graph", "Entity"))
        return [{"type": "DeleteRecords", "keys": [small if self.random.random() < 0.9 else self.some()]}]

    def rename(self):
        return [{"type": "Rename", "key": self.some(is_variable), "name": self.name()}]

    def set_field(self):
        field, value = self.random.choice(
            [
                ("description", 'Grüße, 😀 "x" \\ \n\u2028'),
                ("unit", None),
                ("labels", {"b": 1, "a": [0.1, None]}),
                ("shape", [2, 3]),
                ("distribution", self.random.choice(DISTRIBUTIONS)),
                ("value", self.random.choice(NUMBERS)),
                ("operands", [self.operand(), self.operand()]),
                ("settings", {"axis": 0}),
            ]
        )
        fits = {"operands": lambda record: record.get("operands"), "value": lambda record: record["kind"] == "Const"}
        key = self.some(fits.get(field, is_variable)) if self.random.random() < 0.9 else self.some()
        return [{"type": "SetField", "key": key, "field": field, "value": value}]

    def set_parameter(self):
        key = self.some(is_variable)
        fits = FITTING.get(self.document.records.get(key, {}).get("distribution"))
        parameter = self.random.choice(fits if fits and self.random.random() < 0.9 else PARAMETERS)
        value = None if self.random.random() < 0.2 else self.value()
        return [{"type": "SetParameter", "key": key, "parameter": parameter, "value": value}]

    def reparent(self):
        scope = None if self.random.random() < 0.1 else self.scope("Graph", "Entity")
        return [
            {
                "type": "Reparent",
                "keys": [self.some(is_variable), self.some()][: self.random.choice((1, 1, 2))],
                "scope": scope,
            }
        ]

    def paste(self):
        taken = sorted({self.operand() for _ in range(4)} & set(self.document.records))
        fresh = {key: self.key() for key in taken}
        text = json.dumps({key: self.document.records[key] for key in taken})
        for key, other in fresh.items():
            text = text.replace(f'"{key}"', f'"{other}"')
        layout = {key: {"x": self.random.randint(-5, 5), "y": 0.5} for key in fresh.values()}
        return [
            {"type": "Paste", "scope": self.scope("Graph", "Entity"), "records": json.loads(text), "layout": layout}
        ]

    def move(self):
        position = None if self.random.random() < 0.2 else {"x": self.random.uniform(-1e3, 1e3), "y": 10}
        return [{"type": "MoveNodes", "positions": {self.some(): position}}]

    def _add(self, record):
        return {"type": "AddRecord", "key": self.key(), "record": record}

    MAKERS = (
        *(add_variable, add_variable, add_variable, add_entity, add_graph, add_operator, add_operator, add_constant),
        *(add_link, delete, rename, set_field, set_parameter, set_parameter, set_parameter, reparent, paste, move),
    )


if __name__ == "__main__":
    scripts = [Script(seed).run(LENGTH).result() for seed in range(COUNT)]
    lines = ",\n".join(json.dumps(script, ensure_ascii=False) for script in scripts)
    PATH.write_text(f'{{"scripts": [\n{lines}\n]}}\n', encoding="utf-8")
