"""Stills: pictures in public are shown to a scorer, and what it points at comes before people.

Off as shipped. It runs behind the reply, only while an assessment of it holds, and does no more than begin a
case, as a report does.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from teahouse.accounts.service.listing import Listing
from teahouse.appearances import store
from teahouse.appearances.model import CATEGORY, SCORES_KEPT_FOR, STILL_SIDES, Still
from teahouse.appearances.service.scorer import HttpScorer
from teahouse.cases.service.pointing import Pointing
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.detectors.service.looking import is_public, picture_in
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.media.model.files import NoSuchMedia, NotYetUploaded
from teahouse.media.model.pictures import NoThumbnail, TooManyPixels, chosen
from teahouse.media.service import Media
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.service import Rooms
from teahouse.timeline.events import Posted

FOLLOWER = "appearances.stills"
JOIN_RULES, ENCRYPTION = "m.room.join_rules", "m.room.encryption"
MEDIA, DETECTOR = "media", "stills"


@dataclass(frozen=True, repr=False)
class Stills:
    """Has pictures scored. ``assessed`` tells whether an assessment of it is in force."""

    db: Database
    rooms: Rooms
    listing: Listing
    media: Media
    pointing: Pointing
    jobs: Jobs
    config: Config
    clock: Clock
    ids: Ids
    assessed: Callable[[], Awaitable[bool]]
    scorer: HttpScorer | None = None

    async def follow(self, tx: Tx, told: Sequence[tuple[int, Posted]]) -> None:
        """Have pictures looked at that are shown in public, or by an account that speaks there."""
        if self.scorer is None:
            return
        shown = [(one.event, self._picture(one.event)) for _, one in told]
        found = [(event, media_id) for event, media_id in shown if media_id]
        if not found:
            return
        room_ids = sorted({event.room_id for event, _ in found})
        encrypted = await self.rooms.stated(tx, ENCRYPTION, room_ids)
        rules = await self.rooms.stated(tx, JOIN_RULES, room_ids)
        official = await self.listing.officials(tx, sorted({one.sender for one, _ in found}))
        for event, media_id in found:
            public = is_public(rules.get(event.room_id)) or event.sender in official
            if public and event.room_id not in encrypted:
                await self.jobs.enqueue(tx, Still(media_id), unique=media_id)

    async def look_at(self, job: Still) -> None:
        """Have a picture scored, once; a high score suggests a case. Raises ``ScorerAway``."""
        if self.scorer is None or not await self.assessed():
            return
        async with self.db.read() as tx:
            if await store.is_scored(tx, job.media_id):
                return
        still = await self._still(job.media_id)
        if still is None:
            return
        answer = await self.scorer.score(self.ids.ulid(), *still)
        percent = round(answer.score * 100)
        begin = None
        if percent >= self.config.stills_score_min:
            begin = await self.pointing.suggest(MEDIA, job.media_id, CATEGORY, DETECTOR)
        async with self.db.transaction() as tx:
            now = self.clock.now()
            if await store.note_score(tx, job.media_id, percent, answer.boxes, now) and begin:
                await begin(tx)

    async def purge(self, tx: Tx) -> None:
        """Forget what was scored long ago."""
        await store.purge_scores(tx, self.clock.now() - SCORES_KEPT_FOR)

    def _picture(self, event: RoomEvent) -> str:
        return picture_in(event.content, self.config.server_name)

    async def _still(self, media_id: str) -> tuple[str, bytes] | None:
        """Return a picture made small, without what a camera wrote into it; ``None``: it is none."""
        try:
            file = await self.media.file(media_id)
            row = await self.media.thumbnail(file, chosen(*STILL_SIDES, "scale"))
        except (NoSuchMedia, NotYetUploaded, NoThumbnail, TooManyPixels):
            return None
        body = await (await self.media.read(row.blob)).whole()
        return row.content_type, body
