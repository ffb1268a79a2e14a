"""Every message and trait that kernel and view exchange. `js/src/protocol/types.ts` is generated from this file.

Numbers inside these dictionaries are finite; arrays travel as binary buffers (``bytes``).
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from whyboard.document.catalog_types import Catalog
from whyboard.document.command_types import Command, PatchData
from whyboard.document.record import DocumentData, Key

PROTOCOL_VERSION = 1

# --- view -> host -----------------------------------------------------------------------------------------------------


class EditIntent(TypedDict):
    """Carry out these commands as one edit. ``id`` makes it idempotent; ``base`` is the revision the view has seen.

    Neighbouring edits with the same ``step`` are one undo step (a burst of typing or of arrow moves).
    """

    kind: Literal["edit"]
    id: str
    base: int
    commands: list[Command]
    label: NotRequired[str]
    step: NotRequired[str]


class UndoIntent(TypedDict):
    """``id`` makes it idempotent, as for an edit."""

    kind: Literal["undo"]
    id: NotRequired[str]


class RedoIntent(TypedDict):
    kind: Literal["redo"]
    id: NotRequired[str]


class RefreshIntent(TypedDict):
    """Send the whole document again: a revision is missing."""

    kind: Literal["refresh"]


class SolveIntent(TypedDict):
    kind: Literal["solve"]
    method: str
    options: dict


class OptionsIntent(TypedDict):
    """Would a method take these options? Answered by ``done``, or by ``reject`` with ``id`` as the cause."""

    kind: Literal["options"]
    id: str
    method: str
    options: dict


class StopIntent(TypedDict):
    kind: Literal["stop"]


class SourceReference(TypedDict):
    """A column of a frame, a whole frame or an array that lives in the kernel."""

    id: str
    column: NotRequired[str]


class LinkIntent(TypedDict):
    """Link data to a variable, or the columns of a frame to the variables of a scope by name; None unlinks.

    Answered by ``done`` or by ``reject`` with ``id`` as the cause.
    """

    kind: Literal["link"]
    id: NotRequired[str]
    key: str
    source: SourceReference | None


class ObserveIntent(TypedDict):
    """Evidence on the question row; None clears it."""

    kind: Literal["observe"]
    key: str
    value: object


class DoIntent(TypedDict):
    """Set a variable by intervention; None clears it."""

    kind: Literal["do"]
    key: str
    value: object


class SourcesIntent(TypedDict):
    """List the kernel's frames and arrays again."""

    kind: Literal["sources"]


class MethodsIntent(TypedDict):
    """Say again which methods cannot take the model with the data that are linked."""

    kind: Literal["methods"]


class RowIntent(TypedDict):
    """Summaries of one data row instead of all rows pooled; None goes back to all."""

    kind: Literal["row"]
    row: int | None


class CodeIntent(TypedDict):
    """Ask for generated text. ``key`` is a scope; ``language`` is ``"python"``, ``"svg"`` or ``"text"``."""

    kind: Literal["code"]
    id: str
    key: str
    language: str


# --- host -> view -----------------------------------------------------------------------------------------------------


class PatchNotice(TypedDict):
    """The document moved from ``revision - 1`` to ``revision``. ``cause`` is the id of the edit, or None."""

    kind: Literal["patch"]
    revision: int
    cause: str | None
    patch: PatchData
    history: HistoryState


class DoneNotice(TypedDict):
    """An intent was carried out and changed no record: a link, an edit without effect, an undo of nothing."""

    kind: Literal["done"]
    cause: str


class RejectNotice(TypedDict):
    kind: Literal["reject"]
    cause: str | None
    code: str
    message: str


class ProgressNotice(TypedDict):
    kind: Literal["progress"]
    phase: str
    step: int
    total: int | None
    value: NotRequired[float]
    eta: NotRequired[float]


class CodeNotice(TypedDict):
    kind: Literal["code"]
    id: str
    text: str


# --- traits -----------------------------------------------------------------------------------------------------------


class HistoryState(TypedDict):
    """What undo and redo would do; None where there is nothing."""

    undo: str | None
    redo: str | None


class DocumentTrait(TypedDict):
    """Everything a late view needs to draw."""

    revision: int
    root: Key
    document: DocumentData


class Diagnostic(TypedDict):
    key: str
    severity: Literal["error", "warning", "info"]
    code: str
    message: str
    fix: NotRequired[Fix]


class Fix(TypedDict):
    """A button that carries out commands."""

    label: str
    commands: list[Command]


class LinkState(TypedDict):
    """One linked variable: where its data come from and what is missing.

    ``strip`` holds the observed fraction, 0 to 1, of up to 48 equal slices of the rows.
    """

    source: str
    observed: int
    total: int
    strip: list[float]


class Evidence(TypedDict):
    kind: Literal["observe", "do"]
    value: object


Form = Literal["numbers", "parts", "categories"]
"""What values are: numbers on an axis of their own, parts of a whole (shares, truth values), or categories."""


class Marginal(TypedDict):
    """What is believed of one number: an element of a variable, or how probable one of its categories is.

    ``low`` and ``high`` bound the 90 % interval; a probability has none. ``prior``, ``prior_low`` and ``prior_high``
    are the same before the data. ``r_hat`` and ``effective_sample_size`` are those of a method that draws chains.
    """

    mean: float | None
    deviation: float | None
    low: float | None
    high: float | None
    prior: float | None
    prior_low: float | None
    prior_high: float | None
    r_hat: NotRequired[float]
    effective_sample_size: NotRequired[float]


class Summary(TypedDict):
    """Posterior of one variable, element by element; a dynamic variable pools its rows.

    ``elements`` are the first 1,024 of an array of ``shape``, last axis fastest; categories add an axis. All share
    the axis from ``start`` to ``end``. ``density`` is the first element's row in the trait's ``densities`` buffer,
    the others follow: float32, ``(rows, 2, bins)``, prior then posterior, of which the first ``bins`` of this
    summary are used: the share of the draws in each. It is absent where there are many elements, and where a
    probability says all.
    """

    form: Form
    shape: list[int]
    elements: list[Marginal]
    start: float
    end: float
    bins: int
    density: NotRequired[int]


class ResultsTrait(TypedDict):
    """What the last solve said.

    ``row`` is the one that is shown, None for all rows pooled; ``question`` the one that the evidence asks about.
    ``bound`` is the lower bound after so many sweeps, evenly thinned, the last one included; empty if none is climbed.
    """

    revision: int
    method: str
    converged: bool
    message: str
    row: int | None
    n_rows: int
    question: int | None
    bound: list[tuple[int, float]]
    bins: int
    variables: dict[str, Summary]
    densities: bytes


class StatusTrait(TypedDict):
    """``state`` is what the Run button shows. ``stale`` says that the model changed since the last solve."""

    state: Literal["idle", "running", "stopping", "failed"]
    message: str
    stale: bool
    readonly: bool


class SourceColumn(TypedDict):
    name: str
    dtype: Literal["float", "int", "bool", "category", "text", "time", "other"]
    missing: int


class Source(TypedDict):
    """A frame or an array in the kernel. ``name`` is the user's variable name; ``shape`` starts with the rows."""

    id: str
    name: str
    type: str
    shape: list[int]
    columns: list[SourceColumn]


ViewMessage = (
    EditIntent
    | UndoIntent
    | RedoIntent
    | RefreshIntent
    | SolveIntent
    | OptionsIntent
    | StopIntent
    | LinkIntent
    | ObserveIntent
    | DoIntent
    | SourcesIntent
    | MethodsIntent
    | RowIntent
    | CodeIntent
)
HostMessage = PatchNotice | DoneNotice | RejectNotice | ProgressNotice | CodeNotice


class Traits(TypedDict):
    """The synchronised state of one widget."""

    document: DocumentTrait
    catalog: Catalog
    diagnostics: list[Diagnostic]
    history: HistoryState
    links: dict[str, LinkState]
    evidence: dict[str, Evidence]
    sources: list[Source]
    refusals: dict[str, str]
    remedies: dict[str, dict[str, object]]
    """By method, why it cannot take the model; what can is absent."""
    results: ResultsTrait | None
    status: StatusTrait
    height: int
