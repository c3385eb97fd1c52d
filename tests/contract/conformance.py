"""Every answer to a Matrix client, held against the specification's own description of it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

DOCUMENT = Path(__file__).with_name("matrix.json")
STANDARD_ERROR = {
    "type": "object",
    "properties": {"errcode": {"type": "string"}, "error": {"type": "string"}},
    "required": ["errcode", "error"],
}
_STANDARD = jsonschema_rs.validator_for(STANDARD_ERROR)
FLEETING = {
    "type": "object",
    "properties": {
        "type": {"enum": ["m.typing", "m.receipt", "m.presence"]},
        "content": {"type": "object"},
    },
    "required": ["type", "content"],
}
INTERACTIVE = "/_matrix/client/v3/account/password", "post", "401", "application/json"
OLD_PREFIXES = ("/_matrix/client/r0/", "/_matrix/media/r0/")


@cache
def document() -> Any:
    """Return the description of the Client-Server API.

    A file comes back as what it was sent as, which only the specification's prose says. Who types,
    has read and is there comes by the old way of hearing, too, as clients of it know it. A whole
    state event is an object as much as any content is, so it cannot be exactly one of the two.
    """
    found = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    heard = found["paths"]["/_matrix/client/v3/events"]["get"]["responses"]["200"]
    chunk = heard["content"]["application/json"]["schema"]["properties"]["chunk"]
    chunk["items"] = {"anyOf": [chunk["items"], FLEETING]}
    stated = found["paths"]["/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}"]
    shape = stated["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    shape["anyOf"] = shape.pop("oneOf")
    for path, operations in found["paths"].items():
        if "/download/" in path:
            operations["get"]["responses"]["200"]["content"] = {"*/*": {}}
    return found


@cache
def _templates() -> list[tuple[tuple[str, ...], str]]:
    paths = sorted(document()["paths"], key=lambda path: path.count("{"))  # exact ones first
    return [(tuple(path.split("/")), path) for path in paths]


def template(path: str) -> str | None:
    """Return the description's path that a request's raw path is one of."""
    if path.startswith(OLD_PREFIXES):
        path = path.replace("/r0/", "/v3/", 1)
    parts = path.split("/")
    for wanted, name in _templates():
        if len(wanted) == len(parts) and all(
            part == want or (part and want.startswith("{"))
            for part, want in zip(parts, wanted, strict=True)
        ):
            return name
    return None


@cache
def _validator(path: str, method: str, status: str, kind: str) -> Any:
    answers = document()["paths"][path][method.lower()]["responses"]
    schema = answers.get(status, {}).get("content", {}).get(kind, {}).get("schema")
    if schema is None and int(status) >= 400:
        schema = STANDARD_ERROR
    return None if schema is None else jsonschema_rs.validator_for(schema)


def violation(method: str, raw_path: str, status: int, kind: str, body: bytes) -> str:
    """Tell how an answer departs from the specification; empty: it does not, or says nothing."""
    path = template(raw_path)
    if path is None or method.lower() not in document()["paths"][path]:
        return ""
    declared = document()["paths"][path][method.lower()]["responses"]
    where = f"{method} {path} {status}"
    if status < 400 and str(status) not in declared:
        return f"{where}: not one of {', '.join(declared)}"
    kind = kind.partition(";")[0].strip()
    kinds = declared.get(str(status), {}).get("content")
    if kinds and "*/*" not in kinds and kind not in kinds:
        return f"{where}: {kind} is not one of {', '.join(kinds)}"
    validator = _validator(path, method, str(status), kind)
    if validator is None or (kind != "application/json" and status < 400):
        return ""
    try:
        told = json.loads(body)
    except ValueError:
        return f"{where}: no JSON, {body[:80]!r}"
    is_plain = not (isinstance(told, dict) and "flows" in told)
    if status == 401 and not is_plain and "401" not in declared:
        validator = _validator(*INTERACTIVE)  # told of in prose, for every call that asks for it
    if status >= 400 and is_plain and _STANDARD.is_valid(told):
        return ""  # any call may be refused so, whatever else it may be refused with
    wrong = [
        f"/{'/'.join(map(str, error.instance_path))} {error.message}"
        for error in validator.iter_errors(told)
    ]
    return f"{where}: {'; '.join(wrong)[:600]} in {body[:300]!r}" if wrong else ""


class Conforming:
    """An ASGI application around ours that raises ``AssertionError`` when an answer departs."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.seen: dict[tuple[str, str], int] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve, and look at what is sent."""
        if scope["type"] != "http" or scope["method"] in ("HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        status, kind, parts = 0, "", list[bytes]()

        async def look(message: Any) -> None:
            nonlocal status, kind
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = dict(message["headers"])
                kind = headers.get(b"content-type", b"").decode("latin-1")
            else:
                parts.append(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, look)
        raw_path = scope["raw_path"].decode("latin-1").partition("?")[0]
        if status and raw_path.startswith(("/_matrix", "/.well-known/matrix")):
            place = (scope["method"], template(raw_path) or raw_path)
            self.seen[place] = self.seen.get(place, 0) + 1
            wrong = violation(scope["method"], raw_path, status, kind, b"".join(parts))
            assert not wrong, wrong
