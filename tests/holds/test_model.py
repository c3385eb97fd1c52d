"""The rules of holds by themselves: the table, two persons, and an end that is never far."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from teahouse.errors import Refused
from teahouse.gate.model.policies import LegalBasis
from teahouse.holds.model.handing import (
    HANDING_PROCEDURE,
    TAKEN_WITHIN,
    Handing,
    HandingAct,
    HandingState,
    acts_of_handing,
    handed_after,
)
from teahouse.holds.model.hold import (
    HOLDING,
    LONGEST,
    PROCEDURE,
    Asker,
    BadHold,
    BadHoldStep,
    HeldObject,
    Hold,
    HoldAct,
    HoldBody,
    HoldSamePerson,
    HoldState,
    ObjectKind,
    acts_of,
    after,
    check_hold,
    next_state,
    renewed,
)

NOW = datetime(2021, 7, 27, tzinfo=UTC)
BODY = HoldBody(
    asker=Asker.AUTHORITY,
    requester="Ministry of State Security",
    reference="2021-7",
    legal_basis=(LegalBasis("Cybersecurity Review Measures", "10", ""),),
    reason="The review of July asks for it.",
    objects=(HeldObject(ObjectKind.ROOM, "!tea:s"),),
    until_at=NOW + timedelta(days=30),
)
HOLD = Hold(
    hold_id="h", asker=BODY.asker, requester=BODY.requester, reference=BODY.reference,
    legal_basis=BODY.legal_basis, reason=BODY.reason, told="", objects=BODY.objects,
    state=HoldState.ASKED, until_at=BODY.until_at, asked_by="ada", asked_at=NOW,
)  # fmt: skip
steps = st.tuples(st.sampled_from(HoldAct), st.sampled_from(["ada", "bea", "cat"]))


def test_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(HoldState)
    for state in HoldState:
        for act in HoldAct:
            if act in PROCEDURE[state]:
                assert next_state(state, act) is PROCEDURE[state][act]
            else:
                with pytest.raises(BadHoldStep):
                    next_state(state, act)
        assert HoldAct.LAPSE not in acts_of(state)
    assert all(PROCEDURE[state].get(HoldAct.LAPSE) not in HOLDING for state in HoldState)
    assert not [state for state in HoldState if not PROCEDURE[state] and state in HOLDING]


@given(st.lists(steps, max_size=12))
def test_r_082_nothing_is_held_or_released_by_one_operator_alone(
    acts: list[tuple[HoldAct, str]],
) -> None:
    hold, at = HOLD, NOW
    for act, actor in acts:
        at += timedelta(days=1)
        before = hold
        try:
            if act is HoldAct.RENEW:
                hold = renewed(hold, before.until_at + timedelta(days=30), actor, at)
            else:
                hold = after(hold, act, actor, "why", at)
        except Refused:
            assert hold is before
            continue
        if hold.state in HOLDING and before.state not in HOLDING:
            assert actor == hold.agreed_by != hold.asked_by
        if before.state in HOLDING and hold.state not in HOLDING and act is not HoldAct.LAPSE:
            assert actor == hold.ended_by != hold.asked_by
        if hold.until_at > before.until_at:
            assert (hold.until_at, before.wanted_by != actor) == (before.wanted_at, True)
        assert (hold.wanted_at is not None) == (hold.state is HoldState.RENEWING)
        assert (hold.ended_at is not None) == (not PROCEDURE[hold.state])


def test_who_asked_for_a_later_end_does_not_agree_to_it() -> None:
    hold = after(HOLD, HoldAct.AGREE, "bea", "", NOW)
    later = renewed(hold, NOW + timedelta(days=60), "bea", NOW)
    with pytest.raises(HoldSamePerson):
        after(later, HoldAct.AGREE, "bea", "", NOW)
    assert after(later, HoldAct.AGREE, "ada", "", NOW).until_at == NOW + timedelta(days=60)
    assert after(later, HoldAct.REFUSE, "bea", "no", NOW).until_at == HOLD.until_at
    for until in (HOLD.until_at, NOW + LONGEST + timedelta(days=1)):
        with pytest.raises(BadHold):
            renewed(hold, until, "ada", NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"requester": " "},
        {"reference": ""},
        {"reason": "According to relevant laws and regulations"},
        {"legal_basis": ()},
        {"legal_basis": (LegalBasis("Cybersecurity Review Measures", "", ""),)},
        {"objects": ()},
        {"objects": BODY.objects * 2},
        {"objects": (HeldObject(ObjectKind.FILE, ""),)},
        {"until_at": NOW},
        {"until_at": NOW + LONGEST + timedelta(seconds=1)},
    ],
)
def test_a_hold_says_who_on_what_law_why_what_and_until_when(wrong: dict[str, object]) -> None:
    check_hold(BODY, NOW)
    with pytest.raises(BadHold):
        check_hold(structs.replace(BODY, **wrong), NOW)


HANDING = Handing(
    handing_id="x", hold_id="h", state=HandingState.ASKED, reference="2021-8", reason="why",
    recipient="age1", asked_by="ada", asked_at=NOW,
)  # fmt: skip
handings = st.tuples(
    st.sampled_from(HandingAct), st.sampled_from(["ada", "bea"]), st.booleans(), st.integers(0, 9)
)


def test_the_table_of_handings_is_total() -> None:
    assert set(HANDING_PROCEDURE) == set(HandingState)
    assert not any(HandingAct.TAKE in HANDING_PROCEDURE[one] for one in HandingState
                   if one is not HandingState.AGREED)  # fmt: skip


@given(st.lists(handings, max_size=10))
def test_r_082_nothing_is_handed_out_by_one_operator_alone_or_late(
    acts: list[tuple[HandingAct, str, bool, int]],
) -> None:
    """``bool``: whether the hold is in force at that moment; ``int``: days until then."""
    one, at = HANDING, NOW
    for act, actor, holds, days in acts:
        at += timedelta(days=days)
        hold = structs.replace(HOLD, state=HoldState.IN_FORCE if holds else HoldState.ENDED)
        may, before = acts_of_handing(one, hold, at), one
        try:
            one = handed_after(one, hold, act, actor, "why", at)
        except HoldSamePerson:
            assert (act, actor) == (HandingAct.AGREE, "ada")
            continue
        except Refused:
            assert act not in may
            continue
        if act is HandingAct.TAKE:
            assert holds
            assert before.decided_at is not None
            assert (before.decided_by, before.state) == ("bea", HandingState.AGREED)
            assert at <= before.decided_at + TAKEN_WITHIN
