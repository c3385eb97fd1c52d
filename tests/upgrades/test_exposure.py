"""How much is under the leaked key: counted before and after, column by column, and shown."""

from datetime import timedelta
from typing import Any

import asyncpg

from teahouse.upgrades.model.runs import Act, State
from teahouse.upgrades.service.laying import BACKFILL
from tests.living import Owner
from tests.upgrades.conftest import Site

RANKS = """
select place from upgrades_ranges where stage = $1 and run_id = $2 order by rank, place, number"""


async def curves(owner: Owner, run_id: str) -> dict[tuple[str, str, str], Any]:
    told = await owner.did("GET", f"/upgrades/{run_id}/exposure")
    return {(one["data_class"], one["table"], one["column"]): one for one in told["columns"]}


async def test_it_is_told_by_column_until_nothing_is_left(
    site: Site, wiper: asyncpg.Connection
) -> None:
    home = site.home
    for nth in range(3):
        await home.joined(f"p{nth}", f"+44770090000{nth}")
    owner = await home.owner()
    await site.begin("passwords", stolen="backup")
    place = f"/upgrades/{site.run_id}/exposure"
    assert await curves(owner, site.run_id) == {}
    assert (await owner.ask("GET", f"{place}.csv")).status_code == 404
    await site.turns(until=State.BACKFILL)  # four keys are handed round
    await site.turns(until=State.BACKFILL)
    phone = ("dek", "accounts_identifiers", "phone")
    before = (await curves(owner, site.run_id))[phone]
    assert (before["first"], before["last"], before["gravity"]) == (3, 3, 3)
    site.clock.move(timedelta(minutes=1))
    await site.turns()
    order = [row[0] for row in await wiper.fetch(RANKS, BACKFILL, site.run_id)]
    assert order[0] == "kek", "nothing new hangs on it"
    assert order[-1] == "passwords", "it is slow"
    assert order.index("operators_operators") < order.index("accounts_identifiers")
    after = await curves(owner, site.run_id)
    assert (after[phone]["first"], after[phone]["last"]) == (3, 0)
    assert [one["counted"] for one in after[phone]["points"]][::-1][:1] == [True]
    assert after["kek", "", ""]["last"] == 0 < after["kek", "", ""]["first"]
    index = ("index", "accounts_identifiers", "")
    assert (after[index]["first"], after[index]["last"]) == (3, 3), "the old key finds them still"
    await site.agreed(Act.RETIRE)
    await site.forgotten()
    await site.turns()
    assert (await curves(owner, site.run_id))[index]["last"] == 0
    lines = (await owner.ask("GET", f"{place}.csv")).text.splitlines()
    assert lines[0] == "class,table,column,gravity,at,exposed,counted"
    assert lines[1].startswith("kek,,,0,")
    assert sum(line.startswith("dek,accounts_identifiers,phone,3,") for line in lines) >= 2
