"""`hierarchical`: what one harmonium hides is what another one shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from whyboard.errors import ScopeError, ShapeError
from whyboard.graph.copying import Extract, cut_out, instantiate
from whyboard.graph.scope import Scope
from whyboard.graph.scopee import titled
from whyboard.graph.variable import Variable
from whyboard.harmonium.builder import new_scope, register
from whyboard.harmonium.factor_analysis import factor_analysis
from whyboard.harmonium.mixture import mixture

Harmonium = Scope | Callable[[str], Scope]
"""A harmonium that is copied, or a function that makes one of a name, such as ``partial(mixture, k=3)``."""


@register("Hierarchical harmonium")
def hierarchical(name: str, lower: Harmonium | None = None, upper: Harmonium | None = None) -> Scope:
    """A hierarchy: the latent of the lower harmonium is the observable of the upper one, which may be a hierarchy too.

    Args:
        name: of the scope, an Entity in the current one or else a Graph.
        lower: what shows the data: a harmonium, which is copied, or a function of a name that makes one. Factor
            analysis of three numbers where none is given.
        upper: what stands behind it, likewise; its observable must be as the latent of the lower one is. A mixture
            where none is given.

    Returns:
        The scope of the lower harmonium; its ``latent`` is the scope of the upper one, to any depth.

    Raises:
        ScopeError: if one of them is no harmonium.
        ShapeError: if they do not fit.
    """
    scope = new_scope(name, "What is hidden below is what the next harmonium shows")
    with scope:
        low = _laid(lower or factor_analysis, "lower")
        around, hidden = _innermost(low)
        with around:
            up = _laid(upper or partial(mixture, shape=hidden.shape), "upper")
        shown = _shown(up, hidden)
        alone = [each for each in around.children.values() if _serves_only(each, hidden)]
        _replace(hidden, shown)
        for each in (hidden, *alone):
            each.delete()
        moved = [each.key for each in low.get_children(operators=True)]
        scope.space.execute([{"type": "Reparent", "keys": moved, "scope": scope.key}])
        low.delete()
        up.name = "latent"
    return scope


def _laid(harmonium: Harmonium, name: str) -> Scope:
    """A harmonium as an Entity in the current scope."""
    if isinstance(harmonium, Scope):
        extract = cut_out(harmonium.space.table, harmonium.document.values, harmonium.key)
        found = instantiate(_as_entity(extract), name, strict=False, origin=None)
    elif callable(harmonium):
        found = harmonium(name)
    else:
        raise ScopeError(
            f"A hierarchy got {harmonium!r}. Expected a harmonium, or a function of a name that makes one, such as "
            "functools.partial(wb.harmonium.mixture, k=3)."
        )
    if not {"observable", "latent"} <= found.children.keys():
        raise ScopeError(
            f"A hierarchy got {titled(found)}, which is no harmonium: it has no 'observable' and 'latent'. "
            "Take one that wb.harmonium builds, or name its variables so."
        )
    return found


def _as_entity(extract: Extract) -> Extract:
    records = {key: record for key, record in extract.records.items() if record["kind"] not in ("Inputs", "Outputs")}
    return extract._replace(records={**records, extract.root: {**records[extract.root], "kind": "Entity"}})


def _innermost(low: Scope) -> tuple[Scope, Variable]:
    """The variable at the top of a harmonium, and the scope that it stands in."""
    around = low
    latent: Any = around.children["latent"]
    while not isinstance(latent, Variable):
        if "latent" not in latent.children:
            raise ScopeError(f"{titled(latent)} has no 'latent', so nothing can stand behind it.")
        around, latent = latent, latent.children["latent"]
    return around, latent


def _shown(up: Scope, hidden: Variable) -> Variable:
    """The observable of the upper harmonium, which takes the place of the old latent."""
    shown: Any = up.children["observable"]
    if not isinstance(shown, Variable):
        raise ScopeError(f"{titled(shown)} is no Variable. The observable of the upper harmonium must be one.")
    if (hidden.shape, hidden.dtype) != (shown.shape, shown.dtype):
        raise ShapeError(
            f"The latent of the lower harmonium has shape {hidden.shape} and dtype {hidden.dtype}, the observable of "
            f"the upper one {shown.shape} and {shown.dtype}. Give both the same."
        )
    return shown


def _serves_only(scope: Scope, hidden: Variable) -> bool:
    """Whether nothing but the old latent, by way of operators, is computed from it."""
    table = hidden.space.table
    stack, used = [scope.key], False
    while stack:
        for user in table.users(stack.pop()):
            if user == hidden.key:
                used = True
            elif "operands" in table.records[user]:
                stack.append(user)
            else:
                return False
    return used


def _replace(old: Variable, new: Variable) -> None:
    """Whoever used the old variable uses the new one."""
    space, commands = old.space, []
    for user in sorted(set(space.table.users(old.key))):
        record = space.table.records[user]
        if "operands" in record:
            operands = [new.key if each == old.key else each for each in record["operands"]]
            commands.append({"type": "SetField", "key": user, "field": "operands", "value": operands})
        for parameter, value in record.get("parameters", {}).items():
            if value.get("ref") == old.key:
                reference = {"ref": new.key}
                commands.append({"type": "SetParameter", "key": user, "parameter": parameter, "value": reference})
    space.execute(commands)
