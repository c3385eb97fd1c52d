"""A whole run: everything is made anew, and nobody notices."""

import asyncpg

from teahouse.upgrades.model.runs import Act, State
from tests.upgrades.conftest import Site

VERSIONS = "select distinct odd_version, even_version from accounts_identifiers"
DEKS = """
select count(*) filter (where wrapped_dek is null), count(*) from vault_deks d
where created_at < (select since from upgrades_runs)"""


async def test_everything_is_made_anew_and_the_old_keys_go(
    site: Site, wiper: asyncpg.Connection
) -> None:
    home = site.home
    for nth in range(3):
        await home.joined(f"p{nth}", f"+44770090000{nth}")
    run = await site.begin("kek", "dek", "index")
    run = await site.turns()
    assert (run.state, run.paused) == (State.READ_NEW, False), (run.state, run.says)
    shown = await site.upgrades.show(site.run_id)
    assert shown.findings == []
    await home.joined("late", "+447700900009")
    run = await site.agreed(Act.RETIRE)
    run = await site.turns()
    assert run.says == "index: still in use: 3", "codes are known by it until they are gone"
    await site.forgotten()
    run = await site.turns()
    assert (run.state, run.soft_since is None) == (State.SOFT_RETIRE, False), run
    assert {tuple(row) for row in await wiper.fetch(VERSIONS)} == {(None, 2)}
    await site.rested()
    await site.agreed(Act.DESTROY)
    run = await site.turns()
    assert run.state is State.CLOSED, run
    (row,) = await wiper.fetch(DEKS)
    assert row[0] == row[1] > 0, "every old data key is empty"
    again = await home.client.post(
        "/_matrix/client/v3/login",
        json={
            "type": "m.login.password",
            "identifier": {"type": "m.id.phone", "country": "GB", "phone": "+447700900001"},
            "password": "correct horse",
        },
    )
    assert again.json()["user_id"] == "@p1:s"
