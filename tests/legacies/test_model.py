"""The tables of wishes and claims: total, and nothing is done that was not arranged and waited for."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.errors import Invalid, Refused
from teahouse.legacies.model import (
    CLAIMS,
    WISHES,
    ArrangedOtherwise,
    BadLegacyStep,
    Boon,
    ClaimAct,
    ClaimState,
    Wish,
    WishAct,
    WishState,
    check_allowed,
    check_boons,
    next_claim,
    next_wish,
)

NOW = datetime(2026, 1, 10, tzinfo=UTC)
boons = st.lists(st.sampled_from([one.value for one in Boon]), max_size=3)


def test_the_tables_are_total() -> None:
    assert set(WISHES) == set(WishState)
    assert set(CLAIMS) == set(ClaimState)
    for wish in WishState:
        for word in WishAct:
            if word not in WISHES[wish]:
                with pytest.raises(BadLegacyStep):
                    next_wish(wish, word)
    for claim in ClaimState:
        for act in ClaimAct:
            if act not in CLAIMS[claim]:
                with pytest.raises(BadLegacyStep):
                    next_claim(claim, act)


@given(st.lists(st.sampled_from(ClaimAct), max_size=10))
def test_l_49_nothing_is_done_before_two_have_looked_and_the_account_had_time(
    acts: list[ClaimAct],
) -> None:
    state, done = ClaimState.FILED, list[ClaimAct]()
    for act in acts:
        try:
            state = next_claim(state, act)
        except Refused:
            continue
        done.append(act)
    if state in (ClaimState.GIVING, ClaimState.DONE):
        assert done[:2] == [ClaimAct.CHECK, ClaimAct.AGREE]
        assert ClaimAct.STOP not in done
    if ClaimAct.STOP in done:
        assert (done[-1], state) == (ClaimAct.STOP, ClaimState.STOPPED)


@given(st.sampled_from(WishState), boons, boons, st.sampled_from(["", "contact", "other"]))
def test_l_49_what_was_arranged_holds(
    state: WishState, may: list[str], wants: list[str], claimant: str
) -> None:
    wish = Wish(
        account_id="a", user_id="@a:s", state=state, may=tuple(may), said_at=NOW,
        contact_id="" if state is WishState.NOBODY else "contact", contact_user="@c:s",
        answered_at=None,
    )  # fmt: skip
    try:
        check_allowed(wish, claimant, wants)
    except ArrangedOtherwise:
        return
    if claimant:
        assert (state, claimant) == (WishState.CONFIRMED, "contact")
        assert set(wants) <= set(may)
    else:
        assert state is WishState.DECLINED, "nobody is for family too"


def test_an_account_is_kept_in_memory_or_erased() -> None:
    assert check_boons(["erase", "copy"]) == ("copy", "erase")
    for wrong in ([], ["keys"], ["erase", "memorial"]):
        with pytest.raises(Invalid):
            check_boons(wrong)
    check_allowed(None, "", ["copy"])
    with pytest.raises(ArrangedOtherwise):
        check_allowed(None, "stranger", ["copy"])
