"""Appending to the audit log, reading it, and proving that nobody changed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from teahouse.audit import store
from teahouse.audit.model import (
    GENESIS,
    PAGE_ENTRIES_MAX,
    VERIFY_ENTRIES_MAX,
    Entry,
    canonical,
    chain_hash,
    first_break,
)
from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, Tx

_NEWEST = 2**62


@dataclass(frozen=True, slots=True, repr=False)
class Audit:
    """The audit log."""

    db: Database
    clock: Clock

    async def append(
        self,
        tx: Tx,
        actor: str,
        act: str,
        target: str = "",
        detail: dict[str, object] | None = None,
        reach: dict[str, object] | None = None,
    ) -> Entry:
        """Append within ``tx`` and return the entry.

        Call it after other locks but before ``log.put``: it holds the end of the chain until the
        commit. ``detail`` holds ids and words, never personal data.
        """
        seq, prev_hash = await store.take_head(tx)
        entry = Entry(
            seq=seq + 1,
            at=self.clock.now(),
            actor=actor,
            act=act,
            target=target,
            reach=canonical(reach),
            detail=canonical(detail),
            prev_hash=prev_hash,
            hash=b"",
        )
        entry = msgspec.structs.replace(entry, hash=chain_hash(entry))
        await store.append(tx, entry)
        return entry

    async def page(
        self,
        before: int | None = None,
        limit: int = 50,
        *,
        act: str | None = None,
        actor: str | None = None,
        target: str | None = None,
    ) -> list[Entry]:
        """Return at most ``limit`` (200) entries older than ``before``, newest first.

        ``act`` also matches as a prefix: ``gate`` finds ``gate.policy_set``.
        """
        async with self.db.read() as tx:
            newest = _NEWEST if before is None else before
            return await store.page(tx, newest, act, actor, target, min(limit, PAGE_ENTRIES_MAX))

    async def about(
        self, tx: Tx, target: str, acts: Sequence[str], since: datetime, limit: int
    ) -> list[Entry]:
        """Return what was done of ``acts`` to ``target`` after a moment, newest first."""
        return await store.about(tx, target, acts, since, limit)

    async def count(self, acts: Sequence[str], begun: datetime, ended: datetime) -> dict[str, int]:
        """Return how often acts were done from a moment on, up to another; none: not in it."""
        async with self.db.read() as tx:
            return await store.count(tx, acts, begun, ended)

    async def end(self) -> tuple[int, bytes]:
        """Return the number of the newest entry, and its hash."""
        async with self.db.read() as tx:
            return await store.head(tx)

    async def verify(self) -> int | None:
        """Recompute the whole chain; return the first number that is wrong, or ``None``."""
        async with self.db.snapshot() as tx:
            seq, prev_hash = 0, GENESIS
            while entries := await store.after(tx, seq, VERIFY_ENTRIES_MAX):
                broken = first_break(entries, seq + 1, prev_hash)
                if broken is not None:
                    return broken
                seq, prev_hash = entries[-1].seq, entries[-1].hash
            if (seq, prev_hash) != await store.head(tx):
                return seq + 1  # the newest entries were cut off
        return None
