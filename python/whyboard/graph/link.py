"""Links: ``link(source, target)`` says that the target is the source."""

from __future__ import annotations

from collections.abc import Iterator

from whyboard.document.address import ancestors, subtree
from whyboard.document.record import Key, is_link
from whyboard.errors import LinkError
from whyboard.graph.current import current_scope
from whyboard.graph.cycle import find_loop, loop_names
from whyboard.graph.graph import Graph
from whyboard.graph.handles import handle_in, handles, scope_handle
from whyboard.graph.scope import Scope, children_of
from whyboard.graph.scopee import Scopee, titled
from whyboard.graph.space import Space


@handles
class Link(Scopee):
    """One link; it stands in a Graph."""

    __slots__ = ()

    @property
    def source(self) -> Scope:
        """Where the values come from."""
        return scope_handle(self.space, self.record["source"])

    @property
    def target(self) -> Scope:
        """What is the same as the source."""
        return scope_handle(self.space, self.record["target"])

    def __repr__(self) -> str:
        return f"<whyboard.Link {self.target.path!r} is {self.source.path!r}>"


def link(source: Scope, target: Scope) -> Link:
    """Say that ``target`` is ``source``: identical values, for entities child by child of the same name.

    It stands in the current Graph, or in the innermost Graph around both where none is entered. Source: an own input,
    an output of a child graph, or a free member. Target: an own output, an input of a child graph, or a free member
    without parameters; at most one link per target, its parts included.

    Raises:
        LinkError: if kinds, shapes, dtypes or names do not match, or the target is linked or has parameters already.
        CycleError: if the source depends on the target.
    """
    for end in (source, target):
        if not isinstance(end, Scope):
            raise LinkError(f"A link got {end!r}. Expected an Entity, a Variable or a StaticVariable.")
    space = source.space if source.space is target.space else source.space.join(target.space)
    graph = _place(space, source, target)
    pairs = list(_pairs(space, source, target))
    for ours, theirs in pairs:
        _check_pair(space, ours, theirs)
    _check_free(space, target)
    _check_reach(space, graph, source, target)
    for ours, theirs in pairs:
        loop = find_loop(space.table, theirs, ours)
        if loop is not None and "distribution" in space.table.records[theirs]:
            from whyboard.errors import CycleError

            raise CycleError(
                f"{_title(space, theirs)} cannot be linked to {_title(space, ours)}, which depends on it: "
                f"{' -> '.join(loop_names(space.table, loop))}. Leave one of these out."
            )
    record = {"kind": "Link", "scope": graph, "source": source.key, "target": target.key}
    made = handle_in(space, space.add(record))
    assert isinstance(made, Link)
    return made


def _place(space: Space, source: Scope, target: Scope) -> Key:
    scope = current_scope()
    if scope is not None:
        if not isinstance(scope, Graph):
            raise LinkError(f"A link cannot stand in {titled(scope)}. Enter the Graph around both ends first.")
        return scope.key
    around = set(ancestors(space.table, source.key))
    for key in ancestors(space.table, target.key):
        if key in around and space.table.records[key]["kind"] == "Graph":
            return key
    raise LinkError(f"{titled(source)} and {titled(target)} have no Graph around both. Put them into one Graph first.")


def _pairs(space: Space, source: Scope, target: Scope) -> Iterator[tuple[Key, Key]]:
    """The ends and what stands in them, by name."""
    stack = [(source.key, target.key)]
    while stack:
        ours, theirs = stack.pop()
        yield ours, theirs
        inside, wanted = children_of(space, ours), children_of(space, theirs)
        if "distribution" in space.table.records[theirs]:
            continue
        for name, key in wanted.items():
            if name not in inside:
                raise LinkError(
                    f"{_title(space, theirs)} cannot be linked to {_title(space, ours)}, which has no child {name!r}. "
                    f"Expected the same names on both sides; it has {', '.join(inside) or 'none'}."
                )
            stack.append((inside[name], key))


def _check_pair(space: Space, ours: Key, theirs: Key) -> None:
    records = space.table.records
    source, target = records[ours], records[theirs]
    both = f"{_title(space, theirs)} cannot be linked to {_title(space, ours)}"
    if source["kind"] != target["kind"] or source["kind"] in ("Graph", "Inputs", "Outputs"):
        raise LinkError(f"{both}. Link two entities, two Variables or two StaticVariables.")
    for field in ("shape", "dtype"):
        if source.get(field) != target.get(field):
            shown = [tuple(each[field]) if field == "shape" else each[field] for each in (target, source)]
            raise LinkError(f"{both}: {field} {shown[0]} is not {shown[1]}. Give both the same {field}.")
    if target.get("parameters"):
        names = ", ".join(target["parameters"])
        raise LinkError(
            f"{both}: its {names} is set. A linked target takes everything from its source; unset it first."
        )


def _check_free(space: Space, target: Scope) -> None:
    table = space.table
    places = [*subtree(table, [target.key]), *ancestors(table, target.key)]
    for place in places:
        for user in table.users(place):
            record = table.records[user]
            if is_link(record) and record["target"] == place:
                raise LinkError(
                    f"{titled(target)} is linked already: {_title(space, place)} is {_title(space, record['source'])}. "
                    "A target has one source; delete the other link first."
                )


def _check_reach(space: Space, graph: Key, source: Scope, target: Scope) -> None:
    """A link sees the graph's own inputs, outputs and members, and the inputs and outputs of its child graphs."""
    for end, role, forbidden, other in (
        (source, "source", "Outputs", "Inputs"),
        (target, "target", "Inputs", "Outputs"),
    ):
        chain = [end.key, *ancestors(space.table, end.key)]
        if graph not in chain:
            raise LinkError(f"{titled(end)} is outside of {_title(space, graph)}. Link it in a Graph around both ends.")
        kinds = [space.table.records[key]["kind"] for key in chain[: chain.index(graph)]]
        graphs = kinds.count("Graph")
        ports = [kind for kind in kinds if kind in ("Inputs", "Outputs")]
        own = graphs == 0 and (not ports or ports == [other])
        inner = graphs == 1 and ports == [forbidden]
        if not own and not inner:
            raise LinkError(
                f"{titled(end)} cannot be the {role} of a link in {_title(space, graph)}. "
                f"Expected its own {'input' if role == 'source' else 'output'}, "
                f"an {'output' if role == 'source' else 'input'} of a child Graph, or a free member."
            )


def _title(space: Space, key: Key) -> str:
    return titled(handle_in(space, key))
