"""Looking at what the index names: which of it is readable, wanted, and holds what was searched for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Caller
from teahouse.ratings.model import AboveAge
from teahouse.relations.model import REPLACE
from teahouse.relations.service import Relations
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.rules import NotInRoom
from teahouse.search.model.texts import ENCRYPTION, Said, said
from teahouse.search.model.wishes import Hit, Wish
from teahouse.timeline.model import Placed, Visibility
from teahouse.timeline.service.reading import Reading


class _Edit(msgspec.Struct):
    event_id: str


class _Related(msgspec.Struct):
    """What is needed of what relates to an event."""

    edit: _Edit | None = msgspec.field(default=None, name=REPLACE)


_decode_related = msgspec.json.Decoder(_Related).decode


@dataclass(frozen=True)
class _There:
    """What may be read of a room, among what the index names."""

    room_id: str
    visibility: Visibility
    placed: list[Placed]


@dataclass(frozen=True, repr=False)
class Looking:
    """Tells hits from what only seems to be one."""

    db: Database
    reading: Reading
    relations: Relations

    async def hits(
        self, caller: Caller, wish: Wish, choice: Choice, placed: Sequence[Placed]
    ) -> list[Hit]:
        """Return the hits among events of any rooms."""
        by_room: dict[str, list[Placed]] = {}
        for one in placed:
            by_room.setdefault(one[1].room_id, []).append(one)
        looked = [await self._there(caller, choice, *one) for one in by_room.items()]
        readable = [one for one in looked if one is not None and one.placed]
        told = {
            event.event_id: what
            for there in readable
            for _, event in there.placed
            if (what := said(event)) is not None and what.key in wish.keys
        }
        subjects = await self._subjects(readable, told.values())
        edited = await self.relations.edited(
            [(event.room_id, event.event_id) for _, event in subjects.values()]
        )
        found: list[Hit] = []
        for there in readable:
            newest = await self._newest_edits(caller, there, subjects, edited)
            found += _hits(wish, there, told, subjects, newest)
        return found

    async def _there(
        self, caller: Caller, choice: Choice, room_id: str, placed: Sequence[Placed]
    ) -> _There | None:
        """Return what the caller may read and wants of a room; ``None`` for nothing."""
        try:
            room, visibility = await self.reading.access_readable(caller, room_id)
        except (NotInRoom, AboveAge):
            return None
        if room.state.get(ENCRYPTION) is not None:
            return None
        readable = [one for one in placed if one[0] <= visibility.last_readable]
        chosen = await self.reading.chosen(readable, visibility, choice)
        return _There(room_id, visibility, chosen)

    async def _subjects(
        self, readable: Sequence[_There], told: Iterable[Said]
    ) -> dict[str, Placed]:
        """Return the events that a search would show, by id: what was edited for its edit."""
        found = {one[1].event_id: one for there in readable for one in there.placed}
        missing = {what.edits for what in told if what.edits} - found.keys()
        if missing:
            seen = {there.room_id: there.visibility for there in readable}
            async with self.db.read() as tx:
                targets = await self.reading.events_by_id(tx, missing)
            found |= {
                event_id: (pos, event)
                for event_id, (pos, event) in targets.items()
                if event.room_id in seen and seen[event.room_id].sees(pos)
            }
        return found

    async def _newest_edits(
        self, caller: Caller, there: _There, subjects: dict[str, Placed], edited: set[str]
    ) -> dict[str, str]:
        """Return the newest edit that counts and may be read, of a room's edited events."""
        mine = [
            one
            for event_id, one in subjects.items()
            if event_id in edited and one[1].room_id == there.room_id
        ]
        if not mine:
            return {}
        related = await self.relations.aggregated(caller, there.visibility, mine)
        told = {event_id: _decode_related(body).edit for event_id, body in related.items()}
        return {event_id: edit.event_id for event_id, edit in told.items() if edit is not None}


def _hits(
    wish: Wish,
    there: _There,
    told: dict[str, Said],
    subjects: dict[str, Placed],
    newest: dict[str, str],
) -> list[Hit]:
    """Return a room's hits.

    A message that was edited is found by its newest edit, and by nothing that it said before.
    """
    found: list[Hit] = []
    for pos, event in there.placed:
        what = told.get(event.event_id)
        subject = subjects.get(what.edits or event.event_id) if what is not None else None
        if what is None or subject is None or subject[1].room_id != there.room_id:
            continue
        now = newest.get(subject[1].event_id, "" if what.edits else event.event_id)
        match = wish.query.find(what.text) if now == event.event_id else None
        if match is not None:
            found.append(Hit(pos, subject, what.text, match.spans, match.rank, there.visibility))
    return found
