"""The rules of cases by themselves: the table, what rules may say, what counts how often."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.cases.model.case import Decider, Statement, StatementNeeded, check_statement
from teahouse.cases.model.counting import (
    LABEL_MAX,
    NEW_FOR,
    RULE_MAX,
    TOGETHER,
    Record,
    RecordLacking,
    Reporter,
    check_record,
    needs_sign_off,
    voices,
)
from teahouse.cases.model.procedure import (
    ACTS,
    CLEARED,
    ESTABLISHED,
    PROCEDURE,
    SANCTIONED,
    SHUT,
    UNDECIDED,
    Act,
    BadStep,
    State,
    Who,
    next_state,
)
from teahouse.rulebook.model import BadRules, ContentRule, read_rules

NOW = datetime(2021, 7, 21, tzinfo=UTC)
ACTED = st.lists(st.sampled_from(Act), max_size=12)


def walk(acts: list[Act]) -> list[tuple[Act, State]]:
    """Take every step that the table has, from a report on; return those that were taken."""
    state, taken = State.REPORTED, list[tuple[Act, State]]()
    for act in acts:
        try:
            state = next_state(state, act)
        except BadStep:
            assert act not in PROCEDURE[state], "what the table has is not refused"
            continue
        taken.append((act, state))
    return taken


def test_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(State)
    assert set(ACTS) == set(Act)
    assert {act for acts in PROCEDURE.values() for act in acts} == set(Act), "no act is idle"
    reached = {state for acts in PROCEDURE.values() for state in acts.values()}
    assert reached | {State.REPORTED} == set(State), "no state is out of reach"
    assert set(UNDECIDED) | set(ESTABLISHED) | set(CLEARED) == set(State)


@given(ACTED)
def test_r_064_nothing_is_ordered_without_a_verification(acts: list[Act]) -> None:
    taken = [act for act, _ in walk(acts)]
    for at, act in enumerate(taken):
        if act is Act.ORDER:
            assert Act.VERIFY in taken[:at]


@given(ACTED)
def test_r_065_nobody_is_sanctioned_without_an_order_that_was_not_met(acts: list[Act]) -> None:
    taken = walk(acts)
    for at, (_, state) in enumerate(taken):
        if state in SANCTIONED:
            before = [act for act, _ in taken[:at]]
            if Act.HALT in before:  # an emergency: somebody else has looked at it since
                assert Act.CONFIRM in [act for act, _ in taken[: at + 1]][before.index(Act.HALT) :]
                continue
            assert [a for a in before if a in (Act.VERIFY, Act.ORDER, Act.LAPSE)] != []
            assert before.index(Act.VERIFY) < before.index(Act.ORDER) < before.index(Act.LAPSE)


@given(ACTED)
def test_r_065_sanctions_rise_one_by_one(acts: list[Act]) -> None:
    states = [state for _, state in walk(acts)]
    below = {State.BANNED: (State.SUSPENDED,), State.SUSPENDED: (State.RESTRICTED, State.HALTED)}
    for state, before in below.items():
        if state in states:
            assert states[states.index(state) - 1] in before


@given(ACTED)
def test_r_085_what_is_done_at_once_is_looked_at_by_another_or_ends(acts: list[Act]) -> None:
    state = State.REPORTED
    for act, after in walk(acts):
        if state is State.HALTED and after in (*SHUT, *ESTABLISHED):
            assert act is Act.CONFIRM
            assert ACTS[act].who is Who.REVIEWER
        state = after
    assert PROCEDURE[State.HALTED][Act.EXPIRE] not in SHUT
    assert ACTS[Act.HALT].statement
    assert ACTS[Act.HALT].evidence


@given(ACTED)
def test_every_established_violation_can_be_overturned(acts: list[Act]) -> None:
    for _, state in walk(acts):
        if state in ESTABLISHED:
            assert next_state(state, Act.OVERTURN) is State.OVERTURNED


def test_the_clock_sanctions_nobody() -> None:
    by_clock = {act for act, needs in ACTS.items() if needs.who is Who.HOUSE}
    led_to = {
        state for acts in PROCEDURE.values() for act, state in acts.items() if act in by_clock
    }
    assert by_clock == {Act.LAPSE, Act.EXPIRE}
    assert led_to & {*SANCTIONED, *SHUT} == set()


def test_r_065_a_ban_needs_a_record_and_two_operators() -> None:
    assert (ACTS[Act.BAN].record, ACTS[Act.BAN].second, ACTS[Act.BAN].statement) == (True,) * 3
    check_record(Record(3, 1))
    for record in (Record(2, 1), Record(3, 0), Record(0, 0)):
        with pytest.raises(RecordLacking):
            check_record(record)


WHOLE = Statement("spam.advertising", "It is advertising.", "person", "Appeal here.", "None")


@pytest.mark.parametrize(
    "lacking",
    [
        None,
        Statement("", "x", "person", "x", "x"),
        Statement("a", " ", "person", "x", "x"),
        Statement("a", "x", "", "x", "x"),
        Statement("a", "x", Decider.AUTOMATIC.value, "x", "x"),
        Statement("a", "x", "person", "", "x"),
        Statement("a", "x", "person", "x", ""),
        Statement("a", "x", "person", "x", "x", "l" * 201),
    ],
)
def test_l_f21_a_decision_has_its_fields(lacking: Statement | None) -> None:
    assert check_statement(WHOLE) == WHOLE
    with pytest.raises(StatementNeeded):
        check_statement(lacking)


def profile(**rule: object) -> bytes:
    """Return a file with one rule."""
    one = {"id": "a.b", "conduct": "spam", "zh": "不", "en": "No.", "articles": ["1"]} | rule
    return json.dumps({"version": "1", "rules": [one]}).encode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"en": "No LGBT societies."},
        {"zh": "不得宣传同性恋。"},
        {"keywords": ["gay"]},
        {"en": "Nothing about religion.", "conduct": "hatred"},
        {"en": "No hatred of gay people.", "protects": ["orientation"]},  # spam protects nobody
        {"en": "x", "conduct": "hatred", "protects": ["orientation"], "keywords": ["gay"]},
        {"conduct": "being there"},
        {"articles": []},
        {"days": 0},
        {"protects": ["height"], "conduct": "hatred"},
        {"more": 1},
    ],
)
def test_r_085_a_rule_that_targets_people_is_refused(wrong: dict[str, object]) -> None:
    assert read_rules(profile()).rule("a.b") == ContentRule("a.b", "spam", "不", "No.", ("1",))
    read_rules(profile(en="No hatred of gay people.", conduct="hatred", protects=["orientation"]))
    with pytest.raises(BadRules):
        read_rules(profile(**wrong))


def reporter(age: timedelta, door: str = "phone", later: timedelta = timedelta()) -> Reporter:
    """Return a reporter whose account had an age when it reported."""
    return Reporter(NOW + later, NOW + later - age, door)


def test_r_085_many_hands_of_one_count_once() -> None:
    day = timedelta(days=1)
    assert voices([]) == 0
    assert voices([reporter(day * 30), reporter(day * 60), reporter(day * 90, "email")]) == 3
    assert voices([reporter(NEW_FOR - day)] * 30) == 1, "new accounts add nothing to each other"
    linked = [reporter(day * 30 + n * TOGETHER / 2) for n in range(30)]
    assert voices(linked) == 1, "made one after the other, by one door"
    assert voices([*linked, reporter(day), reporter(day * 90)]) == 3


@given(st.lists(st.builds(reporter, st.timedeltas(timedelta(), timedelta(days=400)))))
def test_r_085_voices_are_never_more_than_reporters(reporters: list[Reporter]) -> None:
    assert min(1, len(reporters)) <= voices(reporters) <= len(reporters)


def test_r_085_many_for_one_reason_need_a_second_sign_off() -> None:
    assert not needs_sign_off(LABEL_MAX - 1, RULE_MAX - 1)
    assert needs_sign_off(LABEL_MAX, 0)
    assert needs_sign_off(0, RULE_MAX)
