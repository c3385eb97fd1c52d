"""How wide a breach is taken, and what its notices must say."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.breaches.model import (
    BadScope,
    BadText,
    Case,
    Profile,
    Scope,
    State,
    Told,
    bits_of,
    check_scope,
    check_words,
    lacking,
    notice,
    tables_of,
)
from teahouse.gate.model.policies import Both

NOW = datetime(2021, 7, 27, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
TABLES = ("accounts_identifiers", "profiles_profiles", "realnames_proofs")
SAID = Both("说明", "said")
WHOLE = Told(SAID, SAID, SAID, SAID, SAID, SAID)


def case(**more: object) -> Case:
    empty = dict.fromkeys(
        ("counted_at", "authority_told_at", "published_at", "closed_at", "contacts_first",
         "contacts_asked_at", "contacts_second", "contacts_until")
    )  # fmt: skip
    told: dict[str, object] = {
        "case_id": "c", "title": "t", "profile": Profile.EU, "scope": Scope(NOW - HOUR, NOW),
        "told": WHOLE, "state": State.COUNTED, "known_at": NOW, "opened_by": "a",
        "opened_at": NOW, "place": "", "rows_count": 30, "unnamed_count": 0, "erased_count": 2,
        "spared_why": "",
    }  # fmt: skip
    return msgspec.convert(empty | told | more, Case)


@given(st.sets(st.sampled_from(TABLES)))
def test_tables_as_bits_come_back(tables: set[str]) -> None:
    assert set(tables_of(bits_of(tables, TABLES), TABLES)) == tables


def test_a_scope_names_what_there_is() -> None:
    def scope(**more: object) -> Scope:
        return msgspec.convert({"began_at": NOW - HOUR, "ended_at": NOW} | more, Scope)

    assert check_scope(scope(), TABLES, NOW) == TABLES
    assert check_scope(scope(tables=TABLES[:1]), TABLES, NOW) == TABLES[:1]
    for bad in (
        scope(tables=("rooms_rooms",)),
        scope(began_at=NOW + HOUR, ended_at=NOW + 2 * HOUR),
        scope(ended_at=NOW - 2 * HOUR),
        scope(purpose="kek"),
        scope(purpose="kek", version=1, dek_id="x"),
    ):
        with pytest.raises(BadScope):
            check_scope(bad, TABLES, NOW)
    check_words("A leak", WHOLE)
    for title, told in ((" ", WHOLE), ("x" * 201, WHOLE), ("x", Told(kinds=Both("x" * 4001)))):
        with pytest.raises(BadText):
            check_words(title, told)


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("whom", ["people", "authority"])
def test_a_notice_lacks_nothing_its_law_wants(profile: Profile, whom: str) -> None:
    assert lacking(case(profile=profile), whom, NOW) == []
    for name in ("kinds", "cause", "harm", "measures", "self_help", "contact"):
        for half in (Both("说明", " "), Both("", "said")):
            told = msgspec.structs.replace(WHOLE, **{name: half})
            assert lacking(case(profile=profile, told=told), whom, NOW) == [name]


def test_the_authority_is_told_how_many_and_why_it_is_late() -> None:
    late = NOW + timedelta(hours=72, minutes=1)
    assert lacking(case(), "authority", NOW + timedelta(hours=72)) == []
    assert lacking(case(), "authority", late) == ["late_why"]
    assert lacking(case(), "people", late) == []
    assert lacking(case(authority_told_at=NOW), "authority", late) == []
    assert lacking(case(profile=Profile.CN), "authority", late) == []
    assert case(profile=Profile.CN).due_at == NOW
    said = {one.name: one.said.en for one in notice(case(), "authority", 10, NOW)}
    assert said["count"].startswith("about 12 (30 records); 2 of them")
    assert "count" not in {one.name for one in notice(case(), "people", 10, NOW)}
