"""Our own API, described from the routes themselves, so that it cannot drift from them."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

_NAMES = re.compile(r"\{([a-z_]+)\}")
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_PAGE = {"text/html": {"schema": {"type": "string"}}}


class Problem(msgspec.Struct):
    """Why a request was refused (RFC 9457), with a stable ``code``."""

    type: str
    title: str
    status: int
    detail: str
    code: str


def describe(routes: list[Route]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of every route under ``/api/``."""
    ours = [route for route in routes if route.path.startswith("/api/")]
    shapes: list[Any] = [Problem]
    for route in ours:
        shapes.extend(shape for shape in (route.body, route.answer) if shape is not None)
    schemas, components = msgspec.json.schema_components(
        shapes, ref_template="#/components/schemas/{name}"
    )
    by_shape = {id(shape): schema for shape, schema in zip(shapes, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for route in ours:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, by_shape)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Teahouse", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer"},
                "operator": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(route: Route, by_shape: dict[int, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {"summary": route.summary, "responses": {}}
    names = _NAMES.findall(route.path)
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
    if route.body is not None:
        content = {"application/json": {"schema": by_shape[id(route.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    answer: dict[str, Any] = {"description": "Done"}
    if route.answer is not None:
        answer["content"] = {"application/json": {"schema": by_shape[id(route.answer)]}}
    operation["responses"][str(route.status)] = answer
    operation["responses"]["default"] = {
        "description": "Refused",
        "content": _PROBLEM | (_PAGE if route.page else {}),
    }
    if route.auth is Auth.USER:
        operation["security"] = [{"session": []}]
    elif route.auth is Auth.OPERATOR:
        operation["security"] = [{"operator": []}]
        operation["x-roles"] = list(route.allow)
    if route.door:
        operation["x-door"] = route.door
    return operation


def route(routes: Callable[[], list[Route]]) -> Route:
    """Return the route that serves the document."""

    async def serve(_request: Request) -> Response:
        return json_response(describe(routes()))

    return Route(
        "GET", "/api/openapi.json", serve, auth=Auth.NONE, summary="This document, in OpenAPI 3.1"
    )
