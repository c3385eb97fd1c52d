"""Proposing a transfer, agreeing by a second operator, ending it, and counting of how many people."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.infra.bus.log import Log
from teahouse.infra.bus.rereading import Rereading
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.field import PurposeRegister
from teahouse.infra.vault.vault import Vault
from teahouse.labels.model import MAY_CROSS, Label, Labels, above
from teahouse.transfers import model, store
from teahouse.transfers.events import TransfersChanged
from teahouse.transfers.model import (
    BadTransfer,
    NoSuchTransfer,
    Transfer,
    TransferAct,
    TransferBody,
    TransferKnown,
    TransferSamePerson,
    Volume,
    check_reason,
    check_transfer,
    crossings,
    next_state,
    total,
)

TRANSFERS_MAX = 200
SYSTEM = "system"

# How often something went to a recipient since a moment: no more people than that can be concerned.
Sent = Callable[[Tx, str, datetime], Awaitable[int]]
# Told, in every worker, that the register was read again.
Changed = Callable[[], None]


@dataclass
class Known:
    """The transfers as this worker read them."""

    transfers: tuple[Transfer, ...] = ()
    reread: Rereading = field(default_factory=Rereading)


@dataclass(frozen=True, repr=False)
class Transfers:
    """The register. ``listen`` once, ``refresh`` before serving; ``actor`` is as in ``audit``."""

    db: Database
    log: Log
    vault: Vault
    audit: Audit
    config: Config
    register: PurposeRegister
    labels: Labels
    clock: Clock
    sent: list[Sent] = field(default_factory=list[Sent])
    changed: list[Changed] = field(default_factory=list[Changed])
    known: Known = field(default_factory=Known)

    def listen(self) -> None:
        """Hear of changes."""
        self.log.hear(TransfersChanged, self._heard)

    async def close(self) -> None:
        """Stop reading."""
        await self.known.reread.close()

    async def refresh(self) -> None:
        """Read which there are."""
        await self.known.reread.anew(self._read)

    async def _read(self) -> None:
        async with self.db.read() as tx:
            self.known.transfers = tuple(await store.every(tx, TRANSFERS_MAX))
        for tell in self.changed:
            tell()

    async def all(self) -> tuple[Transfer, ...]:
        """Return transfers, the newest first."""
        await self.known.reread.ensure(self._read)
        return self.known.transfers

    def today(self) -> date:
        """Return the day by which papers end and years begin."""
        return self.clock.now().astimezone(UTC).date()

    def lacks(self, recipient: str, country: str, purposes: Collection[str], today: date) -> bool:
        """Tell whether a recipient lacks what would let these purposes cross a border."""
        known, profile = self.known.transfers, self.config.profile
        return model.lacks(known, profile, (recipient, country), purposes, today)

    def whole_until(self, recipient: str, country: str) -> date | None:
        """Return until when everything this house has may go to a recipient; ``None``: it may not."""
        every = [one.id for one in self.register.purposes()]
        known, profile = self.known.transfers, self.config.profile
        return model.whole_until(known, profile, (recipient, country), every, self.today())

    async def volumes(self) -> Sequence[Volume]:
        """Return the volumes of this year and of the one before."""
        async with self.db.read() as tx:
            return await store.volumes(tx, self.today().year - 1)

    # -- operators -------------------------------------------------------------------------------

    async def propose(self, actor: str, body: TransferBody) -> None:
        """Keep a proposal. Raises ``BadTransfer``, ``TransferKnown``."""
        check_transfer(body, [one.id for one in self.register.purposes()], self.today())
        label = self.labels.of_purposes(body.purposes)
        if above(label, MAY_CROSS):
            raise BadTransfer(f"What is {label.value} crosses no border.")
        async with self.db.transaction() as tx:
            if await store.count(tx) >= TRANSFERS_MAX:
                raise BadTransfer(f"There are {TRANSFERS_MAX} already.")
            if not await store.insert(tx, body, actor, self.clock.now()):
                raise TransferKnown
            detail: dict[str, object] = {"names": [body.country, body.mechanism.value]}
            await self.audit.append(tx, actor, "transfers.proposed", body.transfer_id, detail)
            await self.log.put(tx, TransfersChanged(body.transfer_id, "proposed"))
        await self.refresh()

    async def act(self, actor: str, transfer_id: str, act: TransferAct, reason: str = "") -> None:
        """Agree, end or drop; whoever proposed it does not agree.

        Raises ``NoSuchTransfer``, ``BadTransferStep``, ``TransferSamePerson``,
        ``TransferReasonNeeded``.
        """
        agrees, now = act is TransferAct.AGREE, self.clock.now()
        async with self.db.transaction() as tx:
            held = await store.one_locked(tx, transfer_id)
            if held is None:
                raise NoSuchTransfer
            state = next_state(held.state, act)
            if agrees and held.proposed_by == actor:
                raise TransferSamePerson
            said = "" if agrees else check_reason(reason)
            after = msgspec.structs.replace(
                held,
                state=state,
                agreed_by=actor if agrees else held.agreed_by,
                agreed_at=now if agrees else held.agreed_at,
                ended_at=None if agrees else now,
                end_reason=said,
            )
            await store.move(tx, after)
            detail: dict[str, object] = {"reason": said} if said else {}
            await self.audit.append(tx, actor, f"transfers.{act.value}", transfer_id, detail)
            await self.log.put(tx, TransfersChanged(transfer_id, state.value))
        await self.refresh()

    # -- the clock -------------------------------------------------------------------------------

    async def measure(self, tx: Tx) -> None:
        """Count since 1 January, and note which limits are near or reached for the first time."""
        year = self.today().year
        begun = datetime(year, 1, 1, tzinfo=UTC)
        for one in await store.every(tx, TRANSFERS_MAX):
            if one.agreed_at is not None and (one.ended_at is None or one.ended_at >= begun):
                await store.grow(tx, await self._volume(tx, one.body, year, begun))
        people, sensitive = total(await store.volumes(tx, year), year)
        for found in crossings(self.config.profile, year, people, sensitive):
            if await store.cross(tx, found, self.clock.now()):
                act = "transfers.reached" if found.level == "reached" else "transfers.near"
                detail: dict[str, object] = {"count": found.count}
                await self.audit.append(tx, SYSTEM, act, found.limit_id, detail)

    async def measure_now(self) -> None:
        """Count now, for an operator who will not wait for the day's count."""
        async with self.db.transaction() as tx:
            await self.measure(tx)

    async def _volume(self, tx: Tx, body: TransferBody, year: int, begun: datetime) -> Volume:
        """Return of how many people at most: who has the data here, and no more than what went."""
        went = sum([await sent(tx, body.recipient, begun) for sent in self.sent])
        hurting = [
            one for one in body.purposes if above(self.labels.of_purpose(one), Label.PERSONAL)
        ]
        people = min(went, await self._having(tx, body.purposes))
        sensitive = min(went, await self._having(tx, hurting)) if hurting else 0
        return Volume(body.transfer_id, year, people, sensitive)

    async def _having(self, tx: Tx, purposes: Collection[str]) -> int:
        grounds = [one.ground for one in self.register.purposes() if one.id in purposes]
        return await self.vault.having(tx, grounds)

    def _heard(self, _pos: int, _told: TransfersChanged) -> None:
        self.known.reread.heard(self._read)
