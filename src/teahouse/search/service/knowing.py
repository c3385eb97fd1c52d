"""Finding people and rooms that somebody knows, while a name is being typed.

Those one shares a room with, and the rooms one is in or that are listed for everybody: nothing here
tells more than the list of one's chats and their members does.
"""

from dataclasses import dataclass

import msgspec

from teahouse.directory.model import FoundPerson, Wanted
from teahouse.directory.service import Directory
from teahouse.rooms.model.state import MEMBER, RoomState
from teahouse.rooms.service import Rooms
from teahouse.spelling.model.naming import means, nearness

LISTED_ASKED = 20


class FoundRoom(msgspec.Struct, frozen=True, omit_defaults=True):
    """A room as the search shows it; ``name`` is empty for one that is called after its people."""

    room_id: str
    name: str
    joined: bool
    members: int
    avatar_url: str = ""
    alias: str = ""
    years: int = 0  # from which age on it is meant to be seen
    borderline: bool = False


@dataclass(frozen=True, repr=False)
class Knowing:
    """The search among what somebody knows already."""

    rooms: Rooms
    directory: Directory

    async def people(self, user_id: str, term: str, limit: int) -> list[FoundPerson]:
        """Return people who share a room with somebody, the nearest first."""
        return await self.directory.known_people(user_id, term, limit)

    async def found_rooms(self, user_id: str, term: str, limit: int) -> list[FoundRoom]:
        """Return rooms that somebody is in, then those of the public list, the nearest first."""
        mine: list[tuple[int, FoundRoom]] = []
        for room_id in await self.rooms.joined_rooms(user_id):
            room = await self.rooms.find(room_id)
            near = None if room is None else _nearness(room.state, user_id, term)
            if room is not None and near is not None:
                mine.append((near, _found(room.state)))
        mine.sort(key=lambda one: (one[0], -one[1].members, one[1].room_id))
        found = [one for _, one in mine[:limit]]
        if len(found) < limit:
            known = {one.room_id for one in found} | set(await self.rooms.joined_rooms(user_id))
            page = await self.directory.page(user_id, Wanted(term), None, LISTED_ASKED)
            found += [
                FoundRoom(
                    room_id=one.room_id,
                    name=one.name,
                    joined=False,
                    members=one.num_joined_members,
                    avatar_url=one.avatar_url,
                    alias=one.canonical_alias,
                    years=one.rating.years if one.rating else 0,
                    borderline=one.rating.borderline if one.rating else False,
                )
                for one in page.chunk
                if one.room_id not in known and one.name
            ]
        return found[:limit]


def _nearness(state: RoomState, user_id: str, term: str) -> int | None:
    """Return how nearly a term means a room, ``None`` when it does not."""
    names = [state.text("m.room.name", "name"), state.text("m.room.canonical_alias", "alias")]
    if not any(names):
        others = state.heroes(user_id)
        if len(others) < 2:
            return None  # that is a person, who is found by themselves
        names = [str(state.content(MEMBER, one).get("displayname") or one) for one in others]
    return nearness(term, *names) if means(term, *names) else None


def _found(state: RoomState) -> FoundRoom:
    avatar_url = state.text("m.room.avatar", "url")
    return FoundRoom(
        room_id=state.room_id,
        name=state.text("m.room.name", "name"),
        joined=True,
        members=len(state.joined),
        avatar_url=avatar_url if avatar_url.startswith("mxc://") else "",
        alias=state.text("m.room.canonical_alias", "alias"),
    )
