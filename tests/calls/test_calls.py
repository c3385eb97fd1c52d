"""A relay's credentials, and telling another service who somebody is."""

import base64
import hashlib
import hmac
from datetime import timedelta
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.config import BadConfig, Config, check
from tests.living import Living, living, q

V1 = "/_matrix/federation/v1/openid/userinfo"
URIS = "turn:relay.tea.example:3478?transport=udp, turns:relay.tea.example:5349"


@pytest.fixture
async def relayed(database: object, dsn: str, tmp_path: Path, clock: FixedClock):  # noqa: ANN201
    """A house with a relay, at a time that stands still."""
    async with living(dsn, tmp_path, clock, turn_uris=URIS, turn_secret="oolong") as home:
        yield home


async def test_a_relay_can_check_what_people_show_it(relayed: Living, clock: FixedClock) -> None:
    ada = await relayed.person()
    told = await ada.did("GET", "/voip/turnServer")
    assert told["uris"] == [one.strip() for one in URIS.split(",")]
    until, _, whose = told["username"].partition(":")
    assert whose == ada.user_id
    assert int(until) == int(clock.now().timestamp()) + told["ttl"]
    digest = hmac.new(b"oolong", told["username"].encode(), hashlib.sha1).digest()
    assert told["password"] == base64.b64encode(digest).decode()


async def test_without_a_relay_there_are_no_credentials(house: Living) -> None:
    ada = await house.person()
    assert await ada.refused("GET", "/voip/turnServer") == "404 M_NOT_FOUND"
    nobody = await house.client.get("/_matrix/client/v3/voip/turnServer")
    assert nobody.status_code == 401


@pytest.mark.parametrize(
    "settings",
    [
        {"turn_uris": "turn:a"},
        {"turn_secret": "x"},
        {"turn_uris": "https://a", "turn_secret": "x"},
        {"turn_uris": "turn:a", "turn_secret": "x", "turn_seconds": 1},
    ],
)
def test_half_a_relay_is_refused(settings: dict[str, str]) -> None:
    check(Config(turn_uris="turn:a", turn_secret="x"))
    with pytest.raises(BadConfig):
        check(Config(**settings))


async def test_another_service_learns_who_somebody_is(relayed: Living, clock: FixedClock) -> None:
    ada, bob = await relayed.person(), await relayed.person()
    path = f"/user/{q(ada.user_id)}/openid/request_token"
    told = await ada.did("POST", path, {})
    assert (told["token_type"], told["matrix_server_name"]) == ("Bearer", "s")
    assert await bob.refused("POST", path, {}) == "403 M_FORBIDDEN"
    token = {"access_token": told["access_token"]}
    answer = await relayed.client.get(V1, params=token)
    assert (answer.status_code, answer.json()) == (200, {"sub": ada.user_id})
    wrong = await relayed.client.get(V1, params={"access_token": "x"})
    assert (wrong.status_code, wrong.json()["errcode"]) == (401, "M_UNKNOWN_TOKEN")
    missing = await relayed.client.get(V1)
    assert (missing.status_code, missing.json()["errcode"]) == (401, "M_MISSING_TOKEN")
    session = await relayed.client.get("/_matrix/client/v3/account/whoami", params=token)
    assert session.status_code == 401, "it opens no session"
    clock.move(timedelta(seconds=told["expires_in"]))
    late = await relayed.client.get(V1, params=token)
    assert (late.status_code, late.json()["errcode"]) == (401, "M_UNKNOWN_TOKEN")
    clock.move(timedelta(hours=1))
    await relayed.run_jobs()
    async with relayed.house.db.read() as tx:
        assert await tx.value("select count(*) from calls_openid") == 0
