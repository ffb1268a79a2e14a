"""The typed dictionaries of records as a JSON Schema of model files."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from typed_dicts import Alias, Interface, read

SOURCE = "document/record.py"
KEY = "^[0-9A-Za-z]{1,64}$"
PRIMITIVES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "None": "null"}


def document_schema(package: Path) -> str:
    """The text of ``schema.json``."""
    items = read(package, SOURCE)
    definitions = {item.name: _alias(item) if isinstance(item, Alias) else _interface(item) for item in items}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A whyboard model",
        "$ref": "#/$defs/DocumentData",
        "$defs": definitions,
    }
    return json.dumps(schema, indent=1) + "\n"


def _alias(alias: Alias) -> dict[str, Any]:
    return {"type": "string", "pattern": KEY} if alias.name == "Key" else _type(alias.type)


def _interface(interface: Interface) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "description": interface.doc}
    schema["properties"] = {field.name: _type(field.type) for field in interface.fields}
    schema["required"] = [field.name for field in interface.fields if field.required]
    # Records of kinds that are not known here, and files of later versions, may have more fields.
    if interface.name not in ("ModelRecord", "DocumentData"):
        schema["additionalProperties"] = False
    return schema


def _type(node: ast.expr) -> dict[str, Any]:
    match node:
        case ast.Name(id="object"):
            return {}
        case ast.Name(id=name):
            return {"type": PRIMITIVES[name]} if name in PRIMITIVES else {"$ref": f"#/$defs/{name}"}
        case ast.Constant(value=None):
            return {"type": "null"}
        case ast.BinOp(left=left, right=right, op=ast.BitOr()):
            return {"anyOf": [_type(left), _type(right)]}
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return {"type": "array", "items": _type(item)}
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[key, value])):
            names = {"propertyNames": _type(key)} if ast.unparse(key) != "str" else {}
            return {"type": "object", **names, "additionalProperties": _type(value)}
        case ast.Subscript(value=ast.Name(id="Literal"), slice=item):
            choices = item.elts if isinstance(item, ast.Tuple) else [item]
            return {"enum": [ast.literal_eval(choice) for choice in choices]}
    raise TypeError(f"No JSON Schema for the annotation {ast.unparse(node)}.")
