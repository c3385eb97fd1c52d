"""How the channels do: the senders that are in use, watched, and a test of each."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import Refused, Unavailable
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.senders.choose import Senders
from teahouse.infra.senders.model import CodeMessage, Lang, NeverSent, NotSent, Sender
from teahouse.infra.vault.normal import email, phone
from teahouse.settings import store
from teahouse.settings.model import FAILURES_KEPT, Channel, ChannelOff, Failure, Tested, fixed
from teahouse.settings.model import MAIL as MAIL_NAMES
from teahouse.settings.model import SMS as SMS_NAMES

NOTED_EVERY = timedelta(seconds=10)


@dataclass(frozen=True)
class Watched:
    """A ``Sender`` of which it is noted when it last did its work, and why it did not."""

    channel: str
    sender: Sender
    channels: "Channels"

    async def send(self, message: CodeMessage) -> None:
        """Hand ``message`` over. Raises what the sender raises."""
        try:
            await self.sender.send(message)
        except (NotSent, NeverSent) as refused:
            await self.channels.note(self.channel, refused)
            raise
        await self.channels.note(self.channel, None)


@dataclass(frozen=True, repr=False)
class Channels:
    """Mail and SMS. ``make`` gives the senders that a configuration asks for."""

    db: Database
    audit: Audit
    clock: Clock
    ids: Ids
    senders: Senders
    make: Callable[[Config], Senders]
    _noted: dict[str, datetime] = field(default_factory=dict[str, datetime], repr=False)

    def choose(self, config: Config) -> None:
        """Send as ``config`` says from now on, in this worker."""
        chosen = self.make(config)
        self.senders.mail = self._watched("mail", chosen.mail)
        self.senders.sms = self._watched("sms", chosen.sms)

    async def test(self, actor: str, channel: str, to: str, lang: Lang) -> Tested:
        """Send a message that says that it is a test, and return what became of it. Audited.

        Neither the log nor the notes say to whom. Raises ``ChannelOff``, ``BadPhone``,
        ``BadEmail``.
        """
        to = phone(to) if channel == "sms" else email(to)
        sender = self.senders.sms if channel == "sms" else self.senders.mail
        if sender is None:
            raise ChannelOff
        message = CodeMessage(to, "", 0, lang, "test", self.ids.ulid())
        begun = self.clock.monotonic()
        refused: Refused | None = None
        try:
            await sender.send(message)
        except (NotSent, NeverSent) as caught:
            refused = caught
        took = int((self.clock.monotonic() - begun) * 1000)
        why, status = _cause(refused)
        if refused is None and sender is self.senders.outbox:
            why = "test_mode"
        async with self.db.transaction() as tx:
            detail: dict[str, object] = {"sent": refused is None, "why": why}
            await self.audit.append(tx, actor, "settings.channel_tested", channel, detail)
        return Tested(refused is None, why, status, took)

    async def all(self, own: Config) -> list[Channel]:
        """Return how each channel does; ``own`` is what the file and the environment say."""
        async with self.db.read() as tx:
            sent, failures = await store.channels(tx), await store.failures(tx)
        parts = (
            ("mail", self.senders.mail, MAIL_NAMES),
            ("sms", self.senders.sms, SMS_NAMES),
        )
        return [
            Channel(
                name,
                sender is not None,
                fixed(own, names),
                sent.get(name),
                [one for one in failures if one.channel == name],
            )
            for name, sender, names in parts
        ]

    async def note(self, channel: str, refused: Refused | None) -> None:
        """Keep that a message left, or why it did not; never in the way of sending."""
        now = self.clock.now()
        before = self._noted.get(channel)
        if refused is None and before is not None and now - before < NOTED_EVERY:
            return
        with suppress(Unavailable):
            async with self.db.transaction() as tx:
                if refused is None:
                    await store.sent(tx, channel, now)
                    self._noted[channel] = now
                else:
                    failure = Failure(channel, now, *_cause(refused))
                    await store.failed(tx, self.ids.ulid(), failure, FAILURES_KEPT)

    def _watched(self, channel: str, sender: Sender | None) -> Sender | None:
        if sender is None or sender is self.senders.outbox:
            return sender
        return Watched(channel, sender, self)


def _cause(refused: Refused | None) -> tuple[str, int | None]:
    if refused is None:
        return "", None
    return str(refused.fields.get("why", "unknown")), refused.fields.get("status")
