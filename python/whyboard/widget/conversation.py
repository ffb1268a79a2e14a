"""Everything a kernel and the views of one model say to each other, whatever carries the messages."""

from __future__ import annotations

import contextlib
import keyword
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from whyboard import (
    catalog,
    registry,
    solvers,  # noqa: F401 - importing it fills the Run menu
)
from whyboard.document.file import pruned, write
from whyboard.document.patch import Patch
from whyboard.errors import DocumentError, ScopeError, WhyboardError
from whyboard.graph import diagnose
from whyboard.models.option import check_options
from whyboard.registry import services
from whyboard.widget import display
from whyboard.widget.evidence import ask, evidence_of
from whyboard.widget.links import link, link_states, observed_counts
from whyboard.widget.protocol import DocumentTrait, HistoryState, StatusTrait
from whyboard.widget.solve import Solve
from whyboard.widget.sources import list_sources
from whyboard.widget.watch import Watch

_REMEMBERED = 256
"""Edits whose answer is kept, for a view that asks twice."""


class Channel(Protocol):
    """What carries messages and traits to the views."""

    def send_message(self, message: Mapping[str, Any]) -> None: ...
    def publish(self, name: str, value: Any) -> None: ...


class Conversation:
    """One model, the views that show it, and one observer of its document.

    Intents may arrive on any thread, also while a cell runs; the document's own lock orders the edits.

    Args:
        handle: what `show` was called on.
        channel: carries messages and traits.
        readonly: refuse every edit.
    """

    def __init__(self, handle: Any, channel: Channel, *, readonly: bool = False) -> None:
        self.handle = handle
        self.readonly = readonly
        self._channel = channel
        self._answers: OrderedDict[str, Mapping[str, Any] | None] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = False
        self._choice = Watch("choice of methods", self._refused, self._publish_choice)
        self._watches = [
            Watch("diagnosis", self._mistakes, lambda found: self._publish("diagnostics", found)),
            self._choice,
        ]
        self._solve = Solve(handle, self._publish, self._send, self.status, self.diagnose)
        self._attach()
        self._stop_following = handle.space.follow(self._moved)
        self._stop_watching = self._watch()
        # What a later cell registers appears in the palette of a view that is open.
        kinds = (registry.operators, registry.distributions, registry.solvers, registry.builders)
        self._stop_listening = [each.follow(self._on_registration) for each in kinds]
        self._handlers: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "edit": self._edit,
            "undo": self._undo,
            "redo": self._redo,
            "refresh": lambda _: self._publish("document", self.document_trait()),
            "solve": lambda message: self._solve.start(message["method"], message["options"]),
            "options": self._options,
            "stop": lambda _: self._solve.stop(),
            "link": self._link,
            "observe": lambda message: ask(handle, "observe", message["key"], message["value"]),
            "do": lambda message: ask(handle, "do", message["key"], message["value"]),
            "sources": lambda _: self._publish("sources", list_sources(display.namespace())),
            "methods": lambda _: self._choice.look(),
            "row": lambda message: self._solve.show_row(message["row"]),
            "code": self._code,
        }

    def receive(self, message: object) -> None:
        """Carry out an intent. What is wrong with it is answered in words; nothing is raised and nothing is lost."""
        cause = message.get("id") if isinstance(message, Mapping) else None
        try:
            handler = self._handlers[message["kind"]]  # pyright: ignore[reportIndexIssue]
        except (TypeError, KeyError):
            self._reject(cause, DocumentError(f"There is no intent {str(message)[:80]!r}. Reload the page."))
            return
        assert isinstance(message, Mapping)
        try:
            handler(message)
        except WhyboardError as error:
            self._reject(cause, error)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            words = f"The message {str(dict(message))[:200]} is malformed ({type(error).__name__}: {error})."
            self._reject(cause, DocumentError(words))

    def document_trait(self) -> DocumentTrait:
        """The whole model, for a view that opens."""
        with self.document.lock:
            return DocumentTrait(
                revision=self.document.revision, root=self.handle.key, document=self.document.to_data()
            )

    def traits(self) -> dict[str, Any]:
        """The first value of every trait but the document."""
        return {
            "catalog": self._catalog(),
            "history": self.history(),
            "links": link_states(self.handle),
            "evidence": evidence_of(self.handle),
            "sources": list_sources(display.namespace()),
            "refusals": {},
            "remedies": {},
            "status": self.status("idle", ""),
        }

    def _catalog(self) -> dict[str, Any] | None:
        """The bundle carries the catalog of the package; another travels only if something was registered."""
        built = catalog.build()
        return None if built == catalog.read() else built

    def _refused(self) -> Any:
        from whyboard.widget.draws import refused

        return refused(self.handle)

    def _publish_choice(self, found: Any) -> None:
        self._publish("remedies", found.remedies)
        self._publish("refusals", found.why)

    def _mistakes(self) -> list[Any]:
        return [*diagnose(self.handle.document.snapshot()), *self._solve.warnings()]

    def _on_registration(self) -> None:
        self.document.catalog = catalog.build()
        self._publish("catalog", catalog.build())

    def snapshot(self) -> dict[str, Any]:
        """What a saved notebook keeps, to draw and rebuild the model without this kernel."""
        name = self.handle.record.get("name", "model")
        return {
            "name": name if name.isidentifier() and not keyword.iskeyword(name) else "model",
            "root": self.handle.key,
            "specification": write(pruned(self.document.to_data())),
            "python": services["to_python"](self._scope()),
        }

    def counts(self) -> dict[str, tuple[int, int]]:
        """Observed and all values of the linked variables, for static pictures."""
        return observed_counts(self.handle)

    def history(self) -> HistoryState:
        """What undo and redo would do."""
        return HistoryState(undo=self.document.undo_label, redo=self.document.redo_label)

    def status(self, state: Any, message: str, *, stale: bool = False) -> StatusTrait:
        """The trait behind the Run button."""
        return StatusTrait(state=state, message=message, stale=stale, readonly=self.readonly)

    def diagnose(self) -> None:
        """Look for mistakes soon, and for methods that cannot take the model, on other threads."""
        for watch in self._watches:
            watch.request()

    def close(self) -> None:
        """Stop listening and solving. The model lives on."""
        self._closed = True
        self._stop_following()
        self._detach()
        self._stop_watching()
        for stop in self._stop_listening:
            stop()
        for watch in self._watches:
            watch.close()
        self._solve.close()

    def _attach(self) -> None:
        self.document = self.handle.document
        self._stop_observing = self.document.observe(self._on_patch)
        # A view shows it: undo must not take it away.
        self._lift_protection = self.document.protect(self.handle.key)

    def _detach(self) -> None:
        self._stop_observing()
        self._lift_protection()

    def _moved(self) -> None:
        """The model was joined with another one, which has another document: the views show that from here on."""
        self._detach()
        self._attach()
        self._publish("document", self.document_trait())
        self._publish("history", self.history())
        self.diagnose()

    def _watch(self) -> Callable[[], None]:
        """Follow the session; what stands in no Graph has none."""
        try:
            return self.handle.session.subscribe(self._on_session)
        except ScopeError:
            return lambda: None

    def _scope(self) -> Any:
        """What is shown, or for an operator the scope around it."""
        return self.handle if "name" in self.handle.record else self.handle.scope

    def _edit(self, message: Mapping[str, Any]) -> None:
        def run() -> None:
            self.document.execute(
                message["commands"], origin=message["id"], label=message.get("label"), step=message.get("step")
            )

        self._once(message["id"], run)

    def _undo(self, message: Mapping[str, Any]) -> None:
        self._once(message.get("id"), lambda: self.document.undo(origin=message.get("id")))

    def _redo(self, message: Mapping[str, Any]) -> None:
        self._once(message.get("id"), lambda: self.document.redo(origin=message.get("id")))

    def _once(self, cause: str | None, run: Callable[[], object]) -> None:
        """Change the document, unless this very intent did it before: then give the same answer again."""
        if self.readonly:
            raise DocumentError("This view is read-only. Call show() without readonly to edit the model.")
        if cause is None:
            run()
            return
        with self._lock:
            if cause in self._answers:
                answer = self._answers[cause]
                if answer is not None:
                    self._send(answer)
                return
            self._answers[cause] = None
            while len(self._answers) > _REMEMBERED:
                self._answers.popitem(last=False)
        run()
        with self._lock:
            answered = self._answers.get(cause) is not None
        if not answered:
            self._send({"kind": "done", "cause": cause})

    def _link(self, message: Mapping[str, Any]) -> None:
        link(self.handle, message["key"], message["source"])
        if "id" in message:
            self._send({"kind": "done", "cause": message["id"]})

    def _options(self, message: Mapping[str, Any]) -> None:
        check_options(message["method"], message["options"])
        self._send({"kind": "done", "cause": message["id"]})

    def _code(self, message: Mapping[str, Any]) -> None:
        service = services[{"python": "to_python", "svg": "to_svg", "text": "to_text"}[message["language"]]]
        text = service(self.handle.sibling(message["key"]))
        self._send({"kind": "code", "id": message["id"], "text": text})

    def _on_patch(self, patch: Patch, origin: str | None) -> None:
        notice = {
            "kind": "patch",
            "revision": self.document.revision,
            "cause": origin,
            "patch": patch.to_json(),
            "history": self.history(),
        }
        if origin is not None:
            with self._lock:
                if origin in self._answers:
                    self._answers[origin] = notice
        self._send(notice)
        if patch.records:
            self.diagnose()
            self._solve.model_changed()

    def _on_session(self, what: str) -> None:
        if what == "links":
            self._publish("links", link_states(self.handle))
            self.diagnose()
            self._solve.model_changed()
        elif what in {"evidence", "do_values"}:
            self._publish("evidence", evidence_of(self.handle))
            self.diagnose()
            self._solve.model_changed()

    def _reject(self, cause: object, error: WhyboardError) -> None:
        notice = {
            "kind": "reject",
            "cause": cause if isinstance(cause, str) else None,
            "code": type(error).__name__,
            "message": str(error),
        }
        if isinstance(cause, str):
            with self._lock:
                if cause in self._answers:
                    self._answers[cause] = notice
        self._send(notice)

    def _send(self, message: Mapping[str, Any]) -> None:
        if not self._closed:
            self._channel.send_message(message)

    def _publish(self, name: str, value: Any) -> None:
        # A worker may finish after the kernel has begun to shut down.
        with contextlib.suppress(RuntimeError):
            if not self._closed:
                self._channel.publish(name, value)
