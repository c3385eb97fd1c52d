"""One-time codes: the same answer and the same work, whoever has the number or has not."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from teahouse.clock import Clock
from teahouse.codes import store
from teahouse.codes.model import (
    CODE_ATTEMPTS_MAX,
    CODE_LIFE,
    CODE_RESEND_AFTER,
    CODE_SLOW_AFTER,
    CODES_AN_HOUR_MAX,
    CODES_AN_HOUR_SLOW,
    TRACES_LIFE,
    CodeRequest,
    CodeShown,
    ContactKindOff,
    SendCode,
    StartedCode,
    TooManyCodes,
    WrongCode,
    check_kind,
)
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.choose import Senders
from teahouse.infra.senders.model import CodeMessage, NeverSent, Sender
from teahouse.infra.vault.vault import Ground, Vault

CODE_MINUTES = int(CODE_LIFE.total_seconds()) // 60
RESEND_SECONDS = int(CODE_RESEND_AFTER.total_seconds())


class Owners(Protocol):
    """Who knows whose a number or address is."""

    async def owner(self, tx: Tx, kind: str, value: str) -> str | None:
        """Return the id of the account that has proved a contact."""
        ...

    async def contacts_in_use(self, tx: Tx, account_id: str, kind: str) -> list[str]:
        """Return an account's contacts of a kind."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Codes:
    """Starts, sends and checks one-time codes."""

    db: Database
    vault: Vault
    clock: Clock
    ids: Ids
    jobs: Jobs
    senders: Senders
    owners: Owners
    limited: bool = True  # false in test mode
    spenders: list[Callable[[str], Awaitable[None]]] = field(
        default_factory=list[Callable[[str], Awaitable[None]]]
    )  # told of each message about to be sent, by its kind; ``NeverSent`` when it may not be

    @property
    def purpose_id(self) -> str:
        """What somebody without an account agrees to who is to be sent a code."""
        return store.PURPOSE.id

    async def start(
        self, tx: Tx, request: CodeRequest, ground: Ground | None = None
    ) -> StartedCode:
        """Have a one-time code sent once ``tx`` commits; the same answer whoever exists.

        ``ground`` is what somebody without an account agreed to (purpose "register", which must
        include ``accounts.code``); with "add" it is what the account agreed to. Raises ``ContactKindOff``, ``TooManyCodes`` with
        ``retry_after_ms``, ``NoGround``, ``BadPhone``, ``BadEmail``.
        """
        check_kind(request.kind)
        if not self.offers(request.kind):
            raise ContactKindOff
        field = store.CONTACT_OF[request.kind]
        # The primary's, not the newest: another worker may not have read the newest yet.
        index, asker = self.vault.indexer.index(field, request.value), self._asker(request.asker)
        now = self.clock.now()
        await store.lock_contact(tx, index.digest)
        wanted = [one.digest for one in self.vault.indexer.candidates(field, request.value)]
        await self._check_pace(tx, request.purpose, wanted, self._askers(request.asker))
        account_id = request.account_id
        if account_id is None:
            account_id = await self.owners.owner(tx, request.kind, request.value)
        code_id = self.ids.ulid()
        contact = None
        if request.purpose == "add":
            ground = await self._ground_of(tx, account_id)
        if request.purpose in ("register", "add"):
            assert ground is not None, "whose contact is not proved has given a receipt"
            written = store.WRITTEN_AS[request.kind].apply(request.value)
            contact = await self.vault.seal_pending(tx, store.CONTACT, code_id, written, ground)
        await store.insert_code(
            tx,
            code_id,
            request.purpose,
            request.kind,
            index.version,
            index.digest,
            account_id,
            contact,
            now,
            now + CODE_LIFE,
            asker,
        )
        await self.jobs.enqueue(tx, SendCode(code_id, request.lang))
        return StartedCode(code_id, RESEND_SECONDS, now + CODE_LIFE)

    async def send(self, job: SendCode) -> None:
        """Make the code of a job and send it. Raises ``NotSent``, ``NeverSent``."""
        message = await self._to_send(job)
        if message is None:
            return
        kind, code = message
        sender = self.sender(kind)
        if sender is None:
            raise NeverSent("the configuration has changed")
        for spend in self.spenders:
            await spend(kind)
        await sender.send(code)
        async with self.db.transaction() as tx:
            await store.forget_contact(tx, job.code_id)

    async def tell(self, kind: str, message: CodeMessage) -> None:
        """Send a message without a code. Raises ``NotSent``, ``NeverSent``."""
        sender = self.sender(kind)
        if sender is None:
            raise NeverSent("the configuration has changed")
        for spend in self.spenders:
            await spend(kind)
        await sender.send(message)

    async def _to_send(self, job: SendCode) -> tuple[str, CodeMessage] | None:
        now = self.clock.now()
        async with self.db.transaction() as tx:
            row = await store.code_to_send(tx, job.code_id, now)
            if row is None:
                return None
            same = await self._same(tx, row)
            if same is None and row.account_id is not None and row.purpose != "add":
                await store.disown(tx, job.code_id)  # or who proves one, proves the other's
                row = row._replace(account_id=None)
            to = same
            if row.contact is not None:
                to = await self.vault.open_pending(tx, store.CONTACT, job.code_id, row.contact)
            code = self.ids.code()
            digest = self.vault.indexer.index(store.DIGEST, f"{job.code_id}:{code}").digest
            await store.code_made(tx, job.code_id, digest)
        if to is None:
            return None
        lang = "zh" if job.lang == "zh" else "en"
        known = row.purpose == "register" and row.account_id is not None
        template = "code_known" if known else "code"
        return row.kind, CodeMessage(to, code, CODE_MINUTES, lang, template, job.code_id)

    def offers(self, kind: str) -> bool:
        """Tell whether this house can send codes that way."""
        return self.sender(kind) is not None

    def sender(self, kind: str) -> Sender | None:
        """Return what sends to a kind of contact, ``None`` when nothing does."""
        return self.senders.sms if kind == "phone" else self.senders.mail

    async def check(self, code_id: str, code: str) -> str | None:
        """Spend a code; return the account that has the number or address, if any has.

        Opens its own transaction, because a wrong attempt must count. Raises ``WrongCode``, also
        when it has expired, was used, or was tried five times.
        """
        now = self.clock.now()
        async with self.db.transaction() as tx:  # an attempt counts, whatever comes of it
            found = await store.try_code(tx, code_id, now, CODE_ATTEMPTS_MAX)
            right = found is not None and self._right(code_id, code, found[0])
            if right:
                await store.use_code(tx, code_id, now)
        if found is None or not right:
            raise WrongCode
        return found[1]

    async def check_contact(
        self, kind: str, value: str, purpose: str, shown: CodeShown
    ) -> str | None:
        """Like :meth:`check`, for a code sent to a number or address."""
        check_kind(kind)
        wanted = self.vault.indexer.candidates(store.CONTACT_OF[kind], value)
        digests = [index.digest for index in wanted]
        asker = self._askers(shown.asker)
        async with self.db.read() as tx:
            code_id = await store.latest_code(
                tx, purpose, digests, self.clock.now(), (shown.code_id, asker)
            )
        if code_id is None:
            raise WrongCode
        return await self.check(code_id, shown.code)

    async def forget(self, tx: Tx, account_id: str) -> None:
        """Delete the codes of an account that ends."""
        await store.delete_codes(tx, account_id)

    async def purge(self, tx: Tx) -> None:
        """Forget where expired codes would have gone, and delete those asked for an hour ago."""
        now = self.clock.now()
        await store.forget_unsent(tx, now)
        await store.purge(tx, now - (TRACES_LIFE - CODE_LIFE))

    def _right(self, code_id: str, code: str, digest: bytes | None) -> bool:
        given = self.vault.indexer.candidates(store.DIGEST, f"{code_id}:{code}")
        return digest is not None and any(index.digest == digest for index in given)

    async def _ground_of(self, tx: Tx, account_id: str | None) -> Ground:
        assert account_id is not None, "a contact is added to an account"
        given = await self.vault.grounds(tx, account_id)
        purposes = frozenset({store.PURPOSE} if store.PURPOSE.ground in given else ())
        return Ground(f"account:{account_id}", purposes)

    def _asker(self, asker: str) -> bytes:
        return self.vault.indexer.index(store.DIGEST, f"asker:{asker}").digest

    def _askers(self, asker: str) -> list[bytes]:
        """Return what an asker may be kept as: also by a key that is not the primary any more."""
        found = self.vault.indexer.candidates(store.DIGEST, f"asker:{asker}")
        return [index.digest for index in found]

    async def _check_pace(
        self, tx: Tx, purpose: str, digests: list[bytes], asker: list[bytes]
    ) -> None:
        if not self.limited:
            return
        now = self.clock.now()
        mine, everybodys = await store.codes_sent(tx, purpose, digests, now - TRACES_LIFE, asker)
        ready = now
        if everybodys.latest is not None and everybodys.times >= CODES_AN_HOUR_SLOW:
            ready = everybodys.latest + CODE_SLOW_AFTER
        if mine.latest is not None:
            ready = max(ready, mine.latest + CODE_RESEND_AFTER)
        if ready <= now and mine.times >= CODES_AN_HOUR_MAX:
            ready = now + TRACES_LIFE
        if ready > now:
            raise TooManyCodes(retry_after_ms=int((ready - now).total_seconds() * 1000))

    async def _same(self, tx: Tx, row: store.CodeRow) -> str | None:
        """Return the contact of the account that is just the one that a code was asked for."""
        if row.account_id is None or row.purpose == "add":
            return None  # nobody has this number; the same work was done up to here
        for value in await self.owners.contacts_in_use(tx, row.account_id, row.kind):
            field = store.CONTACT_OF[row.kind]
            if any(one.digest == row.digest for one in self.vault.indexer.candidates(field, value)):
                return value
        return None
