"""How often the key that wraps keys has done so is counted, and it wraps no more than is safe."""

from datetime import timedelta

import pytest

from teahouse.infra.db.pool import Database
from teahouse.infra.vault.lifecycle import KeyState, succession
from teahouse.infra.vault.model import WRAPS_ALARM, WRAPS_MAX, WrapsSpent
from teahouse.infra.vault.rewrap import Rewrap
from teahouse.infra.vault.store import keys as keys_store
from teahouse.infra.vault.sweep.roll import Roll
from teahouse.infra.vault.vault import Vault
from tests.living import Living
from tests.rights.conftest import home

from .conftest import KEK, Smith, person

__all__ = ["home"]


async def wraps(database: Database, vault: Vault) -> int:
    async with database.transaction() as tx:
        await keys_store.add_up_wraps(tx)
        found = await keys_store.wraps(tx)
    return found[vault.ring.keys.primary]


async def spend(database: Database, vault: Vault, uses: int) -> None:
    async with database.transaction() as tx:
        await keys_store.count_wraps(tx, vault.ring.keys.primary, uses)
        await keys_store.add_up_wraps(tx)
        vault.ring.wraps = await keys_store.wraps(tx)


async def test_every_wrap_is_counted(database: Database, smith: Smith) -> None:
    vault = smith.vault
    before = await wraps(database, vault)
    assert before >= 3  # the keys that a house begins with
    for _ in range(4):
        await person(database, vault)
    assert await wraps(database, vault) == before + 4
    since = vault.clock.now() + timedelta(seconds=1)
    turned = await Roll(database, vault.ring, vault.ids, vault.clock).page(since)
    assert turned.done >= 4
    assert await wraps(database, vault) == before + 4 + turned.done
    async with database.read() as tx:
        deks = await tx.value("select count(*) from vault_deks")
        kept = await tx.value("select count(*) from vault_keys where wrapped is not null")
    old = vault.ring.keys.primary
    await smith.next_key(KEK)
    rewrap = Rewrap(database, vault.ring)
    async with database.transaction() as tx:
        await rewrap.house(tx)
    assert await rewrap.whole(old) == deks
    assert await wraps(database, vault) == deks + kept


async def test_a_spent_key_wraps_no_more(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    await spend(database, vault, WRAPS_MAX - 10_000)
    assert await person(database, vault) != who
    assert vault.meters.wraps_alarm.collect()[0].samples[0].value == 1
    await spend(database, vault, 10_000)
    with pytest.raises(WrapsSpent):
        await person(database, vault)


@pytest.mark.parametrize(
    ("uses", "newest", "due"),
    [
        (WRAPS_ALARM - 1, KeyState.PRIMARY, ""),
        (WRAPS_ALARM, KeyState.PRIMARY, "add"),
        (WRAPS_ALARM, KeyState.PENDING, "distribute"),
        (WRAPS_ALARM, KeyState.READABLE, "promote"),
        (WRAPS_ALARM, KeyState.DECRYPT_ONLY, "add"),  # somebody brought one, and gave it up
    ],
)
def test_the_rule_of_successors(uses: int, newest: KeyState, due: str) -> None:
    assert succession(uses, newest) == due


async def test_it_gets_a_successor_by_itself(home: Living) -> None:
    ground = home.house.ground
    vault, db = ground.vault, ground.db
    former = vault.ring.keys.primary
    look = ground.jobs.schedules["renewals.wraps"].act

    async def turn() -> None:
        async with db.transaction() as tx:
            await look(tx)
        await ground.attendance.beat()

    await turn()
    assert vault.ring.keys.primary == former
    await spend(db, vault, WRAPS_ALARM)
    for _ in range(4):  # made, given to all, leading; then nothing more
        await turn()
    now = vault.ring.keys.primary
    assert (now.version, await wraps(db, vault)) == (former.version + 1, 0)
    await home.joined("ann", "+447911123401")
    assert await wraps(db, vault) >= 1
    async with db.read() as tx:
        _, rows = await keys_store.keys(tx)
    assert [row.state for row in rows if row.ref == former] == [KeyState.DECRYPT_ONLY]
