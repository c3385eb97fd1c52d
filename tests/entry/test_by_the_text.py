"""Signing in and out, and showing again who one is: sentences of the Client-Server API v1.19."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import V3, Living, Person, living

PASSWORD = "correct horse"
WHOAMI = f"{V3}/account/whoami"


def by_password(name: str, **more: Any) -> dict[str, Any]:
    identifier = {"type": "m.id.user", "user": name}
    return {"type": "m.login.password", "identifier": identifier, "password": PASSWORD} | more


async def signs_in(house: Living, body: dict[str, Any]) -> httpx.Response:
    return await house.client.post(f"{V3}/login", json=body)


def said(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json().get('errcode')}"


async def test_a_known_device_keeps_its_name_and_loses_its_old_token(house: Living) -> None:
    """ "If this corresponds to a known client device, its access token is invalidated"."""
    await house.person("ada")
    tokens: list[str] = []
    for name in ("first", "second"):
        asked = by_password("ada", device_id="D1", initial_device_display_name=name)
        tokens.append((await signs_in(house, asked)).json()["access_token"])
    old, new = (Person(house, "@ada:s", token, "D1") for token in tokens)
    assert await old.refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
    assert (await new.did("GET", "/devices/D1"))["display_name"] == "first"


async def test_the_scheme_of_a_token_is_written_in_any_letters(house: Living) -> None:
    ada = await house.person()
    for scheme, status in (("Bearer", 200), ("bearer", 200), ("Basic", 401)):
        headers = {"authorization": f"{scheme} {ada.token}"}
        assert (await house.client.get(WHOAMI, headers=headers)).status_code == status, scheme


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"type": "m.login.token"}, "400 M_MISSING_PARAM"),
        ({"type": "m.login.token", "token": "none"}, "403 M_FORBIDDEN"),
        ({"type": "m.login.password", "user": "ada"}, "400 M_MISSING_PARAM"),
        ({"type": "m.login.password", "password": "x"}, "400 M_MISSING_PARAM"),
        (by_password("@ada:elsewhere"), "403 M_FORBIDDEN"),
        ({"type": "org.example.tea"}, "400 M_UNKNOWN"),
        ({"type": 3}, "400 M_BAD_JSON"),
        ({}, "400 M_MISSING_PARAM"),
    ],
)
async def test_a_login_that_lacks_something_says_what(
    house: Living, body: dict[str, Any], wanted: str
) -> None:
    await house.person("ada")
    assert said(await signs_in(house, body)) == wanted
    assert said(await signs_in(house, by_password("ada"))) == "200 None"


async def test_tokens_that_end_say_whether_to_come_back(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    """ "Soft logout", and "Refreshing access tokens"."""
    async with living(dsn, tmp_path, clock) as house:
        await house.person("ada")
        told = (await signs_in(house, by_password("ada", refresh_token=True))).json()
        ada = Person(house, "@ada:s", told["access_token"], told["device_id"])
        clock.move(timedelta(milliseconds=told["expires_in_ms"] + 1))
        answer = await ada.ask("GET", "/account/whoami")
        assert said(answer) == "401 M_UNKNOWN_TOKEN"
        assert answer.json()["soft_logout"]
        asked = {"refresh_token": told["refresh_token"]}
        fresh = (await house.client.post(f"{V3}/refresh", json=asked)).json()
        ada.token = fresh["access_token"]
        await ada.did("GET", "/account/whoami")
        answer = await house.client.post(f"{V3}/refresh", json=asked)
        assert said(answer) == "401 M_UNKNOWN_TOKEN", "the new ones were used: the old one is spent"
        await ada.did("POST", "/logout", {})
        asked = {"refresh_token": fresh["refresh_token"]}
        answer = await house.client.post(f"{V3}/refresh", json=asked)
        assert (said(answer), answer.json()["soft_logout"]) == ("401 M_UNKNOWN_TOKEN", False)


GRAVE = (
    ("POST", "/delete_devices", {"devices": ["D"]}),
    ("DELETE", "/devices/D", {}),
    ("POST", "/account/password", {"new_password": "another horse"}),
    ("POST", "/account/deactivate", {}),
    ("POST", "/_matrix/client/v1/login/get_token", {}),
)


@pytest.mark.parametrize(("method", "path", "body"), GRAVE)
async def test_what_is_grave_asks_again_in_the_words_of_the_text(
    house: Living, method: str, path: str, body: dict[str, Any]
) -> None:
    """ "User-Interactive Authentication": the first 401, a wrong try, and one for something else."""
    ada = await house.person("ada")
    assert await ada.refused(method, path, body | {"auth": "x"}) == "400 M_BAD_JSON"
    first = await ada.ask(method, path, body)
    told = first.json()
    assert (first.status_code, "errcode" in told, told["completed"]) == (401, False, [])
    assert {"stages": ["m.login.password"]} in told["flows"]
    auth = by_password("ada", session=told["session"])
    wrong = await ada.ask(method, path, body | {"auth": auth | {"password": "wrong"}})
    again = wrong.json()
    assert (wrong.status_code, again["errcode"]) == (401, "M_FORBIDDEN")
    assert (again["session"], again["flows"]) == (told["session"], told["flows"])
    other = ("POST", "/delete_devices", {"devices": ["OTHER"]})
    assert (await ada.refused(*other[:2], other[2] | {"auth": auth})) == "403 M_FORBIDDEN"
    assert (await ada.ask(method, path, body | {"auth": auth})).status_code == 200


async def test_a_stage_that_is_not_offered_fails_and_may_be_tried_again(house: Living) -> None:
    body = {"username": "ada", "password": PASSWORD}
    answer = await house.client.post(
        f"{V3}/register", json=body | {"auth": {"type": "org.example.tea"}}
    )
    told = answer.json()
    assert (answer.status_code, told["errcode"]) == (401, "M_FORBIDDEN")
    auth = {"type": "m.login.dummy", "session": told["session"]}
    assert (await house.client.post(f"{V3}/register", json={"auth": auth})).status_code == 200


@pytest.mark.parametrize(("order", "status"), [(0, 200), (0.5, 200), (None, 400), (True, 400)])
async def test_the_order_of_a_tag_is_a_number(house: Living, order: Any, status: int) -> None:
    ada = await house.person()
    place = f"/user/{ada.user_id}/rooms/{await ada.room()}/tags"
    assert (await ada.ask("PUT", f"{place}/u.tea", {"order": order})).status_code == status
    kept = {"tags": {"u.tea": {"order": order}}} if status == 200 else {"tags": {}}
    assert await ada.did("GET", place) == kept
