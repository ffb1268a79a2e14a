"""Model files: strict reading, canonical writing, atomic saving."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from whyboard.document.canonical import by_name, canonical, canonical_record
from whyboard.document.json_text import fault, parse_json, place_of
from whyboard.document.migrations import migrate
from whyboard.document.record import FORMAT, VERSION, DocumentData, Key, Record, is_operator, stored_hashes
from whyboard.document.structure import Fault, check_envelope, check_structure
from whyboard.errors import FileFormatError

SCHEMA = Path(__file__).with_name("schema.json")
"""JSON Schema of model files, generated from `record.py`."""
SUFFIX = ".why.json"
MAXIMUM_SIZE = 256 * 2**20


def read_file(path: str | os.PathLike[str]) -> DocumentData:
    """The data of a model file.

    Raises:
        FileFormatError: that says what is wrong and where; the file is left as it is.
    """
    file = Path(path)
    size = file.stat().st_size
    if size > MAXIMUM_SIZE:
        raise FileFormatError(f"{file.name}: the file has {size} bytes. A model has at most {MAXIMUM_SIZE}.")
    try:
        return parse(file.read_bytes())
    except FileFormatError as error:
        raise FileFormatError(f"{file.name}: {error}", error.line, error.column) from None


def parse(text: str | bytes) -> DocumentData:
    """The data of the text of a model file, checked and brought to the present version.

    Raises:
        FileFormatError: with the line and column of the first fault and what to do.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = text[: error.start].decode("utf-8", "replace")
            raise fault(before, len(before), "the file is no UTF-8 text. Save it again as UTF-8.") from None
    if len(text) > MAXIMUM_SIZE:
        raise FileFormatError(f"The text has {len(text)} characters. A model has at most {MAXIMUM_SIZE}.")
    data = parse_json(text)
    try:
        return _checked(data)
    except Fault as error:
        raise fault(text, place_of(text, error.path), str(error)) from None


def checked(data: Mapping[str, Any]) -> DocumentData:
    """The same for data that were never text.

    Raises:
        FileFormatError: with the path of the first fault.
    """
    try:
        return _checked(data)
    except Fault as error:
        where = ".".join(map(str, error.path)) or "the model"
        raise FileFormatError(f"At {where}: {error}") from None


def data_of(
    records: Mapping[Key, Record],
    layout: Mapping[Key, Record],
    values: Mapping[str, str] | None = None,
    *,
    version: int = VERSION,
) -> DocumentData:
    """Records and layout as the data of a file, with those of the values that they mention."""
    data: dict[str, Any] = {"format": FORMAT, "version": version, "records": dict(records), "layout": dict(layout)}
    if values:
        mentioned = {digest for record in records.values() for digest in stored_hashes(record)}
        kept = {digest: values[digest] for digest in sorted(mentioned) if digest in values}
        if kept:
            data["values"] = kept
    return cast("DocumentData", data)


def pruned(data: Mapping[str, Any]) -> DocumentData:
    """Without the operators that no parameter is computed from."""
    kept = reachable_operators(data["records"])
    records = {key: record for key, record in data["records"].items() if key in kept or not is_operator(record)}
    layout = {key: position for key, position in data["layout"].items() if key in records}
    return data_of(records, layout, data.get("values"), version=data["version"])


def reachable_operators(records: Mapping[Key, Record]) -> set[Key]:
    """The operators that some parameter is computed from; the others are not drawn and not saved."""
    found: set[Key] = set()
    stack = [
        each["ref"] for record in records.values() for each in record.get("parameters", {}).values() if "ref" in each
    ]
    while stack:
        key = stack.pop()
        record = records.get(key)
        if record is not None and key not in found and is_operator(record):
            found.add(key)
            stack.extend(record.get("operands", ()))
    return found


def write(data: Mapping[str, Any]) -> str:
    """The canonical text: sorted by key, one record per line, the same bytes in both languages."""
    sections = [f'  "format": {canonical(data["format"])}', f'  "version": {data["version"]}']
    sections += [_section("records", data["records"], canonical_record), _section("layout", data["layout"], canonical)]
    if data.get("values"):
        sections.append(_section("values", data["values"], canonical))
    return "{\n" + ",\n".join(sections) + "\n}\n"


def save_file(path: str | os.PathLike[str], data: Mapping[str, Any]) -> None:
    """Write a model file in one go: whoever reads it sees the old file or the new one, never a part."""
    file = Path(path).resolve()
    text = write(pruned(data))
    descriptor, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o666 & ~_umask())
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _checked(data: Any) -> DocumentData:
    check_envelope(data)
    data = {"layout": {}, **migrate(data)}
    check_structure(data)
    return cast("DocumentData", data)


def _section(name: str, entries: Mapping[str, Any], text: Callable[[Any], str]) -> str:
    if not entries:
        return f'  "{name}": {{}}'
    lines = [f"    {canonical(key)}: {text(entries[key])}" for key in sorted(entries, key=by_name)]
    return f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
