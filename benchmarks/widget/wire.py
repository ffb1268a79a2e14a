"""Claims: an edit of a model of 5,000 records sends less than 5 kB; the notebook bundle is below 200 kB.

Everything that a kernel and a view say to each other because of one edit is counted, with the diagnosis that follows,
as the JSON that travels; the document itself travels when a view opens.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.graph.build import build

from whyboard.widget import bundle
from whyboard.widget.conversation import Conversation

VARIABLES = 2470
EDGE_OF_SILENCE = 1.5
"""Seconds without a message after which a conversation is over: the diagnosis waits 0.12 s and takes about 0.1 s."""


class Counter:
    """A channel that counts the bytes of what it carries."""

    def __init__(self) -> None:
        self.bytes = 0
        self.kinds: list[str] = []
        self.spoken = threading.Event()

    def send_message(self, message: Mapping[str, Any]) -> None:
        self.note(message["kind"], message)

    def publish(self, name: str, value: Any) -> None:
        self.note(f"trait {name}", value)

    def note(self, kind: str, content: Any) -> None:
        self.bytes += len(json.dumps(content).encode())
        self.kinds.append(kind)
        self.spoken.set()


def after(channel: Counter, act: Callable[[], object]) -> tuple[int, str]:
    """The bytes and the kinds of what an action makes the kernel say."""
    channel.bytes, channel.kinds = 0, []
    act()
    while channel.spoken.wait(EDGE_OF_SILENCE):
        channel.spoken.clear()
    return channel.bytes, ", ".join(channel.kinds)


def main() -> None:
    graph = build(VARIABLES)
    channel = Counter()
    conversation = Conversation(graph, channel)
    conversation.diagnose()
    whole = len(json.dumps(conversation.document_trait()).encode())
    x = graph["e1202/x1250"]
    edits: dict[str, list[dict[str, Any]]] = {
        "rename a variable": [{"type": "Rename", "key": x.key, "name": "speed"}],
        "set a number": [{"type": "SetParameter", "key": x.key, "parameter": "variance", "value": {"value": 2.5}}],
        "a mistake, with its diagnosis": [{"type": "SetField", "key": x.key, "field": "shape", "value": [3]}],
        "delete a variable": [{"type": "DeleteRecords", "keys": [x.key]}],
    }
    print(f"{len(graph.document.records):,} records, {whole / 1e6:.2f} MB as a whole\n")
    print("| edit | to the kernel, bytes | to the view, bytes | what the view hears |")
    print("|---|---|---|---|")
    after(channel, lambda: None)
    for number, (name, commands) in enumerate(edits.items()):
        message = {"kind": "edit", "id": f"edit{number}", "base": graph.document.revision, "commands": commands}
        answered, kinds = after(channel, lambda message=message: conversation.receive(message))
        print(f"| {name} | {len(json.dumps(message).encode())} | {answered} | {kinds} |")
    answered, kinds = after(channel, lambda: setattr(graph["x0"], "mean", graph["x1"] * 2 + 1))
    print(f"| an expression, from Python | 0 | {answered} | {kinds} |")
    conversation.close()
    _, packed = bundle.editor()
    print(
        f"\nbundle: {len(packed) / 1000:.0f} kB gzipped, once per page; loader in each widget: {len(bundle.loader())} B"
    )


if __name__ == "__main__":
    main()
