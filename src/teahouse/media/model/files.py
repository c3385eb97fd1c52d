"""Files: limits, what may be shown in place, names in headers, ranges.

From the Client-Server API's "Content Repository" and RFC 9110 (ranges), RFC 6266 (names).
"""

import re
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

import msgspec

from teahouse.errors import Invalid, Kind, Refused

NAME_BYTES_MAX = 1_000
CONTENT_TYPE_LETTERS_MAX = 255
KEPT_BYTES_MAX = 5 * 1024**3
KEPT_TOLD_FOR = timedelta(minutes=1)  # what all keep is counted anew only then
PENDING_MAX = 50
PENDING_FOR = timedelta(hours=24)
WAIT_MS_DEFAULT = 20_000
WAIT_MS_MAX = 60_000
DELETED_AT_ONCE_MAX = 500
UNKNOWN_TYPE = "application/octet-stream"

INLINE = frozenset(
    {
        "text/css", "text/plain", "text/csv", "application/json", "application/ld+json",
        "image/jpeg", "image/gif", "image/png", "image/apng", "image/webp", "image/avif",
        "video/mp4", "video/webm", "video/ogg", "video/quicktime", "audio/mp4", "audio/webm",
        "audio/aac", "audio/mpeg", "audio/ogg", "audio/wave", "audio/wav", "audio/x-wav",
        "audio/x-pn-wav", "audio/flac", "audio/x-flac",
    }
)  # fmt: skip

_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(;[\x20-\x7e]*)?")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class OwnFile(msgspec.Struct, frozen=True):
    """A file of one's own."""

    media_id: str
    content_type: str
    name: str | None
    bytes_count: int
    blob: str
    created_at: datetime


class NoSuchMedia(Refused):
    """There is no such file."""

    code = "media.not_found"
    kind = Kind.NOT_FOUND


class NotYetUploaded(Refused):
    """Content has not yet been uploaded."""

    code = "media.not_yet_uploaded"
    kind = Kind.UNAVAILABLE


class AlreadyUploaded(Refused):
    """There is a file at that address already."""

    code = "media.already_uploaded"
    kind = Kind.CONFLICT


class NotYourUpload(Refused):
    """That address was given to somebody else."""

    code = "media.not_yours"
    kind = Kind.FORBIDDEN


class QuotaReached(Refused):
    """You keep as many bytes here as one account may."""

    code = "media.quota"
    kind = Kind.FORBIDDEN


class HouseFull(Refused):
    """There is no more room for files in this house: its operator has set how much there may be."""

    code = "media.house_full"
    kind = Kind.FORBIDDEN


class TooManyPending(Refused):
    """Too many addresses are waiting for their content: upload to those first."""

    code = "media.too_many_pending"
    kind = Kind.TOO_MANY


class BadRange(Refused):
    """The file has no such part."""

    code = "media.bad_range"
    kind = Kind.UNPROCESSABLE


class Upload:
    """What somebody sends: bytes, and what they say of them."""

    __slots__ = ("body", "content_type", "name")

    def __init__(self, body: bytes, content_type: str, name: str | None) -> None:
        self.body = body
        self.content_type = content_type
        self.name = name


class File(msgspec.Struct, frozen=True):
    """A file as kept. ``name`` is ``None`` when none was given or its owner has gone."""

    media_id: str
    account_id: str
    content_type: str
    name: str | None
    bytes_count: int
    sha256: bytes
    blob: str

    @property
    def tag(self) -> str:
        """The entity tag: the same bytes have the same."""
        return f'"{self.sha256.hex()[:32]}"'


class DeleteBlobs(msgspec.Struct, frozen=True):
    """A job: delete the bytes of files whose rows are gone."""

    kind: ClassVar[str] = "media.delete_blobs"
    names: list[str]


def as_content_type(header: str | None) -> str:
    """Return a content type that is safe to send back; what is none becomes plain bytes."""
    text = (header or "").strip()
    if len(text) > CONTENT_TYPE_LETTERS_MAX or not _TYPE.fullmatch(text):
        return UNKNOWN_TYPE
    return text


def as_name(name: str | None) -> str | None:
    """Return a file name to keep. Raises ``Invalid`` for one that is too long."""
    if not name:
        return None
    if len(name.encode()) > NAME_BYTES_MAX:
        raise Invalid(f"A file name may have at most {NAME_BYTES_MAX} bytes.")
    return name


def disposition(content_type: str, name: str | None) -> str:
    """Return a ``Content-Disposition``: in place only for what cannot run [spec, inline list]."""
    is_inline = content_type.partition(";")[0].strip().lower() in INLINE
    how = "inline" if is_inline else "attachment"
    if not name:
        return how
    plain = _CONTROL.sub("_", name)
    if plain.isascii():
        escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
        return f'{how}; filename="{escaped}"'
    return f"{how}; filename*=utf-8''{quote(plain, safe='')}"


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the part asked for, from and before, or ``None`` for the whole.

    Several parts, or words that are no range, mean the whole. Raises ``BadRange``.
    """
    found = _RANGE.fullmatch(header.replace(" ", "")) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start = int(first)
        end = min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise BadRange(size_bytes=size)
    return start, end
