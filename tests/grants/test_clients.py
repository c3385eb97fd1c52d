"""What an app may say of itself, and where it may be sent back to."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.errors import Refused
from teahouse.grants.model import PASSED_BY, BadScope, plain_word, read_scope, sent_back
from teahouse.grants.model.clients import (
    LOOPBACK,
    NATIVE,
    WEB,
    BadMetadata,
    BadRedirect,
    check_redirect,
    is_redirect,
    read_metadata,
)
from tests.grants.app import BACK, DEVICE, METADATA, MINE, SAID, App, refused, scope
from tests.living import Living, Person

HTTPS = [
    "https://example.com/callback",
    "https://app.example.com/x",
    "https://example.com:5173/?q=v",
]
OWN = ["com.example.app:/callback", "com.example:/", "com.example:callback"]
LOCAL = ["http://localhost/callback", "http://127.0.0.1/callback", "http://[::1]/callback"]
NEVER = [
    "https://example.com/callback#fragment", "https://app.com/callback", "https://localhost/callback",
    "http://localhost:1234/callback", "http://example.com/callback", "example:/callback",
    "com.example.app://callback", "com.examples:/callback", "https://u:p@example.com/",
    "https://example.com@evil.example/", "https://evilexample.com/", "javascript:alert(1)",
    "data:text/html,x", "https:///callback", "https://example.com\\@evil.example/", "", "callback",
    "https://example.com:port/", "https://exa mple.com/", "http://localhost@evil.example/",
]  # fmt: skip


@pytest.mark.parametrize("uri", [*HTTPS, *OWN, *LOCAL, *NEVER])
def test_where_an_app_may_be_sent_back_to(uri: str) -> None:
    for kind, allowed in ((WEB, HTTPS), (NATIVE, [*HTTPS, *OWN, *LOCAL])):
        if uri in allowed:
            check_redirect(uri, kind, "example.com")
        else:
            with pytest.raises(BadRedirect):
                check_redirect(uri, kind, "example.com")


@given(st.sampled_from(LOOPBACK), st.integers(0, 65535), st.sampled_from(["/callback", "/c", ""]))
def test_on_the_loopback_host_the_port_is_free_and_nothing_else(
    host: str, port: int, path: str
) -> None:
    said = SAID | {"application_type": NATIVE, "redirect_uris": [f"http://{host}/callback"]}
    uri = f"http://{host}:{port}{path}"
    assert is_redirect(read_metadata(said), uri) == (path == "/callback")
    assert not is_redirect(read_metadata(said), f"http://{host}:{port}@evil.example/callback")


@given(st.text(max_size=40))
def test_no_text_is_an_address_by_accident(text: str) -> None:
    """Whatever is taken leads to the app's own host, its own scheme, or this machine."""
    try:
        check_redirect(text, NATIVE, "example.com")
    except BadRedirect:
        return
    parts = urlsplit(text)
    assert parts.scheme.startswith("com.example") or parts.hostname in ("example.com", "localhost")


@pytest.mark.parametrize(
    ("other", "wrong"),
    [
        ({"client_uri": None}, BadMetadata),
        ({"client_uri": "http://example.com/"}, BadMetadata),
        ({"client_uri": "https://u@example.com/"}, BadMetadata),
        ({"client_uri": 7}, BadMetadata),
        ({"client_name": ["x"]}, BadMetadata),
        ({"tos_uri": "https://elsewhere.example/"}, BadMetadata),
        ({"logo_uri": "http://example.com/logo.png"}, BadMetadata),
        ({"application_type": "toaster"}, BadMetadata),
        ({"token_endpoint_auth_method": "client_secret_basic"}, BadMetadata),
        ({"grant_types": ["implicit"]}, BadMetadata),
        ({"grant_types": "authorization_code"}, BadMetadata),
        ({"response_types": ["token"]}, BadMetadata),
        ({"redirect_uris": []}, BadRedirect),
        ({"redirect_uris": [7]}, BadRedirect),
        ({"redirect_uris": [BACK] * 21}, BadRedirect),
        ({"redirect_uris": ["https://elsewhere.example/"]}, BadRedirect),
    ],
)
def test_what_an_app_may_not_say(other: dict[str, Any], wrong: type[Refused]) -> None:
    read_metadata(SAID)
    with pytest.raises(wrong):
        read_metadata(SAID | other)


def test_what_is_kept_of_it() -> None:
    unknown = {"grant_types": ["authorization_code", "password"], "client_name": "Ke\u202ettle "}
    kept = read_metadata(SAID | unknown | {"client_name#fr": "Bouilloire"})
    assert kept.grant_types == ("authorization_code", "refresh_token")
    assert (kept.client_name, kept.application_type) == ("Kettle", "web")
    bare = {"client_uri": "https://example.com/", "redirect_uris": [BACK]}
    assert read_metadata(bare).name == "example.com"


async def test_registering(house: Living) -> None:
    first, again = await App.found(house), await App.found(house)
    assert first.client_id == again.client_id, "the same words are the same app"
    assert (await App.found(house, client_name="Pot")).client_id != first.client_id
    bad = "invalid_client_metadata"
    for given_, error in (
        ({"json": SAID | {"redirect_uris": ["https://x.example/"]}}, "invalid_redirect_uri"),
        ({"json": SAID | {"client_uri": "x"}}, bad),
        ({"json": ["x"]}, bad),
        ({"content": b"\xff{"}, bad),
    ):
        assert refused(await first.post("registration_endpoint", **given_)) == (400, error)


async def test_a_browser_of_another_origin_may_ask(house: Living) -> None:
    app = await App.found(house)
    answer = await house.client.options(app.place("token_endpoint"))
    assert answer.headers["access-control-allow-origin"] == "*"
    answer = await app.token(grant_type="refresh_token")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (refused(answer), answer.headers["cache-control"]) == (
        (400, "invalid_request"),
        "no-store",
    )


async def test_forms_that_cannot_be_read(house: Living, ada: Person) -> None:
    app = await App.found(house)
    code = await app.allowed(ada)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    for content in (b"\xff=1", b"grant_type=a&grant_type=b", b"a=%ff", b"a=1&" * 21, b"a=%00"):
        answer = await app.post("token_endpoint", content=content, headers=kind)
        assert refused(answer) == (400, "invalid_request"), content
    assert (await app.by_code(code)).status_code == 200


@given(st.lists(st.sampled_from([*PASSED_BY, *scope().split(" "), "", "x"]), max_size=5))
def test_a_scope_is_all_or_nothing(words: list[str]) -> None:
    wanted = set(words) - {*PASSED_BY, ""}
    if wanted == set(scope().split(" ")):
        assert read_scope(" ".join(words)).device_id == "KETTLE0001"
    else:
        with pytest.raises(BadScope):
            read_scope(" ".join(words))


def test_both_forms_of_a_scope_and_of_a_code() -> None:
    unstable = "urn:matrix:org.matrix.msc2967.client"
    assert read_scope(f"openid {unstable}:api:* {unstable}:device:ABC").device_id == "ABC"
    assert plain_word("ABCD-ef23") == plain_word(" abcd ef23") == "abcdef23"
    assert plain_word("thw_A-b") == "thw_A-b"
    assert sent_back("https://a.example/?x=1", "query", code="c") == "https://a.example/?x=1&code=c"
    assert sent_back("a.b:/x", "fragment", code="c d", state=None) == "a.b:/x#code=c+d"


async def test_a_code_that_is_guessed(house: Living, ada: Person) -> None:
    await App.found(house)
    for word in ("", "aaaaaaaa", "thw_none", "x" * 5000):
        answer = await ada.ask("POST", f"{MINE}/look", {"word": word})
        assert (answer.status_code, answer.json()["code"]) == (404, "grants.not_found")


async def test_operators_may_have_no_further_app_let_in(house: Living, ada: Person) -> None:
    app, place = await App.found(house), "/settings/apps"
    tokens, word = await app.given(ada), await app.asked()
    code = await app.allowed(ada)
    device = (await app.post("device_authorization_endpoint", data=device_asks(app))).json()
    owner = await house.owner()
    assert (await owner.did("PUT", place, {"apps": "refuse"}))["apps"] == "refuse"
    answer = await house.client.get(METADATA)
    assert (answer.status_code, answer.json()["errcode"]) == (404, "M_UNRECOGNIZED")
    off = (403, "access_denied")
    assert refused(await app.post("registration_endpoint", json=SAID)) == off
    assert (await app.sent()).status_code == 400
    assert refused(await app.post("device_authorization_endpoint", data=device_asks(app))) == off
    assert refused(await app.by_code(code)) == off
    waiting = {"grant_type": DEVICE, "client_id": app.client_id}
    waiting["device_code"] = device["device_code"]
    assert refused(await app.post("token_endpoint", data=waiting)) == off
    answer = await ada.ask("POST", f"{MINE}/allow", {"word": word})
    assert (answer.status_code, answer.json()["code"]) == (404, "grants.apps_refused")
    renewed = (await app.renewed(tokens["refresh_token"])).json()
    stays = await app.person(renewed, ada).did("GET", "/account/whoami")
    assert stays["user_id"] == ada.user_id, "who is in may stay"
    wrong = await owner.ask("PUT", place, {"apps": "perhaps"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "settings.bad_apps")
    await owner.did("PUT", place, {"apps": "allow"})
    assert (await app.by_code(await app.allowed(ada))).status_code == 200


def device_asks(app: App) -> dict[str, str]:
    return {"client_id": app.client_id, "scope": scope()}
