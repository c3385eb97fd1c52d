"""Looking at a page once for all who ask, and keeping what it said for a while."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import Refused
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.egress.client import Cut, Egress, Reply
from teahouse.media.service import Drawn, Media
from teahouse.previews import model, store
from teahouse.previews.model import HTML, PICTURES, Page, PreviewsOff

OWNER = "previews"  # whose pictures are not an account's
FOUND = 200


@dataclass(frozen=True, repr=False)
class Previews:
    """What pages say of themselves. Of those who ask for one page at once, one looks at it."""

    db: Database
    egress: Egress
    media: Media
    clock: Clock
    config: Config
    _running: dict[bytes, "asyncio.Task[str]"] = field(
        default_factory=dict[bytes, "asyncio.Task[str]"], repr=False
    )
    _fetching: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(model.FETCHES_MAX), repr=False
    )

    async def close(self) -> None:
        """Look at nothing any more."""
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def of(self, url: str) -> str:
        """Return what a page says, as JSON; an empty object when it says nothing, or not to us.

        Raises ``PreviewsOff``, ``HostDenied``, ``Invalid`` for what is no address of a page.
        """
        if self.config.previews != "allow":
            raise PreviewsOff
        url = model.check_url(url)
        model.check_host(url, self.config.hosts_denied)
        digest = model.url_digest(url)
        async with self.db.read() as tx:
            kept = await store.fresh(tx, digest, self.clock.now())
        if kept is not None:
            return kept
        running = self._running.get(digest)
        if running is None:
            running = asyncio.ensure_future(self._look(url, digest))
            self._running[digest] = running
            running.add_done_callback(lambda _: self._running.pop(digest, None))
        return await asyncio.shield(running)

    async def purge(self, tx: Tx) -> None:
        """Forget what is too old, the oldest of what is too much, and the pictures of both."""
        now = self.clock.now()
        await store.drop_expired(tx, now)
        await store.drop_oldest(tx, model.PAGES_MAX)
        await self.media.forget_older(tx, OWNER, now - model.KEPT_FOR - model.PICTURES_AFTER)

    # -- looking ---------------------------------------------------------------------------------

    async def _look(self, url: str, digest: bytes) -> str:
        async with self._fetching:
            try:
                told = await self._told(url)
            except Refused:  # it is not there, not outside, not allowed, or says nothing of use
                told = {}
        body = msgspec.json.encode(told).decode()
        now = self.clock.now()
        until = now + (model.KEPT_FOR if told else model.FAILED_FOR)
        async with self.db.transaction() as tx:
            await store.keep(tx, digest, body, now, until)
        return body

    async def _told(self, url: str) -> dict[str, Any]:
        reply = await self._get(url, "text/html,image/*;q=0.9", model.enough_of)
        kind = model.media_type(reply.headers)
        if reply.status != FOUND:
            return {}
        if kind in PICTURES:
            page = model.of_picture(reply.url)
            drawn = await self._drawn(reply)
        elif kind in HTML:
            text = model.decoded(reply.body, reply.headers.get("content-type", ""))
            page = await asyncio.to_thread(model.read_page, text, reply.url)
            drawn = await self._picture(page)
        else:
            return {}
        return {**page.told(reply.url), **self._pictured(page, drawn)}

    async def _picture(self, page: Page) -> Drawn | None:
        """Return a page's picture, drawn anew; ``None`` when there is none that can be shown."""
        if not page.picture_url:
            return None
        try:
            reply = await self._get(page.picture_url, "image/*")
        except Refused:
            return None
        return await self._drawn(reply)

    async def _drawn(self, reply: Reply) -> Drawn | None:
        if reply.status != FOUND or model.media_type(reply.headers) not in PICTURES:
            return None
        try:
            return await self.media.draw(OWNER, reply.body, model.PICTURE_SIZE)
        except Refused:
            return None

    def _pictured(self, page: Page, drawn: Drawn | None) -> dict[str, Any]:
        if drawn is None:
            return {}
        found: dict[str, Any] = {
            "og:image": self.media.uri(drawn.media_id),
            "og:image:type": drawn.content_type,
            "og:image:width": drawn.width,
            "og:image:height": drawn.height,
            "matrix:image:size": drawn.bytes_count,
        }
        return {**found, "og:image:alt": page.picture_alt} if page.picture_alt else found

    async def _get(self, url: str, accept: str, cut: Cut | None = None) -> Reply:
        """Get something from a host that is not denied, nor led on to one that is."""
        model.check_host(url, self.config.hosts_denied)
        reply = await self.egress.get(
            url, {"accept": accept}, model.PICTURE_BYTES_MAX, model.SECONDS_MAX, cut=cut
        )
        model.check_host(reply.url, self.config.hosts_denied)
        return reply
