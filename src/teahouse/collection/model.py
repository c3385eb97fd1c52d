"""Which files something names, and when a file that nothing names may go."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.rooms.model.event import RoomEvent, raw_content_of

FILES_AT_ONCE_MAX = 50
EVENTS_AT_ONCE_MAX = 1_000
VALUES_AT_ONCE_MAX = 500
PROFILES_AT_ONCE_MAX = 100
COUNTED_MAX = 20_000  # an operator is told "at least" beyond that
COLLECT_FOR = timedelta(seconds=40)  # a job may take a minute
DAYS_KEPT = 400

_ID = rb"([A-Za-z0-9_-]{1,255})"


class FileGone(Refused):
    """A file that is named here was deleted, because nothing had named it for long: upload it again."""

    code = "collection.file_gone"
    kind = Kind.INVALID


class Collect(msgspec.Struct, frozen=True):
    """A job: take away the files that are due."""

    kind: ClassVar[str] = "collection.collect"


class Use(NamedTuple):
    """One place that names a file; see ``schema.sql``."""

    holder: str
    place: str
    media_id: str


class Listed(NamedTuple):
    """A file that may have no use, by the number of its row."""

    number: int
    media_id: str
    veiled: bool


class Limits(NamedTuple):
    """Since when a file must have been without a use. ``veiled``: where messages may hide one."""

    plain: datetime
    veiled: datetime | None


class Collected(msgspec.Struct, frozen=True):
    """Files, and how many bytes they have with their thumbnails."""

    files_count: int
    bytes_count: int


class Naming:
    """Finds the files of one house that a text names, by their ``mxc://`` addresses."""

    __slots__ = ("_address", "mark")

    def __init__(self, server_name: str) -> None:
        self.mark = f"mxc://{server_name}/".encode()
        self._address = re.compile(re.escape(self.mark) + _ID)

    def named(self, text: bytes) -> set[str]:
        """Return the ids of the files that a text names, wherever in it."""
        if self.mark not in text:
            return set()
        return {found.decode() for found in self._address.findall(text)}

    def uses(self, event: RoomEvent) -> list[Use]:
        """Return the uses that an event is; what its state was before is no part of it."""
        if self.mark not in event.body:
            return []
        text = raw_content_of(event.body) if event.is_state else event.body
        return [Use(event.room_id, event.event_id, one) for one in sorted(self.named(text))]

    def ends(self, event: RoomEvent) -> str:
        """Return the id of the state that an event replaces, if that named a file; else nothing."""
        if not event.is_state or self.mark not in event.body:
            return ""
        return _decode_before(event.body).unsigned.replaces_state


class _Unsigned(msgspec.Struct):
    replaces_state: str = ""


class _Before(msgspec.Struct):
    unsigned: _Unsigned = msgspec.field(default_factory=_Unsigned)


_decode_before = msgspec.json.Decoder(_Before).decode


def limits_of(now: datetime, days: int, days_encrypted: int) -> Limits | None:
    """Return since when files must have been without a use to go now; ``None``: none ever goes."""
    if not days:
        return None
    veiled = now - timedelta(days=days_encrypted) if days_encrypted else None
    return Limits(now - timedelta(days=days), veiled)


def passed_over(due: Iterable[Listed], newest: dict[str, int], used: Collection[str]) -> list[int]:
    """Return the numbers of rows that decide nothing: of files in use, or with a newer row."""
    return [one.number for one in due if one.media_id in used or newest[one.media_id] != one.number]
