"""Requests as bytes, straight into the ASGI application, so that nothing tidies them up on the way."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Headers = tuple[tuple[bytes, bytes], ...]
MATRIX = ("/_matrix", "/_synapse", "/.well-known/matrix")
JSON_TYPE = (b"content-type", b"application/json")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def code(self) -> str:
        """The word for what went wrong, in any API."""
        told = json.loads(self.body)
        return str(told.get("errcode") or told.get("code") or told.get("error"))


async def ask(
    app: Any,
    method: str,
    raw_path: bytes,
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
    body: bytes = b"",
) -> Answer:
    """Make one request and return its answer; the body comes with its length."""
    sent: list[Any] = []
    asked = False

    async def receive() -> Any:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    length = (b"content-length", b"%d" % len(body))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": raw_path.decode("latin-1"),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [*headers, length] if body else list(headers),
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 8008),
    }
    await app(scope, receive, send)
    told = {key.decode().lower(): value.decode("latin-1") for key, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], told, b"".join(part.get("body", b"") for part in sent[1:]))


def bearer(token: str) -> tuple[bytes, bytes]:
    """The header that says who asks."""
    return (b"authorization", b"Bearer " + token.encode("latin-1"))


PAGES = ("/fallback/web", "/oidc/callback", "/oauth2/authorize")
OAUTH = "/oauth2/"


def misspoken(path: str, answer: Answer) -> str:
    """Tell how a refusal departs from the words of its API; empty: it does not."""
    if answer.status >= 500:
        return f"{answer.status} {answer.body[:200]!r}"
    if path.endswith(PAGES) and answer.kind == "text/html":
        return ""  # a page, for a browser
    try:
        told = json.loads(answer.body)
    except ValueError:
        return f"{answer.status} without JSON: {answer.body[:80]!r}"
    if path.startswith(MATRIX):
        return _misspoken_in_matrix(answer, told)
    if path.startswith(OAUTH):
        return _misspoken_in_oauth(answer, told)
    problem = isinstance(told, dict) and told.get("status") == answer.status
    if not problem or not all(told.get(key) for key in ("type", "title", "detail", "code")):
        return f"{answer.status} without a problem document: {answer.body[:80]!r}"
    if answer.kind != "application/problem+json":
        return f"{answer.status} as {answer.kind}"
    return ""


def _misspoken_in_oauth(answer: Answer, told: Any) -> str:
    if answer.headers.get("access-control-allow-origin") != "*":
        return f"{answer.status} without CORS"
    if answer.kind != "application/json" or not isinstance(told, dict):
        return f"{answer.status} as {answer.kind}"
    said = set(told) == {"error", "error_description"} and all(told.values())
    return "" if said else f"{answer.status} without error: {answer.body[:80]!r}"


def _misspoken_in_matrix(answer: Answer, told: Any) -> str:
    if answer.headers.get("access-control-allow-origin") != "*":
        return f"{answer.status} without CORS"
    if answer.kind != "application/json":
        return f"{answer.status} as {answer.kind}"
    if not isinstance(told, dict):
        return f"{answer.status} is no object"
    if "flows" in told and answer.status == 401:  # user-interactive authentication asks for more
        return "" if isinstance(told.get("session"), str) else "401 with flows, without a session"
    if not str(told.get("errcode", "")).startswith("M_") or not told.get("error"):
        return f"{answer.status} without errcode and error: {answer.body[:80]!r}"
    return ""
