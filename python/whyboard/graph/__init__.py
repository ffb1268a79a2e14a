"""Handles: the Python objects a user holds, each a document and a key, and the checks of meaning behind them.

Models, printing, the widget and the package root import it; it reaches what lies above through the registry's services.
"""

from whyboard.graph.diagnosis import diagnose
from whyboard.graph.entity import Entity, Inputs, Outputs
from whyboard.graph.expression import Expression
from whyboard.graph.factor import Factor, factor
from whyboard.graph.graph import Graph
from whyboard.graph.handles import handle
from whyboard.graph.link import link
from whyboard.graph.operand import Operand
from whyboard.graph.scope import Scope
from whyboard.graph.scopee import Scopee
from whyboard.graph.session import Session
from whyboard.graph.static_variable import StaticVariable
from whyboard.graph.template import Template
from whyboard.graph.variable import Variable

__all__ = [
    "Entity",
    "Expression",
    "Factor",
    "Graph",
    "Inputs",
    "Operand",
    "Outputs",
    "Scope",
    "Scopee",
    "Session",
    "StaticVariable",
    "Template",
    "Variable",
    "diagnose",
    "factor",
    "handle",
    "link",
]
