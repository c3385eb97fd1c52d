"""The table of restrictions: total, and nothing ends without a word of the person or a told day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.errors import Invalid, Refused
from teahouse.restrictions.model import (
    PROCEDURE,
    WORDS_LETTERS_MAX,
    BadRestrictionStep,
    Ground,
    RestrictionAct,
    RestrictionState,
    check_ground,
    check_words,
    next_state,
)


def test_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(RestrictionState)
    for state in RestrictionState:
        for act in RestrictionAct:
            if act in PROCEDURE[state]:
                assert next_state(state, act) is PROCEDURE[state][act]
            else:
                with pytest.raises(BadRestrictionStep):
                    next_state(state, act)


@given(st.lists(st.sampled_from(RestrictionAct), max_size=10))
def test_l_44_it_ends_by_its_persons_word_or_after_a_decision(acts: list[RestrictionAct]) -> None:
    state, done = RestrictionState.IN_FORCE, list[RestrictionAct]()
    for act in acts:
        try:
            state = next_state(state, act)
        except Refused:
            continue
        done.append(act)
    if state is RestrictionState.ENDED:
        assert done[-1] is RestrictionAct.WITHDRAW or done[-2:] == [
            RestrictionAct.DECIDE,
            RestrictionAct.LAPSE,
        ]


def test_a_ground_is_one_of_the_laws_and_words_are_some() -> None:
    assert check_ground("accuracy") is Ground.ACCURACY
    assert check_words(" it is wrong ") == "it is wrong"
    for wrong in ("", "  ", "x" * (WORDS_LETTERS_MAX + 1)):
        with pytest.raises(Invalid):
            check_words(wrong)
    with pytest.raises(Invalid):
        check_ground("mood")
