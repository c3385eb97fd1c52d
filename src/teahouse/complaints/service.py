"""Taking reports, looking at what they are about, deciding them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.complaints import store
from teahouse.complaints.model import (
    KEPT_FOR,
    OPEN_MAX,
    PAGE_MAX,
    Complaint,
    ComplaintLine,
    DecidedAlready,
    NoSuchComplaint,
    Outcome,
    Report,
    TooManyComplaints,
    What,
    Wish,
    check_answer,
    check_outcome,
    check_reason,
)
from teahouse.complaints.store import ANSWER, PURPOSE, REASON, ComplaintRow
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Vault
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.service import Rooms
from teahouse.timeline.model import NoSuchEvent
from teahouse.timeline.service.reading import Reading

# Asked about a report before it is kept; what it returns is called in the report's transaction.
Taking = Callable[[Report], Awaitable[Callable[[Tx], Awaitable[None]]]]


@dataclass(frozen=True, repr=False)
class Complaints:
    """What people report. ``listen`` once, before anybody's account ends. ``actor``: as in ``audit``."""

    db: Database
    vault: Vault
    accounts: Accounts
    rooms: Rooms
    reading: Reading
    audit: Audit
    clock: Clock
    ids: Ids
    taking: list[Taking] = field(default_factory=list[Taking])

    def listen(self) -> None:
        """Take an account that ends off its complaints; they are looked at still."""
        self.accounts.endings.append(store.unname)

    # -- people ----------------------------------------------------------------------------------

    async def of_event(
        self, caller: Caller, room_id: str, event_id: str, reason: str, category: str = ""
    ) -> None:
        """Report an event. Raises ``NoSuchEvent``, also to who is not in its room."""
        written = check_reason(reason)
        room = await self.rooms.find(room_id)
        if room is None or caller.user_id not in room.state.joined:
            raise NoSuchEvent
        _, event = await self.reading.event(caller, room_id, event_id)
        where = (room_id, event_id, event.sender)
        await self._keep(caller, What.EVENT, written, category, *where)

    async def of_room(self, caller: Caller, room_id: str, reason: str, category: str = "") -> None:
        """Report a room; of one that is not there nothing is kept, and nothing is told."""
        written = check_reason(reason)
        if await self.rooms.find(room_id) is not None:
            await self._keep(caller, What.ROOM, written, category, room_id)

    async def of_user(self, caller: Caller, user_id: str, reason: str, category: str = "") -> None:
        """Report somebody; of who is not here nothing is kept, and nothing is told."""
        written = check_reason(reason)
        async with self.db.read() as tx:
            exists = await self.accounts.exists(tx, user_id)
        if exists:
            await self._keep(caller, What.USER, written, category, about=user_id)

    async def own(self, account_id: str) -> Sequence[Complaint]:
        """Return what an account has reported, the newest first, with what was decided."""
        async with self.db.read() as tx:
            rows = await store.of_account(tx, account_id, PAGE_MAX)
            return [await self._opened(tx, row) for row in rows]

    async def _keep(
        self,
        caller: Caller,
        what: What,
        reason: str,
        category: str,
        room_id: str = "",
        event_id: str = "",
        about: str = "",
    ) -> None:
        """Keep a report; the same one once, until it is decided."""
        complaint_id, account_id = self.ids.ulid(), caller.account_id
        row = ComplaintRow(
            complaint_id, what.value, account_id, caller.user_id, room_id, event_id, about,
            None, self.clock.now(), None, None, None,
        )  # fmt: skip
        target = event_id or room_id or about
        report = Report(complaint_id, what, target, category, caller.user_id, row.made_at)
        keeping = [await take(report) for take in self.taking]
        async with self.db.transaction() as tx:
            await store.lock(tx, account_id)
            if await store.is_open(tx, row):
                return
            if await store.open_of(tx, account_id) >= OPEN_MAX:
                raise TooManyComplaints(retry_after_ms=3_600_000)
            await self.vault.create_subject(tx, complaint_id)
            await self.vault.grant(tx, complaint_id, [PURPOSE])
            if reason:
                sealed = await self.vault.seal(tx, REASON, complaint_id, complaint_id, reason)
                row = row._replace(reason=sealed)
            await store.insert(tx, row)
            for keep in keeping:
                await keep(tx)

    # -- operators -------------------------------------------------------------------------------

    async def listed(self, decided: bool, after: str) -> Sequence[ComplaintLine]:
        """Return reports that wait, the oldest first, or those decided; nothing sealed is opened."""
        async with self.db.read() as tx:
            if decided:
                rows = await store.decided(tx, PAGE_MAX)
            else:
                rows = await store.waiting(tx, after, PAGE_MAX)
        return [ComplaintLine(*row[:7], *row[8:11]) for row in rows]

    async def page(
        self, actor: str, wish: Wish, limit: int, offset: int
    ) -> tuple[Sequence[Complaint], int]:
        """Return a page of reports that wait, and how many there are. Audited: they were read."""
        async with self.db.transaction() as tx:
            rows, total = await store.page(tx, wish, limit, offset)
            found = [await self._opened(tx, row) for row in rows]
            if found:
                detail: dict[str, object] = {"open": True, "count": len(found)}
                await self.audit.append(tx, actor, "complaints.read", "", detail)
        return found, total

    async def look(self, actor: str, complaint_id: str) -> tuple[Complaint, RoomEvent | None]:
        """Return a report and the event that it is about, as it is now. Audited.

        Raises ``NoSuchComplaint``.
        """
        async with self.db.transaction() as tx:
            row = await store.one(tx, complaint_id)
            if row is None:
                raise NoSuchComplaint
            found = await self._opened(tx, row)
            await self.audit.append(tx, actor, "complaints.look", complaint_id)
        async with self.db.read() as tx:
            about = await self.reading.events_by_id(tx, [found.event_id])
        return found, about[found.event_id][1] if about else None

    async def waiting_for(self, tx: Tx, room_id: str, event_ids: Sequence[str]) -> set[str]:
        """Return which events of a room operators have yet to look at, so that they must stay."""
        return await store.waiting_for(tx, room_id, event_ids)

    async def decide(self, actor: str, complaint_id: str, outcome: str, answer: str) -> Complaint:
        """Decide a report, with words for whoever made it. Audited.

        Raises ``NoSuchComplaint``, ``DecidedAlready``, ``AnswerNeeded``, ``Invalid``.
        """
        chosen, written = check_outcome(outcome), check_answer(answer)
        async with self.db.transaction() as tx:
            row = await store.one_locked(tx, complaint_id)
            if row is None:
                raise NoSuchComplaint
            if row.decided_at is not None:
                raise DecidedAlready
            await self._decide(tx, actor, row, chosen, written)
            decided = await store.one(tx, complaint_id)
            assert decided is not None, "it is held"
            return await self._opened(tx, decided)

    async def settle(
        self, tx: Tx, actor: str, complaint_ids: Sequence[str], outcome: Outcome, answer: str
    ) -> None:
        """Decide reports that nobody has decided, with what they are about. Raises ``AnswerNeeded``."""
        written = check_answer(answer)
        for complaint_id in complaint_ids:
            row = await store.one_locked(tx, complaint_id)
            if row is not None and row.decided_at is None:
                await self._decide(tx, actor, row, outcome, written)

    async def _decide(
        self, tx: Tx, actor: str, row: ComplaintRow, outcome: Outcome, written: str
    ) -> None:
        whose = row.complaint_id
        sealed = await self.vault.seal(tx, ANSWER, whose, whose, written)
        await store.decide(tx, whose, self.clock.now(), actor, outcome.value, sealed)
        detail: dict[str, object] = {"outcome": outcome.value, "kind": row.kind}
        await self.audit.append(tx, actor, "complaints.decided", whose, detail)

    async def purge(self, tx: Tx) -> None:
        """Delete what was decided long ago, and its key."""
        for complaint_id in await store.delete_old(tx, self.clock.now() - KEPT_FOR):
            await self.vault.destroy_subject(tx, complaint_id)

    async def _opened(self, tx: Tx, row: ComplaintRow) -> Complaint:
        whose, reason, answer = row.complaint_id, "", None
        if row.reason is not None:
            reason = await self.vault.open(tx, REASON, whose, whose, row.reason)
        if row.answer is not None:
            answer = await self.vault.open(tx, ANSWER, whose, whose, row.answer)
        return Complaint(*row[:7], reason, *row[8:11], answer)
