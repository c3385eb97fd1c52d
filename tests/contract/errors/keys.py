"""Requests about keys of devices and people, and backups of keys."""

from tests.contract.errors.row import row

UNKNOWN = "404 M_NOT_FOUND"
OLD = "403 M_WRONG_ROOM_KEYS_VERSION"
ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2"
BACKUP = {"algorithm": ALGORITHM, "auth_data": {"public_key": "abcdefg", "signatures": {}}}
KEY = {
    "first_message_index": 0,
    "forwarded_count": 0,
    "is_verified": False,
    "session_data": {"ciphertext": "c", "ephemeral": "e", "mac": "m"},
}
ALL = "/v3/room_keys/keys"
ROOM = ALL + "/{roomId}"
ONE = ROOM + "/{sessionId}"
BODIES = {ALL: {"rooms": {}}, ROOM: {"sessions": {}}, ONE: KEY}
VERSION = "/v3/room_keys/version/{version}"
PUBLISH = "POST /v3/keys/device_signing/upload"

# bob has no backup; ada has two, of which the first is not the newest.
ROWS = (
    row("GET /v3/room_keys/version", UNKNOWN, "bob"),
    row(f"GET {VERSION}", UNKNOWN, version="99"),
    row(f"DELETE {VERSION}", UNKNOWN, version="99"),
    row(f"PUT {VERSION}", UNKNOWN, "ada", BACKUP, version="99"),
    row(f"PUT {VERSION}", "400 M_INVALID_PARAM", "ada", {**BACKUP, "version": "7"},
        version="newest"),
    row(f"PUT {VERSION}", "400 M_INVALID_PARAM", "ada", {**BACKUP, "algorithm": "m.tea"},
        version="newest"),
    *(
        row(f"{method} {place}", UNKNOWN, "ada", body if method == "PUT" else None, version="99",
            sessionId="s")
        for place, body in BODIES.items()
        for method in ("GET", "PUT", "DELETE")
    ),
    *(
        row(f"PUT {place}", OLD, "ada", body, version="older", sessionId="s")
        for place, body in BODIES.items()
    ),
    row(f"GET {ONE}", UNKNOWN, version="newest", sessionId="none"),
    row(PUBLISH, "400 M_MISSING_PARAM", "bob", {"self_signing_key": "$signed"}),
    row(PUBLISH, "400 M_INVALID_SIGNATURE", "bob",
        {"master_key": "$master", "self_signing_key": "$badly"}),
    row(PUBLISH, "403 M_FORBIDDEN", "bob", {"master_key": "$like_device"}),
    row("POST /v3/keys/upload", "400 M_BAD_JSON", "ada", {"device_keys": 5}),
)  # fmt: skip
