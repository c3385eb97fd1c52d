"""Who is banned for good comes back by no door, whatever becomes of the keys."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from teahouse.app import PASSING, SEALED
from teahouse.bars.model import Barred
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.lifecycle import KeyPurpose, TwoPersons
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.sweep.slots import IndexHoldings, clear_whole
from teahouse.infra.vault.sweep.sweep import Sweep, Wanted
from tests.cases.desk import MINE, Judge, banned, invited
from tests.flows.test_index_in_motion import look_at_keys, written
from tests.flows.test_keys_in_motion import settle, step
from tests.living import Living, living

NUMBER, OTHER = "+447911123456", "+447911123457"
INDEX = KeyPurpose.INDEX


@pytest_asyncio.fixture
async def home(database: Database, dsn: str, tmp_path: Path) -> AsyncIterator[Living]:
    """A house."""
    async with living(dsn, tmp_path) as opened:
        yield opened


async def back(home: Living, name: str, number: str) -> str:
    """Try to register with a number; return the refusal's code."""
    answer = await home.finish(await home.verified(number), name)
    return answer.json().get("code", "")


async def new_index_key(home: Living, former: int) -> None:
    """Have every index made anew, and destroy the key of before."""
    ground = home.house.ground
    version = await step(home, "add", INDEX)
    await step(home, "distribute", INDEX, version)
    await look_at_keys([home])
    await written(home, version, True)
    await settle(home)
    sweep = Sweep(ground.db, ground.vault.ring, ground.ids, ground.clock)
    indexed = [one for one in SEALED if one.indexed]
    for one in indexed:
        assert (await sweep.whole(one, Wanted(index=version), 5)).broken == 0
    await step(home, "promote", INDEX, version)
    await look_at_keys([home])
    await written(home, former, False)
    await settle(home)
    for one in indexed:
        while await clear_whole(ground.db, one, former, version, 7):
            pass
    async with ground.db.transaction() as tx:
        assert await IndexHoldings(SEALED).held(tx, KeyRef("", former)) == 0
    async with ground.db.transaction() as tx:
        for one in PASSING:  # codes, which are gone by themselves after a day
            await tx.run(f"delete from {one.table}")
    await step(home, "soft_disable", INDEX, former)
    await look_at_keys([home])
    await step(home, "destroy", INDEX, former, TwoPersons("ann", "bo"))


async def test_u_13_a_banned_number_is_refused_after_the_keys_have_changed(home: Living) -> None:
    bob = await home.joined("bob", NUMBER)
    await banned(home, bob)
    await new_index_key(home, 1)
    accounts = home.house.people.accounts
    cat = await home.joined("cat", OTHER)
    account_id = (await accounts.account(cat.user_id)).account_id
    with pytest.raises(Barred):  # however an account comes by it
        async with home.house.db.transaction() as tx:
            await accounts.add_identifier(tx, account_id, "phone", NUMBER, rank=2)
    async with home.house.db.read() as tx:
        sealed = await tx.value("select phone from bars_contacts")
    assert NUMBER[1:].encode() not in sealed


async def test_r_065_an_appeal_that_is_granted_ends_the_bar(home: Living) -> None:
    bob = await home.joined("bob", NUMBER)
    case_id, decider = await banned(home, bob)
    count = "select count(*) from bars_contacts"
    async with home.house.db.read() as tx:
        assert await tx.value(count) == 1
    await bob.did("POST", f"{MINE}/{case_id}/appeal", {"words": "It was not me."})
    path = f"/{case_id}/appeal"
    assert await decider.refused("POST", f"{path}/take") == "cases.conflict_of_interest"
    third = await invited(decider.home, Judge(home, "ada"), "cleo")
    await third.did("POST", f"{path}/take")
    granted = {"outcome": "overturned", "answer": "It was not."}
    done = await third.did("POST", f"{path}/decide", granted)
    assert done["case"]["state"] == "overturned"
    async with home.house.db.read() as tx:
        assert await tx.value(count) == 0
    assert await bob.did("POST", "/createRoom", {})


async def test_r_065_who_deletes_a_banned_account_does_not_register_again(home: Living) -> None:
    bob = await home.joined("bob", NUMBER)
    await banned(home, bob)
    async with home.house.db.transaction() as tx:  # what deleting an account comes to, in the end
        await tx.run("delete from accounts_identifiers")
    assert await back(home, "bobby", NUMBER) == "bars.barred"
    assert await back(home, "dee", OTHER) == ""
