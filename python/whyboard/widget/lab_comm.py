"""A model file that is open in JupyterLab, followed in the kernel: the file's view owns it, the kernel answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import comm

from whyboard import catalog
from whyboard.document.document import Document
from whyboard.document.file import parse
from whyboard.document.patch import Patch
from whyboard.errors import WhyboardError
from whyboard.graph import handle
from whyboard.widget.conversation import Conversation

TARGET = "whyboard.document"


class FileConversation:
    """One open file. Its first message brings the model; patches follow; every other intent is as in a notebook."""

    def __init__(self, channel: Any) -> None:
        self._comm = channel
        self._document: Document | None = None
        self._conversation: Conversation | None = None
        channel.on_msg(self._receive)
        channel.on_close(lambda _: self.close())

    def publish(self, name: str, value: Any) -> None:
        """Send a trait; histograms travel as a buffer."""
        if name == "results" and value is not None:
            rest = {key: each for key, each in value.items() if key != "densities"}
            self._comm.send({"kind": "trait", "name": name, "value": rest}, buffers=[value["densities"]])
        else:
            self._comm.send({"kind": "trait", "name": name, "value": value})

    def send_message(self, message: Mapping[str, Any]) -> None:
        """Send a message; the view made the patches itself and needs no echo."""
        if message["kind"] != "patch":
            self._comm.send(dict(message))

    def close(self) -> None:
        """Forget the file."""
        if self._conversation is not None:
            self._conversation.close()
            self._conversation = None

    def _receive(self, message: Mapping[str, Any]) -> None:
        content = message["content"]["data"]
        try:
            if content.get("kind") == "open":
                self._open(content["specification"], content["root"])
            elif content.get("kind") == "patch" and self._document is not None:
                self._document.apply(Patch.from_json(content["patch"]), "view")
            elif self._conversation is not None:
                self._conversation.receive(content)
        except WhyboardError as error:
            self._comm.send(
                {"kind": "reject", "cause": content.get("id"), "code": type(error).__name__, "message": str(error)}
            )

    def _open(self, specification: str, root: str) -> None:
        self.close()
        self._document = Document(catalog.build(), parse(specification))
        self._conversation = Conversation(handle(self._document, root), self)
        for name, value in self._conversation.traits().items():
            if name != "history":
                self.publish(name, value)
        self._conversation.diagnose()


def listen() -> None:
    """Be ready for views that open a model file in this kernel."""
    comm.get_comm_manager().register_target(TARGET, _begin)


def _begin(channel: Any, _message: Any) -> None:
    FileConversation(channel)
