"""Walking a space, and summing a room up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.directory.model import NoSuchAlias, NoSuchRoom, sketch
from teahouse.directory.service import Directory
from teahouse.ratings.model import RATING, Rated, Rating
from teahouse.rooms.model.state import RoomState
from teahouse.rooms.service import Rooms
from teahouse.spaces.model import (
    ROOMS_WALKED_MAX,
    NotShown,
    Walk,
    allowed_rooms,
    children,
    may_look,
)


@dataclass(frozen=True, repr=False)
class Spaces:
    """What there is in a space, and what a room is."""

    rooms: Rooms
    directory: Directory

    async def hierarchy(
        self, user_id: str | None, room_id: str, walk: Walk, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of the rooms in a space, depth first, and where to go on.

        ``None`` is an operator, who sees all. Raises ``NotShown``, the same for a space that is not there, and ``AboveAge``.
        """
        found: list[dict[str, Any]] = []
        nth = 0
        async for state in self._walk(user_id, room_id, walk):
            if nth >= walk.after + limit:
                await self._label(found)
                return found, Walk(walk.max_depth, walk.suggested_only, nth).token
            if nth >= walk.after:
                held = [event for _, event in children(state, walk.suggested_only)]
                found.append(_sketched(state) | {"children_state": held})
            nth += 1
        await self._label(found)
        return found, None

    async def _walk(self, user_id: str | None, root: str, walk: Walk) -> AsyncIterator[RoomState]:
        """Give every room once that may be seen, each before what it holds."""
        mine = set(await self.rooms.joined_rooms(user_id)) if user_id is not None else set[str]()
        ahead, seen = [(root, 0)], {root}
        walked = 0
        while ahead and walked < ROOMS_WALKED_MAX:
            room_id, depth = ahead.pop()
            room = await self.rooms.find(room_id)
            walked += 1
            if room is None or not (user_id is None or may_look(room.state, user_id, mine)):
                if depth == 0:
                    raise NotShown
                continue
            if not await self._is_open(user_id, room.state):
                if depth == 0:
                    await self.directory.ratings.check(user_id, Rated.ROOM, room_id)
                continue
            yield room.state
            if depth >= walk.max_depth:
                continue
            below = [child for child, _ in children(room.state, walk.suggested_only)]
            new = [child for child in below if child not in seen]
            seen.update(new)
            ahead.extend((child, depth + 1) for child in reversed(new))

    async def _label(self, rooms: list[dict[str, Any]]) -> None:
        """Write the labels of rooms beside what is told of them, where there is anything to tell."""
        wanted = [room["room_id"] for room in rooms]
        found = await self.directory.ratings.ratings(Rated.ROOM, wanted)
        for room in rooms:
            if found[room["room_id"]] != Rating():
                room[RATING] = msgspec.to_builtins(found[room["room_id"]])

    async def _is_open(self, user_id: str | None, state: RoomState) -> bool:
        """Tell whether somebody is of the age for a room, or in it; an operator sees all."""
        if user_id is None or user_id in state.joined:
            return True
        ratings = self.directory.ratings
        return await ratings.barrier(user_id, Rated.ROOM, state.room_id) is None

    async def summary(self, user_id: str | None, room_id_or_alias: str) -> dict[str, Any]:
        """Return what a room is. Raises ``NoSuchRoom``, the same when one may not look at it.

        Raises ``AboveAge`` for who is not in it.
        """
        room_id = room_id_or_alias
        if room_id.startswith("#"):
            try:
                room_id = await self.directory.find_alias(room_id)
            except NoSuchAlias:
                raise NoSuchRoom from None
        room = await self.rooms.find(room_id)
        mine = set(await self.rooms.joined_rooms(user_id)) if user_id is not None else set[str]()
        if room is None or not may_look(room.state, user_id, mine):
            raise NoSuchRoom
        is_there = room.state.room_id in mine
        if not is_there:
            await self.directory.ratings.check(user_id, Rated.ROOM, room.state.room_id)
        told = _sketched(room.state)
        await self._label([told])
        if user_id is not None:
            told["membership"] = room.state.membership(user_id)
        return told


def _sketched(state: RoomState) -> dict[str, Any]:
    """Return a room as its list shows it, with what one needs to know before coming in."""
    told: dict[str, Any] = msgspec.to_builtins(sketch(state))
    told["room_version"] = state.version.name
    algorithm = state.text("m.room.encryption", "algorithm")
    if algorithm:
        told["encryption"] = algorithm
    allowed = allowed_rooms(state)
    if allowed:
        told["allowed_room_ids"] = allowed
    return told
