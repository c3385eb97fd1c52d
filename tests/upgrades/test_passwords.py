"""A run wraps the passwords of other systems while their people sign in; old peppers go when they can."""

import asyncpg

from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.upgrades.model.runs import Act, State
from tests.living import Living
from tests.passwords.digests import SAID, digests
from tests.upgrades.conftest import Site, asking

LIKE = "select count(*) from accounts_passwords where phc like $1"
PEPPERS = "select version, state from vault_keys where purpose = $1 order by version"


async def bring(home: Living, group: str, wiper: asyncpg.Connection) -> list[str]:
    """Bring in people whose digests stay legacy for now; return their names."""
    forms = ("bcrypt", "django", "scrypt", "sha512-crypt", "weak argon2id")
    people = {f"{group}{nth}": digests()[form] for nth, form in enumerate(forms)}
    for name, made in people.items():
        await home.person(name)
        await wiper.execute(
            "update accounts_passwords p set phc = $2 from accounts_accounts a"
            " where a.account_id = p.account_id and a.localpart = $1",
            name,
            made,
        )
    return list(people)


async def sign_in(home: Living, name: str, said: str = SAID) -> int:
    body = {"kind": "password", "user": name, "password": said}
    return (await home.client.post("/api/v1/sessions", json=body)).status_code


async def peppers(wiper: asyncpg.Connection) -> dict[int, str]:
    rows = await wiper.fetch(PEPPERS, KeyPurpose.PEPPER.value)
    return {row[0]: row[1] for row in rows}


async def test_a_run_wraps_passwords_and_leaves_a_pepper_that_is_needed(
    site: Site, wiper: asyncpg.Connection
) -> None:
    home = site.home
    names = await bring(home, "a", wiper)
    plan = await site.upgrades.plan(asking("passwords"))
    (step,) = plan.steps
    assert step.rows == len(names)
    assert step.core_seconds > 0
    assert await peppers(wiper) == {}, "a plan changes nothing"
    await site.begin("passwords")
    run = await site.turns(until=State.BACKFILL)
    assert await sign_in(home, names[0]) == 200
    run = await site.turns()
    assert run.state is State.READ_NEW, run.says
    assert await wiper.fetchval(LIKE, "$wrapped$p=1$%") == len(names) - 1
    await site.agreed(Act.RETIRE)
    assert (await site.turns()).state is State.SOFT_RETIRE
    await site.rested()
    await site.agreed(Act.DESTROY)
    assert (await site.turns()).state is State.CLOSED
    later = await bring(home, "b", wiper)
    await site.begin("passwords")
    await site.turns()
    assert await wiper.fetchval(LIKE, "$wrapped$p=2$%") == len(later)
    await site.agreed(Act.RETIRE)
    assert (await site.turns()).state is State.SOFT_RETIRE
    assert await peppers(wiper) == {1: "decrypt_only", 2: "primary"}, "the first is needed"
    for name in names:
        assert await sign_in(home, name, "wrong") == 403
        assert await sign_in(home, name) == 200
