"""Looking, behind the reply: a follower of the log compares what was said with the lists in force.

It runs in the follower's transaction and asks for no second connection; what needs the network or a
picture's bytes is put in the queue.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec

from teahouse.accounts.service.listing import Listing
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.detectors import store
from teahouse.detectors.model.finding import Finder
from teahouse.detectors.model.lists import DetectorHit, InForce, ListKind, Mode
from teahouse.detectors.model.velocity import ECHOES_KEPT_FOR, digest_of, read_velocity
from teahouse.detectors.service.repeating import Heard, Ruled, too_often
from teahouse.detectors.store import NewEcho
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.rooms.model.event import RoomEvent, content_of
from teahouse.rooms.service import Rooms
from teahouse.search.model.texts import BODY, edited, said
from teahouse.timeline.events import Posted

FOLLOWER = "detectors.looking"
MESSAGE, MEDIA = "message", "media"
JOIN_RULES, ENCRYPTION = "m.room.join_rules", "m.room.encryption"

# Returns users of whom nothing is suggested for now.
Apart = Callable[[Tx], Awaitable[set[str]]]


class Suggest(msgspec.Struct, frozen=True):
    """What was found waits to be suggested."""

    kind: ClassVar[str] = "detectors.suggest"


class Picture(msgspec.Struct, frozen=True):
    """A picture is to be looked at."""

    kind: ClassVar[str] = "detectors.picture"
    media_id: str
    room_id: str


class Text(msgspec.Struct, frozen=True):
    """Something said that may be looked at."""

    event: RoomEvent
    text: str


@dataclass
class Ready:
    """The lists in force, put together to be looked for."""

    in_force: list[InForce]
    finder: Finder
    velocity: list[Ruled]

    def of_kind(self, kind: ListKind) -> list[InForce]:
        """Return those of the lists that are of a kind."""
        return [one for one in self.in_force if one.kind is kind]


@dataclass(frozen=True, repr=False)
class Looking:
    """Compares what is said with lists."""

    rooms: Rooms
    listing: Listing
    jobs: Jobs
    config: Config
    clock: Clock
    server_name: str
    apart: list[Apart] = field(default_factory=list[Apart])
    _ready: list[Ready] = field(default_factory=list[Ready])

    async def follow(self, tx: Tx, told: Sequence[tuple[int, Posted]]) -> None:
        """Look at what was said."""
        if self.config.detectors == "off":
            return
        ready = await self.ready(tx)
        if not ready.in_force:
            return
        texts = await self._lookable(tx, [one.event for _, one in told])
        found = await self._in_texts(tx, ready, texts)
        if ready.velocity:
            found += await self._too_often(tx, ready, texts)
        if ready.of_kind(ListKind.PICTURES):
            for text in texts:
                await self._ask_for_picture(tx, text.event)
        await self.ask_to_suggest(tx, found)

    async def ready(self, tx: Tx) -> Ready:
        """Return the lists that count now; put together anew only when one has changed."""
        in_force = await store.in_force(tx, self.clock.now())
        if self._ready and self._ready[0].in_force == in_force:
            return self._ready[0]
        entries: dict[str, list[str]] = {}
        for one in in_force:
            if one.kind is not ListKind.PICTURES:
                entries[one.list_id] = await store.entries(tx, one.list_id, one.version) or []
        ready = await asyncio.to_thread(_put_together, in_force, entries)
        self._ready[:] = [ready]
        return ready

    async def ask_to_suggest(self, tx: Tx, found: Sequence[DetectorHit]) -> None:
        """Keep what was found, and have what is new suggested."""
        new = [one for one in found if await store.hit(tx, one)]
        if any(one.mode == Mode.SUGGEST.value for one in new):
            await self.jobs.enqueue(tx, Suggest(), unique="waiting")

    # -- what may be looked at ---------------------------------------------------------------------

    async def _lookable(self, tx: Tx, events: Sequence[RoomEvent]) -> list[Text]:
        """Return what is said in plain text where the operator's setting has it looked at."""
        texts: list[Text] = []
        apart = [one for told in self.apart for one in await told(tx)]
        for event in events:
            text = None if event.sender in apart else said(event)
            if text is not None and text.key == BODY:
                texts.append(Text(event, text.text))
        if not texts:
            return []
        room_ids = sorted({one.event.room_id for one in texts})
        encrypted = await self.rooms.stated(tx, ENCRYPTION, room_ids)
        texts = [one for one in texts if one.event.room_id not in encrypted]
        if self.config.detectors == "all":
            return texts
        rules = await self.rooms.stated(tx, JOIN_RULES, room_ids)
        senders = sorted({one.event.sender for one in texts})
        official = await self.listing.officials(tx, senders)
        return [
            one
            for one in texts
            if is_public(rules.get(one.event.room_id)) or one.event.sender in official
        ]

    # -- finding -----------------------------------------------------------------------------------

    async def _in_texts(self, tx: Tx, ready: Ready, texts: Sequence[Text]) -> list[DetectorHit]:
        by_list = {one.list_id: one for one in ready.in_force}
        hits: list[DetectorHit] = []
        for one in texts:
            for found in ready.finder.find(one.text):
                place = (found.entry, found.span.begins, found.span.ends)
                hits.append(self._hit(by_list[found.list_id], one.event, place))
        return hits

    async def _too_often(self, tx: Tx, ready: Ready, texts: Sequence[Text]) -> list[DetectorHit]:
        """Keep who said what, and find what was said too often, each text once in its time."""
        by_list = {one.list_id: one for one in ready.in_force}
        repeats = await too_often(tx, self._echoes(texts), ready.velocity)
        return [
            self._hit(by_list[one.list_id], texts[one.nth].event, (one.entry, 0, one.letters))
            for one in repeats
        ]

    def _echoes(self, texts: Sequence[Text]) -> list[Heard]:
        """Return what of that is long enough to be told from others."""
        heard: list[Heard] = []
        for nth, one in enumerate(texts):
            text_digest, event = digest_of(one.text), one.event
            if text_digest is not None:
                who = (event.sender, event.room_id, self._said_at(event.ts))
                heard.append(Heard(nth, len(one.text), NewEcho(event.event_id, text_digest, *who)))
        return heard

    def _said_at(self, ts: int) -> datetime:
        """Return when something was said; now, where a service says that it was another day."""
        now = self.clock.now()
        is_near = abs(ts / 1000 - now.timestamp()) < ECHOES_KEPT_FOR.total_seconds()
        return datetime.fromtimestamp(ts / 1000, UTC) if is_near else now

    def _hit(self, one: InForce, event: RoomEvent, place: tuple[str, int, int]) -> DetectorHit:
        where = (MESSAGE, event.event_id, event.room_id)
        now = self.clock.now()
        return DetectorHit(one.list_id, one.version, *where, one.mode.value, *place, now)

    async def _ask_for_picture(self, tx: Tx, event: RoomEvent) -> None:
        media_id = picture_in(event.content, self.server_name)
        if media_id:
            await self.jobs.enqueue(tx, Picture(media_id, event.room_id), unique=media_id)


def is_public(join_rules: bytes | None) -> bool:
    """Tell whether a room's rules let everybody in."""
    return join_rules is not None and content_of(join_rules).get("join_rule") == "public"


def picture_in(content: dict[str, Any], server_name: str) -> str:
    """Return the id of the picture of ours that a message shows, if it shows one."""
    edits, new = edited(content)
    shown = new if edits else content
    url, begin = shown.get("url"), f"mxc://{server_name}/"
    if not isinstance(url, str) or not url.startswith(begin):
        return ""
    is_picture = shown.get("msgtype") == "m.image" or "msgtype" not in shown  # a sticker
    return url.removeprefix(begin) if is_picture else ""


def _put_together(in_force: list[InForce], entries: Mapping[str, Sequence[str]]) -> Ready:
    def of(kind: ListKind) -> dict[str, Sequence[str]]:
        return {one.list_id: entries[one.list_id] for one in in_force if one.kind is kind}

    velocity = [
        Ruled(list_id, entry, read_velocity(entry))
        for list_id, listed in of(ListKind.VELOCITY).items()
        for entry in listed
    ]
    finder = Finder(of(ListKind.WORDS), of(ListKind.PLACES), of(ListKind.WEIGHTS))
    return Ready(in_force, finder, velocity)
