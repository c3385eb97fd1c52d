"""Tokens and the notices' key in a run: new keys, and nobody is signed out."""

from datetime import timedelta

import asyncpg

from teahouse.accounts.model import UNUSED_LIFE
from teahouse.infra.vault.lifecycle import KeyPurpose, KeyState
from teahouse.notices.model.chain import verify_history
from teahouse.renewals.model import Renewal
from teahouse.upgrades.model.runs import Act, State
from tests.living import V3, Person
from tests.upgrades.conftest import Site

SESSION = KeyPurpose.SESSION
EXPORT = "/.well-known/registration-history.json"


async def states(site: Site) -> dict[int, KeyState]:
    ground = site.home.house.ground
    async with ground.db.read() as tx:
        return {
            version: state
            for state in KeyState
            for version in await ground.locksmith.versions(tx, SESSION, state)
        }


async def asks(site: Site, who: Person) -> int:
    headers = {"authorization": f"Bearer {who.token}"}
    return (await site.home.client.get(f"{V3}/account/whoami", headers=headers)).status_code


async def run_of(site: Site, *classes: str) -> None:
    """Take a run to its end."""
    await site.begin(*classes)
    run = await site.turns()
    assert (run.state, run.paused) == (State.READ_NEW, False), (run.state, run.says)
    await site.agreed(Act.RETIRE)
    run = await site.turns()
    assert (run.state, run.soft_since is None) == (State.SOFT_RETIRE, False), (run.state, run.says)
    await site.rested()
    await site.agreed(Act.DESTROY)
    run = await site.turns()
    assert run.state is State.CLOSED, (run.state, run.says)


async def test_runs_change_the_keys_of_tokens_and_notices(
    site: Site, wiper: asyncpg.Connection
) -> None:
    home, clock = site.home, site.clock
    ann, away = [await home.person(name) for name in ("ann", "away")]
    history = home.house.doors.notices.history
    await history.begin()
    (first,) = [row.public for row in await history.keys()]
    await run_of(site, "session", "signing")
    assert await states(site) == {1: KeyState.DECRYPT_ONLY, 2: KeyState.PRIMARY}
    assert await asks(site, ann) == 200
    export = (await home.client.get(EXPORT)).json()
    assert [entry["change"] for entry in export["entries"]] == ["key", "key", "report"]
    assert verify_history(export, [first]).intact, "who trusted the old key trusts the new one"
    again = await history.rotate("system", site.run_id)
    assert [again] == [row.key_id for row in await history.keys() if row.state == "primary"]
    step = next(one for one in site.upgrades.yard.steps if one.name == "signing")
    assert await step.read_new(Renewal(site.run_id, ("signing",), 1)) == ""
    assert await wiper.fetchval("select count(*) from notices_keys") == 2, "once in a run"
    clock.move(UNUSED_LIFE - timedelta(hours=1))
    assert await asks(site, ann) == 200
    clock.move(timedelta(days=1))
    await run_of(site, "session")
    assert await states(site) == {
        1: KeyState.DESTROYED,
        2: KeyState.DECRYPT_ONLY,
        3: KeyState.PRIMARY,
    }, "under the first is nobody who was here within half a year"
    assert (await asks(site, ann), await asks(site, away)) == (200, 401)
