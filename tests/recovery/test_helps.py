"""Operators let back in who has lost everything: two of them, a wait, and a link none of them sees."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.senders.words import plain_name
from teahouse.recovery.model import (
    HELP_LIFE,
    HELP_REST,
    HELPS_A_DAY,
    HelpOver,
    HelpState,
    HelpStopped,
    HelpUnderWay,
    SecondNeeded,
    TooManyHelps,
    check_help,
    check_second,
)
from teahouse.recovery.service.telling import facts_of
from tests.accounts.conftest import PASSWORD, House

DESK, MINE, BACK = "/api/v1/operator/recoveries", "/api/v1/account", "/api/v1/recovery"
ONE, TWO = "op-owner", "op-moderator"
OLD, NOW_AT = "ada@tea.example", "+447700900199"
DAY = timedelta(days=1)
EVIDENCE = "Seen at the desk: her card, and she named three rooms of hers."


async def ask(house: House, account_id: str, by: str = ONE, **more: Any) -> tuple[int, Any]:
    """Begin, as an operator."""
    body = {
        "account_id": account_id,
        "reason": "lost in a fire",
        "evidence": EVIDENCE,
        "contact_kind": "phone",
        "contact": NOW_AT,
        "password": PASSWORD,
    } | more
    return await house.call("POST", DESK, by, body)


async def decide(house: House, help_id: str, by: str = TWO, act: str = "agree") -> tuple[int, Any]:
    """Agree or decline, as an operator."""
    body = {"reason": "I called her school", "password": PASSWORD}
    return await house.call("POST", f"{DESK}/{help_id}/{act}", by, body)


async def listed(house: House) -> Any:
    """Return the newest, as operators see it."""
    return (await house.call("GET", DESK, ONE))[1]["recoveries"][0]


async def acts(house: House) -> list[str]:
    """Return what the audit log has, oldest first."""
    found = await house.desk.audit.page(act="recovery")
    return [entry.act.removeprefix("recovery.help_") for entry in reversed(found)]


async def agreed(house: House, account_id: str) -> str:
    """Go as far as the wait."""
    status, begun = await ask(house, account_id)
    assert status == 201, begun
    assert (await decide(house, begun["help_id"]))[0] == 200
    await house.runner.run_due()
    return begun["help_id"]


async def test_who_lost_everything_comes_back_after_a_wait(house: House) -> None:
    account, opened = await house.person("ada", email=OLD)
    assert (await ask(house, account.account_id, password="not it"))[0] == 403
    assert (await ask(house, account.account_id, "op-auditor"))[0] == 403
    assert (await ask(house, account.account_id, evidence=" "))[0] == 400
    status, begun = await ask(house, account.account_id)
    assert status == 201, begun
    assert (await ask(house, account.account_id, TWO))[1]["code"] == "recovery.help_under_way"
    status, said = await decide(house, begun["help_id"], by=ONE)
    assert (status, said["code"]) == (403, "recovery.second_needed")
    await house.runner.run_due()
    assert house.outbox.links(OLD) == []  # nobody is told before two have agreed
    assert (await decide(house, begun["help_id"]))[0] == 200
    assert (await decide(house, begun["help_id"]))[1]["code"] == "recovery.help_over"
    await house.runner.run_due()
    assert len(house.outbox.links(OLD)) == 1
    assert house.outbox.links(NOW_AT) == []
    shown = await listed(house)
    assert (shown["state"], shown["evidence"]) == ("waiting", EVIDENCE)
    assert NOW_AT not in str(shown)
    _, kept = await house.call("GET", f"{MINE}/security", opened.access_token)
    assert kept["return_ready_at"] == shown["ready_at"]
    house.clock.move(3 * DAY - timedelta(seconds=1))
    await house.runner.run_due()
    assert house.outbox.links(NOW_AT) == []
    house.clock.move(timedelta(seconds=1))
    await house.runner.run_due()
    (link,) = house.outbox.links(NOW_AT)
    token = link.rpartition("/")[2]
    assert token not in str(await listed(house))
    done = {"token": token, "password": "a new secret"}
    status, back = await house.call("POST", f"{BACK}/finish", json=done)
    assert (status, back["user_id"]) == (200, account.user_id)
    assert (await house.call("POST", f"{BACK}/finish", json=done))[0] == 403  # once
    assert (await house.call("GET", MINE, opened.access_token))[0] == 401
    assert (await house.login("ada", "a new secret"))[0] == 200
    ended = await listed(house)
    assert (ended["state"], ended["contact_masked"]) == ("done", "")
    assert await acts(house) == ["asked", "agreed", "link_sent", "done"]


@pytest.mark.parametrize("by", ["device", "link"])
async def test_any_device_and_any_contact_stops_it(house: House, by: str) -> None:
    account, opened = await house.person("ada", email=OLD)
    await agreed(house, account.account_id)
    if by == "device":
        path = f"{MINE}/recovery/cancel"
        assert (await house.call("POST", path, opened.access_token, {}))[0] == 200
    else:
        word = house.outbox.links(OLD)[0].rpartition("/")[2]
        assert (await house.call("POST", f"{BACK}/undo", json={"word": word}))[0] == 200
    house.clock.move(4 * DAY)
    await house.runner.run_due()
    assert house.outbox.links(NOW_AT) == []
    assert (await listed(house))["state"] == "stopped"
    assert (await house.call("GET", MINE, opened.access_token))[0] == 200
    assert (await ask(house, account.account_id))[1]["code"] == "recovery.help_stopped"
    house.clock.move(HELP_REST)
    assert (await ask(house, account.account_id))[0] == 201
    assert (await acts(house))[-2:] == ["stopped", "asked"]


async def test_nothing_comes_of_what_is_declined_or_forgotten(house: House) -> None:
    account, _ = await house.person("ada", email=OLD)
    _, begun = await ask(house, account.account_id)
    assert (await decide(house, begun["help_id"], ONE, "decline"))[0] == 200  # taken back
    assert (await decide(house, begun["help_id"]))[0] == 409
    house.clock.move(timedelta(seconds=1))
    _, begun = await ask(house, account.account_id)
    house.clock.move(HELP_LIFE)
    assert (await decide(house, begun["help_id"]))[1]["code"] == "recovery.help_over"
    house.clock.move(timedelta(minutes=10))
    await house.runner.run_due()
    assert (await listed(house))["state"] == "lapsed"
    await agreed(house, account.account_id)
    house.clock.move(4 * DAY)
    await house.runner.run_due()
    token = house.outbox.links(NOW_AT)[-1].rpartition("/")[2]
    house.clock.move(14 * DAY)
    await house.runner.run_due()
    assert (await listed(house))["state"] == "lapsed"
    assert (await house.call("POST", f"{BACK}/finish", json={"token": token}))[0] == 403
    assert house.outbox.links(OLD)
    assert (await ask(house, "none"))[0] == 404


async def test_two_who_agree_at_the_same_moment_begin_one_wait(house: House) -> None:
    account, _ = await house.person("ada", email=OLD)
    _, begun = await ask(house, account.account_id)
    help_id = begun["help_id"]
    both = await asyncio.gather(
        decide(house, help_id), decide(house, help_id), decide(house, help_id, ONE, "decline")
    )
    assert sorted(status for status, _ in both) == [200, 409, 409]


async def test_the_new_device_is_named_and_from_where(house: House) -> None:
    account, opened = await house.person("ada", email=OLD)
    _, other = await house.login("ada", initial_device_display_name="Chrome · Linux")
    _, found = await house.call("GET", f"{MINE}/security", opened.access_token)
    (notice,) = found["notices"]
    assert (notice["what"], notice["about"]) == ("signed_in", "Chrome · Linux")
    assert (notice["place"], notice["here"]) == ("192.0.2.0/24", False)
    _, found = await house.call("GET", f"{MINE}/security", other["access_token"])
    assert found["notices"][0]["here"] is True
    await house.login("ada", device_id=other["device_id"])  # known: nothing is new
    _, found = await house.call("GET", f"{MINE}/security", opened.access_token)
    assert len(found["notices"]) == 1
    async with house.accounts.db.read() as tx:
        assert (await house.accounts.activity(tx, account.account_id)).devices == 2
    (told,) = await house.recovery.telling.listed(
        await house.accounts.authenticate(opened.access_token)
    )
    facts = dict(facts_of(told))
    assert facts.keys() == {"about", "place", "at"}
    assert facts["about"] == "Chrome · Linux"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Chrome 120.0 · Linux", "Chrome 120.0 · Linux"),
        ("小米手机", "小米手机"),
        ("look at evil.example", ""),
        ("https://x", ""),
        ("a@b", ""),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("2026-11-22 01:02 UTC", "2026-11-22 01:02 UTC"),
    ],
)
def test_a_name_in_a_message_is_no_address(name: str, told: str) -> None:
    assert plain_name(name) == told


@given(
    st.booleans(), st.integers(0, 2 * HELPS_A_DAY),
    st.none() | st.timedeltas(timedelta(), 2 * HELP_REST),
)  # fmt: skip
def test_who_may_begin(open_: bool, today: int, stopped: timedelta | None) -> None:
    free = not open_ and today < HELPS_A_DAY and (stopped is None or stopped >= HELP_REST)
    try:
        check_help(open_, today, stopped)
    except (HelpUnderWay, HelpStopped, TooManyHelps):
        assert not free
    else:
        assert free


@given(
    st.sampled_from(HelpState),
    st.timedeltas(timedelta(), 2 * HELP_LIFE),
    st.booleans(),
    st.booleans(),
)
def test_nobody_agrees_with_themselves_or_too_late(
    state: HelpState, ago: timedelta, same: bool, agrees: bool
) -> None:
    may = state is HelpState.ASKED and ago < HELP_LIFE and not (same and agrees)
    try:
        check_second(state, ago, same=same, agrees=agrees)
    except (HelpOver, SecondNeeded):
        assert not may
    else:
        assert may
