"""The rules of incidents: the law that comes with the software, the tables, and what holds of any facts."""

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.gate.model.policies import REGIONS
from teahouse.incidents.model.clocks import (
    Clock,
    ClocksOpen,
    check_none_open,
    next_due,
    settled,
)
from teahouse.incidents.model.drafts import KIND_NAMES, TITLES
from teahouse.incidents.model.flaws import FLAW_PROCEDURE, BadFlawStep, FlawAct, next_flaw_state
from teahouse.incidents.model.incident import (
    Incident,
    IncidentFacts,
    IncidentLinks,
    assessed_level,
    graded,
)
from teahouse.incidents.model.law import (
    KINDS,
    MARKS,
    MEASURES,
    PARTS,
    BadIncidentLaw,
    Law,
    read_laws,
)
from teahouse.incidents.model.procedure import (
    PROCEDURE,
    Act,
    BadIncidentStep,
    State,
    next_state,
)

TEXT = (resources.files("teahouse.incidents") / "law.json").read_bytes()
BOOK = read_laws(TEXT, REGIONS)
CN, EU, INTL = BOOK.of("cn-mainland"), BOOK.of("eu"), BOOK.of("intl")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NUMBERS = (0, 1, 999, 10_000, 1_000_000, 10_000_000, 100_000_000, 10**10)


def incident(law: Law, facts: IncidentFacts, **more: Any) -> Incident:
    usual: dict[str, Any] = {
        "incident_id": "1", "title": "A test", "profile": law.profile, "level": graded(law, facts),
        "state": State.NOTICED, "facts": facts, "links": IncidentLinks(), "noticed_at": NOON,
        "starts_at": NOON, "opened_by": "ada", "opened_at": NOON, "held_by": "ada",
        "contained_at": None, "closed_at": None, "lower_level": "", "lower_by": "",
        "lower_at": None, "moved_at": NOON,
    }  # fmt: skip
    return Incident(**usual | more)


def facts_of(kind: str = "leak", marks: Sequence[str] = (), **numbers: Any) -> IncidentFacts:
    return IncidentFacts(kind=kind, marks=tuple(marks), **numbers)


def due(law: Law, facts: IncidentFacts, **more: Any) -> dict[str, float | None]:
    """Return the hours until each clock that runs is due; ``None`` for at once."""
    found = settled(law, incident(law, facts, **more), [])
    return {
        one.clock_id: None if one.due_at is None else (one.due_at - NOON) / timedelta(hours=1)
        for one in found
    }


@pytest.mark.parametrize(
    ("numbers", "level"),
    [
        ({"people": 999_999}, "general"), ({"people": 1_000_000}, "larger"),
        ({"people": 10_000_000}, "serious"), ({"people": 100_000_000}, "especially_serious"),
        ({"loss_minor": 5_000_000 * 100}, "larger"), ({"views": 100_000}, "serious"),
        ({"shares": 100_000}, "especially_serious"), ({"outage_minutes": 10_000}, "general"),
    ],
)  # fmt: skip
def test_l_c25_levels_follow_the_guidelines(numbers: dict[str, Any], level: str) -> None:
    assert graded(CN, facts_of(**numbers)) == level


def test_l_c25_an_outage_counts_of_what_is_critical() -> None:
    levels = [
        graded(CN, facts_of("outage", ["critical"], outage_minutes=one))
        for one in (29, 30, 120, 360)
    ]
    assert levels == ["general", "larger", "serious", "especially_serious"]


def test_l_c25_clocks_of_the_mainland() -> None:
    assert due(CN, facts_of("attack")) == {}
    assert due(CN, facts_of("attack", views=10_000)) == {"cn.authority": 4.0}
    critical = facts_of("outage", ["critical"], outage_minutes=30)
    assert due(CN, critical) == {"cn.critical": 1.0}
    assert due(CN, critical, contained_at=NOON + timedelta(hours=2))["cn.summary"] == 722.0
    assert due(CN, facts_of("flaw", ["public_danger"])) == {"cn.flaw": 24.0}
    assert due(CN, facts_of("loss", people=5)) == {"cn.personal": None, "cn.people": None}
    assert due(CN, facts_of("loss", ["averted"], people=5)) == {"cn.personal": None}


def test_l_c25_clocks_of_the_union() -> None:
    assert due(EU, facts_of(people=1)) == {"eu.authority": 72.0}
    assert due(EU, facts_of(people=1, marks=["sensitive"])) == {
        "eu.authority": 72.0, "eu.people": None,
    }  # fmt: skip
    assert due(EU, facts_of(people=1, marks=["averted"])) == {}
    severe = incident(EU, facts_of("outage", ["essential", "severe"]))
    first = settled(EU, severe, [])
    assert [one.clock_id for one in first] == ["eu.warning", "eu.notification"]
    told = [msgspec.structs.replace(one, answered_at=NOON + timedelta(hours=10)) for one in first]
    final = settled(EU, severe, told)[-1]
    assert (final.clock_id, final.due_at) == ("eu.final", NOON + timedelta(hours=730))
    assert due(INTL, facts_of(people=1)) == {"intl.authority": 72.0, "intl.people": None}


def test_the_tables_are_total_and_nothing_is_told_unassessed() -> None:
    assert set(PROCEDURE) == set(State)
    assert set(FLAW_PROCEDURE) == set(type(next(iter(FLAW_PROCEDURE))))
    for state, act in itertools.product(State, Act):
        if act in PROCEDURE[state]:
            assert next_state(state, act) is PROCEDURE[state][act]
        else:
            with pytest.raises(BadIncidentStep):
                next_state(state, act)
    for state, act in itertools.product(FLAW_PROCEDURE, FlawAct):
        if act not in FLAW_PROCEDURE[state]:
            with pytest.raises(BadFlawStep):
                next_flaw_state(state, act)
    for state in (State.NOTICED, State.REOPENED):
        assert list(PROCEDURE[state]) == [Act.ASSESS]
    assert list(PROCEDURE[State.CLOSED]) == [Act.REOPEN]
    assert [one for one in State if Act.CLOSE in PROCEDURE[one]] == [
        State.CONTAINED, State.REPORTED, State.TOLD,
    ]  # fmt: skip


def test_all_that_is_named_has_words() -> None:
    assert set(TITLES) == set(PARTS)
    assert set(KIND_NAMES) == set(KINDS)
    for law in BOOK.laws:
        assert all(one.article and one.article_zh and one.zh and one.en for one in law.clocks)
        assert all(one.article and one.article_zh for one in law.grades)


@st.composite
def some_facts(draw: st.DrawFn) -> IncidentFacts:
    numbers = {name: draw(st.sampled_from(NUMBERS)) for name in MEASURES}
    marks = tuple(sorted(draw(st.sets(st.sampled_from(MARKS)))))
    return facts_of(draw(st.sampled_from(KINDS)), marks, **numbers)


@given(st.sampled_from(BOOK.laws), some_facts(), st.lists(some_facts(), max_size=4))
def test_l_c25_a_level_never_falls_and_a_clock_that_began_never_stops_by_facts_alone(
    law: Law, first: IncidentFacts, then: list[IncidentFacts]
) -> None:
    one = incident(law, first)
    clocks = settled(law, one, [])
    for facts in then:
        level = assessed_level(law, facts, one.level, "")
        assert law.rank(level) >= max(law.rank(one.level), law.rank(graded(law, facts)))
        one = msgspec.structs.replace(one, facts=facts, level=level)
        after = settled(law, one, clocks)
        kept = {each.clock_id: each for each in after}
        for before in clocks:
            assert kept[before.clock_id] == before
        clocks = after


@given(st.sampled_from(BOOK.laws), some_facts(), st.data())
def test_l_c25_nothing_is_closed_while_somebody_is_to_be_told(
    law: Law, facts: IncidentFacts, data: st.DataObject
) -> None:
    one = incident(law, facts, contained_at=NOON)
    clocks = settled(law, one, [])
    answered = [
        msgspec.structs.replace(each, answered_at=NOON) if data.draw(st.booleans()) else each
        for each in clocks
    ]
    clocks = settled(law, one, answered)  # the answer of one may begin another
    waiting = [each for each in clocks if each.open]
    if waiting:
        with pytest.raises(ClocksOpen):
            check_none_open(clocks)
        first = next_due(clocks)
        assert first is not None
        assert first.due_at is None or all(each.due_at is not None for each in waiting)
    else:
        check_none_open(clocks)
        assert next_due(clocks) is None


def test_two_persons_release_a_clock_and_never_one_that_was_answered() -> None:
    one = incident(CN, facts_of(people=1_000_000))
    clocks = settled(CN, one, [])
    told = [
        msgspec.structs.replace(each, answered_at=NOON) if each.clock_id == "cn.people" else each
        for each in clocks
    ]
    less = msgspec.structs.replace(one, facts=facts_of("other"), level="general")
    assert all(each.applies for each in settled(CN, less, told))
    released = {each.clock_id: each.applies for each in settled(CN, less, told, release=True)}
    assert released == {"cn.authority": False, "cn.personal": False, "cn.people": True}
    again = settled(CN, one, settled(CN, less, told, release=True))
    assert all(each.applies for each in again), "what applies again runs again"


def changed(**more: Any) -> bytes:
    book = json.loads(TEXT)
    book["laws"][0] |= more
    return json.dumps(book).encode()


CLOCK: dict[str, Any] = json.loads(TEXT)["laws"][0]["clocks"][0]


@pytest.mark.parametrize(
    "text",
    [
        b"[]", b'{"version": "1", "laws": []}', changed(levels=[]), changed(profile="moon"),
        changed(clocks=[CLOCK, CLOCK]), changed(clocks=[CLOCK | {"after": "later"}]),
        changed(clocks=[CLOCK | {"needs": ["moon"]}]), changed(clocks=[CLOCK | {"says": []}]),
        changed(clocks=[CLOCK | {"says": ["moon"]}]), changed(clocks=[CLOCK | {"hours": 0}]),
        changed(clocks=[CLOCK | {"whom": "nobody"}]), changed(clocks=[CLOCK | {"kinds": ["moon"]}]),
        changed(grades=[{"level": "moon", "article": "1", "article_zh": "1"}]),
        changed(grades=[{"level": "larger", "article": "1", "article_zh": "1", "least": 3}]),
    ],
)  # fmt: skip
def test_a_law_that_makes_no_sense_is_refused(text: bytes) -> None:
    with pytest.raises(BadIncidentLaw):
        read_laws(text, REGIONS)


def test_what_ran_out_is_overdue_and_at_once_never_is() -> None:
    clock = Clock(clock_id="x", whom="people", due_at=NOON, applies=True)
    assert not clock.overdue(NOON)
    assert clock.overdue(NOON + timedelta(seconds=1))
    assert not msgspec.structs.replace(clock, answered_at=NOON).overdue(NOON + timedelta(days=9))
    assert not msgspec.structs.replace(clock, due_at=None).overdue(NOON + timedelta(days=9))
