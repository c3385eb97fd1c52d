"""The rules of assessments: a total table, a list of features without a hole, and when one is due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.app.house import FIELDS
from teahouse.assessments.model.assessment import (
    ANSWERS_FOR,
    DAYS_MAX,
    DECLARED,
    GRACE,
    HOUSE_WIDE,
    KEPT_FOR,
    QUESTIONS,
    YEARLY,
    Assessment,
    AssessmentKept,
    AssessmentText,
    BadAssessment,
    Declared,
    HighRisk,
    Seen,
    check_about,
    check_approved,
    check_forgotten,
    check_text,
    check_whole,
    covered,
    due_at,
    ending,
    requires,
    yearly,
)
from teahouse.assessments.model.features import (
    BY_ID,
    FEATURES,
    PLAIN,
    feature_digest,
    features_on,
    switched_on,
)
from teahouse.assessments.model.procedure import (
    ENDS,
    OF_THE_HOUSE,
    PROCEDURE,
    AssessmentAct,
    AssessmentState,
    BadAssessmentStep,
    acts_of,
    next_state,
)
from teahouse.assessments.service import said_of
from teahouse.config import PROFILES, Config
from teahouse.errors import Invalid
from teahouse.gate.model.policies import Both
from teahouse.infra.vault.field import PurposeRegister

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
REGISTER = said_of(PurposeRegister(FIELDS))
S, A = AssessmentState, AssessmentAct


def whole(kind: str, **more: str) -> AssessmentText:
    answers = dict.fromkeys(QUESTIONS[kind], "Addresses of people go to a mail server.")
    told = {"consulted": "The people who answer requests.", **more}
    return AssessmentText(answers=answers, **told)


def approved(feature: str = "mail", kind: str = "pipia", days: int = 30) -> Assessment:
    digest = feature_digest(BY_ID[feature], REGISTER) if feature else ""
    return Assessment(
        assessment_id="a", kind=kind, feature=feature, text=whole(kind), state=S.APPROVED,
        author="ada", written_at=NOW, digest=digest, reviewer="bea", decided_at=NOW, reason="",
        valid_until=NOW + timedelta(days=days), facts=None, moved_at=NOW,
    )  # fmt: skip


def test_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(S)
    assert {act for acts in PROCEDURE.values() for act in acts} == set(A)
    reached = {to for acts in PROCEDURE.values() for to in acts.values()}
    assert reached | {S.DRAFT} == set(S)


@given(st.lists(st.sampled_from(A), max_size=12))
def test_no_way_leads_to_an_approval_that_nobody_asked_for(acts: list[AssessmentAct]) -> None:
    state, before = S.DRAFT, list[AssessmentState]()
    for act in acts:
        if act not in PROCEDURE[state]:
            with pytest.raises(BadAssessmentStep):
                next_state(state, act)
            continue
        before.append(state)
        state = next_state(state, act)
        assert (state is S.APPROVED) <= (before[-1] is S.ASKED)
        assert (state in (S.EXPIRED, S.SUPERSEDED)) <= (before[-1] is S.APPROVED)
        assert not set(acts_of(state)) & set(OF_THE_HOUSE)
        assert (state in ENDS) == (not PROCEDURE[state])


def test_l_55_every_setting_is_plain_or_of_a_feature() -> None:
    plain = [name for names in PLAIN.values() for name in names]
    risky = [name for one in FEATURES for name in one.settings]
    named = plain + risky
    assert len(named) == len(set(named)), "a setting stands in one place"
    assert set(named) == set(Config.__struct_fields__), "a new setting is plain, or of a feature"


def test_every_feature_has_causes_and_purposes_of_the_register() -> None:
    assert len(BY_ID) == len(FEATURES)
    for one in FEATURES:
        assert one.causes, one.id
        assert one.purposes, one.id
        assert set(one.purposes) <= set(REGISTER), one.id


def test_a_feature_is_on_by_its_own_settings() -> None:
    off = {one.id for one in features_on(Config())}
    standing = {one.id for one in FEATURES if not one.settings}
    assert off == standing | {"apps"}
    changes = {
        "realnames": {"realname_url": "https://a.example"}, "detectors_all": {"detectors": "all"},
        "stills": {"stills_url": "https://a.example"}, "relay": {"turn_uris": "turn:a"}, "sms": {"sms_url": "https://a.example"},
        "mail": {"smtp_url": "smtp://a"}, "files_elsewhere": {"blobs_url": "s3://a"},
        "previews": {"previews": "allow"}, "appservices": {"appservices": "a.yaml"},
    }  # fmt: skip
    for feature, change in changes.items():
        after = msgspec.structs.replace(Config(), **change)
        assert [one.id for one in switched_on(Config(), after)] == [feature]
        assert switched_on(after, after) == []
        assert switched_on(after, Config()) == []


def test_what_the_register_says_of_a_feature_makes_its_digest() -> None:
    mail, told = BY_ID["mail"], REGISTER["accounts.email"]
    same = feature_digest(mail, REGISTER)
    changes: list[dict[str, Any]] = [
        {"ground": "accounts.email@99"},
        {"retention_days": 7},
        {"recipients": Both("合作方", "Partners")},
        {"category": "sensitive"},
    ]
    for change in changes:
        other = REGISTER | {"accounts.email": msgspec.structs.replace(told, **change)}
        assert feature_digest(mail, other) != same
        assert feature_digest(BY_ID["sms"], other) == feature_digest(BY_ID["sms"], REGISTER)


def test_an_approval_holds_until_its_day_and_for_what_it_saw() -> None:
    one = approved(days=30)
    assert ending(one, one.digest, NOW + timedelta(days=29)) is None
    assert ending(one, one.digest, NOW + timedelta(days=30)) is A.EXPIRE
    assert ending(one, "other", NOW) is A.SUPERSEDE
    assert ending(approved(HOUSE_WIDE, "important_data"), "", NOW) is None


@pytest.mark.parametrize("profile", PROFILES)
def test_which_kind_answers_is_said_by_the_profile(profile: str) -> None:
    mail = BY_ID["mail"]
    for kind in QUESTIONS:
        held = covered(mail, profile, [approved(kind=kind)], approved().digest, NOW)
        assert held == (kind in ANSWERS_FOR[profile])
    assert not covered(BY_ID["sms"], profile, [approved()], approved().digest, NOW)
    required = {"cn-mainland", "eu"}
    assert requires(Config(profile=profile)) == (profile in required)  # type: ignore[arg-type]
    assert requires(Config(profile=profile, assessments="require"))  # type: ignore[arg-type]
    assert not requires(Config(profile=profile, assessments="warn"))  # type: ignore[arg-type]


def test_l_55_what_was_on_before_has_time_and_what_was_slipped_past_has_none() -> None:
    seen = Seen(("mail", "sms"), ("mail",))
    assert due_at("mail", None, NOW, at_once=True) == NOW + GRACE, "the house begins"
    assert due_at("mail", seen, NOW, at_once=True) == NOW + GRACE, "it was on"
    assert due_at("relay", seen, NOW, at_once=True) == NOW + GRACE, "new in the software"
    assert due_at("sms", seen, NOW, at_once=True) == NOW
    assert due_at("sms", seen, NOW, at_once=False) == NOW + GRACE


@pytest.mark.parametrize("kind", QUESTIONS)
def test_nothing_is_looked_at_that_leaves_a_question_open(kind: str) -> None:
    text = whole(kind)
    check_whole(kind, text)
    for name in QUESTIONS[kind]:
        rest = {key: said for key, said in text.answers.items() if key != name}
        with pytest.raises(BadAssessment, match=name):
            check_whole(kind, msgspec.structs.replace(text, answers=rest))
    with pytest.raises(BadAssessment, match="consulted"):
        check_whole(kind, msgspec.structs.replace(text, consulted=" "))
    with pytest.raises(BadAssessment):
        check_text(kind, msgspec.structs.replace(text, answers={"weather": "Fine."}))
    with pytest.raises(BadAssessment):
        check_text(kind, msgspec.structs.replace(text, residual="none"))


def test_a_high_risk_is_approved_after_the_authority_was_asked() -> None:
    one = approved()
    high = msgspec.structs.replace(one, text=whole("pipia", residual="high"))
    with pytest.raises(HighRisk):
        check_approved(high, "bea", 1)
    asked = whole("pipia", residual="high", consultation="Letter 7 of the authority: agreed.")
    check_approved(msgspec.structs.replace(one, text=asked), "bea", 1)
    for days in (0, DAYS_MAX["pipia"] + 1):
        with pytest.raises(BadAssessment):
            check_approved(one, "bea", days)


def test_l_55_an_assessment_is_kept_for_three_years_after_its_end() -> None:
    for state in S:
        one = msgspec.structs.replace(approved(), state=state)
        with pytest.raises(AssessmentKept):
            check_forgotten(one, NOW + KEPT_FOR - timedelta(seconds=1))
        if state in ENDS:
            check_forgotten(one, NOW + KEPT_FOR)
        else:
            with pytest.raises(AssessmentKept):
                check_forgotten(one, NOW + 2 * KEPT_FOR)
    assert timedelta(days=3 * 365 + 1) <= KEPT_FOR


def test_an_assessment_is_about_something_of_the_list() -> None:
    check_about("pipia", "mail")
    check_about("important_data", HOUSE_WIDE)
    check_about("minors", "minors")
    for kind, feature in (("pipia", ""), ("pipia", "tea"), ("important_data", "mail"),
                          ("minors", "mail"), ("tea", "mail")):  # fmt: skip
        with pytest.raises(Invalid):
            check_about(kind, feature)


@given(st.sampled_from(sorted(DECLARED)), st.booleans())
def test_l_n33_l_m20_a_yearly_duty_is_of_houses_that_say_so(name: str, holds: bool) -> None:
    said = [Declared(name, holds, "why", "ada", NOW)]
    if not holds:
        assert yearly(said, {}, NOW) == []
        return
    (first,) = yearly(said, {}, NOW)
    assert (first.kind, first.due_at, first.late) == (DECLARED[name], NOW + GRACE, False)
    last = {first.kind: NOW + GRACE}
    (next_one,) = yearly(said, last, NOW + GRACE + YEARLY)
    assert (next_one.due_at, next_one.late) == (NOW + GRACE + YEARLY, True)
    assert yearly([], last, NOW) == []
