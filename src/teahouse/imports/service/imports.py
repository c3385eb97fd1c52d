"""Imports' verbs: check a file, bring it in, take it up again, take it back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from teahouse.accounts.model import Account, BadLocalpart, ContactInUse, NameTaken
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.consent.model import Basis
from teahouse.errors import Invalid, NotFound, Refused
from teahouse.gate.model.doors import Door
from teahouse.gate.model.notices import GateClosed, GatePaced
from teahouse.gate.model.policies import Attempt, registration_region
from teahouse.gate.service import Gate
from teahouse.ids import Ids
from teahouse.imports import store
from teahouse.imports.model import (
    BATCH_ROWS_MAX,
    LABEL_LETTERS_MAX,
    UNDO_WITHIN,
    Finding,
    Import,
    Messages,
    NotPaused,
    NotUndoable,
    Report,
    Row,
    RunImport,
    TellPeople,
    Wrong,
    told_by,
)
from teahouse.imports.service.arrivals import Arrivals
from teahouse.imports.service.telling import Telling
from teahouse.imports.store import PARTICULARS, PURPOSE
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.model import BadEmail, BadPhone
from teahouse.infra.vault.normal import email, phone, phone_region
from teahouse.infra.vault.vault import Ground, Vault
from teahouse.passwords.model.legacy import is_known
from teahouse.registrations.model import NewAccount
from teahouse.registrations.service import Registrations

LISTED_MAX = 200
REFUSED_LISTED_MAX = 1000
PAGE = 100
PACED_SECONDS_MIN = 5
GIVEN_UP = "It failed again and again ({}). Mend that, then take it up again."


@dataclass(frozen=True, slots=True, repr=False)
class Imports:
    """Accounts brought in bulk."""

    db: Database
    vault: Vault
    audit: Audit
    jobs: Jobs
    clock: Clock
    ids: Ids
    config: Config
    accounts: Accounts
    gate: Gate
    registrations: Registrations
    telling: Telling
    arrivals: Arrivals

    async def check(self, rows: Sequence[Row]) -> Report:
        """Say what would happen to each row, and change nothing."""
        findings: list[Finding] = []
        names: set[str] = set()
        contacts: set[str] = set()
        for number, row in enumerate(rows, 1):
            found = await self._wrong(row, names, contacts)
            findings += [Finding(number, wrong) for wrong in found]
        bad = {finding.number for finding in findings}
        ready = [row for number, row in enumerate(rows, 1) if number not in bad]
        return Report(len(rows), len(ready), tuple(findings), self._messages(ready))

    async def start(self, actor: str, label: str, rows: Sequence[Row]) -> Import:
        """Bring in the rows that can be; the others are reported. Raises ``Invalid``."""
        label = label.strip()
        if not 0 < len(label) <= LABEL_LETTERS_MAX:
            raise Invalid(f"A label has from 1 to {LABEL_LETTERS_MAX} letters.")
        report = await self.check(rows)
        why = {finding.number: finding.wrong.value for finding in reversed(report.findings)}
        import_id, now = self.ids.ulid(), self.clock.now()
        async with self.db.transaction() as tx:
            await store.insert_import(tx, import_id, label, actor, now)
            kept = [
                (n, "refused", why[n], None)
                if n in why
                else (n, "ready", "", await self._sealed(tx, import_id, n, row))
                for n, row in enumerate(rows, 1)
            ]
            await store.insert_rows(tx, import_id, kept)
            detail: dict[str, object] = {"label": label, "rows": len(rows), "ready": report.ready}
            await self.audit.append(tx, actor, "imports.started", import_id, detail)
            await self.jobs.enqueue(tx, RunImport(import_id))
        return await self.one(import_id)

    async def one(self, import_id: str) -> Import:
        """Return an import. Raises ``NotFound``."""
        async with self.db.read() as tx:
            found = await store.imports(tx, import_id, 1)
        if not import_id or not found:
            raise NotFound
        return found[0]

    async def listed(self) -> list[Import]:
        """Return the imports, newest first."""
        async with self.db.read() as tx:
            return await store.imports(tx, "", LISTED_MAX)

    async def refused(self, import_id: str) -> list[tuple[int, str]]:
        """Return (row, why) of what could not be brought in."""
        async with self.db.read() as tx:
            return await store.refused_rows(tx, import_id, REFUSED_LISTED_MAX)

    async def resume(self, actor: str, import_id: str) -> Import:
        """Take up again what the gate or a fault had stopped. Raises ``NotFound``, ``NotPaused``."""
        async with self.db.transaction() as tx:
            state = await store.hold(tx, import_id)
            if state is None:
                raise NotFound
            if state != "paused":
                raise NotPaused
            await store.set_state(tx, import_id, "running", "", None)
            await self.audit.append(tx, actor, "imports.resumed", import_id)
            await self.jobs.enqueue(tx, RunImport(import_id))
        return await self.one(import_id)

    async def undo(self, actor: str, import_id: str) -> Import:
        """Erase the accounts of an import that nobody has used. Raises ``NotFound``, ``NotUndoable``."""
        found = await self.one(import_id)
        if found.state not in ("done", "paused"):
            raise NotUndoable("It has not come to a stop yet.")
        if self.clock.now() > found.created_at + UNDO_WITHIN:
            raise NotUndoable
        after = 0
        while True:
            async with self.db.read() as tx:
                page = await store.made_after(tx, import_id, after, PAGE)
            for number, account_id in page:
                if not await self.accounts.devices(account_id):
                    await self.accounts.deactivate(account_id, erase=True)
                    async with self.db.read() as tx:
                        await store.undone(tx, import_id, number)
            if len(page) < PAGE:
                break
            after = page[-1][0]
        async with self.db.transaction() as tx:
            await store.set_state(tx, import_id, "undone", "", self.clock.now())
            await self.audit.append(tx, actor, "imports.undone", import_id)
        return await self.one(import_id)

    async def run(self, job: RunImport) -> None:
        """Make some of an import's accounts, and ask to be called again for the others."""
        async with self.db.read() as tx:
            found = await store.imports(tx, job.import_id, 1)
            rows = await store.ready(tx, job.import_id, BATCH_ROWS_MAX)
        if not found or found[0].state != "running":
            return
        for number, sealed in rows:
            stopped = await self._make(job.import_id, number, sealed)
            if stopped is not None:
                await self._stop(job, stopped)
                return
        async with self.db.transaction() as tx:
            if len(rows) == BATCH_ROWS_MAX:
                await self.jobs.enqueue(tx, job)
            else:
                await store.set_state(tx, job.import_id, "done", "", self.clock.now())

    async def given_up(self, tx: Tx, job: RunImport, fault: str) -> None:
        """Pause an import that failed again and again, so that somebody can take it up."""
        if await store.hold(tx, job.import_id) == "running":
            await store.set_state(tx, job.import_id, "paused", GIVEN_UP.format(fault), None)

    # -- rows ----------------------------------------------------------------------------------

    async def _make(self, import_id: str, number: int, sealed: bytes) -> Refused | None:
        """Make a row's account, or note why not; return what stops the whole import."""
        async with self.db.read() as tx:
            said = await self.vault.open_pending(tx, PARTICULARS, _place(import_id, number), sealed)
        row = msgspec.json.decode(said, type=Row)
        new = NewAccount(
            username=row.username, display_name=row.display_name or None, sign_in=False
        )

        async def also(tx: Tx, account: Account) -> None:
            if not await store.made(tx, import_id, number, account.account_id):
                raise NameTaken  # another worker has just made it
            for kind, value in (("phone", row.phone), ("email", row.email)):
                if value:
                    await self.accounts.add_identifier(tx, account.account_id, kind, value)
            if row.password_hash:
                await self.accounts.set_password(tx, account.account_id, row.password_hash)
            await self.jobs.enqueue(tx, TellPeople(import_id), unique=import_id)

        try:
            steps = self.registrations.steps
            created = await steps.at_once(self._attempt(row), new, Basis.ADMINISTRATOR, also)
            if row.password_hash:
                made = self.accounts.wrapping
                await made.wrap_new(created.account.account_id, row.password_hash)
        except (GateClosed, GatePaced) as stopped:
            return stopped
        except (NameTaken, ContactInUse, BadLocalpart) as refusal:
            wrong = Wrong.CONTACT_IN_USE if isinstance(refusal, ContactInUse) else Wrong.NAME_TAKEN
            async with self.db.read() as tx:
                await store.refused(tx, import_id, number, wrong.value)
        return None

    def _messages(self, rows: Sequence[Row]) -> tuple[Messages, ...]:
        """Return how many messages would be sent for rows, by kind of contact."""
        offered = self.telling.offered()
        kinds = Counter(told_by(_contacts(row), offered) or "none" for row in rows)
        return tuple(
            Messages(kind, self.telling.adapter(kind) if kind != "none" else "none", kinds[kind])
            for kind in ("email", "phone", "none")
            if kinds[kind]
        )

    async def _stop(self, job: RunImport, why: Refused) -> None:
        """Wait for the pace, or until an operator takes it up again."""
        async with self.db.transaction() as tx:
            if isinstance(why, GatePaced):
                wait = max(why.fields.get("retry_after_ms", 0) / 1000, PACED_SECONDS_MIN)
                later = self.clock.now() + timedelta(seconds=wait)
                await self.jobs.enqueue(tx, job, later)
            else:
                await store.set_state(tx, job.import_id, "paused", why.words, None)

    async def _wrong(self, row: Row, names: set[str], contacts: set[str]) -> list[Wrong]:
        found = [*await self._wrong_name(row, names), *await self._wrong_contacts(row, contacts)]
        if row.password_hash and not is_known(row.password_hash):
            found.append(Wrong.UNKNOWN_HASH)
        if not found and not await self._let_in(row):
            found.append(Wrong.GATE_CLOSED)
        return found

    async def _wrong_name(self, row: Row, names: set[str]) -> list[Wrong]:
        if row.username in names:
            return [Wrong.NAME_TWICE]
        names.add(row.username)
        try:
            await self.registrations.steps.check_name(row.username)
        except NameTaken:
            return [Wrong.NAME_TAKEN]
        except BadLocalpart:
            return [Wrong.BAD_NAME]
        return []

    async def _wrong_contacts(self, row: Row, contacts: set[str]) -> list[Wrong]:
        if not row.phone and not row.email:
            return [Wrong.NO_CONTACT]
        found: list[Wrong] = []
        for kind, value in (("phone", row.phone), ("email", row.email)):
            if not value:
                continue
            try:
                written = phone(value) if kind == "phone" else email(value)
            except (BadPhone, BadEmail):
                found.append(Wrong.BAD_PHONE if kind == "phone" else Wrong.BAD_EMAIL)
                continue
            if written in contacts:
                found.append(Wrong.CONTACT_TWICE)
            contacts.add(written)
            async with self.db.read() as tx:
                if await self.accounts.finder.owner(tx, kind, written) is not None:
                    found.append(Wrong.CONTACT_IN_USE)
        return found

    async def _let_in(self, row: Row) -> bool:
        async with self.db.read() as tx:
            try:
                await self.gate.keeper.check_within(tx, self._attempt(row))
            except GateClosed:
                return False
        return True

    def _attempt(self, row: Row) -> Attempt:
        country = phone_region(phone(row.phone)) if row.phone else None
        region = registration_region(self.config.profile, country)
        return Attempt(doors=(Door.ADMIN_IMPORT,), account_class="personal", region=region)

    async def _sealed(self, tx: Tx, import_id: str, number: int, row: Row) -> bytes:
        ground = Ground(import_id, frozenset({PURPOSE}))  # the administrator's word, in the audit
        place = _place(import_id, number)
        said = msgspec.json.encode(row).decode()
        return await self.vault.seal_pending(tx, PARTICULARS, place, said, ground)


def _contacts(row: Row) -> tuple[str, ...]:
    return tuple(kind for kind, value in (("email", row.email), ("phone", row.phone)) if value)


def _place(import_id: str, number: int) -> str:
    return f"{import_id}.{number}"
