"""A document has one history, tells its observers, and lends out snapshots that never change."""

import threading

import pytest
from document_models import CATALOG, add, data, empty, graph, model, variable

from whyboard.document import Document, file
from whyboard.document.constants import store
from whyboard.document.patch import Patch
from whyboard.errors import DocumentError, NameClash, ParameterError, UnknownName


def rename(key, name):
    return [{"type": "Rename", "key": key, "name": name}]


def test_edits_with_the_same_token_are_one_step():
    document = empty()
    document.execute(graph(), step="cell 1")
    document.execute([add("x", variable("x"))], step="cell 1")
    document.execute([add("y", variable("y"))], step="cell 2")
    assert document.undo_label == "Add 'y'"
    document.undo()
    assert list(document.records) == ["g", "gi", "go", "x"]
    document.undo()
    assert document.records == {}
    assert document.undo_label is None
    assert document.redo_label == "Add 'g'"


def test_a_cell_that_goes_on_after_an_undo_starts_a_new_step():
    document = empty()
    document.execute(graph(), step="cell")
    document.undo()
    document.redo()
    document.execute([add("x", variable("x"))], step="cell")
    document.undo()
    assert "g" in document.records


def test_a_new_edit_forgets_what_was_undone():
    document = model()
    document.execute(rename("x", "a1"))
    document.undo()
    document.execute(rename("x", "a2"))
    assert document.redo_label is None
    assert not document.redo()
    assert document.records["x"]["name"] == "a2"


def test_an_edit_without_effect_is_no_step():
    document = model()
    assert not document.execute(rename("x", "x"))
    assert document.undo_label is None
    assert document.revision == 0


def test_labels_say_what_was_done():
    document = model()
    for commands, label in [
        ([add("n", {"kind": "Const", "value": 1, "dtype": "float"}), add("m", variable("m"))], "Add 'm'"),
        ([{"type": "SetParameter", "key": "m", "parameter": "mean", "value": {"ref": "n"}}], "Set mean of 'm'"),
        ([{"type": "DeleteRecords", "keys": ["m"]}], "Delete 'm'"),
        ([{"type": "Reparent", "keys": ["x", "y"], "scope": "f"}], "Move 2 elements"),
        ([{"type": "MoveNodes", "positions": {"x": {"x": 0, "y": 0}}}], "Place 'x'"),
    ]:
        document.execute(commands)
        assert document.undo_label == label
    document.execute(rename("x", "w"), label="Call it w")
    assert document.undo_label == "Call it w"


def test_a_transaction_is_one_step_and_inner_ones_belong_to_it():
    document = model()
    with document.transaction("Prepare"):
        document.execute(rename("x", "w"))
        with document.transaction("Inner"):
            document.execute(rename("y", "v"))
    assert document.undo_label == "Prepare"
    document.undo()
    assert file.write(document.to_data()) == file.write(data())


def test_an_exception_takes_back_the_whole_transaction():
    document = model()
    seen = []
    document.observe(lambda patch, _origin: seen.append(patch))

    def prepare():
        with document.transaction("Prepare"):
            document.execute(rename("x", "w"))
            document.execute(rename("y", "z"))

    with pytest.raises(NameClash):
        prepare()
    assert file.write(document.to_data()) == file.write(data())
    assert document.undo_label is None
    assert seen[1].to_json() == seen[0].inverse.to_json()


def test_observers_hear_every_change_in_order_until_they_stop():
    document = model()
    heard = []
    stop = document.observe(lambda patch, origin: heard.append((document.revision, origin, list(patch.records))))
    document.execute(rename("x", "w"), origin="view")
    document.undo(origin="cell")
    document.redo()
    stop()
    document.execute(rename("x", "u"))
    assert heard == [(1, "view", ["x"]), (2, "cell", ["x"]), (3, None, ["x"])]
    assert document.observed == 0


def test_a_snapshot_stays_as_it_was():
    document = model()
    snapshot = document.snapshot()
    assert document.snapshot() is snapshot
    document.execute(rename("x", "w"))
    assert snapshot.records["x"]["name"] == "x"
    assert snapshot.table.names["e", "x"] == "x"
    assert document.snapshot().records["x"]["name"] == "w"
    with pytest.raises(TypeError):
        snapshot.records["x"] = {}


def test_undo_leaves_what_a_view_shows():
    document = empty()
    document.execute(graph())
    lift = document.protect("g")
    assert document.undo_label is None
    assert not document.undo()
    document.execute([add("x", variable("x"))])
    document.undo()
    assert list(document.records) == ["g", "gi", "go"]
    lift()
    assert document.undo_label == "Add 'g'"


def test_a_newer_format_cannot_be_edited():
    document = Document(CATALOG, {**data(), "version": 2})
    assert document.readonly
    with pytest.raises(DocumentError, match="newer whyboard"):
        document.execute(rename("x", "w"))
    assert document.to_data()["version"] == 2


def test_edits_of_several_threads_all_arrive():
    document = empty()
    document.execute(graph())
    revisions = []
    document.observe(lambda _patch, _origin: revisions.append(document.revision))

    def work(number):
        for index in range(50):
            document.execute([add(f"k{number}n{index}", variable(f"v{number}_{index}"))])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(document.table.children["g"]) == 202
    assert revisions == list(range(2, 202))


def test_following_a_patch_that_starts_elsewhere_is_refused():
    leader, follower = model(), model()
    patch = leader.execute(rename("x", "w"))
    follower.execute(rename("x", "v"))
    with pytest.raises(DocumentError):
        follower.apply(patch)
    assert follower.records["x"]["name"] == "v"


DIGEST, NUMBERS = store(bytes(16008))
STORED = {"values": DIGEST, "shape": [2001], "dtype": "float64"}
LARGE = {"kind": "Const", "scope": "g", "value": STORED, "dtype": "float"}


def test_a_stored_constant_reaches_a_follower_with_the_edit_that_mentions_it():
    leader, follower = model(), model()
    leader.observe(lambda patch, _origin: follower.apply(Patch.from_json(patch.to_json())))
    leader.store(DIGEST, NUMBERS)
    with pytest.raises(UnknownName):
        leader.execute([add("n", LARGE), *rename("nobody", "w")])
    leader.execute([add("n", LARGE)])
    leader.undo()
    leader.redo()
    assert follower.values == {DIGEST: NUMBERS}
    assert follower.to_data() == leader.to_data()


def test_pasted_values_that_do_not_match_their_name_are_refused():
    document = model()
    paste = {"type": "Paste", "scope": "g", "records": {"n": LARGE}, "layout": {}, "values": {DIGEST: "AAAA"}}
    with pytest.raises(ParameterError, match="damaged"):
        document.execute([paste])
    assert not document.values
