"""Taking messages out of a room, as if nobody had said them: for those whose time is over.

Unlike what is redacted, nothing is left of them, and nobody is told but the caches of this house.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.rooms.model.redaction import empty_body
from teahouse.timeline import store
from teahouse.timeline.events import Posted, Removed
from teahouse.timeline.model import Placed
from teahouse.timeline.service.erasing import Emptying

Moment = tuple[int, int]  # a time in ms, and a position: the order in which messages age


@dataclass(frozen=True, repr=False)
class Removing:
    """Takes messages out. Whoever keeps something of events is asked to forget it (``emptying``)."""

    log: Log
    emptying: Sequence[Emptying]

    async def aged(
        self, tx: Tx, room_id: str, after: Moment, until_ts: int, limit: int
    ) -> list[Placed]:
        """Return a room's events after a moment and not later than a time, the oldest first."""
        return await store.aged(tx, room_id, after, until_ts, limit)

    async def next_ts(self, tx: Tx, room_id: str, after: Moment) -> int | None:
        """Return the time of the first event of a room after a moment; ``None``: there is none."""
        return await store.next_ts(tx, room_id, after)

    async def newest(self, tx: Tx, room_id: str) -> int:
        """Return the position of a room's newest event."""
        return (await store.newest(tx, [room_id]))[room_id]

    async def remove(self, tx: Tx, room_id: str, placed: Sequence[Placed]) -> None:
        """Delete messages, with all that is kept of them; afterwards :meth:`tell`.

        Not in one transaction with that: it would hold messages that somebody redacts while it
        waits for the log's head, and the redaction the head while it waits for the message.
        """
        assert not any(event.is_state for _, event in placed), "state is not removed"
        for emptied in self.emptying:
            await emptied(tx, room_id, [event.event_id for _, event in placed])
        kept_from = await self.log.kept_from(tx)
        told = [
            (
                pos,
                Posted(
                    structs.replace(event, body=empty_body(event.body), device_id="", txn_id="")
                ),
            )
            for pos, event in placed
            if kept_from is not None and pos >= kept_from
        ]
        if told:
            await self.log.rewrite(tx, told)
        await store.remove(tx, room_id, [pos for pos, _ in placed])

    async def tell(self, tx: Tx, room_id: str, until: int) -> None:
        """Have every worker forget what it has in memory of a room, up to a position."""
        await self.log.put(tx, Removed(room_id, until))
