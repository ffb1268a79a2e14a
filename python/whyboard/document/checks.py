"""The rules a record must follow in its place: scope, name, parameters, operands, link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from whyboard.document.address import ancestors, describe, fresh_name, title
from whyboard.document.canonical import shown
from whyboard.document.constants import check_constant
from whyboard.document.fields import check_fields, check_name
from whyboard.document.kinds import Family, Kinds, Parameters
from whyboard.document.record import Key, Record, is_link, is_operator, is_variable
from whyboard.document.table import Table
from whyboard.errors import CycleError, DocumentError, LinkError, NameClash, ParameterError, ScopeError, UnknownName


def check_shape(record: object, kinds: Kinds) -> Family:
    """Refuse what is no record of a known kind, whatever its place."""
    if not isinstance(record, Mapping):
        raise DocumentError(f"A record must be a table with a field 'kind', got {shown(record)}.")
    family = kinds.family(record.get("kind"))
    check_fields(record, family)
    if "name" in record:
        check_name(record["name"])
    return family


def check_record(table: Table, key: Key, record: Record, family: Family, kinds: Kinds) -> None:
    """Refuse a record that does not fit where it is going."""
    check_place(table, key, record, family, kinds)
    if family in ("variable", "factor"):
        check_parameters(table, record, kinds)
    elif family == "operator":
        check_operands(table, record, kinds)
        check_settings(table, record, (setting["name"] for setting in kinds.operators[record["kind"]]["settings"]))
    elif family == "const":
        check_constant(record["value"], f"The value of {title(table, record)}")
    elif family == "link":
        check_link(table, key, record)


def check_place(table: Table, key: Key, record: Record, family: Family, kinds: Kinds) -> None:
    """May a record of this kind and name stand in its scope?"""
    kind, scope = record["kind"], record.get("scope")
    if scope is None:
        if kind in kinds.builtin_kinds:
            raise ScopeError(f"{title(table, record)} can only be a built-in child of its scope, never stand alone.")
        return
    parent = table.records.get(scope)
    if parent is None:
        raise ScopeError(f"{title(table, record)} cannot go into '{scope}', which does not exist. Add the scope first.")
    if is_operator(parent) or is_link(parent):
        raise ScopeError(f"{title(table, record)} cannot go into {describe(table, scope)}, which is no scope.")
    if family in ("operator", "const"):
        return
    if family == "link":
        if parent["kind"] != "Graph":
            raise ScopeError(
                f"A Link stands in a Graph, not in {describe(table, scope)}. Put it in a Graph around both ends."
            )
        return
    builtin = (kind, record["name"]) in kinds.builtins.get(parent["kind"], ())
    if not builtin and kind not in kinds.contains.get(parent["kind"], ()):
        raise ScopeError(_cannot_contain(table, scope, record, kinds))
    check_free(table, scope, record["name"], key)


def check_free(table: Table, scope: Key, name: str, key: Key | None = None) -> None:
    """Refuse a name that another child of the scope has."""
    other = table.names.get((scope, name))
    if other is not None and other != key:
        raise _clash(table, scope, name, other)


def check_parameters(table: Table, record: Record, kinds: Kinds) -> None:
    """Is the distribution known, and do its parameters and settings fit?"""
    rules = distribution_rules(record, kinds)
    parameters = record.get("parameters")
    if parameters:
        for name, value in parameters.items():
            check_parameter(table, record, name, value, rules)
        check_exclusive(table, record, rules)
    check_settings(table, record, rules.settings)


def distribution_rules(record: Record, kinds: Kinds) -> Parameters:
    """The parameters of a variable's distribution, or those that a factor has by its kind."""
    if record["kind"] in kinds.factors:
        return kinds.factors[record["kind"]]
    distribution = record["distribution"]
    rules = kinds.rules(distribution, record.get("settings"))
    if rules is None:
        known = ", ".join(kinds.distributions)
        called = f"'{distribution}'"
        if distribution in kinds.distributions:
            called = f"in the settings of {called}: {shown(record['settings'])}"
        raise UnknownName(f"There is no distribution {called}. Known: {known}.")
    return rules


def check_parameter(table: Table, record: Record, name: str, value: Any, rules: Parameters) -> None:
    """Is this a parameter of the distribution, and does the value make one?"""
    if name not in rules.names:
        has = f"has {', '.join(rules.names)}" if rules.names else "has none"
        raise UnknownName(f"{title(table, record)} has no parameter '{name}'. {_owner(record)} {has}.")
    if isinstance(value, Mapping) and len(value) == 1:
        if "value" in value:
            # The place is worked out only when it is needed: a path costs time in a deep model.
            try:
                check_constant(value["value"], "")
            except (ParameterError, ValueError) as error:
                raise type(error)(f"{_parameter(table, record, name)}{error}") from None
            return
        if isinstance(value.get("ref"), str):
            _check_reference(table, record, name, value["ref"])
            return
    raise ParameterError(
        f'{_parameter(table, record, name)} must be {{"value": number or list}} or {{"ref": key}}, got {shown(value)}.'
    )


def check_exclusive(table: Table, record: Record, rules: Parameters) -> None:
    """Refuse two ways of saying the same."""
    conflict = rules.conflict(record.get("parameters", ()))
    if conflict is not None:
        names, ways = conflict
        listed = " and ".join(f"'{name}'" for name in names)
        raise ParameterError(
            f"Parameters {listed} of {title(table, record)} exclude each other. "
            f"Give one of: {ways}. Unset the rest first."
        )


def check_operands(table: Table, record: Record, kinds: Kinds) -> None:
    """Does every operand exist, can it be computed with, and is their number right?"""
    operator = kinds.operators[record["kind"]]
    operands, names = record["operands"], operator["operands"]
    required = operator.get("required", len(names))
    if len(operands) < required or (len(operands) > len(names) and not operator["variadic"]):
        listed = f" ({', '.join(names)})" if names else ""
        noun = "operand" if max(required, len(names)) == 1 else "operands"
        count = f"at least {required}" if operator["variadic"] or required < len(names) else str(len(names))
        raise ParameterError(f"{title(table, record)} takes {count} {noun}{listed}, got {len(operands)}.")
    for number, key in enumerate(operands, 1):
        operand = table.records.get(key)
        if operand is None:
            raise ParameterError(
                f"Operand {number} of {title(table, record)} is '{key}', which does not exist. Add it first."
            )
        if not (is_variable(operand) or is_operator(operand)):
            raise ParameterError(
                f"Operand {number} of {title(table, record)} cannot be {describe(table, key)}. "
                "Take a variable or an operator."
            )


def check_settings(table: Table, record: Record, known: Iterable[str]) -> None:
    """Refuse settings that the operator or distribution does not have."""
    settings = record.get("settings")
    if not settings:
        return
    names = tuple(known)
    for name in settings:
        if name not in names:
            has = f"has {', '.join(names)}" if names else "has none"
            raise UnknownName(f"{title(table, record)} has no setting '{name}'. {_owner(record)} {has}.")


def check_link(table: Table, key: Key, record: Record) -> None:
    """Do both ends exist and match, and is the target free?"""
    for end in ("source", "target"):
        other = table.records.get(record[end])
        if other is None:
            raise LinkError(
                f"The {end} of {title(table, record)} is '{record[end]}', which does not exist. Add it first."
            )
        if other.get("name") is None or other["kind"] in ("Graph", "Inputs", "Outputs", "Factor"):
            raise LinkError(
                f"{describe(table, record[end])} cannot be the {end} of {title(table, record)}. "
                "Link entities or variables."
            )
    source, target = table.records[record["source"]], table.records[record["target"]]
    if source["kind"] != target["kind"] or record["source"] == record["target"]:
        raise LinkError(
            f"{describe(table, record['source'])} cannot be linked to {describe(table, record['target'])}. "
            "Link two different elements of the same kind."
        )
    for user in table.users(record["target"]):
        other = table.records[user]
        if user != key and is_link(other) and other["target"] == record["target"]:
            raise LinkError(
                f"{describe(table, record['target'])} is linked to {describe(table, other['source'])} already. "
                "A target has one source; delete the other link first."
            )


def check_rings(table: Table, keys: Iterable[Key]) -> None:
    """Refuse operators that are computed from themselves."""
    done: set[Key] = set()
    for start in keys:
        active: list[Key] = []
        inside: set[Key] = set()
        stack = [(start, False)]
        while stack:
            key, leaving = stack.pop()
            if leaving:
                inside.discard(active.pop())
                done.add(key)
                continue
            if key in inside:
                raise CycleError(
                    f"{describe(table, key)} would be computed from itself. "
                    "Take an operand that does not depend on it; a loop in time goes through TimeShift."
                )
            if key in done or not is_operator(table.records[key]):
                continue
            inside.add(key)
            active.append(key)
            stack.append((key, True))
            stack.extend((operand, False) for operand in table.records[key].get("operands", ()))


def _check_reference(table: Table, record: Record, name: str, ref: Key) -> None:
    other = table.records.get(ref)
    if other is None:
        raise ParameterError(
            f"{_parameter(table, record, name)} refers to '{ref}', which does not exist. "
            "Add the variable or operator first."
        )
    if not (is_variable(other) or is_operator(other)):
        raise ParameterError(
            f"{_parameter(table, record, name)} cannot be {describe(table, ref)}. Refer to a variable or an operator."
        )


def _owner(record: Record) -> str:
    return record.get("distribution", record["kind"])


def _parameter(table: Table, record: Record, name: str) -> str:
    return f"Parameter '{name}' of {title(table, record)}"


def _clash(table: Table, scope: Key, name: str, other: Key) -> NameClash:
    free = fresh_name(table, scope, name)
    return NameClash(
        f"The name '{name}' is taken by {describe(table, other)}. "
        f"Names are unique in their scope; choose another one, for example '{free}'."
    )


def _cannot_contain(table: Table, scope: Key, record: Record, kinds: Kinds) -> str:
    parent = table.records[scope]
    kind, name = record["kind"], record["name"]
    text = f"{describe(table, scope)} cannot contain {kind} '{name}'."
    if parent["kind"] not in kinds.contains:
        return f"{text} It is of a kind that this installation does not know."
    holds = [_plural(each) for each in kinds.order[parent["kind"]]]
    listed = " and ".join([", ".join(holds[:-1]), holds[-1]] if len(holds) > 1 else holds) or "nothing"
    for outer in ancestors(table, scope):
        if kind in kinds.contains.get(table.records[outer]["kind"], ()):
            return f"{text} {_article(parent['kind'])} holds {listed}; make '{name}' in {describe(table, outer)}."
    return f"{text} {_article(parent['kind'])} holds {listed}."


def _plural(kind: str) -> str:
    return re.sub(r"y$", "ie", kind) + "s"


def _article(kind: str) -> str:
    if kind.endswith("s"):
        return kind
    return f"{'An' if kind[0] in 'AEIOU' else 'A'} {kind}"
