"""Which rule decides, what a decision must say, and what may follow what."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.approvals.model import (
    FOLLOWS,
    ROUNDS_MAX,
    TEMPLATES,
    UNDECIDED,
    BadRule,
    BadVerdict,
    Decision,
    Rule,
    State,
    Verdict,
    check_rule,
    check_verdict,
    may_follow,
    rule_for,
    sentence,
    wait_for,
)

NOW = datetime(2021, 7, 27, tzinfo=UTC)
REGIONS, CLASSES, DOORS = ("intl", "eu"), ("personal", "official"), ("phone", "email")


def rule(number: int, scope: tuple[str, str, str], needed: bool) -> Rule:
    return Rule(
        rule_id=f"{number:03}",
        region=scope[0],
        account_class=scope[1],
        door=scope[2],
        needed=needed,
        asks_reason=True,
        set_by="op",
        set_at=NOW + timedelta(seconds=number),
    )


SCOPES = st.tuples(
    st.sampled_from(("*", *REGIONS)),
    st.sampled_from(("*", *CLASSES)),
    st.sampled_from(("*", *DOORS)),
)
RULES = st.lists(st.tuples(SCOPES, st.booleans()), max_size=8).map(
    lambda drawn: [rule(number, *one) for number, one in enumerate(drawn)]
)


@given(RULES, st.sampled_from(REGIONS), st.sampled_from(CLASSES), st.sampled_from(DOORS))
def test_the_most_particular_rule_decides(
    rules: list[Rule], region: str, account_class: str, door: str
) -> None:
    found = rule_for(rules, region, account_class, [door])
    place = (region, account_class, door)

    def exact(one: Rule) -> int:
        return sum(
            a == b for a, b in zip((one.region, one.account_class, one.door), place, strict=True)
        )

    fitting = [
        one
        for one in rules
        if all(
            a in ("*", b)
            for a, b in zip((one.region, one.account_class, one.door), place, strict=True)
        )
    ]
    if found is None:
        assert fitting == []
        assert wait_for(account_class, found) == ("review" if account_class == "official" else None)
        return
    assert found in fitting
    assert all(exact(one) <= exact(found) for one in fitting)
    assert (wait_for(account_class, found) is not None) == found.needed


@given(st.lists(st.sampled_from(Decision), max_size=30))
def test_what_was_decided_stays_decided(decisions: list[Decision]) -> None:
    state, rounds = State.WAITING, 0
    for decision in decisions:
        before = state
        if may_follow(state, decision, rounds):
            state = FOLLOWS[decision]
            rounds += decision is Decision.ASK
        assert before in UNDECIDED or state is before
        if state is State.MORE and decision is Decision.ASK:
            state = State.WAITING  # its owner has answered
    assert rounds <= ROUNDS_MAX


def test_a_decision_has_a_reason_in_both_languages() -> None:
    for decision, known in TEMPLATES.items():
        for template in known:
            words = " Because. " if template == "other" else ""
            said = check_verdict(Verdict(decision, template, words))
            zh, en = (sentence(decision, template, said.words, lang) for lang in ("zh", "en"))
            assert zh
            assert en
            assert (zh == en) == (template == "other")
    for wrong in (
        Verdict(Decision.DECLINE, "other", " "),
        Verdict(Decision.DECLINE, "checked"),
        Verdict(Decision.APPROVE, "checked", "x" * 501),
    ):
        with pytest.raises(BadVerdict):
            check_verdict(wrong)


def test_rules_are_for_scopes_that_are() -> None:
    check_rule("*", "official", "invite")
    for scope in (("moon", "*", "*"), ("*", "robot", "*"), ("*", "*", "window")):
        with pytest.raises(BadRule):
            check_rule(*scope)
