"""Keeping the index: following the log, forgetting at once, and looking through all there is anew.

A row is what one event's text is cut into, and depends on nothing else. It may be late, and then a
message is found later; it is never the reason why one is found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.rooms.model.event import RoomEvent
from teahouse.search import store
from teahouse.search.model.query import quoted, room_word, stretch_word
from teahouse.search.model.texts import ENCRYPTION, said
from teahouse.search.model.words import words
from teahouse.timeline.events import Erased, Posted, TakenAgain
from teahouse.timeline.model import Placed
from teahouse.timeline.service.reading import Reading

FOLLOWER = "search.following"
FILL_EVENTS = 1_000  # looked through in one transaction


@dataclass(frozen=True, repr=False)
class Indexing:
    """The index of what is said."""

    db: Database
    log: Log
    reading: Reading

    async def follow(
        self, tx: Tx, told: Sequence[tuple[int, Posted | Erased | TakenAgain]]
    ) -> None:
        """Take in what was announced: first what was said, then what was taken away."""
        placed = [(pos, one.event) for pos, one in told if isinstance(one, Posted)]
        await self._keep(tx, placed)
        gone: list[str] = []
        back: list[str] = []
        for _, one in told:
            if isinstance(one, Erased):
                await self._forget_said(tx, one.room_id, one.user_id)
            else:
                gone += [event_id for event_id, _ in one.rewritten[:1]]  # a second keeps its text
                back += gone[-1:] if isinstance(one, TakenAgain) and one.back else []
        if gone:
            await self._forget(tx, gone)
        if back:  # what was taken away since says nothing to be found by
            again = await self.reading.events_by_id(tx, set(back))
            await self._keep(tx, list(again.values()))

    async def empty(self, tx: Tx, room_id: str, event_ids: Sequence[str]) -> None:
        """Forget events in the transaction that takes their text away."""
        await store.wait_for_filling(tx)
        await self._forget(tx, event_ids)

    async def _forget(self, tx: Tx, event_ids: Iterable[str]) -> None:
        found = await self.reading.events_by_id(tx, set(event_ids))
        await store.delete(tx, sorted((event.room_id, pos) for pos, event in found.values()))

    async def _forget_said(self, tx: Tx, room_id: str, user_id: str) -> None:
        after = 0
        while placed := await self.reading.spoken(room_id, user_id, after):
            await store.delete(tx, [(room_id, pos) for pos, _ in placed])
            after = placed[-1][0]

    async def kept_of(self, room_ids: Iterable[str], user_id: str) -> int:
        """Return how many events that a person sent to rooms are still found by their words."""
        count = 0
        for room_id in room_ids:
            after = 0
            while placed := await self.reading.spoken(room_id, user_id, after):
                async with self.db.read() as tx:
                    count += await store.count_of(tx, room_id, [pos for pos, _ in placed])
                after = placed[-1][0]
        return count

    async def _keep(self, tx: Tx, placed: Sequence[Placed]) -> dict[str, store.Numbered]:
        """Keep what new events are found by; return the rooms that they are in."""
        rooms = await store.number_rooms(tx, sorted({event.room_id for _, event in placed}))
        encrypted = {event.room_id for _, event in placed if _encrypts(event)}
        hidden = encrypted | {room_id for room_id, one in rooms.items() if one.encrypted}
        rows: list[tuple[int, int, str]] = []
        for pos, event in placed:
            text = None if event.room_id in hidden else said(event)
            found = words(text.text) if text is not None else None
            if found:
                number = rooms[event.room_id].number
                found |= {room_word(number), stretch_word(pos)}
                rows.append((number, pos, " ".join(map(quoted, found))))
        if rows:
            await store.insert(tx, rows)
        if encrypted:
            await store.encrypt(tx, sorted(encrypted))
        return rooms

    # -- looking through everything --------------------------------------------------------------

    async def rebuild(self) -> None:
        """Have everything looked through again; what is in the index meanwhile stays in use."""
        async with self.db.transaction() as tx:
            await store.fill_anew(tx)

    async def fill(self, tx: Tx) -> int | None:
        """Look through some more of what was said before; return how many events, ``None`` for done."""
        at = await store.filled_until(tx)
        if at is None or not await self.log.is_followed(tx, FOLLOWER):
            return None  # without a follower, what is said after this page would be missed
        placed = await self.reading.events_from(tx, *at, FILL_EVENTS)
        if placed:
            await self._forget_all_of(tx, at, placed)
            await self._keep(tx, placed)
        last = (placed[-1][1].room_id, placed[-1][0]) if len(placed) == FILL_EVENTS else None
        await store.fill_from(tx, last)
        return len(placed)

    async def _forget_all_of(self, tx: Tx, at: tuple[str, int], placed: Sequence[Placed]) -> None:
        """Forget what the index has of a page, so that nothing of an older manner stays."""
        rooms = await store.number_rooms(tx, sorted({event.room_id for _, event in placed}))
        until: dict[str, int] = {event.room_id: pos for pos, event in placed}
        after = {at[0]: at[1]}
        await store.delete_ranges(
            tx,
            [(rooms[one].number, after.get(one, 0), until[one]) for one in sorted(until)],
        )

    async def fill_all(self) -> int:
        """Look through everything that is left to look through; return how many events."""
        total = 0
        while True:
            async with self.db.transaction() as tx:
                done = await self.fill(tx)
            if done is None:
                return total
            total += done

    async def status(self) -> tuple[int, bool]:
        """Return how many messages the index knows, and whether there is more to look through."""
        async with self.db.read() as tx:
            return await store.count(tx), await store.is_filling(tx)


def _encrypts(event: RoomEvent) -> bool:
    return event.type == ENCRYPTION and event.state_key == ""
