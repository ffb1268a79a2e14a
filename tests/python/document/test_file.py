"""Model files are read strictly, written canonically and saved in one go."""

import json
import math

import jsonschema
import pytest
from document_models import CONFORMANCE, data
from hypothesis import given
from hypothesis import strategies as st

from whyboard.document import Document, constants, file, migrations
from whyboard.document.canonical import number_text
from whyboard.errors import FileFormatError

CASES = json.loads((CONFORMANCE / "files.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_a_broken_file_gives_one_error_with_its_place(case):
    with pytest.raises(FileFormatError) as raised:
        file.parse(case["text"])
    assert str(raised.value) == case["message"]
    assert case["message"].startswith(f"Line {raised.value.line}, column {raised.value.column}: ")


@pytest.mark.parametrize("case", CASES["accepted"], ids=lambda case: case["name"])
def test_a_sound_file_is_written_canonically(case):
    assert file.write(file.parse(case["text"])) == case["written"]


def test_depth_beyond_all_measure_is_an_error_with_a_place():
    for text in ("[" * 100_000, '{"a":' * 100_000):
        with pytest.raises(FileFormatError, match="nested more than 64 deep"):
            file.parse(text)


def test_bytes_that_are_no_text_are_refused_with_their_place():
    with pytest.raises(FileFormatError, match="Line 2, column 2: the file is no UTF-8"):
        file.parse(b'{\n"\xff"}')
    text = file.write(data())
    assert file.write(file.parse(b"\xef\xbb\xbf" + text.encode())) == text


def test_data_that_were_never_text_are_refused_by_path():
    broken = {**data(), "records": {"a": {"kind": "Entity", "name": "e", "scope": "b"}}}
    with pytest.raises(FileFormatError, match=r"At records\.a\.scope: there is no scope 'b'"):
        file.checked(broken)


def test_a_saved_file_is_complete_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "cars.why.json"
    file.save_file(path, data())
    path.chmod(0o640)
    file.save_file(path, {**data(), "layout": {}})
    assert [each.name for each in tmp_path.iterdir()] == ["cars.why.json"]
    assert path.stat().st_mode & 0o777 == 0o640
    assert file.read_file(path)["layout"] == {}


def test_a_save_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "cars.why.json"
    file.save_file(path, data())
    before = path.read_bytes()
    broken = {**data(), "layout": {"x": {"x": math.nan, "y": 0}}}
    with pytest.raises(TypeError):
        file.save_file(path, broken)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["cars.why.json"]


def test_saving_leaves_out_operators_and_values_that_nothing_uses():
    digest, text = constants.store(b"\0" * 16)
    other, _ = constants.store(b"\1" * 16)
    big = {"values": digest, "shape": [2000], "dtype": "float64"}
    records = {**data()["records"], "oc": {"kind": "Const", "scope": "g", "value": big, "dtype": "float"}}
    written = json.loads(file.write(file.pruned({**data(), "records": records, "values": {digest: text, other: text}})))
    assert set(records) - set(written["records"]) == {"ou"}
    assert written["values"] == {digest: text}


def test_unknown_kinds_are_written_back_as_they_were():
    text = file.write(data())
    line = next(line for line in text.splitlines() if '"Ghost"' in line)
    document = Document({"scopes": [], "operators": [], "distributions": [], "solvers": []}, file.parse(text))
    assert line in file.write(document.to_data()).splitlines()


def test_a_newer_version_is_read_with_what_it_has_beyond_ours():
    newer = {**data(), "version": 9, "themes": []}
    assert file.parse(json.dumps(newer))["version"] == 9


def test_migrations_lead_from_version_to_version():
    steps = {1: lambda old: {**old, "b": old["a"]}, 2: lambda old: {**old, "c": old["b"]}}
    assert migrations.migrate({"version": 1, "a": 5}, steps, 3) == {"version": 3, "a": 5, "b": 5, "c": 5}
    assert migrations.migrate({"version": 7}, steps, 3) == {"version": 7}


def test_every_version_before_this_one_has_a_migration():
    assert set(migrations.MIGRATIONS) == set(range(1, file.VERSION))


def test_the_schema_accepts_what_is_written_and_refuses_what_is_refused():
    schema = json.loads(file.SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(json.loads(file.write(data())))
    for path, value in [
        (("format",), "other"),
        (("records", "x", "kind"), None),
        (("records", "x", "operands"), "y"),
        (("records", "x", "shape"), [0.5]),
        (("records", "x", "parameters"), {"mean": 3}),
        (("layout", "x"), {"x": "left", "y": 0}),
    ]:
        broken = json.loads(file.write(data()))
        place = broken
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        assert not validator.is_valid(broken), path


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_so_that_they_read_as_the_same_number(number):
    assert float(number_text(number)) == number


@pytest.mark.parametrize("case", CASES["numbers"], ids=lambda case: case[1])
def test_numbers_are_written_as_ecmascript_does(case):
    text, expected = case
    assert number_text(json.loads(text)) == expected
