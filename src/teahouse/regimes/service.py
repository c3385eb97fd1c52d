"""Regimes' verbs: publish a version, hold new accounts to it, ask older ones, hear appeals."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Vault
from teahouse.realnames.model import Level
from teahouse.realnames.service import Realnames
from teahouse.regimes import store
from teahouse.regimes.events import RegimePublished
from teahouse.regimes.model import (
    AFTER_REFUSAL,
    REALNAME,
    Act,
    Appeal,
    Draft,
    NoSuchTask,
    Regime,
    Shown,
    State,
    Task,
    check_draft,
    check_words,
    next_state,
    silent,
)
from teahouse.regimes.store import APPEAL
from teahouse.standing.events import SilenceChanged
from teahouse.standing.service import Standing

LISTED_MAX = 500
BATCH_MAX = 200
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, repr=False)
class Regimes:
    """What accounts have to show, by version. ``listen`` once, before anybody's account ends."""

    db: Database
    log: Log
    vault: Vault
    audit: Audit
    clock: Clock
    accounts: Accounts
    realnames: Realnames
    standing: Standing

    def listen(self) -> None:
        """Hear of proofs, and let what is kept here go with its account."""
        self.realnames.proved.append(self.proved)
        self.accounts.endings.append(store.forget)

    # -- regimes -------------------------------------------------------------------------------

    async def publish(self, actor: str, published_by: str, draft: Draft) -> Regime:
        """Publish a version; it holds from its date for whoever registers. Audited.

        Raises ``BadRegime``.
        """
        now = self.clock.now()
        check_draft(draft, now)
        async with self.db.transaction() as tx:
            await store.lock(tx)
            last = await store.last_version(tx, draft.region, draft.account_class)
            regime = Regime(
                region=draft.region,
                account_class=draft.account_class,
                version=last + 1,
                realname=draft.realname,
                limits_speaking=draft.limits_speaking,
                per_day=draft.per_day,
                days=draft.days,
                reason=draft.reason,
                effective_from=draft.effective_from or now,
                published_by=published_by,
                published_at=now,
            )
            await store.insert_regime(tx, regime)
            named = f"{regime.region}/{regime.account_class}/{regime.version}"
            detail: dict[str, object] = {
                "realname": regime.realname,
                "limits_speaking": regime.limits_speaking,
                "days": regime.days,
                "per_day": regime.per_day,
            }
            await self.audit.append(tx, actor, "regimes.published", named, detail)
            told = RegimePublished(regime.region, regime.account_class, regime.version)
            await self.log.put(tx, told)
        return regime

    async def published(self) -> list[Regime]:
        """Return every version there was, newest first; anybody may see them."""
        async with self.db.read() as tx:
            return await store.regimes(tx, LISTED_MAX)

    # -- new accounts --------------------------------------------------------------------------

    async def lacking(self, tx: Tx, scope: tuple[str, str], level: Level) -> bool:
        """Tell whether a new account of (region, class) has to show more than ``level``."""
        regime = await store.current(tx, *scope, self.clock.now())
        return regime is not None and level < regime.level

    async def begin(self, tx: Tx, account_id: str, scope: tuple[str, str], level: Level) -> None:
        """Note under which version a new account of (region, class) has come to be."""
        regime = await store.current(tx, *scope, self.clock.now())
        version = 0
        if regime is not None:
            version = regime.version if level >= regime.level else regime.version - 1
        await store.insert_account(tx, account_id, *scope, version)

    # -- older accounts ------------------------------------------------------------------------

    async def ask(self, tx: Tx) -> int:
        """Ask some of the older accounts, as many a day as the regime says; return how many."""
        now, count = self.clock.now(), 0
        for regime in await store.current_each(tx, now):
            if regime.level is Level.NONE:
                continue
            left = regime.per_day - await store.asked_since(tx, regime, now - DAY)
            for account_id in await store.behind(tx, regime, max(0, min(left, BATCH_MAX))):
                if await self.realnames.level(tx, account_id) >= regime.level:
                    await store.satisfied(tx, account_id, regime.version)
                else:
                    await store.give(tx, account_id, regime, now, now + timedelta(days=regime.days))
                    count += 1
        return count

    async def expire(self, tx: Tx) -> int:
        """Let tasks whose date has passed be overdue; return how many."""
        told: list[SilenceChanged] = []
        found = await store.due(tx, self.clock.now(), BATCH_MAX)
        for task in found:
            regime = await store.regime(tx, task)
            level = await self.realnames.level(tx, task.account_id)
            if level >= regime.level:
                told += await self._done(tx, task)
                continue
            state = next_state(task.state, Act.EXPIRE)
            await store.set_state(tx, task.account_id, state)
            if silent(state, regime.limits_speaking):
                told += await self.standing.silence(tx, task.account_id, REALNAME)
        if told:
            await self.log.put(tx, *told)
        return len(found)

    async def proved(self, tx: Tx, account_id: str, level: Level) -> None:
        """See whether what was proved, or withdrawn, is what was asked for."""
        task = await store.hold_task(tx, account_id)
        if task is not None:
            if level >= (await store.regime(tx, task)).level:
                told = await self._done(tx, task)
                if told:
                    await self.log.put(tx, *told)
        elif level < Level.ID:  # withdrawn: the account is asked again like any other
            await store.lowered(tx, account_id)

    async def tasks(self, caller: Caller) -> list[Shown]:
        """Return what the caller is asked."""
        async with self.db.transaction() as tx:
            task = await store.hold_task(tx, caller.account_id)
            if task is None:
                return []
            regime = await store.regime(tx, task)
            if await self.realnames.level(tx, caller.account_id) >= regime.level:
                told = await self._done(tx, task)
                if told:
                    await self.log.put(tx, *told)
                return []
        shown = Shown(
            demanded=regime.realname,
            state=task.state.value,
            due_at=task.due_at,
            reason=regime.reason,
            limits_speaking=regime.limits_speaking,
            decision=task.decision,
        )
        return [] if task.state is State.EXEMPT else [shown]

    async def appeal(self, caller: Caller, words: str) -> None:
        """Appeal; until it is decided the date does not count, and one may speak.

        Raises ``WordsNeeded``, ``NoSuchTask``, ``WrongState``.
        """
        text = check_words(words)
        async with self.db.transaction() as tx:
            task = await self._held(tx, caller.account_id)
            next_state(task.state, Act.APPEAL)
            account_id = caller.account_id
            sealed = await self.vault.seal(tx, APPEAL, account_id, account_id, text)
            await store.keep_appeal(tx, account_id, sealed, self.clock.now())
            told = await self.standing.unsilence(tx, account_id, REALNAME)
            if told:
                await self.log.put(tx, *told)

    async def asked_of(self, account_id: str) -> tuple[Task, str] | None:
        """Return what an account is asked, with its appeal in clear, to whose it is."""
        async with self.db.read() as tx:
            task = await store.task(tx, account_id)
            if task is None:
                return None
            words = ""
            if task.appeal is not None:
                words = await self.vault.open(tx, APPEAL, account_id, account_id, task.appeal)
        return task, words

    async def appeals(self) -> list[Appeal]:
        """Return the appeals that wait for a decision, oldest first."""
        found: list[Appeal] = []
        async with self.db.read() as tx:
            for task in await store.appealed(tx, LISTED_MAX):
                assert task.appeal is not None, "an appeal is in words"
                assert task.appealed_at is not None, "and has a date"
                whose = task.account_id
                words = await self.vault.open(tx, APPEAL, whose, whose, task.appeal)
                found.append(
                    Appeal(
                        account_id=whose,
                        region=task.region,
                        version=task.version,
                        words=words,
                        appealed_at=task.appealed_at,
                    )
                )
        return found

    async def decide(self, actor: str, account_id: str, uphold: bool, words: str) -> None:
        """Uphold an appeal, or leave the person a new date. Audited, with the reason.

        Raises ``WordsNeeded``, ``NoSuchTask``, ``WrongState``.
        """
        reason, now = check_words(words), self.clock.now()
        async with self.db.transaction() as tx:
            task = await self._held(tx, account_id)
            state = next_state(task.state, Act.UPHOLD if uphold else Act.REFUSE)
            due_at = _later(task.due_at, now + AFTER_REFUSAL)
            await store.decide(tx, account_id, (state, due_at), actor, (reason, now))
            if uphold:
                await store.satisfied(tx, account_id, task.version)
            detail: dict[str, object] = {"upheld": uphold, "reason": reason}
            await self.audit.append(tx, actor, "regimes.appeal_decided", account_id, detail)

    # -- inside --------------------------------------------------------------------------------

    async def _done(self, tx: Tx, task: Task) -> list[SilenceChanged]:
        await store.delete_task(tx, task.account_id)
        await store.satisfied(tx, task.account_id, task.version)
        return await self.standing.unsilence(tx, task.account_id, REALNAME)

    async def _held(self, tx: Tx, account_id: str) -> Task:
        task = await store.hold_task(tx, account_id)
        if task is None:
            raise NoSuchTask
        return task


def _later(one: datetime, other: datetime) -> datetime:
    return max(one, other)
