"""Whatever is said, the strictest counts, and nobody sees more for a guardian's word."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.app.ways import profile_of
from teahouse.config import PROFILES
from teahouse.minors.model.ages import Age
from teahouse.minors.model.profile import LabelRule
from teahouse.ratings.model import (
    BadCeiling,
    Barrier,
    Rating,
    barrier,
    check_ceiling,
    effective,
    rating_of,
    reach,
)

RULES = {name: profile_of(name).content for name in PROFILES}
LABELS = (0, 8, 12, 16, 18)
rules = st.sampled_from(list(RULES.values()))
years = st.sampled_from(LABELS)
ratings = st.builds(Rating, years, st.booleans())
bands = st.sampled_from([None, 0, 3, 8, 12, 14, 16, 18])
ages = st.builds(lambda at_least: Age(at_least, date(2030, 1, 1)), bands)


@given(rules, st.lists(ratings, max_size=3), ratings)
def test_l_m24_no_word_makes_a_label_milder(
    rule: LabelRule, words: list[Rating], more: Rating
) -> None:
    before, after = effective(words, rule), effective([*words, more], rule)
    assert after.borderline >= (before.borderline if words else False)
    assert after.years >= more.years
    if words:
        assert after.years >= before.years


@given(rules, ages, st.lists(years, max_size=2), ratings)
def test_l_m24_a_ceiling_only_takes_away(
    rule: LabelRule, age: Age, ceilings: list[int], rating: Rating
) -> None:
    without = barrier(reach(rule, age, ()), rating)
    with_it = barrier(reach(rule, age, ceilings), rating)
    if without is not None:
        assert with_it is not None, "a guardian opens nothing"
    if not age.minor:
        assert with_it == without, "nobody sets a ceiling for a grown-up"
    elif ceilings and rating.years > min(ceilings):
        assert with_it is not None


@given(rules, ages, ratings)
def test_a_whole_reach_meets_no_barrier(rule: LabelRule, age: Age, rating: Rating) -> None:
    found = reach(rule, age, ())
    if found.whole:
        assert barrier(found, rating) is None
    else:
        worst = Rating(rule.labels[-1], borderline=True)
        assert barrier(found, worst) is not None, "something keeps them from something"


@pytest.mark.parametrize(
    ("at_least", "rating", "why"),
    [
        (12, Rating(12), None),
        (12, Rating(16), Barrier.AGE),
        (14, Rating(16), Barrier.AGE),
        (16, Rating(0, borderline=True), Barrier.BORDERLINE),
        (18, Rating(18, borderline=True), None),
        (None, Rating(16), None),
        (None, Rating(18), Barrier.UNKNOWN_AGE),
    ],
)
def test_the_bands_of_the_mainland(
    at_least: int | None, rating: Rating, why: Barrier | None
) -> None:
    assert barrier(reach(RULES["cn-mainland"], Age(at_least), ()), rating) is why


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_says_what_labels_there_are_and_why(name: str) -> None:
    rule = RULES[name]
    assert rule.labels == LABELS
    assert rule.articles
    assert rule.borderline == 18, "no minor is shown what may harm them"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"years": 16}, Rating(16)),
        ({"years": 13, "borderline": True}, Rating(16, borderline=True)),
        ({"years": 99}, Rating(18)),
        ({"years": -4}, Rating(0)),
        ({"years": True}, None),
        ({"years": "18"}, None),
        ({"borderline": True}, Rating(0, borderline=True)),
        ({"borderline": 1}, None),
        ({}, None),
    ],
)
def test_what_a_rooms_state_means(content: dict[str, Any], said: Rating | None) -> None:
    assert rating_of(content, LABELS) == said


def test_a_ceiling_is_a_label_that_the_age_allows() -> None:
    rule = RULES["cn-mainland"]
    check_ceiling(8, Age(14), rule)
    for wrong in (16, 9, -1):
        with pytest.raises(BadCeiling):
            check_ceiling(wrong, Age(14), rule)
