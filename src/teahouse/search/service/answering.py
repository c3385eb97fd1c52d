"""What Matrix's search tells with its hits: what was said around them, by whom, and the rooms' state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.infra.http.caller import Caller
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.state import MEMBER
from teahouse.search.model.wishes import Hit
from teahouse.timeline.model import LATEST, Placed, token
from teahouse.timeline.service.reading import Page, Reading

PROFILE = ("displayname", "avatar_url")


class _Member(msgspec.Struct):
    state_key: str
    content: dict[str, Any]


_decode_member = msgspec.json.Decoder(_Member).decode


@dataclass(frozen=True)
class Wanted:
    """How much of what was said around a hit is wanted."""

    before: int
    after: int
    profiles: bool


@dataclass(frozen=True)
class Around:
    """What was said around a hit, encoded, each list from the hit away."""

    before: list[bytes]
    after: list[bytes]
    start: str
    end: str
    profiles: Mapping[str, Mapping[str, Any]] | None


@dataclass(frozen=True, repr=False)
class Answering:
    """Tells of hits."""

    reading: Reading

    async def bodies(self, caller: Caller, hits: Sequence[Hit]) -> list[bytes]:
        """Return the events themselves, encoded, in the order of the hits."""
        by_room: dict[str, list[Hit]] = {}
        for hit in hits:
            by_room.setdefault(hit.room_id, []).append(hit)
        found: dict[str, bytes] = {}
        for there in by_room.values():
            placed = [hit.placed for hit in there]
            bodies = await self._shown(caller, there[0], placed)
            found |= {event.event_id: body for (_, event), body in zip(placed, bodies, strict=True)}
        return [found[hit.event_id] for hit in hits]

    async def around(
        self, caller: Caller, hit: Hit, wanted: Wanted, ignored: frozenset[str]
    ) -> Around:
        """Return what was said around a hit, as far as the caller may read it."""
        choice, pos = Choice(ignored=ignored), hit.placed[0]
        before, after = Page([], pos - 1), Page([], pos)
        place = hit.room_id, hit.visibility
        if wanted.before:
            before = await self.reading.page(*place, pos - 1, 0, wanted.before, True, choice)
        if wanted.after:
            after = await self.reading.page(*place, pos, LATEST, wanted.after, False, choice)
        everything = [*before.events, hit.placed, *after.events]
        first, last = min(one[0] for one in everything), max(one[0] for one in everything)
        return Around(
            before=await self._shown(caller, hit, before.events),
            after=await self._shown(caller, hit, after.events),
            start=token(before.end if before.end is not None else first - 1),
            end=token(after.end if after.end is not None else last),
            profiles=await self._profiles(hit, everything) if wanted.profiles else None,
        )

    async def states(self, caller: Caller, room_ids: Iterable[str]) -> dict[str, list[bytes]]:
        """Return the state of rooms as the caller may see it: now, or as it was on leaving."""
        found: dict[str, list[bytes]] = {}
        for room_id in dict.fromkeys(room_ids):
            pieces = await self.reading.state(caller, room_id)
            found[room_id] = self.reading.given(room_id, (body for _, _, body in pieces))
        return found

    async def _shown(self, caller: Caller, hit: Hit, placed: Sequence[Placed]) -> list[bytes]:
        bodies = await self.reading.dressed(caller, hit.visibility, placed) if placed else []
        return self.reading.given(hit.room_id, bodies)

    async def _profiles(self, hit: Hit, placed: Sequence[Placed]) -> dict[str, Mapping[str, Any]]:
        """Return what those who speak were called in the room at the time of the hit."""
        senders = dict.fromkeys(event.sender for _, event in placed)
        keys = [(MEMBER, sender) for sender in senders]
        bodies = await self.reading.states_before(hit.room_id, keys, hit.placed[0] + 1)
        found: dict[str, Mapping[str, Any]] = {sender: {} for sender in senders}
        for member in (_decode_member(body) for body in bodies):
            shown = {name: member.content.get(name) for name in PROFILE}
            found[member.state_key] = {name: one for name, one in shown.items() if one}
        return found
