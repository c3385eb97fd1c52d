"""What operators and Matrix administrators may do with accounts."""

import pytest

from teahouse.accounts.model import AccountState
from tests.accounts.conftest import House

PLACE = "/api/v1/operator/accounts"
V1 = "/_matrix/client/v1/admin"
V3 = "/_matrix/client/v3"


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("ad", ["ada", "adam"]),
        ("@ada:tea.example", ["ada", "adam"]),
        ("%", []),
        ("", []),
        ("a_a", []),
        ("%2B447700900123", ["ada"]),
        ("ada@tea.example", ["ada"]),
        ("%2B44", []),
    ],
)
async def test_operators_find_accounts_and_leave_a_trace(
    house: House, term: str, found: list[str]
) -> None:
    await house.person("ada", phone="+447700900123", email="ada@tea.example")
    await house.person("adam")
    status, answer = await house.call("GET", f"{PLACE}?search={term}", "op-auditor")
    assert status == 200
    assert [one["user_id"][1:].partition(":")[0] for one in answer["accounts"]] == found
    (entry,) = await house.desk.audit.page()
    assert (entry.act, entry.actor) == ("accounts.search", "id-op-auditor")
    assert "447700900123" not in entry.detail


async def test_a_lock_needs_a_role_and_a_reason_and_is_audited(house: House) -> None:
    account, opened = await house.person("ada", phone="+447700900123")
    one = f"{PLACE}/{account.account_id}"
    status, shown = await house.call("GET", one, "op-moderator")
    assert (status, shown["phone_masked"]) == (200, "+44••••••0123")
    assert shown["sessions"][0]["device_id"] == opened.device_id
    for role, body, wanted in (
        ("auditor", {"reason": "spam"}, 403),
        ("moderator", {"reason": "  "}, 422),
        ("moderator", {}, 400),
        ("moderator", {"reason": "spam"}, 200),
        ("moderator", {"reason": "spam"}, 409),
    ):
        assert (await house.call("POST", f"{one}/lock", f"op-{role}", body))[0] == wanted
    assert (await house.call("GET", one, opened.access_token))[0] == 401  # not an operator
    assert (await house.accounts.account("@ada:tea.example")).state is AccountState.LOCKED
    status, shown = await house.call("POST", f"{one}/unlock", "op-owner", {"reason": "a mistake"})
    assert (status, shown["account"]["state"], shown["account"]["state_reason"]) == (
        200,
        "active",
        "",
    )
    device = f"{one}/sessions/{opened.device_id}"
    assert (await house.call("DELETE", device, "op-moderator"))[0] == 200
    assert (await house.call("DELETE", device, "op-moderator"))[0] == 404
    assert (await house.call("POST", f"{PLACE}/none/lock", "op-owner", {"reason": "x"}))[0] == 404
    acts = [entry.act for entry in await house.desk.audit.page()]
    assert acts == [
        "accounts.sign_out",
        "accounts.unlock",
        "accounts.lock",
        "accounts.look",
    ]
    assert await house.desk.audit.verify() is None


async def test_a_lock_does_not_end_a_suspension(house: House) -> None:
    account, _ = await house.person("ada")
    who = account.account_id
    await house.desk.suspend("op", who, "spam")
    await house.desk.lock("op", who, "stolen")
    unlocked = await house.desk.unlock("op", who, "found")
    assert (unlocked.state, unlocked.state_reason) == (AccountState.SUSPENDED, "spam")
    freed = await house.desk.unsuspend("op", who, "it was not spam")
    assert (freed.state, freed.state_reason) == (AccountState.ACTIVE, "")
    await house.desk.lock("op", who, "stolen again")
    assert (await house.desk.unlock("op", who, "found")).state is AccountState.ACTIVE


async def test_a_suspended_account_is_told_to_the_floors_above(house: House) -> None:
    account, opened = await house.person("ada")
    assert not (await house.accounts.authenticate(opened.access_token)).suspended
    await house.desk.suspend("op", account.account_id, "spam")
    assert (await house.accounts.authenticate(opened.access_token)).suspended
    assert (await house.login("ada"))[0] == 200
    await house.desk.unsuspend("op", account.account_id, "served")
    assert not (await house.accounts.authenticate(opened.access_token)).suspended


async def test_matrix_administrators_lock_and_suspend(house: House) -> None:
    _, root = await house.person("root", administrator=True)
    _, ada = await house.person("ada")
    await house.person("admin", administrator=True)
    token = root.access_token
    for word in ("lock", "suspend"):
        path, field = f"{V1}/{word}/@ada:tea.example", f"{word}ed"
        assert await house.call("GET", path, token) == (200, {field: False})
        for wanted in (True, True, False):
            assert await house.call("PUT", path, token, {field: wanted}) == (200, {field: wanted})
            assert await house.call("GET", path, token) == (200, {field: wanted})
        for whom, by, status, errcode in (
            ("@ada:tea.example", ada.access_token, 403, "M_FORBIDDEN"),
            ("@none:tea.example", ada.access_token, 403, "M_FORBIDDEN"),
            ("@root:tea.example", token, 403, "M_FORBIDDEN"),
            ("@admin:tea.example", token, 403, "M_FORBIDDEN"),
            ("@none:tea.example", token, 404, "M_NOT_FOUND"),
            ("@ada:else.example", token, 400, "M_INVALID_PARAM"),
        ):
            got, answer = await house.call("PUT", f"{V1}/{word}/{whom}", by, {field: True})
            assert (got, answer["errcode"]) == (status, errcode)


async def test_whois_is_for_oneself_and_for_administrators(house: House) -> None:
    _, root = await house.person("root", administrator=True)
    _, ada = await house.person("ada")
    for token in (root.access_token, ada.access_token):
        status, answer = await house.call("GET", f"{V3}/admin/whois/@ada:tea.example", token)
        assert status == 200
        connection = answer["devices"][ada.device_id]["sessions"][0]["connections"][0]
        assert connection == {"last_seen": house.clock.ms()}
    status, _ = await house.call("GET", f"{V3}/admin/whois/@root:tea.example", ada.access_token)
    assert status == 403


async def test_what_clients_ask_first(house: House) -> None:
    _, root = await house.person("root", administrator=True)
    _, ada = await house.person("ada")
    _, versions = await house.call("GET", "/_matrix/client/versions")
    assert "v1.11" in versions["versions"]
    assert (await house.call("GET", "/.well-known/matrix/client"))[1] == {
        "m.homeserver": {"base_url": "http://127.0.0.1:8008"}
    }
    _, answer = await house.call("GET", f"{V3}/capabilities", ada.access_token)
    assert answer["capabilities"]["m.room_versions"]["default"] == "12"
    assert "m.account_moderation" not in answer["capabilities"]
    _, answer = await house.call("GET", f"{V3}/capabilities", root.access_token)
    assert answer["capabilities"]["m.account_moderation"] == {"suspend": True, "lock": True}
    assert (await house.call("GET", f"{V3}/login"))[1] == {"flows": [{"type": "m.login.password"}]}
