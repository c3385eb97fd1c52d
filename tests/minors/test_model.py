"""Bands of ages: exact on the day, never older than anybody told; profiles that leave nothing out."""

from datetime import UTC, date, datetime, timedelta
from importlib import resources

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.minors.model.ages import (
    Age,
    BadAge,
    Source,
    Token,
    Told,
    age_of,
    birthday,
    born_after,
    token_at,
    token_of,
    token_told,
)
from teahouse.minors.model.profile import (
    UNKNOWN,
    Answer,
    Capability,
    Profile,
    Rule,
    Why,
    read_profile,
    verdict,
)

NODES = (3, 8, 12, 14, 16, 18)
PROFILES = ("cn-mainland", "eu", "intl")
AT = datetime(2026, 11, 21, tzinfo=UTC)
days = st.dates(date(1950, 1, 1), date(2060, 12, 31))
tokens = st.builds(Token, st.sampled_from((0, *NODES)), st.none() | days)


def profile(name: str) -> Profile:
    return read_profile((resources.files("teahouse.minors") / f"profiles/{name}.json").read_bytes())


def years(born: date, today: date) -> int:
    """Count full years the slow way."""
    count = 0
    while birthday(born, count + 1) <= today:
        count += 1
    return count


def told(token: Token, source: Source = Source.DOCUMENT, minutes: int = 0) -> Told:
    return Told(source, token, AT + timedelta(minutes=minutes))


@given(days, st.integers(0, 40_000), st.integers(0, 40_000))
def test_a_token_says_what_the_day_of_birth_would_have(born: date, first: int, later: int) -> None:
    first_day = born + timedelta(days=first % 30_000)
    later_day = first_day + timedelta(days=later % 10_000)
    token = token_of(born, first_day, NODES)
    moved = token_at(token, later_day, NODES)
    reached = max((n for n in NODES if n <= years(born, later_day)), default=0)
    if (born.month, born.day) != (2, 29):
        assert moved.at_least == reached
    else:  # whose birthday is not in every year may be held a day younger
        assert moved.at_least <= reached
    assert (moved.turns_on is None) == (moved.at_least == 18), "of a grown-up no day is kept"


@given(days, st.integers(0, 30_000))
def test_a_band_that_is_told_is_the_one_that_the_day_of_birth_would_have_given(
    born: date, age_days: int
) -> None:
    today = born + timedelta(days=age_days)
    token = token_of(born, today, NODES)
    assert token_told(token, today, NODES) == token
    assert token_told(Token(years(born, today)), today, NODES) == Token(token.at_least)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (Token(17), Token(16)),
        (Token(15, date(2027, 1, 1)), Token(14)),
        (Token(21, date(2027, 1, 1)), Token(18)),
        (Token(16, date(2028, 11, 21)), Token(16, date(2028, 11, 21))),
        (Token(16, date(2026, 11, 21)), None),
        (Token(16, date(2028, 11, 22)), None),
        (Token(-1), None),
        (Token(131), None),
    ],
)
def test_a_band_that_is_told_is_ours_or_refused(told: Token, kept: Token | None) -> None:
    if kept is None:
        with pytest.raises(BadAge):
            token_told(told, AT.date(), NODES)
    else:
        assert token_told(told, AT.date(), NODES) == kept


def test_r_061_fifteen_years_and_364_days_is_not_sixteen() -> None:
    token = token_of(date(2010, 11, 22), date(2026, 11, 21), NODES)
    assert token == Token(14, date(2026, 11, 22))
    assert token_at(token, date(2026, 11, 21), NODES).at_least == 14
    assert token_at(token, date(2026, 11, 22), NODES) == Token(16, date(2028, 11, 22))


@pytest.mark.parametrize(
    ("born", "turned"),
    [(date(2008, 2, 29), date(2026, 3, 1)), (date(2008, 3, 1), date(2026, 3, 1))],
)
def test_a_birthday_that_is_not_in_every_year(born: date, turned: date) -> None:
    assert birthday(born, 18) == turned


@given(st.lists(st.tuples(tokens, st.sampled_from(Source), st.integers(0, 9)), max_size=6), days)
def test_nobody_is_older_than_anybody_told_until_it_is_settled(
    given_: list[tuple[Token, Source, int]], today: date
) -> None:
    all_told = [told(token, source, minutes) for token, source, minutes in given_]
    age = age_of(all_told, today, NODES)
    if not all_told:
        assert age == Age()
        return
    bands = [token_at(one.token, today, NODES).at_least for one in all_told]
    assert age.at_least in bands
    if not any(one.source is Source.OPERATOR for one in all_told):
        assert age.at_least == min(bands)
        assert age.conflicting == (len(set(bands)) > 1)


def test_an_operator_settles_what_was_told_before_and_not_after() -> None:
    young, grown = Token(12, date(2027, 5, 1)), Token(18)
    before = [told(young, Source.GUARDIAN, 0), told(grown, Source.OPERATOR, 1)]
    assert age_of(before, AT.date(), NODES).at_least == 18
    after = [*before, told(young, Source.DOCUMENT, 2)]
    age = age_of(after, AT.date(), NODES)
    assert (age.at_least, age.conflicting) == (12, True)


def test_a_month_counts_as_the_first_of_the_next() -> None:
    assert born_after("2026-11", AT.date()) == AT.date(), "not later than today"
    assert born_after("2010-12", AT.date()) == date(2011, 1, 1)
    for wrong in ("2026-12", "2010-13", "2010", ""):
        with pytest.raises(BadAge):
            born_after(wrong, AT.date())


@pytest.mark.parametrize("born", [date(2026, 11, 22), date(1870, 1, 1)])
def test_a_day_that_cannot_be_meant(born: date) -> None:
    with pytest.raises(BadAge):
        token_of(born, AT.date(), NODES)


@pytest.mark.parametrize("name", PROFILES)
def test_r_061_every_profile_lets_nobody_of_unknown_age_go_live(name: str) -> None:
    read = profile(name)
    for capability in (Capability.LIVE, Capability.VIDEO):
        rule = read.rule(capability, AT.date())
        assert {rule.answers[band] for band in (UNKNOWN, "0", "3", "8", "12", "14")} == {Answer.NO}
        assert (rule.answers["16"], rule.answers["18"]) == (Answer.GUARDIAN, Answer.YES)


@pytest.mark.parametrize("name", PROFILES)
def test_l_t22_no_minor_tips_in_any_profile(name: str) -> None:
    rule = profile(name).rule(Capability.TIP, AT.date())
    assert {rule.answers[str(band)] for band in (0, *NODES[:-1])} == {Answer.NO}


@pytest.mark.parametrize("name", PROFILES)
def test_l_m24_no_minor_is_advertised_to_by_what_they_do(name: str) -> None:
    rule = profile(name).rule(Capability.ADVERTISED, AT.date())
    assert {rule.answers[str(band)] for band in (0, *NODES[:-1])} == {Answer.NO}


def test_a_profile_that_leaves_something_out_is_not_read() -> None:
    text = (resources.files("teahouse.minors") / "profiles/intl.json").read_bytes()
    for wrong in (text.replace(b'"16": ', b'"15": '), text.replace(b'"tip.give"', b'"pay"')):
        with pytest.raises(AssertionError):
            read_profile(wrong)


def test_a_rule_holds_from_its_day_on() -> None:
    text = (resources.files("teahouse.minors") / "profiles/cn-mainland.json").read_bytes()
    read = read_profile(text)
    new = read.rule(Capability.TIP, date(2022, 5, 7))
    anybody = dict.fromkeys(new.answers, Answer.YES)
    old = Rule(Capability.TIP, date(2020, 1, 1), anybody)
    both = msgspec.structs.replace(read, rules=(*read.rules, old))
    assert both.rule(Capability.TIP, date(2022, 5, 6)) is old
    assert both.rule(Capability.TIP, date(2022, 5, 7)) == new
    assert both.rule(Capability.TIP, date(1999, 1, 1)) is old, "the first, before any"


@given(
    st.none() | st.sampled_from((0, *NODES)),
    st.sampled_from(Capability),
    st.none() | st.booleans(),
    st.sampled_from(PROFILES),
)
def test_r_061_every_question_has_one_answer(
    at_least: int | None, capability: Capability, word: bool | None, name: str
) -> None:
    read, day = profile(name), AT.date()
    age = Age(at_least)
    words = {} if word is None else {capability: word}
    found = verdict(read, age, words, capability, day)
    answer = read.rule(capability, day).answers[UNKNOWN if at_least is None else str(at_least)]
    assert found.allowed == (found.why is None)
    if answer is Answer.NO:
        assert not found.allowed, "no guardian allows what the rule forbids"
    if age.minor and word is False:
        assert not found.allowed
    if not age.minor:
        assert found.why in (None, Why.UNKNOWN_AGE), "a grown-up has no guardian to ask"
