"""The exception tree. Every message says what, where, got, expected and the next step."""

from __future__ import annotations


class WhyboardError(Exception):
    """Anything whyboard raises on purpose."""


class ScopeError(WhyboardError, ValueError):
    """Something was put, or looked for, in a scope where it cannot be."""


class NameClash(ScopeError):
    """A name is taken, or is no identifier."""


class UnknownName(WhyboardError, LookupError, AttributeError):
    """No child, parameter, operator, distribution or column of that name."""


class ShapeError(WhyboardError, ValueError):
    """Shapes do not fit together."""


class DTypeError(WhyboardError, TypeError):
    """A dtype is not one that is accepted here."""


class CycleError(WhyboardError, ValueError):
    """A variable depends on itself without a time shift."""


class ParameterError(WhyboardError, ValueError):
    """A distribution parameter is unknown, unset, doubly set or out of its domain."""


class LinkError(WhyboardError, ValueError):
    """Two elements cannot be linked."""


class DataError(WhyboardError, ValueError):
    """Data do not fit the variable they are linked to."""


class DocumentError(WhyboardError, ValueError):
    """A command that cannot be carried out on this document."""


class FormulaError(DocumentError):
    """A formula that cannot be read. ``column`` counts characters from 1."""

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.column = column


class FileFormatError(DocumentError):
    """A model file that cannot be read; the file is left as it is. ``line`` and ``column`` count from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class SolverError(WhyboardError, RuntimeError):
    """A solver cannot work on this graph, or was asked before it was solved."""


class SupportError(SolverError, ValueError):
    """A density is not finite at the values it was given."""


class DataWarning(UserWarning):
    """Data that were given tell a model nothing, which is hardly meant; the message says which and what to look at."""


class ConvergenceWarning(UserWarning):
    """A solver ended before it converged, so its answers may still change; the message says how far and what helps."""


class NotConjugate(SolverError):
    """A belief has no closed update in this graph; the message says which operator is in the way and what works."""
