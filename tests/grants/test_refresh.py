"""Refresh tokens: each is good once, an answer may get lost, and two users of one end it all."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.grants.model import STEPS, Stage, next_stage
from tests.grants.app import MINE, App, refused
from tests.living import Living, Person

BAD_GRANT = (400, "invalid_grant")


async def lives(app: App, tokens: Any, owner: Person) -> bool:
    answer = await app.person(tokens, owner).ask("GET", "/account/whoami")
    return answer.status_code == 200


async def test_a_token_ends_and_is_renewed(house: Living, ada: Person, clock: FixedClock) -> None:
    app = await App.found(house)
    first = await app.given(ada)
    clock.move(timedelta(seconds=first["expires_in"]))
    answer = await app.person(first, ada).ask("GET", "/account/whoami")
    assert (answer.status_code, answer.json()["errcode"]) == (401, "M_UNKNOWN_TOKEN")
    assert answer.json()["soft_logout"] is True, "the device is still there: refresh"
    second = (await app.renewed(first["refresh_token"])).json()
    assert set(second) == set(first)
    assert await lives(app, second, ada)


async def test_an_answer_may_get_lost(house: Living, ada: Person) -> None:
    app = await App.found(house)
    first = await app.given(ada)
    lost = (await app.renewed(first["refresh_token"])).json()
    again = (await app.renewed(first["refresh_token"])).json()
    assert await lives(app, again, ada)
    assert lost["refresh_token"] != again["refresh_token"]


@pytest.mark.parametrize("which", ["used", "lost"])
async def test_a_refresh_token_of_two_ends_the_session(
    house: Living, ada: Person, which: str
) -> None:
    app = await App.found(house)
    first = await app.given(ada)
    lost = (await app.renewed(first["refresh_token"])).json()
    second = (await app.renewed(first["refresh_token"])).json()
    assert await lives(app, second, ada)
    stolen = first if which == "used" else lost
    assert refused(await app.renewed(stolen["refresh_token"])) == BAD_GRANT
    assert not await lives(app, second, ada)
    assert refused(await app.renewed(second["refresh_token"])) == BAD_GRANT
    assert (await ada.did("GET", MINE))["apps"] == []


async def test_an_apps_refresh_token_is_good_where_the_app_got_it(
    house: Living, ada: Person
) -> None:
    app = await App.found(house)
    first = await app.given(ada)
    body = {"refresh_token": first["refresh_token"]}
    assert await ada.refused("POST", "/refresh", body) == "401 M_UNKNOWN_TOKEN"
    assert await lives(app, first, ada)
    second = (await app.renewed(first["refresh_token"])).json()
    assert await lives(app, second, ada)
    assert await app.person(second, ada).refused("GET", MINE) == "403 None", "it stays an app"
    assert refused(await app.renewed(first["refresh_token"])) == BAD_GRANT
    assert not await lives(app, second, ada)


async def test_a_device_is_an_apps_until_its_owner_signs_in_on_it(
    house: Living, ada: Person
) -> None:
    app = await App.found(house)
    theirs = app.person(await app.given(ada), ada)
    device = (await theirs.did("GET", "/account/whoami"))["device_id"]
    assert await theirs.refused("GET", MINE) == "403 None"
    mine = await ada.again(device)
    assert (await mine.did("GET", MINE))["apps"] == []


async def test_a_refresh_token_is_for_its_app(house: Living, ada: Person) -> None:
    app, other = await App.found(house), await App.found(house, client_name="Pot")
    tokens = await app.given(ada)
    assert refused(await other.renewed(tokens["refresh_token"])) == BAD_GRANT
    assert refused(await app.renewed("thr_none")) == BAD_GRANT
    legacy = {"type": "m.login.password", "password": "correct horse", "refresh_token": True}
    user = {"identifier": {"type": "m.id.user", "user": ada.user_id}}
    signed = await ada.did("POST", "/login", legacy | user)
    assert refused(await app.renewed(signed["refresh_token"])) == BAD_GRANT
    assert (await app.renewed(tokens["refresh_token"])).status_code == 200


async def test_a_locked_account_keeps_its_apps(
    house: Living, ada: Person, wiper: asyncpg.Connection
) -> None:
    app = await App.found(house)
    tokens = await app.given(ada)
    set_to = "update accounts_accounts set state = $2 where user_id = $1"
    await wiper.execute(set_to, ada.user_id, "locked")
    told = refused(await app.renewed(tokens["refresh_token"]))
    assert told == (503, "temporarily_unavailable")
    await wiper.execute(set_to, ada.user_id, "active")
    assert (await app.renewed(tokens["refresh_token"])).status_code == 200


async def test_giving_back(house: Living, ada: Person) -> None:
    app = await App.found(house)
    for name in ("access_token", "refresh_token"):
        tokens = await app.given(ada)
        form = {"token": tokens[name], "token_type_hint": name}
        for _ in range(2):
            answer = await app.post("revocation_endpoint", data=form)
            assert (answer.status_code, answer.json()) == (200, {})
        assert not await lives(app, tokens, ada)
        assert refused(await app.renewed(tokens["refresh_token"])) == BAD_GRANT
    nothing = await app.post("revocation_endpoint", data={"token": "what"})
    assert nothing.status_code == 200
    assert refused(await app.post("revocation_endpoint", data={})) == (400, "invalid_request")
    assert (await ada.did("GET", "/account/whoami"))["user_id"] == ada.user_id


async def test_apps_that_nobody_lets_in_are_forgotten(
    house: Living, ada: Person, clock: FixedClock
) -> None:
    used, idle = await App.found(house), await App.found(house, client_name="Pot")
    tokens = await used.given(ada)
    clock.move(timedelta(days=7, hours=1))
    assert (await idle.sent()).status_code == 302
    clock.move(timedelta(seconds=3600))
    await house.run_jobs()
    assert (await idle.sent()).status_code == 400
    assert (await used.sent()).status_code == 302
    assert (await used.renewed(tokens["refresh_token"])).status_code == 200


async def test_apps_end_with_their_account(house: Living, ada: Person) -> None:
    app = await App.found(house)
    tokens, word = await app.given(ada), await app.asked()
    code = await app.allowed(ada)
    flow = await ada.ask("POST", "/account/deactivate", {})
    auth = {"type": "m.login.password", "password": "correct horse"}
    auth |= {"session": flow.json()["session"], "user": ada.user_id}
    await ada.did("POST", "/account/deactivate", {"auth": auth})
    assert not await lives(app, tokens, ada)
    assert refused(await app.renewed(tokens["refresh_token"])) == BAD_GRANT
    assert refused(await app.by_code(code)) == BAD_GRANT
    bob = await house.person("bob")
    await bob.did("POST", f"{MINE}/look", {"word": word})


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=8))
@settings(max_examples=200)
def test_a_request_is_answered_once_and_taken_once(acts: list[str]) -> None:
    stage, done = Stage.ASKED, list[str]()
    for act in acts:
        after = next_stage(stage, act)
        if after is not None:
            stage, done = after, [*done, act]
    ways = ([], ["refuse"], ["allow"], ["allow", "take"], ["allow", "burn"])
    assert done in ways
    assert (stage is Stage.DONE) == (done == ["allow", "take"])
