"""What was said in rooms, by the tools: around an event, at a time, and which files it names.

Whoever asks reads what they could not as a person; each look is audited.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.adminapi.model import EVENTS_LOOKED_AT_MAX, LARGEST_MAX, NoSuchRoom
from teahouse.audit.service import Audit
from teahouse.infra.db.pool import Database
from teahouse.rooms.service import Room, Rooms
from teahouse.timeline.model import LATEST, NoSuchEvent, Placed, Visibility
from teahouse.timeline.service.reading import Around, Page, Reading

EVERYTHING = Visibility((), ((0, "join"),))
PAGE = 500
_FILE = re.compile(rb"mxc://([^/\"\\]{1,255})/([A-Za-z0-9_-]{1,255})")


@dataclass(frozen=True, repr=False)
class Annals:
    """What tools read of rooms. ``actor`` is as in ``audit``."""

    db: Database
    audit: Audit
    rooms: Rooms
    reading: Reading
    server_name: str

    async def event(self, actor: str, event_id: str) -> Placed:
        """Return an event of any room. Raises ``NoSuchEvent``."""
        async with self.db.transaction() as tx:
            found = (await self.reading.events_by_id(tx, [event_id])).get(event_id)
            if found is None:
                raise NoSuchEvent
            await self.audit.append(tx, actor, "adminapi.room_read", found[1].room_id)
        return found

    async def near(self, actor: str, room_id: str, ts: int, backwards: bool) -> Placed:
        """Return the event nearest to a time in ms. Raises ``NoSuchRoom``, ``NoSuchEvent``."""
        await self._room(room_id)
        async with self.db.transaction() as tx:
            found = await self.reading.near(tx, room_id, EVERYTHING, ts, backwards)
            if found is None:
                raise NoSuchEvent
            await self.audit.append(tx, actor, "adminapi.room_read", room_id)
        return found

    async def around(self, actor: str, room_id: str, event_id: str, limit: int) -> Around:
        """Return an event and what was said around it. Raises ``NoSuchEvent``."""
        found = await self.event(actor, event_id)
        if found[1].room_id != room_id:
            raise NoSuchEvent
        pos, half = found[0], limit // 2
        before, after = Page([], pos - 1), Page([], pos)
        if half:
            before = await self._page(room_id, pos - 1, half, True)
        if limit - half:
            after = await self._page(room_id, pos, limit - half, False)
        return Around(found, before, after)

    async def newest(self, room_id: str) -> Placed:
        """Return a room's newest event, from which it goes on. Raises ``NoSuchRoom``."""
        await self._room(room_id)
        return (await self._page(room_id, LATEST, 1, True)).events[0]

    async def files(self, actor: str, room_id: str) -> tuple[list[str], list[str]]:
        """Return which files a room's newest events name: media ids of ours, addresses of others.

        What is encrypted names none that we see. Raises ``NoSuchRoom``.
        """
        await self._room(room_id)
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "adminapi.room_read", room_id)
        ours: dict[str, None] = {}
        others: dict[str, None] = {}
        place: int | None = LATEST
        for _ in range(EVENTS_LOOKED_AT_MAX // PAGE):
            if place is None:
                break
            page = await self._page(room_id, place, PAGE, True)
            for _, event in page.events:
                for server, media_id in _FILE.findall(event.body):
                    if server.decode("utf-8", "replace") == self.server_name:
                        ours[media_id.decode()] = None
                    else:
                        others[f"mxc://{server.decode('utf-8', 'replace')}/{media_id.decode()}"] = (
                            None
                        )
            place = page.end
        return list(ours), list(others)

    async def largest(self) -> Sequence[tuple[str, int]]:
        """Return the largest rooms, each with about how many bytes its events are."""
        async with self.db.read() as tx:
            return await self.reading.largest(tx, LARGEST_MAX)

    async def _page(self, room_id: str, start: int, limit: int, backwards: bool) -> Page:
        stop = 0 if backwards else LATEST
        return await self.reading.page(room_id, EVERYTHING, start, stop, limit, backwards)

    async def _room(self, room_id: str) -> Room:
        room = await self.rooms.find(room_id)
        if room is None:
            raise NoSuchRoom
        return room
