"""A key for each processor that keeps something for the house: made when it is first needed, destroyed at the end.

The secret half is a file beside the key-encryption keys, so that what lies elsewhere can be read when the
database is lost; and it is in no back-up, so that once it is destroyed nothing brings it back.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.egress.ways import Way
from teahouse.infra.vault.field import PurposeRegister
from teahouse.infra.vault.identities import destroy_identity, read_identity, write_identity
from teahouse.infra.vault.vault import Vault
from teahouse.processors import store
from teahouse.processors.model.proof import (
    KeptBy,
    ProcessorKey,
    ProcessorKeyElsewhere,
    Under,
    check_end,
    check_keeps,
)
from teahouse.processors.model.register import (
    Clearing,
    Handing,
    NoSuchProcessor,
    ProcessorAct,
    is_good,
    next_state,
)
from teahouse.processors.service.guarding import Guarding

# Until when everything may go to a processor in a country; ``None``: it may not.
WholeUntil = Callable[[str, str], date | None]


class Lying(Protocol):
    """Who knows what lies with a processor under its key."""

    async def under(self, tx: Tx, processor_id: str) -> list[Under]:
        """Return what lies there, or lay there."""
        ...

    async def unreadable(self, tx: Tx, processor_id: str, now: datetime) -> None:
        """Take what lies there for gone: its key is destroyed."""
        ...


@dataclass(frozen=True, repr=False)
class ProcessorKeys:
    """The keys. ``folder`` has a file for each, locked by ``passphrase`` if there is one."""

    db: Database
    vault: Vault
    audit: Audit
    register: PurposeRegister
    guarding: Guarding
    whole_until: WholeUntil
    clock: Clock
    ids: Ids
    folder: Path
    passphrase: str
    lying: list[Lying] = field(default_factory=list[Lying])

    async def kept_by(self, actor: str, processor_id: str) -> KeptBy:
        """Return to whom one locks what a processor keeps; its key is made the first time. Audited.

        Raises ``NoSuchProcessor``, ``ProcessorUnfit``, ``BadKeys``.
        """
        async with self.db.transaction() as tx:
            held = await store.one_locked(tx, processor_id)
            if held is None:
                raise NoSuchProcessor
            country = held.body.country
            until = check_keeps(
                held.body,
                Way.FILES.value,
                self.whole_until(processor_id, country),
                good=is_good(held, self.guarding.today()),
            )
            key = await store.key(tx, processor_id) or await self._make(tx, actor, processor_id)
        return KeptBy(processor_id, key.recipient, country, until)

    async def hand(self, tx: Tx, actor: str, processor_id: str, what: str) -> None:
        """Record that the whole house was handed over, sealed, in the caller's transaction.

        Raises ``NoSuchProcessor``, ``BadProcessorStep`` when it was ended meanwhile.
        """
        held = await store.one_locked(tx, processor_id)
        if held is None:
            raise NoSuchProcessor
        next_state(held.state, ProcessorAct.END)  # only what is in use can end
        every = self.register.purposes()
        one = Handing(
            handing_id=self.ids.ulid(),
            processor_id=processor_id,
            at=self.clock.now(),
            by=actor,
            what=what,
            people=await self.vault.having(tx, [purpose.ground for purpose in every]),
            purposes=tuple(purpose.id for purpose in every),
        )
        await store.hand(tx, one)

    async def _make(self, tx: Tx, actor: str, processor_id: str) -> ProcessorKey:
        path = self._path(processor_id)
        # One that is there belongs to a time that the database has lost: it goes on.
        made = await asyncio.to_thread(read_identity, path, self.passphrase)
        if made is None:
            made = await asyncio.to_thread(write_identity, path, self.passphrase)
        now = self.clock.now()
        key = ProcessorKey(recipient=made.recipient, digest=made.digest, made_at=now)
        await store.insert_key(tx, processor_id, key)
        detail: dict[str, object] = {"sha256": made.digest}
        await self.audit.append(tx, actor, "processors.key_made", processor_id, detail)
        return key

    async def destroy(self, actor: str, processor_id: str, clearing: Clearing) -> None:
        """Destroy the key of a processor that is being cleared, if it has one. Audited.

        First it is noted that it goes, then it goes, then that it is gone: whoever is interrupted
        does it again. Raises ``NoSuchProcessor``, ``BadProcessorStep``, ``BadProcessor``,
        ``ProcessorKeyElsewhere``, ``BadKeys``.
        """
        if not await self._begin(processor_id, clearing):
            return
        await asyncio.to_thread(destroy_identity, self._path(processor_id))
        async with self.db.transaction() as tx:
            await store.destroyed(tx, processor_id, self.clock.now())
            detail: dict[str, object] = {"lost": clearing.key_lost}
            await self.audit.append(tx, actor, "processors.key_destroyed", processor_id, detail)

    async def _begin(self, processor_id: str, clearing: Clearing) -> bool:
        """Note that a key goes; tell whether there is one that is not gone yet."""
        async with self.db.transaction() as tx:
            held = await store.one_locked(tx, processor_id)
            if held is None:
                raise NoSuchProcessor
            next_state(held.state, ProcessorAct.CLEAR)
            assert held.ended_at is not None, "only what ended is cleared"
            key = await store.key(tx, processor_id)
            ended_on = held.ended_at.astimezone(UTC).date()
            check_end(clearing, key, ended_on, self.guarding.today())
            if key is None or key.destroyed_at is not None:
                return False
            if key.destroying_at is None:
                await self._check_here(processor_id, key, clearing)
                now = self.clock.now()
                for one in self.lying:
                    await one.unreadable(tx, processor_id, now)
                await store.destroying(tx, processor_id, now, lost=clearing.key_lost)
        return True

    async def _check_here(self, processor_id: str, key: ProcessorKey, clearing: Clearing) -> None:
        """Refuse to destroy what is not here, unless somebody states that it is nowhere."""
        if clearing.key_lost:
            return
        here = await asyncio.to_thread(read_identity, self._path(processor_id), self.passphrase)
        if here is None or here.digest != key.digest:
            raise ProcessorKeyElsewhere(
                f"{self._path(processor_id).name} is not in {self.folder}: do it where the keys are, "
                "or state that it is lost."
            )

    def _path(self, processor_id: str) -> Path:
        return self.folder / processor_id
