"""Turns JSON Schema, as msgspec writes it for our wire structs, into TypeScript."""

import json
import re
from collections.abc import Mapping
from typing import Any

_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def interfaces(components: Mapping[str, Any]) -> str:
    """Return one exported type for each schema, by name in alphabetical order."""
    return "\n".join(_declaration(name, components[name]) for name in sorted(components))


def _declaration(name: str, schema: Mapping[str, Any]) -> str:
    comment = _comment(schema.get("description", ""))
    name = _name(name)
    if schema.get("type") != "object" or "properties" not in schema:
        return f"{comment}export type {name} = {_type(schema)};\n"
    required = set(schema.get("required", ()))
    lines = [
        f"  {_key(key)}{'' if key in required else '?'}: {_type(value)};"
        for key, value in schema["properties"].items()
    ]
    body = "\n".join(lines)
    return f"{comment}export interface {name} {{\n{body}\n}}\n"


def _comment(words: str) -> str:
    first = words.strip().split("\n")[0]
    return f"/** {first} */\n" if first else ""


def _name(name: str) -> str:
    """Return a schema's name; two of one name are told by their modules, and then by domain."""
    _, dot, rest = name.partition(".")
    return rest.partition(".")[0].capitalize() + rest.rpartition(".")[2] if dot else name


def _key(name: str) -> str:
    return name if _WORD.fullmatch(name) else json.dumps(name)


def _type(schema: Mapping[str, Any]) -> str:
    """Return the type of one schema. What JSON Schema leaves open is ``unknown``."""
    if "$ref" in schema:
        return _name(str(schema["$ref"]).rpartition("/")[2])
    for values in (schema.get("enum"), [schema["const"]] if "const" in schema else None):
        if values is not None:
            return " | ".join(json.dumps(value, ensure_ascii=False) for value in values)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    kind = schema.get("type")
    if kind == "null":
        return "null"
    if kind == "array":
        return _array(schema)
    if kind == "object":
        extra = schema.get("additionalProperties")
        return f"Record<string, {_type(extra) if isinstance(extra, dict) else 'unknown'}>"
    return _PLAIN.get(str(kind), "unknown")


def _array(schema: Mapping[str, Any]) -> str:
    if schema.get("prefixItems"):
        return f"[{', '.join(_type(one) for one in schema['prefixItems'])}]"
    items = schema.get("items")
    inner = _type(items) if isinstance(items, dict) else "unknown"
    return f"({inner})[]" if "|" in inner else f"{inner}[]"
