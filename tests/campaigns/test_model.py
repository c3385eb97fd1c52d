"""The rules of campaigns by themselves: the table, and that what is over matches nothing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from teahouse.campaigns.model import (
    PROCEDURE,
    BadCampaignStep,
    Campaign,
    CampaignAct,
    CampaignBody,
    CampaignScope,
    CampaignState,
    Mandate,
    Tally,
    next_state,
    phase,
    rules_of,
    runs,
)
from teahouse.gate.model.policies import Both, LegalBasis
from teahouse.rulebook.model import ContentRule, NoSuchRule, RuleBook, Rules

NOW = datetime(2021, 7, 27, tzinfo=UTC)
RULE = ContentRule("promo", "spam", "不得推广。", "No promotion.", ("Guidance 3",))
HOUSE = ContentRule("spam", "spam", "不得刷屏。", "No flooding.", ("House 1",))
days = st.integers(-400, 400).map(lambda count: NOW + timedelta(days=count))


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Draw a campaign, and where it stands."""
    begins = draw(days)
    body = CampaignBody(
        campaign_id="clear-summer",
        name=Both("清朗", "Clear summer"),
        aim=Both("保护未成年人。", "To protect minors."),
        mandate=Mandate("An authority", "12", (LegalBasis("Minors Protection Law", "50", ""),)),
        scope=CampaignScope(draw(st.sampled_from(("*", "eu"))), "*"),
        rules=(RULE,),
        starts_at=begins,
        ends_at=begins + timedelta(days=draw(st.integers(1, 366))),
    )
    return Campaign(
        body=body,
        state=draw(st.sampled_from(CampaignState)),
        drafted_by="a",
        drafted_at=begins,
        announced_by=None,
        announced_at=None,
        ended_at=None,
        end_reason="",
        tally=Tally(),
        tallied_at=None,
    )


def test_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(CampaignState)
    assert {act for acts in PROCEDURE.values() for act in acts} == set(CampaignAct)
    reached = {state for acts in PROCEDURE.values() for state in acts.values()}
    assert reached | {CampaignState.DRAFTED} == set(CampaignState)


@given(st.lists(st.sampled_from(CampaignAct), max_size=8))
def test_r_060_nothing_runs_that_was_not_announced(acts: list[CampaignAct]) -> None:
    state, taken = CampaignState.DRAFTED, list[CampaignAct]()
    for act in acts:
        try:
            state = next_state(state, act)
        except BadCampaignStep:
            continue
        taken.append(act)
    if state in (CampaignState.ANNOUNCED, CampaignState.HALTED, CampaignState.CONCLUDED):
        assert taken[0] is CampaignAct.ANNOUNCE
    assert taken.count(CampaignAct.ANNOUNCE) <= 1


@given(campaigns(), days)
def test_r_060_a_campaign_that_is_over_matches_nothing(one: Campaign, now: datetime) -> None:
    rules = Rules(RuleBook("1", (HOUSE,)), [lambda: rules_of([one], now)])
    within = one.body.starts_at <= now < one.body.ends_at
    holds = within and one.state is CampaignState.ANNOUNCED
    assert runs(one, now) is holds
    assert (phase(one, now) == "running") is holds
    found = {rule.id for rule in rules.book().rules}
    assert found == ({"spam", "clear-summer.promo"} if holds else {"spam"})
    try:
        held = rules.holding("clear-summer.promo")
    except NoSuchRule:
        assert not holds
    else:
        assert holds
        assert held is not None
        assert held.reaches("eu", "personal")
        assert held.reaches("intl", "personal") is (one.body.scope.region == "*")
    assert rules.holding("spam") is None, "the house's own rules hold always"
