"""What Matrix's clients ask and this house does elsewhere: refused so that they understand."""

from pathlib import Path

import pytest

from tests.living import V3, Living, living, q

PROOF = {"client_secret": "x", "send_attempt": 1}
EMAIL = PROOF | {"email": "ann@tea.example"}
PHONE = PROOF | {"country": "GB", "phone_number": "07911 123456"}


async def test_no_network_is_bridged(house: Living) -> None:
    ada = await house.person()
    assert await ada.did("GET", "/thirdparty/protocols") == {}
    for path in ("protocol/irc", "location/irc", "user/irc", "location", "user"):
        assert await ada.refused("GET", f"/thirdparty/{path}") == "404 M_NOT_FOUND"


@pytest.mark.parametrize("of", ["account/3pid", "account/password", "register"])
async def test_no_identity_server_proves_a_contact(house: Living, of: str) -> None:
    for medium, body in (("email", EMAIL), ("msisdn", PHONE)):
        path = f"{V3}/{of}/{medium}/requestToken"
        denied = await house.client.post(path, json=body)
        assert (denied.status_code, denied.json()["errcode"]) == (403, "M_THREEPID_DENIED")
        missing = await house.client.post(path, json=PROOF)
        assert (missing.status_code, missing.json()["errcode"]) == (400, "M_MISSING_PARAM")


async def test_contacts_are_changed_on_our_own_pages(house: Living) -> None:
    ada = await house.person()
    assert await ada.did("GET", "/account/3pid") == {"threepids": []}
    for act in ("", "/add", "/bind", "/delete"):
        assert await ada.refused("POST", f"/account/3pid{act}", {}) == "403 M_FORBIDDEN"
    gone = {"id_server_unbind_result": "no-support"}
    assert await ada.did("POST", "/account/3pid/unbind", {}) == gone
    told = (await ada.did("GET", "/capabilities"))["capabilities"]
    assert told["m.3pid_changes"] == {"enabled": False}


async def test_nobody_is_invited_by_their_address(house: Living) -> None:
    ada, bob = await house.person(), await house.person()
    room = await ada.room(preset="private_chat")
    path = f"/rooms/{q(room)}/invite"
    body = {"id_server": "x", "id_access_token": "x", "medium": "email", "address": "a@b.example"}
    assert await ada.refused("POST", path, body) == "403 M_THREEPID_DENIED"
    assert await ada.refused("POST", path, {}) == "400 M_MISSING_PARAM"
    assert await ada.did("POST", path, {"user_id": bob.user_id}) == {}
    letters = {"invite_3pid": [body]}
    assert await ada.refused("POST", "/createRoom", letters) == "403 M_THREEPID_DENIED"


async def test_whom_to_turn_to(database: object, dsn: str, tmp_path: Path) -> None:
    path = "/.well-known/matrix/support"
    async with living(dsn, tmp_path) as nameless:
        assert (await nameless.client.get(path)).status_code == 404
    named = {
        "operator_contact": "mailto:tea@tea.example",
        "security_contact": "@guard:tea.example",
        "support_url": "https://tea.example/help",
    }
    async with living(dsn, tmp_path, **named) as home:
        answer = await home.client.get(path)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.json() == {
            "contacts": [
                {"email_address": "tea@tea.example", "role": "m.role.admin"},
                {"matrix_id": "@guard:tea.example", "role": "m.role.security"},
            ],
            "support_page": "https://tea.example/help",
        }
    async with living(dsn, tmp_path, operator_contact="ring twice") as other:
        assert (await other.client.get(path)).status_code == 404


async def test_an_event_is_found_without_its_room(house: Living) -> None:
    ada, bob = await house.person(), await house.person()
    room = await ada.room(preset="private_chat")
    event = await ada.say(room, "hello")
    told = await ada.did("GET", f"/events/{q(event)}")
    assert (told["room_id"], told["content"]["body"]) == (room, "hello")
    for one, which in ((bob, event), (ada, "$nothing")):
        assert await one.refused("GET", f"/events/{q(which)}") == "404 M_NOT_FOUND"


async def test_the_page_for_clients_that_know_no_way_to_sign_in(house: Living) -> None:
    for lang, title in (("zh", "登录"), ("en", "Sign in")):
        headers = {"accept-language": lang}
        page = await house.client.get("/_matrix/static/client/login/", headers=headers)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert f"<title>{title}</title>" in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
    script = await house.client.get("/_matrix/static/client/login/login.js")
    assert "window.onLogin(told)" in script.text
