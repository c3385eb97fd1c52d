"""A signed-in device gives another Matrix client a token, once, after showing who it is."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.clock import FixedClock
from tests.living import V3, Living, Person, living

PATH = "/_matrix/client/v1/login/get_token"


@pytest.fixture
async def home(database: object, dsn: str, tmp_path: Path, clock: FixedClock):  # noqa: ANN201
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


def proof(person: Person, password: str = "correct horse", **more: Any) -> dict[str, Any]:
    """Return what shows who somebody is."""
    user = {"type": "m.id.user", "user": person.user_id}
    shown = {"type": "m.login.password", "identifier": user, "password": password}
    return {"auth": shown | more}


async def came(home: Living, token: str) -> int:
    """Sign in by a token, and return the status."""
    body = {"type": "m.login.token", "token": token}
    return (await home.client.post(f"{V3}/login", json=body)).status_code


async def test_a_token_lets_one_device_in_once(home: Living, clock: FixedClock) -> None:
    ada = await home.person()
    flows = (await home.client.get(f"{V3}/login")).json()["flows"]
    assert {"type": "m.login.token", "get_login_token": True} in flows
    able = (await ada.did("GET", "/capabilities"))["capabilities"]
    assert able["m.get_login_token"] == {"enabled": True}
    asked = await ada.ask("POST", PATH, {})
    assert asked.status_code == 401
    session = asked.json()["session"]
    wrong = await ada.ask("POST", PATH, proof(ada, "wrong", session=session))
    assert (wrong.status_code, wrong.json()["errcode"]) == (401, "M_FORBIDDEN")
    told = await ada.did("POST", PATH, proof(ada, session=session))
    assert told["expires_in_ms"] == 120_000
    again = await ada.ask("POST", PATH, {})
    assert again.status_code == 401, "each time it is shown anew who one is"
    body = {"type": "m.login.token", "token": told["login_token"], "device_id": "PHONE"}
    answer = await home.client.post(f"{V3}/login", json=body)
    assert (answer.json()["user_id"], answer.json()["device_id"]) == (ada.user_id, "PHONE")
    assert await came(home, told["login_token"]) == 403
    late = (await ada.did("POST", PATH, proof(ada)))["login_token"]
    clock.move(timedelta(minutes=2))
    assert await came(home, late) == 403
    assert await came(home, "thg_x") == 403


async def test_tokens_go_with_the_account(home: Living) -> None:
    ada = await home.person()
    token = (await ada.did("POST", PATH, proof(ada)))["login_token"]
    auth = {"type": "m.login.password", "user": ada.user_id, "password": "correct horse"}
    await ada.did("POST", "/account/deactivate", {"auth": auth})
    assert await came(home, token) == 403
