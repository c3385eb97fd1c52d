"""The rules of transfers by themselves: the table, what may cross, and what so many people ask for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.transfers.model import (
    HOME,
    PROCEDURE,
    BadTransfer,
    BadTransferStep,
    Mechanism,
    Transfer,
    TransferAct,
    TransferBody,
    TransferState,
    asked,
    check_transfer,
    crosses,
    crossings,
    holds,
    lacks,
    next_state,
    strength,
    whole_until,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TODAY = NOW.date()
PURPOSES = ("accounts.phone", "accounts.code", "accounts.email")
BODY = TransferBody(
    transfer_id="to-sg",
    recipient="sms-one",
    country="SG",
    mechanism=Mechanism.CONTRACT,
    reference="Standard contract, filed as 2026-9",
    until=TODAY + timedelta(days=300),
    purposes=("accounts.phone",),
)


@st.composite
def transfers(draw: st.DrawFn) -> Transfer:
    """Draw a transfer, and where it stands."""
    body = msgspec.structs.replace(
        BODY,
        recipient=draw(st.sampled_from(("sms-one", "sms-two"))),
        country=draw(st.sampled_from(("SG", "US"))),
        until=TODAY + timedelta(days=draw(st.integers(-2, 2))),
        purposes=tuple(draw(st.sets(st.sampled_from(PURPOSES), min_size=1))),
    )
    return Transfer(
        body=body,
        state=draw(st.sampled_from(TransferState)),
        proposed_by="a",
        proposed_at=NOW,
        agreed_by=None,
        agreed_at=None,
        ended_at=None,
        end_reason="",
    )


def test_the_table_is_total() -> None:
    for state in TransferState:
        for act in TransferAct:
            if act in PROCEDURE[state]:
                assert next_state(state, act) is PROCEDURE[state][act]
            else:
                with pytest.raises(BadTransferStep):
                    next_state(state, act)
    into_force = [s for s, acts in PROCEDURE.items() if TransferState.IN_FORCE in acts.values()]
    assert into_force == [TransferState.PROPOSED]


@given(
    st.lists(transfers(), max_size=5),
    st.sampled_from(tuple(HOME)),
    st.sampled_from(("CN", "DE", "SG")),
    st.sets(st.sampled_from(PURPOSES), min_size=1),
)
def test_l_38_nothing_crosses_a_border_without_a_transfer_that_holds_for_all_of_it(
    known: list[Transfer], profile: str, country: str, purposes: set[str]
) -> None:
    found = lacks(known, profile, ("sms-one", country), purposes, TODAY)
    if not crosses(profile, country):
        assert not found
        return
    mine = [
        one
        for one in known
        if holds(one, TODAY) and (one.body.recipient, one.body.country) == ("sms-one", country)
    ]
    assert found == any(
        all(purpose not in one.body.purposes for one in mine) for purpose in purposes
    )


@given(
    st.lists(transfers(), max_size=5),
    st.sampled_from(("CN", "SG", "US")),
    st.sets(st.sampled_from(PURPOSES), min_size=1),
    st.integers(0, 4),
)
def test_l_38_everything_may_go_until_the_first_day_on_which_something_lacks_a_transfer(
    known: list[Transfer], country: str, purposes: set[str], days: int
) -> None:
    to, day = ("sms-one", country), TODAY + timedelta(days=days)
    until = whole_until(known, "cn-mainland", to, purposes, TODAY)
    assert lacks(known, "cn-mainland", to, purposes, day) is (until is None or day > until)


def test_l_38_what_is_abroad_comes_from_the_profile() -> None:
    assert crosses("cn-mainland", "SG")
    assert not crosses("cn-mainland", "CN")
    assert crosses("eu", "CN")
    assert not crosses("eu", "IS")
    assert not crosses("intl", "US"), "nobody has said where such a house is at home"


@pytest.mark.parametrize(
    ("people", "sensitive", "asks"),
    [
        (0, 0, "exempt"), (99_999, 0, "exempt"), (100_000, 0, "contract"), (1, 1, "contract"),
        (999_999, 0, "contract"), (1_000_000, 0, "assessment"), (10_000, 9_999, "contract"),
        (10_000, 10_000, "assessment"),
    ],
)  # fmt: skip
def test_l_38_what_so_many_people_ask_for(people: int, sensitive: int, asks: str) -> None:
    assert asked("cn-mainland", people, sensitive).value == asks
    assert asked("eu", people, sensitive) is Mechanism.EXEMPT


@given(st.integers(0, 2_000_000), st.integers(0, 20_000), st.integers(0, 1_000_000))
def test_l_38_more_people_never_ask_for_less(people: int, sensitive: int, more: int) -> None:
    less = strength(asked("cn-mainland", people, sensitive))
    assert strength(asked("cn-mainland", people + more, sensitive)) >= less
    assert strength(asked("cn-mainland", people, sensitive + more)) >= less


def test_l_38_limits_are_told_at_four_fifths() -> None:
    assert crossings("cn-mainland", 2026, 79_999, 0) == []
    (near,) = crossings("cn-mainland", 2026, 80_000, 0)
    assert (near.limit_id, near.level) == ("people.contract", "near")
    found = {(one.limit_id, one.level) for one in crossings("cn-mainland", 2026, 800_000, 8_000)}
    assert found == {
        ("people.contract", "reached"), ("people.assessment", "near"),
        ("sensitive.contract", "reached"), ("sensitive.assessment", "near"),
    }  # fmt: skip
    assert crossings("eu", 2026, 10**7, 10**6) == []


@pytest.mark.parametrize(
    "more",
    [
        {"transfer_id": "To SG"}, {"recipient": ""}, {"country": "Singapore"}, {"reference": " "},
        {"until": TODAY - timedelta(days=1)}, {"until": TODAY + timedelta(days=4000)},
        {"purposes": ()}, {"purposes": ("accounts.shoe",)},
    ],
)  # fmt: skip
def test_what_says_too_little_is_refused(more: dict[str, Any]) -> None:
    check_transfer(BODY, PURPOSES, TODAY)
    with pytest.raises(BadTransfer):
        check_transfer(msgspec.structs.replace(BODY, **more), PURPOSES, TODAY)
