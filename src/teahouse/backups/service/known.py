"""Which back-ups there are, and what old ciphertext still lies in them [U-23]."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from teahouse.backups import store
from teahouse.backups.model.known import Backup, Exposure, exposed, older, seen
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.keyring import KeyRing
from teahouse.reports.model.facts import SinkSeen

LISTED_MAX = 1000


@dataclass(frozen=True, repr=False)
class Known:
    """What is known of back-ups."""

    db: Database
    ring: KeyRing

    async def backups(self, limit: int = LISTED_MAX) -> Sequence[Backup]:
        """Return the newest back-ups."""
        async with self.db.read() as tx:
            return await store.backups(tx, limit)

    async def exposed(self) -> list[Exposure]:
        """Return the back-ups that hold what is sealed under keys that are not primary any more.

        For the report of a run: a thief of the old key and of one of these can read it.
        """
        primary = self.ring.held.primary
        return exposed(await self.backups(), (primary.key_id, primary.version))

    async def left(self, ended_at: datetime) -> SinkSeen:
        """Tell the census which back-ups from before a moment there are still."""
        return seen(older(await self.backups(), ended_at))
