"""Matrix's words (Client-Server API, "Standard error response").

``KINDS`` covers every refusal by its kind; ``ERRCODES`` names the codes whose word is another.
"""

import math
from typing import Any

from teahouse.errors import Kind, Refused
from teahouse.infra.http.response import Header, Response
from teahouse.infra.http.strict_json import encode

KINDS: dict[Kind, tuple[int, str]] = {
    Kind.INVALID: (400, "M_INVALID_PARAM"),
    Kind.BAD_JSON: (400, "M_BAD_JSON"),
    Kind.NOT_JSON: (400, "M_NOT_JSON"),
    Kind.MISSING: (400, "M_MISSING_PARAM"),
    Kind.UNAUTHENTICATED: (401, "M_MISSING_TOKEN"),
    Kind.UNKNOWN_TOKEN: (401, "M_UNKNOWN_TOKEN"),
    Kind.FORBIDDEN: (403, "M_FORBIDDEN"),
    Kind.NOT_FOUND: (404, "M_NOT_FOUND"),
    Kind.METHOD: (405, "M_UNRECOGNIZED"),
    Kind.CONFLICT: (409, "M_CONFLICT"),
    Kind.TOO_LARGE: (413, "M_TOO_LARGE"),
    Kind.MEDIA_TYPE: (415, "M_UNRECOGNIZED"),
    Kind.UNPROCESSABLE: (400, "M_INVALID_PARAM"),
    Kind.TOO_MANY: (429, "M_LIMIT_EXCEEDED"),
    Kind.TIMEOUT: (408, "M_UNKNOWN"),
    Kind.UNAVAILABLE: (503, "M_UNKNOWN"),
}

ERRCODES: dict[str, tuple[int, str]] = {
    "blobs.bad_range": (416, "M_INVALID_PARAM"),
    "grants.apps_refused": (404, "M_UNRECOGNIZED"),
    "grants.in_browser": (404, "M_UNRECOGNIZED"),
    "gate.guests": (403, "M_GUEST_ACCESS_FORBIDDEN"),
    "guests.not_admitted": (403, "M_GUEST_ACCESS_FORBIDDEN"),
    "request.guests": (403, "M_GUEST_ACCESS_FORBIDDEN"),
    "gate.unknown_kind": (400, "M_UNRECOGNIZED"),
    "gate.unknown_session": (400, "M_UNKNOWN"),
    "request.no_such_route": (404, "M_UNRECOGNIZED"),
    "rooms.unsupported_version": (400, "M_UNSUPPORTED_ROOM_VERSION"),
    "rooms.not_banned": (403, "M_BAD_STATE"),
    "rooms.bad_state": (400, "M_INVALID_ROOM_STATE"),
    "relations.duplicate_annotation": (400, "M_DUPLICATE_ANNOTATION"),
    "relations.no_thread_there": (400, "M_UNKNOWN"),
    "membership.still_there": (400, "M_UNKNOWN"),
    "timeline.bad_alias": (400, "M_BAD_ALIAS"),
    "timeline.invite_blocked": (403, "M_INVITE_BLOCKED"),
    "accountdata.server_controlled": (405, "M_BAD_JSON"),
    "encryption.bad_signature": (400, "M_INVALID_SIGNATURE"),
    "slidingsync.unknown_pos": (400, "M_UNKNOWN_POS"),
    "keybackups.wrong_version": (403, "M_WRONG_ROOM_KEYS_VERSION"),
    "directory.alias_exists": (409, "M_UNKNOWN"),
    "directory.alias_in_use": (400, "M_ROOM_IN_USE"),
    "media.not_yet_uploaded": (504, "M_NOT_YET_UPLOADED"),
    "media.already_uploaded": (409, "M_CANNOT_OVERWRITE_MEDIA"),
    "media.quota": (403, "M_USER_LIMIT_EXCEEDED"),
    "media.house_full": (403, "M_RESOURCE_LIMIT_EXCEEDED"),
    "media.no_thumbnail": (400, "M_UNKNOWN"),
    "push.unrecognized": (400, "M_UNRECOGNIZED"),
    "push.no_neighbour": (400, "M_UNKNOWN"),
    "appservices.bad_status": (502, "M_BAD_STATUS"),
    "appservices.exclusive": (400, "M_EXCLUSIVE"),
    "appservices.no_address": (400, "M_URL_NOT_SET"),
    "appservices.not_in_time": (504, "M_CONNECTION_TIMEOUT"),
    "appservices.not_reached": (502, "M_CONNECTION_FAILED"),
    "appservices.unknown_device": (400, "M_UNKNOWN_DEVICE"),
    "accounts.bad_localpart": (400, "M_INVALID_USERNAME"),
    "accounts.name_taken": (400, "M_USER_IN_USE"),
    "accounts.contact_in_use": (400, "M_THREEPID_IN_USE"),
    "elsewhere.contact_denied": (403, "M_THREEPID_DENIED"),
    "accounts.weak_password": (400, "M_WEAK_PASSWORD"),
    "entry.bad_login_type": (400, "M_UNKNOWN"),
    "accounts.locked": (401, "M_USER_LOCKED"),
    "accounts.suspended": (403, "M_USER_SUSPENDED"),
    "accounts.deactivated": (403, "M_USER_DEACTIVATED"),
    "accounts.leaving": (403, "M_USER_DEACTIVATED"),
    "accounts.profile_too_large": (400, "M_PROFILE_TOO_LARGE"),
    "accounts.profile_name_too_long": (400, "M_KEY_TOO_LARGE"),
}

HEADERS: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, PUT, DELETE, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"X-Requested-With, Content-Type, Authorization, Date, Range",
    ),
    (b"access-control-expose-headers", b"Retry-After, Content-Range"),
)


def refusal(refused: Refused) -> Response:
    """Say no in Matrix's words."""
    status, errcode = ERRCODES.get(refused.code) or KINDS[refused.kind]
    body: dict[str, Any] = {"errcode": errcode, "error": refused.words, **refused.fields}
    if errcode == "M_UNKNOWN_TOKEN":
        body.setdefault("soft_logout", False)
    return Response(status, encode(body), headers=retry_header(refused, status))


def fault(incident: str) -> Response:
    """Say that it was our fault, with a number to quote."""
    words = f"Something failed on our side. Quote {incident} to the operator."
    return Response(500, encode({"errcode": "M_UNKNOWN", "error": words, "incident": incident}))


def retry_header(refused: Refused, status: int) -> tuple[Header, ...]:
    """Return ``Retry-After`` in seconds for refusals that pass by themselves."""
    wait_ms = refused.fields.get("retry_after_ms")
    if wait_ms is None:
        return ((b"retry-after", b"2"),) if status == 503 else ()
    return ((b"retry-after", str(math.ceil(wait_ms / 1000)).encode()),)
