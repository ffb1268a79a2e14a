"""Reads a CSV, Parquet or Arrow file that was dropped on the diagram, with whichever library is installed."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

from whyboard.errors import DataError

_PANDAS = {".csv": "read_csv", ".parquet": "read_parquet", ".feather": "read_feather", ".arrow": "read_feather"}
_POLARS = {".csv": "read_csv", ".parquet": "read_parquet", ".feather": "read_ipc", ".arrow": "read_ipc"}


def read(path: str) -> Any:
    """The table in a file, read again only when the file has changed.

    Raises:
        DataError: no such file, another kind of file, no library to read it with, or a file that is no table.
    """
    file = Path(path)
    try:
        return _read(file, file.stat().st_mtime_ns)
    except OSError as error:
        raise DataError(
            f"{path!r} cannot be read from the kernel's folder {Path.cwd()}: {error.strerror}. "
            "Start the kernel where the file is."
        ) from error


@functools.lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> Any:
    kind = file.suffix.lower()
    if kind not in _PANDAS:
        raise DataError(f"{file.name!r} is no table that can be read here. Drop one of {', '.join(_PANDAS)}.")
    for library, readers in (("pandas", _PANDAS), ("polars", _POLARS)):
        if importlib.util.find_spec(library) is None:
            continue
        module = importlib.import_module(library)
        try:
            return getattr(module, readers[kind])(file)
        except (ValueError, ImportError) as error:
            raise DataError(f"{library} cannot read {file.name!r}: {error}") from error
    raise DataError(f"Reading {file.name!r} needs pandas or polars. Run `pip install pandas` for this kernel.")
