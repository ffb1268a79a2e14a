"""whyboard: models you can see, edit, link and run."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from whyboard import catalog, distributions, errors, families, harmonium, operators, registry
from whyboard.distributions import Distribution, Parameter, check
from whyboard.distributions import register as register_distribution
from whyboard.errors import UnknownName
from whyboard.families.converters import convert, register_converter
from whyboard.graph import Entity, Factor, Graph, StaticVariable, Variable, factor, link, math, operator
from whyboard.graph.time_index import TimeIndex
from whyboard.operators import Operator, ValueType
from whyboard.operators import register as register_operator
from whyboard.options import options
from whyboard.services import child_tree, lend, operand_tree, print_child_tree, print_operand_tree, show

if TYPE_CHECKING:
    from whyboard.models.data import DataLinker, get_data_linker
    from whyboard.models.factories import get_generative_model, get_posterior_model
    from whyboard.models.posterior import EMModel, ForwardModel, GibbsModel, MAPFisherModel, MAPModel, VMPModel

__version__ = "0.1.0"

__all__ = [
    "DataLinker",
    "Distribution",
    "EMModel",
    "Entity",
    "Factor",
    "ForwardModel",
    "GibbsModel",
    "Graph",
    "MAPFisherModel",
    "MAPModel",
    "Operator",
    "Parameter",
    "StaticVariable",
    "TimeIndex",
    "TimeShift",
    "VMPModel",
    "ValueType",
    "Variable",
    "catalog",
    "check",
    "child_tree",
    "convert",
    "distributions",
    "errors",
    "factor",
    "families",
    "get_data_linker",
    "get_generative_model",
    "get_posterior_model",
    "harmonium",
    "link",
    "math",
    "operand_tree",
    "operator",
    "operators",
    "options",
    "print_child_tree",
    "print_operand_tree",
    "register_converter",
    "register_distribution",
    "register_operator",
    "show",
]

_LATER = {
    "DataLinker": "whyboard.models.data",
    "EMModel": "whyboard.models.posterior",
    "ForwardModel": "whyboard.models.posterior",
    "MAPFisherModel": "whyboard.models.posterior",
    "MAPModel": "whyboard.models.posterior",
    "GibbsModel": "whyboard.models.posterior",
    "VMPModel": "whyboard.models.posterior",
    "get_data_linker": "whyboard.models.data",
    "get_generative_model": "whyboard.models.factories",
    "get_posterior_model": "whyboard.models.factories",
}
"""Public names whose modules are loaded when they are first used."""

# So that `from whyboard.math import exp` works, although the modules stand in the folder of handles.
TimeShift = operator.TimeShift
sys.modules["whyboard.math"] = math
sys.modules["whyboard.operator"] = operator
lend()
# In a notebook, a column header of a displayed frame is dragged onto a model: the frame must be known by then.
if "IPython" in sys.modules:
    from whyboard.widget.display import install

    install()


if not TYPE_CHECKING:
    # The functions stay behind: some have the names of Python's own.
    __all__ += list(registry.distributions)

    def __getattr__(name: str) -> Any:
        """Names that are loaded late, every registered distribution, and every function of `whyboard.math`."""
        if name in _LATER:
            found = getattr(importlib.import_module(_LATER[name]), name)
            globals()[name] = found
            return found
        if name.startswith("_"):
            raise AttributeError(f"module 'whyboard' has no attribute {name!r}")
        if name in registry.distributions:
            return registry.distributions[name]
        if name in math.function_names():
            return getattr(math, name)
        raise UnknownName(_unknown(name))

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__, *registry.distributions, *math.function_names()})


def _unknown(name: str) -> str:
    import difflib

    near = registry.distributions.near(name) if name.endswith("Distribution") else []
    near = near or [*map(repr, difflib.get_close_matches(name, [*__all__, *math.function_names()], n=3))]
    hint = f" Did you mean {' or '.join(near)}?" if near else " dir(whyboard) lists what there is."
    return f"whyboard has no {name!r}.{hint}"
