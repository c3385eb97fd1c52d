"""Requests and answers of key backups, as Matrix has them."""

from collections.abc import Iterable
from typing import Any

import msgspec

from teahouse.keybackups.model import Backup, KeptKey, Object, SessionKey, Tally


class BackupIn(msgspec.Struct, frozen=True):
    """The body of ``POST`` and ``PUT /room_keys/version``."""

    algorithm: str
    auth_data: Object | str
    version: str | None = None


class RoomIn(msgspec.Struct, frozen=True):
    """Keys of one room."""

    sessions: dict[str, SessionKey]


class RoomsIn(msgspec.Struct, frozen=True):
    """Keys of several rooms."""

    rooms: dict[str, RoomIn]


def backup_out(backup: Backup) -> dict[str, Any]:
    """Return a version."""
    return {
        "algorithm": backup.algorithm,
        "auth_data": msgspec.Raw(backup.auth_data),
        "count": backup.count,
        "etag": str(backup.etag),
        "version": str(backup.version),
    }


def tally_out(tally: Tally) -> dict[str, Any]:
    """Return how many keys there are."""
    return {"count": tally.key_count, "etag": str(tally.etag)}


def key_out(key: KeptKey) -> dict[str, Any]:
    """Return one key."""
    return {
        "first_message_index": key.first_message_index,
        "forwarded_count": key.forwarded_count,
        "is_verified": key.is_verified,
        "session_data": msgspec.Raw(key.session_data),
    }


def room_out(keys: Iterable[KeptKey]) -> dict[str, Any]:
    """Return the keys of a room."""
    return {"sessions": {key.session_id: key_out(key) for key in keys}}


def rooms_out(keys: Iterable[KeptKey]) -> dict[str, Any]:
    """Return keys by room."""
    by_room: dict[str, list[KeptKey]] = {}
    for key in keys:
        by_room.setdefault(key.room_id, []).append(key)
    return {"rooms": {room_id: room_out(mine) for room_id, mine in by_room.items()}}
