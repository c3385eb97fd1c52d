"""The procedure of an unsealing: total, and open to nobody by one person's word but in danger [L-M34]."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from teahouse.unsealings.model import (
    OF_OPERATORS,
    OF_SECONDS,
    OPENED,
    PROCEDURE,
    WAITING,
    Act,
    BadUnsealing,
    BadUnsealingStep,
    Need,
    NotTheAsker,
    State,
    Unsealing,
    UnsealingSamePerson,
    UnsealingWanted,
    act_named,
    check_actor,
    check_wanted,
    check_words,
    is_open,
    may_follow,
    next_state,
)

NOW = datetime(2026, 11, 18, tzinfo=UTC)


def unsealing(state: State, urgent: bool = False, confidential: bool = False) -> Unsealing:
    need = Need.DANGER if urgent else Need.AUTHORITY
    return Unsealing(
        unsealing_id="u", account_id="c", at_least=8, need=need, reference="7", words="so",
        confidential=confidential, urgent=urgent, hours=8, state=state, overdue=False,
        asked_by="ada", asked_at=NOW, decided_by="", decided_at=None, decided_words="",
        opens_until=NOW + timedelta(hours=8), due_at=None,
    )  # fmt: skip


def test_l_m34_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(State)
    for state in State:
        for act in Act:
            if act in PROCEDURE[state]:
                assert next_state(state, act) is PROCEDURE[state][act]
            else:
                with pytest.raises(BadUnsealingStep):
                    next_state(state, act)
    assert {state for state in State if set(PROCEDURE[state]) - {Act.TELL}} == set(WAITING)
    assert {act_named(act.value) for act in OF_OPERATORS} == set(Act) - {Act.LAPSE}
    for wrong in ("lapse", "tea"):
        with pytest.raises(BadUnsealingStep):
            act_named(wrong)


@given(st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(["ada", "bea"])), max_size=12))
def test_l_m34_whatever_is_tried_one_person_opens_nothing(tried: list[tuple[Act, str]]) -> None:
    one, agreed = unsealing(State.ASKED), set[str]()
    for act, actor in tried:
        try:
            if act is not Act.LAPSE:
                check_actor(one, act, actor)
            one = structs.replace(one, state=next_state(one.state, act))
        except (BadUnsealingStep, UnsealingSamePerson, NotTheAsker):
            continue
        if act in OF_SECONDS:
            agreed.add(actor)
    assert one.state not in OPENED or agreed == {"bea"}
    assert "ada" not in agreed


def test_l_m34_what_may_follow_is_what_is_not_refused() -> None:
    for state in State:
        for secret in (False, True):
            one = unsealing(state, confidential=secret)
            for actor in ("ada", "bea"):
                may = set[Act]()
                for act in OF_OPERATORS:
                    try:
                        check_actor(one, act, actor)
                        next_state(state, act)
                    except (BadUnsealingStep, UnsealingSamePerson, NotTheAsker):
                        continue
                    may.add(act)
                assert set(may_follow(one, actor)) == may - (set() if secret else {Act.TELL})


def test_l_m34_it_is_open_for_its_time_and_no_longer() -> None:
    for state in State:
        one = unsealing(state)
        assert is_open(one, NOW + timedelta(hours=8, seconds=-1)) is (state in OPENED)
        assert not is_open(one, NOW + timedelta(hours=8))
        assert not is_open(structs.replace(one, opens_until=None), NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": " "},
        {"words": "x" * 2001},
        {"reference": "x" * 201},
        {"urgent": True},
        {"confidential": True},
        {"confidential": True, "need": Need.AUTHORITY, "reference": " "},
    ],
)
def test_l_m34_haste_and_silence_need_a_reason(wrong: dict[str, object]) -> None:
    right = UnsealingWanted("c", Need.CASE, "A report says so.")
    check_wanted(right)
    check_wanted(UnsealingWanted("c", Need.DANGER, "A note.", urgent=True))
    check_wanted(UnsealingWanted("c", Need.AUTHORITY, "A paper.", "2026-7", confidential=True))
    with pytest.raises(BadUnsealing):
        check_wanted(structs.replace(right, **wrong))


def test_l_m34_a_no_has_a_reason() -> None:
    assert check_words(Act.APPROVE, " ") == ""
    assert check_words(Act.REFUSE, " Ask the guardian. ") == "Ask the guardian."
    for act in (Act.REFUSE, Act.OBJECT):
        with pytest.raises(BadUnsealing):
            check_words(act, " ")
