"""What a campaign is, its life as a table, and when its rules hold."""

import enum
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.gate.model.drafts import Moment
from teahouse.gate.model.policies import ANY, CLASSES, REGIONS, Both, LegalBasis, is_vague
from teahouse.rulebook.model import BadRules, ContentRule, TemporaryRule, check_rule
from teahouse.steps import next_in

TEXT_LETTERS_MAX = 500
RULES_MAX = 50
BASES_MAX = 10
LONGEST = timedelta(days=366)
FUTURE_MAX = timedelta(days=366)
TALLIED_FOR = timedelta(days=400)  # after the end: appeals are filed for half a year
_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
_NUMBER = re.compile(r"[0-9一二三四五六七八九十百]")


class CampaignState(enum.Enum):
    """Where a campaign stands. The names are stored and told."""

    DRAFTED = "drafted"
    ANNOUNCED = "announced"  # by a second operator; its rules hold from its start to its end
    CANCELLED = "cancelled"  # before it was announced
    HALTED = "halted"  # before its end
    CONCLUDED = "concluded"  # on its day


class CampaignAct(enum.Enum):
    """What is done with a campaign. The names are stored and told."""

    ANNOUNCE = "announce"
    CANCEL = "cancel"
    HALT = "halt"
    CONCLUDE = "conclude"  # the clock's


_S, _A = CampaignState, CampaignAct
PROCEDURE: dict[CampaignState, dict[CampaignAct, CampaignState]] = {
    _S.DRAFTED: {_A.ANNOUNCE: _S.ANNOUNCED, _A.CANCEL: _S.CANCELLED},
    _S.ANNOUNCED: {_A.HALT: _S.HALTED, _A.CONCLUDE: _S.CONCLUDED},
    _S.CANCELLED: {},
    _S.HALTED: {},
    _S.CONCLUDED: {},
}
PUBLIC = (_S.ANNOUNCED, _S.HALTED, _S.CONCLUDED)


class Mandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On whose guidance, and on which law, a campaign stands."""

    authority: str
    reference: str
    legal_basis: tuple[LegalBasis, ...]


class CampaignScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose accounts a campaign is about; ``*`` is everyone."""

    region: str = ANY
    account_class: str = ANY


class CampaignBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A campaign as an operator writes it; ``campaign_id`` is a short name of its own."""

    campaign_id: str
    name: Both
    aim: Both  # what people are told of it
    mandate: Mandate
    scope: CampaignScope = CampaignScope()
    rules: tuple[ContentRule, ...]
    starts_at: Moment
    ends_at: Moment


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a campaign: steps of cases under its rules, appeals, and what was taken back."""

    cases: int = 0
    actions: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    appeals: int = 0
    reversals: int = 0


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign, as its row has it."""

    body: CampaignBody
    state: CampaignState
    drafted_by: str
    drafted_at: datetime
    announced_by: str | None
    announced_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    tally: Tally
    tallied_at: datetime | None


class BadCampaign(Refused):
    """The campaign cannot be held as it is written."""

    code = "campaigns.bad"
    kind = Kind.UNPROCESSABLE


class BadCampaignStep(Conflict):
    """The campaign is not at a point where that can be done."""

    code = "campaigns.bad_step"


class CampaignKnown(Conflict):
    """There is a campaign of that name already."""

    code = "campaigns.known"


class NoSuchCampaign(NotFound):
    """There is no such campaign."""

    code = "campaigns.not_found"


class CampaignSamePerson(Refused):
    """Somebody else has to announce it."""

    code = "campaigns.same_person"
    kind = Kind.FORBIDDEN


class CampaignReasonNeeded(Refused):
    """Say why it ends before its day."""

    code = "campaigns.reason_needed"
    kind = Kind.UNPROCESSABLE


def next_state(state: CampaignState, act: CampaignAct) -> CampaignState:
    """Return where an act leads from a state. Raises ``BadCampaignStep``."""
    return next_in(PROCEDURE, state, act, BadCampaignStep, "A campaign")


def acts_of(state: CampaignState) -> list[CampaignAct]:
    """Return what people may do next."""
    return [act for act in PROCEDURE[state] if act is not CampaignAct.CONCLUDE]


def runs(campaign: Campaign, now: datetime) -> bool:
    """Tell whether a campaign's rules hold at a moment."""
    body = campaign.body
    return campaign.state is CampaignState.ANNOUNCED and body.starts_at <= now < body.ends_at


def phase(campaign: Campaign, now: datetime) -> str:
    """Return ``drafted``, ``planned``, ``running``, ``over`` or ``cancelled``, by the time."""
    if campaign.state in (CampaignState.DRAFTED, CampaignState.CANCELLED):
        return campaign.state.value
    if runs(campaign, now):
        return "running"
    before = now < campaign.body.starts_at and campaign.state is CampaignState.ANNOUNCED
    return "planned" if before else "over"


def rule_ids(body: CampaignBody) -> list[str]:
    """Return the ids under which decisions name a campaign's rules."""
    return [_named(body, rule).id for rule in body.rules]


def rules_of(campaigns: Iterable[Campaign], now: datetime) -> list[TemporaryRule]:
    """Return the rules of campaigns that were announced, each with whether it holds at a moment."""
    return [
        TemporaryRule(
            rule=_named(one.body, rule),
            region=one.body.scope.region,
            account_class=one.body.scope.account_class,
            since=one.body.starts_at,
            holds=runs(one, now),
        )
        for one in campaigns
        if one.state in PUBLIC
        for rule in one.body.rules
    ]


def _named(body: CampaignBody, rule: ContentRule) -> ContentRule:
    whole = f"{body.campaign_id}.{rule.id}"
    return msgspec.structs.replace(rule, id=whole, campaign=body.campaign_id)


def check_campaign(body: CampaignBody, now: datetime) -> None:
    """Refuse a campaign that nobody could hold, in words: ``BadCampaign``, ``BadRules``."""
    if not _ID.fullmatch(body.campaign_id):
        raise BadCampaign("campaign_id has 3 to 40 small letters, digits and hyphens.")
    for text in (body.name.zh, body.name.en, body.aim.zh, body.aim.en):
        if is_vague(text) or len(text) > TEXT_LETTERS_MAX:
            raise BadCampaign("name and aim say, in zh and in en, what it is about.")
    _check_mandate(body.mandate)
    if body.scope.region not in (ANY, *REGIONS):
        raise BadCampaign(f"scope.region is * or one of {', '.join(REGIONS)}.")
    if body.scope.account_class not in (ANY, *CLASSES):
        raise BadCampaign(f"scope.account_class is * or one of {', '.join(CLASSES)}.")
    if not max(body.starts_at, now) < body.ends_at <= body.starts_at + LONGEST:
        raise BadCampaign("It ends after it starts and after today, and within a year.")
    if body.starts_at > now + FUTURE_MAX:
        raise BadCampaign("It starts within a year.")
    if not 0 < len(body.rules) <= RULES_MAX or len(set(rule_ids(body))) < len(body.rules):
        raise BadCampaign(f"It has between 1 and {RULES_MAX} rules, each with an id of its own.")
    for rule in body.rules:
        if rule.campaign:
            raise BadRules("A rule's campaign is filled in by the house.")
        check_rule(rule)


def _check_mandate(mandate: Mandate) -> None:
    for text in (mandate.authority, mandate.reference):
        if not 0 < len(text.strip()) <= TEXT_LETTERS_MAX:
            raise BadCampaign("mandate names the authority and its reference.")
    if not 0 < len(mandate.legal_basis) <= BASES_MAX:
        raise BadCampaign("mandate.legal_basis names at least one law.")
    for basis in mandate.legal_basis:
        if is_vague(basis.law) or not _NUMBER.search(basis.article):
            raise BadCampaign("Each legal_basis names a law and the number of its article.")


def check_reason(reason: str) -> str:
    """Return a reason without its margins. Raises ``CampaignReasonNeeded``."""
    text = reason.strip()
    if not 0 < len(text) <= TEXT_LETTERS_MAX or is_vague(text):
        raise CampaignReasonNeeded
    return text
