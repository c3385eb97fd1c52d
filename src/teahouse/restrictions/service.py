"""Restricting what is done with one's data, deciding on that with reasons, and ending it."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.audit.service import Audit
from teahouse.calendars.model import calendar, calendar_name
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.consent.model import Answer, check_lang
from teahouse.consent.service import Consent
from teahouse.directory.service import Directory
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Vault
from teahouse.recovery.model import What
from teahouse.recovery.service.telling import Telling
from teahouse.restrictions import store
from teahouse.restrictions.model import (
    APART_MAX,
    LISTED_MAX,
    TOLD_BEFORE,
    NoRestriction,
    RestrictedAlready,
    Restriction,
    RestrictionAct,
    RestrictionState,
    check_ground,
    check_words,
    next_state,
)
from teahouse.restrictions.store import ANSWER, PURPOSE, WORDS, RestrictionRow

WHY = "restricted"  # before the directory and the vault


@dataclass(frozen=True, repr=False)
class Restrictions:
    """Restrictions of people's data. ``listen`` once."""

    db: Database
    vault: Vault
    audit: Audit
    consent: Consent
    directory: Directory
    telling: Telling
    clock: Clock
    ids: Ids
    config: Config

    def listen(self) -> None:
        """Let what somebody said here go with their account."""
        self.telling.accounts.endings.append(self.forget)

    async def forget(self, tx: Tx, account_id: str) -> None:
        """Forget what an account that ends said, and that strangers were not to find it."""
        account = await self.telling.accounts.by_id(tx, account_id)
        await store.forget(tx, account_id)
        await self.directory.unhide(tx, account.user_id, WHY)

    # -- the person ------------------------------------------------------------------------------

    async def begin(
        self, caller: Caller, ground: str, words: str, policy_version: str, lang: str
    ) -> Restriction:
        """Restrict the caller's data from now on, until it is looked at.

        Raises ``Invalid``, ``StalePolicy``, ``RestrictedAlready``.
        """
        chosen, text, now = check_ground(ground), check_words(words), self.clock.now()
        due = calendar(calendar_name(self.config.profile)).due(now)
        whose, restriction_id = caller.account_id, self.ids.ulid()
        answer = Answer(policy_version, (), check_lang(lang), "privacy.restriction")
        async with self.db.transaction() as tx:
            await self.consent.told(tx, whose, restriction_id, [PURPOSE.id], answer)
            sealed = await self.vault.seal(tx, WORDS, whose, restriction_id, text)
            row = RestrictionRow(
                restriction_id, whose, caller.user_id, chosen.value, RestrictionState.IN_FORCE,
                sealed, now, due, "", None, None, None, None,
            )  # fmt: skip
            if not await store.insert(tx, row):
                raise RestrictedAlready
            await self.vault.restrict(tx, whose, WHY)
            await self.directory.hide(tx, caller.user_id, WHY)
            return await self._opened(tx, row)

    async def withdraw(self, caller: Caller) -> None:
        """End the caller's own restriction. Raises ``NoRestriction``."""
        async with self.db.transaction() as tx:
            await self._end(tx, await self._held(tx, caller.account_id), RestrictionAct.WITHDRAW)

    async def own(self, account_id: str) -> Sequence[Restriction]:
        """Return an account's restrictions, the newest first."""
        async with self.db.read() as tx:
            rows = await store.of_account(tx, account_id, LISTED_MAX)
            return [await self._opened(tx, row) for row in rows]

    # -- operators -------------------------------------------------------------------------------

    async def listed(self, actor: str) -> Sequence[Restriction]:
        """Return restrictions that have not ended, with what people say. Audited."""
        async with self.db.transaction() as tx:
            rows = await store.listed(tx, LISTED_MAX)
            found = [await self._opened(tx, row) for row in rows]
            if found:
                detail: dict[str, object] = {"count": len(found)}
                await self.audit.append(tx, actor, "restrictions.read", "restrictions", detail)
        return found

    async def decide(self, actor: str, account_id: str, reasons: str) -> Restriction:
        """Decide that a restriction ends, with reasons; its person is told, and has days. Audited.

        Raises ``NoRestriction``, ``BadRestrictionStep``, ``Invalid``.
        """
        text, now = check_words(reasons), self.clock.now()
        async with self.db.transaction() as tx:
            row = await self._held(tx, account_id)
            state = next_state(row.state, RestrictionAct.DECIDE)
            sealed = await self.vault.seal(tx, ANSWER, account_id, row.restriction_id, text)
            moved = row._replace(
                state=state,
                decided_by=actor,
                decided_at=now,
                answer=sealed,
                ends_at=now + TOLD_BEFORE,
            )
            await store.move(tx, moved)
            await self.telling.tell(tx, account_id, What.RESTRICTION_ENDS)
            detail: dict[str, object] = {"until": (now + TOLD_BEFORE).isoformat()}
            await self.audit.append(tx, actor, "restrictions.decide", account_id, detail)
            return await self._opened(tx, moved)

    async def keep(self, actor: str, account_id: str, reasons: str) -> Restriction:
        """Take a decision back before it has ended anything. Audited.

        Raises ``NoRestriction``, ``BadRestrictionStep``, ``Invalid``.
        """
        text = check_words(reasons)
        async with self.db.transaction() as tx:
            row = await self._held(tx, account_id)
            state = next_state(row.state, RestrictionAct.KEEP)
            sealed = await self.vault.seal(tx, ANSWER, account_id, row.restriction_id, text)
            moved = row._replace(state=state, answer=sealed, ends_at=None)
            await store.move(tx, moved)
            await self.audit.append(tx, actor, "restrictions.keep", account_id)
            return await self._opened(tx, moved)

    # -- the clock, and who asks before using anything ---------------------------------------------

    async def lapse(self, tx: Tx) -> None:
        """End restrictions whose day has come."""
        for account_id in await store.ending(tx, self.clock.now()):
            row = await store.open_locked(tx, account_id)
            if row is not None and row.ends_at is not None and row.ends_at <= self.clock.now():
                await self._end(tx, row, RestrictionAct.LAPSE)

    async def apart(self, tx: Tx) -> set[str]:
        """Return the users who are to be left out of searches, suggestions and detectors."""
        return await store.apart(tx, APART_MAX)

    # -- inside ----------------------------------------------------------------------------------

    async def _held(self, tx: Tx, account_id: str) -> RestrictionRow:
        row = await store.open_locked(tx, account_id)
        if row is None:
            raise NoRestriction
        return row

    async def _end(self, tx: Tx, row: RestrictionRow, act: RestrictionAct) -> None:
        state = next_state(row.state, act)
        await store.move(tx, row._replace(state=state, ended_at=self.clock.now()))
        await self.vault.unrestrict(tx, row.account_id, WHY)
        await self.directory.unhide(tx, row.user_id, WHY)

    async def _opened(self, tx: Tx, row: RestrictionRow) -> Restriction:
        whose, at = row.account_id, row.restriction_id
        answer = ""
        if row.answer is not None:
            answer = await self.vault.open(tx, ANSWER, whose, at, row.answer)
        words = await self.vault.open(tx, WORDS, whose, at, row.words)
        return Restriction(
            restriction_id=at,
            account_id=whose,
            user_id=row.user_id,
            ground=row.ground,
            state=row.state,
            words=words,
            asked_at=row.asked_at,
            due_at=row.due_at,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            answer=answer,
            ends_at=row.ends_at,
            ended_at=row.ended_at,
        )
