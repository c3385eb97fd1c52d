"""After an account was deleted, it is looked for in the back end: what is found is said."""

from datetime import timedelta

import asyncpg

from teahouse.clock import FixedClock
from teahouse.rights.model.holdings import Whose
from tests.consent.operator import owner
from tests.living import Living
from tests.rights.test_exports import talker
from tests.rights.waiting import until


async def settle(wiper: asyncpg.Connection) -> None:
    """Wait until it is known that the account has ended."""

    async def known() -> bool:
        return await wiper.fetchval("select count(*) from rights_erasures") > 0

    await until(known)


async def gone(home: Living, whose: Whose) -> None:
    """Wait until every follower has taken away what is its own."""

    async def nothing_left() -> bool:
        return await home.house.rights.erasures.left(whose, erase=True) == {}

    await until(nothing_left)


async def test_an_erasure_is_looked_for(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    desk = await owner(home, clock)
    ann = await talker(home)
    account = await home.house.people.accounts.account(ann.user_id)
    whose = Whose(account.account_id, ann.user_id)
    rights = home.house.rights
    before = await rights.erasures.left(whose, erase=True)
    assert {"devices", "profile", "messages", "rooms", "files", "settings", "keys"} <= set(before)
    body = {"auth": {"type": "m.login.password", "user": "ann", "password": "correct horse"}}
    await ann.did("POST", "/account/deactivate", body | {"erase": True})
    await settle(wiper)
    await gone(home, whose)
    clock.move(timedelta(minutes=11))
    await home.run_jobs()
    answer = (await desk.ask("GET", "/api/v1/operator/erasures")).json()
    (told,) = answer["erasures"]
    assert (told["done"], told["found"], told["erase"]) == (True, "", True)
    acts = [entry.act for entry in await home.house.people.audit.page(act="rights")]
    assert acts == ["rights.erasure_verified"]


async def test_what_was_left_over_is_found_and_said(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    """The planted fault: a row that no erasure took away."""
    desk = await owner(home, clock)
    ann = await talker(home)
    account = await home.house.people.accounts.account(ann.user_id)
    body = {"auth": {"type": "m.login.password", "user": "ann", "password": "correct horse"}}
    await ann.did("POST", "/account/deactivate", body | {"erase": True})
    await settle(wiper)
    await gone(home, Whose(account.account_id, ann.user_id))
    await wiper.execute(
        "insert into receipts_receipts values ('!r', $1, 'm.read', '', '$e', 1, 1, 1)", ann.user_id
    )
    clock.move(timedelta(minutes=11))
    await home.run_jobs()
    (told,) = (await desk.ask("GET", "/api/v1/operator/erasures")).json()["erasures"]
    assert told["done"] is False
    assert "read_receipts: 1" in told["found"]
    await wiper.execute("delete from receipts_receipts")
    clock.move(timedelta(hours=1, minutes=1))
    await home.run_jobs()
    (told,) = (await desk.ask("GET", "/api/v1/operator/erasures")).json()["erasures"]
    assert (told["done"], told["times"]) == (True, 2)
