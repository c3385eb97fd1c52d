"""Telling people what happened to their account: on every device, and at every contact."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC

import msgspec

from teahouse.accountdata.service import AccountData
from teahouse.accounts.model import Account, Contact, Device, OpenedSession
from teahouse.accounts.service import Accounts
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.place import place_of
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.model import CodeMessage, Lang, NeverSent
from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.model import NoGround
from teahouse.recovery.model import (
    DEVICES_ONLY,
    NOTICE_TYPE,
    NOTICES_LIFE,
    NOTICES_LISTED_MAX,
    UNDO_LIFE,
    WITHOUT_LINK,
    Added,
    Notice,
    TellAll,
    TellContact,
    What,
)
from teahouse.recovery.store import notices, ways
from teahouse.recovery.store.notices import Named, NoticeRow
from teahouse.recovery.store.personal import ABOUT, DEVICE_NAME, PLACE

Undo = tuple[str, str]  # (what may be taken back, the kind of contact)
# Which language somebody was last spoken to in; None: nobody knows.
LangOf = Callable[[Tx, str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True, repr=False)
class Telling:
    """Writes notices, and has them shown and sent."""

    accounts: Accounts
    account_data: AccountData
    jobs: Jobs
    lang_of: LangOf

    async def entered(self, tx: Tx, account: Account, device: Device, new: OpenedSession) -> None:
        """Tell an account's other devices of a new one, unless they were told by how it came."""
        whose = account.account_id
        if not new.new or device.way == ("pairing",):
            return
        if (await self.accounts.activity(tx, whose)).devices > 1:
            added = Added(device.device_name or "", place_of(device.address), new.device_id)
            await self.tell(tx, whose, What.SIGNED_IN, added=added)

    async def tell(
        self,
        tx: Tx,
        account_id: str,
        what: What,
        by: Caller | None = None,
        undo: Undo | None = None,
        added: Added | None = None,
    ) -> None:
        """Have every device and contact told once ``tx`` commits.

        ``undo`` puts a link into the messages: to the contact that was replaced, or to all.
        """
        ids, now = self.accounts.ids, self.accounts.clock.now()
        notice_id, undo_id = ids.ulid(), ""
        named = await self._named(tx, account_id, notice_id, by, added)
        await notices.insert(tx, (notice_id, account_id, what.value), named, now)
        if undo is not None:
            undo_id = ids.ulid()
            await ways.insert_undo(tx, undo_id, account_id, *undo, now + UNDO_LIFE)
        await self.jobs.enqueue(tx, TellAll(notice_id))
        if what in DEVICES_ONLY:
            return
        for contact in await self.accounts.finder.reached_within(tx, account_id):
            linked = undo_id if undo and (undo[0] == "return" or contact.rank == 0) else ""
            template = what.value if linked else WITHOUT_LINK.get(what, what.value)
            job = TellContact(notice_id, account_id, template, contact.kind, contact.rank, linked)
            await self.jobs.enqueue(tx, job)

    async def show(self, tx: Tx, job: TellAll) -> None:
        """Let every device's sync see that there is a notice."""
        found = await notices.one(tx, job.notice_id)
        if found is None:
            return
        account_id, what, at = found
        account = await self.accounts.by_id(tx, account_id)
        content = {"notice_id": job.notice_id, "what": what, "at": int(at.timestamp() * 1000)}
        encoded = msgspec.json.encode(content)
        await self.account_data.set_in(tx, account.user_id, "", NOTICE_TYPE, encoded)

    async def send(self, job: TellContact) -> None:
        """Send a notice to a contact, if it is still there. Raises ``NotSent``, ``NeverSent``."""
        found = await self.accounts.finder.contacts(job.account_id)
        to = next((c for c in found if (c.kind, c.rank) == (job.contact_kind, job.rank)), None)
        if to is None:
            return
        senders = self.accounts.codes.senders
        sender = senders.sms if to.kind == "phone" else senders.mail
        if sender is None:
            raise NeverSent("the configuration has changed")
        await sender.send(await self._message(job, to))

    async def listed(self, caller: Caller) -> list[Notice]:
        """Return the newest notices, and which of them this device has shown."""
        async with self.accounts.db.read() as tx:
            rows = await notices.listed(tx, caller.account_id, caller.device_id, NOTICES_LISTED_MAX)
            return [await self._opened(tx, caller.account_id, row) for row in rows]

    async def seen(self, caller: Caller, notice_ids: list[str]) -> None:
        """Note that the caller's device has shown them."""
        now = self.accounts.clock.now()
        async with self.accounts.db.read() as tx:
            await notices.seen(tx, caller.account_id, caller.device_id, now, notice_ids)

    async def purge(self, tx: Tx) -> None:
        """Delete old notices."""
        await notices.purge(tx, self.accounts.clock.now() - NOTICES_LIFE)

    def sign(self, undo_id: str) -> str:
        """Return the word of a link; nobody else can make it."""
        return f"{undo_id}.{self._signatures(undo_id)[0]}"

    def read(self, word: str) -> str | None:
        """Return whose link a word is, if we made it."""
        undo_id, _, signature = word.partition(".")
        known, given = self._signatures(undo_id), signature.encode()
        return undo_id if any(hmac.compare_digest(one.encode(), given) for one in known) else None

    def _signatures(self, undo_id: str) -> list[str]:
        return [_mac(key, undo_id) for key in self.accounts.vault.ring.house_keys()]

    async def _message(self, job: TellContact, to: Contact) -> CodeMessage:
        link = ""
        if job.undo_id:
            link = f"{self.accounts.config.base_url}/#/undo/{self.sign(job.undo_id)}"
        async with self.accounts.db.read() as tx:
            row = await notices.whole(tx, job.notice_id)
            told = await self._opened(tx, job.account_id, row) if row else None
            spoken = await self.lang_of(tx, job.account_id)
        lang: Lang = "zh" if spoken == "zh" or to.value.startswith("+86") else "en"
        message_id = f"{job.notice_id}.{job.contact_kind}.{job.rank}"
        facts = facts_of(told) if told else ()
        return CodeMessage(to.value, "", 0, lang, job.template, message_id, link, facts)

    async def _named(
        self, tx: Tx, account_id: str, notice_id: str, by: Caller | None, added: Added | None
    ) -> Named:
        name = await self.accounts.device_name(tx, account_id, by.session_id) if by else None
        whose = (account_id, notice_id)
        return Named(
            by.device_id if by else added.device_id if added else None,
            await self._sealed(tx, DEVICE_NAME, whose, name),
            await self._sealed(tx, ABOUT, whose, added.name if added else None),
            await self._sealed(tx, PLACE, whose, added.place if added else None),
        )

    async def _sealed(
        self, tx: Tx, personal: PersonalField, whose: tuple[str, str], value: str | None
    ) -> bytes | None:
        if not value:
            return None
        try:
            return await self.accounts.vault.seal(tx, personal, *whose, value)
        except NoGround:
            return None  # without a ground it is not collected; the notice stands without it

    async def _opened(self, tx: Tx, account_id: str, row: NoticeRow) -> Notice:
        sealed = ((DEVICE_NAME, row.device_name), (ABOUT, row.about), (PLACE, row.place))
        unseal = self.accounts.vault.open
        opened = [
            None if value is None else await unseal(tx, personal, account_id, row.notice_id, value)
            for personal, value in sealed
        ]
        name, about, place = opened
        return Notice(row.notice_id, row.what, row.at, row.device_id, name, row.seen, about, place)


def facts_of(told: Notice) -> tuple[tuple[str, str], ...]:
    """Return what a message tells of what happened, by the names of ``senders.security.FACTS``."""
    at = told.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    found = (("about", told.about), ("by", told.device_name), ("place", told.place), ("at", at))
    return tuple((name, value) for name, value in found if value)


def _mac(key: bytes, undo_id: str) -> str:
    return hmac.digest(key, b"recovery.undo/" + undo_id.encode(), "sha256").hex()[:40]
