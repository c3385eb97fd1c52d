"""Drafting a campaign, announcing it by a second operator, ending it, and counting what came of it."""

from dataclasses import dataclass, field

import msgspec

from teahouse.audit.service import Audit
from teahouse.campaigns import store
from teahouse.campaigns.events import CampaignsChanged
from teahouse.campaigns.model import (
    TALLIED_FOR,
    Campaign,
    CampaignAct,
    CampaignBody,
    CampaignKnown,
    CampaignSamePerson,
    CampaignState,
    NoSuchCampaign,
    Tally,
    check_campaign,
    check_reason,
    next_state,
    rule_ids,
    rules_of,
)
from teahouse.cases.service.engine import Engine
from teahouse.clock import Clock
from teahouse.infra.bus.log import Log
from teahouse.infra.bus.rereading import Rereading
from teahouse.infra.db.pool import Database, Tx
from teahouse.rulebook.model import TemporaryRule

CAMPAIGNS_MAX = 200
HOUSE = "system"


@dataclass
class Known:
    """The campaigns as this worker read them."""

    campaigns: tuple[Campaign, ...] = ()
    reread: Rereading = field(default_factory=Rereading)


@dataclass(frozen=True, repr=False)
class Campaigns:
    """Campaigns. ``listen`` once, ``refresh`` before serving; ``actor`` is as in ``audit``."""

    db: Database
    log: Log
    audit: Audit
    engine: Engine
    clock: Clock
    known: Known = field(default_factory=Known, repr=False)

    def listen(self) -> None:
        """Hear of changes, and bring the rules of the moment to cases."""
        self.log.hear(CampaignsChanged, self._heard)
        self.engine.rules.temporary.append(self.rules)

    async def close(self) -> None:
        """Stop reading."""
        await self.known.reread.close()

    async def refresh(self) -> None:
        """Read which campaigns there are."""
        await self.known.reread.anew(self._read)

    async def _read(self) -> None:
        async with self.db.read() as tx:
            self.known.campaigns = tuple(await store.newest(tx, CAMPAIGNS_MAX))

    def rules(self) -> list[TemporaryRule]:
        """Return the rules of campaigns, each with whether it holds now."""
        return rules_of(self.known.campaigns, self.clock.now())

    async def all(self) -> tuple[Campaign, ...]:
        """Return campaigns, the newest first."""
        await self.known.reread.ensure(self._read)
        return self.known.campaigns

    # -- operators -------------------------------------------------------------------------------

    async def draft(self, actor: str, body: CampaignBody) -> None:
        """Keep a draft. Raises ``BadCampaign``, ``BadRules``, ``CampaignKnown``."""
        now = self.clock.now()
        check_campaign(body, now)
        async with self.db.transaction() as tx:
            if not await store.insert(tx, body, actor, now):
                raise CampaignKnown
            detail: dict[str, object] = {"until": body.ends_at.isoformat()}
            await self.audit.append(tx, actor, "campaigns.drafted", body.campaign_id, detail)
            await self.log.put(tx, CampaignsChanged(body.campaign_id, "drafted"))
        await self.refresh()

    async def act(self, actor: str, campaign_id: str, act: CampaignAct, reason: str = "") -> None:
        """Announce, cancel or halt a campaign; whoever drafted it does not announce it.

        Raises ``NoSuchCampaign``, ``BadCampaignStep``, ``CampaignSamePerson``,
        ``CampaignReasonNeeded``, ``BadCampaign`` when its end has come.
        """
        async with self.db.transaction() as tx:
            held = await self._held(tx, campaign_id)
            next_state(held.state, act)
            said = check_reason(reason) if act is not CampaignAct.ANNOUNCE else ""
            if act is CampaignAct.ANNOUNCE:
                if held.drafted_by == actor:
                    raise CampaignSamePerson
                check_campaign(held.body, self.clock.now())
            told = await self._move(tx, held, act, actor, said)
            await self.log.put(tx, told)
        await self.refresh()

    # -- the clock -------------------------------------------------------------------------------

    async def conclude(self, tx: Tx) -> None:
        """Note that campaigns are over; their rules have held for nobody since their end."""
        told: list[CampaignsChanged] = []
        for campaign_id in await store.over(tx, self.clock.now()):
            held = await self._held(tx, campaign_id)
            told.append(await self._move(tx, held, CampaignAct.CONCLUDE, HOUSE, ""))
        if told:
            await self.log.put(tx, *told)

    async def tally(self, tx: Tx) -> None:
        """Count what came of campaigns, while anything still comes of them."""
        now, told = self.clock.now(), list[CampaignsChanged]()
        for one in await store.counted(tx, now - TALLIED_FOR, CAMPAIGNS_MAX):
            found = await self._counted(tx, one)
            if found != one.tally or one.tallied_at is None:
                await store.tally(tx, one.body.campaign_id, found, now)
                told.append(CampaignsChanged(one.body.campaign_id, one.state.value))
        if told:
            await self.log.put(tx, *told)

    # -- inside ----------------------------------------------------------------------------------

    async def _counted(self, tx: Tx, campaign: Campaign) -> Tally:
        count = await self.engine.under_rules(tx, rule_ids(campaign.body))
        return Tally(
            cases=count.cases,
            actions=count.actions,
            appeals=count.appeals,
            reversals=count.reversals,
        )

    async def _held(self, tx: Tx, campaign_id: str) -> Campaign:
        found = await store.one_locked(tx, campaign_id)
        if found is None:
            raise NoSuchCampaign
        return found

    async def _move(
        self, tx: Tx, held: Campaign, act: CampaignAct, actor: str, reason: str
    ) -> CampaignsChanged:
        now, state = self.clock.now(), next_state(held.state, act)
        announces = act is CampaignAct.ANNOUNCE
        after = msgspec.structs.replace(
            held,
            state=state,
            announced_by=actor if announces else held.announced_by,
            announced_at=now if announces else held.announced_at,
            ended_at=None if state is CampaignState.ANNOUNCED else now,
            end_reason=reason,
        )
        await store.move(tx, after)
        detail: dict[str, object] = {"reason": reason} if reason else {}
        whose = held.body.campaign_id
        await self.audit.append(tx, actor, f"campaigns.{act.value}", whose, detail)
        return CampaignsChanged(whose, state.value)

    def _heard(self, _pos: int, _told: CampaignsChanged) -> None:
        self.known.reread.heard(self._read)
