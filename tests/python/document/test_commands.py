"""Commands do the same here and in TypeScript: both read `tests/conformance/commands.json`."""

from typing import get_args

import pytest
from document_models import CATALOG, COMMANDS, add, data, graph, model, variable

from whyboard import errors
from whyboard.document import Document, file
from whyboard.document.command_types import Command


@pytest.mark.parametrize("case", COMMANDS["cases"], ids=lambda case: case["name"])
def test_a_command_does_what_the_shared_case_says(case):
    document = model()
    before = file.write(document.to_data())
    if "error" in case:
        with pytest.raises(getattr(errors, case["error"]["code"])) as raised:
            document.execute(case["commands"])
        assert {"code": type(raised.value).__name__, "message": str(raised.value)} == case["error"]
        assert document.revision == 0
    else:
        patch = document.execute(case["commands"])
        assert patch.to_json() == case["patch"]
        assert file.write(data_after(case["patch"])) == file.write(document.to_data())
        document.undo()
    assert file.write(document.to_data()) == before


def data_after(patch):
    after = data()
    for table in ("records", "layout"):
        merged = dict(after[table])
        for key, (_, value) in patch[table].items():
            merged[key] = value
        after[table] = {key: value for key, value in merged.items() if value is not None}
    return {**after, "values": patch.get("values", {})}


def test_every_command_and_every_code_has_a_case():
    types = {command.get("type") for case in COMMANDS["cases"] for command in case["commands"]}
    assert {command.__name__ for command in get_args(Command)} <= types
    codes = {case["error"]["code"] for case in COMMANDS["cases"] if "error" in case}
    structural = {"ScopeError", "NameClash", "UnknownName", "ShapeError", "ParameterError", "CycleError", "LinkError"}
    assert codes == {*structural, "DocumentError"}


def test_records_of_a_catalog_that_grew_can_be_added():
    document = Document({**CATALOG, "operators": []})
    document.execute([*graph(), add("x", variable("x"))])
    expression = add("e", {"kind": "Exp", "scope": "g", "operands": ["x"]})
    with pytest.raises(errors.UnknownName):
        document.execute([expression])
    document.catalog = CATALOG
    assert document.execute([expression])


def test_an_edit_neither_copies_the_tables_nor_scans_the_catalog():
    document = Document(CATALOG)
    document.execute(graph())
    tables = [document.table.records, document.table.children["g"], document.table.names]

    class Unread(list):
        def __iter__(self):
            pytest.fail("an edit looked through the catalog")

    lists = {name: Unread(value) for name, value in CATALOG.items()}
    document._catalog = lists
    document.execute([add("x", variable("x")), add("n", {"kind": "Exp", "scope": "g", "operands": ["x"]})])
    kept = [document.table.records, document.table.children["g"], document.table.names]
    assert all(before is after for before, after in zip(tables, kept, strict=True))
