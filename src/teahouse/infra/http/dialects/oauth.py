"""OAuth's words (RFC 6749, 5.2; RFC 7591, 3.2.2; RFC 8628, 3.5): an ``error`` and a sentence.

``KINDS`` covers every refusal by its kind; ``ERRORS`` names the codes whose word is another.
"""

from teahouse.errors import Kind, Refused
from teahouse.infra.http.dialects import matrix
from teahouse.infra.http.response import Header, Response
from teahouse.infra.http.strict_json import encode

PREFIX = "/oauth2/"

KINDS: dict[Kind, tuple[int, str]] = {
    Kind.INVALID: (400, "invalid_request"),
    Kind.BAD_JSON: (400, "invalid_request"),
    Kind.NOT_JSON: (400, "invalid_request"),
    Kind.MISSING: (400, "invalid_request"),
    Kind.UNAUTHENTICATED: (401, "invalid_token"),
    Kind.UNKNOWN_TOKEN: (401, "invalid_token"),
    Kind.FORBIDDEN: (403, "access_denied"),
    Kind.NOT_FOUND: (404, "invalid_request"),
    Kind.METHOD: (405, "invalid_request"),
    Kind.CONFLICT: (409, "invalid_request"),
    Kind.TOO_LARGE: (413, "invalid_request"),
    Kind.MEDIA_TYPE: (415, "invalid_request"),
    Kind.UNPROCESSABLE: (400, "invalid_request"),
    Kind.TOO_MANY: (429, "temporarily_unavailable"),
    Kind.TIMEOUT: (408, "invalid_request"),
    Kind.UNAVAILABLE: (503, "temporarily_unavailable"),
}

ERRORS: dict[str, tuple[int, str]] = {
    "grants.unknown_client": (401, "invalid_client"),
    "grants.bad_metadata": (400, "invalid_client_metadata"),
    "grants.bad_redirect": (400, "invalid_redirect_uri"),
    "grants.bad_scope": (400, "invalid_scope"),
    "grants.bad_grant": (400, "invalid_grant"),
    "grants.unknown_grant_type": (400, "unsupported_grant_type"),
    "grants.not_for_client": (400, "unauthorized_client"),
    "grants.pending": (400, "authorization_pending"),
    "grants.too_fast": (400, "slow_down"),
    "grants.expired": (400, "expired_token"),
    "grants.denied": (400, "access_denied"),
    "grants.apps_refused": (403, "access_denied"),
    # A lock passes: an app that is told 4xx forgets its session, and one that is told 5xx waits.
    "accounts.locked": (503, "temporarily_unavailable"),
}

HEADERS: tuple[Header, ...] = (
    *matrix.HEADERS,
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def word(refused: Refused) -> tuple[int, str]:
    """Return the status and the ``error`` that say a refusal."""
    return ERRORS.get(refused.code) or KINDS[refused.kind]


def refusal(refused: Refused) -> Response:
    """Say no in OAuth's words."""
    status, error = word(refused)
    body = {"error": error, "error_description": refused.words}
    return Response(status, encode(body), headers=matrix.retry_header(refused, status))


def fault(incident: str) -> Response:
    """Say that it was our fault, with a number to quote."""
    words = f"Something failed on our side. Quote {incident} to the operator."
    return Response(500, encode({"error": "server_error", "error_description": words}))
