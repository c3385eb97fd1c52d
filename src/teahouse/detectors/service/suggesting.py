"""Suggesting: what was found becomes a case in the queue, and pictures are looked at.

Outside of the log's transactions, as both read what other domains have.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from teahouse.audit.service import Audit
from teahouse.detectors import store
from teahouse.detectors.model.lists import (
    HITS_KEPT_FOR,
    DetectorHit,
    InForce,
    ListKind,
    NoSuchList,
)
from teahouse.detectors.model.pictures import Near, PictureHash, PictureLists, hash_of
from teahouse.detectors.model.velocity import ECHOES_KEPT_FOR
from teahouse.detectors.service.looking import MEDIA, Looking, Picture, Suggest
from teahouse.infra.db.pool import Database, Tx
from teahouse.media.model.files import NoSuchMedia, NotYetUploaded
from teahouse.media.service import Media

AT_ONCE_MAX = 100

# Looks at content, by its kind, its id, a category and the list; returns what begins a case about it,
# in the caller's transaction, or ``None`` when it is gone.
Begin = Callable[[str, str, str, str], Awaitable[Callable[[Tx], Awaitable[str]] | None]]


@dataclass(frozen=True, repr=False)
class Suggesting:
    """Hands on what was found. ``begin`` is who takes suggestions."""

    db: Database
    media: Media
    audit: Audit
    looking: Looking
    begin: Begin
    _pictures: list[tuple[list[InForce], PictureLists]] = field(
        default_factory=list[tuple[list[InForce], PictureLists]]
    )

    async def suggest(self, _job: Suggest) -> None:
        """Make a case of each find that waits; a second find of the same is the same case."""
        while True:
            async with self.db.read() as tx:
                waiting = await store.waiting(tx, AT_ONCE_MAX)
                categories = {one.list_id: one.category for one in await store.lists(tx, 1_000)}
            for one in waiting:
                await self._suggest(one, categories[one.list_id])
            if len(waiting) < AT_ONCE_MAX:
                return

    async def _suggest(self, one: DetectorHit, category: str) -> None:
        begin = await self.begin(one.kind, one.target, category, one.list_id)
        async with self.db.transaction() as tx:
            await store.settle(tx, one, await begin(tx) if begin is not None else "")

    async def look_at(self, job: Picture) -> None:
        """Compare a picture with the lists of pictures that count now."""
        picture = await self._hash(job.media_id)
        if picture is None:
            return
        async with self.db.transaction() as tx:
            in_force = (await self.looking.ready(tx)).of_kind(ListKind.PICTURES)
            found = (await self._lists(tx, in_force)).find(picture)
            by_list = {one.list_id: one for one in in_force}
            hits = [self._hit(by_list[near.list_id], job, near) for near in found]
            await self.looking.ask_to_suggest(tx, hits)

    def _hit(self, one: InForce, job: Picture, near: Near) -> DetectorHit:
        where = (MEDIA, job.media_id, job.room_id)
        what = (one.mode.value, near.entry, 0, 0, self.looking.clock.now())
        return DetectorHit(one.list_id, one.version, *where, *what, distance=near.distance)

    async def hash_for(self, actor: str, media_id: str) -> PictureHash:
        """Return a picture's hash, to be put on a list. Audited. Raises ``NoSuchList`` for none."""
        found = await self._hash(media_id)
        if found is None:
            raise NoSuchList("There is no such picture.")
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "detectors.hashed", media_id)
        return found

    async def _hash(self, media_id: str) -> PictureHash | None:
        try:
            file = await self.media.file(media_id)
        except (NoSuchMedia, NotYetUploaded):
            return None
        if not file.content_type.startswith("image/"):
            return None
        body = await (await self.media.read(file.blob)).whole()
        return await asyncio.to_thread(hash_of, body)

    async def _lists(self, tx: Tx, in_force: list[InForce]) -> PictureLists:
        if self._pictures and self._pictures[0][0] == in_force:
            return self._pictures[0][1]
        entries = {
            one.list_id: await store.entries(tx, one.list_id, one.version) or [] for one in in_force
        }
        lists = await asyncio.to_thread(PictureLists, entries)
        self._pictures[:] = [(in_force, lists)]
        return lists

    async def purge(self, tx: Tx) -> None:
        """Forget what was found long ago, and what was repeated more than a day ago."""
        now = self.looking.clock.now()
        await store.purge(tx, now - HITS_KEPT_FOR, now - ECHOES_KEPT_FOR)
