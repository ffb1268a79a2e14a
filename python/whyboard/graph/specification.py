"""Graphs as plain data and as files."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whyboard import catalog
from whyboard.document.document import Document
from whyboard.document.file import checked, data_of, pruned, read_file, save_file
from whyboard.errors import FileFormatError
from whyboard.graph.copying import cut_out, without_outside
from whyboard.graph.handles import handle_in
from whyboard.graph.space import space_of

if TYPE_CHECKING:
    from whyboard.graph.graph import Graph


def dump(graph: Graph) -> dict[str, Any]:
    """One graph as the data of a model file; parameters that refer to what lies outside are left unset."""
    graph.record  # noqa: B018 - raises if it was deleted
    extract = cut_out(graph.space.table, graph.document.values, graph.key)
    records = without_outside(extract.records, extract.outside) if extract.outside else dict(extract.records)
    for key, record in records.items():
        scope = record.get("scope")
        if scope is not None and scope not in records:
            records[key] = {name: value for name, value in record.items() if name != "scope"}
    data: Any = pruned(data_of(records, extract.layout, graph.document.values))
    return deepcopy(data)


def write(graph: Graph, file: str | PathLike[str]) -> None:
    """Save one graph in one go."""
    save_file(Path(file), dump(graph))


def load(file: str | PathLike[str] | None, data: Mapping[str, Any] | None) -> Graph:
    """The graph of a file or of plain data, in a document of its own."""
    from whyboard.graph.graph import Graph

    if (file is None) == (data is None):
        raise FileFormatError("from_specification() takes a file or data. Give one of them, file=... or data=...")
    if data is not None and not isinstance(data, Mapping):
        raise FileFormatError(
            f"from_specification() got a {type(data).__name__} as data. Expected what dump_dict() gives; "
            "a path goes to file=..."
        )
    read = read_file(file) if file is not None else checked(deepcopy(dict(data or {})))
    document = Document(catalog.build(), read)
    roots = [key for key in document.table.children.get(None, ()) if document.records[key]["kind"] == "Graph"]
    if not roots:
        where = "The data hold" if file is None else f"The file {Path(file).name!r} holds"
        raise FileFormatError(f"{where} no Graph. Expected a model whose outermost scope is a Graph.")
    graph = handle_in(space_of(document), roots[0])
    assert isinstance(graph, Graph)
    return graph
