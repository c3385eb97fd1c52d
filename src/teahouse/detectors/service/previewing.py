"""Previewing: what entries would have found, before they are put on a list that is on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.audit.service import Audit
from teahouse.detectors.model.finding import Finder
from teahouse.detectors.model.lists import (
    PREVIEW_EVENTS_MAX,
    SAMPLE_LETTERS,
    SAMPLES_MAX,
    DetectorPreview,
    DetectorSample,
    ListKind,
    NoPreview,
    check_entries,
)
from teahouse.detectors.service.looking import ENCRYPTION, JOIN_RULES, is_public
from teahouse.infra.db.pool import Database
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.service import Rooms
from teahouse.search.model.texts import BODY, said
from teahouse.timeline.model import LATEST
from teahouse.timeline.service.reading import Reading

ROOMS_MAX = 100  # those in which something was said last
ROOMS_LOOKED_MAX = 10_000
PAGE_ROOMS = 1_000
EACH_MAX = 100  # messages of one room
LOOKED_FOR = (
    ListKind.WORDS,
    ListKind.PLACES,
    ListKind.WEIGHTS,
)  # in a text; as a finder takes them


@dataclass(frozen=True, repr=False)
class Previewing:
    """Looks through the newest public messages, whatever the lists in force are."""

    db: Database
    rooms: Rooms
    reading: Reading
    audit: Audit

    async def preview(self, actor: str, kind: ListKind, entries: Sequence[str]) -> DetectorPreview:
        """Return what entries find among the newest public messages. Audited: they were read.

        Raises ``NoPreview`` for other lists than of words, places and weights, ``BadEntry``.
        """
        if kind not in LOOKED_FOR:
            raise NoPreview
        kept = {"": check_entries(kind, entries)}
        lists = [kept if kind is one else {} for one in LOOKED_FOR]
        finder = await asyncio.to_thread(Finder, *lists)
        events = await self._newest()
        samples = [one for event in events for one in _samples(finder, event)]
        async with self.db.transaction() as tx:
            detail: dict[str, object] = {"kind": kind.value, "count": len(events)}
            await self.audit.append(tx, actor, "detectors.previewed", "", detail)
        return DetectorPreview(len(events), len(samples), samples[:SAMPLES_MAX])

    async def _newest(self) -> list[RoomEvent]:
        newest = await self.reading.newest(await self._public())
        room_ids = sorted(newest, key=lambda one: -newest[one])[:ROOMS_MAX]
        said_there = await self.reading.last_of(room_ids, LATEST, EACH_MAX, ["m.room.message"])
        placed = [one for placed in said_there.values() for one in placed]
        placed.sort(key=lambda one: -one[0])
        texts = [event for _, event in placed if (text := said(event)) and text.key == BODY]
        return texts[:PREVIEW_EVENTS_MAX]

    async def _public(self) -> list[str]:
        """Return the rooms that everybody may enter and that are not encrypted."""
        found: list[str] = []
        after = ""
        async with self.db.read() as tx:
            for _ in range(ROOMS_LOOKED_MAX // PAGE_ROOMS):
                page = await self.rooms.stating(tx, JOIN_RULES, after, PAGE_ROOMS)
                found += [room_id for room_id, body in page if is_public(body)]
                if len(page) < PAGE_ROOMS:
                    break
                after = page[-1][0]
            encrypted = await self.rooms.stated(tx, ENCRYPTION, found)
        return [one for one in found if one not in encrypted]


def _samples(finder: Finder, event: RoomEvent) -> list[DetectorSample]:
    text = said(event)
    assert text is not None, "only what says something is looked at"
    samples: list[DetectorSample] = []
    for found in finder.find(text.text):
        begins, ends = max(0, found.span.begins - SAMPLE_LETTERS), found.span.ends + SAMPLE_LETTERS
        around = text.text[begins:ends]
        samples.append(DetectorSample(event.event_id, event.room_id, found.entry, around))
    return samples
