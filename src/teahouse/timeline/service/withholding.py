"""Withholding what an event says from its readers, and giving it back byte for byte.

That somebody said something, and when, stays, as after an erasure. What was said lies apart, where no
reader comes, until it is given back, or until it is forgotten: when its author takes it back or goes,
or when there is nothing left that could have it given back.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import structs

from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.redaction import withheld_body
from teahouse.timeline import store
from teahouse.timeline.events import Posted, TakenAgain
from teahouse.timeline.model import Placed
from teahouse.timeline.service.erasing import Erasing

# Called with what is given back, in its transaction, by who keeps something of every event.
Restoring = Callable[[Tx, Sequence[Placed]], Awaitable[Mapping[str, Any]]]

# Called with what is put away, in its transaction, by who must not let go of it meanwhile.
Holding = Callable[[Tx, Sequence[Placed]], Awaitable[None]]


@dataclass(frozen=True, repr=False)
class Withholding:
    """Takes what an event says out of sight, and gives it back. The caller puts what is returned."""

    erasing: Erasing
    restoring: list[Restoring] = field(default_factory=list[Restoring])
    holding: list[Holding] = field(default_factory=list[Holding])

    def listen(self) -> None:
        """Forget what lies apart of an event whose text is taken away for good."""
        self.erasing.emptying.append(self._emptied)

    async def withhold(self, tx: Tx, event_id: str) -> list[TakenAgain]:
        """Withhold a message; nothing is returned when there is nothing of it to be read.

        State and redactions are not withheld: rooms are made of them.
        """
        found = await store.event_held(tx, event_id)
        if found is None or not may_be_withheld(found[1]):
            return []
        pos, event = found
        body = withheld_body(event.body)
        await self._rewrite(tx, (pos, event), body)
        for emptied in self.erasing.emptying:
            await emptied(tx, event.room_id, [event_id])
        for hold in self.holding:
            await hold(tx, [(pos, event)])
        await store.withhold(tx, event)
        return [TakenAgain(event.room_id, [(event_id, body)])]

    async def give_back(self, tx: Tx, event_id: str) -> list[TakenAgain]:
        """Let readers have a message as it was; nothing is returned when it is not withheld."""
        found = await store.event_held(tx, event_id)
        body = await store.give_back(tx, event_id)
        if found is None or body is None:
            return []
        pos, event = found
        whole = structs.replace(event, body=body)
        await self._rewrite(tx, (pos, event), body)
        for restore in self.restoring:
            await restore(tx, [(pos, whole)])
        return [TakenAgain(event.room_id, [(event_id, body)], back=True)]

    async def forget(self, tx: Tx, event_id: str) -> bool:
        """Forget what a withheld message said; tell whether there was any."""
        found = await store.event_held(tx, event_id)
        if found is not None:
            await self.erasing.keep(tx, [found])
        room_id = await store.forget_withheld(tx, event_id)
        if room_id is not None:
            await self.erasing.empty(tx, room_id, [event_id])
        return room_id is not None

    async def _emptied(self, tx: Tx, _room_id: str, event_ids: Sequence[str]) -> None:
        await store.drop_withheld(tx, event_ids)

    async def _rewrite(self, tx: Tx, placed: Placed, body: bytes) -> None:
        pos, event = placed
        await store.replace_body(tx, event.room_id, event.event_id, body)
        await Log.rewrite(tx, [(pos, Posted(structs.replace(event, body=body)))])


def may_be_withheld(event: RoomEvent) -> bool:
    """Tell whether an event says anything, and is nothing that a room is made of."""
    unsigned = msgspec.json.decode(event.body).get("unsigned", {})
    gone = "redacted_because" in unsigned or "erased" in unsigned
    return not (gone or event.is_state or event.redacts)
