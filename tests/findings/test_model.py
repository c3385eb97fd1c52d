"""The ladder, walked at random; and what a shut-down stands on."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.findings.model import finding as rules
from teahouse.findings.model.exposure import exposure
from teahouse.findings.model.finding import (
    BadFindings,
    Entry,
    Finding,
    LadderFirst,
    NeverShuts,
    Ruling,
    RulingNeeded,
)
from teahouse.findings.model.procedure import (
    DONE,
    LADDER,
    OF_THE_HOUSE,
    PROCEDURE,
    Act,
    BadFindingStep,
    Place,
    Programme,
    Rung,
    State,
    may_follow,
    may_shut,
    next_place,
    proposed,
    public_status,
)
from teahouse.findings.model.reading import read
from tests.findings.lists import AUTHORITY, CLAUSES, COUNT, as_csv, clauses_of, row

NOW = datetime(2021, 7, 27, tzinfo=UTC)
BEGUN = Place(State.OPEN, Rung.RECTIFY)
EVERY = {
    "B5": rules.Clause("B5", "privacy", "", ""), "S1": rules.Clause("S1", "security", "", ""),
    "B9": rules.Clause("B9", "privacy", "", ""),
}  # fmt: skip


def finding(programme: Programme, place: Place) -> Finding:
    entry = Entry(
        authority="a", number="1", programme=programme, clauses=("B5",), severity="high",
        kind="program", target="wx1", name="", version="", store="", operator_name="", facts="",
        found_at=NOW, due_at=NOW,
    )  # fmt: skip
    return Finding(
        finding_id="f", entry=entry, state=place.state, rung=place.rung, ruling_id=None,
        regressions=0, evidence_by="", asked_by="", asked_at=None, published_at=None,
        imported_by="", moved_at=NOW,
    )  # fmt: skip


def ruling(programme: Programme, shuts_down: bool = True) -> Ruling:
    return Ruling("r", programme, "a", "7", date(2021, 7, 1), shuts_down, "", "", NOW)


def test_r_090_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(State)
    assert {act for acts in PROCEDURE.values() for act in acts} == set(Act)
    for state, rung in product(State, Rung):
        assert public_status(Place(state, rung))
        for act in Act:
            try:
                after = next_place(Place(state, rung), act)
            except BadFindingStep:
                continue
            assert (after.state in DONE) <= (after.rung is Rung.RECTIFY)


@given(st.lists(st.sampled_from(Act), max_size=60))
def test_r_097_no_rung_is_left_out_and_nothing_mended_is_held(acts: list[Act]) -> None:
    place, order = BEGUN, list(Rung)
    for act in acts:
        try:
            after = next_place(place, act)
        except BadFindingStep:
            continue
        assert (after.state is State.SHUT) == (after.rung is Rung.SHUT_DOWN)
        if order.index(after.rung) > order.index(place.rung):
            assert act in LADDER, "nothing but an act of the ladder goes up"
            assert act is Act.SHUT_DOWN or (
                order.index(after.rung) == order.index(place.rung) + 1
                and place.state is State.UNMENDED
            )
        if after.state is State.CLOSED:
            assert act is Act.PASS
            assert place.state in (State.TESTING, State.RECHECKING)
        place = after


@given(st.sampled_from(Programme), st.sampled_from(State), st.sampled_from(Rung),
       st.sampled_from([None, *Programme]), st.booleans())  # fmt: skip
def test_r_096_r_103_nothing_is_shut_down_without_a_ruling_of_its_programme(
    programme: Programme, state: State, rung: Rung, ruled: Programme | None, shuts: bool
) -> None:
    place = Place(state, rung)
    said = None if ruled is None else ruling(ruled, shuts)
    try:
        rules.check_shut(finding(programme, place), said)
    except NeverShuts:
        assert programme is Programme.SECURITY
    except RulingNeeded:
        assert said is None or not shuts or ruled is not programme
    except LadderFirst:
        assert not may_shut(place, programme)
    else:
        assert programme is not Programme.SECURITY
        assert ruled is programme
        assert shuts
        assert Act.SHUT_DOWN in may_follow(place, programme) or place.rung is Rung.SHUT_DOWN


def test_r_103_a_security_finding_is_never_offered_a_shut_down() -> None:
    for state, rung in product(State, Rung):
        assert Act.SHUT_DOWN not in may_follow(Place(state, rung), Programme.SECURITY)
        assert not set(may_follow(Place(state, rung), Programme.PRIVACY)) & set(OF_THE_HOUSE)


def test_r_090_a_missed_deadline_proposes_both_rungs_and_does_nothing() -> None:
    late = next_place(BEGUN, Act.LAPSE)
    assert late == Place(State.UNMENDED, Rung.RECTIFY)
    assert proposed(late) == [Act.DELIST, Act.SEARCH_BAN]
    assert proposed(next_place(late, Act.DELIST)) == [Act.SEARCH_BAN]
    assert proposed(BEGUN) == []


def test_r_098_fifty_million_or_a_twentieth() -> None:
    yuan = 100
    small, large = exposure(10**9 * yuan - yuan), exposure(10**10 * yuan)
    assert small.house_max_minor == 50_000_000 * yuan
    assert large.house_max_minor == 500_000_000 * yuan
    assert (large.person_min_minor, large.person_max_minor) == (10**5 * yuan, 10**6 * yuan)


def test_r_090_the_proportions_of_the_list() -> None:
    rows = [clauses_of(nth) for nth in range(COUNT)]
    assert all(rows), "nobody is on the list for nothing"
    for clause, count in CLAUSES.items():
        assert sum(clause in one for one in rows) == count


def test_a_list_is_read_and_what_is_wrong_is_told_by_row() -> None:
    rows = [
        row(0, clauses="B5"), row(1, clauses="B99"), row(2, clauses="S1"), row(3, clauses=""),
        row(4, clauses="B5", deadline="soon"), row(5, clauses="B5", deadline="2021-08-01T00:00:00"),
        row(6, clauses="B5", kind="boat"), row(7, clauses="b5, B9 b5"),
    ]  # fmt: skip
    found = read("csv", as_csv(rows), AUTHORITY, NOW, EVERY)
    assert [one.clauses for one in found.entries] == [("B5",), ("B5", "B9")]
    assert found.entries[0].due_at == datetime(2021, 8, 2, tzinfo=UTC)
    assert [one.row for one in found.wrong] == [2, 3, 4, 5, 6, 7]
    many = read(
        "csv", as_csv([row(nth, clauses="B99") for nth in range(150)]), AUTHORITY, NOW, EVERY
    )
    assert (many.left_out, len(many.wrong)) == (150, 100)
    assert "security" in found.wrong[1].why
    assert "time zone" in found.wrong[4].why


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("csv", ""), ("csv", "number\n1"), ("csv", "number,number\n1,2"), ("json", "{}"),
        ("json", "[]"), ("json", "[" * 100_000), ("csv", "a" * 1_048_577), ("xml", "<a/>"),
        ("csv", as_csv([row(0)]) + "one cell\n"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(form: str, text: str) -> None:
    with pytest.raises(BadFindings):
        read(form, text, AUTHORITY, NOW, EVERY)
