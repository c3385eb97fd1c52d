"""How long registration was shut."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from teahouse.notices.model.ledger import ledger

START = datetime(2021, 7, 27, tzinfo=UTC)


def entry(change: str, minute: int, policy: str, **notice: Any) -> dict[str, Any]:
    at = (START + timedelta(minutes=minute)).isoformat()
    scope = {"region": "*", "account_class": "*", "door": "*"}
    told = {"id": policy, "state": "suspended", "scope": scope, "since": START.isoformat()}
    return {"change": change, "at": at, "notice": told | notice}


def test_overlaps_count_once_and_an_open_end_counts_until_now() -> None:
    entries = [
        {"change": "key", "at": START.isoformat(), "notice": None},
        entry("set", 0, "a"),
        entry("set", 5, "b"),
        entry("slipped", 6, "b"),
        entry("ended", 10, "a"),
        entry("set", 12, "paced", state="paced"),
        entry("set", 20, "phone", scope={"region": "*", "account_class": "*", "door": "phone"}),
    ]
    found = ledger(entries, START + timedelta(minutes=30))
    rows = {row.door: (row.times, row.minutes, row.shut_now) for row in found.scopes}
    assert rows == {"*": (2, 30, True), "phone": (1, 10, True)}
    doors = {row.door: row.minutes for row in found.doors}
    assert doors["email"] == doors["phone"] == 30
    assert doors.get("restore", 0) == 0
    over = ledger([*entries, entry("resumed", 25, "b"), entry("expired", 26, "phone")],
                  START + timedelta(minutes=99))  # fmt: skip
    doors = {row.door: (row.minutes, row.shut_now) for row in over.doors}
    assert (doors["email"], doors["phone"]) == ((25, False), (26, False))


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=8))
def test_a_door_is_never_shut_longer_than_all_its_times(times: list[tuple[int, int]]) -> None:
    entries = [
        one
        for nth, (begin, length) in enumerate(times)
        for one in (
            entry("set", begin, f"p{nth}"),
            entry("ended", begin + length, f"p{nth}"),
        )
    ]
    found = ledger(entries, START + timedelta(days=9))
    shut = {minute for begin, length in times for minute in range(begin, begin + length)}
    assert {row.minutes for row in found.doors if row.door == "email"} == {len(shut)}


def test_what_never_began_shut_nothing() -> None:
    later = (START + timedelta(minutes=60)).isoformat()
    entries = [entry("set", 0, "a", since=later), entry("ended", 10, "a", since=later)]
    assert ledger(entries, START + timedelta(minutes=99)).scopes == ()
