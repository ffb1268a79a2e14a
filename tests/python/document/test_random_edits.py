"""Random edits here and in TypeScript end in the same bytes, and undoing them all restores the first ones."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from document_models import CATALOG, empty
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import COUNT, LENGTH, PATH, Script

from whyboard.document import Patch, file, isomorphic
from whyboard.document.patch import compose
from whyboard.document.table import Table

ROOT = Path(__file__).parents[3]
ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"
scripts = st.integers(0, 2**32).map(lambda seed: Script(seed).run(25))


def test_the_scripts_that_typescript_replays_are_those_of_this_version():
    kept = json.loads(PATH.read_text(encoding="utf-8"))["scripts"]
    assert kept == json.loads(json.dumps([Script(seed).run(LENGTH).result() for seed in range(COUNT)]))


@pytest.mark.skipif(not ESBUILD.exists() or shutil.which("node") is None, reason="node is not installed")
def test_typescript_ends_in_the_same_bytes_for_scripts_made_now(tmp_path):
    made = [Script(seed).run(40) for seed in range(1000, 1040)]
    program = tmp_path / "replay.mjs"
    source = ROOT / "tests" / "js" / "document" / "replay-program.ts"
    bundle = [ESBUILD, source, "--bundle", "--platform=node", "--format=esm", f"--outfile={program}"]
    subprocess.run(bundle, check=True, capture_output=True)
    given = json.dumps({"catalog": CATALOG, "scripts": [script.edits for script in made]})
    answer = subprocess.run(["node", program], input=given, check=True, capture_output=True, encoding="utf-8")
    for script, replay in zip(made, json.loads(answer.stdout), strict=True):
        assert replay["outcomes"] == script.outcomes
        assert replay["text"] == file.write(script.document.to_data())
        assert replay["undone"] == file.write(empty().to_data())


@settings(max_examples=40, deadline=None)
@given(scripts)
def test_reading_what_was_written_gives_the_same_bytes(script):
    text = file.write(script.document.to_data())
    data = file.parse(text)
    assert file.write(data) == text
    assert isomorphic(data, script.document)


@settings(max_examples=40, deadline=None)
@given(scripts)
def test_undoing_and_redoing_everything_restores_the_bytes(script):
    document = script.document
    text = file.write(document.to_data())
    while document.undo_label is not None:
        document.undo()
    assert file.write(document.to_data()) == file.write(empty().to_data())
    while document.redo_label is not None:
        document.redo()
    assert file.write(document.to_data()) == text


@settings(max_examples=40, deadline=None)
@given(scripts)
def test_a_follower_that_applies_the_patches_ends_in_the_same_bytes(script):
    leader, follower, patches = empty(), empty(), []
    leader.observe(lambda patch, _origin: patches.append(Patch.from_json(json.loads(json.dumps(patch.to_json())))))
    for commands, outcome in zip(script.edits, script.outcomes, strict=True):
        if outcome == "ok":
            leader.execute(commands)
    for patch in patches:
        follower.apply(patch)
    assert file.write(follower.to_data()) == file.write(leader.to_data())
    whole = compose(patches)
    table = Table()
    table.apply(whole)
    assert file.write(file.data_of(table.records, table.layout)) == file.write(leader.to_data())
    table.apply(whole.inverse)
    assert table.records == {}
    assert table.layout == {}


@settings(max_examples=40, deadline=None)
@given(scripts)
def test_indexes_are_those_of_a_table_that_is_built_anew(script):
    kept = script.document.table
    anew = Table(kept.records, kept.layout)
    assert kept.children == anew.children
    assert kept.names == anew.names
    assert {key: kept.users(key) for key in kept.records} == {key: anew.users(key) for key in kept.records}


@settings(max_examples=40, deadline=None)
@given(scripts)
def test_nothing_dangles_whatever_was_edited(script):
    records = script.document.records
    file.checked(script.document.to_data())
    for record in records.values():
        assert record.get("scope") is None or record["scope"] in records
        for each in record.get("parameters", {}).values():
            assert "value" in each or each["ref"] in records
