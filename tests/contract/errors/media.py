"""Requests about files."""

from tests.contract.errors.row import row

NEW, OLD = "/v1/media", "/media/v3"
FILE = {"serverName": "s", "mediaId": "file"}
AWAITED = {"serverName": "s", "mediaId": "awaited"}
NONE = {"serverName": "s", "mediaId": "none"}
SMALL = {"width": "32", "height": "32"}
UNKNOWN, FORBIDDEN, LARGE = "404 M_NOT_FOUND", "403 M_FORBIDDEN", "413 M_TOO_LARGE"
INVALID, FULL = "400 M_INVALID_PARAM", "403 M_USER_LIMIT_EXCEEDED"
UPLOAD = "PUT /media/v3/upload/{serverName}/{mediaId}"
DOWNLOADS = ("download/{serverName}/{mediaId}", "download/{serverName}/{mediaId}/{fileName}")
THUMBNAIL = f"GET {NEW}/thumbnail/{{serverName}}/{{mediaId}}"

ROWS = (
    *(
        row(f"GET {place}", said, "ada", None, **given)
        for place in (f"{NEW}/{what}" for what in DOWNLOADS)
        for said, given in (
            ("504 M_NOT_YET_UPLOADED", {**AWAITED, "timeout_ms": "0"}),
            (UNKNOWN, NONE),
            (UNKNOWN, {**FILE, "serverName": "elsewhere.example"}),
        )
    ),
    row(THUMBNAIL, "504 M_NOT_YET_UPLOADED", **AWAITED, **SMALL, timeout_ms="0"),
    row(THUMBNAIL, "400 M_UNKNOWN", **FILE, **SMALL),
    row(THUMBNAIL, INVALID, **FILE, width="-1", height="32"),
    row(THUMBNAIL, INVALID, **FILE, width="wide", height="32"),
    row(THUMBNAIL, LARGE, serverName="s", mediaId="huge", **SMALL),
    *(row(f"GET {OLD}/{what}", UNKNOWN, "", **NONE) for what in DOWNLOADS),
    row("POST /media/v1/create", FULL, "full"),
    row("POST /media/v3/upload", FULL, "full", b"tea"),
    row("POST /media/v3/upload", LARGE, "ada", b"x" * 2_000_000),
    row(UPLOAD, LARGE, "ada", b"x" * 2_000_000, **AWAITED),
    row(UPLOAD, FORBIDDEN, "bob", b"tea", **AWAITED),
    row(UPLOAD, UNKNOWN, "ada", b"tea", **NONE),
    row(UPLOAD, "409 M_CANNOT_OVERWRITE_MEDIA", "ada", b"tea", **FILE),
    row("GET /v1/media/preview_url", "400 M_MISSING_PARAM"),
)  # fmt: skip
