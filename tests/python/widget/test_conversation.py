"""What a kernel answers to a view, message by message."""

from __future__ import annotations

import json
import threading

import pytest

import whyboard.distributions
import whyboard.operators
import whyboard.printing  # noqa: F401
from whyboard.document.key import fresh_key
from whyboard.graph import Graph, StaticVariable, Variable
from whyboard.operators import Operator, register
from whyboard.registry import operators
from whyboard.widget.conversation import Conversation


class Recorder:
    """A channel that keeps what was sent."""

    def __init__(self) -> None:
        self.messages: list[dict] = []
        self.traits: dict[str, object] = {}
        self.changed = threading.Condition()

    def send_message(self, message) -> None:
        with self.changed:
            self.messages.append(dict(message))
            self.changed.notify_all()

    def publish(self, name, value) -> None:
        with self.changed:
            self.traits[name] = value
            self.changed.notify_all()

    def kinds(self) -> list[str]:
        return [message["kind"] for message in self.messages]

    def wait_for(self, condition) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, timeout=20)


@pytest.fixture
def graph():
    made = Graph("g")
    with made:
        Variable("x")
        StaticVariable("slope")
    return made


@pytest.fixture
def channel():
    return Recorder()


@pytest.fixture
def conversation(graph, channel):
    it = Conversation(graph, channel)
    yield it
    it.close()


def rename(graph, name, *, cause="e1", to="speed"):
    return {
        "kind": "edit",
        "id": cause,
        "base": 0,
        "commands": [{"type": "Rename", "key": graph[name].key, "name": to}],
    }


def test_an_edit_changes_the_python_object_and_answers_with_its_patch(graph, channel, conversation):
    x = graph.x
    conversation.receive(rename(graph, "x"))
    assert x.name == "speed"
    (notice,) = channel.messages
    assert (notice["kind"], notice["cause"], notice["revision"]) == ("patch", "e1", graph.document.revision)
    assert notice["patch"]["records"][x.key][1]["name"] == "speed"
    assert notice["history"]["redo"] is None
    assert "speed" in notice["history"]["undo"]


def test_a_python_edit_is_told_without_a_cause_of_the_view(graph, channel, conversation):
    graph.x.name = "velocity"
    (notice,) = channel.messages
    assert notice["kind"] == "patch"
    assert notice["cause"] != "e1"
    assert notice["patch"]["records"][graph.velocity.key][1]["name"] == "velocity"


def test_the_same_edit_twice_is_done_once_and_answered_twice(graph, channel, conversation):
    variable = {"kind": "StaticVariable", "name": "z", "scope": graph.key, "shape": [], "dtype": "float"}
    record = {**variable, "distribution": "NormalDistribution", "parameters": {}}
    edit = {
        "kind": "edit",
        "id": "e9",
        "base": 0,
        "commands": [{"type": "AddRecord", "key": fresh_key(), "record": record}],
    }
    conversation.receive(edit)
    conversation.receive(edit)
    assert channel.messages[0] == channel.messages[1]
    assert graph.document.revision == channel.messages[0]["revision"]


def test_a_refused_edit_says_why_and_leaves_everything_as_it_was(graph, channel, conversation):
    before = graph.document.to_data()
    revision = graph.document.revision
    conversation.receive(rename(graph, "x", to="slope"))
    (notice,) = channel.messages
    assert (notice["kind"], notice["cause"], notice["code"]) == ("reject", "e1", "NameClash")
    assert "slope" in notice["message"]
    assert graph.document.to_data() == before
    assert graph.document.revision == revision


def test_a_refused_edit_is_refused_again_when_it_is_asked_again(graph, channel, conversation):
    conversation.receive(rename(graph, "x", to="slope"))
    conversation.receive(rename(graph, "x", to="slope"))
    assert channel.kinds() == ["reject", "reject"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "edit",
        {},
        {"kind": "explode"},
        {"kind": "edit"},
        {"kind": "edit", "id": "e1", "base": 0, "commands": "Rename"},
        {"kind": "edit", "id": "e1", "base": 0, "commands": [{"type": "Rename"}]},
        {"kind": "edit", "id": ["e1"], "base": 0, "commands": []},
        {"kind": "link", "key": "absent", "source": None},
        {"kind": "observe", "key": "absent", "value": 1},
        {"kind": "code", "id": "c1", "key": "absent", "language": "python"},
        {"kind": "code", "id": "c1", "key": "absent", "language": "perl"},
        {"kind": "row", "row": 3},
    ],
    ids=str,
)
def test_a_malformed_message_is_rejected_in_words(graph, channel, conversation, message):
    before = graph.document.to_data()
    conversation.receive(message)
    assert channel.kinds() == ["reject"]
    assert len(channel.messages[0]["message"]) > 20
    assert graph.document.to_data() == before


def test_undo_takes_back_edits_of_the_view_and_of_python(graph, channel, conversation):
    conversation.receive(rename(graph, "x"))
    conversation.receive({"kind": "undo", "id": "u1"})
    assert "x" in graph.children
    assert channel.messages[-1]["cause"] == "u1"
    conversation.receive({"kind": "redo", "id": "r1"})
    assert "speed" in graph.children


def test_undo_never_takes_away_what_the_view_shows(graph, channel, conversation):
    for number in range(20):
        conversation.receive({"kind": "undo", "id": f"u{number}"})
    assert graph.key in graph.document.records
    assert channel.kinds()[-1] == "done"


def test_two_views_hear_of_each_others_edits(graph, channel, conversation):
    other = Recorder()
    second = Conversation(graph, other)
    conversation.receive(rename(graph, "x"))
    second.close()
    assert other.messages == channel.messages


def test_a_closed_conversation_hears_nothing_more(graph, channel):
    conversation = Conversation(graph, channel)
    before = graph.document.observed
    conversation.close()
    graph.x.name = "velocity"
    assert channel.messages == []
    assert graph.document.observed == before - 1


def test_a_readonly_view_refuses_edits_and_undo(graph, channel):
    conversation = Conversation(graph, channel, readonly=True)
    conversation.receive(rename(graph, "x"))
    conversation.receive({"kind": "undo", "id": "u1"})
    conversation.close()
    assert channel.kinds() == ["reject", "reject"]
    assert "x" in graph.children


def test_evidence_is_set_and_cleared(graph, channel, conversation):
    key = graph.x.key
    conversation.receive({"kind": "observe", "key": key, "value": 1.5})
    assert channel.traits["evidence"] == {key: {"kind": "observe", "value": 1.5}}
    assert graph.session.evidence == {key: 1.5}
    conversation.receive({"kind": "observe", "key": key, "value": None})
    assert channel.traits["evidence"] == {}


def test_a_value_is_set_by_intervention_and_taken_back(graph, channel, conversation):
    key = graph.x.key
    conversation.receive({"kind": "do", "key": key, "value": 1.5})
    assert channel.traits["evidence"] == {key: {"kind": "do", "value": 1.5}}
    assert graph.session.do_values == {key: 1.5}
    conversation.receive({"kind": "do", "key": key, "value": None})
    assert channel.traits["evidence"] == {}


def test_a_value_that_does_not_fit_is_refused_when_it_is_given(graph, channel, conversation):
    conversation.receive({"kind": "observe", "key": graph.x.key, "value": [1.0, 2.0]})
    conversation.receive({"kind": "do", "key": graph.x.key, "value": [1.0, 2.0]})
    assert channel.kinds() == ["reject", "reject"]
    assert graph.session.evidence == graph.session.do_values == {}


def test_evidence_that_is_no_number_is_refused(graph, channel, conversation):
    conversation.receive({"kind": "observe", "key": graph.x.key, "value": "much"})
    assert channel.kinds() == ["reject"]


def test_diagnostics_follow_an_edit_without_being_asked(graph, channel, conversation):
    key = graph.x.key
    conversation.receive(
        {
            "kind": "edit",
            "id": "e1",
            "base": 0,
            "commands": [{"type": "SetField", "key": key, "field": "dtype", "value": "bool"}],
        }
    )
    channel.wait_for(lambda: any(one["key"] == key for one in channel.traits.get("diagnostics", [])))


def test_everything_that_travels_is_json(graph, channel, conversation):
    conversation.receive(rename(graph, "x"))
    json.dumps(channel.messages, allow_nan=False)
    json.dumps(conversation.document_trait(), allow_nan=False)
    json.dumps(conversation.traits(), allow_nan=False)


def test_generated_code_of_a_scope_is_answered_under_its_id(graph, channel, conversation):
    conversation.receive({"kind": "code", "id": "c1", "key": graph.key, "language": "python"})
    (notice,) = channel.messages
    assert (notice["kind"], notice["id"]) == ("code", "c1")
    assert "slope" in notice["text"]


def test_one_edit_of_a_large_model_is_a_small_message(channel):
    graph = Graph("large")
    with graph:
        for number in range(5000):
            StaticVariable(f"v{number}")
    conversation = Conversation(graph, channel)
    conversation.receive(rename(graph, "v77"))
    conversation.close()
    assert len(json.dumps(channel.messages)) < 5000


def test_a_shown_model_that_is_joined_to_another_one_goes_on(graph):
    """Both are shown, and an edit joins them: each view hears of later edits, and its own edits arrive."""
    other = Graph("other")
    with other:
        Variable("z")
    channels = Recorder(), Recorder()
    conversations = [Conversation(shown, channel) for shown, channel in zip((graph, other), channels, strict=True)]
    graph.x.name = "speed"
    other.scope = None
    with graph:
        Variable("y", mean=other.z)
    assert graph.document is other.document
    moved = next(channel for channel in channels if "document" in channel.traits)
    trait = moved.traits["document"]
    assert trait["root"] in trait["document"]["records"]
    assert [each["revision"] for each in moved.messages][-1] == graph.document.revision == trait["revision"] + 1
    for each in channels:
        each.messages.clear()
    graph.slope.name = "incline"
    assert [channel.kinds() for channel in channels] == [["patch"], ["patch"]]
    for number, (each, shown, name) in enumerate(zip(conversations, (graph, other), ("speed", "z"), strict=True)):
        each.receive(rename(shown, name, cause=f"later{number}", to=f"renamed{number}"))
        each.close()
    assert "renamed0" in graph
    assert "renamed1" in other
    assert graph.document.observed == 1


def test_what_is_registered_later_appears_in_an_open_palette_and_can_be_used(graph, channel, conversation):
    class Halved(Operator):
        """Half of it."""

        @staticmethod
        def apply(x):
            return x / 2

    register(Halved)
    try:
        assert "halved" in {each["function"] for each in channel.traits["catalog"]["operators"]}
        record = {"kind": "Halved", "scope": graph.key, "operands": [graph.slope.key]}
        edit = {"type": "AddRecord", "key": (key := fresh_key()), "record": record}
        conversation.receive({"kind": "edit", "id": "e", "commands": [edit], "revision": 0})
        assert key in graph.document.table.records
        graph.document.undo()
    finally:
        operators.unregister("Halved")
    assert "halved" not in {each["function"] for each in channel.traits["catalog"]["operators"]}
