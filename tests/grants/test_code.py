"""An app is let in by a code: the whole way with a library, and every way that ends before."""

from datetime import timedelta

import pytest

from teahouse.clock import FixedClock
from tests.encryption.signer import Signer
from tests.grants.app import (
    BACK,
    METADATA,
    MINE,
    App,
    refused,
    scope,
    told,
    word_of,
)
from tests.living import Living, Person

BAD_GRANT = (400, "invalid_grant")


async def test_its_owner_sees_it_among_their_devices(house: Living, ada: Person) -> None:
    app = await App.found(house)
    await app.given(ada)
    devices = (await ada.did("GET", "/devices"))["devices"]
    assert "Kettle" in [one.get("display_name") for one in devices]
    (shown,) = (await ada.did("GET", MINE))["apps"]
    assert (shown["device_id"], shown["client_host"]) == ("KETTLE0001", "example.com")
    answer = await ada.ask("DELETE", "/api/v1/account/sessions/KETTLE0001")
    assert answer.status_code == 200
    assert (await ada.did("GET", MINE))["apps"] == []


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "urn:matrix:client:api:*"}, "invalid_scope"),
        ({"scope": scope() + " urn:synapse:admin:*"}, "invalid_scope"),
        ({"scope": scope() + " urn:matrix:client:device:OTHER00001"}, "invalid_scope"),
        ({"scope": scope("a/b")}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"prompt": "none"}, "interaction_required"),
    ],
)
async def test_what_is_asked_wrongly_is_sent_back(
    house: Living, other: dict[str, str | None], error: str
) -> None:
    app = await App.found(house)
    answer = await app.sent(**other)
    to = answer.headers["location"]
    assert (answer.status_code, to.startswith(BACK)) == (302, True)
    said = told(to)
    assert (said["error"], said["state"], "code" in said) == (error, "s1", False)
    assert word_of((await app.sent()).headers["location"]), "the same without it is asked"


@pytest.mark.parametrize(
    "other",
    [
        {"redirect_uri": "https://app.example.com/callback/more"},
        {"redirect_uri": "https://app.example.com/callback?x=1"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "//app.example.com/callback"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": None},
        {"scope": ["a", "b"]},
    ],
)
async def test_nobody_is_sent_to_what_was_not_registered(house: Living, other: object) -> None:
    app = await App.found(house)
    assert isinstance(other, dict)
    answer = await app.sent(**other)
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_no_is_a_no(house: Living, ada: Person) -> None:
    app = await App.found(house)
    word = await app.asked(response_mode="query")
    to = (await ada.did("POST", f"{MINE}/refuse", {"word": word}))["go_to"]
    assert to.startswith(f"{BACK}?")
    assert (told(to)["error"], told(to)["state"]) == ("access_denied", "s1")
    for act in ("look", "allow", "refuse"):
        answer = await ada.ask("POST", f"{MINE}/{act}", {"word": word})
        assert (answer.status_code, answer.json()["code"]) == (404, "grants.not_found")
    nobody = await house.client.post(f"{MINE}/allow", json={"word": await app.asked()})
    assert nobody.status_code == 401


async def test_a_code_is_for_who_asked_and_shows_it(house: Living, ada: Person) -> None:
    app, other = await App.found(house), await App.found(house, client_name="Pot")
    code = await app.allowed(ada)
    assert refused(await other.by_code(code)) == BAD_GRANT
    assert refused(await app.by_code("thq_none")) == BAD_GRANT
    assert refused(await app.token(grant_type="password")) == (400, "unsupported_grant_type")
    assert refused(await app.by_code(code, client_id="nobody")) == (401, "invalid_client")
    assert refused(await app.by_code(code, code_verifier="")) == (400, "invalid_request")
    assert (await app.by_code(code)).status_code == 200, "none of these has spent it"
    for wrong in ({"code_verifier": "b" * 43}, {"redirect_uri": f"{BACK}/"}):
        code = await app.allowed(ada)
        assert refused(await app.by_code(code, **wrong)) == BAD_GRANT
        assert refused(await app.by_code(code)) == BAD_GRANT, "somebody else has it: it is burnt"


async def test_a_code_is_good_for_a_minute(house: Living, ada: Person, clock: FixedClock) -> None:
    app = await App.found(house)
    code, late = await app.allowed(ada), await app.asked()
    clock.move(timedelta(seconds=59))
    other = await app.allowed(ada, scope=scope("KETTLE0002"))
    clock.move(timedelta(seconds=1))
    assert refused(await app.by_code(code)) == BAD_GRANT
    assert (await app.by_code(other)).status_code == 200
    clock.move(timedelta(minutes=30))
    answer = await ada.ask("POST", f"{MINE}/look", {"word": late})
    assert answer.status_code == 404


async def test_a_code_that_comes_twice_ends_what_it_gave(house: Living, ada: Person) -> None:
    app = await App.found(house)
    code = await app.allowed(ada)
    session = app.person((await app.by_code(code)).json(), ada)
    await session.did("GET", "/account/whoami")
    assert refused(await app.by_code(code)) == BAD_GRANT
    assert await session.refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
    await ada.did("GET", "/account/whoami")


async def test_who_was_signed_out_has_let_nobody_in(house: Living, ada: Person) -> None:
    app, second = await App.found(house), await ada.again()
    code, other = await app.allowed(second), await app.allowed(ada)
    await second.did("POST", "/logout", {})
    assert refused(await app.by_code(code)) == BAD_GRANT
    assert (await app.by_code(other)).status_code == 200


async def test_an_app_takes_no_device_of_another(house: Living, ada: Person) -> None:
    app, other = await App.found(house), await App.found(house, client_name="Pot")
    word = await app.asked(scope=scope(ada.device_id))
    answer = await ada.ask("POST", f"{MINE}/allow", {"word": word})
    assert (answer.status_code, answer.json()["code"]) == (409, "grants.device_taken")
    first = app.person(await app.given(ada), ada)
    word = await other.asked()
    answer = await ada.ask("POST", f"{MINE}/allow", {"word": word})
    assert answer.json()["code"] == "grants.device_taken"
    word = await app.asked()
    assert (await ada.did("POST", f"{MINE}/look", {"word": word}))["known"] is True
    again = app.person(await app.given(ada), ada)
    assert await first.refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
    await again.did("GET", "/account/whoami")


async def test_new_keys_are_allowed_in_the_browser(house: Living, ada: Person) -> None:
    app = await App.found(house)
    session = app.person(await app.given(ada), ada)
    path = "/keys/device_signing/upload"
    await session.did("POST", path, Signer(session).cross_keys())
    keys = Signer(session).cross_keys()
    asked = (await session.ask("POST", path, keys)).json()
    assert asked["flows"] == [{"stages": ["m.oauth"]}]
    url = asked["params"]["m.oauth"]["url"]
    led = await house.client.get(url.removeprefix("https://tea.example"))
    assert led.headers["location"] == "https://tea.example/#/account/reset"
    auth = {"auth": {"session": asked["session"]}}
    assert (await session.ask("POST", path, keys | auth)).status_code == 401
    wrong = await ada.ask("POST", f"{MINE}/reset", {"password": "wrong"})
    assert wrong.status_code == 403
    await ada.did("POST", f"{MINE}/reset", {"password": "correct horse"})
    await session.did("POST", path, keys | auth)
    again = await session.ask("POST", path, Signer(session).cross_keys())
    assert again.status_code == 401, "once"


async def test_an_app_does_not_do_what_is_done_in_the_browser(house: Living, ada: Person) -> None:
    app = await App.found(house)
    session = app.person(await app.given(ada), ada)
    for one, method, path in (
        ("404 M_UNRECOGNIZED", "DELETE", f"/devices/{ada.device_id}"),
        ("404 M_UNRECOGNIZED", "POST", "/account/deactivate"),
        ("404 M_UNRECOGNIZED", "POST", "/_matrix/client/v1/login/get_token"),
    ):
        assert await session.refused(method, path, {}) == one
        assert (await ada.ask(method, path, {})).status_code == 401, "who signed in by password"


async def test_an_app_has_matrix_and_nothing_else(house: Living, ada: Person) -> None:
    app = await App.found(house)
    session, word = (
        app.person(await app.given(ada), ada),
        await app.asked(scope=scope("OTHER00001")),
    )
    for method, path, body in (
        ("POST", f"{MINE}/allow", {"word": word}),
        ("DELETE", f"/api/v1/account/sessions/{ada.device_id}", None),
        ("GET", "/api/v1/account/receipts", None),
    ):
        answer = await session.ask(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "grants.only_matrix")
    assert (await session.did("GET", "/devices"))["devices"]
    await ada.did("POST", f"{MINE}/allow", {"word": word})


async def test_the_metadata(house: Living) -> None:
    first = await house.client.get(METADATA)
    assert first.headers["access-control-allow-origin"] == "*"
    for path in (
        "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
        "/.well-known/oauth-authorization-server",
    ):
        assert (await house.client.get(path)).json() == first.json()
    assert first.json()["prompt_values_supported"] == ["create"]
    app = await App.found(house)
    answer = await app.sent(prompt="create")
    assert answer.headers["location"].endswith("/create")


async def test_where_an_account_is_looked_after(house: Living) -> None:
    for query, place in (
        ("", ""),
        ("?action=org.matrix.profile", "/profile"),
        ("?action=org.matrix.device_delete&device_id=A%2FB", "/devices/A%2FB"),
        ("?action=org.matrix.sessions_list", "/devices"),
        ("?action=org.matrix.account_deactivate", "/delete"),
        ("?action=unheard.of", ""),
    ):
        answer = await house.client.get(f"/oauth2/account{query}")
        assert answer.headers["location"] == f"https://tea.example/#/account{place}"
