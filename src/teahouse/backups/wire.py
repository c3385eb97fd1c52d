"""Back-ups as operators see them."""

from datetime import datetime

import msgspec

from teahouse.backups.model.known import Backup, Exposure


class BackupWire(msgspec.Struct, frozen=True):
    """A back-up."""

    backup_id: str
    made_at: datetime
    made_by: str
    place: str
    bytes_count: int
    locked: bool
    missing_count: int
    old_keys: bool  # whether something in it is sealed under a key that is no longer the primary
    gone_at: datetime | None
    kept_by: str  # the processor under whose key it is, if it is under one


class BackupsWire(msgspec.Struct, frozen=True):
    """The newest back-ups, and whether the last one is too old."""

    backups: list[BackupWire]
    old: bool


def backups_wire(
    found: list[Backup], exposed: list[Exposure], now: datetime, old_after_days: int
) -> BackupsWire:
    """Tell of back-ups."""
    old_keys = {one.backup_id for one in exposed}
    told = [
        BackupWire(
            backup_id=one.backup_id,
            made_at=one.made_at,
            made_by=one.made_by,
            place=one.place,
            bytes_count=one.bytes_count,
            locked=one.locked,
            missing_count=one.missing_count,
            old_keys=one.backup_id in old_keys,
            gone_at=one.gone_at,
            kept_by=one.kept_by,
        )
        for one in found
    ]
    is_old = not found or (now - found[0].made_at).days >= old_after_days
    return BackupsWire(told, is_old)
