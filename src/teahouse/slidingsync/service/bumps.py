"""When something was last said in a room, other than who came and went."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from teahouse.timeline.service.reading import Reading
from teahouse.timeline.service.tails import Tails

IN_MEMORY_MAX = 100_000
# MSC4186, "bump_stamp"; polls also as the clients that are about still call them.
SAYING = frozenset([
    "m.room.create", "m.room.message", "m.room.encrypted", "m.sticker", "m.call.invite",
    "m.poll.start", "org.matrix.msc3381.poll.start", "m.beacon_info",
    "org.matrix.msc3672.beacon_info",
])  # fmt: skip


@dataclass(frozen=True, repr=False)
class Bumps:
    """Where each room was last spoken in, and up to where that was looked for."""

    reading: Reading
    tails: Tails
    _known: OrderedDict[str, tuple[int, int]] = field(
        default_factory=OrderedDict[str, tuple[int, int]]
    )

    async def load(self, room_ids: Sequence[str], until: int) -> None:
        """Read in one go what memory does not tell of many rooms."""
        missing = [room_id for room_id in room_ids if self._at_hand(room_id, until) is None]
        if not missing:
            return
        found = await self.reading.last_of(missing, until, 1, sorted(SAYING))
        for room_id, events in found.items():
            self._keep(room_id, until, events[-1][0] if events else 0)

    async def of(self, room_id: str, until: int) -> int:
        """Return where a room was last spoken in, at or before a position."""
        found = self._at_hand(room_id, until)
        if found is None:
            await self.load([room_id], until)
            found = self._known.get(room_id, (0, 0))[1]
        return found

    def _at_hand(self, room_id: str, until: int) -> int | None:
        looked, last = self._known.get(room_id, (0, 0))
        if looked >= until:
            return min(last, until)
        events = self.tails.since(room_id, looked, until)
        for pos, event in reversed(events or ()):
            if event.type in SAYING:
                return self._keep(room_id, until, pos)
        if events is None or not looked:
            return None
        return self._keep(room_id, until, last)

    def _keep(self, room_id: str, looked: int, last: int) -> int:
        self._known[room_id] = looked, last
        self._known.move_to_end(room_id)
        if len(self._known) > IN_MEMORY_MAX:
            self._known.popitem(last=False)
        return last
