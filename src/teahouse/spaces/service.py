"""Walking a space, and summing a room up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.directory.model import NoSuchAlias, NoSuchRoom, sketch
from teahouse.directory.service import Directory
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

        ``None`` is an operator, who sees all. Raises ``NotShown``, the same for a space that is not there.
        """
        found: list[dict[str, Any]] = []
        nth = 0
        async for state in self._walk(user_id, room_id, walk):
            if nth >= walk.after + limit:
                return found, Walk(walk.max_depth, walk.suggested_only, nth).token
            if nth >= walk.after:
                held = [event for _, event in children(state, walk.suggested_only)]
                found.append(_sketched(state) | {"children_state": held})
            nth += 1
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
            yield room.state
            if depth >= walk.max_depth:
                continue
            below = [child for child, _ in children(room.state, walk.suggested_only)]
            new = [child for child in below if child not in seen]
            seen.update(new)
            ahead.extend((child, depth + 1) for child in reversed(new))

    async def summary(self, user_id: str | None, room_id_or_alias: str) -> dict[str, Any]:
        """Return what a room is. Raises ``NoSuchRoom``, the same when one may not look at it."""
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
        told = _sketched(room.state)
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
