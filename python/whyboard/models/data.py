"""`DataLinker`: which values belong to which variables. It holds the user's data; a document never does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from whyboard.document.address import ancestors, describe
from whyboard.document.record import Key
from whyboard.document.table import Table
from whyboard.errors import DataError
from whyboard.graph import Graph, Scope, handle
from whyboard.graph.variable import AnyVariable
from whyboard.models.column import Levels, columns_of, read
from whyboard.models.fitting import categories, fit
from whyboard.models.frame import frame_columns
from whyboard.models.linked import (
    Linked,
    find_record,
    is_deleted,
    path_of,
    refitted,
    row_count,
    stands_in,
)
from whyboard.models.lookup import search, split_path, unknown_variable
from whyboard.models.rows import (
    agreed_rows,
    check_rows,
    checked_count,
    checked_given_rows,
    checked_series,
    same_rows,
)

Target = Scope | str


class DataLinker:
    """Links from variables to data.

    Args:
        data: values by variable. A key is a handle, from the graph or any copy of it, or a path such as ``"g/e/x"``
            or ``"e/x"``; values are arrays (masked ones too), lists, numbers, or columns of any dataframe. A scope as
            key takes a frame, whose columns go to the variables of the same name, at any depth.
        n_data: the number of rows, where no dynamic variable has data.
        graph: where paths are looked up at once; else that waits until a model is made.

    Raises:
        DataError: if data do not fit their variable, or variables differ in their number of rows.
    """

    def __init__(
        self, data: Mapping[Any, Any] | None = None, n_data: int | None = None, *, graph: Graph | None = None
    ) -> None:
        self._graph = graph
        self._links: dict[str, Linked] = {}
        self._n_data = None if n_data is None else checked_count(n_data)
        self._series: np.ndarray | None = None
        self._given_rows = 0
        self._observers: list[Callable[[], None]] = []
        for variable, values in _entries(data, graph):
            self.link(variable, values)

    @property
    def linked_rows(self) -> int | None:
        """The rows of the data that dynamic variables have; None if none has any."""
        return next((rows for each in self._links.values() if (rows := row_count(each)) is not None), None)

    @property
    def n_data(self) -> int | None:
        """The number of rows; None while nothing says it."""
        if (rows := self.linked_rows) is not None:
            return rows
        return len(self._series) if self._n_data is None and self._series is not None else self._n_data

    @n_data.setter
    def n_data(self, n_data: int | None) -> None:
        if n_data is not None:
            n_data = checked_count(n_data, self._links.values())
        self._n_data = n_data
        self._tell()

    @property
    def series(self) -> np.ndarray | None:
        """By row, the number of the series that it belongs to: each starts afresh. None if all rows are one series.

        Set it to a column of numbers or names.

        Raises:
            DataError: if the column has gaps, or another number of rows than the data.
        """
        return self._series

    @series.setter
    def series(self, column: Any) -> None:
        rows = self.linked_rows
        self._series = None if column is None else checked_series(column, self._n_data if rows is None else rows)
        self._tell()

    @property
    def given_rows(self) -> int:
        """How many rows at the start of each series are conditioned on: they have effects, but are not modelled."""
        return self._given_rows

    @given_rows.setter
    def given_rows(self, count: int) -> None:
        self._given_rows = checked_given_rows(count)
        self._tell()

    @property
    def sources(self) -> dict[Key, str]:
        """What the data of each variable are called, by the key of the variable; nameless data are left out."""
        return {
            each.variable.key: each.source for each in self._links.values() if each.variable is not None and each.source
        }

    @property
    def levels(self) -> dict[Key, Levels]:
        """The names of categories, in the order of their codes, by the key of the variable."""
        found = {}
        for each in self._links.values():
            if each.variable is not None and each.column.levels is not None:
                levels = categories(each.variable.record) or each.column.levels
                found[each.variable.key] = levels
        return found

    def link(self, variable: Target, values: Any, source: str = "") -> None:
        """Link values to a variable, in place of earlier ones; or the columns of a frame to the variables of a scope.

        Args:
            variable: a handle or a path.
            values: see the class.
            source: what the data are called, for cards and messages; the name of the column where none is given.

        Raises:
            DataError: if they do not fit; the linker stays as it was.
            UnknownName: if there is no such variable.
        """
        target = self._resolve(variable)
        if isinstance(target, Scope) and not isinstance(target, AnyVariable):
            self._link_frame(target, values, source)
            return
        if target is not None and not isinstance(target, AnyVariable):
            raise DataError(f"{variable!r} cannot have data. Expected a Variable or a StaticVariable, or its path.")
        identity, made = self._read(target, variable, values, source)
        if target is not None and made.fitted is not None:
            check_rows(made, {k: each for k, each in self._links.items() if k != identity}, self._n_data)
        self._links[identity] = made
        if target is not None:
            _keep_levels(target, made)
        self._tell()

    def unlink(self, variable: Target) -> None:
        """Take the data of a variable away, or those of everything in a scope.

        Raises:
            DataError: if it has none.
        """
        target = self._resolve(variable)
        if isinstance(target, Scope) and not isinstance(target, AnyVariable):
            below = [
                each for each, found in self._links.items() if found.variable is not None and stands_in(found, target)
            ]
        else:
            identity = variable if target is None else target.key
            below = [each for each in (identity,) if isinstance(each, str) and each in self._links]
        if not below:
            raise DataError(f"{variable!r} has no data to unlink.")
        for identity in below:
            del self._links[identity]
        self._tell()

    def get(self, variable: Target) -> tuple[np.ndarray, np.ndarray]:
        """Values and what is observed of them; gaps hold 0.

        Raises:
            DataError: if nothing is linked to the variable.
        """
        target = self._resolve(variable)
        identity = variable if target is None else target.key
        found = self._links.get(identity) if isinstance(identity, str) else None
        if found is None:
            raise DataError(f"{variable!r} has no data. Link them first.")
        fitted = refitted(found).fitted if found.variable is not None else None
        return (found.column.values, found.column.observed) if fitted is None else (fitted.values, fitted.observed)

    def resolved(
        self, document: Any, root: Key | None = None, *, n_data: int | None = None
    ) -> tuple[dict[Key, tuple[np.ndarray, np.ndarray]], int | None]:
        """Values and masks by the keys of one document, and the number of rows.

        Args:
            document: a Graph, or a document or a snapshot of one together with ``root``.
            root: the key of the Graph.
            n_data: the number of rows, instead of the linker's own.

        Raises:
            UnknownName: if a variable of the data is not in the graph.
            DataError: if data do not fit it.
        """
        if isinstance(document, Graph):
            document, root = document.document, document.key
        table: Table = document.table
        found: dict[Key, tuple[np.ndarray, np.ndarray]] = {}
        first: tuple[str, int] | None = None
        for identity, each in list(self._links.items()):
            key = find_record(table, root, each)
            if key is None:
                if each.variable is not None and is_deleted(each.variable):
                    continue
                raise unknown_variable(table, root, each.names)
            record = table.records[key]
            title = describe(table, key)
            if key in found:
                raise DataError(f"{title} is linked twice, as {'/'.join(each.names)!r} too. Unlink one of them.")
            if record is each.record and each.fitted is not None:
                fitted = each.fitted
            else:
                fitted = fit(each.column, record, title=title, source=each.source, values=document.values)
                if each.variable is not None and each.variable.document is document:
                    self._links[identity] = each._replace(record=record, fitted=fitted)
            found[key] = (fitted.values, fitted.observed)
            if record["kind"] == "Variable":
                first = same_rows(first, title, len(fitted.values))
        wanted = self._n_data if n_data is None else checked_count(n_data)
        return found, agreed_rows(first, wanted, self._series)

    def observe(self, observer: Callable[[], None]) -> Callable[[], None]:
        """Call ``observer`` after every change; the result unsubscribes it."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer) if observer in self._observers else None

    def __contains__(self, variable: object) -> bool:
        identity = variable.key if isinstance(variable, Scope) else variable
        return isinstance(identity, str) and (
            identity in self._links or any("/".join(each.names) == identity for each in self._links.values())
        )

    def __iter__(self) -> Iterator[str]:
        """The paths of what is linked."""
        return iter([path_of(each) for each in self._links.values()])

    def __len__(self) -> int:
        return len(self._links)

    def __repr__(self) -> str:
        count = f"{len(self._links)} variable{'' if len(self._links) == 1 else 's'}"
        return f"<whyboard.DataLinker of {count}, n_data={self.n_data}>"

    def _resolve(self, variable: Target) -> Scope | None:
        """The handle of a target; None for a path that waits for its graph."""
        if isinstance(variable, Scope):
            variable.record  # noqa: B018 - raises if it was deleted
            return variable
        if not isinstance(variable, str):
            raise DataError(
                f"Data got {variable!r} as a variable. Expected a Variable, a StaticVariable, or a path such as 'g/x'."
            )
        known = [each for each in self._links.values() if each.variable is not None]
        if self._graph is not None:
            table, root, document = self._graph.space.table, self._graph.key, self._graph.document
        elif known and known[0].variable is not None and not is_deleted(known[0].variable):
            space = known[0].variable.space
            table, document = space.table, space.document
            root = [known[0].variable.key, *ancestors(table, known[0].variable.key)][-1]
        else:
            return None
        names = split_path(variable)
        key = search(table, root, names)
        if key is None:
            raise unknown_variable(table, root, names)
        found = handle(document, key)
        return found if isinstance(found, Scope) else None

    def _read(self, target: AnyVariable | None, variable: Target, values: Any, source: str) -> tuple[str, Linked]:
        column = read(values)
        source = source or column.name
        if target is None:
            names = split_path(str(variable))
            return "/".join(names), Linked(None, names, column, source)
        names = split_path(target.path)
        made = refitted(Linked(target, names, column, source))
        return target.key, made

    def _link_frame(self, scope: Scope, values: Any, source: str) -> None:
        fitting = frame_columns(scope, values)
        trial = DataLinker(n_data=self._n_data)
        trial._links = {
            identity: each for identity, each in self._links.items()
            if each.variable is None or each.variable not in fitting
        }  # fmt: skip
        for variable, column in fitting.items():
            trial.link(variable, column, f"{source}.{variable.name}" if source else variable.name)
        self._links = trial._links
        self._tell()

    def _tell(self) -> None:
        for observer in list(self._observers):
            observer()


def get_data_linker(
    data: Mapping[Any, Any] | DataLinker | None = None, n_data: int | None = None, *, graph: Graph | None = None
) -> DataLinker:
    """A linker from a dictionary of data; a linker is handed back as it is.

    Raises:
        DataError: if data do not fit, or ``n_data`` is not the number of their rows.
    """
    if isinstance(data, DataLinker):
        if n_data is not None and data.n_data != n_data:
            data.n_data = n_data
        return data
    return DataLinker(data, n_data, graph=graph)


def linker_of(graph: Graph) -> DataLinker:
    """An empty linker that looks paths up in a graph: the one of its session."""
    return DataLinker(graph=graph)


def _entries(data: Any, graph: Graph | None) -> list[tuple[Any, Any]]:
    if data is None:
        return []
    if isinstance(data, Mapping):
        return list(data.items())
    if graph is not None and columns_of(data) is not None:
        return [(graph, data)]
    raise DataError(f"data got a {type(data).__name__}. Expected a dictionary, {{variable: values}}.")


def _keep_levels(variable: AnyVariable, link: Linked) -> None:
    """Remember the names of categories in the model, so that codes mean the same wherever it is used later."""
    levels = link.column.levels
    record = variable.record
    if levels and record["dtype"] == "int" and categories(record) is None:
        variable.labels = {"categories": list(levels)} if record["shape"] else list(levels)
