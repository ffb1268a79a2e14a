"""`Factor`: an undirected term of the log joint, and `factor`, which makes one."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.graph.constant import read_constant
from whyboard.graph.current import current_scope
from whyboard.graph.declaration import new_parameters
from whyboard.graph.handles import handle_in, handles
from whyboard.graph.operand import Operand
from whyboard.graph.scope import Scope, texts
from whyboard.value_type import ValueType

LAW = "FactorDistribution"


@handles
class Factor(Scope):
    """A term of the log joint that has no direction: it couples what it is computed from, and holds nothing.

    Args:
        name: an identifier, unique in its scope.
        log_density: a variable or an operator of any shape, static or with a value per row; all entries count. The
            density need not be normalised. It may be set later.
        description: text for its card.

    Raises:
        NameClash, ScopeError: if it cannot stand in the current scope under this name.
        DTypeError, ScopeError: if the log density is no number.

    >>> from whyboard.graph import Variable
    >>> x = Variable("x")
    >>> Factor("near_zero", -x * x).log_density
    <whyboard.Mul 'Mul'>
    """

    __slots__ = ()

    def __init__(self, name: str, log_density: Any = None, *, description: str | None = None) -> None:
        scope = current_scope()
        title = f"Factor '{name}'" if scope is None else f"Factor '{scope.path}/{name}'"
        given = {} if log_density is None else {"log_density": log_density}
        space = None if scope is None else scope.space
        parameters, space = new_parameters(title, registry.distributions[LAW], _own_type(log_density), given, space)
        record = {"kind": "Factor", "name": name, **texts(description, None, None), "parameters": parameters}
        self._make(record, sys._getframe(1), space=space)  # noqa: SLF001 - bare names are bound where the user writes

    @property
    def log_density(self) -> Any:
        """The term: a number, an array, a variable or an operator; None while it is not set."""
        value = self.record.get("parameters", {}).get("log_density")
        if value is None:
            return None
        if "ref" in value:
            return handle_in(self.space, value["ref"])
        return read_constant(value["value"], self.document.values)

    @log_density.setter
    def log_density(self, log_density: Any) -> None:
        space, parameter = self.space, None
        if log_density is not None:
            law, given = registry.distributions[LAW], {"log_density": log_density}
            found, joined = new_parameters(self._title(), law, _own_type(log_density), given, space)
            parameter, space = found["log_density"], joined or space
        if parameter is not None or self.log_density is not None:
            command = {"type": "SetParameter", "key": self._key, "parameter": "log_density", "value": parameter}
            space.execute([command])

    @property
    def parameters(self) -> dict[str, Any]:
        """The log density by its name; empty while it is not set."""
        return {} if self.log_density is None else {"log_density": self.log_density}

    def _parameter_names(self) -> Iterable[str]:
        return ("log_density",)


def factor(name: str, log_density: Any = None, *, description: str | None = None) -> Factor:
    """Add an undirected term to the log joint of the current scope.

    Args and errors are those of `Factor`.
    """
    made = Factor(name, log_density, description=description)
    made._bind_made(made, sys._getframe(1))  # noqa: SLF001 - bare names are bound where the user writes
    return made


def _own_type(log_density: Any) -> ValueType:
    """A factor has as many entries as its log density; whether there are more in each row is not for it to say."""
    shape = log_density.value_type.shape if isinstance(log_density, Operand) else np.shape(log_density)
    return ValueType(shape, "float", dynamic=True)
