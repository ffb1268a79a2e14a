"""The same model up to keys."""

from document_models import data, model

from whyboard.document import isomorphic
from whyboard.document.comparison import difference


def rekeyed(document):
    """The same model under keys in another order."""
    fresh = {key: f"k{999 - number}" for number, key in enumerate(document["records"])}

    def follow(name, value):
        if name in ("scope", "source", "target", "ref"):
            return fresh[value]
        if name == "operands":
            return [fresh[key] for key in value]
        if name == "parameters":
            return {each: {sort: follow(sort, item) for sort, item in of.items()} for each, of in value.items()}
        return value

    records = {
        fresh[key]: {name: follow(name, value) for name, value in record.items()}
        for key, record in document["records"].items()
    }
    return {**document, "records": records, "layout": {}}


def changed(key, **fields):
    document = data()
    return {**document, "records": {**document["records"], key: {**document["records"][key], **fields}}}


def test_keys_layout_and_unused_operators_do_not_count():
    records = {key: record for key, record in data()["records"].items() if key != "ou"}
    assert isomorphic(data(), {**data(), "records": records, "layout": {}})
    assert isomorphic(data(), rekeyed(data()))
    assert isomorphic(model(), model().snapshot())


def test_shared_and_copied_expressions_are_the_same():
    document = data()
    copy = {**document["records"], "oe2": document["records"]["oe"]}
    copy["z"] = {**copy["z"], "parameters": {**copy["z"]["parameters"], "mean": {"ref": "oe2"}}}
    assert isomorphic(document, {**document, "records": copy})


def test_a_constant_is_the_same_as_its_value():
    document = data()
    by_value = changed("x", parameters={"mean": {"value": 2.5}})
    assert isomorphic(by_value, changed("x", parameters={"mean": {"ref": "oc"}}))
    assert not isomorphic(document, by_value)


def test_every_meaning_counts():
    for key, fields in [
        ("x", {"name": "w"}),
        ("x", {"scope": "f"}),
        ("x", {"shape": [1]}),
        ("x", {"description": "heavy"}),
        ("y", {"distribution": "LaplaceDistribution"}),
        ("y", {"parameters": {"mean": {"ref": "oe"}, "standard_deviation": {"ref": "s"}}}),
        ("om", {"operands": ["x", "oc"]}),
        ("oe", {"kind": "Log"}),
        ("oe", {"settings": {"axis": 0}}),
        ("oc", {"value": 3}),
        ("l", {"source": "s"}),
        ("q", {"colour": []}),
    ]:
        assert not isomorphic(data(), changed(key, **fields)), (key, fields)


def test_the_difference_names_both_sides():
    assert difference(data(), changed("b", dtype="int")) == [
        "- g/b " + '{"distribution": "NormalDistribution", "dtype": "float", "kind": "StaticVariable", "shape": []}',
        "+ g/b " + '{"distribution": "NormalDistribution", "dtype": "int", "kind": "StaticVariable", "shape": []}',
    ]


def test_a_long_chain_of_shared_operators_is_compared_in_time():
    records = {**data()["records"]}
    last = "x"
    for index in range(5000):
        records[f"c{index}"] = {"kind": "Add", "scope": "g", "operands": [last, last]}
        last = f"c{index}"
    records["y"] = {**records["y"], "parameters": {"mean": {"ref": last}}}
    assert isomorphic({"records": records}, {"records": dict(reversed(records.items()))})
