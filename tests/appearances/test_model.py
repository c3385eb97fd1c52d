"""The review of an appearance: total, and no machine takes a step in it [R-061]."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.appearances.model import (
    CATEGORY,
    OF_GUARDIANS,
    OF_OPERATORS,
    OF_THE_CASE,
    PROCEDURE,
    UNDER_REVIEW,
    VEILED,
    Act,
    BadAppearanceStep,
    BadAppearanceWords,
    State,
    act_named,
    check_words,
    may_follow,
    next_state,
)
from teahouse.cases.model.case import CATEGORIES
from teahouse.cases.model.procedure import ACTS, UNDECIDED, Who
from teahouse.cases.model.procedure import PROCEDURE as CASES
from teahouse.cases.model.procedure import State as CaseState


def test_r_061_the_table_is_total() -> None:
    assert CATEGORY in CATEGORIES
    assert set(PROCEDURE) == set(State)
    assert {*OF_OPERATORS, *OF_GUARDIANS, *OF_THE_CASE} == set(Act)
    for state in State:
        for act in Act:
            if act in PROCEDURE[state]:
                assert next_state(state, act) is PROCEDURE[state][act]
            else:
                with pytest.raises(BadAppearanceStep):
                    next_state(state, act)
        every = [*may_follow(state, OF_OPERATORS), *may_follow(state, OF_GUARDIANS)]
        assert set(every) == set(PROCEDURE[state]) - set(OF_THE_CASE)
    for name in ("keep", "decide", "tea"):
        with pytest.raises(BadAppearanceStep):
            act_named(name, OF_OPERATORS)
    assert act_named("hide", OF_OPERATORS) is Act.HIDE


def test_r_061_before_a_person_has_ordered_something_the_clock_has_no_step() -> None:
    for state in (CaseState.REPORTED, CaseState.VERIFIED):
        assert state in UNDECIDED
        assert not [act for act in CASES[state] if ACTS[act].who is Who.HOUSE]


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_r_061_nothing_is_hidden_but_by_a_person_and_shown_again_by_one(tried: list[Act]) -> None:
    state, hid = State.REVIEW, False
    for act in tried:
        if act not in PROCEDURE[state]:
            continue
        before, state = state, next_state(state, act)
        if state in VEILED and before not in VEILED:
            assert act in (Act.HIDE, Act.ASK, Act.WITHDRAW)
            hid = True
        if before in VEILED and state is State.REVIEW:
            assert act is Act.SHOW
    assert hid or state not in VEILED
    assert all(state in UNDER_REVIEW for state in VEILED)


def test_r_061_an_author_says_it_in_words() -> None:
    assert check_words(" She is nineteen. ") == "She is nineteen."
    for wrong in (" ", "x" * 2001):
        with pytest.raises(BadAppearanceWords):
            check_words(wrong)
