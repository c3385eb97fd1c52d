"""The procedure of a claim: total, and never decided before it was checked [R-062]."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.refunds.model import (
    APPEAL_LIFE,
    OF_GUARDIANS,
    OF_OPERATORS,
    OVER,
    PENDING,
    PROCEDURE,
    Act,
    AppealTooLate,
    BadRefundStep,
    BadRefundWords,
    Claim,
    SameRefundDecider,
    State,
    act_named,
    check_appeal,
    check_decider,
    check_words,
    may_follow,
    next_state,
)

NOW = datetime(2026, 11, 18, tzinfo=UTC)


def claim(state: State, decided_by: str = "") -> Claim:
    return Claim(
        refund_id="r", guardian_id="g", child_id="c", reservation_id="o", amount_minor=1,
        currency="CNY", spent_at=NOW, state=state, decided_by=decided_by, reference="",
        asked_at=NOW, due_at=NOW, moved_at=NOW,
    )  # fmt: skip


def test_r_062_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(State)
    assert set(OF_GUARDIANS) | set(OF_OPERATORS) == set(Act)
    for state in State:
        for act in Act:
            if act in PROCEDURE[state]:
                assert next_state(state, act) is PROCEDURE[state][act]
            else:
                with pytest.raises(BadRefundStep):
                    next_state(state, act)
        both = [*may_follow(state, OF_GUARDIANS), *may_follow(state, OF_OPERATORS)]
        assert set(both) == set(PROCEDURE[state])
    assert {*PENDING, *OVER, State.UPHELD} == set(State)
    ends = {state for state in State if not PROCEDURE[state]}
    assert ends == {State.PAID, State.CLOSED, State.WITHDRAWN}


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_r_062_whatever_is_tried_nothing_is_decided_unchecked(tried: list[Act]) -> None:
    state, done = State.ASKED, list[Act]()
    for act in tried:
        try:
            state = next_state(state, act)
        except BadRefundStep:
            continue
        done.append(act)
    if Act.UPHOLD in done or Act.REFUSE in done:
        assert done[0] is Act.CHECK
    assert done.count(Act.APPEAL) <= 1
    assert done.count(Act.UPHOLD) <= 1, "what is upheld is not decided again"
    if Act.PAY in done:
        assert done[done.index(Act.PAY) - 1] is Act.UPHOLD
    if state is State.CLOSED:
        assert done.count(Act.REFUSE) == 2


def test_r_062_an_appeal_is_anothers_and_in_time() -> None:
    appealed = claim(State.APPEALED, "ada")
    for act in (Act.UPHOLD, Act.REFUSE):
        with pytest.raises(SameRefundDecider):
            check_decider(appealed, act, "ada")
        check_decider(appealed, act, "bo")
        check_decider(claim(State.CHECKING, "ada"), act, "ada")
    check_appeal(claim(State.REFUSED), NOW + APPEAL_LIFE)
    with pytest.raises(AppealTooLate):
        check_appeal(claim(State.REFUSED), NOW + APPEAL_LIFE + timedelta(seconds=1))


@pytest.mark.parametrize("words", ["", "   ", "x" * 2001])
def test_words_are_some_and_not_too_many(words: str) -> None:
    assert check_words(" y ") == "y"
    with pytest.raises(BadRefundWords):
        check_words(words)


def test_a_step_has_a_name_of_those_who_take_it() -> None:
    assert act_named("uphold", OF_OPERATORS) is Act.UPHOLD
    for name in ("appeal", "nothing"):
        with pytest.raises(BadRefundStep):
            act_named(name, OF_OPERATORS)
