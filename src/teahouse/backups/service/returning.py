"""What follows once a back-up is in: keys brought forward, erasures done again, and only then people."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from teahouse.audit.service import Audit
from teahouse.backups import store
from teahouse.backups.model import words
from teahouse.backups.model.ledger import Again
from teahouse.backups.model.manifest import Manifest, RestoreUnfinished
from teahouse.backups.service.known import keys_told, told_of
from teahouse.backups.service.ledger import Ledger
from teahouse.backups.service.locking import is_locked
from teahouse.clock import Clock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.forward import Forward, Forwarded
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.vault import Vault
from teahouse.notices.service.history import History

SETTLING_SECONDS_MAX = 300.0


@dataclass(frozen=True)
class Returned:
    """What was done after a back-up was in."""

    keys: Forwarded
    again: Again
    settled: bool  # whether everybody who acts on an erasure has


@dataclass(frozen=True, repr=False)
class Returning:
    """Ends the bringing back of a house; until then it serves nobody."""

    db: Database
    vault: Vault
    log: Log
    ledger: Ledger
    audit: Audit
    history: History
    clock: Clock
    rewraps: Sequence[Callable[[Tx], Awaitable[int]]]

    async def check_whole(self) -> None:
        """Raise ``RestoreUnfinished`` while a back-up was brought back in part."""
        async with self.db.read() as tx:
            if await store.unfinished(tx) is not None:
                raise RestoreUnfinished

    async def finish(
        self,
        manifest: Manifest,
        restore_id: str,
        actor: str,
        borrowed: Collection[KeyRef] = (),
        pinned: Mapping[str, str] | None = None,
        file: Path | None = None,
    ) -> Returned:
        """Do it. ``borrowed`` keys had been destroyed, and are again; see :class:`Forward`.

        ``file`` is where the back-up lies: what it is sealed under stays known.
        """
        forward = Forward(self.db, self.vault.ring, self.rewraps)
        keys = await forward.whole(borrowed, self.clock.now())
        again = await self.ledger.catch_up(pinned)
        settled = await self.log.settled(SETTLING_SECONDS_MAX) if any(again) else True
        await self.ledger.write()
        made_at: datetime = manifest.made_at
        detail: dict[str, object] = {
            "made_at": made_at.isoformat(),
            **again._asdict(),
            "rewrapped": keys.rewrapped,
            "missing": len(manifest.missing),
        }
        async with self.db.transaction() as tx:
            if file is not None:
                backup = told_of(manifest, file, actor, is_locked(file))
                await store.insert_backup(tx, backup, keys_told(manifest))
            await store.restore_done(tx, restore_id, self.clock.now(), again.erased)
            await self.audit.append(tx, actor, "backups.restored", manifest.backup_id, detail)
            await self.history.put_restore(tx, partial(words.restored, made_at, again))
        return Returned(keys, again, settled)
