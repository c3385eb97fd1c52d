"""Proposing a processor, agreeing by a second operator, bringing into use, ending, and the proof of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.consent.model import Recipient
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.bus.rereading import Rereading
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.egress.ways import PASSAGES, Way
from teahouse.infra.vault.field import PurposeRegister
from teahouse.labels.model import MAY_LEAVE, Labels, above
from teahouse.processors import store
from teahouse.processors.events import ProcessorsChanged
from teahouse.processors.model.proof import ProcessorKey, Revocation
from teahouse.processors.model.register import (
    KEPT,
    BadProcessor,
    Clearing,
    Handing,
    HandingBody,
    NoSuchProcessor,
    Processor,
    ProcessorAct,
    ProcessorBody,
    ProcessorKnown,
    ProcessorRole,
    ProcessorSamePerson,
    ProcessorState,
    Providing,
    check_clearing,
    check_handing,
    check_processor,
    check_reason,
    ends_with,
    next_state,
    recipients,
)
from teahouse.processors.service.guarding import Guarding

PROCESSORS_MAX = 200
PROVIDINGS_MAX = 2000
HANDINGS_MAX = 500

# Tells of a way, an entry or none, and a host whether a credential ends with a processor.
Ends = Callable[[Way, str, str], bool]
# Revokes in the transaction what ends with a processor; returns the kinds and ids. Told by whom.
Ending = Callable[[Tx, str, Ends], Awaitable[Sequence[tuple[str, str]]]]


@dataclass(frozen=True, repr=False)
class Processors:
    """The register. ``listen`` once, ``refresh`` before serving; ``actor`` is as in ``audit``."""

    db: Database
    log: Log
    audit: Audit
    register: PurposeRegister
    labels: Labels
    guarding: Guarding
    clock: Clock
    ids: Ids
    endings: list[Ending] = field(default_factory=list[Ending])
    _reread: Rereading = field(default_factory=Rereading)

    def listen(self) -> None:
        """Hear of changes."""
        self.log.hear(ProcessorsChanged, self._heard)

    async def close(self) -> None:
        """Stop reading."""
        await self._reread.close()

    async def refresh(self) -> None:
        """Read who there is."""
        await self._reread.anew(self._read)

    async def _read(self) -> None:
        async with self.db.read() as tx:
            self.guarding.know(tuple(await store.every(tx, PROCESSORS_MAX)))

    async def all(self) -> tuple[Processor, ...]:
        """Return processors, the newest first."""
        await self._reread.ensure(self._read)
        return self.guarding.known

    def recipients(self) -> list[Recipient]:
        """Return who is in use, for the policy's list of who is given anything."""
        return recipients(self.guarding.known, self.guarding.today())

    # -- operators -------------------------------------------------------------------------------

    async def propose(self, actor: str, body: ProcessorBody) -> None:
        """Keep a proposal. Raises ``BadProcessor``, ``ProcessorKnown``."""
        ways = [way.value for way, passage in PASSAGES.items() if passage.personal]
        check_processor(body, ways, self._purposes(), self.guarding.today())
        self._check_label(body)
        async with self.db.transaction() as tx:
            if await store.count(tx) >= PROCESSORS_MAX:
                raise BadProcessor(f"There are {PROCESSORS_MAX} already.")
            if not await store.insert(tx, body, actor, self.clock.now()):
                raise ProcessorKnown
            detail: dict[str, object] = {"names": list(body.ways)}
            await self.audit.append(tx, actor, "processors.proposed", body.processor_id, detail)
            await self.log.put(tx, ProcessorsChanged(body.processor_id, "proposed"))
        await self.refresh()

    async def act(
        self,
        actor: str,
        processor_id: str,
        act: ProcessorAct,
        reason: str = "",
        clearing: Clearing | None = None,
    ) -> None:
        """Agree, start, end, clear or drop; whoever proposed it does not agree.

        An end takes from it, in the same moment, what it shows to this house.

        Raises ``NoSuchProcessor``, ``BadProcessorStep``, ``ProcessorSamePerson``,
        ``ProcessorReasonNeeded`` for an end or a drop, ``BadProcessor`` for a proof that proves nothing.
        """
        ends = act in (ProcessorAct.END, ProcessorAct.DROP)
        async with self.db.transaction() as tx:
            held = await store.one_locked(tx, processor_id)
            if held is None:
                raise NoSuchProcessor
            state = next_state(held.state, act)
            if act is ProcessorAct.AGREE and held.proposed_by == actor:
                raise ProcessorSamePerson
            said = check_reason(reason) if ends else held.end_reason
            if clearing is not None:
                assert held.ended_at is not None, "only what ended is cleared"
                ended_on = held.ended_at.astimezone(UTC).date()
                check_clearing(clearing, ended_on, self.guarding.today())
            await store.move(tx, self._moved(held, act, state, actor, said, clearing))
            detail: dict[str, object] = {"reason": said} if ends else {}
            if act is ProcessorAct.END:
                detail["revoked"] = await self._revoke(tx, actor, held.body)
            await self.audit.append(tx, actor, f"processors.{act.value}", processor_id, detail)
            await self.log.put(tx, ProcessorsChanged(processor_id, state.value))
        await self.refresh()

    async def keys(self) -> dict[str, ProcessorKey]:
        """Return the keys that processors have or had, by processor."""
        async with self.db.read() as tx:
            return await store.keys(tx, PROCESSORS_MAX)

    async def hand(self, actor: str, processor_id: str, body: HandingBody) -> str:
        """Record what somebody hands over, and return its id.

        Raises ``NoSuchProcessor``, ``BadProcessorStep`` unless it is in use, ``BadProcessor``.
        """
        check_handing(body, self._purposes())
        handing_id = self.ids.ulid()
        async with self.db.transaction() as tx:
            held = await store.one_locked(tx, processor_id)
            if held is None:
                raise NoSuchProcessor
            next_state(held.state, ProcessorAct.END)  # only what is in use can end
            one = Handing(
                handing_id=handing_id,
                processor_id=processor_id,
                at=self.clock.now(),
                by=actor,
                what=body.what.strip(),
                people=body.people,
                purposes=body.purposes,
            )
            await store.hand(tx, one)
            detail: dict[str, object] = {"count": body.people}
            await self.audit.append(tx, actor, "processors.handed", processor_id, detail)
        return handing_id

    # -- what was handed on ----------------------------------------------------------------------

    async def records(self, days: int) -> tuple[Sequence[Providing], Sequence[Handing]]:
        """Return what was handed on in so many days, the newest first."""
        since = self.clock.now() - timedelta(days=days)
        async with self.db.read() as tx:
            found = await store.providings(tx, since.astimezone(UTC).date(), PROVIDINGS_MAX)
            return found, await store.handings(tx, since, HANDINGS_MAX)

    async def sent_since(self, tx: Tx, processor_id: str, since: datetime) -> int:
        """Return how often something went to a processor, and of how many people it was handed over."""
        sent = await store.sent_since(tx, processor_id, since.astimezone(UTC).date())
        return sent + await store.handed_since(tx, processor_id, since)

    async def forget(self, tx: Tx) -> None:
        """Delete records that are older than three years."""
        await store.forget(tx, self.clock.now() - KEPT)

    # -- inside ----------------------------------------------------------------------------------

    async def _revoke(self, tx: Tx, actor: str, body: ProcessorBody) -> int:
        """Take from a processor what it shows to this house; return how much that is."""
        known, now = await store.every(tx, PROCESSORS_MAX), self.clock.now()

        def ends(way: Way, whose: str, host: str) -> bool:
            return ends_with(known, body, way.value, whose, host)

        found: list[Revocation] = []
        for end in self.endings:
            found += [Revocation(*one, now) for one in await end(tx, actor, ends)]
        for one in found:
            await store.revoke(tx, body.processor_id, one)
        return len(found)

    def _check_label(self, body: ProcessorBody) -> None:
        """Refuse to hand on what may not leave: ``BadProcessor``."""
        label = self.labels.of_purposes(body.purposes)
        if body.role is not ProcessorRole.OWN and above(label, MAY_LEAVE):
            raise BadProcessor(f"What is {label.value} is not handed on.")

    def _purposes(self) -> list[str]:
        return [one.id for one in self.register.purposes()]

    def _moved(
        self,
        held: Processor,
        act: ProcessorAct,
        state: ProcessorState,
        actor: str,
        reason: str,
        clearing: Clearing | None,
    ) -> Processor:
        now, agrees = self.clock.now(), act is ProcessorAct.AGREE
        return msgspec.structs.replace(
            held,
            state=state,
            agreed_by=actor if agrees else held.agreed_by,
            agreed_at=now if agrees else held.agreed_at,
            started_at=now if act is ProcessorAct.START else held.started_at,
            ended_at=now if act is ProcessorAct.END else held.ended_at,
            end_reason=reason,
            clearing=clearing,
        )

    def _heard(self, _pos: int, _told: ProcessorsChanged) -> None:
        self._reread.heard(self._read)
