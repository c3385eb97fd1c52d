"""Telling people what happened to their account: on every device, and at every contact."""

import hmac
from dataclasses import dataclass

import msgspec

from teahouse.accountdata.service import AccountData
from teahouse.accounts.model import Contact
from teahouse.accounts.service import Accounts
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.model import CodeMessage, NeverSent
from teahouse.infra.vault.model import NoGround
from teahouse.recovery.model import (
    NOTICE_TYPE,
    NOTICES_LIFE,
    NOTICES_LISTED_MAX,
    UNDO_LIFE,
    WITHOUT_LINK,
    Notice,
    TellAll,
    TellContact,
    What,
)
from teahouse.recovery.store import notices, ways
from teahouse.recovery.store.personal import DEVICE_NAME

Undo = tuple[str, str]  # (what may be taken back, the kind of contact)


@dataclass(frozen=True, slots=True, repr=False)
class Telling:
    """Writes notices, and has them shown and sent."""

    accounts: Accounts
    account_data: AccountData
    jobs: Jobs

    async def tell(
        self,
        tx: Tx,
        account_id: str,
        what: What,
        by: Caller | None = None,
        undo: Undo | None = None,
    ) -> None:
        """Have every device and contact told once ``tx`` commits.

        ``undo`` puts a link into the messages: to the contact that was replaced, or to all.
        """
        ids, now = self.accounts.ids, self.accounts.clock.now()
        notice_id, undo_id = ids.ulid(), ""
        device_id = by.device_id if by else None
        name = await self._device_name(tx, account_id, notice_id, by)
        row = (notice_id, account_id, what.value)
        await notices.insert(tx, row, (device_id, name), now)
        if undo is not None:
            undo_id = ids.ulid()
            await ways.insert_undo(tx, undo_id, account_id, *undo, now + UNDO_LIFE)
        await self.jobs.enqueue(tx, TellAll(notice_id))
        for contact in await self.accounts.finder.contacts_within(tx, account_id):
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
        await sender.send(self._message(job, to))

    async def listed(self, caller: Caller) -> list[Notice]:
        """Return the newest notices, and which of them this device has shown."""
        async with self.accounts.db.read() as tx:
            rows = await notices.listed(tx, caller.account_id, caller.device_id, NOTICES_LISTED_MAX)
            told: list[Notice] = []
            for row in rows:
                name = None
                if row.device_name is not None:
                    name = await self.accounts.vault.open(
                        tx, DEVICE_NAME, caller.account_id, row.notice_id, row.device_name
                    )
                told.append(Notice(row.notice_id, row.what, row.at, row.device_id, name, row.seen))
        return told

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
        ring = self.accounts.vault.ring
        found = sorted(ring.index_keys, reverse=True)
        return [_mac(ring.index_keys[version], undo_id) for version in found]

    def _message(self, job: TellContact, to: Contact) -> CodeMessage:
        link = ""
        if job.undo_id:
            link = f"{self.accounts.config.base_url}/#/undo/{self.sign(job.undo_id)}"
        lang = "zh" if to.value.startswith("+86") else "en"
        message_id = f"{job.notice_id}.{job.contact_kind}.{job.rank}"
        return CodeMessage(to.value, "", 0, lang, job.template, message_id, link)

    async def _device_name(
        self, tx: Tx, account_id: str, notice_id: str, by: Caller | None
    ) -> bytes | None:
        if by is None:
            return None
        name = await self.accounts.device_name(tx, account_id, by.session_id)
        if name is None:
            return None
        try:
            return await self.accounts.vault.seal(tx, DEVICE_NAME, account_id, notice_id, name)
        except NoGround:
            return None  # without a ground it is not collected; the notice stands without it


def _mac(key: bytes, undo_id: str) -> str:
    return hmac.digest(key, b"recovery.undo/" + undo_id.encode(), "sha256").hex()[:40]
