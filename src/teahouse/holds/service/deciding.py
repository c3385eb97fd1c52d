"""Asking for a hold, agreeing to it by a second operator, renewing it, and letting go."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, NamedTuple

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.holds import store
from teahouse.holds.model import hold as model
from teahouse.holds.model.handing import Handing
from teahouse.holds.model.hold import (
    KEPT_FOR,
    LISTED_MAX,
    Hold,
    HoldAct,
    HoldBody,
    HoldState,
    NoSuchHold,
    NothingToHold,
    ObjectKind,
)
from teahouse.holds.store import PURPOSE
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.vault import Vault

HOUSE = "system"
DUE_AT_ONCE_MAX = 100

# Returns under which further names, as (kind, target), something is found; ``None``: it is not there.
Finder = Callable[[str], Awaitable[Sequence[tuple[str, str]] | None]]
# Called with ``(tx, target)`` for what was to be deleted while it was held.
LettingGo = Callable[[Tx, str], Awaitable[None]]
# Called with the accounts of which something was held, after it has gone.
Freed = Callable[[Tx, set[str]], Awaitable[None]]


class LetGo(msgspec.Struct, frozen=True):
    """A job: delete what a hold that is over had kept from being deleted."""

    kind: ClassVar[str] = "holds.let_go"
    hold_id: str


class Shown(NamedTuple):
    """A hold, how many messages and earlier values it has put aside, and its handings."""

    hold: Hold
    kept_count: int = 0
    values_count: int = 0
    handings: Sequence[Handing] = ()


@dataclass(frozen=True, repr=False)
class Holds:
    """Holds, for operators. ``letting_go`` is by kind of what is due."""

    db: Database
    vault: Vault
    audit: Audit
    jobs: Jobs
    clock: Clock
    ids: Ids
    finders: Mapping[ObjectKind, Finder]
    letting_go: Mapping[str, LettingGo]
    leave_files: LettingGo
    freed: list[Freed] = field(default_factory=list[Freed])

    # -- operators -------------------------------------------------------------------------------

    async def ask(self, actor: str, body: HoldBody) -> Shown:
        """Ask for a hold. Raises ``BadHold``, ``NothingToHold``."""
        now, hold_id = self.clock.now(), self.ids.ulid()
        model.check_hold(body, now)
        named = await self._named(body)
        async with self.db.transaction() as tx:
            await store.insert(tx, hold_id, body, actor, now)
            await store.insert_objects(tx, hold_id, named)
            detail: dict[str, object] = {
                "authority": body.requester,
                "number": body.reference,
                "count": len(body.objects),
                "until": body.until_at.isoformat(),
            }
            await self.audit.append(tx, actor, "holds.asked", hold_id, detail)
            return Shown(await self._locked(tx, hold_id))

    async def act(self, actor: str, hold_id: str, act: HoldAct, reason: str = "") -> Shown:
        """Agree, refuse or release. A reason is needed for all but the first.

        Raises ``NoSuchHold``, ``BadHoldStep``, ``HoldSamePerson``, ``BadHold``.
        """
        said = "" if act is HoldAct.AGREE else model.check_said(reason)
        async with self.db.transaction() as tx:
            hold = await self._locked(tx, hold_id)
            if act is HoldAct.AGREE:
                model.check_until(hold.wanted_at or hold.until_at, self.clock.now())
            return await self._shown(tx, await self._move(tx, hold, act, actor, said))

    async def renew(self, actor: str, hold_id: str, until_at: datetime) -> Shown:
        """Ask for a later end, to which another operator agrees.

        Raises ``NoSuchHold``, ``BadHoldStep``, ``BadHold``.
        """
        async with self.db.transaction() as tx:
            hold = await self._locked(tx, hold_id)
            wanted = model.renewed(hold, until_at, actor, self.clock.now())
            await store.move(tx, wanted)
            detail: dict[str, object] = {"until": until_at.isoformat()}
            await self.audit.append(tx, actor, "holds.renew", hold_id, detail)
            return await self._shown(tx, wanted)

    async def listed(self) -> list[Shown]:
        """Return holds: those that have not ended, then the newest first."""
        async with self.db.read() as tx:
            return await self._all_shown(tx, await store.newest(tx, LISTED_MAX))

    # -- the clock -------------------------------------------------------------------------------

    async def lapse(self, tx: Tx) -> None:
        """End holds whose day has come."""
        for hold_id in await store.over(tx, self.clock.now()):
            await self._move(tx, await self._locked(tx, hold_id), HoldAct.LAPSE, HOUSE, "")

    async def purge(self, tx: Tx) -> None:
        """Forget holds that ended long ago."""
        await store.delete_old(tx, self.clock.now() - KEPT_FOR)

    async def let_go(self, asked: LetGo) -> None:
        """Delete what was to be deleted while a hold was in force; what another holds stays for that."""
        more = True
        while more:
            async with self.db.transaction() as tx:
                due = await store.take_due(tx, asked.hold_id, DUE_AT_ONCE_MAX)
                for one in due:
                    await self.letting_go[one.kind](tx, one.target)
                accounts = {one.account_id for one in due}
                for told in self.freed if accounts else ():
                    await told(tx, accounts)
            more = len(due) == DUE_AT_ONCE_MAX

    # -- inside ----------------------------------------------------------------------------------

    async def _named(self, body: HoldBody) -> list[tuple[str, str]]:
        named: list[tuple[str, str]] = []
        for one in body.objects:
            more = await self.finders[one.kind](one.target)
            if more is None:
                raise NothingToHold(target=one.target)
            named += [(one.kind.value, one.target), *more]
        return named

    async def _locked(self, tx: Tx, hold_id: str) -> Hold:
        found = await store.one_locked(tx, hold_id)
        if found is None:
            raise NoSuchHold
        return found

    async def one(self, hold_id: str) -> Shown:
        """Return a hold. Raises ``NoSuchHold``."""
        async with self.db.transaction() as tx:
            return await self._shown(tx, await self._locked(tx, hold_id))

    async def _shown(self, tx: Tx, hold: Hold) -> Shown:
        (shown,) = await self._all_shown(tx, [hold])
        return shown

    async def _all_shown(self, tx: Tx, holds: Sequence[Hold]) -> list[Shown]:
        hold_ids = [one.hold_id for one in holds]
        counts = await store.kept_counts(tx, hold_ids)
        values = await store.values_counts(tx, hold_ids)
        by_hold: dict[str, list[Handing]] = {hold_id: [] for hold_id in hold_ids}
        for one in await store.handings(tx, hold_ids):
            by_hold[one.hold_id].append(one)
        return [
            Shown(one, counts.get(one.hold_id, 0), values.get(one.hold_id, 0), by_hold[one.hold_id])
            for one in holds
        ]

    async def _move(self, tx: Tx, hold: Hold, act: HoldAct, actor: str, reason: str) -> Hold:
        moved = model.after(hold, act, actor, reason, self.clock.now())
        if hold.state is HoldState.ASKED and moved.state is HoldState.IN_FORCE:
            await self.vault.create_subject(tx, hold.hold_id)
            await self.vault.grant(tx, hold.hold_id, [PURPOSE])
        await store.move(tx, moved)
        if moved.state is HoldState.ENDED:
            await self._end(tx, hold.hold_id)
        detail: dict[str, object] = {"reason": reason} if reason else {}
        await self.audit.append(tx, actor, f"holds.{act.value}", hold.hold_id, detail)
        return moved

    async def _end(self, tx: Tx, hold_id: str) -> None:
        """Destroy what was put aside, and have what is due deleted."""
        await store.drop_kept(tx, hold_id)
        await self.vault.destroy_subject(tx, hold_id)
        await self.leave_files(tx, hold_id)
        await self.jobs.enqueue(tx, LetGo(hold_id))
