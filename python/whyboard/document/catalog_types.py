"""The catalog as typed data: everything that commands, views and the formula parser know about kinds."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from whyboard.document.record import ModelRecord

Domain = Literal["real", "positive", "unit", "simplex", "nonnegative", "integer"]


class BuiltinChild(TypedDict):
    """A child that a scope is made with; it cannot be deleted, renamed or moved alone."""

    kind: str
    name: str


class ScopeKind(TypedDict):
    """A kind of named record, and what it can contain. ``dynamic``: its values have a data axis.

    One that is no variable and has ``parameters`` of its own is a factor, an undirected term.
    """

    kind: str
    label: str
    contains: list[str]
    builtins: list[BuiltinChild]
    variable: bool
    dynamic: bool
    parameters: NotRequired[list[ParameterSpec]]


class SettingSpec(TypedDict):
    """A keyword of an operator, a distribution or a solver. ``choices`` lists the allowed values where they are few.

    ``begin`` is what the palette gives where a value is required. Numbers lie from ``minimum`` to ``maximum``, both
    included, or ``above`` and ``below`` bounds that are not.
    """

    name: str
    type: str
    default: object
    required: NotRequired[bool]
    begin: NotRequired[object]
    label: NotRequired[str]
    doc: NotRequired[str]
    choices: NotRequired[list[object]]
    minimum: NotRequired[float]
    maximum: NotRequired[float]
    above: NotRequired[float]
    below: NotRequired[float]


class OperatorKind(TypedDict):
    """An operator. ``required`` operands must be given (all of them where it is absent).

    ``arguments`` is the order of a call where settings stand between operands; operands with ``defaults`` may be left
    out of a formula.
    """

    kind: str
    function: str
    label: str
    group: str
    symbol: str | None
    precedence: int | None
    operands: list[str]
    variadic: bool
    settings: list[SettingSpec]
    doc: str
    commutative: NotRequired[bool]
    positional_settings: NotRequired[list[str]]
    arguments: NotRequired[list[str]]
    defaults: NotRequired[dict[str, float]]
    required: NotRequired[int]


class ParameterSpec(TypedDict):
    """A parameter of a distribution. ``default`` is None where it must be given."""

    name: str
    default: object
    domain: str
    event_ndim: NotRequired[int]


class Composition(TypedDict):
    """How a distribution has the parameters of the one that the setting ``component`` names, besides its own.

    ``repeated``: by own parameter, the setting that says how many there are of it. A parameter of the component that is
    called as an own one gets ``prefix`` before its name.
    """

    component: str
    prefix: str
    repeated: dict[str, str]
    parameters: list[ParameterSpec]
    alternatives: list[list[list[str]]]


class DistributionKind(TypedDict):
    """A distribution. ``alternatives``: for each choice, its exclusive sets of parameter names."""

    kind: str
    label: str
    group: str
    parameters: list[ParameterSpec]
    alternatives: list[list[list[str]]]
    dtypes: list[str]
    event_ndim: int
    settings: list[SettingSpec]
    data_only: bool
    doc: str
    discrete: NotRequired[bool]
    composition: NotRequired[Composition]


class SolverKind(TypedDict):
    """A method of ``get_posterior_model``."""

    method: str
    label: str
    doc: str
    options: list[SettingSpec]


class TemplateKind(TypedDict):
    """A part of a model that a builder lays out: records under keys of its own, one of them without a scope."""

    name: str
    label: str
    group: str
    doc: str
    records: dict[str, ModelRecord]


class Catalog(TypedDict):
    """All that can be put in a model, as plain data."""

    scopes: list[ScopeKind]
    operators: list[OperatorKind]
    distributions: list[DistributionKind]
    solvers: list[SolverKind]
    templates: NotRequired[list[TemplateKind]]
