"""Each field of each body with values that its route did not expect: refused cleanly, or taken."""

import itertools
import json
from typing import Any

import msgspec
import pytest

from teahouse.infra.http.router import Route
from tests.contract.asking import JSON_TYPE, misspoken
from tests.contract.bad import ODD_TEXTS
from tests.contract.cast import Cast
from tests.contract.conformance import document, template

VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "negative": -1,
    "beyond 64 bits": 2**64,
    "beyond 32 bits": 2**31,
    "1,000 digits": 10**1000,
    "huge fraction": 1e308,
    "fraction": 0.5,
    "empty text": "",
    "empty list": [],
    "empty object": {},
    "list of lists": [[[]], None, {"a": None}],
    "object of lists": {"a": [1, "b", None], "": {}},
    "10,000 texts": ["a"] * 10_000,
    "1,000 keys": {f"a{number}": 1 for number in range(1000)},
} | ODD_TEXTS

# An operator's sign-in that fails is written down, without what was typed.
WRITTEN_DOWN = ("POST /api/v1/operator/sessions",)


def schema_of(route: Route) -> Any:
    """The schema of a route's body: from its struct, or from Matrix's own description."""
    if route.body is not None:
        (schema,), parts = msgspec.json.schema_components([route.body])
        while "$ref" in schema:
            schema = parts[schema["$ref"].rpartition("/")[2]]
        return schema
    path = template(route.path)
    operations = document()["paths"].get(path, {})
    body = operations.get(route.method.lower(), {}).get("requestBody", {})
    return body.get("content", {}).get("application/json", {}).get("schema", {})


def fields(schema: Any) -> dict[str, Any]:
    """The names and schemas of its fields, however they are composed."""
    found: dict[str, Any] = dict(schema.get("properties", {}))
    for part in itertools.chain(
        schema.get("allOf", ()), schema.get("anyOf", ()), schema.get("oneOf", ())
    ):
        found |= fields(part)
    return found


def sample(schema: Any) -> Any:
    """Something of the right type."""
    for word in ("example", "const", "default"):
        if word in schema:
            return schema[word]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    empty: dict[str, Any] = {"string": "a", "integer": 1, "boolean": True, "array": [], "number": 1}
    return empty.get(kind, {})


async def tried(cast: Cast, route: Route, body: dict[str, Any]) -> str:
    """Send a body and tell what is wrong with the answer; empty: nothing."""
    answer = await cast.call(route, body=json.dumps(body).encode(), more=(JSON_TYPE,))
    if answer.status < 400:
        return ""
    wrong = misspoken(route.path, answer)
    if wrong:
        return wrong
    left = await cast.digest.left(answer)
    if f"{route.method} {route.path}" in WRITTEN_DOWN and left == "audit_entries audit_head":
        return ""
    return f"{answer.status} {answer.code}, yet changed {left}" if left else ""


@pytest.mark.parametrize("value", VALUES)
async def test_odd_value(cast: Cast, value: str) -> None:
    wrong: list[str] = []
    tries = 0
    for route in cast.routes:
        if route.method not in ("POST", "PUT"):
            continue
        known = fields(schema_of(route)) or {"a": {}}
        right = {name: sample(schema) for name, schema in known.items()}
        for name in known:
            tries += 1
            for base in (right, {}):
                found = await tried(cast, route, base | {name: VALUES[value]})
                if found:
                    wrong.append(f"{route.method} {route.path} {name}: {found}")
    assert tries > 150
    assert not wrong, "\n".join(wrong)
