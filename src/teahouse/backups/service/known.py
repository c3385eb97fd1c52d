"""Which back-ups there are, and what old ciphertext still lies in them [U-23]."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from teahouse.audit.service import Audit
from teahouse.backups import store
from teahouse.backups.model.known import (
    Backup,
    Exposure,
    Key,
    Restored,
    exposed,
    lying,
    needing,
    older,
    seen,
)
from teahouse.backups.model.manifest import Manifest, NoSuchBackup, StillThere
from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.keyring import KeyRing
from teahouse.infra.vault.model import KeyRef
from teahouse.processors.model.proof import Under
from teahouse.renewals.model import KeptBackup
from teahouse.reports.model.facts import SinkSeen

LISTED_MAX = 1000


def named(path: Path) -> str:
    """Return where a back-up lies, for people: host and path."""
    return f"{socket.gethostname()}:{path.absolute()}"


def keys_told(manifest: Manifest) -> list[tuple[Key, str]]:
    """Return the keys that a back-up is sealed under, each with its state then."""
    return [(Key(one.key_id, one.version, one.count), one.state) for one in manifest.keys]


def told_of(
    manifest: Manifest,
    path: Path,
    actor: str,
    is_locked: bool,
    sha256: str = "",
) -> Backup:
    """Return what is noted of a back-up that lies somewhere."""
    return Backup(
        backup_id=manifest.backup_id,
        made_at=manifest.made_at,
        made_by=actor,
        place=named(path),
        release=manifest.release,
        log_pos=manifest.log_pos,
        bytes_count=path.stat().st_size,
        sha256=sha256,
        locked=is_locked,
        missing_count=len(manifest.missing),
        kept_by=manifest.kept_by.processor_id if manifest.kept_by else "",
    )


@dataclass(frozen=True, repr=False)
class Known:
    """What is known of back-ups."""

    db: Database
    ring: KeyRing
    audit: Audit
    clock: Clock
    keep_days: int

    async def backups(self, limit: int = LISTED_MAX) -> Sequence[Backup]:
        """Return the newest back-ups."""
        async with self.db.read() as tx:
            return await store.backups(tx, limit)

    async def restores(self) -> Sequence[Restored]:
        """Return when this house was brought back from a back-up, the newest first."""
        async with self.db.read() as tx:
            return await store.restores(tx, LISTED_MAX)

    async def exposed(self) -> list[Exposure]:
        """Return the back-ups that hold what is sealed under keys that are not primary any more.

        For the report of a run: a thief of the old key and of one of these can read it.
        """
        leading = {(key.key_id, key.version) for key in self.ring.held.leading}
        return exposed(await self.backups(), leading)

    async def needing(self, key: KeyRef) -> list[KeptBackup]:
        """Return the back-ups that nobody can open any more once a key is gone [I8]."""
        wanted = (key.key_id, key.version)
        async with self.db.read() as tx:
            under = await store.under(tx, *wanted, LISTED_MAX)
        return needing(under, wanted, self.clock.now(), self.keep_days)

    async def destroyed(self, actor: str, backup_id: str) -> None:
        """Note that somebody has destroyed a back-up, and every copy of it. Audited.

        Raises ``NoSuchBackup``; ``StillThere`` when its file can be seen from here.
        """
        async with self.db.transaction() as tx:
            place = await store.place(tx, backup_id)
            if place is None:
                raise NoSuchBackup
            host, _, path = place.partition(":")
            if host == socket.gethostname() and Path(path).exists():  # noqa: ASYNC240 - at the machine
                raise StillThere(f"{path} is still there: delete it first")
            await store.gone(tx, backup_id, self.clock.now())
            await self.audit.append(tx, actor, "backups.destroyed", backup_id)

    async def under(self, tx: Tx, processor_id: str) -> list[Under]:
        """Tell of the back-ups that lie, or lay, with a processor under its key [L-20]."""
        return lying(await store.kept_by(tx, processor_id, LISTED_MAX))

    async def unreadable(self, tx: Tx, processor_id: str, now: datetime) -> None:
        """Take the back-ups that lie with a processor for gone: nobody opens them any more."""
        await store.unreadable(tx, processor_id, now)

    async def left(self, ended_at: datetime) -> SinkSeen:
        """Tell the census which back-ups from before a moment there are still."""
        return seen(older(await self.backups(), ended_at))
