"""Contacts that change, codes that are not enough, everything lost, and calling an account back."""

from datetime import timedelta
from typing import Any

import pytest

from teahouse.accounts.model import AccountState, OpenedSession
from teahouse.recovery.model import RETURN_LIFE, NumberHeld, NumberWaits
from tests.accounts.conftest import PASSWORD, House

MINE, BACK = "/api/v1/account", "/api/v1/recovery"
OLD, NEW, MAIL = "+447700900123", "+447700900124", "ada@tea.example"
DAY = timedelta(days=1)


async def told(house: House, opened: OpenedSession | dict[str, Any]) -> list[str]:
    """Return what happened, as a device lists it, in the order of the words."""
    token = opened["access_token"] if isinstance(opened, dict) else opened.access_token
    status, found = await house.call("GET", f"{MINE}/security", token)
    assert status == 200, found
    return sorted(notice["what"] for notice in found["notices"])


async def change(house: House, token: str, value: str, **more: Any) -> tuple[int, Any]:
    """Replace the number, as a client does."""
    asked = {"contact_kind": "phone", "value": value, "password": PASSWORD}
    status, said = await house.call("POST", f"{MINE}/contacts", token, asked)
    assert status == 202, said
    code = await house.code(value)
    done = {"contact_kind": "phone", "value": value, "code": code, "replace": True, **more}
    return await house.call("POST", f"{MINE}/contacts/finish", token, done)


async def by_code(house: House, value: str) -> tuple[int, Any]:
    """Sign in by a code."""
    kind = "email" if "@" in value else "phone"
    asked = {"kind": kind, "value": value}
    _, sent = await house.call("POST", "/api/v1/sessions/code", json=asked)
    shown = {**asked, "code": await house.code(value), "code_id": sent["code_id"]}
    return await house.call("POST", "/api/v1/sessions", json=shown)


async def test_a_number_is_changed_after_proof_and_everybody_is_told(house: House) -> None:
    account, opened = await house.person("ada", phone=OLD, email=MAIL)
    _, other = await house.login("ada")
    house.clock.move(timedelta(seconds=1))
    token = opened.access_token
    asked = {"contact_kind": "phone", "value": NEW, "password": "not it"}
    assert (await house.call("POST", f"{MINE}/contacts", token, asked))[0] == 403
    assert (await change(house, token, NEW))[0] == 200
    assert await house.accounts.identifiers(account.account_id) == {"phone": NEW, "email": MAIL}
    assert await told(house, other) == ["contact_changed", "signed_in"]
    await house.runner.run_due()
    assert house.outbox.links(MAIL) == []  # told, and given no link
    assert len(house.outbox.links(OLD)) == 1
    status, said = await change(house, token, "+447700900125")
    assert (status, said["code"]) == (409, "accounts.just_changed")
    status, found = await house.call("GET", f"{MINE}/security", token)
    assert [(c["kind"], c["rank"]) for c in found["contacts"]] == [
        ("phone", 0), ("phone", 1), ("email", 1),
    ]  # fmt: skip
    notice = found["notices"][0]
    assert (notice["device_name"], notice["here"], notice["seen"]) == ("ada's phone", True, False)
    seen = {"notice_ids": [notice["notice_id"]]}
    assert (await house.call("POST", f"{MINE}/security/seen", token, seen))[0] == 200
    for device, wanted in ((token, True), (other["access_token"], False)):
        _, found = await house.call("GET", f"{MINE}/security", device)
        assert found["notices"][0]["seen"] is wanted


async def test_the_old_number_undoes_a_change_for_three_days(house: House) -> None:
    account, opened = await house.person("ada", phone=OLD)
    assert (await change(house, opened.access_token, NEW))[0] == 200
    await house.runner.run_due()
    word = house.outbox.links(OLD)[0].rpartition("/")[2]
    forged = word[:-1] + ("0" if word[-1] != "0" else "1")
    for wrong in (forged, word[:-1], word.partition(".")[0], "", "…"):
        assert (await house.call("POST", f"{BACK}/undo", json={"word": wrong}))[0] == 403
    status, said = await house.call("POST", f"{BACK}/undo", json={"word": word})
    assert (status, said) == (200, {"what": "changed"})
    assert await house.accounts.identifiers(account.account_id) == {"phone": OLD}
    assert (await house.call("GET", MINE, opened.access_token))[0] == 401  # whoever changed it
    assert (await house.login("ada"))[0] == 403
    assert (await house.call("POST", f"{BACK}/undo", json={"word": word}))[0] == 403  # once
    status, back = await by_code(house, OLD)
    assert status == 200
    assert (await told(house, back)) == ["contact_changed", "contact_undone"]


async def test_a_change_is_for_good_after_three_days(house: House) -> None:
    _, opened = await house.person("ada", phone=OLD)
    assert (await change(house, opened.access_token, NEW))[0] == 200
    await house.runner.run_due()
    word = house.outbox.links(OLD)[0].rpartition("/")[2]
    house.clock.move(3 * DAY)
    assert (await house.call("POST", f"{BACK}/undo", json={"word": word}))[0] == 403
    await house.runner.run_due()
    await house.person("bob", phone=OLD)  # the old number is free again


async def test_a_number_that_may_be_somebody_elses_undoes_nothing(house: House) -> None:
    _, opened = await house.person("ada", phone=OLD)
    house.clock.move(60 * DAY)
    assert (await change(house, opened.access_token, NEW))[0] == 200
    await house.runner.run_due()
    assert house.outbox.links(OLD) == []


async def test_the_last_way_in_is_not_taken_off(house: House) -> None:
    account, opened = await house.person("ada", phone=OLD, email=MAIL)
    gone = {"contact_kind": "phone", "password": PASSWORD}
    assert (await house.call("POST", f"{MINE}/contacts/remove", opened.access_token, gone))[
        0
    ] == 200
    assert await house.accounts.identifiers(account.account_id) == {"email": MAIL}
    _, only = await house.person("bob", password=None, phone=NEW)
    await house.call("POST", f"{MINE}/code", only.access_token, {"kind": "phone"})
    gone = {"contact_kind": "phone", "kind": "phone", "code": await house.code(NEW)}
    status, said = await house.call("POST", f"{MINE}/contacts/remove", only.access_token, gone)
    assert (status, said["code"]) == (409, "accounts.last_way")


async def test_a_stale_number_alone_opens_nothing(house: House) -> None:
    await house.person("ada", phone=OLD, email=MAIL)
    house.clock.move(50 * DAY)
    status, said = await by_code(house, OLD)
    assert (status, said["code"]) == (403, "accounts.more_proof")
    assert said["needs"] == ["email", "password"]
    asked: dict[str, Any] = {"ticket": said["ticket"], "password": "not it"}
    assert (await house.call("POST", f"{BACK}/prove", json=asked))[0] == 403
    code = {"ticket": said["ticket"], "kind": "email"}
    assert (await house.call("POST", f"{BACK}/code", json={**code, "kind": "phone"}))[0] == 403
    assert (await house.call("POST", f"{BACK}/code", json=code))[0] == 202
    asked = {**code, "code": await house.code(MAIL)}
    status, opened = await house.call("POST", f"{BACK}/prove", json=asked)
    assert (status, opened["user_id"]) == (200, "@ada:tea.example")
    assert (await house.call("POST", f"{BACK}/prove", json=asked))[0] == 403  # once
    assert (await by_code(house, OLD))[0] == 200  # it is fresh again


async def test_a_stale_number_and_nothing_else_waits_and_can_be_stopped(house: House) -> None:
    _, opened = await house.person("ada", password=None, phone=OLD)
    house.clock.move(50 * DAY)
    status, said = await by_code(house, OLD)
    assert (status, said["code"]) == (403, "accounts.must_wait")
    early = {"token": said["token"]}
    assert (await house.call("POST", f"{BACK}/finish", json=early))[1]["code"] == (
        "accounts.must_wait"
    )
    assert await told(house, opened) == ["return_begun"]
    assert (await house.call("POST", f"{MINE}/recovery/cancel", opened.access_token))[0] == 200
    house.clock.move(3 * DAY)
    assert (await house.call("POST", f"{BACK}/finish", json=early))[0] == 403
    _, said = await by_code(house, OLD)
    house.clock.move(3 * DAY + RETURN_LIFE)
    await house.runner.run_due()  # to come back in, one has as long as was said
    status, back = await house.call("POST", f"{BACK}/finish", json={"token": said["token"]})
    assert (status, back["user_id"]) == (200, "@ada:tea.example")
    assert (await house.call("GET", MINE, opened.access_token))[0] == 401


async def test_who_lost_everything_comes_back_by_a_printed_code(house: House) -> None:
    _, opened = await house.person("ada", email=MAIL)
    token, made = opened.access_token, {"password": PASSWORD}
    _, first = await house.call("POST", f"{MINE}/recovery-codes", token, made)
    status, printed = await house.call("POST", f"{MINE}/recovery-codes", token, made)
    assert (status, len(set(printed["codes"]))) == (200, 8)
    wrong = {"printed": first["codes"][0]}
    assert (await house.call("POST", f"{BACK}/begin", json=wrong))[0] == 403  # replaced
    typed = printed["codes"][0].upper().replace("-", " ")
    status, begun = await house.call("POST", f"{BACK}/begin", json={"printed": typed})
    assert status == 202
    assert (await house.call("POST", f"{BACK}/begin", json={"printed": typed}))[0] == 403
    await house.runner.run_due()
    (link,) = house.outbox.links(MAIL)  # to every contact: it stops it
    _, kept = await house.call("GET", f"{MINE}/security", token)
    assert (kept["printed_left"], kept["return_ready_at"]) == (7, begun["ready_at"])
    house.clock.move(3 * DAY)
    done = {"token": begun["token"], "password": "a new secret"}
    status, back = await house.call("POST", f"{BACK}/finish", json=done)
    assert status == 200
    assert (await house.call("GET", MINE, token))[0] == 401
    assert (await house.login("ada", "a new secret"))[0] == 200
    assert await told(house, back) == [
        "codes_made", "codes_made", "return_begun", "return_done", "signed_in",
    ]  # fmt: skip
    word = link.rpartition("/")[2]
    assert (await house.call("POST", f"{BACK}/undo", json={"word": word}))[0] == 403


async def test_a_deleted_account_is_called_back_or_ends(house: House) -> None:
    account, opened = await house.person("ada", phone=OLD)
    await house.person("bob", phone=NEW)
    gone = {"password": PASSWORD}
    status, left = await house.call("POST", f"{MINE}/deactivate", opened.access_token, gone)
    assert status == 200
    assert left["until"] is not None
    assert (await house.call("GET", MINE, opened.access_token))[0] == 401
    status, said = await house.login("ada")
    assert (status, said["errcode"], said["ends_at"][:10]) == (
        403, "M_USER_DEACTIVATED", left["until"][:10],
    )  # fmt: skip
    status, said = await by_code(house, OLD)
    assert (status, said["code"]) == (403, "accounts.leaving")
    asked = {"ticket": said["ticket"], "restore": True}
    status, back = await house.call("POST", f"{BACK}/prove", json=asked)
    assert status == 200
    house.clock.move(20 * DAY)
    await house.runner.run_due()
    assert (await house.accounts.account(account.user_id)).state is AccountState.ACTIVE
    assert await told(house, back) == ["leaving", "restored"]
    status, left = await house.call("POST", f"{MINE}/deactivate", back["access_token"], gone)
    house.clock.move(15 * DAY + timedelta(minutes=6))
    await house.runner.run_due()
    await house.runner.run_due()
    assert (await house.accounts.account(account.user_id)).state is AccountState.DEACTIVATED
    restore = {"kind": "password", "user": "ada", "password": PASSWORD, "restore": True}
    assert (await house.call("POST", "/api/v1/sessions", json=restore))[0] == 403
    async with house.accounts.db.read() as tx:
        assert await tx.value("select count(*) from recovery_notices") == 0


async def test_calling_back_spends_no_second_code(house: House) -> None:
    """Who has shown the rest, and only then hears that the account leaves, has shown it."""
    _, opened = await house.person("ada", phone=OLD, email=MAIL)
    house.clock.move(50 * DAY)
    gone = {"password": PASSWORD}
    assert (await house.call("POST", f"{MINE}/deactivate", opened.access_token, gone))[0] == 200
    _, said = await by_code(house, OLD)
    code = {"ticket": said["ticket"], "kind": "email"}
    assert (await house.call("POST", f"{BACK}/code", json=code))[0] == 202
    shown = {**code, "code": await house.code(MAIL)}
    restore = {"ticket": said["ticket"], "restore": True}
    assert (await house.call("POST", f"{BACK}/prove", json=restore))[0] == 403  # not shown yet
    status, said = await house.call("POST", f"{BACK}/prove", json=shown)
    assert (status, said["code"], said["needs"]) == (403, "accounts.leaving", [])
    assert said["ends_at"] > house.clock.now().isoformat()
    assert (await house.call("POST", f"{BACK}/prove", json=restore))[0] == 200


async def test_a_locked_account_can_leave_too(house: House) -> None:
    account, opened = await house.person("ada")
    await house.desk.lock("op", account.account_id, "spam")
    gone = {"password": PASSWORD}
    assert (await house.call("POST", f"{MINE}/deactivate", opened.access_token, gone))[0] == 200
    restore = {"kind": "password", "user": "ada", "password": PASSWORD, "restore": True}
    status, said = await house.call("POST", "/api/v1/sessions", json=restore)
    assert (status, said["code"]) == (403, "accounts.locked")


async def test_a_claimed_number_waits_and_its_owner_may_keep_it(house: House) -> None:
    account, opened = await house.person("ada", phone=OLD)
    recycling = house.recovery.recycling
    with pytest.raises(NumberHeld):
        await recycling.ask("phone", OLD)  # proved a moment ago
    await house.call("POST", f"{MINE}/code", opened.access_token, {"kind": "phone"})
    keep = {"contact_kind": "phone", "code": await house.code(OLD)}
    assert (await house.call("POST", f"{MINE}/contacts/keep", opened.access_token, keep))[0] == 200
    house.clock.move(50 * DAY)
    with pytest.raises(NumberHeld):
        await recycling.ask("phone", OLD)
    assert await house.accounts.identifiers(account.account_id) == {"phone": OLD}


async def test_a_number_nobody_keeps_goes_and_the_account_stays(house: House) -> None:
    account, opened = await house.person("ada", phone=OLD)
    house.clock.move(50 * DAY)
    assert (await house.call("GET", MINE, opened.access_token))[0] == 200  # in use today
    recycling = house.recovery.recycling
    with pytest.raises(NumberWaits):
        await recycling.ask("phone", OLD)
    house.clock.move(13 * DAY)
    with pytest.raises(NumberWaits):
        await recycling.ask("phone", OLD)
    house.clock.move(2 * DAY)
    await recycling.ask("phone", OLD)
    async with house.accounts.db.transaction() as tx:
        await recycling.release(tx, "phone", OLD)
    assert await house.accounts.identifiers(account.account_id) == {}
    assert await told(house, opened) == ["contact_claimed", "contact_lost"]
    asked = {"contact_kind": "phone", "value": NEW, "password": PASSWORD}
    assert (await house.call("POST", f"{MINE}/contacts", opened.access_token, asked))[0] == 202
