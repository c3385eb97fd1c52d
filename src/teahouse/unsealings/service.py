"""Asking, approving and looking; and what the minor, their guardians and the yearly audit are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import structs

from teahouse.accounts.service import Accounts
from teahouse.accounts.service.listing import Listing
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.looking import Looking
from teahouse.infra.vault.model import Withheld
from teahouse.minors.model.profile import RecordsRule
from teahouse.minors.service import Minors
from teahouse.unsealings import store
from teahouse.unsealings.model import (
    ASK_LIFE,
    KEPT,
    LAPSED_AT_ONCE_MAX,
    LISTED_MAX,
    LOOKS_SHOWN_MAX,
    OF_SECONDS,
    Act,
    Counted,
    Look,
    NoSuchUnsealing,
    State,
    Unsealing,
    UnsealingNotNeeded,
    UnsealingThere,
    UnsealingWanted,
    check_actor,
    check_wanted,
    check_words,
    next_state,
    was_open,
)

SYSTEM = "system"


class Whole(NamedTuple):
    """An unsealing with its newest looks, and whose record it is about."""

    unsealing: Unsealing
    looks: Sequence[Look]
    user_id: str


@dataclass(frozen=True, repr=False)
class Unsealings:
    """Who may look at what is sealed of minors. ``actor``: as in ``audit``."""

    db: Database
    audit: Audit
    clock: Clock
    ids: Ids
    accounts: Accounts
    listing: Listing
    minors: Minors

    @property
    def rule(self) -> RecordsRule:
        """Which bands are guarded, and for how long one opens."""
        return self.minors.knowing.profile.records

    # -- operators -----------------------------------------------------------------------------

    async def ask(self, actor: str, wanted: UnsealingWanted) -> Whole:
        """Ask to look at a minor's record; in danger to life it is open at once.

        Raises ``BadUnsealing``, ``NoSuchAccount``, ``UnsealingNotNeeded``, ``UnsealingThere``.
        """
        check_wanted(wanted)
        async with self.db.transaction() as tx:
            await self.lapse(tx)
            account = await self.accounts.by_id(tx, wanted.account_id)
            at_least = (await self.minors.knowing.age_within(tx, account.account_id)).at_least
            hours = self.rule.hours_of(at_least)
            if at_least is None or hours is None:
                raise UnsealingNotNeeded
            one = self._new(actor, wanted, at_least, hours)
            if not await store.insert(tx, one):
                raise UnsealingThere
            detail: dict[str, object] = {"need": one.need.value, "reason": one.words}
            act = "unsealings.urgent" if one.urgent else "unsealings.asked"
            await self.audit.append(tx, actor, act, one.account_id, detail)
        return Whole(one, (), account.user_id)

    async def act(self, actor: str, unsealing_id: str, act: Act, words: str) -> Whole:
        """Approve, refuse, confirm, object, take back, end, or let it be told.

        Raises ``NoSuchUnsealing``, ``BadUnsealingStep``, ``UnsealingSamePerson``, ``NotTheAsker``,
        ``BadUnsealing``.
        """
        text = check_words(act, words)
        async with self.db.transaction() as tx:
            one = await store.one_locked(tx, unsealing_id)
            if one is None:
                raise NoSuchUnsealing
            check_actor(one, act, actor)
            after = self._after(one, act, actor, text)
            await store.move(tx, after)
            detail: dict[str, object] = {"need": one.need.value, "asker": one.asked_by}
            if text:
                detail["reason"] = text
            await self.audit.append(tx, actor, f"unsealings.{act.value}", one.account_id, detail)
            return (await self._whole(tx, [after]))[0]

    async def listed(self, account_id: str = "") -> list[Whole]:
        """Return those of an account, or the newest of all, with their looks."""
        async with self.db.read() as tx:
            return await self._whole(tx, await store.listed(tx, account_id, LISTED_MAX))

    # -- whoever looks -------------------------------------------------------------------------

    async def guard(self, tx: Tx, reader: str, subject_id: str) -> str:
        """Return by which unsealing a reader may be shown somebody's fields; empty: they need none.

        The vault asks it. Raises ``Withheld``.
        """
        age = await self.minors.knowing.age_within(tx, subject_id)
        if self.rule.hours_of(age.at_least) is None or reader == f"account:{subject_id}":
            return ""
        found = await store.lets(tx, subject_id, reader, self.clock.now())
        if found is None:
            raise Withheld
        return found

    async def note(self, looked: Looking) -> None:
        """Keep what an answer shows of minors, before it goes out."""
        if not looked.seen:
            return
        async with self.db.transaction() as tx:
            for one in await store.several(tx, sorted(looked.seen)):
                fields = tuple(sorted(looked.seen[one.unsealing_id]))
                look = Look(fields, self.clock.now())
                await store.looked(tx, self.ids.ulid(), one.unsealing_id, look)
                detail: dict[str, object] = {"need": one.need.value, "fields": len(fields)}
                if one.decided_by:
                    detail["second"] = one.decided_by
                await self.audit.append(
                    tx, looked.reader, "unsealings.looked", one.account_id, detail
                )

    # -- whoever was looked at -----------------------------------------------------------------

    async def of_own(self, caller: Caller) -> list[Whole]:
        """Return which looks at one's own record there were."""
        async with self.db.read() as tx:
            return await self._told(tx, caller.account_id)

    async def of_ward(self, caller: Caller, user_id: str) -> list[Whole]:
        """Return which looks at a ward's record there were. Raises ``NoSuchWard``."""
        async with self.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
            return await self._told(tx, link.child_id)

    async def counted(self, begun: datetime, ended: datetime) -> Counted:
        """Count what there was, for the yearly audit."""
        async with self.db.read() as tx:
            return await store.counted(tx, begun, ended)

    # -- by the clock --------------------------------------------------------------------------

    async def lapse(self, tx: Tx) -> None:
        """Shut what is over its time, and note what nobody decided or confirmed."""
        for one in await store.due(tx, self.clock.now(), LAPSED_AT_ONCE_MAX):
            after = self._after(one, Act.LAPSE, SYSTEM, "")
            await store.move(tx, after)
            detail: dict[str, object] = {"asker": one.asked_by}
            act = f"unsealings.{after.state.value}"
            await self.audit.append(tx, SYSTEM, act, one.account_id, detail)

    async def purge(self, tx: Tx) -> None:
        """Forget what is three years old."""
        await store.purge(tx, self.clock.now() - KEPT)

    # -- inside --------------------------------------------------------------------------------

    def _new(self, actor: str, wanted: UnsealingWanted, at_least: int, hours: int) -> Unsealing:
        now, rule = self.clock.now(), self.rule
        opens_until = now + timedelta(hours=min(hours, rule.urgent_hours))
        return Unsealing(
            unsealing_id=self.ids.ulid(),
            account_id=wanted.account_id,
            at_least=at_least,
            need=wanted.need,
            reference=wanted.reference.strip(),
            words=wanted.words.strip(),
            confidential=wanted.confidential,
            urgent=wanted.urgent,
            hours=hours,
            state=State.URGENT if wanted.urgent else State.ASKED,
            overdue=False,
            asked_by=actor,
            asked_at=now,
            decided_by="",
            decided_at=None,
            decided_words="",
            opens_until=opens_until if wanted.urgent else None,
            due_at=now + timedelta(hours=rule.urgent_hours) if wanted.urgent else now + ASK_LIFE,
        )

    def _after(self, one: Unsealing, act: Act, actor: str, words: str) -> Unsealing:
        """Return what a step makes of it."""
        state, now = next_state(one.state, act), self.clock.now()
        after = structs.replace(one, state=state, overdue=one.overdue or state is State.OVERDUE)
        if act in OF_SECONDS:
            after = structs.replace(after, decided_by=actor, decided_at=now, decided_words=words)
        if act is Act.APPROVE:
            after = structs.replace(after, opens_until=now + timedelta(hours=one.hours))
        if act is Act.TELL:
            after = structs.replace(after, confidential=False)
        return structs.replace(after, due_at=after.opens_until if state is State.OPEN else None)

    async def _told(self, tx: Tx, account_id: str) -> list[Whole]:
        found = await store.listed(tx, account_id, LISTED_MAX)
        told = [one for one in found if was_open(one) and not one.confidential]
        return await self._whole(tx, told)

    async def _whole(self, tx: Tx, found: Sequence[Unsealing]) -> list[Whole]:
        looks = await store.looks(tx, [one.unsealing_id for one in found], LOOKS_SHOWN_MAX)
        names = await self.listing.user_ids(tx, sorted({one.account_id for one in found}))
        return [Whole(one, looks[one.unsealing_id], names[one.account_id]) for one in found]
