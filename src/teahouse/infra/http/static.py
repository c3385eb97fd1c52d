"""The web client: files read once at start, compressed once, served with a strict policy.

Anything under ``/assets/`` has its content's hash in its name and may be kept for ever; the pages
themselves are asked for again each time. A path that is no file is a place inside the client.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from teahouse.errors import NotFound
from teahouse.infra.http.response import Header, Response

COMPRESS_BYTES_MIN = 512
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGE_HEADERS: tuple[Header, ...] = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(self), microphone=(self), payment=()"),
)


@dataclass(frozen=True)
class _File:
    plain: bytes
    packed: bytes | None
    kind: bytes
    tag: bytes
    is_page: bool


class Static:
    """The built web client."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            "/" + str(path.relative_to(folder)): _read(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def serve(self, path: str, scope: Any) -> Response:
        """Return the file at ``path``, or the client's page. Raises ``NotFound``."""
        file = self._files.get(path)
        if file is None:
            if path.startswith(("/assets/", "/api/", "/.well-known/")):
                raise NotFound
            page = "/admin.html" if path.split("/")[1] == "admin" else "/index.html"
            file = self._files.get(page)
        if file is None:
            raise NotFound("The web client has not been built: run `make up`.")
        sent = dict(scope["headers"])
        keep = (
            b"public, max-age=31536000, immutable" if path.startswith("/assets/") else b"no-cache"
        )
        headers: list[Header] = [
            (b"etag", file.tag),
            (b"cache-control", keep),
            (b"vary", b"accept-encoding"),
        ]
        if file.is_page:
            headers.extend(PAGE_HEADERS)
        if sent.get(b"if-none-match") == file.tag:
            return Response(304, b"", file.kind, tuple(headers))
        if file.packed is not None and b"gzip" in sent.get(b"accept-encoding", b""):
            headers.append((b"content-encoding", b"gzip"))
            return Response(200, file.packed, file.kind, tuple(headers))
        return Response(200, file.plain, file.kind, tuple(headers))


def _read(path: Path) -> _File:
    plain = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".webmanifest":
        kind = "application/manifest+json"
    is_text = kind.startswith("text/") or kind in (
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
    )
    packed = gzip.compress(plain, 9) if is_text and len(plain) >= COMPRESS_BYTES_MIN else None
    tag = b'"' + hashlib.sha256(plain).hexdigest()[:20].encode() + b'"'
    full_kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return _File(plain, packed, full_kind.encode(), tag, kind == "text/html")
