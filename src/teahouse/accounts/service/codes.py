"""One-time codes: the same answer and the same work, whoever has the number or has not."""

from dataclasses import dataclass

from teahouse.accounts import store
from teahouse.accounts.model import (
    CODE_ATTEMPTS_MAX,
    CODE_LIFE,
    CODE_RESEND_AFTER,
    CODES_AN_HOUR_MAX,
    UIA_LIFE,
    CodeRequest,
    ContactKindOff,
    SendCode,
    StartedCode,
    TooManyCodes,
    WrongCode,
    check_kind,
)
from teahouse.accounts.store import proofs
from teahouse.accounts.store.personal import CODE_CONTACT, CODE_DIGEST, IDENTIFIER_FIELDS
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.choose import Senders
from teahouse.infra.senders.model import CodeMessage, NeverSent, Sender
from teahouse.infra.vault.vault import Ground, Vault

_HOUR = CODE_RESEND_AFTER * 60
CODE_MINUTES = int(CODE_LIFE.total_seconds()) // 60
RESEND_SECONDS = int(CODE_RESEND_AFTER.total_seconds())


@dataclass(frozen=True, slots=True)
class Codes:
    """Starts, sends and checks one-time codes."""

    db: Database
    vault: Vault
    clock: Clock
    ids: Ids
    jobs: Jobs
    senders: Senders
    limited: bool = True  # false in test mode

    async def start(self, tx: Tx, request: CodeRequest, ground: Ground | None) -> StartedCode:
        """Have a code sent; see ``Accounts.start_code``."""
        check_kind(request.kind)
        if self._sender(request.kind) is None:
            raise ContactKindOff
        wanted = self.vault.indexer.candidates(IDENTIFIER_FIELDS[request.kind], request.value)
        now = self.clock.now()
        await store.lock_contact(tx, wanted[0].digest)
        await self._check_pace(tx, request.purpose, [index.digest for index in wanted])
        account = await store.account_by_index(tx, request.kind, wanted)
        code_id = self.ids.ulid()
        contact = None
        if request.purpose == "register":
            assert ground is not None, "who has no account has given a receipt"
            value = IDENTIFIER_FIELDS[request.kind].normaliser
            assert value is not None, "contacts are normalised"
            written = value.apply(request.value)
            contact = await self.vault.seal_pending(tx, CODE_CONTACT, code_id, written, ground)
        await proofs.insert_code(
            tx,
            code_id,
            request.purpose,
            request.kind,
            wanted[0].version,
            wanted[0].digest,
            account.account_id if account else None,
            contact,
            now,
            now + CODE_LIFE,
        )
        await self.jobs.enqueue(tx, SendCode(code_id, request.lang))
        return StartedCode(code_id, RESEND_SECONDS, now + CODE_LIFE)

    async def send(self, job: SendCode) -> None:
        """Make the code of a job and send it. Raises ``NotSent``, ``NeverSent``."""
        message = await self._to_send(job)
        if message is None:
            return
        kind, code = message
        sender = self._sender(kind)
        if sender is None:
            raise NeverSent("the configuration has changed")
        await sender.send(code)
        async with self.db.transaction() as tx:
            await proofs.forget_contact(tx, job.code_id)

    async def _to_send(self, job: SendCode) -> tuple[str, CodeMessage] | None:
        now = self.clock.now()
        async with self.db.transaction() as tx:
            row = await proofs.code_to_send(tx, job.code_id, now)
            if row is None:
                return None
            to = await self._where_to(tx, job.code_id, row)
            code = self.ids.code()
            digest = self.vault.indexer.index(CODE_DIGEST, f"{job.code_id}:{code}").digest
            await proofs.code_made(tx, job.code_id, digest)
        if to is None:
            return None
        lang = "zh" if job.lang == "zh" else "en"
        return row.kind, CodeMessage(to, code, CODE_MINUTES, lang, message_id=job.code_id)

    def _sender(self, kind: str) -> Sender | None:
        return self.senders.sms if kind == "phone" else self.senders.mail

    async def check(self, code_id: str, code: str) -> str | None:
        """Spend a code and return whose account it is for; see ``Accounts.check_code``."""
        now = self.clock.now()
        async with self.db.transaction() as tx:  # an attempt counts, whatever comes of it
            found = await proofs.try_code(tx, code_id, now, CODE_ATTEMPTS_MAX)
            right = found is not None and self._right(code_id, code, found[0])
            if right:
                await proofs.use_code(tx, code_id, now)
        if found is None or not right:
            raise WrongCode
        return found[1]

    async def check_contact(self, kind: str, value: str, purpose: str, code: str) -> str | None:
        """Spend the newest code for a number or address; see ``Accounts.check_contact_code``."""
        check_kind(kind)
        wanted = self.vault.indexer.candidates(IDENTIFIER_FIELDS[kind], value)
        digests = [index.digest for index in wanted]
        async with self.db.read() as tx:
            code_id = await proofs.latest_code(tx, purpose, digests, self.clock.now())
        if code_id is None:
            raise WrongCode
        return await self.check(code_id, code)

    async def purge(self, tx: Tx) -> None:
        """Delete what expired more than a quarter of an hour ago."""
        await proofs.purge(tx, self.clock.now() - UIA_LIFE)

    def _right(self, code_id: str, code: str, digest: bytes | None) -> bool:
        given = self.vault.indexer.candidates(CODE_DIGEST, f"{code_id}:{code}")
        return digest is not None and any(index.digest == digest for index in given)

    async def _check_pace(self, tx: Tx, purpose: str, digests: list[bytes]) -> None:
        if not self.limited:
            return
        now = self.clock.now()
        count, latest = await proofs.codes_sent(tx, purpose, digests, now - _HOUR)
        if latest is not None and now - latest < CODE_RESEND_AFTER:
            wait = CODE_RESEND_AFTER - (now - latest)
            raise TooManyCodes(retry_after_ms=int(wait.total_seconds() * 1000))
        if count >= CODES_AN_HOUR_MAX:
            raise TooManyCodes(retry_after_ms=int(_HOUR.total_seconds() * 1000))

    async def _where_to(self, tx: Tx, code_id: str, row: proofs.CodeRow) -> str | None:
        if row.contact is not None:
            return await self.vault.open_pending(tx, CODE_CONTACT, code_id, row.contact)
        if row.account_id is None:
            return None  # nobody has this number; the same work was done up to here
        for kind, sealed, _ in await store.identifiers(tx, row.account_id):
            if kind == row.kind:
                field = IDENTIFIER_FIELDS[kind]
                return await self.vault.open(tx, field, row.account_id, row.account_id, sealed)
        return None
