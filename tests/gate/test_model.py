"""The rules, by property: total, monotone, and never satisfied with "relevant laws"."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.gate.model.doors import DOORS, Door
from teahouse.gate.model.policies import (
    CLASSES,
    REGIONS,
    Attempt,
    BadPace,
    BadScope,
    BadTimes,
    Both,
    Draft,
    LegalBasis,
    Policy,
    PolicyWithoutBasis,
    PolicyWithoutNecessity,
    PolicyWithoutReason,
    State,
    Words,
    check_policy,
    decide,
    is_vague,
    registration_region,
)
from teahouse.gate.model.previews import preview
from teahouse.infra.vault.normal import phone, phone_region
from teahouse.measures.model import narrower
from tests.gate.house import SUSPENSION, suspension

NOW = datetime(2021, 7, 27, 1, 0, tzinfo=UTC)
moments = st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))


PACES_OF = {
    State.PACED: st.integers(1, 100),
    State.WAITLIST: st.none() | st.integers(1, 100),
}


@st.composite
def policies(draw: st.DrawFn, states: Sequence[State] = tuple(State)) -> Policy:
    state = draw(st.sampled_from(states))
    begins = draw(moments)
    return Policy(
        policy_id=draw(st.text("abc", min_size=1, max_size=3)),
        region=draw(st.sampled_from(("*", *REGIONS))),
        account_class=draw(st.sampled_from(("*", *CLASSES))),
        door=draw(st.sampled_from(("*", *[door.value for door in Door]))),
        state=state,
        pace_per_minute=draw(PACES_OF.get(state, st.none())),
        effective_from=begins,
        effective_until=draw(st.none() | st.just(begins + timedelta(hours=2))),
        words=Words(),
        decided_by="",
        created_at=NOW - timedelta(hours=9),
        ended_at=draw(st.none() | moments),
    )


attempts = st.builds(
    Attempt,
    doors=st.lists(st.sampled_from(Door), min_size=0, max_size=3).map(tuple),
    account_class=st.sampled_from(CLASSES),
    region=st.sampled_from(REGIONS),
    invited=st.booleans(),
)


@given(st.lists(policies(), max_size=6), policies(), attempts)
def test_a_further_policy_never_opens(
    rules: list[Policy], further: Policy, attempt: Attempt
) -> None:
    before, after = decide(rules, attempt, NOW), decide([*rules, further], attempt, NOW)
    assert after.verdict >= before.verdict
    assert decide([further, *rules], attempt, NOW).verdict == after.verdict


@given(st.lists(policies(), max_size=6), attempts)
def test_an_invitation_never_shuts_and_order_never_matters(
    rules: list[Policy], attempt: Attempt
) -> None:
    invited = msgspec.structs.replace(attempt, invited=True)
    uninvited = msgspec.structs.replace(attempt, invited=False)
    assert decide(rules, invited, NOW).verdict <= decide(rules, uninvited, NOW).verdict
    assert decide(rules, attempt, NOW).verdict == decide(rules[::-1], attempt, NOW).verdict


def test_at_once_is_at_once_on_a_slower_clock_too() -> None:
    policy = Policy(
        policy_id="p",
        region="*",
        account_class="*",
        door="*",
        state=State.SUSPENDED,
        pace_per_minute=None,
        effective_from=NOW,
        effective_until=None,
        words=SUSPENSION,
        decided_by="",
        created_at=NOW,
    )
    attempt = Attempt(doors=(Door.PHONE,), account_class="personal", region="eu")
    slower = NOW - timedelta(seconds=5)
    assert decide([policy], attempt, slower).policy == policy
    later = msgspec.structs.replace(policy, effective_from=NOW + timedelta(minutes=1))
    assert decide([later], attempt, NOW).policy is None


def test_every_door_has_its_decision() -> None:
    assert set(DOORS) == set(Door)
    assert sorted(rule.number for rule in DOORS.values()) == list(range(1, 20))
    assert all(rule.why for rule in DOORS.values())


@pytest.mark.parametrize(
    ("number", "region"),
    [
        ("+8613800138000", "cn-mainland"),
        ("+86 138 0013 8000", "cn-mainland"),
        ("+85291234567", "intl"),
        ("+85366123456", "intl"),
        ("+886912345678", "intl"),
        ("+447911123456", "intl"),
        ("+12125550123", "intl"),
        ("+8610000000000", "cn-mainland"),
    ],
)
def test_regions_follow_the_number(number: str, region: str) -> None:
    country = phone_region(phone(number))
    assert registration_region("intl", country) == region
    assert registration_region("cn-mainland", country) == "cn-mainland"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "relevant laws and regulations",
        "According to the relevant regulations and laws",
        "相关法律法规",
        "根据有关规定",
        "国家有关部门的要求",
        "Applicable law.",
        "依据相关法律法规的规定。",
    ],
)
def test_words_that_say_nothing(text: str) -> None:
    assert is_vague(text)
    words = msgspec.structs.replace(
        SUSPENSION, legal_basis=(LegalBasis(law=text, article="Article 1"),)
    )
    with pytest.raises(PolicyWithoutBasis):
        check_policy(Draft(state=State.SUSPENDED, words=words), NOW)


@pytest.mark.parametrize(
    "text",
    ["网络安全法", "Cybersecurity Law", "个人信息保护法", "GDPR", "Order 12 of the Ministry"],
)
def test_laws_that_have_a_name(text: str) -> None:
    assert not is_vague(text)


def _words(**changed: object) -> Words:
    return msgspec.structs.replace(SUSPENSION, **changed)


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (Draft(state=State.SUSPENDED), PolicyWithoutReason),
        (Draft(state=State.SUSPENDED, words=_words(reason=Both(en="x"))), PolicyWithoutReason),
        (Draft(state=State.SUSPENDED, words=_words(legal_basis=())), PolicyWithoutBasis),
        (
            Draft(state=State.SUSPENDED, words=_words(legal_basis=(LegalBasis(law="GDPR"),))),
            PolicyWithoutBasis,
        ),
        (
            Draft(
                state=State.INVITE_ONLY,
                words=_words(legal_basis=(), own_decision=True, justification="so"),
            ),
            PolicyWithoutBasis,
        ),
        (
            Draft(state=State.SUSPENDED, words=_words(technical_necessity=" ")),
            PolicyWithoutNecessity,
        ),
        (Draft(state=State.PACED), BadPace),
        (Draft(state=State.PACED, pace_per_minute=0), BadPace),
        (Draft(state=State.OPEN, pace_per_minute=1), BadPace),
        (Draft(state=State.OPEN, region="mars"), BadScope),
        (Draft(state=State.OPEN, account_class="cat"), BadScope),
        (Draft(state=State.OPEN, door="window"), BadScope),
        (Draft(state=State.OPEN, effective_until=NOW), BadTimes),
        (suspension(effective_until=NOW - timedelta(hours=1)), BadTimes),
    ],
)
def test_what_a_policy_must_say(draft: Draft, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_policy(draft, NOW)


def test_what_is_enough() -> None:
    check_policy(suspension(region="cn-mainland", account_class="personal"), NOW)
    own = _words(
        legal_basis=(), own_decision=True, justification="Sign-ups outgrew what we can check."
    )
    check_policy(Draft(state=State.SUSPENDED, words=own), NOW)
    check_policy(Draft(state=State.PACED, pace_per_minute=10), NOW)


def test_narrower_measures_come_first_and_are_narrower() -> None:
    draft = suspension(region="cn-mainland")
    found = narrower((), draft, NOW)
    closes = [one.refused_scopes for one in found]
    assert closes == sorted(closes)
    assert found[0].state is State.PACED
    assert all(one.refused_scopes <= one.refused_scopes_of_draft for one in found)
    assert {one.region for one in found} == {"cn-mainland"}


def test_a_preview_tells_who_is_not_affected() -> None:
    policy = Policy(
        policy_id="p",
        region="cn-mainland",
        account_class="personal",
        door="*",
        state=State.SUSPENDED,
        pace_per_minute=None,
        effective_from=NOW,
        effective_until=None,
        words=SUSPENSION,
        decided_by="",
        created_at=NOW,
    )
    flying = [((Door.PHONE,), "personal", "cn-mainland", 3), ((Door.PHONE,), "personal", "eu", 2)]
    shown = preview((), (policy,), flying, NOW)
    assert len(shown.changed) == 18  # all but restoring, which is not registering
    assert shown.unchanged_count == 19 * 11 + 1
    assert (shown.in_flight_refused, shown.in_flight_untouched) == (3, 2)
    assert "not affected" in shown.existing_people.en
