"""Telling: one request to an app's push gateway, or to a browser's push service."""

import enum
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import Refused
from teahouse.ids import Ids
from teahouse.infra.egress.client import Egress, Reply
from teahouse.pushers.model import App, Browser
from teahouse.pushers.model import notices as model
from teahouse.pushers.model import web as model_web
from teahouse.pushers.model.notices import Names, Notice
from teahouse.pushers.service.pushers import Opened, Pushers

ANSWER_SECONDS_MAX = 5.0
GONE = (404, 410)
TOO_LARGE = 413


class Outcome(enum.Enum):
    """What came of it."""

    DONE = "done"
    FAILED = "failed"  # to be tried again
    GONE = "gone"  # the place leads nowhere any more


@dataclass(frozen=True, repr=False)
class Telling:
    """Tells one place of one thing."""

    egress: Egress
    pushers: Pushers
    clock: Clock
    ids: Ids
    config: Config

    async def event(self, one: Opened, notice: Notice, names: Names, unread: int) -> Outcome:
        """Tell of an event."""
        if one.browser is not None:
            plain = model.shown(notice, names, unread, one.browser)
            return await self._browser(one.browser, plain, model.is_urgent(notice))
        assert one.app is not None, "a pusher is an app's or a browser's"
        set_at, user_id = one.row.set_at, one.row.user_id
        return await self._app(one.app, model.told(notice, names, unread, one.app, set_at, user_id))

    async def count(self, one: Opened, unread: int) -> Outcome:
        """Tell how much is unread; a browser would have to show something, and is not told."""
        if one.app is None:
            return Outcome.DONE
        return await self._app(one.app, model.counted(unread, one.app, one.row.set_at))

    async def _app(self, app: App, body: dict[str, Any]) -> Outcome:
        raw = msgspec.json.encode(body)
        reply = await self._posted(app.url, raw, "application/json", {})
        if reply is None or reply.status // 100 != 2:
            return Outcome.FAILED
        return Outcome.GONE if app.pushkey in model.rejected(reply.body) else Outcome.DONE

    async def _browser(self, browser: Browser, shown: dict[str, Any], urgent: bool) -> Outcome:
        key = self.pushers.sender_key(browser.sender_key)
        if key is None:
            return Outcome.GONE  # our key has changed for good; the browser asks again when opened
        plain = msgspec.json.encode(shown)
        if len(plain) > model_web.PLAIN_BYTES_MAX:
            plain = msgspec.json.encode({**shown, "text": None, "room": None})
        once = model_web.key_from(self.ids.bytes(model_web.SEED_BYTES))
        salt = self.ids.bytes(model_web.SALT_BYTES)
        body = model_web.sealed(plain, browser, once, salt, model_web.padding_of(plain))
        headers = {
            "authorization": model_web.authorization(
                key, browser.endpoint, self._contact(), self.clock.now()
            ),
            "content-encoding": "aes128gcm",
            "ttl": str(model_web.SECONDS_KEPT),
            "urgency": "high" if urgent else "normal",
        }
        reply = await self._posted(browser.endpoint, body, "application/octet-stream", headers)
        if reply is None:
            return Outcome.FAILED
        if reply.status in GONE:
            return Outcome.GONE
        if reply.status == TOO_LARGE:
            return Outcome.DONE  # trying again would make it no smaller
        return Outcome.DONE if reply.status // 100 == 2 else Outcome.FAILED

    async def _posted(
        self, url: str, body: bytes, content_type: str, headers: dict[str, str]
    ) -> Reply | None:
        """Return what came back, ``None`` when nothing did."""
        try:
            return await self.egress.post(url, body, content_type, headers, ANSWER_SECONDS_MAX)
        except Refused:
            return None

    def _contact(self) -> str:
        """Return whom a push service may write to about us."""
        contact = self.config.operator_contact
        return f"mailto:{contact}" if "@" in contact else self.config.base_url
