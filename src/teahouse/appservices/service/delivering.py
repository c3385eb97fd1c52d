"""Telling services what happens: queued where it happens, sent in order, each transaction once.

A transaction that was begun is sent again as it is, under its number, until the service has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from teahouse.accounts.model import NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.appservices import store
from teahouse.appservices.model import (
    BUSY_AFTER,
    EVENTS_MAX,
    LEASE,
    TRANSACTIONS_MAX,
    Deliver,
    NoSuchService,
    Service,
    retry_after,
    transaction_body,
)
from teahouse.appservices.service.asking import Asking
from teahouse.appservices.service.registry import Registry
from teahouse.clock import Clock
from teahouse.errors import Refused
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.state import MEMBER
from teahouse.timeline.model import Placed
from teahouse.timeline.service.reading import Reading


@dataclass(frozen=True, repr=False)
class Delivering:
    """Tells services what happens."""

    db: Database
    jobs: Jobs
    clock: Clock
    accounts: Accounts
    registry: Registry
    asking: Asking
    reading: Reading

    async def posted(self, tx: Tx, placed: Sequence[Placed]) -> Mapping[str, Refused]:
        """Queue events for whom they concern, in the transaction that stores them. None is refused."""
        await self.registry.refresh(tx)
        services = [one for one in self.registry.every() if one.kept.url]
        if not services:
            return {}
        rows: list[tuple[str, int, str]] = []
        near: dict[str, set[str]] = {}
        for pos, event in placed:
            known = near.get(event.room_id)
            if known is None:
                known = near[event.room_id] = set(
                    await self.registry.interested_in(tx, event.room_id)
                )
            for one in services:
                named = one.cares_for_people((event.sender, event.state_key or ""))
                if named:
                    known.add(one.service_id)  # a new room: who is in it is told by its events
                if named or one.service_id in known:
                    rows.append((one.service_id, pos, event.event_id))
        if rows:
            await store.queue(tx, rows)
        for service_id in sorted({row[0] for row in rows}):
            await self.jobs.enqueue(tx, Deliver(service_id), unique=service_id)
        return {}

    async def deliver(self, asked: Deliver) -> None:
        """Send a service what waits for it."""
        await self.registry.fresh()
        service = self.registry.memory.services.get(asked.service_id)
        if service is None or not service.kept.url:
            return  # it was put out meanwhile
        now = self.clock.now()
        async with self.db.transaction() as tx:
            last = await store.lease(tx, service.service_id, now, now + LEASE)
            if last is None:  # another worker sends; look again when it may have done
                again = now + BUSY_AFTER
                await self.jobs.enqueue(tx, asked, run_at=again, unique=asked.service_id)
                return
        try:
            failed = await self._send_some(service, last)
        finally:
            async with self.db.transaction() as tx:
                await store.release(tx, service.service_id)
        async with self.db.transaction() as tx:
            if failed:
                count = await store.failed(tx, service.service_id)
                again = self.clock.now() + retry_after(count)
                await self.jobs.enqueue(tx, asked, run_at=again, unique=asked.service_id)
            elif await store.waiting(tx, service.service_id):
                await self.jobs.enqueue(tx, asked, unique=asked.service_id)

    async def _send_some(self, service: Service, last: int) -> bool:
        """Send the next transactions; tell whether one failed."""
        for number in range(last + 1, last + 1 + TRANSACTIONS_MAX):
            async with self.db.transaction() as tx:
                ids = await store.under_way(tx, service.service_id, number, EVENTS_MAX)
            if not ids:
                return False
            try:
                sent = await self._send(service, number, ids)
            except NoSuchService:
                return False  # it was put out meanwhile
            if not sent:
                return True
            async with self.db.transaction() as tx:
                await store.confirmed(tx, service.service_id, number)
        return False

    async def _send(self, service: Service, number: int, event_ids: Sequence[str]) -> bool:
        async with self.db.read() as tx:
            found = await self.reading.events_by_id(tx, event_ids)
        events = [event for _, event in sorted(found.values(), key=lambda placed: placed[0])]
        for event in events:
            await self._ask_for(service, event)
        bodies = [
            body for event in events for body in self.reading.given(event.room_id, [event.body])
        ]
        name = f"{service.subject_id}.{number}"
        return await self.asking.send(service, name, transaction_body(bodies))

    async def _ask_for(self, service: Service, event: RoomEvent) -> None:
        """Ask for a user of the service's who is named and is not there: it may make them now."""
        user_id = event.state_key or ""
        if event.type != MEMBER or not service.owns_user(user_id):
            return
        try:
            await self.accounts.account(user_id)
        except NoSuchAccount:
            await self.asking.has_user(service, user_id)
