"""What the registry hands to the handles."""

from types import SimpleNamespace

import pytest
from printed_models import cars

import whyboard.printing
from whyboard.registry import services

assert whyboard.printing


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("child_tree", "cars\n├─inputs\n├─outputs\n├─engine\n│ ├─displacement"),
        ("to_text", "cars  Graph\n├─engine  Entity"),
        ("to_python", "import whyboard as wb\n"),
        ("to_svg", '<svg xmlns="http://www.w3.org/2000/svg"'),
    ],
)
def test_a_scope_can_be_printed(name, start):
    model, graph = cars()
    handle = SimpleNamespace(document=SimpleNamespace(table=model.table, values={}), key=graph)
    assert services[name](handle).startswith(start)


def test_an_operator_can_be_printed():
    model, _ = cars()
    key = next(key for key, record in model.records.items() if record["kind"] == "Subtract")
    handle = SimpleNamespace(document=SimpleNamespace(table=model.table, values={}), key=key)
    assert services["operand_tree"](handle).startswith("<whyboard.Subtract 'Subtract'>\n├─<whyboard.Index 'Index'>")
