"""The live, editable picture of a model in a notebook."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import anywidget
import traitlets

from whyboard import catalog
from whyboard.document.document import Document
from whyboard.document.file import parse
from whyboard.graph import handle as graph_handle
from whyboard.graph.scopee import Scopee
from whyboard.graph.space import spaces_with
from whyboard.registry import services
from whyboard.widget import bundle
from whyboard.widget.cells import cells
from whyboard.widget.conversation import Conversation
from whyboard.widget.display import namespace

VIEW_MIME = "application/vnd.whyboard.view+json"


def _document_now(_value: object, widget: GraphWidget) -> Any:
    return widget.conversation.document_trait()


class GraphWidget(anywidget.AnyWidget):
    """A graph, scope or operand tree as an editable diagram. Several of one model stay in step.

    Args:
        handle: what to show.
        height: pixels.
        readonly: refuse every edit.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    bundle = traitlets.Unicode().tag(sync=True)
    # Its value says only that there is a document: what travels is worked out whenever a view asks for the state.
    document = traitlets.Unicode().tag(sync=True, to_json=_document_now)
    catalog = traitlets.Any(None, allow_none=True).tag(sync=True)
    diagnostics = traitlets.List().tag(sync=True)
    history = traitlets.Dict().tag(sync=True)
    links = traitlets.Dict().tag(sync=True)
    evidence = traitlets.Dict().tag(sync=True)
    sources = traitlets.List().tag(sync=True)
    refusals = traitlets.Dict().tag(sync=True)
    remedies = traitlets.Dict().tag(sync=True)
    results = traitlets.Any(None, allow_none=True).tag(sync=True)
    status = traitlets.Dict().tag(sync=True)
    height = traitlets.Int().tag(sync=True)

    def __init__(self, handle: Any, *, height: int = 640, readonly: bool = False) -> None:
        self.conversation = Conversation(handle, self, readonly=readonly)
        traits = self.conversation.traits()
        super().__init__(_esm=bundle.loader(), bundle=bundle.editor_hash(), document="present", height=height, **traits)
        self.on_msg(self._receive)
        self.conversation.diagnose()
        cells.show(self)

    def publish(self, name: str, value: Any) -> None:
        """Set a trait, or send the document to a view that asked for it."""
        if name == "document":
            self.send_state("document")
        else:
            self.set_trait(name, value)

    def send_message(self, message: Mapping[str, Any]) -> None:
        """Send a small message to every view."""
        self.send(dict(message))

    def close(self) -> None:
        """Take the views down. The model lives on."""
        self.conversation.close()
        # The framework makes a second widget for the layout and forgets it.
        layout = getattr(self, "layout", None)
        if layout is not None:
            layout.close()
        super().close()

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        if isinstance(content, Mapping) and content.get("kind") == "bundle":
            name, packed = bundle.editor()
            self.send({"kind": "bundle", "hash": name}, buffers=[packed])
        else:
            self.conversation.receive(content)

    def _repr_mimebundle_(self, **_arguments: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live widget, and beside it what a reader without kernel or without JupyterLab can show."""
        handle = self.conversation.handle
        counts = self.conversation.counts()
        data = {
            "text/plain": services["to_text"](handle, counts),
            "image/svg+xml": services["to_svg"](handle, counts),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 1,
                "model_id": self.model_id,
            },
            VIEW_MIME: {"model_id": self.model_id, **self.conversation.snapshot()},
        }
        return data, {}


def show(handle: Any, *, height: int = 640, readonly: bool = False) -> GraphWidget:
    """The diagram of a graph, scope or operator, to be displayed as the last line of a cell."""
    return GraphWidget(handle, height=height, readonly=readonly)


def mimebundle(handle: Any, **_arguments: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a notebook displays for a handle that is the last line of a cell."""
    return show(handle)._repr_mimebundle_()


def lives(root: str) -> bool:
    """Whether the model that a picture shows is in this kernel."""
    return bool(spaces_with(root))


def reconnect(root: str) -> str:
    """The id of a new widget of a model that is in this kernel; empty if it is not."""
    found = spaces_with(root)
    return show(graph_handle(found[0].document, root)).model_id if found else ""


def restore(specification: str, root: str, name: str) -> tuple[str, str]:
    """Show the model of a saved notebook again: the living one where there is one, else one rebuilt from its snapshot.

    A name that stands for something else stays: the model gets a free one.

    Returns:
        The id of its widget, and its name in the notebook.
    """
    names = namespace()
    bound = names.get(name)
    if isinstance(bound, Scopee) and bound.key == root:
        return show(bound).model_id, name
    found = spaces_with(root)
    shown = graph_handle(found[0].document if found else Document(catalog.build(), parse(specification)), root)
    called = next((each for each, value in names.items() if value is shown and not each.startswith("_")), None)
    if called is None:
        called = next(free for free in _names(name) if free not in names)
        names[called] = shown
    return show(shown).model_id, called


def _names(name: str) -> Iterator[str]:
    yield name
    for number in itertools.count(2):
        yield f"{name}_{number}"
