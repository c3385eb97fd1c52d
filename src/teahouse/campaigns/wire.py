"""Campaigns as operators see them, and as everybody may."""

from datetime import datetime

import msgspec

from teahouse.campaigns.model import (
    PUBLIC,
    Campaign,
    CampaignBody,
    CampaignScope,
    Mandate,
    Tally,
    acts_of,
    phase,
)
from teahouse.gate.model.policies import Both
from teahouse.rulebook.model import ContentRule


class CampaignEndBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a campaign ends before its day."""

    reason: str


class CampaignReport(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign for everybody; ``report`` once it is over: what was done, appealed, taken back."""

    campaign_id: str
    name: Both
    aim: Both
    mandate: Mandate
    scope: CampaignScope
    rules: tuple[ContentRule, ...]
    starts_at: datetime
    ends_at: datetime
    phase: str
    ended_at: datetime | None
    end_reason: str
    report: Tally | None
    counted_at: datetime | None


class CampaignReportsWire(msgspec.Struct, frozen=True):
    """Campaigns for everybody, the newest first."""

    campaigns: list[CampaignReport]


class CampaignWire(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign for operators; ``may`` is what comes next."""

    campaign: CampaignBody
    state: str
    phase: str
    drafted_by: str
    drafted_at: datetime
    announced_by: str | None
    announced_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    tally: Tally
    tallied_at: datetime | None
    may: list[str]


class CampaignsWire(msgspec.Struct, frozen=True):
    """Campaigns for operators, the newest first."""

    campaigns: list[CampaignWire]


def campaigns_wire(found: tuple[Campaign, ...], now: datetime) -> CampaignsWire:
    """Return campaigns for operators."""
    return CampaignsWire([_wire(one, now) for one in found])


def reports_wire(found: tuple[Campaign, ...], now: datetime) -> CampaignReportsWire:
    """Return campaigns for everybody: those that were announced."""
    return CampaignReportsWire([_report(one, now) for one in found if one.state in PUBLIC])


def _wire(one: Campaign, now: datetime) -> CampaignWire:
    return CampaignWire(
        campaign=one.body,
        state=one.state.value,
        phase=phase(one, now),
        drafted_by=one.drafted_by,
        drafted_at=one.drafted_at,
        announced_by=one.announced_by,
        announced_at=one.announced_at,
        ended_at=one.ended_at,
        end_reason=one.end_reason,
        tally=one.tally,
        tallied_at=one.tallied_at,
        may=[act.value for act in acts_of(one.state)],
    )


def _report(one: Campaign, now: datetime) -> CampaignReport:
    body, at = one.body, phase(one, now)
    return CampaignReport(
        campaign_id=body.campaign_id,
        name=body.name,
        aim=body.aim,
        mandate=body.mandate,
        scope=body.scope,
        rules=body.rules,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        phase=at,
        ended_at=one.ended_at,
        end_reason=one.end_reason,
        report=one.tally if at == "over" else None,
        counted_at=one.tallied_at if at == "over" else None,
    )
