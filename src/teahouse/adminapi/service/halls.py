"""Rooms by the tools: listed, looked into, and closed by a job that says how far it is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from teahouse.adminapi import store
from teahouse.adminapi.model import (
    DELETIONS_KEPT,
    PAGE_MAX,
    ROOMS_MAX,
    TAKEN_OUT_AT_ONCE,
    CloseRoom,
    Deletion,
    NoSuchDeletion,
    NoSuchRoom,
    RoomWish,
    in_order,
    room_out,
    wanted_room,
)
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.directory.service import Directory
from teahouse.errors import Refused
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.membership.service.coming import Coming
from teahouse.rooms.model.rules import NotAllowed
from teahouse.rooms.model.state import RoomState
from teahouse.rooms.service import Room, Rooms
from teahouse.timeline.model import LATEST, Draft, Placed, Visibility
from teahouse.timeline.service.house import Timeline

EVERYTHING = Visibility((), ((0, "join"),))


@dataclass(frozen=True, repr=False)
class Halls:
    """What tools do with rooms. ``actor`` is as in ``audit``."""

    db: Database
    audit: Audit
    jobs: Jobs
    clock: Clock
    ids: Ids
    rooms: Rooms
    directory: Directory
    timeline: Timeline
    coming: Coming

    # -- looking -------------------------------------------------------------------------------

    async def every(self, actor: str, wish: RoomWish) -> list[dict[str, Any]]:
        """Return the rooms that are wanted, in order. Audited."""
        async with self.db.transaction() as tx:
            room_ids = await self.rooms.every(tx, ROOMS_MAX)
            listed = await self.directory.listed_among(tx)
            detail: dict[str, object] = {"found": len(room_ids)}
            await self.audit.append(tx, actor, "adminapi.rooms_listed", "", detail)
        found: list[dict[str, Any]] = []
        for room_id in room_ids:
            room = await self.rooms.find(room_id)
            if room is not None:
                found.append(room_out(room.state, room_id in listed))
        return in_order([one for one in found if wanted_room(one, wish)], wish)

    async def look(self, actor: str, room_id: str) -> tuple[RoomState, bool]:
        """Return a room's state, and whether it is listed. Audited. Raises ``NoSuchRoom``."""
        room = await self._room(room_id)
        async with self.db.transaction() as tx:
            listed = await self.directory.listed_among(tx)
            await self.audit.append(tx, actor, "adminapi.room_looked_at", room_id)
        return room.state, room_id in listed

    async def read(
        self, actor: str, room_id: str, start: int, limit: int, backwards: bool
    ) -> tuple[list[Placed], int | None]:
        """Return what was said in a room, whoever may read it. Audited. Raises ``NoSuchRoom``."""
        await self._room(room_id)
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "adminapi.room_read", room_id)
        stop = 0 if backwards else LATEST
        page = await self.timeline.reading.page(room_id, EVERYTHING, start, stop, limit, backwards)
        return page.events, page.end

    async def _room(self, room_id: str) -> Room:
        room = await self.rooms.find(room_id)
        if room is None:
            raise NoSuchRoom
        return room

    # -- closing -------------------------------------------------------------------------------

    async def close(self, actor: str, room_id: str, erases: bool) -> str:
        """Have a room closed, and what was said erased; return by what it is asked how far it is.

        Raises ``NoSuchRoom``. Audited.
        """
        await self._room(room_id)
        now, delete_id = self.clock.now(), self.ids.ulid()
        new = Deletion(delete_id, room_id, erases, "scheduled", [], [], [], actor, now)
        async with self.db.transaction() as tx:
            await store.insert(tx, new)
            await self.jobs.enqueue(tx, CloseRoom(delete_id))
            detail: dict[str, object] = {"kind": "erase" if erases else "close"}
            await self.audit.append(tx, actor, "adminapi.room_closed", room_id, detail)
        return delete_id

    async def closing(self, delete_id: str) -> Deletion:
        """Return how far the closing of a room is. Raises ``NoSuchDeletion``."""
        async with self.db.read() as tx:
            found = await store.one(tx, delete_id)
        if found is None:
            raise NoSuchDeletion
        return found

    async def closings(self, room_id: str) -> list[Deletion]:
        """Return the closings of a room. Raises ``NoSuchDeletion``."""
        async with self.db.read() as tx:
            found = await store.of_room(tx, room_id)
        if not found:
            raise NoSuchDeletion
        return found

    async def is_closed(self, room_id: str) -> bool:
        """Tell whether a room was closed, or is about to be."""
        async with self.db.read() as tx:
            return bool(await store.of_room(tx, room_id))

    async def tasks(self) -> list[Deletion]:
        """Return the closings of the last days, the newest first."""
        async with self.db.read() as tx:
            return await store.latest(tx, PAGE_MAX)

    async def do_close(self, asked: CloseRoom) -> None:
        """Close a room: list it no more, take everybody out, erase. Twice is once."""
        async with self.db.read() as tx:
            told = await store.one(tx, asked.delete_id)
        room = None if told is None else await self.rooms.find(told.room_id)
        if told is None or room is None:
            return
        aliases = await self.directory.take_down(told.room_id)
        await self._say(told, "shutting_down", aliases=aliases)
        await self._shut(room)
        people = [
            who
            for who, what in list(room.state.members.items())
            if what in ("join", "invite", "knock")
        ]
        for start in range(0, len(people), TAKEN_OUT_AT_ONCE):
            some = people[start : start + TAKEN_OUT_AT_ONCE]
            out = await asyncio.gather(*(self._take_out(told.room_id, one) for one in some))
            gone = [who for who, was in zip(some, out, strict=True) if was]
            stayed = [who for who, was in zip(some, out, strict=True) if not was]
            await self._say(told, "shutting_down", gone, stayed)
        if told.erases:
            await self._say(told, "purging")
            for who in list(room.state.members):
                await self.timeline.erasing.erase_in(told.room_id, who)
        await self._say(told, "complete")

    async def purge(self, tx: Tx) -> None:
        """Forget closings of long ago."""
        await store.purge(tx, self.clock.now() - DELETIONS_KEPT)

    async def _shut(self, room: Room) -> None:
        """Let nobody in any more, if somebody in the room may say so."""
        able = max(room.state.joined, key=room.state.power.of, default=None)
        if able is None or room.state.join_rule == "invite":
            return
        draft = Draft("m.room.join_rules", {"join_rule": "invite"}, "")
        try:
            await self.timeline.speaking.additions.change(room, able, draft)
        except NotAllowed:
            return

    async def _take_out(self, room_id: str, user_id: str) -> bool:
        try:
            await self.coming.leave(user_id, room_id)
        except Refused:
            return False
        return True

    async def _say(
        self,
        told: Deletion,
        state: str,
        gone: Sequence[str] = (),
        stayed: Sequence[str] = (),
        aliases: Sequence[str] = (),
    ) -> None:
        async with self.db.transaction() as tx:
            await store.move(tx, told.delete_id, state, gone, stayed, aliases)
