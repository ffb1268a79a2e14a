"""What the tests of the document share: the catalog and the model of the conformance cases."""

import json
from pathlib import Path

from whyboard.document import Document

CONFORMANCE = Path(__file__).parents[2] / "conformance"
COMMANDS = json.loads((CONFORMANCE / "commands.json").read_text(encoding="utf-8"))
CATALOG = COMMANDS["catalog"]


def data() -> dict:
    return {
        "format": "whyboard/model",
        "version": 1,
        "records": COMMANDS["records"],
        "layout": COMMANDS["layout"],
    }


def model() -> Document:
    return Document(CATALOG, data())


def empty() -> Document:
    return Document(CATALOG)


def add(key: str, record: dict) -> dict:
    return {"type": "AddRecord", "key": key, "record": record}


def graph(key: str = "g", name: str = "g") -> list[dict]:
    return [
        add(key, {"kind": "Graph", "name": name}),
        add(f"{key}i", {"kind": "Inputs", "name": "inputs", "scope": key}),
        add(f"{key}o", {"kind": "Outputs", "name": "outputs", "scope": key}),
    ]


def variable(name: str, scope: str | None = "g", **parameters: dict) -> dict:
    place = {} if scope is None else {"scope": scope}
    fields = {"shape": [], "dtype": "float", "distribution": "NormalDistribution", "parameters": parameters}
    return {"kind": "Variable", "name": name, **place, **fields}
