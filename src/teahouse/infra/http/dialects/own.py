"""Our own API's words: problem documents (RFC 9457) with a stable ``code``."""

from typing import Any

from teahouse.errors import Kind, Refused
from teahouse.infra.http.dialects.matrix import retry_header
from teahouse.infra.http.response import Header, Response
from teahouse.infra.http.strict_json import encode

PROBLEM = b"application/problem+json"

STATUSES: dict[Kind, tuple[int, str]] = {
    Kind.INVALID: (400, "Not acceptable"),
    Kind.BAD_JSON: (400, "Body of the wrong shape"),
    Kind.NOT_JSON: (400, "Body is not JSON"),
    Kind.MISSING: (400, "Something is missing"),
    Kind.UNAUTHENTICATED: (401, "Sign in first"),
    Kind.UNKNOWN_TOKEN: (401, "Session ended"),
    Kind.FORBIDDEN: (403, "Not allowed"),
    Kind.NOT_FOUND: (404, "Not found"),
    Kind.METHOD: (405, "Not that way"),
    Kind.CONFLICT: (409, "Conflict"),
    Kind.TOO_LARGE: (413, "Too large"),
    Kind.MEDIA_TYPE: (415, "Content type not taken"),
    Kind.UNPROCESSABLE: (422, "Refused by a rule"),
    Kind.TOO_MANY: (429, "Too many requests"),
    Kind.TIMEOUT: (408, "Too slow"),
    Kind.UNAVAILABLE: (503, "Not available now"),
}

HEADERS: tuple[Header, ...] = ()


def refusal(refused: Refused) -> Response:
    """Say no in a problem document."""
    status, title = STATUSES[refused.kind]
    body: dict[str, Any] = {
        "type": f"about:blank#{refused.code}",
        "title": title,
        "status": status,
        "detail": refused.words,
        "code": refused.code,
        **refused.fields,
    }
    return Response(status, encode(body), PROBLEM, retry_header(refused, status))


def fault(incident: str) -> Response:
    """Say that it was our fault, with a number to quote."""
    body = {
        "type": "about:blank#server.fault",
        "title": "Fault on our side",
        "status": 500,
        "detail": f"Something failed on our side. Quote {incident} to the operator.",
        "code": "server.fault",
        "incident": incident,
    }
    return Response(500, encode(body), PROBLEM)
