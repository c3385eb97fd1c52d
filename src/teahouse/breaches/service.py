"""Breaches' verbs. ``actor`` is the operator's id, or ``cli:<user>``; each act is in the audit log."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from teahouse.accounts.model import AccountState, NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.breaches import store
from teahouse.breaches.model import (
    ASK_LIFE,
    CASES_MAX,
    CONTACTS_PAGE,
    KEPT,
    LISTED_MAX,
    PAGE_ROWS,
    PAGES_A_JOB,
    READ_LIFE,
    TELL_ROWS,
    Affected,
    AgreedAlready,
    AlreadyTold,
    BadScope,
    BadText,
    Case,
    CaseClosed,
    CountCase,
    NeedsSecond,
    NotCounted,
    NotDealtWith,
    Notice,
    Part,
    Profile,
    Reached,
    SameReader,
    Scope,
    State,
    TellCase,
    TellOne,
    Told,
    bits_of,
    check_known,
    check_said,
    check_scope,
    check_words,
    lacking,
    notice,
    tables_of,
)
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import NotFound
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.model import CodeMessage, Lang
from teahouse.infra.vault.affected import Affected as Machine
from teahouse.infra.vault.affected import NoSuchKeyError, Window
from teahouse.infra.vault.model import Withheld
from teahouse.infra.vault.sealed import Sealed
from teahouse.recovery.model import What
from teahouse.recovery.service.telling import Telling

SPARED_LETTERS_MIN = 20

# Returns the accounts of those who answer for somebody, and are told with them.
Answering = Callable[[Tx, str], Awaitable[list[str]]]


class _Place(msgspec.Struct, frozen=True):
    """How far the counting is: in which table, and after which key."""

    table: int = 0
    key: tuple[Any, ...] | None = None


@dataclass(frozen=True, repr=False)
class Breaches:
    """What is done when data has leaked."""

    db: Database
    audit: Audit
    accounts: Accounts
    telling: Telling
    jobs: Jobs
    sealed: Sequence[Sealed]  # of the whole house
    config: Config
    clock: Clock
    ids: Ids
    answering: list[Answering] = field(default_factory=list[Answering])

    # -- the case ------------------------------------------------------------------------------

    def tables(self) -> list[str]:
        """Return the tables in which something is sealed."""
        return sorted({one.table for one in self.sealed})

    async def open(
        self, actor: str, title: str, profile: Profile, scope: Scope, known_at: datetime | None
    ) -> Case:
        """Open a case, and begin to count who is affected. Raises ``BadScope``, ``BadText``."""
        now = self.clock.now()
        check_words(title, Told())
        tables = check_scope(scope, self.tables(), now)
        check_known(known_at or now, now)
        # Nobody counts who is still to come, so no notice says so.
        ended_at = min(scope.ended_at, now)
        scope = msgspec.structs.replace(scope, tables=tables, ended_at=ended_at)
        window = await self._window(scope)
        case_id = self.ids.ulid()
        async with self.db.transaction() as tx:
            erased = await Machine(self.db).erased(tx, window)
            made = _new(case_id, title.strip(), profile, scope, actor, now)
            made = msgspec.structs.replace(made, known_at=known_at or now, erased_count=erased)
            detail: dict[str, object] = {"count": len(tables), "kind": scope.purpose or "-"}
            await self.audit.append(tx, actor, "breaches.opened", case_id, detail)
            await store.insert(tx, made)
            await self.jobs.enqueue(tx, CountCase(case_id), unique=case_id)
        return made

    async def case(self, case_id: str) -> tuple[Case, int]:
        """Return a case, and how many accounts are affected. Raises ``NotFound``."""
        async with self.db.read() as tx:
            return _counts(await self._case(tx, case_id), await store.count(tx, case_id))

    async def cases(self) -> list[tuple[Case, int]]:
        """Return the newest cases, each with how many accounts are affected."""
        async with self.db.read() as tx:
            found = await store.cases(tx, CASES_MAX)
            counts = await store.counts(tx, [one.case_id for one in found])
        return [_counts(one, counts.get(one.case_id, store.Count(0, 0))) for one in found]

    async def write(self, actor: str, case_id: str, told: Told) -> Case:
        """Change what notices are to say; none that went out. Raises ``BadText``, ``CaseClosed``."""
        check_words("-", told)
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "breaches.written", case_id)
            case = await self._open(tx, case_id)
            if all(one.whom != "people" for one in await store.notices(tx, case_id)):
                for one in await self._told_people(tx, case):  # from before they were kept
                    await store.keep_notice(tx, case_id, one, "system")
            await store.write(tx, case_id, told)
            return await self._case(tx, case_id)

    async def said(self, case_id: str, whom: str) -> tuple[list[Part], list[str]]:
        """Return what a notice says, and what is lacking in it."""
        case, accounts = await self.case(case_id)
        now = self.clock.now()
        return notice(case, whom, accounts, now), lacking(case, whom, now)

    # -- who is affected -----------------------------------------------------------------------

    async def count(self, job: CountCase) -> None:
        """Count on, some pages of it; the rest is done by the next job."""
        if not await self.count_some(job.case_id, PAGES_A_JOB):
            async with self.db.transaction() as tx:
                await self.jobs.enqueue(tx, CountCase(job.case_id), unique=job.case_id)

    async def count_some(self, case_id: str, pages: int) -> bool:
        """Count so many pages, each in a transaction of its own; tell whether it is done."""
        async with self.db.read() as tx:
            case = await self._case(tx, case_id)
        window = await self._window(case.scope)
        for _ in range(pages):
            if await self._count_page(case_id, window):
                await self._finish(case_id)
                return True
        return False

    async def _finish(self, case_id: str) -> None:
        async with self.db.read() as tx:
            case, found = await self._case(tx, case_id), await store.count(tx, case_id)
        machine, window = Machine(self.db), await self._window(case.scope)
        async with self.db.transaction() as tx:  # the audit log's end comes before the case
            detail: dict[str, object] = {"accounts": found.accounts}
            await self.audit.append(tx, "system", "breaches.counted", case_id, detail)
            if (await self._locked(tx, case_id)).state is State.COUNTING:
                await store.strike(tx, case_id, await machine.gone_since(tx, case.opened_at))
                erased = await machine.erased(tx, window)
                await store.counted(tx, case_id, self.clock.now(), erased)

    async def _count_page(self, case_id: str, window: Window) -> bool:
        async with self.db.transaction() as tx:
            case = await self._locked(tx, case_id)
            if case.state is not State.COUNTING:
                return True
            place = _read_place(case.place)
            tables = case.scope.tables
            walks = [one for one in self.sealed if one.table in tables]
            if place.table >= len(walks) or window.empty:
                return True
            sealed = walks[place.table]
            page = await Machine(self.db).page(tx, sealed, window, place.key, PAGE_ROWS)
            bit = bits_of([sealed.table], tables)
            await store.add_affected(tx, case_id, page.subjects, bit)
            more = page.after is not None
            after = _Place(place.table if more else place.table + 1, page.after)
            await store.move(tx, case_id, _write_place(after), page.rows, page.of_house)
        return False

    async def affected(
        self, actor: str, case_id: str, after: str = "", limit: int = LISTED_MAX
    ) -> list[Affected]:
        """Return who is affected, a page in the order of account ids, of closed cases too. Audited."""
        async with self.db.transaction() as tx:
            case = await self._locked(tx, case_id)
            if case.state is State.COUNTING:
                raise NotCounted
            rows = await store.page(tx, case_id, after, min(limit, LISTED_MAX))
            detail: dict[str, object] = {"accounts": len(rows)}
            await self.audit.append(tx, actor, "breaches.list_read", case_id, detail)
        return [Affected(one, tables_of(bits, case.scope.tables), at) for one, bits, at in rows]

    # -- contacts: two persons -----------------------------------------------------------------

    async def ask_contacts(self, actor: str, case_id: str) -> None:
        """Ask, as the first person, to read how people can be reached."""
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "breaches.contacts_asked", case_id)
            await self._open(tx, case_id)
            await store.ask_contacts(tx, case_id, actor, self.clock.now())

    async def agree_contacts(self, actor: str, case_id: str) -> datetime:
        """Agree as the second, once for each asking; return until when.

        Raises ``NeedsSecond``, ``SameReader``, ``AgreedAlready``.
        """
        now = self.clock.now()
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "breaches.contacts_agreed", case_id)
            case = await self._open(tx, case_id)
            if case.contacts_asked_at is None or case.contacts_asked_at + ASK_LIFE <= now:
                raise NeedsSecond("Nobody has asked within a day: ask first.")
            if case.contacts_first == actor:
                raise SameReader
            if case.contacts_second is not None:
                raise AgreedAlready
            await store.agree_contacts(tx, case_id, actor, now + READ_LIFE)
        return now + READ_LIFE

    async def contacts(
        self, actor: str, case_id: str, after: str = "", limit: int = CONTACTS_PAGE
    ) -> list[Reached]:
        """Return how some of them can be reached. Raises ``NeedsSecond``. Audited."""
        async with self.db.transaction() as tx:
            case = await self._counted(tx, case_id)
            until, two = case.contacts_until, (case.contacts_first, case.contacts_second)
            if until is None or until <= self.clock.now() or actor not in two:
                raise NeedsSecond
            rows = await store.page(tx, case_id, after, min(limit, CONTACTS_PAGE))
            detail: dict[str, object] = {"accounts": len(rows)}
            await self.audit.append(tx, actor, "breaches.contacts_read", case_id, detail)
            found: list[Reached] = []
            for account_id, _, _ in rows:
                found += await self._reached(tx, account_id)
        return found

    async def _reached(self, tx: Tx, account_id: str) -> list[Reached]:
        try:
            account = await self.accounts.by_id(tx, account_id)
        except NoSuchAccount:
            return [Reached(account_id, "", ())]  # an operator's, or gone
        try:
            contacts = await self.accounts.finder.contacts_within(tx, account_id)
        except Withheld:
            contacts = []  # a minor's: the house writes to them and their guardians
        return [Reached(account_id, account.user_id, tuple(one.value for one in contacts))]

    # -- telling -------------------------------------------------------------------------------

    async def authority_told(self, actor: str, case_id: str, at: datetime | None = None) -> Case:
        """Note that the authority was told, and what; more of it may be told later.

        Raises ``TextLacking``, ``NotCounted``.
        """
        at = at or self.clock.now()
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "breaches.authority_told", case_id)
            case = await self._counted(tx, case_id)
            check_said(case, "authority", at)
            case, accounts = _counts(case, await store.count(tx, case_id))
            went_out = Notice("authority", at, notice(case, "authority", accounts, at))
            await store.keep_notice(tx, case_id, went_out, actor)
            await store.authority_told(tx, case_id, at)
            return await self._case(tx, case_id)

    async def tell(self, actor: str, case_id: str) -> Case:
        """Publish the notice and tell everybody affected; once more: publish what was corrected.

        Nobody is told twice: the link that they have leads to the correction, too. Raises
        ``TextLacking``, ``NotCounted``.
        """
        now = self.clock.now()
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "breaches.people_told", case_id)
            case = await self._counted(tx, case_id)
            check_said(case, "people", now)
            parts = notice(case, "people", 0, now)
            before = await self._told_people(tx, case)
            if not before or before[0].parts != parts:
                await store.keep_notice(tx, case_id, Notice("people", now, parts), actor)
            if case.published_at is None:
                await store.publish(tx, case_id, now)
                await self.jobs.enqueue(tx, TellCase(case_id), unique=case_id)
            return await self._case(tx, case_id)

    async def spare(self, actor: str, case_id: str, why: str) -> Case:
        """Decide that people need not be told, and why. Raises ``BadText``, ``AlreadyTold``."""
        if not SPARED_LETTERS_MIN <= len(why.strip()) <= 2_000:
            raise BadText("Say in a sentence why harm is effectively averted.")
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "breaches.people_spared", case_id, {"why": why})
            if (await self._open(tx, case_id)).published_at is not None:
                raise AlreadyTold
            await store.spare(tx, case_id, why.strip())
            return await self._case(tx, case_id)

    async def close(self, actor: str, case_id: str) -> Case:
        """Close a case. Raises ``NotDealtWith``."""
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "breaches.closed", case_id)
            case = await self._counted(tx, case_id)
            dealt = case.state is State.TOLD or case.spared_why
            if case.authority_told_at is None or not dealt:
                raise NotDealtWith
            await store.close(tx, case_id, self.clock.now())
            return await self._case(tx, case_id)

    async def tell_some(self, tx: Tx, job: TellCase) -> None:
        """Tell some people, and come again for the rest."""
        untold = await store.untold(tx, job.case_id, job.after, TELL_ROWS)
        for account_id in untold:
            await self._tell(tx, job.case_id, account_id)
        await store.said(tx, job.case_id, untold, self.clock.now())
        if untold or job.after:  # at the end once more from the beginning: some may have been held
            after = untold[-1] if untold else ""
            await self.jobs.enqueue(tx, TellCase(job.case_id, after), unique=job.case_id)
        else:
            await store.told_all(tx, job.case_id)

    async def _tell(self, tx: Tx, case_id: str, account_id: str) -> None:
        try:
            account = await self.accounts.by_id(tx, account_id)
        except NoSuchAccount:
            return
        if account.state is AccountState.DEACTIVATED:
            return
        await self._notify(tx, case_id, account_id, What.DATA_BREACH)
        for answering in self.answering:
            for guardian_id in await answering(tx, account_id):
                await self._notify(tx, case_id, guardian_id, What.WARD_BREACH)

    async def _notify(self, tx: Tx, case_id: str, account_id: str, what: What) -> None:
        await self.telling.tell(tx, account_id, what)
        for one in await self.accounts.finder.reached_within(tx, account_id):
            job = TellOne(case_id, account_id, one.kind, one.rank, what.value)
            await self.jobs.enqueue(tx, job)

    async def send(self, job: TellOne) -> None:
        """Send the notice to a contact, if it is still there. Raises ``NotSent``, ``NeverSent``."""
        async with self.db.read() as tx:
            found = await self.accounts.finder.reached_within(tx, job.account_id)
            spoken = await self.telling.lang_of(tx, job.account_id)
        to = [one for one in found if (one.kind, one.rank) == (job.contact_kind, job.rank)]
        for one in to:
            lang: Lang = "zh" if spoken == "zh" or one.value.startswith("+86") else "en"
            link = f"{self.config.base_url}/data-breaches/{job.case_id}"
            message_id = f"{job.case_id}.{job.account_id}.{one.kind}.{one.rank}"
            if job.template != What.DATA_BREACH.value:
                message_id += f".{job.template}"
            message = CodeMessage(one.value, "", 0, lang, job.template, message_id, link)
            await self.accounts.codes.tell(one.kind, message)

    async def published(self, case_id: str) -> list[Notice]:
        """Return the notices to people as they were published, newest first. Raises ``NotFound``."""
        async with self.db.read() as tx:
            found = await self._told_people(tx, await self._case(tx, case_id))
        if not found:
            raise NotFound
        return found

    async def went_out(self, case_id: str) -> list[Notice]:
        """Return every notice as it went out, the newest first. Raises ``NotFound``."""
        async with self.db.read() as tx:
            await self._case(tx, case_id)
            return await store.notices(tx, case_id)

    async def purge(self, tx: Tx) -> None:
        """Forget who was affected by cases closed long ago."""
        await store.forget_old(tx, self.clock.now() - KEPT)

    # -- within --------------------------------------------------------------------------------

    async def _window(self, scope: Scope) -> Window:
        machine, window = Machine(self.db), Window(scope.began_at, scope.ended_at)
        try:
            if scope.purpose is not None and scope.version is not None:
                return await machine.during_key(window, scope.purpose, scope.version)
            if scope.dek_id is not None:
                return await machine.during_dek(window, scope.dek_id)
        except NoSuchKeyError:
            raise BadScope("There is no such key.") from None
        return window

    async def _told_people(self, tx: Tx, case: Case) -> list[Notice]:
        """Return what people were told; before the house kept it, that was what is written."""
        found = [one for one in await store.notices(tx, case.case_id) if one.whom == "people"]
        if found or case.published_at is None:
            return found
        said = notice(case, "people", 0, case.published_at)
        return [Notice("people", case.published_at, said)]

    async def _case(self, tx: Tx, case_id: str) -> Case:
        found = await store.case(tx, case_id)
        if found is None:
            raise NotFound
        return found

    async def _locked(self, tx: Tx, case_id: str) -> Case:
        found = await store.case_locked(tx, case_id)
        if found is None:
            raise NotFound
        return found

    async def _open(self, tx: Tx, case_id: str) -> Case:
        case = await self._locked(tx, case_id)
        if case.state is State.CLOSED:
            raise CaseClosed
        return case

    async def _counted(self, tx: Tx, case_id: str) -> Case:
        case = await self._open(tx, case_id)
        if case.state is State.COUNTING:
            raise NotCounted
        return case


def _counts(case: Case, count: store.Count) -> tuple[Case, int]:
    """Return a case with those erased since, and how many accounts there are."""
    gone = case.erased_count + count.gone
    return msgspec.structs.replace(case, erased_count=gone), count.accounts


def _new(
    case_id: str, title: str, profile: Profile, scope: Scope, actor: str, now: datetime
) -> Case:
    return Case(
        case_id=case_id,
        title=title,
        profile=profile,
        scope=scope,
        told=Told(),
        state=State.COUNTING,
        known_at=now,
        opened_by=actor,
        opened_at=now,
        place="",
        rows_count=0,
        unnamed_count=0,
        erased_count=0,
        counted_at=None,
        authority_told_at=None,
        published_at=None,
        spared_why="",
        closed_at=None,
        contacts_first=None,
        contacts_asked_at=None,
        contacts_second=None,
        contacts_until=None,
    )


def _write_place(place: _Place) -> str:
    return msgspec.msgpack.encode(place).hex()


def _read_place(text: str) -> _Place:
    return msgspec.msgpack.decode(bytes.fromhex(text), type=_Place) if text else _Place()
