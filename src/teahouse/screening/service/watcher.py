"""The watcher: a burst that the other rules let through tightens the gate, says so, and ends."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from teahouse.gate.model.policies import Policy
from teahouse.gate.service import Gate
from teahouse.infra.db.pool import Tx
from teahouse.screening.model.bursts import (
    ACTOR,
    BURST_WINDOW,
    DECIDED_BY,
    RENEW_BEFORE,
    Flow,
    answer_to,
    draft_of,
    find_bursts,
)
from teahouse.screening.model.rules import Rule
from teahouse.screening.service.rulebook import Rulebook
from teahouse.screening.store import counts, sightings

BUCKETS_LIFE = timedelta(days=2)
TALLY_LIFE = timedelta(days=8)
StagedDays = Callable[[Tx], Awaitable[int]]
_log = structlog.get_logger("teahouse.screening")


@dataclass(frozen=True, repr=False)
class Watcher:
    """Looks every few seconds at what came through."""

    book: Rulebook
    gate: Gate
    staged_days: StagedDays | None = None  # for how long who is made in a burst has limits

    async def watch(self, tx: Tx) -> None:
        """Tighten the narrowest scope of each burst; renew what is about to end while it lasts."""
        await self.book.read()
        setting = self.book.setting(Rule.BURST)
        if not self.book.looks(Rule.BURST):
            return
        now = self.book.clock.now()
        flows = await sightings.flows(tx, now - BURST_WINDOW)
        bursts = find_bursts(flows, setting.amount)
        standing = await self.tightened() if bursts else []
        for flow in bursts:
            await self._answer(tx, flow, standing, now)

    async def tightened(self) -> list[Policy]:
        """Return the policies that stand because of screening."""
        now = self.book.clock.now()
        return [
            policy
            for policy in await self.gate.policies.current()
            if policy.decided_by == DECIDED_BY and not _over(policy, now)
        ]

    async def _answer(self, tx: Tx, flow: Flow, standing: Sequence[Policy], now: datetime) -> None:
        mine = [policy for policy in standing if _same(policy, flow)]
        last = max(mine, key=lambda policy: policy.effective_from, default=None)
        ends = None if last is None else last.effective_until
        if ends is not None and ends - now > RENEW_BEFORE:
            return
        acts = self.book.acts(Rule.BURST)
        await self.book.spoke(Rule.BURST, did=acts)
        if not acts:
            return
        burst = answer_to(flow, None if last is None else last.state)
        days = 0 if self.staged_days is None else await self.staged_days(tx)
        await self.gate.policies.set(ACTOR, DECIDED_BY, draft_of(burst, now, days))
        _log.warning(
            "gate tightened", region=flow.region, account_class=flow.account_class,
            door=flow.door, made=flow.made, suspects=flow.suspects, state=burst.state.value,
        )  # fmt: skip

    async def purge(self, tx: Tx) -> None:
        """Delete counts that are too old to matter, and the secrets of days that are over."""
        now = self.book.clock.now()
        yesterday = now.date() - timedelta(days=1)
        await counts.purge(tx, now, now - BUCKETS_LIFE, now - TALLY_LIFE, yesterday)


def _over(policy: Policy, now: datetime) -> bool:
    return policy.effective_until is not None and policy.effective_until <= now


def _same(policy: Policy, flow: Flow) -> bool:
    mine = (policy.region, policy.account_class, policy.door)
    return mine == (flow.region, flow.account_class, flow.door)
